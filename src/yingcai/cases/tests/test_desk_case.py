"""One case at the desk: what it shows and masks, what may be done, and who may not."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yingcai.cases.actions.files import attach
from yingcai.cases.actions.opening import submit
from yingcai.cases.models import Award, Case, CaseAct
from yingcai.cases.tests.case_city import NOW, City, build_city, later, step
from yingcai.cases.tests.desk_browsing import act, address, on, read, signed_in, text_of
from yingcai.identity.models import Unit
from yingcai.identity.tests.make import make_unit, make_user
from yingcai.registry.models import Look
from yingcai.registry.tests.make import make_fact

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
SALARY_WORDS = ("123457", "123,457", "12.3457")


@pytest.fixture
def city(tmp_path: Path, settings: Any) -> City:
    on(settings, NOW)
    return build_city(tmp_path / "city")


def test_the_page_tells_facts_reasons_and_story(city: City) -> None:
    case = city.submitted()

    page = read(city.window, address(case))

    assert ["按规则符合" in page, "5万元" in page] == [True, True]
    assert ["具有博士学位" in page, "参加社会保险满12个月" in page] == [True, True]
    assert ["本人填报" in page, "24个月" in page, "第1条" in page] == [True, True, True]
    assert '学位证书</span> <span class="yc-status is-bad">未提交' in page
    assert "已收到申请" in page


def test_a_case_of_another_unit_is_not_there(city: City) -> None:
    case = city.submitted()
    stranger = make_user(role="officer", unit=make_unit())
    elsewhere = make_user(role="county", unit=make_unit(kind=Unit.Kind.COUNTY))

    for user in (stranger, elsewhere):
        read(user, address(case), answers=404)
        assert act(user, case, "agree").status_code == 404
        read(user, address(case, "steps.svg"), answers=404)
    read(city.talent, address(case), answers=403)
    assert not Look.objects.filter(viewer__in=[stranger, elsewhere, city.talent]).exists()
    assert CaseAct.objects.count() == 0


def test_a_draft_is_nobodys_at_the_desk(city: City) -> None:
    read(city.window, address(city.draft()), answers=404)


def test_the_look_names_what_was_shown(city: City) -> None:
    case = city.submitted()
    read(city.window, address(case))

    look = Look.objects.get(viewer=city.window)
    assert (look.subject, look.capacity, look.purpose, look.revealed) == (
        city.person, "window", "casework", False,
    )  # fmt: skip
    assert {"name", "person.degree", "person.insured_months"} <= set(look.fields)


def test_nobody_acts_in_his_own_case(city: City) -> None:
    case = city.submitted()
    window = city.window
    window.person_key = city.talent.person_key
    window.save()

    page = read(window, address(case))

    assert ["不能办理的动作" in page, "本人的事项应当回避" in page] == [True, True]
    assert 'data-move="agree"' not in page
    answer = act(window, case, "agree")
    assert (answer.status_code, CaseAct.objects.count()) == (422, 0)


def test_the_next_case_follows_and_the_message_names_what_was_done(city: City) -> None:
    case = city.submitted()

    answer = act(city.window, case, "agree")

    assert (answer.status_code, answer["Location"]) == (302, "/desk/")
    said = text_of(signed_in(city.window).get("/desk/"))
    assert case.number not in said
    assert Case.objects.get(pk=case.pk).stage == "review"
    other = city.submitted("bonus")
    step(case, city.officer, "agree")
    assert act(city.officer, other, "agree", place="2018-06-01_0").status_code == 302


def test_of_two_opposite_decisions_one_wins_and_the_other_is_told(city: City) -> None:
    case = city.submitted()
    assert act(city.window, case, "agree", version=case.version).status_code == 302
    second = make_user(role="window", unit=city.window.grants.get().unit)

    answer = act(second, case, "refuse", version=case.version, reason="材料不属实")

    assert answer.status_code == 409
    page = text_of(answer)
    assert ["已有新的办理动作" in page, Case.objects.get(pk=case.pk).stage] == [True, "review"]
    assert [one.move for one in CaseAct.objects.all()] == ["agree"]


def test_what_was_typed_is_kept_when_a_move_is_refused(city: City) -> None:
    case = city.submitted()

    answer = act(city.window, case, "return", to="correction", reason="缺页", items=" \n ")

    page = text_of(answer)
    assert (answer.status_code, "请一次列全要补正的内容" in page, ">缺页</textarea>" in page) == (
        422, True, True,
    )  # fmt: skip
    assert CaseAct.objects.count() == 0


def test_what_is_missing_is_suggested_and_told_once(city: City) -> None:
    case = city.submitted(months="")
    page = read(city.window, address(case))
    suggested = re.search(r'<textarea[^>]* name="items"[^>]*>([^<]*)<', page)
    assert suggested is not None
    assert suggested[1].split() == ["参加社会保险月数", "学位证书"]

    answer = act(
        city.window, case, "return", to="correction", reason="请补正", items="学位证书\n参保证明"
    )

    assert answer.status_code == 302
    assert CaseAct.objects.get().to_stage == "correction"
    assert "参保证明" in read(city.window, address(case))


def test_a_colleague_of_the_unit_can_be_given_the_case(city: City) -> None:
    case = city.submitted()
    mate = make_user("mate", role="window", unit=city.window.grants.get().unit)
    page = read(city.window, address(case))
    chosen = re.search(r'<select[^>]* name="person"[^>]*>(.*?)</select>', page)
    assert chosen is not None
    assert set(re.findall(r'value="(\w+)"', chosen[1])) == {"mate", "officer", "head"}

    assert act(city.window, case, "transfer", person="mate", reason="休假").status_code == 302

    assert case.number not in read(city.window, "/desk/")
    assert case.number in read(mate, "/desk/")
    assert "mate" in read(mate, address(case))


def test_the_rules_warn_before_somebody_grants(city: City, settings: Any) -> None:
    case = city.submitted(months="3")
    for who in (city.window, city.officer, city.county):
        step(case, who, "agree")
    on(settings, later(9))
    from yingcai.cases.actions.moving import run_by_time

    assert run_by_time(Case.objects.get(pk=case.pk), now=later(9))

    page = read(city.head, address(case))
    assert ["按规则现在还不能同意" in page, "不符合“参加社会保险满12个月”" in page] == [True, True]
    answer = act(city.head, case, "agree")
    assert (answer.status_code, Award.objects.count()) == (422, 0)


def test_what_has_changed_since_is_marked(city: City) -> None:
    case = city.submitted()
    make_fact(city.person, "person.insured_months", 9, "social-insurance")

    page = read(city.window, address(case))

    assert "<del>24个月</del> → <ins>9个月</ins>" in page
    assert case.decisions.count() == 1  # a look decides nothing


def test_files_open_with_a_look_and_can_do_nothing_here(city: City) -> None:
    draft = city.draft(person__insured_months="24")
    row = attach(draft, "diploma", "学位证书.png", PNG, actor=city.talent, now=NOW)
    case = submit(draft, version=draft.version, actor=city.talent, now=NOW)
    assert "学位证书.png" in read(city.window, address(case))
    Look.objects.all()._raw_delete(using="default")

    answer = signed_in(city.window).get(address(case, f"files/{row.pk}/"))

    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, PNG, "image/png")
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert Look.objects.get(viewer=city.window).fields == ["case-file"]
    stranger = make_user(role="officer", unit=make_unit())
    assert signed_in(stranger).get(address(case, f"files/{row.pk}/")).status_code == 404


def test_the_picture_marks_the_stage(city: City) -> None:
    case = city.submitted()

    assert "当前在“受理”" in read(city.window, address(case, "steps.svg"))


def test_the_page_asks_the_database_thirty_times_at_most(city: City) -> None:
    case = city.submitted()
    step(case, city.window, "return", to="correction", reason="缺页", items=("学位证书",))
    step(case, city.talent, "agree")
    step(case, city.window, "agree")
    client = signed_in(city.officer)
    client.get(address(case))

    with CaptureQueriesContext(connection) as asked:
        client.get(address(case))

    assert len(asked) <= 30, "\n".join(one["sql"][:150] for one in asked)


def test_the_page_is_english_too(city: City) -> None:
    page = read(city.window, address(city.submitted()), english=True)

    assert ["Has a doctorate" in page, "50,000 yuan" in page] == [True, True]
