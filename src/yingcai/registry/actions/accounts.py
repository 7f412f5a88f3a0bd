"""Naming a bank account for a subject, and no longer using it.

Who may name one for whom is for the caller to find out: the person, who acts for a firm, who fills a form in.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from yingcai.audit.actions import record
from yingcai.engine.accounts import KIND, PROBLEMS, check_account, ending
from yingcai.registry.errors import StaleRecord
from yingcai.registry.keys import key_ring
from yingcai.registry.models import PayeeAccount, Subject
from yingcai.registry.queries.merged import kept
from yingcai.registry.sealed import seal
from yingcai.registry.vocabulary import in_language

if TYPE_CHECKING:
    from yingcai.identity.models import User

LONGEST = {"bank": 60, "holder": 120}


@dataclass(frozen=True, repr=False)
class Written:
    """An account as it is written into a form. ``holder``: empty for the name of the subject itself."""

    bank: str
    number: str
    holder: str = ""

    def __repr__(self) -> str:
        return "***"


def account_problems(written: Written) -> dict[str, str]:
    """What is wrong with an account, by field, in the language of the page."""
    return dict(_problems(written))


def _problems(written: Written) -> Iterator[tuple[str, str]]:
    if not written.bank.strip():
        yield "bank", _("没有填写开户银行")
    for name, longest in LONGEST.items():
        if len(getattr(written, name)) > longest:
            yield name, _("超过%(most)s个字") % {"most": longest}
    found = check_account(written.number)
    for code in found.problems:
        yield "number", in_language(PROBLEMS[code])


def keep_account(
    subject: Subject, written: Written, *, agreed: bool, actor: "User", now: datetime
) -> PayeeAccount:
    """An account for a subject whose form has no problem; the one that is there, where it was named before.

    ``agreed``: the person said himself that it may be kept. A bank that was written otherwise, or somebody else who writes it, makes
    a new row and ends the old one, in whose place it stands. Raises: Erased; ValueError for an
    account with problems, which the caller asks for first.
    """
    if account_problems(written):
        raise ValueError("an account with problems is not kept")
    subject, number = kept(subject), check_account(written.number).number
    bank = " ".join(written.bank.split())
    holder = " ".join(written.holder.split()) or subject.name
    index = key_ring().blind_index(KIND, number)
    with transaction.atomic():
        there = PayeeAccount.objects.filter(subject=subject, blind_index=index, ended_at=None)
        row = there.first()
        same = row is not None and (row.bank, row.holder, row.named_by_id) == (
            bank,
            holder,
            actor.pk,
        )
        if row is not None and same:
            return row
        if row is not None:
            end_account(row, actor=actor, now=now)
        try:
            with transaction.atomic():
                made = PayeeAccount.objects.create(
                    subject=subject,
                    holder=holder,
                    bank=bank,
                    sealed=seal(subject, f"account/{index}", number),
                    blind_index=index,
                    ending=ending(number),
                    named_at=now,
                    named_by=actor,
                )
        except IntegrityError:  # two tabs at once
            return there.get()
        record("account.named", made, actor=actor, details={"agreed": agreed}, at=now)
    return made


def end_account(row: PayeeAccount, *, actor: "User", now: datetime) -> None:
    """An account is no longer used. Raises: StaleRecord."""
    with transaction.atomic():
        still = PayeeAccount.objects.filter(pk=row.pk, ended_at=None)
        if still.update(ended_at=now, ended_by=actor) != 1:
            raise StaleRecord(_("这个账户已经停用"))
        record("account.ended", row, actor=actor, details={}, at=now)
