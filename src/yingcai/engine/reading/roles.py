"""What each number of a sentence is: a target, part of a rule, a rhythm, or nothing to count."""

from __future__ import annotations

import re

from yingcai.engine.reading.mentions import Mention
from yingcai.engine.reading.ruled import in_rule, time_in_rule
from yingcai.engine.reading.sentences import Sentence
from yingcai.engine.reading.words import (
    ACT_ANY,
    ACT_START,
    MONEY,
    OTHER_RATE,
    PAYING,
    PRESENT,
    SALARY,
    SIZED,
    SIZES,
)

_PLAIN = {
    "date": "日期", "code": "代号或号码", "name": "名称或序数", "vague": "约数", "part": "分数",
}  # fmt: skip
TARGET, RULE_ROLE, RHYTHM, NONE = "target", "rule", "rhythm", ""

_FIXED = re.compile(r"^(?:性|级(?!以)|等奖|流|体化|线|把手|期工程|期项目|期建设|期规划)")
_SHARED = re.compile(rf"{PAYING.pattern}|分担|承担|配套|负担")
_SHORTEN = re.compile(r"(?:压缩|缩短|控制|压减|减少|缩减)[^，。；]{0,8}$")
_LENGTH = re.compile(r"(?:全长|总长|全程|占地(?:面积)?|海拔)约?$")
_KINDS = frozenset(["类", "种"])
_PLACE = re.compile(r"(?:^|[，、])(?:在|为|向|面向|选择|从|于|围绕|覆盖)$")
_HEADED = re.compile(r"^(?:以上|以下|左右)?(?:的)?[^，。；、]")
_LEVELLED = re.compile(
    r"(?:达到?|突破|实现|超过?|形成|完成|落实|筹集|安排|投入|引进|募集|设立|授信|融资)[约近超]?$"
)
_SPEND = re.compile(
    r"(?:投入|安排|筹集|统筹|募集|引导|撬动|发放|授信|完成|实现|达到?|突破|列支)[^，。；、]{0,8}$"
)
_COUNTING = re.compile(
    r"(?:建成|新建|创建|建设|建立|设立|开设|增设|举办|引进|培育|培养|选派|选送|遴选|组建|打造|成立|孵化|"
    r"新增|评选|共建|引育|招引|吸引|集聚|落户|达到|突破|完成|形成|开展|承办|创成|争创|获得|入选|培训|资助|选拔|"
    r"累计|力争|不少于|不低于|至少|超过|各|均|联系|服务|聘请|领办|建|设)[约近超]?$"
)
_ARTICLE = frozenset("个支批套种类条项片团款道件份组次对层块部站张")
_EACH_BEFORE = re.compile(r"(?:各|至少|不少于|每[^，]{0,12}|均|力争)[^，。；]{0,6}$")
_RANK = re.compile(r"[前第]$")
_NO_COUNT = re.compile(r"(?:分|分为|分成|第|共|这|那|上述|以下|前|后|上|同|其余|另)$")
_LISTED = re.compile(r"(?:等|和|与|、)[^，。；]{0,8}$")
_SIZE_NOUN = re.compile(r"^级")
_BASE = re.compile(
    r"^[^，。；、]{0,4}(?:增加|提高|提升|增长|上升|扩大|发展|增|减少|压减|压缩|缩短|缩减|降低|下降|降|减)(?:到|至|为)"
)
_AHEAD = re.compile(r"到20|力争|将|新增|达到20|增加到|提高到|提升到|增至|基础上|再(?:增|建|引|新)")


def role_of(sentence: Sentence, at: int, mention: Mention) -> tuple[str, str]:
    """(role, reason). The reason is why a number is no item, empty for items."""
    segment = sentence.segments[at]
    if mention.kind in _PLAIN:
        return NONE, _PLAIN[mention.kind]
    before = sentence.words(segment.start, mention.start)
    if mention.kind == "match":  # 按1：1配套
        given = _SHARED.search(sentence.around(at, 1))
        return (RULE_ROLE, "") if given else (NONE, "比例")
    if mention.kind == "time":
        return _role_of_time(sentence, at, mention, before)
    if _FIXED.match(sentence.words(mention.number_end, mention.number_end + 4)):
        return NONE, "固定用语"
    return _role_of_count(sentence, at, mention, before)


def _role_of_time(sentence: Sentence, at: int, mention: Mention, before: str) -> tuple[str, str]:
    if time_in_rule(sentence, at, mention, before):
        return RULE_ROLE, ""
    if _SHORTEN.search(before) and mention.unit not in ("年", "年度", "岁", "周岁"):
        return TARGET, ""
    return NONE, "期限"


def _role_of_count(sentence: Sentence, at: int, mention: Mention, before: str) -> tuple[str, str]:
    if in_rule(sentence, at, mention, before):
        return RULE_ROLE, ""
    if OTHER_RATE.search(before) and mention.value <= 12 and mention.kind == "count":
        return RHYTHM, "频次"
    after = sentence.words(mention.end, sentence.segments[at].end)
    reason = _no_count(sentence, at, mention, (before, after))
    return (NONE, reason) if reason else (TARGET, "")


