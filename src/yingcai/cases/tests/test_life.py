"""The life of a case: handed in, sent back once, published, decided with its reasons, granted or not."""

from datetime import date
from pathlib import Path

import pytest

from yingcai.audit.models import Event
from yingcai.cases.actions.deciding import replay
from yingcai.cases.actions.moving import Step, move, run_by_time
from yingcai.cases.actions.opening import start_case, submit
from yingcai.cases.errors import InvalidCase, NotAllowed, StaleCase
from yingcai.cases.models import Award, Case, CaseAct, CaseNotice
from yingcai.cases.tests.case_city import FILES, GRANT, NOW, City, build_city, later, step
from yingcai.cases.tests.make import publish_city
from yingcai.registry.models import Fact
from yingcai.registry.tests.make import make_fact

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(tmp_path: Path) -> City:
    return build_city(tmp_path / "city")


def through_review(city: City, case: Case) -> Case:
    step(case, city.window, "agree")
    step(case, city.officer, "agree")
    return step(case, city.county, "agree")


def test_a_case_goes_from_the_form_to_the_award(city: City) -> None:
    case = city.submitted()

    assert (case.stage, case.status, case.number) == ("intake", "running", f"2018-{case.pk:06d}")
    assert case.due_on == date(2018, 6, 19)  # five working days; the 18th is off
    case = through_review(city, case)
    assert (case.stage, case.public_until) == ("publicity", case.due_on)
    assert run_by_time(case, now=later(9))
    case = step(case, city.head, "agree", now=later(9))

    assert (case.stage, case.status) == ("done", "granted")
    award = Award.objects.get()
    assert (award.amount, award.subject, award.voided_at) == (5_000_000, city.person, None)
    assert [act.move for act in CaseAct.objects.all()] == [
        "agree",
        "agree",
        "agree",
        "lapse",
        "agree",
    ]


def test_what_was_proven_is_known_from_then_on(city: City) -> None:
    case = through_review(city, city.submitted())
    run_by_time(case, now=later(9))
    step(case, city.head, "agree", now=later(9))

    learnt = Fact.objects.get(name="person.insured_months")
    assert (learnt.verified_by, learnt.source) == (city.head, "social-insurance")
    assert Fact.objects.filter(name="person.degree").count() == 1  # it was known before


def test_a_decision_is_made_again_from_what_was_kept(city: City) -> None:
    case = city.submitted()
    make_fact(city.person, "person.insured_months", 3, "social-insurance")  # known later

    answer, same = replay(case.decisions.get())

    assert (answer.outcome, answer.amount, same) == ("yes", 5_000_000, True)


def test_what_is_missing_is_told_once_and_stops_the_clock(city: City) -> None:
    case = city.submitted()
    case = step(
        case, city.window, "return", to="correction", reason="看不清", items=("学位证书背面",)
    )

    assert (case.stage, case.tasks.count()) == ("correction", 0)
    told = CaseNotice.objects.get(kind="missing")
    assert (told.act, told.read_at) == (1, None)
    case = step(case, city.talent, "agree", now=later(1))
    assert case.stage == "intake"
    with pytest.raises(NotAllowed, match="补正内容应当一次告知，不能再加：社保证明"):
        step(
            case, city.window, "return", to="correction", reason="还缺", items=("社保证明",), now=later(1),
        )  # fmt: skip


def test_nobody_grants_what_the_rules_refuse(city: City) -> None:
    case = through_review(city, city.submitted(months="3"))
    run_by_time(case, now=later(9))

    with pytest.raises(NotAllowed, match="不符合“参加社会保险满12个月”"):
        step(case, city.head, "agree", now=later(9))

    assert not Award.objects.exists()
    case = step(case, city.head, "refuse", reason="参保不满12个月", now=later(9))
    assert (case.status, Award.objects.count()) == ("declined", 0)


def test_who_reviewed_does_not_decide_and_nobody_decides_his_own(city: City) -> None:
    case = city.submitted()
    with pytest.raises(NotAllowed):
        step(case, city.talent, "agree")
    with pytest.raises(NotAllowed, match="“受理”这一步不由您办理"):
        step(case, city.officer, "agree")
    assert CaseAct.objects.count() == 0


def test_of_two_opposite_acts_one_wins(city: City) -> None:
    case = city.submitted()
    seen = Case.objects.get(pk=case.pk)
    step(case, city.window, "agree")

    with pytest.raises(StaleCase):
        move(
            seen, Step("refuse", reason="不符合"), version=seen.version, actor=city.window, now=NOW
        )
    assert Case.objects.get(pk=case.pk).stage == "review"


def test_a_form_that_is_sent_twice_is_one_case(city: City) -> None:
    draft = city.draft(person__insured_months="24")
    submit(draft, version=draft.version, actor=city.talent, now=NOW)

    with pytest.raises(StaleCase, match="已有新的办理动作"):
        submit(draft, version=draft.version - 1, actor=city.talent, now=NOW)
    with pytest.raises(InvalidCase, match="同一事项已有一件正在办理"):
        start_case("grant", city.person, "self", actor=city.talent, now=NOW)
    assert Event.objects.filter(action="case.submitted").count() == 1


def test_the_rules_vote_where_the_program_has_a_voice(city: City) -> None:
    case = city.submitted("bonus")

    assert case.stage == "approve"
    assert [(act.move, act.actor) for act in case.acts.all()] == [("agree", None)]


def test_the_rules_ask_for_what_they_cannot_know(city: City) -> None:
    case = city.submitted("bonus", months="")

    assert case.stage == "correction"
    assert CaseNotice.objects.filter(case=case, kind="missing").count() == 1


def test_the_rules_refuse_with_the_clause(city: City) -> None:
    case = city.submitted("bonus", months="2")

    assert (case.stage, case.status) == ("declined", "declined")
    assert not Award.objects.exists()


def test_what_excludes_another_award_is_refused(city: City) -> None:
    case = through_review(city, city.submitted())
    run_by_time(case, now=later(9))
    step(case, city.head, "agree", now=later(9))

    other = start_case("bonus", city.person, "self", actor=city.talent, now=later(10))
    other = submit(other, version=other.version, actor=city.talent, now=later(10))

    assert other.status == "declined"
    assert Award.objects.count() == 1


def test_a_draft_goes_by_the_rules_of_the_day_on_which_it_is_handed_in(
    city: City, tmp_path: Path
) -> None:
    draft = city.draft(person__insured_months="24")
    doubled = GRANT.replace("YUAN(50000)", "YUAN(100000)")
    publish_city(tmp_path / "later", more={**FILES, "programmes/grant.yaml": doubled})

    with pytest.raises(StaleCase, match="政策已经更新"):
        submit(draft, version=draft.version, actor=city.talent, now=NOW)
    draft.refresh_from_db()
    case = submit(draft, version=draft.version, actor=city.talent, now=NOW)

    assert case.decisions.get().amount == 10_000_000


def test_a_draft_of_a_programme_that_is_over_is_not_handed_in(city: City, tmp_path: Path) -> None:
    draft = city.draft(person__insured_months="24")
    over = GRANT.replace("{from: 2018-01-01}", "{from: 2018-01-01, to: 2018-06-10}")
    publish_city(tmp_path / "later", more={**FILES, "programmes/grant.yaml": over})

    with pytest.raises(InvalidCase, match="该事项目前不能申请"):
        submit(draft, version=draft.version, actor=city.talent, now=NOW)

    assert Case.objects.get().status == "draft"
