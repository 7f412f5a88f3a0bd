"""Rules in words that an official would write, in Chinese and in English."""

import re

import pytest

from tests.engine.rules.equality import Case, pack_case
from tests.engine.rules.texts import FACTS, rules_of
from yingcai.engine.rules.model import Rule, RuleSet
from yingcai.engine.rules.speaker import Speaker, condition_words
from yingcai.engine.rules.types import Boolean, Date, Enum, Integer, Money, Ratio, Type, Value
from yingcai.engine.rules.words import (
    LANGUAGES,
    Language,
    fill,
    money_words,
    outcome_words,
    parameter_words,
    value_words,
)
from yingcai.engine.rules.written import read_value

PLACE = """
programme: p
parameters:
  months: {value: 6, unit: month}
  cap: {value: 300000, unit: CNY}
  rate: {unit: percent, by: case.applied_on, values: [{from: 2018-01-01, value: 30}, {from: 2020-07-25, value: 25}]}
tables:
  base: {columns: [person.level, person.full_time, "-> amount CNY", "-> share percent", "-> rank person.level"], rows: [["*", "*", 900, 5, top]]}
steps:
  - {id: standard, value: LOOKUP('base.amount'), label: {zh: 标准额, en: Standard amount}}
  - {id: bare, value: person.months_insured + 3}
"""
MORE = """
  - {id: person.years, label: {zh: 周岁, en: Years of age}, type: integer, unit: age, source: register}
  - {id: person.score, label: {zh: 得分, en: Score}, type: integer, unit: point, source: register}
"""


def rules_for(text: str, steps: str = "") -> RuleSet:
    quoted = text.replace("'", "''")
    return rules_of(f"{PLACE}{steps}conditions: [{{id: c, when: '{quoted}'}}]", facts=FACTS + MORE)


def said(text: str) -> tuple[str, str]:
    """What a condition says, in Chinese and in English."""
    rules = rules_for(text)
    rule = rules.rules[0]
    chinese, english = (
        condition_words(rule.conditions[0], rule, rules.facts, language) for language in LANGUAGES
    )
    return chinese, english


