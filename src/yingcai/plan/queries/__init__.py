"""Reads of plans, targets and the active pack: what other apps may ask."""

from yingcai.plan.queries.ledger import ledger, target_by_code
from yingcai.plan.queries.packs import (
    LightThresholds,
    PackNotKept,
    active_digest,
    active_pack,
    kept_archive,
    kept_pack,
    lights_thresholds,
    one_pack,
    vocabulary_of,
)
from yingcai.plan.queries.plans import (
    Progress,
    current_plan,
    editions,
    live_clauses,
    plan_edition,
    progress,
)

__all__ = [
    "LightThresholds",
    "PackNotKept",
    "Progress",
    "active_digest",
    "active_pack",
    "current_plan",
    "editions",
    "kept_archive",
    "kept_pack",
    "ledger",
    "lights_thresholds",
    "live_clauses",
    "one_pack",
    "plan_edition",
    "progress",
    "target_by_code",
    "vocabulary_of",
]
