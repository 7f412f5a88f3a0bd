"""Which numbers belong to a rule: a grant, a cap, a condition, a right, a sanction."""

from __future__ import annotations

import re

from yingcai.engine.reading.mentions import Mention
from yingcai.engine.reading.sentences import Sentence
from yingcai.engine.reading.words import (
    ACT,
    GIVEN_TO_PERSONS,
    GIVING,
    MONEY,
    PAYING,
    PERSONS,
    RULE,
    SALARY,
    SIZED,
    SIZES,
    TOTAL_MONEY,
    YEARLY,
)

_TERM = re.compile(
    r"(?:服务期|服务年限|合同期|聘期|发放期|补助期|资助期|管理期|周期|期限|(?:服务|工作|在岗|驻村|研修|学习)(?:时间|时长)?)(?:限)?(?:一般|原则上|均|应|累计)*"
    r"(?:不少于|不低于|不短于|不超过|最长|至少|不得少于|不得超过)?$"
)
# A cap or a floor for each one: 每批不少于6个月, 同一企业每年不超过…
EACH_LIMIT = re.compile(
    r"(?:每(?![年月周天日季])|单(?=[个家户项笔])|同一)[^，。；、]{1,14}(?:不得?(?:超过|多于|少于|低于|短于)|最多|最长|至少|限)$"
)
_SANCTION = re.compile(r"约谈|问责|通报批评|予以通报(?!表扬|嘉奖)|取消|收回|追回|退还|扣减")
_WHOSE = re.compile(r"(?:的|后|者|期间)$")
_WHOEVER = re.compile(r"^(?:对(?!接)|凡)")
_FREE = re.compile(r"免费|免租|免收|免票|免交|免缴")
_MAY = re.compile(r"(?<![不许认])可(?!以上)|享受|享有")
_MAY_CHOOSE = re.compile(r"(?<![不许认])可[^，。；]{0,14}(?:选择|申请|享受|使用|入住|领取)$")
_SETTLED = re.compile(r"^内[^，。；]{0,4}(?:办结|办理|答复|受理|反馈|兑付|兑现|拨付|审批)")
_BORNE = re.compile(r"(?:承担|分担|负担)[^，。；、]{0,6}$")
_PRICE = re.compile(
    r"(?:租金|价格|售价|收费|房价|费用)[^，。；、]{0,6}(?:不高于|不超过|按|为)[^，。；]*的$"
)
_WEIGHT = re.compile(r"权重(?:不低于|不少于|不高于|不超过|原则上)+$")
_QUOTA_OF_ALL = re.compile(
    r"(?:比例|名额|人数|数量)[^，。；]{0,8}(?:控制在|不[得]?超过)[^，。；]*总[数量额]的?$"
)
_LISTED_MONEY = re.compile(r"(?:分别为|标准为|分别按|依次为)")
_PER_ONE = re.compile(rf"每(?:成功|新|再|多|超)*(?:{ACT}|引荐|增长|上升|下降|获)[^，。；]{{0,8}}$")
_QUOTA = re.compile(r"(?:配建|计提|提取|划出|预留|留出|扣除)[^，。；]{0,24}$")
_PAID_OUT = re.compile(r"(?:累计|全年|每年|年均)[^，]{0,8}(?:发放|兑现|投入)")
_GIVEN_NEXT = re.compile(r"^，(?:以|予以|用于|按)?[^，。；每]{0,6}(?:奖励|补助|补贴|资助)")
_TAKEN = re.compile(r"提取|计提|列支")
_ALSO = re.compile(r"^(?:并|同时)?(?:免费)?提供")
_RULE_MONEY = re.compile(
    r"(?:分别为|标准为|最高|每人|每家|单家|每个|单个|每户|每项|上限|封顶)[^，。；]{0,10}$"
)


def in_rule(sentence: Sentence, at: int, mention: Mention, before: str) -> bool:
    """Whether a number belongs to a rule: an incentive, a cap, a condition."""
    if _PER_ONE.search(before) and not YEARLY.search(before[-8:]):
        near = sentence.around(at, 2)
        return bool(RULE.search(near) or GIVING.search(near))
    if mention.unit in MONEY or mention.kind == "ratio":
        return _money_in_rule(sentence, at, mention, before)
    if mention.unit in SIZES and _ALSO.match(before):
        return bool(GIVING.search(sentence.around(at, 3)))
    if _entitles(sentence, at, mention, before) or _caps(sentence, at, mention, before):
        return True
    return not GIVEN_TO_PERSONS.search(before) and _conditions(sentence, at)


def time_in_rule(sentence: Sentence, at: int, mention: Mention, before: str) -> bool:
    """Whether a length of time belongs to a rule."""
    own = sentence.words(sentence.segments[at].start, sentence.segments[at].end)
    if _SANCTION.search(own) and _WHOEVER.search(own):
        return True
    if _WHOSE.search(own) and _SANCTION.search(sentence.after(at)):
        return True
    return _limits_time(mention, before) or _grants_time(sentence, mention, before, own)


