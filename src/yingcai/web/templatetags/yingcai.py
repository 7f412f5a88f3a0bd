"""Filters and tags of the pages: ``{% load yingcai %}``."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms, template
from django.forms import BoundField
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from yingcai.identity.queries import Role
from yingcai.web import chart, formats, navigation

register = template.Library()

register.filter("amount", formats.amount)
register.filter("quantity", formats.quantity)
register.filter("fen", formats.fen)
register.filter("measure_word", formats.measure_word)
register.filter("percent", formats.percent)
register.filter("signed", formats.signed)
register.filter("cndate", formats.day_label)
register.filter("cnweekday", formats.weekday_label)
register.filter("cnmoment", formats.moment_label)
register.filter("month_label", formats.month_label)
register.filter("sentence", formats.sentence)

LIGHTS = {
    "green": (_("正常"), "check-circle-fill"),
    "yellow": (_("滞后"), "exclamation-circle-fill"),
    "red": (_("严重滞后"), "x-octagon-fill"),
    "done": (_("已完成"), "flag-fill"),
    "none": (_("无数据"), "dash-circle"),
}
ACTING = {"employer": _("单位经办人"), "self": _("本人"), "guardian": _("监护人")}
COMPARATORS = {">=": "≥", "<=": "≤", "=": "=", "~": "≈", ">": ">", "<": "<"}
CHECKS = (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple)


@register.filter
def light_word(light: str) -> str:
    """The word that stands beside the colour of a light."""
    return str(LIGHTS.get(light, LIGHTS["none"])[0])


@register.filter
def light_icon(light: str) -> str:
    """The shape of a light; each differs, so that colour is never needed."""
    return LIGHTS.get(light, LIGHTS["none"])[1]


@register.filter
def known_light(light: str) -> str:
    """The light itself, or ``none`` for a word that is no light."""
    return light if light in LIGHTS else "none"


@register.filter
def comparator_sign(comparator: str) -> str:
    """≥, ≤, =, ≈ for the comparators of targets."""
    return COMPARATORS.get(comparator, comparator)


@register.filter
def bar_width(percent: object) -> str:
    """The length of a bar of 100 units for percentage points, kept between 0 and 100."""
    if not isinstance(percent, int | Decimal) or isinstance(percent, bool):
        return "0"
    return f"{min(max(Decimal(percent), Decimal(0)), Decimal(100)).quantize(Decimal('0.1')):f}"


@register.filter
def role_names(roles: Collection[str]) -> str:
    """The roles of a user in words, in a fixed order, and as whom he may act."""
    held = [role.label for role in Role if role in roles]
    return formats.sentence([*held, *(str(ACTING[one]) for one in ACTING if one in roles)])


@register.filter
def control(field: BoundField) -> SafeString:
    """A form control in our dress, tied to its help and its error for screen readers."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        dress = "form-check-input"
    elif isinstance(widget, CHECKS):
        dress = "yc-choices"
    elif isinstance(widget, forms.Select):
        dress = "form-select"
    else:
        dress = "form-control"
    own = widget.attrs.get("class", "")
    invalid = " is-invalid" if field.errors else ""
    return field.as_widget(attrs={"class": f"{own} {dress}{invalid}".strip()})


@register.filter
def is_check(field: BoundField) -> bool:
    """Whether the label stands after the box."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def is_group(field: BoundField) -> bool:
    """Whether the control is several boxes that need a legend."""
    return isinstance(field.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple)


@register.simple_tag(takes_context=True)
def menu_items(context: dict[str, Any]) -> list[navigation.Item]:
    """The main menu for the roles and the address of this request."""
    request = context.get("request")
    return navigation.menu(context.get("roles", frozenset()), request.path if request else "")


@register.filter
def rarely_used(places: list[navigation.Item]) -> list[navigation.Item]:
    """The entries of the menu that stand under “more”."""
    return [place for place in places if place.rare]


@register.simple_tag(takes_context=True)
def home_doors(context: dict[str, Any]) -> list[navigation.Item]:
    """What the home page offers to the roles of this request."""
    return navigation.doors(context.get("roles", frozenset()))


@register.simple_tag
def trend_chart(
    points: Sequence[tuple[date, Decimal | None]] | None,
    path: Sequence[tuple[date, Decimal]] | None = None,
    guess: tuple[date, Decimal] | None = None,
) -> chart.Chart | None:
    """Coordinates for components/trend.html."""
    return chart.trend(points or (), path or (), guess or None)


MAP_FILLS = {
    "green": "#8fcf9f",
    "yellow": "url(#yc-map-yellow)",
    "red": "url(#yc-map-red)",
    "done": "#9cc3ea",
    "none": "url(#yc-map-none)",
}


@register.filter
def map_fill(light: str) -> str:
    """The fill of a shape: plain, hatched, crossed or dotted, so that print in black still tells."""
    return MAP_FILLS.get(light, MAP_FILLS["none"])


@register.filter
def words(text: str) -> list[str]:
    """A text split at spaces."""
    return text.split()
