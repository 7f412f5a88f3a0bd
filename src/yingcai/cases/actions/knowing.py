"""What the city knows of who asks, opened for himself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Union

from yingcai.audit import clock
from yingcai.registry.actions.looking import open_facts
from yingcai.registry.errors import OutOfScope
from yingcai.registry.queries.facts import standing
from yingcai.registry.queries.scope import SELF, usual_scope

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from yingcai.identity.models import User


@dataclass(frozen=True)
class Known:
    """A kept value, the id of the source that is believed, and the day on which it was recorded."""

    written: str
    source: str
    on: str


def own_facts(user: Union["User", "AnonymousUser"], *, now: datetime) -> Mapping[str, Known] | None:
    """By fact, what holds today of the person who is signed in; None for somebody who is no person here.

    Sensitive values are not among them. Raises: Erased, NotSealed.
    """
    on = clock.day_of(now)
    try:
        scope = usual_scope(user, on=on, among=(SELF,))
    except OutOfScope:
        return None
    person = scope.subjects().filter(kind="person").first()
    if person is None:
        return None
    found = standing(person, on=on)
    opened = open_facts(scope, person, [one.fact for one in found], now=now)
    return {
        one.name: Known(
            opened[one.fact.pk], one.fact.source, clock.day_of(one.fact.recorded_at).isoformat()
        )
        for one in found
        if one.fact.pk in opened
    }