@pytest.mark.parametrize(
    ("text", "chinese", "english"),
    [
        ("person.full_time", "全职", "Full-time"),
        ("person.full_time = TRUE", "全职", "Full-time"),
        ("FALSE <> person.full_time", "全职", "Full-time"),
        ("NOT person.full_time", "不属于全职的情形", "Not the case: Full-time"),
        ("person.full_time = FALSE", "不属于全职的情形", "Not the case: Full-time"),
        ("NOT NOT person.full_time", "全职", "Full-time"),
        ("person.full_time = (person.age < 40)", "以下两项同时成立或同时不成立：全职；年龄少于40年", "Both or neither: Full-time; Age is less than 40 years"),
        ("person.full_time <> (person.age < 40)", "以下两项仅有一项成立：全职；年龄少于40年", "Only one of the two: Full-time; Age is less than 40 years"),
        ("TRUE", "是", "Yes"),
        # enums
        ("person.level = 'top'", "人才层次为顶尖人才", "Level is top"),
        ("person.level <> 'top'", "人才层次不为顶尖人才", "Level is not top"),
        ("person.level >= 'leading'", "人才层次不低于领军人才", "Level is at least leading"),
        ("person.level <= 'leading'", "人才层次不高于领军人才", "Level is at most leading"),
        ("NOT person.level >= 'leading'", "人才层次低于领军人才", "Level is below leading"),
        ("person.level IN ('top')", "人才层次为顶尖人才", "Level is top"),
        ("person.level IN ('senior', 'top')", "人才层次为高级人才或顶尖人才", "Level is senior or top"),
        ("person.level NOT IN ('none', 'senior', 'top')", "人才层次不为未认定、高级人才或顶尖人才", "Level is not none, senior or top"),
        # counts
        ("person.months_insured >= 6", "社保缴纳月数不少于6个月", "Months insured is at least 6 months"),
        ("6 <= person.months_insured", "社保缴纳月数不少于6个月", "Months insured is at least 6 months"),
        ("person.months_insured <= param.months", "社保缴纳月数不超过6个月", "Months insured is at most 6 months"),
        ("person.months_insured > 1", "社保缴纳月数多于1个月", "Months insured is more than 1 month"),
        ("person.months_insured < 12", "社保缴纳月数少于12个月", "Months insured is less than 12 months"),
        ("person.years BETWEEN 18 AND 45", "周岁在18周岁至45周岁之间", "Years of age is between 18 years and 45 years"),
        ("person.years >= 18", "周岁不低于18周岁", "Years of age is at least 18 years"),
        ("person.score < 60", "得分低于60分", "Score is below 60 points"),
        ("1 = 1", "1为1", "1 is 1"),
        # money and shares
        ("person.salary >= YUAN(120000)", "年薪不低于12万元", "Salary is at least 120,000 yuan"),
        ("person.salary < param.cap", "年薪低于30万元", "Salary is below 300,000 yuan"),
        ("param.cap > person.salary", "年薪低于30万元", "Salary is below 300,000 yuan"),
        ("person.stake >= PERCENT(12.5)", "持股比例不低于12.5%", "Stake is at least 12.5%"),
        ("person.stake >= param.rate", "持股比例不低于30%（2018年1月1日起）、25%（2020年7月25日起）", "Stake is at least 30% (from 2018-01-01), 25% (from 2020-07-25)"),
        # days
        ("person.introduced_on >= DATE '2018-04-13'", "引进日期不早于2018年4月13日", "Day of introduction is not before 2018-04-13"),
        ("person.introduced_on < DATE '2018-04-13'", "引进日期早于2018年4月13日", "Day of introduction is before 2018-04-13"),
        ("person.introduced_on <= case.applied_on", "引进日期不晚于申请日期", "Day of introduction is not after Day of application"),
        ("person.introduced_on > case.applied_on", "引进日期晚于申请日期", "Day of introduction is after Day of application"),
        ("person.introduced_on BETWEEN DATE '2018-04-13' AND case.applied_on", "引进日期在2018年4月13日至申请日期之间", "Day of introduction is between 2018-04-13 and Day of application"),
        ("person.introduced_on NOT BETWEEN DATE '2018-04-13' AND case.applied_on", "引进日期不在2018年4月13日至申请日期之间", "Day of introduction is not between 2018-04-13 and Day of application"),
        ("YEAR_OF(person.introduced_on) = 2018", "引进日期的年份为2018年", "The year of Day of introduction is 2018"),
        ("YEAR_OF(person.introduced_on) >= 2018", "引进日期的年份不早于2018年", "The year of Day of introduction is not before 2018"),
        ("FULL_MONTHS(person.introduced_on, case.applied_on, 'strict') >= 6", "引进日期至申请日期的整月数不少于6个月", "Full months from Day of introduction to Day of application is at least 6 months"),
        ("FULL_YEARS(person.introduced_on, case.applied_on, 'month_end') < 1", "引进日期至申请日期的整年数少于1年", "Full years from Day of introduction to Day of application is less than 1 year"),
        ("DAYS_BETWEEN(person.introduced_on, case.applied_on) <= 30", "引进日期至申请日期的天数不超过30天", "Days from Day of introduction to Day of application is at most 30 days"),
        # connectives
        ("person.full_time AND person.age < 40", "全职，且年龄少于40年", "Full-time, and Age is less than 40 years"),
        ("person.age < 40 AND (person.full_time OR person.level = 'top')", "年龄少于40年，且（全职，或人才层次为顶尖人才）", "Age is less than 40 years, and (Full-time, or Level is top)"),
        ("person.full_time OR person.age < 40 AND person.level = 'top'", "全职，或（年龄少于40年，且人才层次为顶尖人才）", "Full-time, or (Age is less than 40 years, and Level is top)"),
        ("person.full_time OR person.age BETWEEN 18 AND 40", "全职，或年龄在18年至40年之间", "Full-time, or Age is between 18 years and 40 years"),
        ("person.age >= 18 AND person.months_insured <= 40", "年龄不少于18年，且社保缴纳月数不超过40个月", "Age is at least 18 years, and Months insured is at most 40 months"),
        ("NOT (person.full_time OR person.age < 40)", "不属于以下情形：（全职，或年龄少于40年）", "Not the case: (Full-time, or Age is less than 40 years)"),
        # tables and steps
        ("COVERED('base')", "人才层次和全职在表列范围内", "The table has a row for Level and Full-time"),
        ("NOT COVERED('base')", "人才层次和全职不在表列范围内", "The table has no row for Level and Full-time"),
        ("LOOKUP('base.amount') > YUAN(0)", "按人才层次和全职查表所得的金额高于0元", "The value of the table for Level and Full-time is above 0 yuan"),
        ("LOOKUP('base.rank') = 'top'", "按人才层次和全职查表所得的结果为顶尖人才", "The value of the table for Level and Full-time is top"),
        ("step.standard >= YUAN(1)", "标准额不低于1元", "Standard amount is at least 1 yuan"),
        ("step.bare >= 12", "社保缴纳月数加3个月不少于12个月", "Months insured plus 3 months is at least 12 months"),
        # sums
        ("person.salary + YUAN(5) > YUAN(10)", "年薪加5元高于10元", "Salary plus 5 yuan is above 10 yuan"),
        ("person.salary - (person.home_price - YUAN(5)) > YUAN(10)", "年薪减（房价减5元）高于10元", "Salary minus (Price of the home minus 5 yuan) is above 10 yuan"),
        ("(person.months_insured + 3) * 2 >= 12", "（社保缴纳月数加3个月）乘以2不少于12个月", "(Months insured plus 3 months) times 2 is at least 12 months"),
        ("-person.salary < YUAN(0)", "负的年薪低于0元", "Minus Salary is below 0 yuan"),
        ("LEAST(person.salary, param.cap) >= YUAN(1)", "年薪和30万元中较低者不低于1元", "The lower of Salary and 300,000 yuan is at least 1 yuan"),
        ("GREATEST(person.salary, param.cap, YUAN(5)) >= YUAN(1)", "年薪、30万元和5元中最高者不低于1元", "The highest of Salary, 300,000 yuan and 5 yuan is at least 1 yuan"),
        ("GREATEST(person.salary - YUAN(1), YUAN(0)) = YUAN(0)", "（年薪减1元）和0元中较高者为0元", "The higher of (Salary minus 1 yuan) and 0 yuan is 0 yuan"),
        ("LEAST(person.introduced_on, case.applied_on) > DATE '2018-01-01'", "引进日期和申请日期中较早者晚于2018年1月1日", "The earlier of Day of introduction and Day of application is after 2018-01-01"),
        ("LEAST(person.months_insured, 6) > 5", "社保缴纳月数和6个月中较小者多于5个月", "The lower of Months insured and 6 months is more than 5 months"),
        ("GREATEST(YUAN(1), YUAN(2)) = YUAN(2)", "1元和2元中较高者为2元", "The higher of 1 yuan and 2 yuan is 2 yuan"),
        ("PORTION(person.salary, PERCENT(30), 'down') > YUAN(0)", "年薪的30%高于0元", "30% of Salary is above 0 yuan"),
        ("PORTION(person.salary + YUAN(1), PERCENT(30), 'down') > YUAN(0)", "（年薪加1元）的30%高于0元", "30% of (Salary plus 1 yuan) is above 0 yuan"),
        ("PORTION(person.salary, LOOKUP('base.share'), 'down') > YUAN(0)", "年薪乘以按人才层次和全职查表所得的比例高于0元", "Salary times the value of the table for Level and Full-time is above 0 yuan"),
        ("ROUND_TO(person.salary, YUAN(1000), 'down') > YUAN(0)", "年薪（以1,000元为单位舍去尾数）高于0元", "Salary (rounded down to a multiple of 1,000 yuan) is above 0 yuan"),
        ("ROUND_TO(person.salary, YUAN(1000), 'up') > YUAN(0)", "年薪（以1,000元为单位进位）高于0元", "Salary (rounded up to a multiple of 1,000 yuan) is above 0 yuan"),
        ("ROUND_TO(person.salary, YUAN(1000), 'half_up') > YUAN(0)", "年薪（以1,000元为单位四舍五入）高于0元", "Salary (rounded to the nearest multiple of 1,000 yuan) is above 0 yuan"),
        # choices
        ("CASE WHEN person.full_time THEN 6 ELSE 12 END <= person.months_insured", "社保缴纳月数不少于（全职的，为6个月；其他情形，为12个月）", "Months insured is at least (6 months if Full-time; otherwise 12 months)"),
        ("CASE WHEN person.level = 'top' THEN YUAN(1) WHEN person.full_time THEN person.salary ELSE YUAN(2) END > YUAN(0)", "（人才层次为顶尖人才的，为1元；全职的，为年薪；其他情形，为2元）高于0元", "(1 yuan if Level is top; Salary if Full-time; otherwise 2 yuan) is above 0 yuan"),
        ("CASE WHEN person.full_time THEN person.age > 1 ELSE TRUE END", "全职的，为年龄多于1年；其他情形，为是", "Age is more than 1 year if Full-time; otherwise yes"),
        ("-CASE WHEN person.full_time THEN 1 ELSE 2 END < 0", "负的（全职的，为1；其他情形，为2）少于0", "Minus (1 if Full-time; otherwise 2) is less than 0"),
    ],
)  # fmt: skip
def test_a_condition_in_words(text: str, chinese: str, english: str) -> None:
    assert said(text) == (chinese, english)


