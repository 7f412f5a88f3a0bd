"""From outlines and values to the shapes of a drawn map: fills, words, legend. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from textwrap import wrap

from django.utils.translation import get_language, gettext

from yingcai.reporting.geometry import Drawing
from yingcai.reporting.queries.maps import Place

# Shares on time, in whole percent: the least of each level, from the best down.
SHARE_LEVELS = (90, 75, 60, 40, 0)
LEVELS = 5
CHINESE_LINE, LATIN_LINE = 6, 14  # characters of one line of a label


@dataclass(frozen=True)
class Reading:
    """What the map says of one place. ``fill`` is a level (level-0 … level-4), a light, or none."""

    fill: str
    text: str
    words: str = ""
    href: str = ""


@dataclass(frozen=True)
class Shape:
    path: str
    x: int
    y: int
    label: str
    lines: tuple[str, ...]  # the label as it is drawn
    fill: str
    text: str
    words: str
    spoken: str
    href: str


@dataclass(frozen=True)
class Key:
    """One line of the legend."""

    fill: str
    words: str


@dataclass(frozen=True)
class Picture:
    width: int
    height: int
    shapes: tuple[Shape, ...]
    beside: tuple[Shape, ...]  # places without an outline
    keys: tuple[Key, ...]


def picture(
    drawing: Drawing,
    where: Sequence[Place],
    readings: dict[str, Reading],
    *,
    key: Callable[[Place], str],
    keys: Iterable[Key],
) -> Picture:
    """Join outlines and readings; ``key`` names the outline of a place (its division or its code)."""
    outlines = {outline.code: outline for outline in drawing.outlines}
    nothing = Reading("none", "—", gettext("暂无数据"))
    shapes: list[Shape] = []
    beside: list[Shape] = []
    for place in where:
        reading = readings.get(place.code, nothing)
        label = place.name_en if get_language() == "en" and place.name_en else place.name
        outline = outlines.get(key(place))
        spoken = " ".join(part for part in (label, reading.words, reading.text) if part)
        shape = Shape(
            path=outline.path if outline else "",
            x=outline.x if outline else 0,
            y=outline.y if outline else 0,
            label=label,
            lines=label_lines(label),
            fill=reading.fill,
            text=reading.text,
            words=reading.words,
            spoken=spoken,
            href=reading.href,
        )
        (shapes if outline else beside).append(shape)
    return Picture(drawing.width, drawing.height, tuple(shapes), tuple(beside), tuple(keys))


def label_lines(label: str) -> tuple[str, ...]:
    """A long name in lines of at most six Chinese characters, or of whole English words.

    >>> label_lines("东海湾循环经济产业集聚区")
    ('东海湾循环经', '济产业集聚区')
    """
    if " " in label:
        return tuple(wrap(label, LATIN_LINE))
    return tuple(label[at : at + CHINESE_LINE] for at in range(0, len(label), CHINESE_LINE))


def share_level(share: Decimal | None) -> str:
    """The level of a share on time; darker is better."""
    if share is None:
        return "none"
    position = next(i for i, least in enumerate(SHARE_LEVELS) if share >= least)
    return f"level-{LEVELS - 1 - position}"


def share_keys() -> list[Key]:
    """The legend of shares, in whole percent."""
    tops = [None, *SHARE_LEVELS]
    keys = []
    for position, least in enumerate(SHARE_LEVELS):
        top = tops[position]
        if top is None:
            words = gettext("%(least)s%%以上") % {"least": least}
        elif least == 0:
            words = gettext("不到 %(top)s%%") % {"top": top}
        else:
            words = gettext("%(least)s%%至不到 %(top)s%%") % {"least": least, "top": top}
        keys.append(Key(f"level-{LEVELS - 1 - position}", words))
    return [*keys, Key("none", gettext("暂无数据"))]


def count_breaks(counts: Iterable[int]) -> list[int]:
    """The least whole number of each level above nothing, at most four levels.

    >>> count_breaks([0, 3, 8, 11])
    [1, 4, 7, 10]
    """
    most = max(counts, default=0)
    step = -(-most // (LEVELS - 1)) or 1
    return [1 + step * position for position in range(LEVELS - 1) if 1 + step * position <= most]


def count_level(count: int, breaks: Sequence[int]) -> str:
    """The level of a count: none of them is the palest."""
    return f"level-{sum(count >= least for least in breaks)}"


def count_keys(breaks: Sequence[int]) -> list[Key]:
    """The legend of counts, in whole numbers."""
    keys = [Key("level-0", "0")]
    for position, least in enumerate(breaks):
        top = breaks[position + 1] - 1 if position + 1 < len(breaks) else None
        if top is None:
            words = gettext("%(least)s 及以上") % {"least": least}
        else:
            words = str(least) if top == least else f"{least}—{top}"
        keys.append(Key(f"level-{position + 1}", words))
    return keys[::-1]
