"""Changes as sentences in Chinese or English, gathered under what they are about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from yingcai.engine.packs.diff.compare import Change
from yingcai.engine.packs.diff.piece import Piece
from yingcai.engine.rules.words import Language

_WHOLE = {
    "programme": ("项目", "programme"),
    "fact": ("事实", "fact"),
    "edition": ("目录版本", "edition of the catalogue"),
    "document": ("文件", "document"),
    "file": ("包内文件", "file"),
    "version": ("版本", "version"),
}
_KINDS = {
    "title": ("名称", "title"),
    "summary": ("简介", "summary"),
    "kind": ("类别", "kind"),
    "subject": ("对象", "subject"),
    "budget_line": ("资金科目", "budget line"),
    "lead": ("牵头单位", "lead unit"),
    "joint": ("配合单位", "joint unit"),
    "in-force": ("实施期限", "in force"),
    "workflow": ("办理流程", "workflow"),
    "instalments": ("分期发放", "instalments"),
    "feed": ("计入指标", "target"),
    "obligation": ("后续义务", "obligation"),
    "group": ("就高不重复", "highest of"),
    "excludes": ("互斥", "excludes"),
    "deducts": ("抵扣", "deducts"),
    "top-up": ("补差", "top-up"),
    "ceiling": ("封顶", "ceiling per"),
    "status": ("性质", "status"),
    "source": ("依据", "clause"),
    "window": ("适用时段", "window"),
    "parameter": ("参数", "parameter"),
    "by": ("参数适用日期", "date that counts for"),
    "row": ("表", "table"),
    "condition": ("条件", "condition"),
    "verified": ("核验单位", "verified by"),
    "evidence": ("材料", "evidence"),
    "step": ("计算步骤", "step"),
    "amount": ("金额", "amount"),
    "result": ("认定结果", "result"),
    "example": ("示例", "example"),
    "type": ("类型", "type"),
    "range": ("取值范围", "range"),
    "value": ("取值", "value"),
    "order": ("取值顺序", "order of the values"),
    "attribute": ("属性", "attribute"),
    "item": ("目录项", "item"),
    "content": ("内容", "contents"),
}
_ACTS = {"added": ("新增", "new"), "removed": ("取消", "gone")}


def change_lines(changes: Sequence[Change], language: Language) -> Iterator[str]:
    """A heading for each programme, fact and so on, and below it a line for each change."""
    for _, group in groupby(changes, key=lambda change: (change.place.area, change.place.owner)):
        found = sorted(group, key=_order)
        yield _heading(found[0], language)
        yield from (f"  {_line(change, language)}" for change in found if not _is_whole(change))


def _order(change: Change) -> tuple[int, str, str]:
    """The thing itself, its versions, then their parts in the order of a programme's file."""
    place = change.place
    kinds = [*_WHOLE, *_KINDS]
    return kinds.index(place.what), place.version or "", place.since


def _is_whole(change: Change) -> bool:
    return change.place.what == change.place.area


def _heading(change: Change, language: Language) -> str:
    """What the lines below are about; a thing that is new, gone or renamed has its act here."""
    place = change.place
    kind = _in(_WHOLE[place.area], language)
    title = change.owner[language]
    name = f" {title}" if title == place.owner else _named(title, place.owner, language)
    return f"{kind}{name}{_act(change, language) if _is_whole(change) else ''}"


def _named(title: str, owner: str, language: Language) -> str:
    return f"“{title}”（{owner}）" if language == "zh" else f" “{title}” ({owner})"


def _act(change: Change, language: Language) -> str:
    if change.act == "renamed":
        was = "原为" if language == "zh" else "was"
        return f"{_colon(language)}{was} {change.place.name}"
    return f"{_colon(language)}{_in(_ACTS[change.act], language)}"


def _line(change: Change, language: Language) -> str:
    place = change.place
    if place.what == "version":
        name = f"{_in(_WHOLE['version'], language)} {place.version}"
        window = f"{_colon(language)}{change.new.words[language]}" if change.new else ""
        return f"{name}{_act(change, language)}{window}"
    if place.what == "content":
        return "内容有改动" if language == "zh" else "its contents changed"
    version = _version(place.version, language)
    subject = f"{version}{_in(_KINDS[place.what], language)}{_label(change, language)}"
    since = _since(place.since, language)
    return f"{subject}{_colon(language)}{_told(change, language)}{since}"


def _colon(language: Language) -> str:
    return "：" if language == "zh" else ": "


def _version(version: str | None, language: Language) -> str:
    if not version:
        return ""
    return f"〔{version}〕" if language == "zh" else f"[{version}] "


def _label(change: Change, language: Language) -> str:
    """What the thing itself is called: its label, or its name in the file."""
    piece = change.new or change.old
    label = piece.label.get(language, "") if piece else ""
    name = change.place.name
    if change.place.what == "row":
        name, label = name.partition(":")[0], f" {label}"
        return f" {name}{label}"
    return f" {label or name}".rstrip()


def _told(change: Change, language: Language) -> str:
    """Old and new in words; as they are written where the words are the same."""
    old, new = _said(change.old, language), _said(change.new, language)
    if change.act == "added":
        return f"{_in(_ACTS['added'], language)} {new}"
    if change.act == "removed":
        return f"{_in(_ACTS['removed'], language)} {old}"
    if old == new and change.old and change.new:
        if change.old.written == change.new.written:
            return f"另有改动：{new}" if language == "zh" else f"changed otherwise: {new}"
        old, new = change.old.written, change.new.written
    return f"{old} → {new}"


def _said(piece: Piece | None, language: Language) -> str:
    if piece is None:
        return "无" if language == "zh" else "none"
    return piece.words.get(language, piece.written)


def _since(since: str, language: Language) -> str:
    if not since:
        return ""
    return f"（自{since}起）" if language == "zh" else f" (from {since})"


def _in(words: tuple[str, str], language: Language) -> str:
    return words[language == "en"]
