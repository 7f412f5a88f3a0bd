"""Reads an issued plan into measures, targets, units and spans. Knows no city, no plan.

Door: `load_text` (bytes to text), `read_plan` (text to `Reading`), `compare`, `render_html`,
`score`. Refuses with `ReadingError`.
"""

from yingcai.engine.reading.errors import ReadingError
from yingcai.engine.reading.model import Reading
from yingcai.engine.reading.read import read_plan
from yingcai.engine.reading.source import SourceText, load_text
from yingcai.engine.reading.units import UnitNames

__all__ = ["Reading", "ReadingError", "SourceText", "UnitNames", "load_text", "read_plan"]
