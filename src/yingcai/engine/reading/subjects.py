"""What a number counts: the noun after its measure word, or else the noun before it."""

from __future__ import annotations

import re

from yingcai.engine.reading.mentions import Mention
from yingcai.engine.reading.words import ACT
from yingcai.engine.values import Span

_LEAD = re.compile(
    rf"^(?:到?20\d\d年(?:\d+月)?(?:底|末)?(?:之?前)?|其中|含|包括|通过|并|且|力争|确保|每年|年均|三年内|[一二三四五\d]年内|累计|"
    rf"全市|全县|全区|分批次|对|将|至少|{ACT}|成功|高标准|高水平|大力|积极|基本|，|、|：)+"
)
_TRAIL = re.compile(
    rf"(?:不少于|不低于|不超过|至少|最高|力争|超过|约|近|各|均|达到|达|为|突破|{ACT}|控制在|不得|的|等|每年|累计|新增|分别|同比|年均|到|至|数量|，|、)+$"
)
_STOP = re.compile(
    r"(?:与|和|到|赴|进行|参加|开展|分别|以及|通过|，|、|；|——).*$"
)


def subject_of(text: str, span: Span, mention: Mention) -> str:
    """The words that name what is counted. May be empty: nothing is invented."""
    after = text[mention.end : span.end].strip("，。；、）")
    after = after[1:] if after.startswith("的") else after
    if after and not re.match(rf"^(?:，|（|并|用于|推广|{ACT})", after):
        return _STOP.sub("", after) or after
    before = text[span.start : mention.start]
    trimmed = _LEAD.sub("", _TRAIL.sub("", before))
    return trimmed.strip("，、的") or _TRAIL.sub("", before).strip("，、")
