"""Build the fictional city: pack, people, plan, months, orders, bulletins. Safe to run twice."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction

from yingcai.engine.packs.archive import pack_archive
from yingcai.engine.packs.ledger import Ledger, load_ledger
from yingcai.engine.packs.load import Pack, load_pack
from yingcai.engine.packs.story import load_story
from yingcai.identity.actions.units import load_units
from yingcai.plan.actions.confirmed_ledger import (
    apply_ledger,
    assign_targets,
    name_targets_in_english,
)
from yingcai.plan.actions.importing import import_plan
from yingcai.plan.actions.packs import publish_pack
from yingcai.plan.actions.publishing import publish_plan, submit_plan
from yingcai.plan.queries import current_plan
from yingcai.registry.actions.facets import build_index
from yingcai.web.demo.cases import Cases
from yingcai.web.demo.months import (
    at,
    begin_month,
    circulate,
    demand_answers,
    month_ends,
    reporting_units,
    rows_of,
    tell_history,
)
from yingcai.web.demo.people import People
from yingcai.web.demo.subjects import Subjects

if TYPE_CHECKING:
    from yingcai.plan.models import Plan

Say = Callable[[str], None]


class DemoError(Exception):
    """The pack cannot carry the demo; the text names every problem."""


def build_city(folder: Path, *, today: date | None, say: Say) -> bool:
    """Tell the pack's story up to ``today`` (empty: the story's own day); False if it was told before.

    Raises: DemoError with every problem of the pack.
    """
    pack, problems = load_pack(folder)
    story, story_problems = load_story(folder)
    if pack is None or story is None:
        raise DemoError("\n".join(map(str, problems + story_problems)))
    ledger, ledger_problems = load_ledger(folder, pack.pack["plan"]["ledger"])
    if ledger is None:
        raise DemoError("\n".join(map(str, ledger_problems)))
    if current_plan() is not None:
        return False
    day = today or date.fromisoformat(story["today"])
    # All or nothing: half a city would be taken for a whole one at the next start.
    with transaction.atomic():
        plan, people = _found(pack, story, ledger, day, say)
        _tell_months(plan, people, day, say)
    return True


def _found(
    pack: Pack, story: dict[str, Any], ledger: Ledger, day: date, say: Say
) -> "tuple[Plan, People]":
    """Pack, people, and the plan: read, confirmed by the ledger, published by two people."""
    say(f"pack {pack.pack['id']} {pack.pack['version']}: {len(pack.units)} units")
    source = pack.folder / pack.pack["plan"]["text"]
    begin = at(day)
    publish_pack(
        pack.pack,
        pack.digest,
        vocabulary=pack.vocabulary,
        archive=pack_archive(pack.folder),
        actor=None,
        now=begin,
    )
    load_units(pack.units, actor=None, now=begin)
    people = People(story, since=date(1990, 1, 1), now=begin)
    people.named()

    say("the plan is read, confirmed and published by two people")
    plan = import_plan(source.read_bytes(), source.name, actor=people.office(), now=begin).plan
    issued = at(plan.issued_on) if plan.issued_on else begin
    done = apply_ledger(plan, ledger, actor=people.office(), now=issued)
    say(
        f"    {done.confirmed} items confirmed as read, {done.corrected} corrected,"
        f" {done.added} added, {done.rejected} rejected"
    )
    plan.refresh_from_db()
    plan = submit_plan(plan, actor=people.office(), now=issued)
    plan = publish_plan(plan, digest=plan.digest, actor=people.office(1), now=issued)
    name_targets_in_english(plan, ledger, actor=people.office(), now=issued)
    assign_targets(plan, ledger, actor=people.office(), now=issued)
    people.of_units(reporting_units(plan))
    if pack.subjects is not None:
        subjects = Subjects(pack.subjects, story, now=begin)
        told = subjects.tell()
        build_index(now=begin)
        say(f"    {told} persons, firms and projects registered")
        _tell_cases(Cases(pack.subjects, people, subjects.made, day), say)
    return plan, people


def _tell_cases(cases: Cases, say: Say) -> None:
    """Applications in all states; those that the rules of another day do not allow are named."""
    say(f"    {cases.tell()} applications filed and dealt with")
    for problem in cases.problems:
        say(f"    left out: {problem}")


def _tell_months(plan: "Plan", people: People, day: date, say: Say) -> None:
    """Months that are reported and circulated, and the one that is being reported on ``day``."""
    current = (day.replace(day=1) - timedelta(days=1)).replace(day=1)
    rows = rows_of(plan, people.story, current)
    told = tell_history(plan, rows, people, before=current)
    say(f"    {told} months reported and locked")
    first_day = plan.issued_on or day
    months = [first for first, _last in month_ends(first_day, current)][:told]
    say(f"    {circulate(plan, months, people)} bulletins published")
    if months:
        say(f"    {demand_answers(plan, months[-1], people)} supervision orders")
    if current < first_day.replace(day=1):
        say("    no month has ended yet: nothing to report so far")
    else:
        begun = begin_month(plan, current, rows, people, day)
        say(f"    {current:%Y-%m} is being reported: {begun} reports have begun")
