"""What each number of a sentence is: a target, part of a rule, a date, or nothing to count."""

from __future__ import annotations

import re

from yingcai.engine.reading.mentions import Mention
from yingcai.engine.reading.sentences import Segment, Sentence
from yingcai.engine.reading.words import (
    ACT_ANY,
    GIVEN_TO_PERSONS,
    GIVING,
    MONEY,
    OTHER_RATE,
    PRESENT,
    RULE,
    SIZES,
    TOTAL_MONEY,
    YEARLY,
)

TARGET, RULE_ROLE, NONE = "target", "rule", ""

_FIXED = re.compile(r"^(?:性|级|等奖|流|体化|线|把手|期工程|期项目|期建设|期规划)")
_SHORTEN = re.compile(r"(?:压缩|缩短|控制|压减|减少|缩减|提速)[^，。；]{0,8}$")
_CONDITION = re.compile(
    r"^(?:对|凡|符合|满足|当年|年度|经|若|如|在[^，]{0,10}内?每|每)[^，。；]*$|(?:的|后|者|期间)$"
)
_PER_ONE = re.compile(r"每(?:成功|新)?(?:引进|培育|培养|孵化|推荐|引荐|举办|新增|增加|获|认定|入选|转化|建成|招引|落户|完成|招收)[^，。；]{0,6}$")
_HEADED = re.compile(r"^(?:以上|以下|左右|及以上|级)*(?:的)?[^，。；、]{1,}")
_LEVELLED = re.compile(r"(?:达到?|突破|实现|超过?|形成|完成|落实|筹集|安排|投入|引进|募集|设立|授信|融资)[约近超]?$")
_SPEND = re.compile(r"(?:投入|安排|筹集|统筹|设立|募集|引导|撬动|发放|授信|完成|实现|达到?|突破)[^，。；、]{0,8}$")
_COUNTING = re.compile(
    r"(?:建成|新建|创建|建设|建立|设立|开设|增设|举办|引进|培育|培养|选派|选送|遴选|组建|打造|成立|孵化|"
    r"新增|评选|共建|引育|招引|吸引|集聚|落户|达到|突破|完成|形成|开展|承办|创成|争创|获得|入选|培训|资助|选拔|"
    r"累计|力争|不少于|不低于|至少|超过|各|均)[约近超]?$"
)
_LARGE_ARTICLE = frozenset("个 支 批 套 种 类 条 项 片 团 款 道 件 份 组 次 对 层 块 部 站 点".split())


def role_of(sentence: Sentence, at: int, mention: Mention) -> tuple[str, str]:
    """(role, reason). The reason is why a number is no item, empty for items."""
    segment = sentence.segments[at]
    if mention.kind in ("date", "code", "name"):
        return NONE, {"date": "日期", "code": "代号或号码", "name": "名称或序数"}[mention.kind]
    before = sentence.words(segment.start, mention.start)
    after = sentence.words(mention.end, segment.end)
    if mention.kind == "time":
        return _role_of_time(mention, before)
    if _FIXED.match(sentence.words(mention.number_end, mention.number_end + 4)):
        return NONE, "固定用语"
    return _role_of_count(sentence, at, mention, before, after)


def _role_of_time(mention: Mention, before: str) -> tuple[str, str]:
    if _SHORTEN.search(before) and mention.unit not in ("年", "年度", "岁", "周岁"):
        return TARGET, ""
    return NONE, "期限"


def _role_of_count(
    sentence: Sentence, at: int, mention: Mention, before: str, after: str
) -> tuple[str, str]:
    if _in_rule(sentence, at, mention, before):
        return RULE_ROLE, ""
    if OTHER_RATE.search(before) and mention.value <= 12:
        return NONE, "频次"
    if mention.spelled and not mention.bare and _indefinite(mention, before):
        return NONE, "泛指"
    if mention.bare and not _bare_counts(mention, before, after):
        return NONE, "泛指"
    if _describes(sentence, at, mention):
        return NONE, "修饰语"
    if _is_present(sentence, at):
        return NONE, "现状"
    return TARGET, ""


