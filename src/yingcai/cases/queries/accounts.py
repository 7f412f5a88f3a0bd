"""收款账户: whether a programme pays to an account, which one a case names, and who may name one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from yingcai.cases.models import Case, CaseAccount
from yingcai.cases.queries.flows import details_of
from yingcai.cases.queries.seats import is_about, may_change
from yingcai.registry.queries.accounts import accounts_of, others_naming, standing_account

if TYPE_CHECKING:
    from yingcai.identity.models import User
    from yingcai.registry.models import PayeeAccount

Status = Case.Status


@dataclass(frozen=True)
class Named:
    """The account of a case. ``others``: how many other subjects name the same; ``own``: the subject named it itself."""

    row: CaseAccount
    others: int
    own: bool

    @property
    def in_use(self) -> bool:
        return self.row.account.ended_at is None


def pays_out(programme: Mapping[str, Any]) -> bool:
    """Whether a programme of a pack gives money, by its rules or as people settle it."""
    bodies = [programme, *programme.get("versions", [])]
    settles = programme.get("exceptional", {}).get("settles", "")
    return any("amount" in body for body in bodies) or "amount" in settles


def takes_account(case: Case) -> bool:
    """Whether a case names an account: an application for money. Raises: PackNotKept."""
    return case.asks_rules and pays_out(details_of(case))


def named_for(case: Case) -> CaseAccount | None:
    """What was named last, in use or not; with the account as it is written now."""
    rows = case.accounts.select_related("account__subject__merged_into", "named_by")
    row = rows.order_by("-id").first()
    if row is not None:
        row.account = standing_account(row.account) or row.account
    return row


def account_of(case: Case) -> "PayeeAccount | None":
    """The account to which what a case grants is paid; None where none is named, or it is no longer used."""
    row = named_for(case)
    return row.account if row and row.account.ended_at is None else None


def told_account(case: Case, on: date) -> Named | None:
    """The same for the office, with what it has to look at before money goes there."""
    row = named_for(case)
    if row is None:
        return None
    own = is_about(case, row.named_by, on)
    return Named(row, 0 if row.account.ended_at else others_naming(row.account), own)


def may_name(case: Case, user: "User", on: date, *, own: bool | None = None) -> bool:
    """Whether a login may name the account: whoever fills the form in; afterwards the subject itself alone.

    ``own``: whether it is the subject, where the caller knows.
    """
    if not takes_account(case):
        return False
    if case.status in (Status.UNCONFIRMED, Status.RUNNING, Status.GRANTED):
        about = is_about(case, user, on) if own is None else own
        return about or may_change(case, user, on)
    return may_change(case, user, on)


def choices(case: Case, user: "User", on: date) -> "list[PayeeAccount]":
    """The accounts that a login may choose among: those of the subject, for itself alone."""
    return accounts_of(case.subject) if is_about(case, user, on) else []
