"""Leader page, map and public page: same figures as the bulletin, bounded queries, nothing inner."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from yingcai.identity.models import Unit
from yingcai.plan.tests.make import make_pack, make_plan, make_user
from yingcai.reporting.actions.bulletins import correct_bulletin, draft_bulletin
from yingcai.reporting.geometry import MapUnreadable, draw, tiles
from yingcai.reporting.models import IndicatorValue
from yingcai.reporting.queries import boards
from yingcai.reporting.tests.make_bulletin import (
    APRIL,
    MAY,
    NOW,
    City,
    fill_month,
    make_city,
    make_published,
    make_reporting_month,
    random_city,
    random_month,
)
from yingcai.reporting.views import map_picture as drawn

BUDGET = 12
SQUARE = [[[121.0, 28.0], [121.5, 28.0], [121.5, 28.5], [121.0, 28.5], [121.0, 28.0]]]


def geojson(**geometry: Any) -> bytes:
    feature = {
        "properties": {"adcode": 990001, "centroid": [121.25, 28.25]},
        "geometry": {"type": "Polygon", "coordinates": SQUARE, **geometry},
    }
    return json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()


# -- drawing ----------------------------------------------------------------------------------


def test_degrees_become_a_path_in_true_proportion() -> None:
    drawing = draw(geojson())
    (outline,) = drawing.outlines
    assert outline.code == "990001"
    assert outline.path.startswith("M12.0 ")
    assert outline.path.endswith("Z")
    # At 28.25 degrees a degree of longitude is 0.88 of one of latitude.
    assert Decimal(drawing.height - 24) / (drawing.width - 24) == pytest.approx(
        Decimal("1.135"), abs=Decimal("0.01")
    )
    assert outline.x == drawing.width // 2
    assert outline.y == pytest.approx(drawing.height / 2, abs=1)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b'{"features": [{}]}',
        b'{"features": []}',
        geojson(coordinates=[[[1, 2], [3, 4]]]),
        geojson(coordinates=[[["x", 2], [3, 4], [5, 6], [1, 2]]]),
        geojson(coordinates=[[[float("inf"), 2], [3, 4], [5, 6], [1, 2]]]),
    ],
)
def test_a_file_that_is_no_map_is_refused(data: bytes) -> None:
    with pytest.raises(MapUnreadable):
        draw(data)


def test_tiles_draw_no_boundary() -> None:
    drawing = tiles(["a", "b", "c", "d", "e"])
    assert [outline.code for outline in drawing.outlines] == ["a", "b", "c", "d", "e"]
    assert len({outline.path.split("h")[0] for outline in drawing.outlines}) == 5
    assert all(outline.path.count("L") == 0 for outline in drawing.outlines)


@pytest.mark.parametrize(
    ("share", "level"),
    [("100", 4), ("90", 4), ("89.9", 3), ("60", 2), ("59.9", 1), ("0", 0)],
)
def test_levels_begin_at_whole_percent(share: str, level: int) -> None:
    assert drawn.share_level(Decimal(share)) == f"level-{level}"


@pytest.mark.parametrize(
    ("counts", "keys"),
    [
        ([0, 0], ["0"]),
        ([1, 0], ["1 及以上", "0"]),
        ([2, 1], ["2 及以上", "1", "0"]),
        ([0, 3, 8, 11], ["10 及以上", "7—9", "4—6", "1—3", "0"]),
    ],
)
def test_the_legend_of_counts_has_whole_numbers(counts: list[int], keys: list[str]) -> None:
    assert [key.words for key in drawn.count_keys(drawn.count_breaks(counts))] == keys


def test_every_count_falls_in_the_level_of_its_legend() -> None:
    breaks = drawn.count_breaks([11])
    assert [drawn.count_level(count, breaks) for count in (0, 1, 3, 4, 10, 11)] == [
        "level-0",
        "level-1",
        "level-1",
        "level-2",
        "level-4",
        "level-4",
    ]


@pytest.mark.parametrize(
    ("label", "lines"),
    [
        ("东县", ("东县",)),
        ("东海湾循环经济产业集聚区", ("东海湾循环经", "济产业集聚区")),
        ("East Bay District", ("East Bay", "District")),
    ],
)
def test_long_names_take_two_lines(label: str, lines: tuple[str, ...]) -> None:
    assert drawn.label_lines(label) == lines


# -- pages ------------------------------------------------------------------------------------


@pytest.fixture
def city(db: None, settings: Any, tmp_path: Path) -> City:
    """云岫市 with a pack folder of its own: one division on the map."""
    (tmp_path / "geo").mkdir()
    (tmp_path / "geo" / "map.json").write_bytes(geojson())
    (tmp_path / "pack.yaml").write_text("map: {file: geo/map.json}\n", "utf-8")
    settings.PACK_DIR = tmp_path
    city = make_city()
    Unit.objects.filter(code="dongxian").update(division_code="990001")
    return city


def page(role: str, address: str) -> str:
    client = Client()
    client.force_login(make_user(role=role))
    return client.get(address).content.decode()


def test_board_and_bulletin_count_alike(city: City) -> None:
    fill_month(city, APRIL, lights=("red", "red"), value=2)
    fill_month(city)
    figures = draft_bulletin(city.plan, MAY, actor=city.office, now=NOW).snapshot
    tallies = boards.with_led(
        boards.share_tallies(city.plan, MAY), boards.city_rows(city.plan, MAY)[1]
    )
    for name, counties in (("units", False), ("counties", True)):
        ranked = boards.ranked(tallies, counties=counties)
        assert [(row.unit, row.rank, str(row.share)) for row in ranked] == [
            (row["unit"], row["rank"], row["share"]) for row in figures[name]
        ]
    assert boards.trend_of_share(city.plan, MAY) == [
        (date(2018, 4, 30), Decimal("0.0")),
        (date(2018, 5, 31), Decimal("50.0")),
    ]


def test_boards_of_a_random_city_agree_with_its_bulletin(db: None) -> None:
    large = random_city(targets=30, counties=5, bureaus=6, seed=11)
    random_month(large, MAY, seed=12)
    figures = draft_bulletin(large.plan, MAY, actor=large.office, now=NOW).snapshot
    tallies = boards.with_led(
        boards.share_tallies(large.plan, MAY), boards.city_rows(large.plan, MAY)[1]
    )
    for name, counties in (("units", False), ("counties", True)):
        assert [
            (row.unit, row.rank, row.targets, row.on_time)
            for row in boards.ranked(tallies, counties=counties)
        ] == [(row["unit"], row["rank"], row["targets"], row["on_time"]) for row in figures[name]]


def test_the_leader_sees_who_is_late_and_why(city: City) -> None:
    fill_month(city)
    text = page("leader", reverse("reporting:leader"))
    assert "征地滞后" in text
    assert f'href="{reverse("reporting:standing", args=["2-2"])}"' in text
    assert "西县" in text
    assert "is-screen" not in text
    assert "is-screen" in page("leader", reverse("reporting:leader") + "?screen=1")


def test_the_leader_page_shows_the_newest_locked_month(city: City) -> None:
    fill_month(city, APRIL)
    make_reporting_month(city.plan, MAY, status="open")
    text = page("leader", reverse("reporting:leader"))
    assert "数据截至 2018年4月底" in text
    assert "尚未锁定" not in text


@pytest.mark.parametrize("role", ["reporter", "head", "county", "auditor"])
def test_the_leader_page_is_for_leaders_and_the_office(city: City, role: str) -> None:
    client = Client()
    client.force_login(make_user(role=role))
    assert client.get(reverse("reporting:leader")).status_code == 403


def test_pages_without_any_month_say_so(city: City) -> None:
    assert "还没有数据" in page("leader", reverse("reporting:leader"))
    assert "还没有可以上图的数据" in page("leader", reverse("reporting:map"))


def test_the_map_writes_a_word_and_a_value_into_each_division(city: City) -> None:
    fill_month(city)
    text = page("leader", reverse("reporting:map"))
    assert "东县 1/1 项按期 100.0%" in text
    # Units without a division stand beside the map.
    beside = text[text.index("yc-map-beside") :]
    assert "西县" in beside
    assert "港区" in beside


def test_a_shared_target_shows_lights_and_values(city: City) -> None:
    fill_month(city)
    text = page("leader", reverse("reporting:map") + "?target=2-2&month=2018-05")
    assert "东县 正常 5家/10家" in text
    assert "西县 <strong>5家/10家</strong> 严重滞后" in text
    assert 'fill="url(#yc-map-red)"' in text


def test_the_map_narrows_to_a_unit_a_measure_and_a_light(city: City) -> None:
    fill_month(city)
    address = reverse("reporting:map")
    assert "西县 <strong>1 项</strong>" in page("leader", f"{address}?light=red")
    assert "暂无数据 —" in page("leader", f"{address}?measure=1")
    assert "东县 1/1 项按期 100.0%" in page("leader", f"{address}?unit=erju")
    assert "暂无数据 —" in page("leader", f"{address}?unit=yiju")


def test_tiles_are_the_view_without_boundaries(city: City) -> None:
    fill_month(city)
    text = page("leader", reverse("reporting:map") + "?view=tiles")
    assert "换成地图" in text
    assert text.count("h132v132h-132Z") == 3


def test_a_pack_whose_map_cannot_be_read_falls_back_to_tiles(city: City, settings: Any) -> None:
    (settings.PACK_DIR / "geo" / "map.json").write_text("{}", "utf-8")
    fill_month(city)
    assert page("leader", reverse("reporting:map")).count("h132v132h-132Z") == 3


@pytest.mark.parametrize("name", ["reporting:map", "reporting:leader"])
def test_every_map_names_its_source_and_the_operators_number(
    city: City, settings: Any, name: str
) -> None:
    make_pack(map={"notice": "界线来源：云岫测绘；示意图"})
    settings.MAP_NUMBER = "云S(2018)1号"
    fill_month(city)
    figure = page("leader", reverse(name)).split("<figcaption>")[1].split("</figure>")[0]
    assert "界线来源：云岫测绘；示意图 · 审图号：云S(2018)1号" in figure


@pytest.mark.parametrize(
    "query",
    ["month=x", "measure=²", "measure=99999999999999999999", "light=blue", "target=%00", "unit='"],
)
def test_broken_filters_are_no_filters(city: City, query: str) -> None:
    fill_month(city)
    client = Client()
    client.force_login(make_user(role="leader"))
    assert client.get(f"{reverse('reporting:map')}?{query}").status_code == 200


def test_the_public_page_shows_published_months_only(city: City, client: Client) -> None:
    fill_month(city, APRIL)
    address = reverse("reporting:public")
    assert "还没有公开的进度" in client.get(address).content.decode()
    make_published(city, APRIL)
    fill_month(city, MAY)
    draft_bulletin(city.plan, MAY, actor=city.office, now=NOW)
    text = client.get(address).content.decode()
    assert "数据截至 2018年4月底" in text
    assert "2018年5月" not in text
    assert client.get(reverse("reporting:public_measure", args=[2])).status_code == 200


def test_the_public_never_reads_words_of_units(city: City, client: Client) -> None:
    fill_month(city, APRIL, lights=("yellow", "red"), value=1)
    fill_month(city)
    make_published(city, APRIL)
    make_published(city)
    names = ("public", "open_data")
    pages = [client.get(reverse(f"reporting:{name}")).content.decode() for name in names]
    pages += [
        client.get(reverse("reporting:public_measure", args=[number])).content.decode()
        for number in (1, 2)
    ]
    for name in ("measures", "targets", "values", "bulletins"):
        for kind in ("csv", "json"):
            response: Any = client.get(reverse("reporting:open_data_file", args=[name, kind]))
            pages.append(b"".join(response.streaming_content).decode())
    for text in pages:
        assert "征地滞后" not in text
        assert "新平台已开工" not in text


def test_published_figures_stay_when_the_month_moves(city: City, client: Client) -> None:
    fill_month(city)
    make_published(city)
    IndicatorValue.objects.update(light="done", value=99)
    response: Any = client.get(reverse("reporting:open_data_file", args=["values", "csv"]))
    assert b",99," not in b"".join(response.streaming_content)


def test_a_correction_is_public(city: City, client: Client) -> None:
    fill_month(city)
    bulletin = make_published(city)
    correct_bulletin(bulletin, "“1项”应为“2项”。", actor=city.office, now=NOW)
    assert "应为“2项”" in client.get(reverse("reporting:public")).content.decode()


def test_open_data_is_safe_to_open(city: City, client: Client) -> None:
    target = city.targets[0]
    target.__class__.objects.filter(pk=target.pk).update(title="=cmd|'/c calc'!A1")
    fill_month(city)
    make_published(city)
    response: Any = client.get(reverse("reporting:open_data_file", args=["targets", "csv"]))
    content = b"".join(response.streaming_content).decode("utf-8-sig")
    assert ",'=cmd" in content
    response = client.get(reverse("reporting:open_data_file", args=["targets", "json"]))
    rows = json.loads(b"".join(response.streaming_content))
    assert rows[0]["title"] == "=cmd|'/c calc'!A1"


def test_open_data_of_a_city_without_a_plan_is_empty(db: None, client: Client) -> None:
    response: Any = client.get(reverse("reporting:open_data_file", args=["values", "json"]))
    assert json.loads(b"".join(response.streaming_content)) == []
    assert client.get(reverse("reporting:open_data")).status_code == 200
    assert client.get("/open-data/secrets.csv").status_code == 404
    assert client.get("/open-data/values.exe").status_code == 404


def test_boards_stay_within_their_queries(city: City, django_assert_max_num_queries: Any) -> None:
    large = random_city(targets=40, counties=6, bureaus=8, seed=4)
    for month in (APRIL, MAY):
        random_month(large, month, seed=7)
        make_published(large, month)
    client = Client()
    client.force_login(large.office)
    client.get(reverse("reporting:public"))  # the session notes once that it is in use
    for address in (
        reverse("reporting:leader"),
        reverse("reporting:map"),
        reverse("reporting:map") + "?target=1-1",
        reverse("reporting:map") + "?view=tiles&light=red",
        reverse("reporting:public"),
        reverse("reporting:public_measure", args=[1]),
        reverse("reporting:open_data"),
    ):
        with django_assert_max_num_queries(BUDGET):
            assert client.get(address).status_code == 200


def test_bulletins_outlive_a_new_edition_of_the_plan(city: City, client: Client) -> None:
    fill_month(city)
    make_published(city)
    old = city.plan
    old.__class__.objects.filter(pk=old.pk).update(status="superseded")
    make_plan(slug=old.slug, edition=2, previous=old)
    assert "2018年5月" in client.get(reverse("reporting:public")).content.decode()
    address = reverse("reporting:bulletin", args=[MAY])
    assert "总体进展" in page("leader", address)
    assert "2018年5月" in page("leader", reverse("reporting:bulletins"))
