"""What the register knows that keeps an expert away from a project, by the relations that the pack names."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from yingcai.cases.models import Case, Conflict
from yingcai.identity.queries import is_among, is_behind
from yingcai.registry.queries.merged import persons_acting_for
from yingcai.registry.queries.near import Ids, kept_now, next_to
from yingcai.registry.queries.scope import SELF, mandates_in_force

if TYPE_CHECKING:
    from yingcai.identity.models import User


def conflicts_found(
    case: Case, expert: "User", rules: Iterable[Mapping[str, Any]], on: date
) -> Iterator[str]:
    """The kinds of conflict between an expert and a case, each once."""
    if _is_own(case, expert, on):
        yield Conflict.Kind.OWN
    # By whatever login he is known to be that person: his login as an expert need not be the one.
    oneself = mandates_in_force(on).filter(kind=SELF, user__person_key=expert.person_key)
    own = kept_now(oneself.values("subject_id"))
    if not own:
        return
    side = sides_of(case, on)
    for rule in rules:
        if _meets(own, side, rule, on):
            yield rule["kind"]


def _is_own(case: Case, expert: "User", on: date) -> bool:
    behind = persons_acting_for(case.subject, on=on)
    return is_behind(case.applicant, expert) or is_among(expert, behind)


def sides_of(case: Case, on: date) -> Ids:
    """The subject of a case and whoever stands in a relation to it that day: its leader, its firm."""
    subject = kept_now([case.subject_id])
    return subject | next_to(subject, None, since=on, on=on)


def _meets(own: Ids, side: Ids, rule: Mapping[str, Any], on: date) -> bool:
    since = on.replace(year=on.year - rule["years"], day=1) if "years" in rule else on
    kinds = rule["relations"]
    theirs = next_to(own, kinds, since=since, on=on)
    if theirs & side:
        return True
    if not rule.get("shared"):
        return False
    return bool(theirs & (next_to(side, kinds, since=since, on=on) - own))