def test_a_label_that_ends_in_de_gets_no_second_one() -> None:
    facts = FACTS + "  - {id: person.odd, label: {zh: 已享受的, en: Had}, type: boolean, source: register}\n"  # fmt: skip
    rules = rules_of("programme: p\nconditions: [{id: c, when: NOT person.odd}]", facts=facts)
    rule = rules.rules[0]
    assert condition_words(rule.conditions[0], rule, rules.facts, "zh") == "不属于已享受的情形"


def test_a_fact_without_words_of_a_language_is_called_by_its_name() -> None:
    facts = FACTS + "  - {id: person.odd, label: {}, type: boolean, source: register}\n"
    rules = rules_of("programme: p\nconditions: [{id: c, when: person.odd}]", facts=facts)
    rule = rules.rules[0]
    assert condition_words(rule.conditions[0], rule, rules.facts, "zh") == "person.odd"


def test_a_condition_s_own_text_goes_before_and_is_filled() -> None:
    rules = rules_of(
        PLACE + "conditions:\n  - {id: c, when: person.full_time, "
        "text: {zh: '满{param.months}，{param.rate}，{param.none}', en: ''}}"
    )
    rule = rules.rules[0]
    assert condition_words(rule.conditions[0], rule, rules.facts, "zh") == "满6个月，30%（2018年1月1日起）、25%（2020年7月25日起），{param.none}"  # fmt: skip
    assert condition_words(rule.conditions[0], rule, rules.facts, "en") == "Full-time"
    assert fill("at most {param.cap}", rule, "en") == "at most 300,000 yuan"