def _indefinite(mention: Mention, before: str) -> bool:
    """一个、一支 as an article; other small Chinese numerals without a verb of counting."""
    if mention.comparator != "=" or mention.value_max is not None:
        return False
    if mention.kind == "ratio":
        return False
    if mention.value == 1 and mention.unit in _LARGE_ARTICLE:
        return not re.search(r"(?:各|至少|每[^，]{0,8}|均)[^，。；]{0,6}$", before)
    if mention.value <= 9:
        return not _COUNTING.search(before) and not ACT_ANY.search(before)
    return False


def _bare_counts(mention: Mention, before: str, after: str) -> bool:
    """千亿, 百名: a number only behind a verb that counts, at the end of its phrase."""
    if mention.unit in MONEY or mention.unit in SIZES:
        return bool(_LEVELLED.search(before)) and not re.match(r"级|[\u4e00-\u9fff]{2}", after)
    return bool(_COUNTING.search(before)) or mention.comparator != "="


def _describes(sentence: Sentence, at: int, mention: Mention) -> bool:
    """亿元产值企业5家: a size before a noun that is counted itself."""
    segment = sentence.segments[at]
    later = [m for m in segment.mentions if m.start > mention.start and m.kind in ("count", "ratio")]
    sized = mention.unit in MONEY or mention.unit in SIZES or mention.kind == "ratio"
    if not sized:
        return False
    after = sentence.words(mention.end, segment.end)
    if later and later[0].unit not in MONEY and _HEADED.match(after):
        before = sentence.words(segment.start, mention.start)
        return not _SPEND.search(before) or "的" in after[:4]
    return bool(re.match(r"级", after))


def _is_present(sentence: Sentence, at: int) -> bool:
    """Numbers of the present state are no promise, unless the sentence looks ahead later."""
    lead = sentence.words(sentence.start, sentence.segments[at].end)
    found = [m.end() for m in PRESENT.finditer(lead)]
    if not found:
        return False
    return not re.search(r"到20|力争|将|新增|达到20", lead[found[-1] :])


def _in_rule(sentence: Sentence, at: int, mention: Mention, before: str) -> bool:
    if _PER_ONE.search(before) and not YEARLY.search(before[-8:]):
        return bool(RULE.search(_around(sentence, at, 2)) or GIVING.search(_around(sentence, at, 2)))
    if mention.unit in MONEY or mention.kind == "ratio":
        return _money_in_rule(sentence, at, mention, before)
    if GIVEN_TO_PERSONS.search(before):
        return False
    segment = sentence.segments[at]
    own = sentence.words(segment.start, segment.end)
    return bool(_CONDITION.search(own)) and bool(GIVING.search(_after(sentence, at))) and (
        own.endswith(("的", "后", "者")) or own.startswith(("对", "凡"))
    )


def _money_in_rule(sentence: Sentence, at: int, mention: Mention, before: str) -> bool:
    if TOTAL_MONEY.search(before) and not re.search(r"给予|补助|奖励|最高|补贴", before):
        near = sentence.words(mention.end, sentence.segments[at].end)
        if not GIVING.search(near) and not re.search(r"[的按]$|比例$", before):
            return False
    segment = sentence.segments[at]
    own = sentence.words(segment.start, segment.end)
    if GIVING.search(own) or RULE.search(own):
        return not re.search(r"(?:累计|全年|每年|年均).{0,8}(?:发放|兑现|投入)", own)
    if re.search(r"(?:不超过|最高|每人|单家|每家|每个|上限|封顶)[^，。；]{0,8}$", before):
        return bool(GIVING.search(_around(sentence, at, 3)))
    if segment.opens in ("、", "（") and at:
        return bool(GIVING.search(_around(sentence, at, 1)))
    following = _after(sentence, at)
    return bool(GIVING.match(following.lstrip("，、以按")) or re.match(r"^，(?:以|予以|用于)?[^，。；]{0,6}(?:奖励|补助|补贴)", following))


def _around(sentence: Sentence, at: int, reach: int) -> str:
    first = sentence.segments[max(0, at - reach)]
    last = sentence.segments[min(len(sentence.segments) - 1, at + reach)]
    return sentence.words(first.start, last.end)


def _after(sentence: Sentence, at: int) -> str:
    here = sentence.segments[at]
    last: Segment = sentence.segments[min(len(sentence.segments) - 1, at + 2)]
    return sentence.words(here.end, last.end)
