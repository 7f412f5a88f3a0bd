"""Reads an issued plan into measures, targets, units and spans. Knows no city, no plan.

Door: `load_text` (bytes to text), `read_plan` (text to `Reading`), `read_sent` (both in a process apart), `compare` (two editions) and
`render_html`; `gold.load_gold` and `score.score` measure the reader. Refuses with `ReadingError`.
What counts as a target, a rule or a deadline: tests/engine/reading/gold/README.md; the JSON: schema.json.
"""

from yingcai.engine.reading.compare import Change, compare
from yingcai.engine.reading.errors import ReadingError
from yingcai.engine.reading.model import Reading
from yingcai.engine.reading.page import render_html
from yingcai.engine.reading.read import read_plan
from yingcai.engine.reading.sent import Sent, read_sent
from yingcai.engine.reading.source import SourceText, load_text
from yingcai.engine.reading.units import UnitNames

__all__ = [
    "Change",
    "Reading",
    "ReadingError",
    "Sent",
    "SourceText",
    "UnitNames",
    "compare",
    "load_text",
    "read_plan",
    "read_sent",
    "render_html",
]
