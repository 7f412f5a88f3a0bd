"""Naming the account to which what a case grants is paid: one that is known, or another."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.cases.errors import InvalidCase, NotAllowed
from yingcai.cases.models import Case, CaseAccount, CaseNotice
from yingcai.cases.queries.accounts import choices, may_name, named_for
from yingcai.cases.queries.seats import is_about
from yingcai.cases.sealed import NOTICE, put
from yingcai.registry.actions.accounts import Written, account_problems, keep_account

if TYPE_CHECKING:
    from yingcai.identity.models import User
    from yingcai.registry.models import PayeeAccount

AFTER = (Case.Status.RUNNING, Case.Status.GRANTED)


def choose_account(case: Case, handle: str, *, actor: "User", now: datetime) -> "PayeeAccount":
    """One of the subject's own accounts. Raises: NotAllowed, InvalidCase where it is not among them."""
    on = clock.day_of(now)
    _may(case, actor, now)
    found = next((one for one in choices(case, actor, on) if str(one.handle) == handle), None)
    if found is None:
        raise InvalidCase(_("这个账户已经停用，请另选"))
    with transaction.atomic():
        _name(case, found, actor=actor, now=now)
    return found


def write_account(
    case: Case, written: Written, *, agreed: bool, actor: "User", now: datetime
) -> "PayeeAccount":
    """Another account, which is the subject's from now on.

    ``agreed``: the person agrees that his account is kept to pay him (PIPL art. 29); who fills in for somebody
    else cannot agree for him, and the person sees the account before he confirms.
    Raises: NotAllowed; InvalidCase with what is wrong in each field (bank, number, holder, agreed).
    """
    on = clock.day_of(now)
    _may(case, actor, now)
    fields = account_problems(written)
    if not agreed and asks_agreement(case, actor, on):
        fields["agreed"] = _("请勾选同意：账户是敏感个人信息，要您单独同意才能保存")
    if case.subject.kind == "project" and not written.holder.strip():
        fields["holder"] = _("没有填写户名")
    if fields:
        raise InvalidCase(list(fields.values()), fields=fields)
    own = written if case.subject.kind == "project" else Written(written.bank, written.number)
    with transaction.atomic():
        row = keep_account(case.subject, own, agreed=agreed, actor=actor, now=now)
        _name(case, row, actor=actor, now=now)
    return row


def asks_agreement(case: Case, actor: "User", on: date) -> bool:
    """Whether who names an account is the person whose it is, and so has to agree that it is kept."""
    return case.subject.kind == "person" and is_about(case, actor, on)


def _name(case: Case, account: "PayeeAccount", *, actor: "User", now: datetime) -> None:
    """The same account again is no change; another one after the form was handed in is told to the applicant."""
    before = named_for(case)
    if before is not None and before.account == account:
        return
    row = CaseAccount.objects.create(case=case, account=account, named_at=now, named_by=actor)
    details = {"programme": case.programme}
    record("case.account_named", case, actor=actor, details=details, at=now)
    if before is not None and case.status in AFTER:
        kind = CaseNotice.Kind.ACCOUNT
        said = {"what": account.bank, "ending": account.ending}
        sealed = put(case, f"{NOTICE}/{kind}/{row.pk}", said)
        CaseNotice.objects.create(case=case, kind=kind, act=row.pk, at=now, sealed=sealed)


def _may(case: Case, actor: "User", now: datetime) -> None:
    if not may_name(case, actor, clock.day_of(now)):
        raise NotAllowed(_("只有申请人可以填写收款账户"))
