"""What a back end says about one subject and one rule, before any words."""

from __future__ import annotations

from typing import NamedTuple

from yingcai.engine.rules.model import Outcome
from yingcai.engine.rules.types import Known


class RuleOutcome(NamedTuple):
    """``amount`` in fen: 0 when the outcome is no, None when unknown or when the rule has none.

    ``result`` is the code of the enum, None unless the outcome is yes. ``conditions`` and ``steps``
    stand in the order of the rule; a fast path that keeps no trace leaves both empty.
    """

    outcome: Outcome
    amount: int | None
    result: int | None
    conditions: tuple[bool | None, ...] = ()
    steps: tuple[Known, ...] = ()
