"""A published target changes only with a reason, and remembers."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from yingcai.audit.models import Event
from yingcai.identity.models import Unit
from yingcai.plan.actions import (
    Why,
    set_baseline,
    set_course,
    set_due,
    set_milestones,
    set_owners,
    set_shares,
)
from yingcai.plan.errors import Invalid, NotOpen, Stale
from yingcai.plan.models import Plan, Target
from yingcai.plan.tests.make import NOW, make_plan, make_target, make_unit, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def why() -> Why:
    return Why(make_user("林"), NOW, "领导小组会议纪要")


@pytest.fixture
def county() -> Unit:
    return make_unit("north", kind="county")


def test_new_owners_replace_the_old_and_leave_a_trace(why: Why) -> None:
    old, lead, joint = make_unit("old"), make_unit("lead"), make_unit("joint")
    target = make_target(owners={old: "lead"})

    set_owners(target, {"lead": "lead", "joint": "joint"}, why)

    assert [(o.unit, o.role) for o in target.owners.all()] == [(lead, "lead"), (joint, "joint")]
    change = target.changes.get()
    assert (change.field, change.old, change.new, change.reason, change.actor) == (
        "owners",
        {"old": "lead"},
        {"lead": "lead", "joint": "joint"},
        "领导小组会议纪要",
        why.actor,
    )
    assert target.version == 2
    assert Event.objects.get().action == "plan.target_changed"


def test_a_target_needs_a_lead_and_known_units(why: Why) -> None:
    target = make_target(owners={make_unit("old"): "lead"})

    with pytest.raises(Invalid) as refusal:
        set_owners(target, {"nowhere": "joint"}, Why(why.actor, NOW, " "))

    assert refusal.value.problems == (
        "没有编号为“nowhere”的单位，请从列表中选择。",
        "至少要有一个牵头单位，否则没有人填报。",
        "请写明调整的理由，历史记录里会保留。",
    )
    assert target.owners.get().unit.code == "old"
    assert not target.changes.exists()
    assert not Event.objects.exists()


def test_shares_add_up_to_the_goal_at_least(why: Why, county: Unit) -> None:
    make_unit("south", kind="county")
    target = make_target(value=20)

    with pytest.raises(Invalid, match="合计 19，达不到全市目标 20"):
        set_shares(target, {"north": Decimal(9), "south": Decimal(10)}, why)
    set_shares(target, {"north": Decimal(12), "south": Decimal(10)}, why)

    assert [share.value for share in target.shares.all()] == [12, 10]
    set_shares(target, {}, why)
    assert not target.shares.exists()


def test_shares_of_a_cap_stay_under_it_and_shares_of_a_level_are_their_own(
    why: Why, county: Unit
) -> None:
    with pytest.raises(Invalid, match="超过了全市上限 20"):
        set_shares(make_target(comparator="<="), {"north": Decimal(21)}, why)

    level = make_target(course="level", measure_word="%", value=80)
    set_shares(level, {"north": Decimal(60)}, why)
    assert level.shares.get().value == 60


def test_a_path_runs_to_the_goal(why: Why) -> None:
    target = make_target(value=20)
    points = [(date(2018, 12, 31), Decimal(4)), (date(2019, 12, 31), Decimal(12))]

    set_milestones(target, points, why)

    assert [(m.due_on, m.value) for m in target.milestones.all()] == points
    assert target.changes.get().new == [["2018-12-31", "4"], ["2019-12-31", "12"]]


def test_everything_wrong_with_a_path_is_said_at_once(why: Why) -> None:
    target = make_target(value=20)
    points = [
        (date(2018, 12, 31), Decimal(8)),
        (date(2019, 12, 31), Decimal(6)),
        (date(2019, 12, 31), Decimal(7)),
        (date(2020, 12, 31), Decimal(19)),
        (date(2021, 12, 31), Decimal(20)),
    ]

    with pytest.raises(Invalid) as refusal:
        set_milestones(target, points, why)

    assert refusal.value.problems == (
        "节点 2021-12-31 不在目标的起止日期（2018-04-01 至 2020-12-31）之内。",
        "日期 2019-12-31 出现了两次，请保留一个。",
        "截止日的数值应等于目标 20。",
        "2019-12-31 的数值 6 比 2018-12-31 的 8 倒退了；确需如此请勾选“允许回落”。",
    )
    assert not target.milestones.exists()


def test_a_path_may_fall_when_that_is_meant(why: Why) -> None:
    target = make_target(value=20)
    points = [(date(2018, 12, 31), Decimal(8)), (date(2019, 12, 31), Decimal(6))]

    set_milestones(target, points, why, falling_is_meant=True)

    assert target.milestones.count() == 2


def test_a_path_above_the_goal_falls_back_to_it(why: Why) -> None:
    with pytest.raises(Invalid, match="2020-12-31 的数值 20 比 2019-12-31 的 25 倒退了"):
        set_milestones(make_target(value=20), [(date(2019, 12, 31), Decimal(25))], why)


def test_a_goal_below_the_baseline_is_approached_from_above(why: Why) -> None:
    target = make_target(value=20, baseline_value=50, comparator="<=")

    set_milestones(target, [(date(2019, 12, 31), Decimal(30))], why)
    with pytest.raises(Invalid, match="倒退了"):
        set_milestones(target, [(date(2019, 12, 31), Decimal(60))], why)


def test_a_yearly_path_starts_anew_each_january(why: Why) -> None:
    target = make_target(course="yearly", value=20)
    points = [
        (date(2018, 12, 31), Decimal(20)),
        (date(2019, 6, 30), Decimal(5)),
        (date(2019, 12, 31), Decimal(20)),
    ]

    set_milestones(target, points, why)
    with pytest.raises(Invalid, match="倒退了"):
        set_milestones(target, [*points[:2], (date(2019, 9, 30), Decimal(4))], why)


def test_a_county_has_a_path_of_its_own_to_its_own_share(why: Why, county: Unit) -> None:
    target = make_target(value=20, shares={county: 20})

    set_milestones(target, [(date(2019, 12, 31), Decimal(10))], why, unit_code="north")

    assert target.milestones.get().unit == county
    assert target.changes.get().field == "milestones:north"
    with pytest.raises(Invalid, match="没有分解任务"):
        set_milestones(target, [], why, unit_code="nowhere")


def test_a_share_that_goes_takes_its_path_along(why: Why, county: Unit) -> None:
    make_unit("south", kind="county")
    target = make_target(value=20, shares={county: 20})
    set_milestones(target, [(date(2019, 12, 31), Decimal(10))], why, unit_code="north")

    set_shares(target, {"south": Decimal(20)}, why)

    assert not target.milestones.exists()


def test_baseline_dates_and_course_change_with_a_reason(why: Why) -> None:
    target = make_target()

    set_baseline(target, Decimal("7.5"), why)
    set_due(target, starts_on=date(2018, 5, 1), due_on=date(2020, 6, 30), why=why)
    set_course(target, "level", why)

    assert (target.baseline_value, target.due_on, target.course) == (
        Decimal("7.5"),
        date(2020, 6, 30),
        "level",
    )
    assert [change.field for change in target.changes.all()] == [
        "course",
        "dates",
        "baseline_value",
    ]


def test_dates_must_be_in_order_and_hold_the_path(why: Why) -> None:
    target = make_target(milestones={date(2019, 12, 31): 5})

    with pytest.raises(Invalid) as refusal:
        set_due(target, starts_on=date(2020, 1, 1), due_on=date(2019, 1, 1), why=why)

    assert refusal.value.problems == (
        "截止日期不能早于开始日期。",
        "路径上的节点 2019-12-31 会落到起止日期之外，请先调整路径。",
    )


@pytest.mark.parametrize("value", ["-1", "NaN", "Infinity", "1e20"])
def test_an_impossible_baseline_is_refused(why: Why, value: str) -> None:
    with pytest.raises(Invalid, match="不小于 0"):
        set_baseline(make_target(), Decimal(value), why)


def test_the_same_again_is_no_change(why: Why) -> None:
    with pytest.raises(Invalid, match="没有改动"):
        set_course(make_target(), "cumulative", why)


def test_a_change_on_an_old_view_is_refused(why: Why) -> None:
    target = make_target()
    Target.objects.filter(pk=target.pk).update(version=5)

    with pytest.raises(Stale, match="刚刚被别人调整过"):
        set_baseline(target, Decimal(1), why)

    assert not target.changes.exists()


CHANGES: list[Callable[[Target, Why], None]] = [
    lambda target, why: set_owners(target, {"north": "lead"}, why),
    lambda target, why: set_shares(target, {"north": Decimal(20)}, why),
    lambda target, why: set_milestones(target, [(date(2019, 1, 1), Decimal(1))], why),
    lambda target, why: set_baseline(target, Decimal(1), why),
    lambda target, why: set_due(
        target, starts_on=date(2018, 5, 1), due_on=date(2020, 6, 30), why=why
    ),
    lambda target, why: set_course(target, "level", why),
]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("status", [Plan.Status.SUPERSEDED, Plan.Status.DRAFT])
def test_only_targets_of_the_plan_in_force_change(
    why: Why, county: Unit, status: str, change: Callable[[Target, Why], None]
) -> None:
    target = make_target(make_plan(status=status))

    with pytest.raises(NotOpen, match="只有现行计划的目标可以调整"):
        change(target, why)

    assert not target.changes.exists()
