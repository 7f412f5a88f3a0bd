"""What pages and the command say about a bundle, in Chinese and English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from yingcai.engine.rules.bundle.model import Interval, LeftOut, Line, Open
from yingcai.engine.rules.model import Ceiling, Words
from yingcai.engine.rules.words import LANGUAGES, Language, money_words

Titles = Mapping[str, Words]

_PER = {
    "person": {"zh": "每人", "en": "per person"},
    "household": {"zh": "每户", "en": "per household"},
    "firm": {"zh": "每家企业", "en": "per firm"},
}
_WITHIN = {
    "ever": {"zh": "累计上限", "en": "the ceiling {per}"},
    "year": {"zh": "年度上限", "en": "the yearly ceiling {per}"},
}
_LEFT_OUT = {
    "not_entitled": {"zh": "不符合条件", "en": "The conditions are not met"},
    "no_money": {
        "zh": "不发放资金，不参与组合",
        "en": "It pays no money, so there is nothing to combine",
    },
    "zero": {"zh": "计算金额为零", "en": "Its amount is nothing"},
    "blocked": {
        "zh": "已领取与其互斥的{by}",
        "en": "Something was received under {by}, and they exclude each other",
    },
    "received": {
        "zh": "扣除{by}已领金额后无差额可补",
        "en": "What was received under {by} leaves nothing to pay",
    },
    "excluded": {
        "zh": "与{by}互斥，不可同时享受",
        "en": "It and {by} exclude each other",
    },
    "highest": {
        "zh": "就高不重复：本组已选{by}",
        "en": "Only the highest of its group is paid: {by}",
    },
    "covered": {
        "zh": "抵扣本次发放的{by}后无余额",
        "en": "{by} is paid now and deducted, which leaves nothing",
    },
    "no_gain": {
        "zh": "加入后{by}相应减少",
        "en": "Beside it {by} would be paid less",
    },
}
_FULL = {"zh": "{ceiling}已用完", "en": "Nothing is left of {ceiling}"}
_FULL_BY = {
    "zh": "{ceiling}由本次发放的{by}用完",
    "en": "{by}, paid now, uses up {ceiling}",
}
_LOSS = {
    "zh": "；若选本项，总额减少{amount}",
    "en": "; with it the total would be {amount} less",
}
_NO_LOSS = {
    "zh": "；若选本项，总额不增加",
    "en": "; with it the total would not rise",
}
_LINES = {
    "gross": {"zh": "核定金额{amount}", "en": "Amount: {amount}"},
    "blocked": {
        "zh": "是否领取过互斥的{by}尚不清楚，若领取过则不发放",
        "en": "Nothing is paid if anything was received under {by}, which is unknown",
    },
    "received": {"zh": "扣除{by}已领{amount}", "en": "Minus {amount} received under {by}"},
    "paid": {"zh": "抵扣本次发放的{by}{amount}", "en": "Minus {amount} paid now under {by}"},
    "ceiling": {"zh": "{ceiling}内可发{amount}", "en": "{ceiling} leaves {amount}"},
}
_OPEN = {
    "facts": {"zh": "尚缺信息，未能认定", "en": "Facts are missing, so it is not decided"},
    "person": {"zh": "待人工认定", "en": "A person has to decide it"},
    "amount": {"zh": "符合条件，金额尚不能确定", "en": "Entitled, but the amount is not known yet"},
}
_ADDS = {
    "zh": "；若认定，总额可增加{amount}",
    "en": "; if it is granted, the total rises by up to {amount}",
}


def left_out_words(reason: LeftOut, titles: Titles) -> Words:
    """Why a programme is left out. ``titles``: those of all programmes that are named."""
    return {language: _left_out(reason, titles, language) for language in LANGUAGES}


def _left_out(reason: LeftOut, titles: Titles, language: Language) -> str:
    by = _names(reason.by, titles, language)
    if reason.ceiling is None:
        text = _LEFT_OUT[reason.kind][language].format(by=by)
    else:
        form = _FULL_BY if reason.by else _FULL
        text = form[language].format(by=by, ceiling=_ceiling(reason.ceiling, language))
    if reason.loss is not None:
        form = _LOSS if reason.loss else _NO_LOSS
        text += form[language].format(amount=money_words(reason.loss, language))
    return _sentence(text, language)


def line_words(line: Line, titles: Titles) -> Words:
    """One line of the sum of a payment, without what is left."""
    return {
        language: _sentence(
            _LINES[line.kind][language].format(
                by=_names((line.by,) if line.by else (), titles, language),
                amount=_between(line.amount, language),
                ceiling=_ceiling(line.ceiling, language) if line.ceiling else "",
            ),
            language,
        )
        for language in LANGUAGES
    }


def open_words(one: Open) -> Words:
    """What an undecided programme waits for, and what it could add."""
    found: dict[str, str] = {}
    for language in LANGUAGES:
        text = _OPEN[one.waits][language]
        if one.adds is not None:
            text += _ADDS[language].format(amount=money_words(one.adds, language))
        found[language] = _sentence(text, language)
    return found


def _between(amount: Interval, language: Language) -> str:
    low, high = money_words(amount.low, language), money_words(amount.high, language)
    if low == high:
        return low
    return f"{low}至{high}" if language == "zh" else f"{low} to {high}"


def _names(programmes: Iterable[str], titles: Titles, language: Language) -> str:
    names = [titles[one][language] for one in programmes]
    if language == "zh":
        return "".join(f"“{name}”" for name in names)
    return " and ".join(f"“{name}”" for name in names)


def _ceiling(ceiling: Ceiling, language: Language) -> str:
    per = _PER[ceiling.per][language]
    if language == "zh":
        return per + _WITHIN[ceiling.within][language]
    return _WITHIN[ceiling.within][language].format(per=per)


def _sentence(text: str, language: Language) -> str:
    return f"{text}。" if language == "zh" else f"{text[0].upper()}{text[1:]}."
