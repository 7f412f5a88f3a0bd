"""Responsible units: the lists after a measure, and the names behind the printed names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

_LEAD_LABEL = "牵头单位|牵头部门|主办单位|主办部门|负责单位|负责部门|主要责任单位|第一责任单位|主责单位|主管单位|主管部门|牵头责任单位|牵头"
_JOINT_LABEL = "配合单位|配合部门|协办单位|参与单位|参加单位|协同单位|协作单位|协同部门|参与部门|协助单位|会办单位|支持单位|配合责任单位|配合"
_BOTH_LABEL = (
    "责任单位|责任部门|实施单位|落实单位|承担单位|责任主体|完成单位|责任分工|分工|任务分工"
)
_LABELLED = re.compile(
    rf"(?:(?P<lead>{_LEAD_LABEL})|(?P<joint>{_JOINT_LABEL})|(?P<both>{_BOTH_LABEL}))(?:（[^（）：]{{0,12}}）)?(?:：|】：?)"
)
_NEXT_LABEL = re.compile(
    rf"[；，。、【]?(?:{_LEAD_LABEL}|{_JOINT_LABEL}|{_BOTH_LABEL}|完成时限|完成时间|时限|责任领导|联系人|责任人)(?:（[^（）：]{{0,12}}）)?[：】]"
)
_BRACKETED = re.compile(
    r"[（〔【]([^（）〔〕【】]{0,400}(?:（[^（）]{0,40}）[^（）〔〕【】]{0,400}){0,30})[）〕】](?=[。；]?(?:\n|$|[（—]))"
)
_VERBAL = re.compile(
    r"(?P<lead>(?:分别|共同)?牵头(?:负责|落实|实施)?|负责(?:落实|实施|牵头)?|主办)$|"
    r"(?P<joint>(?:共同|协同|积极)?(?:配合|参与|(?<!政)协办|协助|参加)(?:做好|落实|实施)?)$|"
    r"(?P<both>(?:(?:按|依|根据|在)?(?:各自)?(?:职责|职能|分工)[^，、；]{0,8}|共同|分别)?(?:负责|落实|推进|实施))$"
)
_BY = re.compile(
    r"由([^，。；\n]{2,80}?)牵头(?:负责|落实|实施)?(?:[，、]?(?:会同)?([^，。；\n]{2,160}?)(?:共同|协同|积极)?(?:配合|参与|协办|协助)(?:落实|实施)?)?(?=[。；，\n])"
)
_OPENING, _CLOSING = "（〔【", "）〕】"
_TOGETHER = re.compile(r"(?:会同(?!县)|商(?=[市县区省各])|联合(?=[市县区省各]))")
_BARE = re.compile(
    r"(?P<lead>(?:牵头|主办)(?:负责|落实)?)$|(?P<joint>(?:配合|参与|(?<!政)协办|协助|参加)(?:落实)?)$"
)
_LINE = re.compile(
    r"^(?:由)?[^，。；：\d]{2,80}牵头(?:负责|落实|实施)?(?:[，；、][^。：\d]{2,200})?。?$"
)
_TOLD_LEAD = re.compile(r"（(?:牵头|主办|负责)(?:单位|部门)?）$")
_TOLD = re.compile(r"（(?:牵头|主办|负责|配合|协办|参与)(?:单位|部门)?）$")
_TAIL = re.compile(
    r"(?:等(?:单位|部门|有关单位|有关部门|相关部门|相关单位)?|按职责分工(?:负责|落实)?)$"
)
_NAME = re.compile(r"^[\u4e00-\u9fffA-Za-z0-9（）·<>、“”和及与—-]{2,60}$")


@dataclass(frozen=True, slots=True)
class Named:
    """A unit as printed, its role, and its place in the view."""

    name: str
    role: str
    start: int
    end: int


class UnitNames:
    """Resolves printed names to unit ids. Exact after normalising; it never guesses."""

    def __init__(self, aliases: Mapping[str, str] | None = None) -> None:
        self._ids: dict[str, str] = {}
        for alias, unit in (aliases or {}).items():
            self._ids.setdefault(normal(alias), unit)

    def __bool__(self) -> bool:
        return bool(self._ids)

    @classmethod
    def from_units(cls, units: Iterable[Mapping[str, object]]) -> UnitNames:
        """From the entries of a pack's ``units:`` list ({id, name, full_name, aliases})."""
        aliases: dict[str, str] = {}
        for entry in units:
            listed = entry.get("aliases")
            others = listed if isinstance(listed, list) else []
            for name in (entry.get("name"), entry.get("full_name"), *others):
                if name:
                    aliases.setdefault(str(name), str(entry["id"]))
        return cls(aliases)

    def resolve(self, printed: str) -> str | None:
        """The id behind a printed name, or None. ``X<Y>`` is X, also known as Y."""
        key = normal(printed)
        whole = self._ids.get(key)
        if whole or not key.endswith(">"):
            return whole
        outer, _, inner = key[:-1].partition("<")
        found = {self._ids[name] for name in (outer, inner) if name in self._ids}
        return found.pop() if len(found) == 1 else None


