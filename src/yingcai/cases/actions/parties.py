"""The units that have a part in a case, and those that the words of its workflow stand for."""

from collections.abc import Iterable

from yingcai.cases.models import Case, CaseParty
from yingcai.cases.queries.exceptional import path_of
from yingcai.cases.queries.flows import Flow
from yingcai.engine.workflow.model import UNITS
from yingcai.engine.workflow.state import State
from yingcai.engine.workflow.terms import seats_of
from yingcai.identity.queries import units_by_code


def add_parties(case: Case, flow: Flow, state: State) -> None:
    """Every unit that the workflow names or its words stand for, and those who may sign what is settled."""
    who = [one.seat for stage in flow.workflow.stages for one in stage.who]
    path = path_of(case)
    who += path.seats if path else ()
    alarmed = [one.seat for stage in flow.workflow.stages for one in stage.escalate]
    seats = [
        seat for one in (*who, *alarmed, *flow.workflow.stopped_by) for seat in seats_of(state, one)
    ]
    units = units_by_code()
    there = set(case.parties.values_list("unit__code", flat=True))
    codes = dict.fromkeys(seat.unit for seat in seats if seat.unit in units)
    CaseParty.objects.bulk_create(
        CaseParty(case=case, unit=units[code]) for code in codes if code not in there
    )


def seat_units(case: Case, joint: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The units that the words of a workflow stand for in a case; whoever is not named is the lead unit."""
    lead = (case.lead.code,)
    found = {
        "lead": lead,
        "county": (case.county.code,) if case.county else lead,
        "joint": tuple(joint) or lead,
    }
    return {name: found[name] for name in UNITS}