def test_a_parameter_in_words() -> None:
    rule = rules_for("person.full_time").rules[0]
    months, cap, rate = rule.parameters
    assert [parameter_words(one, "zh") for one in (months, cap)] == ["6个月", "30万元"]
    assert parameter_words(rate, "en") == "30% (from 2018-01-01), 25% (from 2020-07-25)"


LEVEL = Enum("level", ("none", "top"))
LABELS = {"top": {"zh": "顶尖", "en": "Top"}}


@pytest.mark.parametrize(
    ("value", "kind", "chinese", "english"),
    [
        (True, Boolean(), "是", "yes"),
        (False, Boolean(), "否", "no"),
        (1, LEVEL, "顶尖", "Top"),
        (0, LEVEL, "none", "none"),
        (6, Integer("month"), "6个月", "6 months"),
        (1, Integer("month"), "1个月", "1 month"),
        (-1, Integer("day"), "-1天", "-1 day"),
        (35, Integer("age"), "35周岁", "35 years"),
        (2, Integer("person"), "2人", "2 people"),
        (85, Integer("sqm"), "85平方米", "85 m²"),
        (3, Integer("count"), "3", "3"),
        (3, Integer(), "3", "3"),
        (3, Integer("kwh"), "3 kwh", "3 kwh"),
        (125_000, Ratio(), "12.5%", "12.5%"),
        (1, Ratio(3_125), "0.032%", "0.032%"),
        (1, Ratio(1), "100%", "100%"),
        (int(read_value("2018-04-03", Date())), Date(), "2018年4月3日", "2018-04-03"),
        (30_000_000, Money(), "30万元", "300,000 yuan"),
    ],
)
def test_a_value_in_words(value: Value, kind: Type, chinese: str, english: str) -> None:
    assert [value_words(value, kind, one, LABELS) for one in LANGUAGES] == [chinese, english]