_FOLD = str.maketrans(dict.fromkeys(" \t\u3000\xa0\n") | {
    "(": "（", ")": "）", "〈": "<", "〉": ">", "＜": "<", "＞": ">", "﹤": "<", "﹥": ">",
})  # fmt: skip
_COLLECTIVE = re.compile(r"（市、区）|（市区）|（区、市）|（县、区）|（市、县）|（区）")


def normal(name: str) -> str:
    """A unit's name without differences of width, blanks and brackets."""
    folded = name.translate(_FOLD)
    folded = "".join(chr(ord(c) - 0xFEE0) if "０" <= c <= "ｚ" else c for c in folded)
    return _COLLECTIVE.sub(lambda m: re.sub(r"[（）、]", "", m.group()), folded).replace("、", "")


def responsible(text: str, start: int, end: int) -> tuple[list[Named], list[tuple[int, int]]]:
    """The responsible units named in ``text[start:end]`` and the ranges that name them."""
    found: list[Named] = []
    ranges: list[tuple[int, int]] = []
    labels = list(_LABELLED.finditer(text, start, end))
    told = any(match.lastgroup == "lead" for match in labels)
    for match in labels:
        stop = _list_end(text, match.end(), end)
        role = match.lastgroup or "both"
        found += _listed(text, (match.end(), stop), role, have_lead=told)
        ranges.append(_with_brackets(text, match.start(), stop))
    for match in _BRACKETED.finditer(text, start, end):
        if not any(a < match.end() and match.start() < b for a, b in ranges):
            named = _verbal(text, match.start(1), match.end(1))
            found += named
            ranges += [(match.start(), match.end())] if named else []
    if not found:
        found, ranges = _by(text, start, end)
    if not found:
        found, ranges = _on_a_line(text, start, end)
    return _once(found), sorted(ranges)


def _with_brackets(text: str, start: int, stop: int) -> tuple[int, int]:
    """A list of units with the brackets around it."""
    opens = start > 0 and text[start - 1] in _OPENING
    return start - opens, stop + (opens and text[stop : stop + 1] in (*_CLOSING,))


def _list_end(text: str, start: int, end: int) -> int:
    """Where a list of units ends: its bracket, a full stop, the line, the next label."""
    depth = 0
    following = _NEXT_LABEL.search(text, start, end)
    limit = following.start() if following else end
    for at in range(start, limit):
        char = text[at]
        if char in _OPENING:
            depth += 1
        elif char in _CLOSING:
            if depth == 0:
                return at
            depth -= 1
        elif char in "。\n":
            return at
    return limit


_GOVERNED = re.compile(r"(?:党委|党工委|党组|市委|县委|区委)$")
_GOVERNMENT = re.compile(r"^(?:人民)?政府$|^管委会$|^办事处$")


