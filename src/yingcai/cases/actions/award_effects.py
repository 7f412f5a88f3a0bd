"""What a decision on an award does: to the award itself, to what is owed for it, to what the city knows."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from yingcai.cases.actions.awarding import void
from yingcai.cases.models import Award, AwardChange
from yingcai.cases.queries.awards import ENDING, GRADED, grade_on
from yingcai.cases.queries.flows import book_of_case
from yingcai.engine.rules.types import Enum
from yingcai.registry.actions.facts import Said, correct_fact, record_fact, retract_fact, says
from yingcai.registry.queries.facts import standing
from yingcai.registry.queries.merged import kept
from yingcai.registry.vocabulary import vocabulary

if TYPE_CHECKING:
    from yingcai.identity.models import User


def carry_out(row: AwardChange, *, actor: "User", now: datetime) -> None:
    """Call it in the transaction of the decision. Suspension and tolerance do nothing but hold."""
    if row.kind in ENDING:
        _end(row, actor=actor, now=now)
    elif row.kind in GRADED:
        _grade(row, actor=actor, now=now)


def _end(row: AwardChange, *, actor: "User", now: datetime) -> None:
    """The award stands no longer, nothing is owed, and its grade is no longer known to hold."""
    award, grade = row.award, grade_on(row.award, row.from_on)
    void(award, actor=actor, now=now)
    forget(award, grade, row.from_on, actor=actor, now=now)


def _grade(row: AwardChange, *, actor: "User", now: datetime) -> None:
    """Another grade from a day on; the former one held until the day before."""
    award = row.award
    before = row.award.changes.filter(status=AwardChange.Status.DECIDED, kind__in=GRADED)
    former = before.exclude(pk=row.pk).order_by("from_on", "id").last()
    grade = former.result if former else award.result
    forget(award, grade, row.from_on, actor=actor, now=now)
    word = vocabulary().facts.get(grade_fact(award))
    if word is not None:
        said = Said(
            word.name, row.result, word.source, since=row.from_on, reference=award.case.number
        )
        record_fact(kept(award.subject), said, verified_by=actor, actor=actor, now=now)


def grade_fact(award: Award) -> str:
    """The fact that holds what an award gives; empty where it gives no such thing."""
    book = book_of_case(award.case)
    rules = [book.rules.rules[number] for number in book.rules.programmes[award.programme].rules]
    kinds = [rule.result.type for rule in rules if rule.result is not None]
    return next((kind.name for kind in kinds if isinstance(kind, Enum)), "")


def forget(award: Award, grade: str, since: date, *, actor: "User", now: datetime) -> None:
    """A grade that this award made known holds until the day before, and not at all where it began on that day.

    What others have recorded stays: it is known without the award.
    """
    name = grade_fact(award)
    if not name or not grade:
        return
    graded = award.changes.filter(status=AwardChange.Status.DECIDED, kind__in=GRADED)
    made = award.case.created_at if award.case.on_paper else award.case.ended_at
    moments = {made, *graded.values_list("decided_at", flat=True)}
    for one in standing(kept(award.subject), on=since):
        fact = one.fact
        if one.name != name or fact.recorded_at not in moments or not says(fact, grade):
            continue
        if fact.valid_from and fact.valid_from >= since:
            retract_fact(fact, actor=actor, now=now)
        else:
            until = since - timedelta(days=1)
            said = Said(name, grade, fact.source, since=fact.valid_from, until=until)
            correct_fact(fact, said, actor=actor, now=now)