@pytest.mark.parametrize(
    ("fen", "chinese", "english"),
    [
        (0, "0元", "0 yuan"),
        (1, "0.01元", "0.01 yuan"),
        (-50, "-0.50元", "-0.50 yuan"),
        (999_999, "9,999.99元", "9,999.99 yuan"),
        (1_000_000, "1万元", "10,000 yuan"),
        (1_230_000, "1.23万元", "12,300 yuan"),
        (1_234_500, "12,345元", "12,345 yuan"),
        (1_230_050, "12,300.50元", "12,300.50 yuan"),
        (-30_000_000, "-30万元", "-300,000 yuan"),
        (10**10, "1亿元", "100,000,000 yuan"),
        (15 * 10**9, "1.5亿元", "150,000,000 yuan"),
        (10**10 + 10**6, "10001万元", "100,010,000 yuan"),
        (10**9, "1000万元", "10,000,000 yuan"),
    ],
)
def test_an_amount_in_words(fen: int, chinese: str, english: str) -> None:
    assert [money_words(fen, one) for one in LANGUAGES] == [chinese, english]


def test_an_outcome_in_words() -> None:
    outcomes = ("yes", "no", "unknown", "person")
    assert [outcome_words(one, "zh") for one in outcomes] == ["符合", "不符合", "待补充信息", "需人工认定"]  # fmt: skip
    assert [outcome_words(one, "en") for one in outcomes] == ["entitled", "not entitled", "facts missing", "needs a person"]  # fmt: skip


# -- the pack and random rules -------------------------------------------------------------------


@pytest.fixture(scope="module")
def pack() -> Case:
    return pack_case()


def sentences(rule: Rule, rules: RuleSet, language: Language) -> list[str]:
    """Everything that a rule says, its own texts left aside."""
    speaker = Speaker(rules.facts, rule, language)
    trees = [one.test for one in rule.conditions] + [one.value for one in rule.steps]
    trees += [one for one in (rule.amount, rule.result) if one is not None]
    return [speaker.say(tree) for tree in trees]


CLUMSY = {
    "zh": re.compile(r"[,;:()?!]|的的|为为|  |\s$|^\s|None|\w+\.\w+_|（）|[一-鿿] |。"),
    "en": re.compile(r"[，；：（）。]|  |\s$|^\s|None|[a-z]\.[a-z]|\(\)|\b1 (months|years|days)\b| ,|[,;:]\S"),
}  # fmt: skip
NUMBER = re.compile(r"(?<=\d),(?=\d{3})")  # 300,000 is no list


def test_every_condition_of_the_pack_reads_well(pack: Case) -> None:
    count = 0
    for rule in pack.rules.rules:
        for language in LANGUAGES:
            for sentence in sentences(rule, pack.rules, language):
                plain = NUMBER.sub("", sentence)
                assert not CLUMSY[language].search(plain), sentence
                opening, closing = ("（", "）") if language == "zh" else ("(", ")")
                assert plain.count(opening) == plain.count(closing), sentence
                count += 1
    assert count > 300


def test_windows_of_the_pack_have_no_text_and_need_none(pack: Case) -> None:
    rule = next(
        one for one in pack.rules.rules if one.version == "2017" and len(one.conditions) > 1
    )
    window = rule.conditions[0]
    assert window.text == {}
    assert re.fullmatch(r".+在\d{4}年\d+月\d+日至\d{4}年\d+月\d+日之间", condition_words(window, rule, pack.rules.facts, "zh"))  # fmt: skip
