"""Opening a sensitive value that a case stands on, with a reason, for whoever works on the case."""

from datetime import datetime
from typing import TYPE_CHECKING

from yingcai.cases.models import Case
from yingcai.engine.accounts import KIND as ACCOUNT
from yingcai.registry.actions.looking import note_reveal
from yingcai.registry.errors import OutOfScope
from yingcai.registry.queries.accounts import account_number
from yingcai.registry.queries.scope import Scope
from yingcai.registry.sealed import Secret
from yingcai.registry.vocabulary import vocabulary

if TYPE_CHECKING:
    from yingcai.registry.models import PayeeAccount

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


def account_revealed(
    scope: Scope, case: Case, account: "PayeeAccount", *, reason: str, now: datetime
) -> Secret:
    """The number of the account to which a case is paid, after the look is written.

    Raises: OutOfScope as `note_value_revealed`; Erased, NotSealed.
    """
    note_value_revealed(scope, case, ACCOUNT, reason=reason, now=now)
    return account_number(account)
