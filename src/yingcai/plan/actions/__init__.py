"""Every write of plan: one act, one transaction, one audit row; two people to publish."""

from yingcai.plan.actions.deciding import (
    Confirmed,
    confirm_clause,
    confirm_measure,
    confirm_outside,
    correct_clause,
    reject_clause,
    undo_decision,
)
from yingcai.plan.actions.heading import (
    Head,
    ResponsibleUnit,
    correct_head,
    set_measure_units,
)
from yingcai.plan.actions.importing import Imported, import_plan, keep_reading
from yingcai.plan.actions.ledger import (
    Why,
    set_baseline,
    set_course,
    set_due,
    set_milestones,
    set_owners,
    set_shares,
)
from yingcai.plan.actions.publishing import publish_plan, return_plan, submit_plan
from yingcai.plan.actions.shaping import add_clause, split_clause

__all__ = [
    "Confirmed",
    "Head",
    "Imported",
    "ResponsibleUnit",
    "Why",
    "add_clause",
    "confirm_clause",
    "confirm_measure",
    "confirm_outside",
    "correct_clause",
    "correct_head",
    "import_plan",
    "keep_reading",
    "publish_plan",
    "reject_clause",
    "return_plan",
    "set_baseline",
    "set_course",
    "set_due",
    "set_measure_units",
    "set_milestones",
    "set_owners",
    "set_shares",
    "split_clause",
    "submit_plan",
    "undo_decision",
]
