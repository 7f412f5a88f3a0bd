"""The bank accounts of a subject, and whether others name the same."""

from collections.abc import Collection
from uuid import UUID

from yingcai.registry.models import PayeeAccount, Subject
from yingcai.registry.queries.merged import kept, members
from yingcai.registry.sealed import Secret, unsealed


def accounts_of(subject: Subject) -> list[PayeeAccount]:
    """Those in use, the one named last first."""
    rows = PayeeAccount.objects.filter(subject__in=members([kept(subject)]), ended_at=None)
    found = rows.select_related("subject").order_by("id")
    return list({one.blind_index: one for one in found}.values())[::-1]


def account_in_use(subject: Subject, handle: UUID | str) -> PayeeAccount | None:
    """One of a subject's accounts in use by its handle."""
    return next((one for one in accounts_of(subject) if str(one.handle) == str(handle)), None)


def standing_account(account: PayeeAccount) -> PayeeAccount | None:
    """An account, or the row of the same number that stands in its place now; None where it is no longer used."""
    if account.ended_at is None:
        return account
    own = PayeeAccount.objects.filter(subject__in=members([kept(account.subject)]), ended_at=None)
    found = own.filter(blind_index=account.blind_index).exclude(blind_index="")
    return found.select_related("subject").order_by("-id").first()


def others_naming(account: PayeeAccount) -> int:
    """How many other subjects say that money goes to the same account."""
    rows = PayeeAccount.objects.filter(blind_index=account.blind_index, ended_at=None)
    found = rows.select_related("subject__merged_into")
    own = kept(account.subject).pk
    return len({kept(one.subject).pk for one in found} - {own})


def account_number(row: PayeeAccount) -> Secret:
    """Its number, for whoever has written the look or takes a copy of himself. Raises: Erased, NotSealed."""
    return unsealed(row.subject, f"account/{row.blind_index}", bytes(row.sealed))


def accounts_kept(subjects: Collection[int]) -> list[PayeeAccount]:
    """Every account that was named for some rows of a subject, also those no longer in use."""
    return list(PayeeAccount.objects.filter(subject__in=subjects).select_related("subject"))