def _no_count(sentence: Sentence, at: int, mention: Mention, around: tuple[str, str]) -> str:
    """Why a number counts nothing, empty when it counts."""
    return (
        _compared(mention, *around)
        or _unsaid(sentence, at, mention, around)
        or ("修饰语" if _describes(sentence, at, mention) else "")
        or ("现状" if _is_present(sentence, at) else "")
    )


def _compared(mention: Mention, before: str, after: str) -> str:
    """A weight, a base, what is there already, a rank, the length of a road."""
    if before.endswith(("权重的", "权重")):
        return "权重"
    if _BASE.match(after) and re.search(r"(?:由|从)[^，。；]*$", before):
        return "基数"
    if re.search(r"[现原已]有$", before) and re.match(r"的?基础", after):
        return "现状"
    if mention.unit in SIZES and _LENGTH.search(before) and mention.comparator in "=~":
        return "修饰语"
    return "名称或序数" if _RANK.search(before) and mention.kind == "count" else ""


def _unsaid(sentence: Sentence, at: int, mention: Mention, around: tuple[str, str]) -> str:
    """千亿, 三类, 一支: words of number that promise none."""
    before, after = around
    loose = mention.bare and not _bare_counts(mention, before, after)
    if loose or _sums_up(sentence, at, mention, before):
        return "泛指"
    indefinite = mention.spelled and not mention.bare and _indefinite(mention, before, after)
    return "泛指" if indefinite else ""


def _sums_up(sentence: Sentence, at: int, mention: Mention, before: str) -> bool:
    """甲、乙、丙三类平台, 甲、乙等5类: it counts what has just been listed."""
    if mention.unit in _KINDS and before.endswith("等"):
        return True
    head = sentence.list_head(at)
    if not mention.spelled or head == at or _EACH_BEFORE.search(before):
        return False
    joined = sum(len(s.mentions) for s in sentence.segments[head:at]) == 0
    listed = at - head + 1 + len(re.findall(r"[和与及]", before))
    return joined and mention.value == listed and not ACT_START.match(before)


def _indefinite(mention: Mention, before: str, after: str) -> bool:
    """一个、一支 as an article; other small Chinese numerals without a verb of counting."""
    plain = mention.comparator == "=" and mention.value_max is None and mention.kind == "count"
    if not plain or mention.value > 9:
        return False
    if mention.value == 1 and mention.unit in _ARTICLE:
        return not _EACH_BEFORE.search(before)
    if not after.strip("）") and len(before) >= 2:  # 教材八部: a number behind its noun counts
        return bool(_NO_COUNT.search(before))
    if _LISTED.search(before) and not _COUNTING.search(before):
        return True  # 甲、乙两个学科: it sums up what was listed
    return not _COUNTING.search(before) and not ACT_ANY.search(before)


def _bare_counts(mention: Mention, before: str, after: str) -> bool:
    """千亿, 百名: a number only behind a verb that counts, at the end of its phrase."""
    if mention.unit in MONEY or mention.unit in SIZES:
        return bool(_LEVELLED.search(before)) and not re.match(r"级|[\u4e00-\u9fff]{2}", after)
    return bool(_COUNTING.search(before)) or mention.comparator != "="


def _describes(sentence: Sentence, at: int, mention: Mention) -> bool:
    """亿元产值企业5家, 17个部门的96项: a number before a noun that is counted itself."""
    segment = sentence.segments[at]
    later = [
        m for m in segment.mentions if m.start > mention.start and m.kind in ("count", "ratio")
    ]
    after = sentence.words(mention.end, segment.end)
    before = sentence.words(segment.start, mention.start)
    if _SIZE_NOUN.match(after) or (SALARY.search(before) and SIZED.match(after)):
        return True
    if not later:
        return False
    gap = sentence.words(mention.end, later[0].start)
    if _PLACE.search(before) and mention.kind == "count":
        return True
    if gap.endswith("的") and len(gap) <= 12:
        return True
    sized = mention.unit in MONEY or mention.unit in SIZES or mention.kind == "ratio"
    if not sized or later[0].unit in MONEY or not _HEADED.match(after):
        return False
    return not _SPEND.search(before) or "的" in after[:4]


def _is_present(sentence: Sentence, at: int) -> bool:
    """Numbers of the present state are no promise, unless the sentence looks ahead later."""
    lead = sentence.words(sentence.start, sentence.segments[at].end)
    found = [m.end() for m in PRESENT.finditer(lead)]
    if not found or ACT_ANY.search(_before_present(sentence, at)):
        return False
    return not _AHEAD.search(lead[found[-1] :])


def _before_present(sentence: Sentence, at: int) -> str:
    """整合现有平台: an act upon what is there is a promise again."""
    own = sentence.words(sentence.segments[at].start, sentence.segments[at].end)
    before, mark, _ = own.partition("现有")
    return before if mark else ""
