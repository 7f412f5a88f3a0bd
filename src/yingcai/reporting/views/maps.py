"""The map of the city: by share on time, by number of a light, or by one shared target."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from yingcai.identity.access import StaffRequest, roles_required
from yingcai.plan.queries import current_plan
from yingcai.reporting.bulletin.facts import LIGHTS
from yingcai.reporting.bulletin.numbers import amount, plain
from yingcai.reporting.geometry import Drawing
from yingcai.reporting.models import IndicatorValue
from yingcai.reporting.queries import boards, maps
from yingcai.reporting.views import map_picture as drawn
from yingcai.reporting.views.year_month import month_of

if TYPE_CHECKING:
    from yingcai.plan.models import Plan

LIGHT_LABELS = IndicatorValue.Light


@dataclass(frozen=True)
class Choice:
    """What the visitor asked the map to show."""

    month: date | None
    lead: str
    measure: int | None
    light: str
    target: str
    tiles: bool

    @classmethod
    def of(cls, query: QueryDict) -> "Choice":
        measure = query.get("measure", "")
        light = query.get("light", "")
        return cls(
            month=month_of(query.get("month", "")),
            lead=query.get("unit", "")[:40],
            measure=int(measure) if measure.isascii() and measure.isdigit() else None,
            light=light if light in LIGHTS else "",
            target=query.get("target", "")[:12],
            tiles=query.get("view") == "tiles",
        )

    def query(self, **changes: str) -> str:
        """The address query of this choice with some values changed."""
        values = {
            "month": f"{self.month:%Y-%m}" if self.month else "",
            "unit": self.lead,
            "measure": "" if self.measure is None else str(self.measure),
            "light": self.light,
            "target": self.target,
            "view": "tiles" if self.tiles else "",
            **changes,
        }
        return urlencode({name: value for name, value in values.items() if value})


@roles_required()
@require_safe
def city_map(request: StaffRequest) -> HttpResponse:
    """The nine divisions (or however many the pack has) with a value and a word in each."""
    plan = current_plan()
    choice = Choice.of(request.GET)
    choices = boards.month_choices(plan) if plan else []
    shown = boards.chosen_month(choices, choice.month)
    context: dict[str, Any] = {"plan": plan, "shown": shown, "map_number": settings.MAP_NUMBER}
    if plan and shown:
        context |= _page(plan, shown.month, choice)
        context |= {
            "months": choices[::-1],
            "place": [item.month for item in choices[::-1]].index(shown.month),
        }
    partial = getattr(request, "htmx", False)
    return render(request, "reporting/_map_card.html" if partial else "reporting/map.html", context)


def _page(plan: "Plan", month: date, choice: Choice) -> dict[str, Any]:
    where = maps.places()
    targets = maps.shared_targets(plan, month)
    _, led = boards.city_rows(plan, month)
    target = next((item for item in targets if item.code == choice.target), None)
    if target is not None:
        readings, keys = target_readings(plan, month, target.code)
        heading = f"{_title(target)}（{target.code}）"
    else:
        tallies = tallies_of(plan, month, led, choice)
        readings, keys = tally_readings(
            tallies,
            month,
            light=choice.light,
            measure="" if choice.measure is None else str(choice.measure),
        )
        heading = _heading(choice)
    return {
        "choice": choice,
        "heading": heading,
        "picture": map_of(where, readings, keys, tiles=choice.tiles),
        "tiles": choice.tiles,
        "tiles_query": choice.query(view="" if choice.tiles else "tiles"),
        "targets": [(item.code, _title(item)) for item in targets],
        "leads": sorted({(row.order, row.unit, _name(row)) for row in led}),
        "measures": [(number, title) for number, title, _ in boards.measures_of(plan)],
        "lights": LIGHTS,
        "target": target,
    }


def tallies_of(
    plan: "Plan", month: date, led: list[boards.Led], choice: Choice
) -> dict[str, boards.Tally]:
    """Counties with their counts, narrowed to a lead unit or a measure."""
    shares = boards.share_tallies(plan, month, measure=choice.measure, lead=choice.lead)
    of_lead = {row.target for row in led if row.unit == choice.lead}
    narrowed = [
        row
        for row in led
        if (choice.measure is None or row.measure == choice.measure)
        and (not choice.lead or row.target in of_lead)
    ]
    return {tally.unit: tally for tally in boards.with_led(shares, narrowed)}


def tally_readings(
    tallies: dict[str, boards.Tally], month: date, *, light: str = "", measure: str = ""
) -> tuple[dict[str, drawn.Reading], list[drawn.Key]]:
    """Shares on time; or, with a light chosen, how many targets show it."""
    if light:
        breaks = drawn.count_breaks(tally.lights[light] for tally in tallies.values())
        return {
            code: drawn.Reading(
                drawn.count_level(tally.lights[light], breaks),
                gettext("%(count)s 项") % {"count": tally.lights[light]},
                href=_board(code, month, light=light, measure=measure),
            )
            for code, tally in tallies.items()
        }, drawn.count_keys(breaks)
    return {
        code: drawn.Reading(
            drawn.share_level(tally.share),
            f"{tally.share}%",
            words=gettext("%(on_time)s/%(all)s 项按期")
            % {"on_time": tally.on_time, "all": tally.targets},
            href=_board(code, month, measure=measure),
        )
        for code, tally in tallies.items()
    }, drawn.share_keys()


def target_readings(
    plan: "Plan", month: date, code: str
) -> tuple[dict[str, drawn.Reading], list[drawn.Key]]:
    """Each unit's part of one target: its light, its value, its progress."""
    readings = {
        unit: drawn.Reading(
            share.light,
            f"{amount(plain(share.value), share.word)}/{amount(plain(share.goal), share.word)}",
            words=str(LIGHT_LABELS(share.light).label),
            href=_board(unit, month),
        )
        for unit, share in maps.share_values(plan, month, code).items()
    }
    return readings, [drawn.Key(light, str(LIGHT_LABELS(light).label)) for light in LIGHTS]


def map_of(
    where: list[maps.Place],
    readings: dict[str, drawn.Reading],
    keys: list[drawn.Key],
    *,
    tiles: bool,
) -> drawn.Picture:
    """The picture with boundaries; as tiles when asked, or when the pack has no boundaries."""
    outlines: Drawing | None = None if tiles else maps.outlines()
    if outlines is None:
        return drawn.picture(
            maps.tile_drawing(where), where, readings, key=lambda place: place.code, keys=keys
        )
    return drawn.picture(outlines, where, readings, key=lambda place: place.division, keys=keys)


def _heading(choice: Choice) -> str:
    if choice.light:
        return gettext("“%(light)s”的目标数") % {"light": LIGHT_LABELS(choice.light).label}
    return gettext("按期率")


def _board(unit: str, month: date, **narrowed: str) -> str:
    """The rows behind a shape."""
    wanted = {"unit": unit, "month": f"{month:%Y-%m}", **narrowed}
    query = urlencode({name: value for name, value in wanted.items() if value})
    return f"{reverse('reporting:dashboard')}?{query}"


def _title(target: maps.SharedTarget) -> str:
    return target.title_en if get_language() == "en" and target.title_en else target.title


def _name(row: boards.Led) -> str:
    return row.name_en if get_language() == "en" and row.name_en else row.name
