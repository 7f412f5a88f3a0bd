"""The ledger's pages: the table with its filters, one target, its editor, the exports."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from yingcai.engine.documents.sheet import read_sheet
from yingcai.identity.models import Unit, User
from yingcai.plan.models import Clause, Plan, Target, TargetOwner, TargetShare
from yingcai.plan.queries.ledger import path_of
from yingcai.plan.tests.make import (
    make_clause,
    make_measure,
    make_plan,
    make_target,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db
LEDGER = "/plan/ledger/"


@pytest.fixture
def lin(client: Client) -> User:
    user = make_user("林", role="office")
    client.force_login(user)
    client.get("/")  # the first request of a session writes it down
    return user


def edit(code: str, what: str) -> str:
    return f"{reverse('plan:target_edit', args=[code])}?what={what}"


def big_ledger(count: int, *, shares: int = 0) -> Plan:
    """A published plan of ``count`` targets over 30 measures, each with two owners."""
    plan = make_plan()
    units = [make_unit() for _ in range(10)]
    counties = [make_unit(kind="county") for _ in range(shares)]
    measures = [make_measure(plan, number) for number in range(1, 31)]
    clauses = Clause.objects.bulk_create(
        Clause(plan=plan, measure=measures[i % 30], kind="target", start=0, end=5, text="平台20家")
        for i in range(count)
    )
    targets = Target.objects.bulk_create(
        Target(
            plan=plan, measure=measures[i % 30], clause=clause, code=f"{i % 30 + 1}-{i // 30 + 1}",
            kind="quantity", title=f"平台{i}", value=20, measure_word="家", order=i,
            starts_on=date(2018, 4, 1), due_on=date(2020, 12, 31),
        )
        for i, clause in enumerate(clauses)
    )  # fmt: skip
    TargetOwner.objects.bulk_create(
        TargetOwner(target=target, unit=units[(i + step) % 10], role=role)
        for i, target in enumerate(targets)
        for step, role in enumerate(("lead", "joint"))
    )
    TargetShare.objects.bulk_create(
        TargetShare(target=target, unit=county, value=2)
        for target in targets
        for county in counties
    )
    return plan


def test_without_a_published_plan_the_ledger_says_where_to_go(client: Client, lin: User) -> None:
    body = client.get(LEDGER).content.decode()

    assert "还没有发布的计划" in body
    assert client.get(reverse("plan:ledger_csv")).status_code == 404


def test_the_ledger_stays_within_its_queries_at_500_targets(
    client: Client, lin: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    plan = big_ledger(500, shares=20)

    for query in ({}, {"q": "平台4"}, {"after": "49"}, {"kind": "quantity"}, {"unit": "unit-1"}):
        with django_assert_max_num_queries(12):
            assert client.get(LEDGER, query).status_code == 200
    with django_assert_max_num_queries(12):
        assert client.get(reverse("plan:target", args=["1-1"])).status_code == 200
    for what in ("owners", "shares", "path", "baseline", "dates", "course"):
        with django_assert_max_num_queries(12):
            assert client.get(edit("1-1", what)).status_code == 200
    with django_assert_max_num_queries(12):
        client.get(reverse("plan:ledger_csv"))
    assert plan.targets.count() == 500


def test_leafing_forth_and_back_shows_every_target_once(client: Client, lin: User) -> None:
    big_ledger(120)
    seen: list[str] = []
    address = LEDGER

    while address:
        page = client.get(address).context
        seen += [target.code for target in page["page"].targets]
        address = page["older_href"] and LEDGER + page["older_href"]

    assert len(seen) == len(set(seen)) == 120
    back = client.get(LEDGER, {"before": "100"}).context["page"]
    assert [target.order for target in back.targets] == list(range(50, 100))
    assert (back.newer, back.older) == (50, 99)
    assert client.get(LEDGER, {"before": "50"}).context["page"].newer is None


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ({"q": "孵化"}, ["1-1"]),
        ({"q": "2-1"}, ["2-1"]),
        ({"q": "科创局"}, ["2-1"]),
        ({"q": "Lab"}, ["2-1"]),
        ({"kind": "document"}, ["2-1"]),
        ({"unit": "kcj"}, ["2-1"]),
        ({"unit": "kcj", "kind": "quantity"}, []),
        ({"measure": "²", "kind": "nonsense", "after": "-1"}, ["1-1", "2-1"]),
    ],
)
def test_filters_narrow_the_ledger(
    client: Client, lin: User, query: dict[str, str], codes: list[str]
) -> None:
    plan = make_plan()
    make_target(plan, code="1-1", title="孵化器", measure=make_measure(plan, 1))
    make_target(
        plan,
        code="2-1",
        title="实验室",
        title_en="Laboratories",
        kind="document",
        measure=make_measure(plan, 2),
        owners={make_unit("kcj", name="市科创局"): "lead"},
    )

    page = client.get(LEDGER, query).context["page"]

    assert [target.code for target in page.targets] == codes


def test_the_exports_hold_the_filtered_rows(client: Client, lin: User) -> None:
    plan = make_plan()
    make_target(plan, title="=cmd", value=Decimal("2.5"), owners={make_unit(name="甲局"): "lead"})
    make_target(plan, kind="document")

    csv = client.get(reverse("plan:ledger_csv"), {"kind": "quantity"})
    xlsx = client.get(reverse("plan:ledger_xlsx"))

    lines = csv.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "甲局" in lines[1]
    assert ",=cmd" not in lines[1]
    rows = read_sheet(xlsx.content, name="ledger.xlsx")
    assert len(rows.rows) >= 2


def test_a_target_shows_its_sentence_owners_shares_and_parts(client: Client, lin: User) -> None:
    county = make_unit("north", name="北县", kind="county")
    plan = make_plan(text="新建科创平台20家以上")
    whole = make_target(
        plan, code="1-1", owners={make_unit(name="甲局"): "lead"}, shares={county: 20}
    )
    make_target(plan, code="1-2", part_of=whole)

    body = client.get(reverse("plan:target", args=["1-1"])).content.decode()

    for words in ("新建科创平台20家以上</a>", "甲局", "北县", "1-2", "匀速推进"):
        assert words in body
    assert client.get(reverse("plan:target", args=["9-9"])).status_code == 404


def test_the_path_of_a_yearly_target_begins_anew_each_january() -> None:
    target = make_target(course="yearly", value=12)

    assert path_of(target) == [
        (date(2018, 4, 1), Decimal(0)),
        (date(2018, 12, 31), Decimal(12)),
        (date(2019, 1, 1), Decimal(0)),
        (date(2019, 12, 31), Decimal(12)),
        (date(2020, 1, 1), Decimal(0)),
        (date(2020, 12, 31), Decimal(12)),
    ]


def test_a_path_runs_through_its_points_to_the_goal() -> None:
    target = make_target(value=20, baseline_value=2, milestones={date(2019, 6, 30): 5})

    assert path_of(target) == [
        (date(2018, 4, 1), Decimal(2)),
        (date(2019, 6, 30), Decimal(5)),
        (date(2020, 12, 31), Decimal(20)),
    ]


def rows_of(prefix: str, *rows: dict[str, str]) -> dict[str, str]:
    given = {f"{prefix}-TOTAL_FORMS": str(len(rows)), f"{prefix}-INITIAL_FORMS": "0"}
    for place, row in enumerate(rows):
        given.update({f"{prefix}-{place}-{name}": value for name, value in row.items()})
    return given


def test_each_form_of_the_editor_changes_the_target(client: Client, lin: User) -> None:
    make_unit("kcj", name="市科创局")
    county = make_unit("north", name="北县", kind="county")
    make_target(code="1-1", value=20)
    posts = {
        "owners": rows_of("owner", {"code": "kcj", "role": "lead"}, {"code": "", "role": "joint"}),
        "shares": {"share-north": "20"},
        "path": rows_of(
            "point", {"due_on": "2019年6月30日", "value": "5"}, {"due_on": "", "value": ""}
        ),
        "baseline": {"value": "1.5"},
        "dates": {"starts_on": "2018-05-01", "due_on": "20200630"},
        "course": {"course": "level"},
    }

    for version, (what, given) in enumerate(posts.items(), start=1):
        answer = client.post(edit("1-1", what), {**given, "reason": "会议决定", "version": version})
        assert answer.status_code == 302, (what, answer.content.decode()[-3000:])

    target = Target.objects.get()
    assert target.owners.get().unit.code == "kcj"
    assert target.shares.get().unit == county
    assert target.milestones.get().due_on == date(2019, 6, 30)
    assert (target.baseline_value, target.due_on, target.course) == (
        Decimal("1.5"),
        date(2020, 6, 30),
        "level",
    )
    body = client.get(reverse("plan:target", args=["1-1"])).content.decode()
    assert "市科创局 牵头单位" in body
    assert "北县 20" in body


def test_a_path_of_one_county(client: Client, lin: User) -> None:
    make_target(code="1-1", value=20, shares={make_unit("north", kind="county"): 20})
    given = rows_of("point", {"due_on": "2019-06-30", "value": "5"})

    client.post(f"{edit('1-1', 'path')}&unit=north", {**given, "reason": "会议决定", "version": 1})

    assert Target.objects.get().milestones.get().unit == Unit.objects.get(code="north")
    assert client.get(f"{edit('1-1', 'path')}&unit=nowhere").status_code == 404
    assert client.get(reverse("plan:target", args=["1-1"]) + "?unit=north").status_code == 200


def test_everything_wrong_is_shown_and_nothing_changes(client: Client, lin: User) -> None:
    make_target(code="1-1")
    given = rows_of("point", {"due_on": "去年", "value": "5"}, {"due_on": "", "value": "7"})

    answer = client.post(edit("1-1", "path"), {**given, "version": 1})

    body = answer.content.decode()
    assert answer.status_code == 422
    assert "请按 2018-04-13" in body
    assert "日期和数值要么都填，要么都空" in body
    assert not Target.objects.get().milestones.exists()
    assert not Target.objects.get().changes.exists()


def test_a_change_on_an_old_page_is_refused(client: Client, lin: User) -> None:
    target = make_target(code="1-1")
    Target.objects.filter(pk=target.pk).update(version=4)

    answer = client.post(edit("1-1", "course"), {"course": "level", "reason": "会议", "version": 1})

    assert answer.status_code == 422
    assert "刚刚被别人调整过" in answer.content.decode()


def test_the_ledger_is_for_staff_and_only_the_office_edits() -> None:
    make_target(code="1-1")
    visitor, reporter = Client(), Client()
    reporter.force_login(make_user(role="reporter", unit=make_unit()))

    for address in (LEDGER, reverse("plan:target", args=["1-1"])):
        assert visitor.get(address).status_code == 302
        assert reporter.get(address).status_code == 200
    assert reporter.get(edit("1-1", "owners")).status_code == 403
    assert (
        reporter.post(edit("1-1", "course"), {"course": "level", "reason": "会议"}).status_code
        == 403
    )


def test_pages_speak_english(client: Client, lin: User) -> None:
    make_target(code="1-1", title_en="Laboratories")
    client.cookies["yingcai_language"] = "en"

    body = client.get(LEDGER).content.decode()

    assert "Laboratories" in body
    assert "≥ 20 organisations" in body


def test_a_clause_page_leads_to_its_target(client: Client, lin: User) -> None:
    target = make_target(code="1-1")
    loose = make_clause(target.measure, kind="incentive")
    plan = target.plan

    found = client.get(reverse("plan:clause", args=[plan.slug, plan.edition, target.clause_id]))
    other = client.get(reverse("plan:clause", args=[plan.slug, plan.edition, loose.pk]))

    assert reverse("plan:target", args=["1-1"]) in found.content.decode()
    assert "没有对应的目标" in other.content.decode()
