"""What each number of a sentence is: a target, part of a rule, a rhythm, or nothing to count."""

from __future__ import annotations

import re

from yingcai.engine.reading.mentions import Mention
from yingcai.engine.reading.sentences import Sentence
from yingcai.engine.reading.words import (
    ACT_ANY,
    GIVEN_TO_PERSONS,
    GIVING,
    MONEY,
    OTHER_RATE,
    PRESENT,
    RULE,
    SALARY,
    SIZES,
    TOTAL_MONEY,
    YEARLY,
)

_PLAIN = {"date": "日期", "code": "代号或号码", "name": "名称或序数", "vague": "约数"}
TARGET, RULE_ROLE, RHYTHM, NONE = "target", "rule", "rhythm", ""

_FIXED = re.compile(r"^(?:性|级(?!以)|等奖|流|体化|线|把手|期工程|期项目|期建设|期规划)")
_SHORTEN = re.compile(r"(?:压缩|缩短|控制|压减|减少|缩减)[^，。；]{0,8}$")
_TERM = re.compile(
    r"(?:服务期|服务年限|合同期|聘期|发放期|期限)(?:限)?(?:不少于|不低于|不超过|最长|至少)?$"
)
_SANCTION = re.compile(r"约谈|问责|通报批评|取消|收回|追回|退还")
_SIZED = re.compile(r"^的?[^，。；、]{0,6}(?:企业|人才|项目|公司|单位|人员|团队)")
_PLACE = re.compile(r"(?:^|[，、])(?:在|为|向|面向|选择|从|于|围绕|覆盖)$")
_LISTED_MONEY = re.compile(r"(?:分别为|标准为|分别按|依次为)")
_WHOSE = re.compile(r"(?:的|后|者|期间)$")
_WHOEVER = re.compile(r"^(?:对(?!接)|凡)")
_PER_ONE = re.compile(
    r"每(?:成功|新)?(?:提高|增长|上升|引进|培育|培养|孵化|推荐|引荐|举办|新增|增加|获|认定|入选|转化|建成|招引|落户|完成|招收|"
    r"吸纳|新建|建设)[^，。；]{0,6}$"
)
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
_ARTICLE = frozenset(
    [
        "个",
        "支",
        "批",
        "套",
        "种",
        "类",
        "条",
        "项",
        "片",
        "团",
        "款",
        "道",
        "件",
        "份",
        "组",
        "次",
        "对",
        "层",
        "块",
        "部",
        "站",
        "张",
    ]
)
_EACH_BEFORE = re.compile(r"(?:各|至少|不少于|每[^，]{0,12}|均|力争)[^，。；]{0,6}$")
_RANK = re.compile(r"[前第]$")
_NO_COUNT = re.compile(r"(?:分|分为|分成|第|共|这|那|上述|以下|前|后|上|同|其余|另)$")
_LISTED = re.compile(r"(?:等|和|与|、)[^，。；]{0,8}$")
_SIZE_NOUN = re.compile(r"^级")
_QUOTA = re.compile(r"(?:配建|计提|提取|划出|预留|留出|扣除)[^，。；]{0,24}$")
_BASE = re.compile(r"^[^，。；、]{0,4}(?:增加|提高|提升|增长|上升|扩大|发展|增)(?:到|至|为)")
_PAID_OUT = re.compile(r"(?:累计|全年|每年|年均)[^，]{0,8}(?:发放|兑现|投入)")
_GIVEN_NEXT = re.compile(r"^，(?:以|予以|用于|按)?[^，。；每]{0,6}(?:奖励|补助|补贴|资助)")
_TAKEN = re.compile(r"提取|计提|列支")
_ALSO = re.compile(r"^(?:并|同时)?(?:免费)?提供")
_RULE_MONEY = re.compile(
    r"(?:分别为|标准为|最高|每人|每家|单家|每个|单个|每户|每项|上限|封顶)[^，。；]{0,10}$"
)


def role_of(sentence: Sentence, at: int, mention: Mention) -> tuple[str, str]:
    """(role, reason). The reason is why a number is no item, empty for items."""
    segment = sentence.segments[at]
    if mention.kind in _PLAIN:
        return NONE, _PLAIN[mention.kind]
    before = sentence.words(segment.start, mention.start)
    if mention.kind == "time":
        return _role_of_time(sentence, at, mention, before)
    if _FIXED.match(sentence.words(mention.number_end, mention.number_end + 4)):
        return NONE, "固定用语"
    return _role_of_count(sentence, at, mention, before)


