"""An appeal that changes the decision itself: by what it found out and the rules, by another person, in one transaction."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from yingcai.audit.models import Event
from yingcai.cases.actions.appealing import answer_notice, appeal
from yingcai.cases.actions.deciding import answers_of, basis_kept
from yingcai.cases.actions.judging import judge
from yingcai.cases.actions.moving import run_by_time
from yingcai.cases.errors import InvalidCase, NotAllowed, StaleCase
from yingcai.cases.letters import letter_document, letter_of
from yingcai.cases.models import Award, Case, CaseNotice, Obligation
from yingcai.cases.queries.appeals import found_of, said_of
from yingcai.cases.queries.awards import sum_of
from yingcai.cases.tests.after_city import AFTER, APPEAL, OBLIGATIONS
from yingcai.cases.tests.case_city import GRANT, City, build_city, later, step
from yingcai.identity.models import User
from yingcai.identity.tests.make import make_user
from yingcai.registry.tests.browsing import in_a_line, signed_in

pytestmark = pytest.mark.django_db
WHY = "参保月数算错了，请按社保记录重新核对"
MONTHS = "person.insured_months"
BY_MONTHS = GRANT.replace("amount: YUAN(50000)", "amount: YUAN(1000) * person.insured_months")
CHANGING = APPEAL.replace(
    "next: [done], refused_to: declined}", "next: [done, changed], refused_to: declined}"
).replace(
    "  - {id: declined,",
    "  - {id: changed, words: {zh: 变更原决定, en: Changed}, kind: 办结, changes: better}\n  - {id: declined,",
)
FILES = {
    **AFTER,
    "programmes/grant.yaml": BY_MONTHS + OBLIGATIONS,
    "workflows/appeal.yaml": CHANGING,
}


@pytest.fixture
def city(tmp_path: Path, settings: Any) -> City:
    settings.YINGCAI_TODAY = date(2018, 6, 25)
    return build_city(tmp_path / "city", FILES)


@pytest.fixture
def second(city: City) -> User:
    return make_user("second", role="head", unit=city.head.grants.get().unit)


def decided(city: City, months: str, move: str = "agree", reason: str = "") -> Case:
    """The first case, decided by the head on 2018-06-20."""
    case = city.submitted(months=months)
    for who in (city.window, city.officer, city.county):
        case = step(case, who, "agree")
    run_by_time(case, now=later(9))
    return step(case, city.head, move, reason=reason, now=later(9))


def appealed(city: City, first: Case) -> Case:
    made = appeal(first, "appeal", WHY, actor=city.talent, now=later(14))
    return step(made, city.window, "agree", now=later(14))


def find(made: Case, who: User, months: str) -> Case:
    row = Case.objects.get(pk=made.pk)
    judge(row, MONTHS, months, version=row.version, actor=who, now=later(15))
    return Case.objects.get(pk=made.pk)


def changed(made: Case, who: User) -> Case:
    return step(made, who, "agree", to="changed", reason="社保记录有36个月", now=later(15))


def test_a_higher_amount_takes_the_place_of_the_first_one(city: City, second: User) -> None:
    first = decided(city, "24")
    old = Award.objects.get()
    made = find(appealed(city, first), second, "36")
    made = changed(made, second)

    first, old = Case.objects.get(pk=first.pk), Award.objects.get(pk=old.pk)
    new = Award.objects.get(voided_at=None)
    assert (made.status, made.stage) == ("granted", "changed")
    assert (first.status, first.stage, first.acts.latest("number").move) == (
        "granted",
        "done",
        "change",
    )
    assert (old.amount, old.voided_at) == (2_400_000, later(15))
    assert (new.amount, new.replaces, new.granted_by, new.granted_on) == (
        3_600_000,
        old,
        second,
        date(2018, 6, 26),
    )
    new.case = first
    assert sum_of(new) == ["原决定：2.4万元；变更后：3.6万元", "应当补发1.2万元"]
    assert Event.objects.filter(action="case.change", object_id=str(first.pk)).count() == 1
    assert Event.objects.filter(action="award.voided").count() == 1


def test_what_was_found_stands_in_the_new_decision_and_the_old_one_stays(
    city: City, second: User
) -> None:
    first = decided(city, "24")
    before = [(one.number, one.amount, one.digest) for one in first.decisions.order_by("number")]
    changed(find(appealed(city, first), second, "36"), second)

    rows = list(first.decisions.order_by("number"))
    assert [(one.number, one.amount, one.digest) for one in rows[:-1]] == before
    rows[-1].case = Case.objects.get(pk=first.pk)
    used = basis_kept(rows[-1])[MONTHS]
    assert (used.written, used.by, rows[-1].amount) == ("36", "judged", 3_600_000)
    assert answers_of(rows[-1].case).own == {MONTHS: "24"}


def test_what_is_owed_begins_anew_and_the_old_duties_end(city: City, second: User) -> None:
    first = decided(city, "24")
    changed(find(appealed(city, first), second, "36"), second)

    assert [
        (one.award.amount, one.state, one.due_on) for one in Obligation.objects.order_by("id")
    ] == [
        (2_400_000, "ended", date(2019, 6, 20)),
        (2_400_000, "ended", date(2020, 6, 20)),
        (3_600_000, "open", date(2019, 6, 26)),
        (3_600_000, "open", date(2020, 6, 26)),
    ]


def test_a_refusal_is_changed_to_a_grant_at_once(city: City, second: User) -> None:
    first = decided(city, "3", "refuse", "参保不满12个月")
    changed(find(appealed(city, first), second, "24"), second)

    award = Award.objects.get()
    assert (Case.objects.get(pk=first.pk).status, award.amount, award.replaces) == (
        "granted",
        2_400_000,
        None,
    )


def test_whoever_applied_reads_what_was_changed_and_why(city: City, second: User) -> None:
    first = decided(city, "24")
    made = changed(find(appealed(city, first), second, "36"), second)

    kinds = list(
        CaseNotice.objects.filter(case=first).order_by("id").values_list("kind", flat=True)
    )
    assert kinds[-2:] == ["granted", "changed"]
    page = in_a_line(signed_in(city.talent).get(f"/my/cases/{first.handle}/"))
    assert f"申诉 {made.number} 成立，原决定按查明的事实变更" in page
    assert "应当补发1.2万元" in page
    assert "社保记录有36个月" in page
    page = in_a_line(signed_in(city.talent).get(f"/my/cases/{made.handle}/"))
    assert "申诉成立：原决定直接变更" in page
    letter = str(letter_document(made, letter_of(made)).blocks)  # type: ignore[arg-type]
    assert f"原决定（编号{first.number}）按查明的事实直接变更。" in letter
    assert "应当补发1.2万元。" in letter
    assert "重新办理" not in letter
    first = Case.objects.get(pk=first.pk)
    assert "36,000元" in str(letter_document(first, letter_of(first)).blocks)  # type: ignore[arg-type]


def test_nothing_is_changed_for_the_worse_where_the_pack_says_so(city: City, second: User) -> None:
    first = decided(city, "24")
    made = find(appealed(city, first), second, "18")
    with pytest.raises(NotAllowed, match="不得作出对申请人更为不利的变更"):
        changed(made, second)

    assert Case.objects.get(pk=made.pk).stage == "decide"
    assert (Award.objects.get().amount, Award.objects.get().voided_at) == (2_400_000, None)
    assert answers_of(Case.objects.get(pk=first.pk)).judged == {}


def test_where_it_may_be_for_the_worse_the_difference_is_to_be_given_back(
    tmp_path: Path, settings: Any
) -> None:
    settings.YINGCAI_TODAY = date(2018, 6, 25)
    files = {**FILES, "workflows/appeal.yaml": CHANGING.replace("changes: better", "changes: any")}
    city = build_city(tmp_path / "city", files)
    other = make_user("other", role="head", unit=city.head.grants.get().unit)
    changed(find(appealed(city, decided(city, "24")), other, "18"), other)

    award = Award.objects.select_related("case").get(voided_at=None)
    assert sum_of(award) == ["原决定：2.4万元；变更后：1.8万元", "应当退回6,000元"]


def test_what_the_rules_refuse_or_what_is_the_same_is_not_changed(city: City, second: User) -> None:
    made = appealed(city, decided(city, "24"))
    with pytest.raises(NotAllowed, match="结果与原决定相同"):
        changed(made, second)
    with pytest.raises(NotAllowed, match="不符合“参加社会保险满12个月”"):
        changed(find(made, second, "6"), second)
    assert Award.objects.filter(voided_at=None).count() == 1


def test_who_decided_the_first_case_neither_finds_nor_changes_nor_decides_it_anew(
    city: City, second: User
) -> None:
    first = decided(city, "24")
    made = find(appealed(city, first), second, "36")
    with pytest.raises(NotAllowed, match="办理过原事项的人不能在这里办理"):
        changed(made, city.head)
    step(made, second, "agree", to="done", reason="重新办理", now=later(15))

    with pytest.raises(NotAllowed, match="原决定由您作出，重新办理须由他人决定"):
        step(first, city.head, "agree", now=later(16))
    assert not Award.objects.filter(voided_at=None).exists()
    first = step(first, second, "agree", now=later(16))
    assert first.status == "granted"


def test_findings_are_of_the_facts_that_the_programme_asks_for_by_whoever_has_a_task(
    city: City, second: User
) -> None:
    made = appealed(city, decided(city, "24"))
    for who in (city.officer, city.talent):
        with pytest.raises(NotAllowed, match="只有这一步的经办人可以认定"):
            judge(made, MONTHS, "36", version=made.version, actor=who, now=later(15))
    for name, value in (("person.birth", "1990-01-01"), (MONTHS, "many")):
        with pytest.raises(InvalidCase):
            judge(made, name, value, version=made.version, actor=second, now=later(15))
    judge(made, MONTHS, "36", version=made.version, actor=second, now=later(15))
    with pytest.raises(StaleCase):
        judge(made, MONTHS, "48", version=made.version - 1, actor=second, now=later(15))
    assert (found_of(Case.objects.get(pk=made.pk)), made.decisions.count()) == ({MONTHS: "36"}, 0)


def test_what_was_found_stays_when_what_is_missing_is_handed_in(city: City) -> None:
    made = appeal(decided(city, "24"), "appeal", WHY, actor=city.talent, now=later(14))
    made = find(made, city.window, "36")
    made = step(
        made,
        city.window,
        "return",
        to="correction",
        reason="不清楚",
        items=("社保记录",),
        now=later(15),
    )
    made = answer_notice(made, "附后", version=made.version, actor=city.talent, now=later(15))
    assert (said_of(made), found_of(made)) == ([WHY, "附后"], {MONTHS: "36"})


def test_a_complaint_changes_no_decision(city: City, second: User) -> None:
    first = decided(city, "24")
    made = appeal(first, "complaint", WHY, actor=city.talent, now=later(14))
    made = step(made, city.window, "agree", now=later(14))
    with pytest.raises(NotAllowed, match="投诉不改变决定"):
        changed(made, second)
    assert Case.objects.get(pk=made.pk).status == "running"


def test_the_desk_records_what_was_found_and_shows_what_it_would_come_to(
    city: City, second: User
) -> None:
    made = appealed(city, decided(city, "24"))
    client, here = signed_in(second), f"/desk/{made.handle}/"
    page = in_a_line(client.get(here))
    assert "还没有记录" in page
    assert "记录查明的事实" in page
    sent = {"version": str(made.version), "name": MONTHS, "value": "36"}
    assert client.post(f"{here}judge/", sent).status_code == 302
    page = in_a_line(client.get(here))
    assert "36个月" in page
    assert "原决定：2.4万元；变更后：3.6万元" in page
    assert "应当补发1.2万元" in page
