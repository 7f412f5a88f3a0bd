"""Who issued the plan, under which number, when, for which years."""

from __future__ import annotations

import re

from yingcai.engine.reading.model import Header
from yingcai.engine.reading.numerals import chinese
from yingcai.engine.reading.view import Line
from yingcai.engine.values import Period

_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,12}〔(?:19|20)\d\d〕\d{1,4}号")
_DATE = re.compile(r"((?:19|20)\d\d)年(\d{1,2})月(\d{1,2})日")
_CN_DATE = re.compile(
    r"([二一][〇零九][〇零一二三四五六七八九]{2})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
_PERIOD = re.compile(r"((?:19|20)\d\d)年?(?:[-－–—―~～]{1,2}|至|到)((?:19|20)\d\d)年?")
_ORGAN = re.compile(
    r"^[\u4e00-\u9fff]{2,24}(?:委员会|市委|县委|区委|省委|党委|人民政府|政府|办公室|办公厅|领导小组|局|厅|部|委|办)$"
)
_ABOUT = re.compile(r"^(.{2,60}?)关于")


def header_of(lines: list[Line], title_at: int | None) -> Header:
    """The header, from the lines before the body and, failing that, from the last lines."""
    end = (title_at or 0) + 1
    texts = [line.text for line in lines]
    front, back = texts[: max(end, 12)], texts[-6:]
    number = next((m.group() for t in front for m in [_NUMBER.search(t)] if m), None)
    title = _title(lines, title_at)
    period = _period(title or "") or _period("\n".join(front[:40])) or _five_years(title or "")
    return Header(
        issuers=_issuers(texts[:end], front, back, title),
        number=number,
        title=title,
        issued_on=_issued(front[: max(end, 12)]) or _issued(back),
        period=period,
    )


def _title(lines: list[Line], at: int | None) -> str | None:
    if at is None:
        return None
    text = lines[at].text
    notice = re.search(r"印发《([^《》]{4,60})》?(?:的通知|通知|$)", text)
    if notice:
        return notice.group(1)
    short = (
        at > 0
        and (len(text) < 12 or text[0] in "（年")
        and not re.search(r"[。：；，号]$", lines[at - 1].text)
    )
    if short and not _ORGAN.match(lines[at - 1].text):
        return lines[at - 1].text + text
    after = lines[at + 1].text if at + 1 < len(lines) else ""
    years = after if re.fullmatch(r"（.{4,14}）", after) and _PERIOD.search(after) else ""
    return text.strip("《》") + years


def _period(text: str) -> Period | None:
    match = _PERIOD.search(text)
    if not match:
        return None
    first, last = int(match.group(1)), int(match.group(2))
    return Period(first, last) if 0 <= last - first <= 20 else None


def _five_years(title: str) -> Period | None:
    """“十四五” is the fourteenth five-year plan: 2021 to 2025."""
    match = re.search(
        r"[“‘]?(十[一二三四五六七八九]?|二十[一二三]?)五[”’]?(?:时期|期间|规划|[^一-龥]|[\u4e00-\u9fff])",
        title,
    )
    count = chinese(match.group(1)) if match else None
    if not count or "五" not in title or not 10 <= count <= 23:
        return None
    first = 1951 + 5 * count
    return Period(first, first + 4)


def _issued(texts: list[str]) -> str | None:
    for text in reversed(texts):
        match = _DATE.search(text)
        if match and len(text) <= 24:
            return _iso(int(match.group(1)), int(match.group(2)), int(match.group(3)))
        match = _CN_DATE.search(text)
        if match and len(text) <= 24:
            year, month, day = (chinese(part) or 0 for part in match.groups())
            return _iso(year, month, day)
    return None


def _iso(year: int, month: int, day: int) -> str | None:
    return f"{year:04d}-{month:02d}-{day:02d}" if 1 <= month <= 12 and 1 <= day <= 31 else None


def _issuers(
    before: list[str], front: list[str], back: list[str], title: str | None
) -> tuple[str, ...]:
    """The organs that sign; else those named in the notice's title, in the red head, or at the end."""
    signed = [organ for t in before if _ORGAN.match(t) for organ in _organs(t)]
    if not signed:
        named = [m.group(1) for t in front for m in [_ABOUT.search(t)] if m]
        signed = [part for text in named[:1] for part in _organs(text)]
    if not signed:
        signed = [t[:-2] for t in front if t.endswith("文件") and len(t) <= 24]
    if not signed:
        signed = [t for t in back if _ORGAN.match(t)]
    return tuple(dict.fromkeys(signed))


def _organs(text: str) -> list[str]:
    """One organ or several: 中共某市委、某市人民政府 with or without a sign between them."""
    text = re.sub(r"(?:印发|发布|出台)《?$", "", text.strip("“《 ")).strip("《")
    parts = [part for part in re.split(r"[、，]", text) if part]
    if len(parts) > 1:
        return parts
    cut = re.search(r"(?<=[委会府局厅办])(?=[\u4e00-\u9fff]{2,10}人民政府)", text)
    return [text[: cut.start()], text[cut.start() :]] if cut else [text]
