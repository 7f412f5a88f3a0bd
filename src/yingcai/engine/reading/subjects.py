"""What a number counts: the noun after its measure word, or else the noun before it."""

from __future__ import annotations

import re

from yingcai.engine.reading.mentions import Mention
from yingcai.engine.reading.words import ACT
from yingcai.engine.values import Span

_NOUNS = r"(?!器|班|站|率|额|值|量|中心|基地|平台|机构|能力|人员|体系|专利|产业|创业|面积|投入|营|周期|专员|户数|规模)"
_LEAD = re.compile(
    r"^(?:以及|和|及|与|到?20\d\d年(?:\d+月)?(?:底|末)?(?:之?前)?|其中|含|包括|通过|并|且|力争|确保|每年|年均|[一二三四五\d]年(?:内|累计)?|累计|"
    r"使|全市|全县|全区|分批次|对|将|至少|成功|高标准|高水平|大力|积极|基本|鼓励[^，]{2,4}(?=开设|举办|建)|，|、|：)+"
)
_WHERE = re.compile(rf"^(?:面向|依托|围绕|聚焦|立足|结合)[^，、]{{1,24}}?(?=(?:{ACT}){_NOUNS})")
_VERBS = re.compile(rf"^(?:(?:{ACT}){_NOUNS})+")
_TRAIL = re.compile(
    r"(?:不少于|不低于|不超过|至少|最高|力争|超过|约|近|各|均|达到|达|为|突破|控制在|保持在?|稳定在?|维持在?|20\d\d年底?|不得|的|等|每年|累计|新增|"
    r"分别|同比|年均|到|至|数量|由|增加|增长|提高|提升|较?20\d\d年|，|、)+$"
)
_TIMED = re.compile(
    r"(?<=.)，(?:到|至)?(?:20\d\d年|[一二两三四五\d]年)[^，；]*$"
)  # 基地，2027年建成
_FROM = re.compile(
    r"(?:(?:由|从)(?:20\d\d年|\d)|在?[现原已]有\d|(?:不得?[低少]于|不得?[超高][过于])[^，；、\d])[^，；]*$"
)
_STOP = re.compile(r"(?:与|到|赴|进行|参加|开展|分别|以及|通过|——).*$")
_LEAD_COVER = re.compile(
    r"^(?:以及|和|及|与|到?20\d\d年底?前?|[^，]{0,4}年之?内|推动|推进|逐步|全面|基本|确保|力争|做到|并|实现|达到)+"
)
_TRAIL_COVER = re.compile(
    r"(?:实现|达到|做到|基本|全面|推动|100%|百分之百|的|全?覆盖|应[有保纳建享]尽[有保纳建享])+$"
)


def subject_of(text: str, span: Span, mention: Mention) -> str:
    """The words that name what is counted. May be empty: nothing is invented."""
    after = re.sub(r"^/年", "", text[mention.end : span.end]).strip("，。；、）")
    after = after[1:] if after.startswith("的") else after
    if after and not re.match(r"^(?:，|（|并|用于|推广|来|在|为|到|赴|进入|参加|进行|与)", after):
        return _STOP.sub("", after) or after
    before = _FROM.sub("", text[span.start : mention.start])
    before = _TRAIL.sub("", _TIMED.sub("", before))
    named = _WHERE.sub("", _LEAD.sub("", before))
    if mention.kind == "ratio":  # 落地项目转化率: its verb is part of the name
        return re.sub(r"^(?:实现|保持|确保|达到|推动|力争)+", "", named or before).strip("，、的")
    bare = _LEAD.sub("", _VERBS.sub("", named)).strip("，、的")
    return bare if len(bare) >= 2 else (named or before).strip("，、的")


def covered_by(words: str) -> str:
    """What is to be covered, without the verbs around it."""
    return _TRAIL_COVER.sub("", _LEAD_COVER.sub("", words)).strip("，、")


_NAMELESS = re.compile(
    r"^(?:年均|同比|累计|达到?|净?增长?|提高|提升|总[数量额]|数量|规模|比例|占比|人数|面积|其中|较.*|比.*|分别|力争|再|共|、|，)*$"
)
_LIST = re.compile(
    r"((?:[^，、。；：]+[、和与及])+[^，、。；：和与及]+?)(?:[两二三四五六七八九]类[^，]*)?(?:，[^，、]{0,6})?$"
)


def nameless(subject: str) -> bool:
    """Whether the words name nothing that can be counted: 年均增长, 总数."""
    return bool(_NAMELESS.match(subject))


def named_before(words: str, count: int) -> list[str]:
    """The last list in ``words``, when it names exactly ``count`` things."""
    match = _LIST.search(words[-120:])
    if match is None:
        return []
    listed = _VERBS.sub("", _LEAD.sub("", match.group(1)))
    names = [part for part in re.split(r"[、和与及]", listed) if part]
    return names if len(names) == count and all(len(name) > 1 for name in names) else []
