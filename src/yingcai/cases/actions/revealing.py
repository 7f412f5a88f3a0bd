"""Opening a sensitive value that a case stands on, with a reason, for whoever works on the case."""

from datetime import datetime

from yingcai.cases.models import Case
from yingcai.registry.actions.looking import note_reveal
from yingcai.registry.errors import OutOfScope
from yingcai.registry.queries.scope import Scope
from yingcai.registry.vocabulary import vocabulary

SENSITIVE = "verification"  # the purpose for which such values are opened


def note_value_revealed(scope: Scope, case: Case, name: str, *, reason: str, now: datetime) -> None:
    """Write the look at one value of a case, as the register does; the caller has found the case in scope.

    Raises: OutOfScope where no reason is given, or the city has no purpose for it; NotConsented.
    """
    purpose = vocabulary().purposes.get(SENSITIVE)
    if purpose is None:
        raise OutOfScope("没有这个处理目的")
    wanted = Scope(scope.user, purpose, scope.capacity, scope.on)
    note_reveal(wanted, case.subject, [name], reason=reason, now=now)