def split_names(text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """(name, start, end) of each unit in a list, leaving brackets such as （市、区） whole."""
    held: tuple[str, int, int] | None = None
    for name, begin, stop in _pieces(text, start, end):
        if held and _GOVERNMENT.match(name) and _GOVERNED.search(held[0]):
            held = (text[held[1] : stop], held[1], stop)  # 各县区党委、政府 is one
            continue
        if held:
            yield held
        held = (name, begin, stop)
    if held:
        yield held


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    depth, begin = 0, start
    for at in range(start, end + 1):
        char = text[at] if at < end else "、"
        depth += {"（": 1, "）": -1}.get(char, 0)
        if at == end or (depth <= 0 and char in "、，；"):
            name = _TAIL.sub("", text[begin:at].strip(" ；。，"))
            if _NAME.match(name):
                offset = text.index(name, begin, max(at, begin + len(name)))
                yield name, offset, offset + len(name)
            begin = at + 1


def _roles(names: list[tuple[str, int, int]], role: str, *, have_lead: bool) -> list[Named]:
    """A list without roles is headed by the lead unit, as such documents have it."""
    told = any(_TOLD_LEAD.search(name) for name, _, _ in names)
    result = []
    for place, (printed, begin, _end) in enumerate(names):
        first = role == "both" and place == 0 and not have_lead and not told
        name = _TOLD.sub("", printed)
        bare = _BARE.search(name)
        lead = role == "lead" or first or bool(_TOLD_LEAD.search(printed))
        if bare and len(name) - len(bare.group()) > 1:
            name, lead = name[: bare.start()], bare.lastgroup == "lead"
        result.append(Named(name, "lead" if lead else "joint", begin, begin + len(name)))
    return result


def _groups(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The pieces of a list between its commas."""
    begin, depth = start, 0
    for at in range(start, end):
        depth += {"（": 1, "）": -1}.get(text[at], 0)
        if depth <= 0 and text[at] in "，；":
            yield begin, at
            begin = at + 1
    yield begin, end


def _listed(text: str, where: tuple[int, int], role: str, *, have_lead: bool) -> list[Named]:
    """A list of units: A、B; A会同B、C; A牵头，B、C配合."""
    found: list[Named] = []
    for begin, stop in _groups(text, *where):
        words = text[begin:stop].rstrip(" 。；")
        match = _VERBAL.search(words)
        told = match.lastgroup if match and match.start() > 1 else None
        stop = begin + (match.start() if match and told else len(words))
        begin += len(words) - len(re.sub(r"^由", "", words))
        together = _TOGETHER.search(text, begin, stop)
        lead = have_lead or any(named.role == "lead" for named in found)
        if together:
            first = "joint" if lead or together.start() == begin else "lead"
            found += _roles(list(split_names(text, begin, together.start())), first, have_lead=True)
            begin, told = together.end(), "joint"
        found += _roles(list(split_names(text, begin, stop)), told or role, have_lead=lead)
    return found


def _verbal(text: str, start: int, end: int) -> list[Named]:
    """（A、B牵头，C、D配合）: a list that says who does what, or nothing."""
    groups = [text[a:z].rstrip(" 。；") for a, z in _groups(text, start, end)]
    if not any(_VERBAL.search(words) for words in groups):
        return []
    return _listed(text, (start, end), "both", have_lead=False)


def _on_a_line(text: str, start: int, end: int) -> tuple[list[Named], list[tuple[int, int]]]:
    """A line of its own: 甲局牵头，乙局、丙局配合."""
    begin = start
    for line in text[start:end].split("\n"):
        stop = begin + len(line)
        if begin > start and _LINE.match(line):
            return _verbal(text, begin, stop), [(begin, stop)]
        begin = stop + 1
    return [], []


def _by(text: str, start: int, end: int) -> tuple[list[Named], list[tuple[int, int]]]:
    """由A牵头，B和C配合。"""
    for match in _BY.finditer(text, start, end):
        found = _roles(list(split_names(text, *match.span(1))), "lead", have_lead=False)
        if match.group(2):
            found += _roles(list(split_names(text, *match.span(2))), "joint", have_lead=True)
        return found, [match.span()]
    return [], []


def _once(found: list[Named]) -> list[Named]:
    kept: dict[str, Named] = {}
    for named in sorted(found, key=lambda named: named.role != "lead"):
        kept.setdefault(normal(named.name), named)
    return list(kept.values())
