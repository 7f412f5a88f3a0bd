"""Saved rows for bulletins: months, indicator values, reports, a small invented city."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random

from yingcai.identity.models import Unit, User
from yingcai.plan.models import Plan, Target
from yingcai.plan.tests.make import make_measure, make_plan, make_target, make_unit, make_user
from yingcai.reporting.actions.bulletins import draft_bulletin, publish_bulletin
from yingcai.reporting.bulletin.numbers import month_before
from yingcai.reporting.models import (
    Bulletin,
    IndicatorValue,
    Report,
    ReportingMonth,
    SupervisionOrder,
)

NOW = datetime(2018, 6, 8, 1, 0, tzinfo=UTC)
APRIL = date(2018, 4, 1)
MAY = date(2018, 5, 1)


@dataclass
class City:
    """云岫市: one plan, two bureaus, two counties and a zone; everything may be overridden."""

    plan: Plan
    bureaus: list[Unit]
    counties: list[Unit]
    targets: list[Target] = field(default_factory=list)

    @property
    def office(self) -> User:
        return User.objects.filter(grants__role="office").first() or make_user(role="office")


def make_reporting_month(
    plan: Plan, month: date = MAY, *, status: str = ReportingMonth.Status.LOCKED
) -> ReportingMonth:
    return ReportingMonth.objects.create(
        plan=plan, month=month, due_on=month.replace(day=28), status=status, opened_at=NOW
    )


def make_value(
    target: Target,
    month: date = MAY,
    *,
    unit: Unit | None = None,
    value: Decimal | int | None = 5,
    light: str = "green",
    goal: Decimal | int | None = None,
    gap: Decimal | int | None = 0,
    missing: int = 0,
) -> IndicatorValue:
    """Where a target stands; progress is the value's part of the goal."""
    of = Decimal(target.value if goal is None else goal)
    progress = None if value is None else (Decimal(100) * value / of).quantize(Decimal("0.01"))
    return IndicatorValue.objects.create(
        target=target,
        unit=unit,
        month=month,
        value=value,
        goal=of,
        expected=of / 10,
        progress=progress,
        gap=None if value is None else gap,
        light=light,
        formula="1",
        rows=1,
        missing=missing,
    )


def make_report(
    target: Target,
    unit: Unit,
    month: ReportingMonth,
    *,
    value: Decimal | int | None = 5,
    narrative: str = "",
    reason: str = "",
    status: str = Report.Status.ACCEPTED,
) -> Report:
    return Report.objects.create(
        target=target,
        unit=unit,
        month=month,
        value=value,
        narrative=narrative,
        reason=reason,
        status=status,
        updated_at=NOW,
    )


def make_order(plan: Plan, unit: Unit, *, target: Target | None = None) -> SupervisionOrder:
    number = SupervisionOrder.objects.count() + 1
    return SupervisionOrder.objects.create(
        plan=plan,
        number=f"督〔2018〕{number}号",
        target=target,
        unit=unit,
        title="加快平台建设",
        demand="请说明进度",
        opened_on=date(2018, 6, 1),
        due_on=date(2018, 6, 20),
    )


def make_city() -> City:
    """Two measures; target 1-1 is led by the first bureau, 2-2 by the second with shares."""
    plan = make_plan(sections=[{"number": "一", "title": "加快人才培养"}])
    bureaus = [make_unit("yiju", name="一局"), make_unit("erju", name="二局")]
    counties = [
        make_unit("dongxian", name="东县", kind=Unit.Kind.COUNTY),
        make_unit("xixian", name="西县", kind=Unit.Kind.COUNTY),
        make_unit("gangqu", name="港区", kind=Unit.Kind.ZONE),
    ]
    first, second = make_measure(plan, 1, section="一"), make_measure(plan, 2, section="一")
    targets = [
        make_target(plan, measure=first, value=20, owners={bureaus[0]: "lead"}),
        make_target(
            plan,
            measure=second,
            value=30,
            owners={bureaus[1]: "lead", bureaus[0]: "joint"},
            shares=dict.fromkeys(counties, 10),
        ),
    ]
    return City(plan, bureaus, counties, targets)


