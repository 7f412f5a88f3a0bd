"""Every figure of published bulletins, counted again by a slow path that shares no code with them.

The slow path knows two exports only: the open data (values, targets) and the table of units.
Source: reliability goal "figures and reports": equal to the last digit on fifty random months.
"""

import csv
import io
from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from yingcai.identity.models import Unit
from yingcai.reporting.bulletin.snapshot import snapshot
from yingcai.reporting.models import Bulletin, IndicatorValue
from yingcai.reporting.queries.bulletins import month_facts
from yingcai.reporting.tests.make_bulletin import (
    City,
    make_city,
    make_published,
    months_before,
    random_city,
    random_month,
)

MONTHS = 50
pytestmark = pytest.mark.django_db


def export(client: Client, name: str) -> list[dict[str, str]]:
    response = client.get(reverse("reporting:open_data_file", args=[name, "csv"]))
    content = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(content)))


def exact_percent(part: int, whole: int) -> str:
    """By integers alone: tenths of a percent, half up."""
    tenths = (2000 * part + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}"


def leads_of(targets: list[dict[str, str]], names: dict[str, str]) -> dict[str, list[str]]:
    return {
        row["code"]: [names[name] for name in row["lead_units"].split("、") if name]
        for row in targets
    }


def lights_of_units(rows: list[dict[str, str]], leads: dict[str, list[str]]) -> dict[str, Any]:
    """Unit -> light of each of its targets, own share first."""
    units: dict[str, dict[str, str]] = defaultdict(dict)
    for row in rows:
        if row["unit"]:
            units[row["unit"]][row["code"]] = row["light"]
    for row in rows:
        if not row["unit"]:
            for unit in leads[row["code"]]:
                units[unit].setdefault(row["code"], row["light"])
    return units


def test_fifty_random_months_are_recounted_to_the_last_digit(client: Client) -> None:
    city = random_city(targets=12, counties=3, bureaus=4, seed=43)
    months = months_before(date(2022, 5, 1), MONTHS)
    for seed, month in enumerate(months):
        random_month(city, month, seed=seed)
        make_published(city, month)
    values = defaultdict(list)
    for row in export(client, "values"):
        values[row["month"]].append(row)
    names = {unit.name: unit.code for unit in Unit.objects.all()}
    leads = leads_of(export(client, "targets"), names)
    overall = {row["month"]: row for row in export(client, "bulletins")}
    assert len(overall) == MONTHS
    last = None
    for month in months:
        label = f"{month:%Y-%m}"
        snapshot = Bulletin.objects.get(month=month).snapshot
        recount_overall(snapshot, values[label], overall[label], last=last)
        recount_units(snapshot, values[label], leads)
        recount_rows(snapshot, values[label], values[f"{months_before(month, 2)[0]:%Y-%m}"])
        last = snapshot


def recount_overall(
    snapshot: Any, rows: list[dict[str, str]], listed: dict[str, str], *, last: Any
) -> None:
    lights = Counter(row["light"] for row in rows if not row["unit"])
    counted = snapshot["overall"]
    assert counted["lights"] == {light: lights[light] for light in counted["lights"]}
    assert {light: int(listed[light]) for light in counted["lights"]} == counted["lights"]
    assert counted["targets"] == sum(lights.values()) == int(listed["targets"])
    share = exact_percent(lights["done"] + lights["green"], sum(lights.values()))
    assert counted["share"] == share == listed["share"]
    if last is None:
        assert counted["last"] is None
    else:
        assert counted["last"]["lights"] == last["overall"]["lights"]
        assert Decimal(counted["share_change"]) == Decimal(share) - Decimal(
            last["overall"]["share"]
        )


def recount_units(snapshot: Any, rows: list[dict[str, str]], leads: dict[str, list[str]]) -> None:
    units = lights_of_units(rows, leads)
    counties = {unit.code for unit in Unit.objects.filter(kind="county")}
    for name, wanted in (("units", units.keys() - counties), ("counties", units.keys() & counties)):
        table = snapshot[name]
        assert {row["unit"] for row in table} == wanted
        shares = {}
        for row in table:
            lights = Counter(units[row["unit"]].values())
            assert row["lights"] == {light: lights[light] for light in row["lights"]}
            good = lights["done"] + lights["green"]
            shares[row["unit"]] = Fraction(good, sum(lights.values()))
            assert row["share"] == exact_percent(good, sum(lights.values()))
        for row in table:
            better = sum(share > shares[row["unit"]] for share in shares.values())
            assert row["rank"] == 1 + better


def recount_rows(snapshot: Any, rows: list[dict[str, str]], before: list[dict[str, str]]) -> None:
    city = {row["code"]: row for row in rows if not row["unit"]}
    last = {row["code"]: row for row in before if not row["unit"]}
    assert {row["code"] for row in snapshot["rows"]} == set(city)
    late = [code for code, row in city.items() if row["light"] in ("red", "yellow")]
    assert sorted(item["code"] for item in snapshot["laggards"]) == sorted(late)
    for row in snapshot["rows"]:
        told = city[row["code"]]
        stored = IndicatorValue.objects.get(pk=row["indicator"])
        assert stored.value == (Decimal(told["value"]) if told["value"] else None)
        if told["value"]:
            exact = Fraction(told["value"]) * 100 / Fraction(told["goal"])
            assert abs(Fraction(told["progress"]) - exact) <= Fraction(6, 100)
        earlier = last.get(row["code"])
        if earlier and told["progress"] and earlier["progress"]:
            assert Decimal(row["change"]) == Decimal(told["progress"]) - Decimal(
                earlier["progress"]
            )
        else:
            assert row["change"] is None


def test_splitting_a_unit_keeps_the_total() -> None:
    whole, parted = one_or_two_bureaus(split=False), one_or_two_bureaus(split=True)
    assert sum(row["targets"] for row in whole["units"]) == sum(
        row["targets"] for row in parted["units"]
    )
    assert whole["overall"]["lights"] == parted["overall"]["lights"]


def one_or_two_bureaus(*, split: bool) -> Any:
    city = city_of_bureaus(split=split)
    month = date(2018, 5, 1)
    random_month(city, month, seed=9)
    return make_published(city, month).snapshot


def city_of_bureaus(*, split: bool) -> City:
    city = random_city(targets=8, counties=0, bureaus=1, seed=5)
    if split:
        other = Unit.objects.create(code=f"half-{city.plan.pk}", name="另一半", kind="bureau")
        for target in city.targets[::2]:
            target.owners.filter(unit=city.bureaus[0]).update(unit=other)
    return city


def test_figures_of_another_plan_change_nothing() -> None:
    month = date(2018, 5, 1)
    city = make_city()
    random_month(city, month, seed=3)
    before = snapshot(month_facts(city.plan, month, pack={}))
    stranger = random_city(targets=5, counties=2, bureaus=2, seed=8)
    random_month(stranger, month, seed=8)
    assert snapshot(month_facts(city.plan, month, pack={})) == before
