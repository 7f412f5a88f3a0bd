"""A workflow as an SVG of one column, to be read on a phone: stages from top to bottom, ways beside.

Ways onward run straight down or, past other stages, on the right; ways back run on the left. Ways to
one stage share a lane. Colours are attributes that a page's style may overrule by class.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from yingcai.engine.workflow.model import Stage, Workflow
from yingcai.engine.workflow.words import Language, days_words, kind_words, who_words

WIDTH = 360
LANE, EDGE, GAP, TOP = 11, 8, 26, 22
TITLE, SMALL = 15, 13
_BLUE, _INK, _SOFT, _LINE, _RED, _PAPER = (
    "#0b5cad", "#1f2937", "#4b5563", "#8a97a6", "#b3261e", "#ffffff",
)  # fmt: skip
_HERE, _PASSED = "#e3effc", "#eef2f6"


@dataclass(frozen=True)
class Box:
    """A stage with its lines of text, from ``y`` to ``y + height``."""

    stage: Stage
    title: tuple[str, ...]
    small: tuple[str, ...]
    y: int
    height: int


@dataclass(frozen=True)
class Lane:
    """All ways of one sort to one stage that run beside the boxes. ``place``: 0 is next to them."""

    to: int
    sources: tuple[int, ...]
    refused: bool
    left: bool
    place: int = 0

    @property
    def rows(self) -> range:
        return range(min(self.to, *self.sources), max(self.to, *self.sources) + 1)


@dataclass(frozen=True)
class Layout:
    """Where everything stands, in units of the drawing."""

    boxes: tuple[Box, ...]
    straight: tuple[int, ...]
    lanes: tuple[Lane, ...]
    left: int
    right: int
    height: int


def layout(
    workflow: Workflow, language: Language, units: Mapping[str, Mapping[str, str]]
) -> Layout:
    """Rows in the order of the file, lanes beside them as few as needed."""
    rows = {stage.name: i for i, stage in enumerate(workflow.stages)}
    straight = tuple(
        i
        for i, (stage, after) in enumerate(zip(workflow.stages, workflow.stages[1:], strict=False))
        if after.name in workflow.onward(stage)
    )
    lanes = [
        *_placed(_lanes(workflow, rows, left=True)),
        *_placed(_lanes(workflow, rows, left=False)),
    ]
    left = EDGE + LANE * (1 + max((lane.place + 1 for lane in lanes if lane.left), default=0))
    right = (
        WIDTH
        - EDGE
        - LANE * (1 + max((lane.place + 1 for lane in lanes if not lane.left), default=0))
    )
    boxes = tuple(_boxes(workflow, right - left - 20, language, units))
    return Layout(boxes, straight, tuple(lanes), left, right, boxes[-1].y + boxes[-1].height + EDGE)


def _lanes(workflow: Workflow, rows: Mapping[str, int], *, left: bool) -> list[Lane]:
    found: dict[tuple[int, bool], list[int]] = {}
    for stage in workflow.stages:
        row = rows[stage.name]
        for name, refused in _aside(workflow, stage, rows):
            if (rows[name] <= row) == left:
                found.setdefault((rows[name], refused), []).append(row)
    return [Lane(to, tuple(rows_), refused, left) for (to, refused), rows_ in found.items()]


def _aside(workflow: Workflow, stage: Stage, rows: Mapping[str, int]) -> Iterator[tuple[str, bool]]:
    """Ways that do not lead straight to the next row, and whether they are those of a refusal."""
    for name in workflow.onward(stage):
        if rows[name] != rows[stage.name] + 1:
            yield name, False
    yield from ((name, False) for name in stage.return_to)
    if stage.refused_to:
        yield stage.refused_to, True


def _placed(lanes: Sequence[Lane]) -> list[Lane]:
    """Each lane as near to the boxes as those already there let it; short ones first."""
    placed: list[Lane] = []
    for lane in sorted(lanes, key=lambda one: (len(one.rows), one.to, one.refused)):
        taken = {one.place for one in placed if {*one.rows} & {*lane.rows}}
        free = next(i for i in range(len(placed) + 1) if i not in taken)
        placed.append(Lane(lane.to, lane.sources, lane.refused, lane.left, free))
    return placed


def _boxes(
    workflow: Workflow, width: int, language: Language, units: Mapping[str, Mapping[str, str]]
) -> Iterator[Box]:
    y = EDGE
    for stage in workflow.stages:
        title = tuple(wrapped(stage.words[language], width, TITLE))
        kind = kind_words(stage, language)
        facts = [kind] if kind != stage.words[language].lower() else []
        facts += [days_words(stage.clock, language)] if stage.clock else []
        small = [*wrapped(" · ".join(facts), width, SMALL)]
        small += wrapped(who_words(stage, language, units), width, SMALL)
        height = 16 + TOP * len(title) + 18 * len(small)
        yield Box(stage, title, tuple(small), y, height)
        y += height + GAP


def wrapped(text: str, width: int, size: int) -> Iterator[str]:
    """The text in lines of at most ``width``: Chinese breaks anywhere, other words at blanks."""
    line = ""
    for piece in _pieces(text):
        if line.strip() and measure(line + piece.rstrip(), size) > width:
            yield line.strip()
            line = ""
        line += piece
    if line.strip():
        yield line.strip()


def _pieces(text: str) -> Iterator[str]:
    word = ""
    for letter in text:
        word += letter
        if letter == " " or ord(letter) > 0x2E7F:
            yield word
            word = ""
    yield word


def measure(text: str, size: int) -> float:
    """About how wide a text is: full-width letters one em, others a little more than half."""
    return size * sum(1.0 if ord(letter) > 0x2E7F else 0.52 for letter in text)


# -- the drawing ---------------------------------------------------------------------------------


def svg(
    workflow: Workflow,
    language: Language = "zh",
    *,
    units: Mapping[str, Mapping[str, str]] | None = None,
    here: str = "",
    passed: Sequence[str] = (),
) -> str:
    """The diagram as text. ``here``: the stage in which a case is; ``passed``: those it has been in."""
    plan = layout(workflow, language, units or {})
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="yc-flow" role="img" viewBox="0 0 {WIDTH} {plan.height}"'
        f' font-family="sans-serif" fill="none">',
        f"<title>{escape(_title(workflow, language, here))}</title>",
        *(_straight(plan, row) for row in plan.straight),
        *(part for lane in plan.lanes for part in _lane(plan, lane)),
        *(part for box in plan.boxes for part in _box(plan, box, language, here, passed)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _title(workflow: Workflow, language: Language, here: str) -> str:
    title = workflow.title[language]
    if not here:
        return title
    now = workflow.by_name[here].words[language]
    return f"{title}：当前在“{now}”" if language == "zh" else f"{title}: now in “{now}”"


def _straight(plan: Layout, row: int) -> str:
    above, below = plan.boxes[row], plan.boxes[row + 1]
    x = (plan.left + plan.right) // 2
    start = above.y + above.height
    return _line(f"M{x} {start}V{below.y - 7}", _arrow(x, below.y, 0, 1))


def _lane(plan: Layout, lane: Lane) -> Iterator[str]:
    """Out of the lower part of each source into the lane; from the farthest on to its target."""
    side, away = (plan.left, -1) if lane.left else (plan.right, 1)
    x = side + away * LANE * (lane.place + 1)
    target = plan.boxes[lane.to]
    into = target.y + (target.height * (2 if lane.refused else 1)) // 4
    farthest = max(lane.sources) if lane.left else min(lane.sources)
    for row in lane.sources:
        box = plan.boxes[row]
        out = box.y + (box.height * 3) // 4 + (6 if lane.refused else 0)
        if row == farthest:
            path = f"M{side} {out}H{x}V{into}H{side + away * 7}"
            yield _line(path, _arrow(side, into, -away, 0), refused=lane.refused)
        else:
            yield _line(f"M{side} {out}H{x}", "", refused=lane.refused)


def _line(path: str, arrow: str, *, refused: bool = False) -> str:
    colour, name = (_RED, "yc-flow-refused") if refused else (_LINE, "yc-flow-way")
    dashes = ' stroke-dasharray="5 3"' if refused else ""
    tip = f'<path class="{name}-tip" d="{arrow}" fill="{colour}"/>' if arrow else ""
    return f'<path class="{name}" d="{path}" stroke="{colour}" stroke-width="1.5"{dashes}/>{tip}'


def _arrow(x: int, y: int, right: int, down: int) -> str:
    """A tip that points at (x, y), coming from the left, the right or above."""
    back_x, back_y = x - 7 * right, y - 7 * down
    return (
        f"M{x} {y}L{back_x - 4 * down} {back_y - 4 * right}"
        f"L{back_x + 4 * down} {back_y + 4 * right}Z"
    )


def _box(
    plan: Layout, box: Box, language: Language, here: str, passed: Sequence[str]
) -> Iterator[str]:
    now, done = box.stage.name == here, box.stage.name in passed
    fill = _HERE if now else _PASSED if done else _PAPER
    name = "yc-flow-here" if now else "yc-flow-passed" if done else "yc-flow-stage"
    radius = box.height // 2 if box.stage.ends else 6
    yield (
        f'<rect class="{name}" x="{plan.left}" y="{box.y}" width="{plan.right - plan.left}"'
        f' height="{box.height}" rx="{min(radius, 24)}" fill="{fill}"'
        f' stroke="{_BLUE if now else _LINE}" stroke-width="{3 if now else 1}"/>'
    )
    x, y = (plan.left + plan.right) // 2, box.y + 24
    mark = _mark(language, now=now, done=done)
    for i, line in enumerate(box.title):
        words = f"{mark}{line}" if i == 0 else line
        yield _text(x, y, words, TITLE, _INK, "yc-flow-title")
        y += TOP
    for line in box.small:
        yield _text(x, y - 4, line, SMALL, _SOFT, "yc-flow-small")
        y += 18


def _mark(language: Language, *, now: bool, done: bool) -> str:
    if now:
        return "▶ 当前：" if language == "zh" else "▶ Now: "
    return "✓ " if done else ""


def _text(x: int, y: int, words: str, size: int, colour: str, name: str) -> str:
    weight = ' font-weight="600"' if size == TITLE else ""
    return (
        f'<text class="{name}" x="{x}" y="{y}" text-anchor="middle" font-size="{size}"'
        f'{weight} fill="{colour}">{escape(words)}</text>'
    )
