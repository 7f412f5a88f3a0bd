"""A plan's rows as the engine's ``Reading``: for the download and for comparing editions."""

from typing import Any

from yingcai.engine.reading import (
    Coverage,
    Deadline,
    Deliverable,
    Header,
    Incentive,
    Measure,
    Problem,
    Reading,
    Responsible,
    Section,
    Source,
    Target,
    Unclassified,
)
from yingcai.engine.values import Period, Span
from yingcai.plan import models
from yingcai.plan.queries.plans import live_clauses