def _caps(sentence: Sentence, at: int, mention: Mention, before: str) -> bool:
    """每家企业每年享受补助不超过10人."""
    limit = mention.comparator == "<=" and EACH_LIMIT.search(before)
    return bool(limit and PAYING.search(sentence.around(at, 2)))


def _conditions(sentence: Sentence, at: int) -> bool:
    """对连续两次滞后的地区予以通报; 带动就业10人以上的，给予补助."""
    own, after = sentence.list_of(at), sentence.after(at)
    whoever = _WHOEVER.search(own)
    punished = whoever and _SANCTION.search(own + after)
    return bool(punished or ((_WHOSE.search(own) or whoever) and GIVING.search(after)))


def _entitles(sentence: Sentence, at: int, mention: Mention, before: str) -> bool:
    """可免租入住120平方米, 享受1次免费体检, 可选择1次: what one person has a right to."""
    if mention.unit in PERSONS:
        return False
    segment = sentence.segments[at]
    free = _FREE.search(sentence.words(segment.start, segment.end))
    return bool((free and _MAY.search(before)) or _MAY_CHOOSE.search(before))


def _money_in_rule(sentence: Sentence, at: int, mention: Mention, before: str) -> bool:
    own = sentence.list_of(at)
    if _sets_share(sentence, at, mention, own):
        return True
    segment = sentence.segments[at]
    if SALARY.search(before) and SIZED.match(sentence.words(mention.end, segment.end)):
        return bool(GIVING.search(sentence.after(at)))
    if TOTAL_MONEY.search(before) and not GIVING.search(before) and not before.endswith("的"):
        return bool(GIVING.search(sentence.words(segment.start, segment.end)))
    if GIVING.search(own) or RULE.search(own):
        return not _PAID_OUT.search(own)
    return _near_giving(sentence, at, before, own)


def _sets_share(sentence: Sentence, at: int, mention: Mention, own: str) -> bool:
    """A quota (预留10%的编制), a price (按…的60%收取), a sanction (对…低于80%的单位进行约谈)."""
    head = sentence.words(sentence.segments[sentence.list_head(at)].start, mention.start)
    priced = re.search(r"按[^，]*的$", head) and (RULE.search(own) or _TAKEN.search(own))
    if _BORNE.search(before := sentence.words(sentence.segments[at].start, mention.start)):
        return True
    if _WEIGHT.search(before) or (mention.comparator == "<=" and _QUOTA_OF_ALL.search(before)):
        return True
    if _PRICE.search(before):
        return True
    spent = head.endswith("其中") and sentence.text.startswith("用于", mention.end)
    return bool(
        spent
        or _QUOTA.search(head)
        or priced
        or (_WHOEVER.search(own) and _SANCTION.search(own + sentence.after(at)))
    )


def _near_giving(sentence: Sentence, at: int, before: str, own: str) -> bool:
    if _RULE_MONEY.search(before) or _LISTED_MONEY.search(own) or EACH_LIMIT.search(before):
        return bool(PAYING.search(sentence.around(at, 3)))
    if sentence.segments[at].opens == "（" and at:
        return bool(GIVING.search(sentence.around(at, 1)))
    return bool(_GIVEN_NEXT.match(sentence.after(at)))


def is_amount(sentence: Sentence, at: int, mention: Mention) -> bool:
    """Whether a number is what a rule gives or limits; the others are its conditions."""
    segment = sentence.segments[at]
    before = sentence.words(segment.start, mention.start)
    own = sentence.words(segment.start, segment.end)
    if SALARY.search(before):
        return False
    if mention.unit in MONEY or mention.kind == "ratio":
        return True
    if mention.kind == "time":
        condition = _WHOSE.search(own) or sentence.text.startswith("的", mention.end)
        limits = _limits_time(mention, before) and not condition
        return mention.comparator == "<=" or limits or _grants_time(sentence, mention, before, own)
    capped = mention.comparator == "<=" and EACH_LIMIT.search(before)
    return mention.kind == "count" and bool(capped or _entitles(sentence, at, mention, before))


def _limits_time(mention: Mention, before: str) -> bool:
    """服务期不少于2年, 每批不少于6个月."""
    limit = mention.comparator in ("<=", ">=")
    return limit and bool(_TERM.search(before) or EACH_LIMIT.search(before))


def _grants_time(sentence: Sentence, mention: Mention, before: str, own: str) -> bool:
    """可免费入住7天, 最长10天免费住宿, 30日内办结."""
    free = _FREE.search(own) and (_MAY.search(before) or mention.comparator == "<=")
    after = sentence.words(mention.number_end, mention.number_end + 8)
    return bool(free or _SETTLED.match(after))
