"""A guardian gives and withdraws consent for a child (PIPL art. 31), and nothing else."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from yingcai.audit.clock import SHANGHAI
from yingcai.audit.models import Event
from yingcai.engine.identifiers import with_check_sign
from yingcai.identity.models import User
from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_user
from yingcai.registry.actions.consent import give_consent, withdraw_consent
from yingcai.registry.actions.erasing import erase_subject
from yingcai.registry.actions.mandates import agree_mandate, end_mandate, give_mandate
from yingcai.registry.ages import fourteenth_birthday
from yingcai.registry.errors import InvalidSubject, OutOfScope
from yingcai.registry.models import Consent, Look, Mandate, Subject
from yingcai.registry.queries.scope import capacities, has_agreed, usual_scope
from yingcai.registry.tests.browsing import signed_in, text
from yingcai.registry.tests.make import NOW, TODAY, make_fact, make_firm, make_person, make_talent
from yingcai.registry.vocabulary import vocabulary

pytestmark = pytest.mark.usefixtures("city")
LAST = date(2019, 2, 27)  # the child is fourteen on the 28th
PAPERS = "户口簿、出生医学证明原件已核对"


def make_child(born: str = "20050228") -> Subject:
    return make_person("林小满", number=with_check_sign(f"331002{born}001"))


def make_guardian(child: Subject) -> tuple[User, Mandate]:
    """A login that two officers recorded as the guardian of a child."""
    parent = make_user(display_name="林之川")
    first, second = make_user(role=Role.OFFICE), make_user(role=Role.OFFICE)
    row = give_mandate(parent, child, "guardian", reason=PAPERS, actor=first, now=NOW)
    agree_mandate(row, actor=second, now=NOW)
    return parent, row


def agreed(child: Subject) -> bool:
    return has_agreed(child, vocabulary().purposes["bank"])


def test_a_guardian_gives_and_withdraws_and_the_audit_says_who_for_whom() -> None:
    child = make_child()
    parent, mandate = make_guardian(child)

    given = give_consent(child, "bank", version=1, actor=parent, now=NOW)
    assert agreed(child)
    withdraw_consent(child, "bank", actor=parent, now=NOW)

    assert not agreed(child)
    assert (given.subject, given.by) == (child, parent)
    told = Event.objects.filter(action__startswith="consent.").order_by("id")
    assert [(one.action, one.actor_id, one.details) for one in told] == [
        (action, parent.pk, {"purpose": "bank", "version": 1, "guardian": mandate.pk, "for": str(child.handle)})
        for action in ("consent.given", "consent.withdrawn")
    ]  # fmt: skip


def test_the_child_can_neither_give_nor_withdraw() -> None:
    child = make_child()
    own, (parent, _mandate) = make_talent(child), make_guardian(child)

    with pytest.raises(OutOfScope, match="监护人"):
        give_consent(child, "bank", version=1, actor=own, now=NOW)
    give_consent(child, "bank", version=1, actor=parent, now=NOW)
    with pytest.raises(OutOfScope, match="监护人"):
        withdraw_consent(child, "bank", actor=own, now=NOW)

    assert agreed(child)
    assert Consent.objects.count() == 1


def test_a_mandate_that_was_ended_or_waits_counts_for_nothing() -> None:
    child = make_child()
    parent, mandate = make_guardian(child)
    end_mandate(mandate, reason="监护人变更", actor=make_user(role=Role.OFFICE), now=NOW)
    other, officer = make_user(), make_user(role=Role.OFFICE)
    give_mandate(other, child, "guardian", reason=PAPERS, actor=officer, now=NOW)

    for user in (parent, other):
        with pytest.raises(OutOfScope, match="监护人"):
            give_consent(child, "bank", version=1, actor=user, now=NOW)

    assert not Consent.objects.exists()


def test_it_ends_the_day_before_the_fourteenth_birthday() -> None:
    child = make_child()
    parent, mandate = make_guardian(child)
    own = make_talent(child)
    assert mandate.ends_on == LAST
    eve, birthday = (
        datetime(day.year, day.month, day.day, 9, tzinfo=SHANGHAI)
        for day in (LAST, LAST + timedelta(days=1))
    )

    give_consent(child, "bank", version=1, actor=parent, now=eve)
    with pytest.raises(OutOfScope, match="本人"):
        withdraw_consent(child, "bank", actor=parent, now=birthday)
    assert agreed(child)  # it is the last word until the person has another
    withdraw_consent(child, "bank", actor=own, now=birthday)

    assert not agreed(child)


def test_a_mandate_that_was_left_open_counts_for_nothing_from_fourteen_on() -> None:
    child = make_child()
    parent, mandate = make_guardian(child)
    Mandate.objects.filter(pk=mandate.pk).update(ends_on=None)

    with pytest.raises(OutOfScope, match="本人"):
        give_consent(child, "bank", version=1, actor=parent, now=NOW + timedelta(days=400))

    assert not Consent.objects.exists()


@pytest.mark.parametrize(
    ("born", "fourteen"),
    [(date(2005, 2, 28), date(2019, 2, 28)), (date(2004, 2, 29), date(2018, 3, 1))],
)
def test_the_birthday_of_a_leap_day(born: date, fourteen: date) -> None:
    assert fourteenth_birthday(born) == fourteen


def test_one_officer_is_not_enough_and_neither_is_the_guardian_himself() -> None:
    child, officer = make_child(), make_user(role=Role.OFFICE)
    parent = make_user(role=Role.OFFICE)
    row = give_mandate(parent, child, "guardian", reason=PAPERS, actor=officer, now=NOW)

    for actor in (officer, parent):
        with pytest.raises(OutOfScope, match="另一位"):
            agree_mandate(row, actor=actor, now=NOW)
    with pytest.raises(InvalidSubject, match="理由和依据"):
        give_mandate(make_user(), child, "guardian", actor=officer, now=NOW)

    row.refresh_from_db()
    assert row.waiting


def test_only_a_child_has_a_guardian_and_nobody_is_his_own() -> None:
    officer = make_user(role=Role.OFFICE)
    child, grown, unknown = make_child(), make_child("20040608"), make_person("孟思远")

    for subject in (grown, unknown):
        with pytest.raises(InvalidSubject, match="未满十四周岁"):
            give_mandate(make_user(), subject, "guardian", reason=PAPERS, actor=officer, now=NOW)
    with pytest.raises(InvalidSubject, match="自己的监护人"):
        give_mandate(make_talent(child), child, "guardian", reason=PAPERS, actor=officer, now=NOW)

    assert not Mandate.objects.filter(kind="guardian").exists()


def test_a_guardian_is_in_no_other_scope() -> None:
    child = make_child()
    make_fact(child, "person.degree", "master")
    parent, _mandate = make_guardian(child)

    assert capacities(parent, TODAY) == {"guardian"}
    with pytest.raises(OutOfScope):
        usual_scope(parent, on=TODAY)
    client = signed_in(parent)
    for address in (
        "/registry/me/",
        "/registry/",
        f"/registry/{child.handle}/",
        "/registry/me/copy/",
    ):
        assert client.get(address).status_code in (403, 404)


def test_after_an_erasure_of_the_child_the_guardian_keeps_his_name() -> None:
    child = make_child()
    parent, mandate = make_guardian(child)
    office, second = make_user(role=Role.OFFICE), make_user(role=Role.OFFICE)

    erase_subject(child, reason="申请", actor=office, second=second, now=NOW)

    parent.refresh_from_db()
    mandate.refresh_from_db()
    assert (parent.display_name, mandate.ended_on) == ("林之川", TODAY)


# -- pages -------------------------------------------------------------------------------------


def test_the_page_shows_the_child_and_takes_the_decision() -> None:
    child, other = make_child(), make_child("20060101")
    parent, _mandate = make_guardian(child)
    make_fact(child, "person.degree", "master")
    client, address = signed_in(parent), reverse("registry:wards")

    page = text(client.get(address))

    assert "林小满" in page
    assert "硕士" not in page
    look = Look.objects.get(subject=child, viewer=parent)
    assert (look.capacity, look.fields) == ("guardian", ["name"])
    sent = {"child": child.handle, "purpose": "bank", "version": "1", "word": "yes"}
    assert client.post(address, sent).status_code == 302
    assert agreed(child)
    for named in (other.handle, "x", ""):
        assert client.post(address, {**sent, "child": named}).status_code == 404
    assert Consent.objects.count() == 1
    client.post(address, {**sent, "word": "no"})
    assert not agreed(child)


def test_the_page_is_for_guardians_only() -> None:
    child = make_child()
    for user in (make_talent(child), make_user(role=Role.OFFICE)):
        assert signed_in(user).get(reverse("registry:wards")).status_code == 403


def test_two_officers_record_it_on_the_subjects_page() -> None:
    child, parent = make_child(), make_user("parent")
    first, second = (signed_in(make_user(role=Role.OFFICE)) for _ in range(2))
    address = f"{reverse('registry:mandate_new', args=[child.handle])}?kind=guardian"
    assert "登记监护人" in text(first.get(reverse("registry:acting", args=[child.handle])))

    first.post(address, {"login": "parent", "reason": PAPERS})
    row = Mandate.objects.get()
    second.post(reverse("registry:mandate_agree", args=[child.handle, row.pk]))

    row.refresh_from_db()
    assert (row.user, row.kind, row.waiting, row.ends_on) == (parent, "guardian", False, LAST)
    assert "监护人" in text(second.get(reverse("registry:acting", args=[child.handle])))


def test_the_form_says_until_when_and_by_which_papers() -> None:
    child, firm = make_child(), make_firm()
    office = signed_in(make_user(role=Role.OFFICE))
    pages = {
        kind: text(office.get(reverse("registry:mandate_new", args=[subject.handle]) + asked))
        for kind, subject, asked in (
            ("guardian", child, "?kind=guardian"),
            ("self", make_person("孟思远"), ""),
            ("employer", firm, ""),
        )
    }

    assert "不填：到满十四周岁的前一天，最晚也到这一天。" in pages["guardian"]
    assert "长期" not in pages["guardian"]
    assert "授权书" not in pages["guardian"] + pages["self"]
    assert all("不填：长期。" in pages[kind] for kind in ("self", "employer"))
    assert "例如单位授权书的文号" in pages["employer"]