def _role_of_time(sentence: Sentence, at: int, mention: Mention, before: str) -> tuple[str, str]:
    own = sentence.words(sentence.segments[at].start, sentence.segments[at].end)
    if _SANCTION.search(own) and _WHOEVER.search(own):
        return RULE_ROLE, ""
    if _WHOSE.search(own) and _SANCTION.search(_after(sentence, at)):
        return RULE_ROLE, ""
    if _TERM.search(before) and mention.comparator in ("<=", ">="):
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
    before, after = around
    if before.endswith("权重的") or before.endswith("权重"):
        return "权重"
    if _BASE.match(after) and re.search(r"(?:由|从)[^，。；]*$", before):
        return "基数"
    if _RANK.search(before) and mention.kind == "count":
        return "名称或序数"
    if mention.bare and not _bare_counts(mention, before, after):
        return "泛指"
    if mention.spelled and not mention.bare and _indefinite(mention, before, after):
        return "泛指"
    if _describes(sentence, at, mention):
        return "修饰语"
    return "现状" if _is_present(sentence, at) else ""


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
    if _SIZE_NOUN.match(after) or (SALARY.search(before) and _SIZED.match(after)):
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
    return not re.search(r"到20|力争|将|新增|达到20|增加到|提高到|提升到|增至", lead[found[-1] :])


def _before_present(sentence: Sentence, at: int) -> str:
    """整合现有平台: an act upon what is there is a promise again."""
    own = sentence.words(sentence.segments[at].start, sentence.segments[at].end)
    before, mark, _ = own.partition("现有")
    return before if mark else ""


def in_rule(sentence: Sentence, at: int, mention: Mention, before: str) -> bool:
    """Whether a number belongs to a rule: an incentive, a cap, a condition."""
    if _PER_ONE.search(before) and not YEARLY.search(before[-8:]):
        near = _around(sentence, at, 2)
        return bool(RULE.search(near) or GIVING.search(near))
    if mention.unit in MONEY or mention.kind == "ratio":
        return _money_in_rule(sentence, at, mention, before)
    if mention.unit in SIZES and _ALSO.match(before):
        return bool(GIVING.search(_around(sentence, at, 3)))
    if GIVEN_TO_PERSONS.search(before):
        return False
    own = _list_of(sentence, at)
    return bool(_WHOSE.search(own) or _WHOEVER.search(own)) and bool(
        GIVING.search(_after(sentence, at))
    )


def _money_in_rule(sentence: Sentence, at: int, mention: Mention, before: str) -> bool:
    own = _list_of(sentence, at)
    if _sets_share(sentence, at, mention, own):
        return True
    segment = sentence.segments[at]
    if SALARY.search(before) and _SIZED.match(sentence.words(mention.end, segment.end)):
        return bool(GIVING.search(_after(sentence, at)))
    if TOTAL_MONEY.search(before) and not GIVING.search(before) and not before.endswith("的"):
        return bool(GIVING.search(sentence.words(segment.start, segment.end)))
    if GIVING.search(own) or RULE.search(own):
        return not _PAID_OUT.search(own)
    return _near_giving(sentence, at, before, own)


def _sets_share(sentence: Sentence, at: int, mention: Mention, own: str) -> bool:
    """A quota (预留10%的编制), a price (按…的60%收取), a sanction (对…低于80%的单位进行约谈)."""
    head = sentence.words(sentence.segments[_list_head(sentence, at)].start, mention.start)
    priced = re.search(r"按[^，]*的$", head) and (RULE.search(own) or _TAKEN.search(own))
    spent = head.endswith("其中") and sentence.text.startswith("用于", mention.end)
    return bool(
        spent or _QUOTA.search(head) or priced or (_WHOEVER.search(own) and _SANCTION.search(own))
    )


def _near_giving(sentence: Sentence, at: int, before: str, own: str) -> bool:
    if _RULE_MONEY.search(before) or _LISTED_MONEY.search(own):
        return bool(GIVING.search(_around(sentence, at, 3)))
    if sentence.segments[at].opens == "（" and at:
        return bool(GIVING.search(_around(sentence, at, 1)))
    return bool(_GIVEN_NEXT.match(_after(sentence, at)))


def _list_head(sentence: Sentence, at: int) -> int:
    """Place of the first item of the list a segment stands in."""
    while at > 0 and sentence.segments[at].opens == "、":
        at -= 1
    return at


def _list_of(sentence: Sentence, at: int) -> str:
    """The words of a segment with the list items joined to it."""
    last = at
    while last + 1 < len(sentence.segments) and sentence.segments[last + 1].opens == "、":
        last += 1
    first = sentence.segments[_list_head(sentence, at)]
    return sentence.words(first.start, sentence.segments[last].end)


def _around(sentence: Sentence, at: int, reach: int) -> str:
    first = sentence.segments[max(0, at - reach)]
    last = sentence.segments[min(len(sentence.segments) - 1, at + reach)]
    return sentence.words(first.start, last.end)


def _after(sentence: Sentence, at: int) -> str:
    here = sentence.segments[at]
    last = sentence.segments[min(len(sentence.segments) - 1, at + 2)]
    return sentence.words(here.end, last.end)