def fill_month(
    city: City, month: date = MAY, *, lights: tuple[str, str] = ("green", "red"), value: int = 5
) -> ReportingMonth:
    """A locked month: both targets counted, the shares of the second one too."""
    row = make_reporting_month(city.plan, month)
    plain, shared = city.targets
    make_value(plain, month, light=lights[0], value=value)
    make_report(plain, city.bureaus[0], row, value=value, narrative="新平台已开工")
    make_value(shared, month, light=lights[1], value=3 * value, gap=Decimal("12.34"))
    for unit, light in zip(city.counties, ("green", "red", "green"), strict=True):
        make_value(shared, month, unit=unit, light=light, value=value, goal=10)
        make_report(shared, unit, row, value=value, reason="征地滞后" if light == "red" else "")
    return row


def make_published(city: City, month: date = MAY, *, now: datetime = NOW) -> Bulletin:
    """A published bulletin of ``month``, whose figures must be there already."""
    bulletin = draft_bulletin(city.plan, month, actor=city.office, now=now)
    return publish_bulletin(bulletin, version=bulletin.version, actor=city.office, now=now)


def random_month(city: City, month: date, *, seed: int) -> None:
    """A locked month of random figures for every target and share of ``city``."""
    random = Random(seed)  # noqa: S311 (test figures)
    row = make_reporting_month(city.plan, month)
    values, reports = [], []
    for target in city.targets:
        owners = list(target.owners.all())
        for unit in [None, *(share.unit for share in target.shares.all())]:
            value = random.choice([None, Decimal(random.randrange(0, 4000)) / 100])
            light = (
                random.choice(["green", "yellow", "red", "done"]) if value is not None else "none"
            )
            progress = None if value is None else (Decimal(100) * value / target.value)
            values.append(
                IndicatorValue(
                    target=target,
                    unit=unit,
                    month=month,
                    value=value,
                    goal=target.value,
                    expected=target.value / 3,
                    progress=None if progress is None else progress.quantize(Decimal("0.01")),
                    gap=None if value is None else Decimal(random.randrange(-3000, 6000)) / 100,
                    light=light,
                    formula="1",
                )
            )
            if unit is None:
                unit = owners[0].unit if owners else None
            if unit is not None and value is not None:
                reports.append(
                    Report(
                        month=row,
                        target=target,
                        unit=unit,
                        value=value,
                        narrative=random.choice(["", "进展顺利", "=1+1"]),
                        status=Report.Status.ACCEPTED,
                        updated_at=NOW,
                    )
                )
    IndicatorValue.objects.bulk_create(values)
    Report.objects.bulk_create(reports, ignore_conflicts=True)


def random_city(
    *, targets: int, counties: int, bureaus: int, seed: int, shared_every: int = 3
) -> City:
    """A city of any size; every nth target is shared to all counties, some owners are counties."""
    random = Random(seed)  # noqa: S311 (test figures)
    plan = make_plan()
    offices = [make_unit() for _ in range(bureaus)]
    places = [make_unit(kind=Unit.Kind.COUNTY) for _ in range(counties)]
    measures = [make_measure(plan, number) for number in range(1, max(2, targets // 4))]
    city = City(plan, offices, places)
    for number in range(targets):
        able = [*offices, *places[:1]]
        leads = random.sample(able, k=min(len(able), random.choice([1, 1, 2])))
        city.targets.append(
            make_target(
                plan,
                measure=random.choice(measures),
                value=random.randrange(1, 500),
                owners=dict.fromkeys(leads, "lead"),
                shares=dict.fromkeys(places, 10) if number % shared_every == 0 else None,
            )
        )
    return city


def months_before(month: date, count: int) -> list[date]:
    """``count`` months up to ``month``, oldest first."""
    found = [month]
    while len(found) < count:
        found.append(month_before(found[-1]))
    return found[::-1]
