"""The table of units follows the pack's list, wholly or not at all."""

from datetime import UTC, datetime
from typing import Any

import pytest

from yingcai.audit.models import Event
from yingcai.identity import queries
from yingcai.identity.actions import load_units
from yingcai.identity.errors import InvalidUnits
from yingcai.identity.models import Unit, UnitAlias

pytestmark = pytest.mark.django_db

NOW = datetime(2018, 6, 8, 1, 0, tzinfo=UTC)
LIST: list[dict[str, Any]] = [
    {"id": "counties", "name": "各县", "kind": "collective", "members": ["east", "west"]},
    {"id": "east", "name": "东云县", "name_en": "Dongyun", "kind": "county", "division": "990001"},
    {"id": "west", "name": "西云县", "kind": "county", "parent": "labour"},
    {"id": "labour", "name": "人社局", "full_name": "云岫市人力资源和社会保障局", "kind": "bureau", "aliases": ["人力社保局"]},
]  # fmt: skip


def changed(code: str, **fields: Any) -> list[dict[str, Any]]:
    return [{**row, **fields} if row["id"] == code else row for row in LIST]


def test_a_list_becomes_units_with_members_parents_and_aliases() -> None:
    result = load_units(LIST, actor=None, now=NOW)

    assert result.created == ("counties", "east", "west", "labour")
    counties = Unit.objects.get(code="counties")
    assert [unit.code for unit in counties.members.all()] == ["east", "west"]
    assert Unit.objects.get(code="west").parent == Unit.objects.get(code="labour")
    assert Unit.objects.get(code="east").division_code == "990001"
    assert list(Event.objects.values_list("action", flat=True)) == ["unit.created"] * 4


def test_the_same_list_again_changes_and_records_nothing() -> None:
    load_units(LIST, actor=None, now=NOW)

    result = load_units(LIST, actor=None, now=NOW)

    assert (result.created, result.changed, result.retired) == ((), (), ())
    assert Event.objects.count() == 4


@pytest.mark.parametrize(
    "fields",
    [{"name": "人力社保厅"}, {"aliases": ["人保局"]}, {"parent": "east"}, {"members": ["east"]}],
    ids=["name", "aliases", "parent", "members"],
)
def test_what_changed_is_updated_and_recorded_once(fields: dict[str, Any]) -> None:
    load_units(LIST, actor=None, now=NOW)

    result = load_units(changed("labour", **fields), actor=None, now=NOW)

    assert result.changed == ("labour",)
    assert Event.objects.filter(action="unit.changed").count() == 1


def test_a_unit_that_left_the_list_is_retired_and_its_names_mean_nothing() -> None:
    load_units(LIST, actor=None, now=NOW)

    result = load_units(LIST[1:2], actor=None, now=NOW)

    assert result.retired == ("counties", "west", "labour")
    assert Unit.objects.count() == 4
    assert queries.unit_names() == {"东云县": "east"}


def test_an_alias_can_move_to_another_unit() -> None:
    load_units(LIST, actor=None, now=NOW)
    moved = [{**row, "aliases": ["人力社保局"] if row["id"] == "east" else []} for row in LIST]

    load_units(moved, actor=None, now=NOW)

    assert queries.unit_names()["人力社保局"] == "east"
    assert UnitAlias.objects.count() == 1


def test_all_problems_are_named_at_once_and_nothing_is_written() -> None:
    broken = [
        {"id": "Bad Code", "name": "甲局", "kind": "bureau"},
        {"id": "b", "name": "", "kind": "ministry", "division": "33"},
        {"id": "c", "name": "丙局", "kind": "bureau", "aliases": "丙"},
    ]

    with pytest.raises(InvalidUnits) as refused:
        load_units(broken, actor=None, now=NOW)

    assert len(refused.value.problems) == 5
    assert not Unit.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([*LIST, LIST[1]], "“east” 出现了两次"),
        (changed("east", aliases=["人社局"]), "名称“人社局”同时属于"),
        (changed("east", parent="nowhere"), "没有的单位 nowhere"),
        (changed("labour", parent="west"), "绕成了一圈"),
        ([], "名单是空的"),
    ],
    ids=["twice", "two units, one name", "unknown parent", "circle", "empty"],
)
def test_a_list_that_contradicts_itself_is_refused(
    rows: list[dict[str, Any]], problem: str
) -> None:
    with pytest.raises(InvalidUnits, match=problem):
        load_units(rows, actor=None, now=NOW)

    assert not Unit.objects.exists()


def test_names_full_names_and_aliases_lead_to_the_code() -> None:
    load_units(LIST, actor=None, now=NOW)

    assert queries.unit_names() == {
        "各县": "counties",
        "东云县": "east",
        "西云县": "west",
        "人社局": "labour",
        "云岫市人力资源和社会保障局": "labour",
        "人力社保局": "labour",
    }
    assert list(queries.units_by_code()) == ["counties", "east", "west", "labour"]
    assert [unit.code for unit in queries.counties()] == ["east", "west"]
