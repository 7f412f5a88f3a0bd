"""A decision as a person reads it, in both languages: each kind of value, source and change."""

from collections.abc import Mapping
from datetime import date

import pytest

from tests.engine.rules.texts import rules_of
from yingcai.engine.packs.telling import Names, Teller
from yingcai.engine.rules.change import Change, Way, ways_to_yes
from yingcai.engine.rules.closures import prepared
from yingcai.engine.rules.decide import Decider, Decision
from yingcai.engine.rules.model import RuleSet
from yingcai.engine.rules.subject import Origin, Subject, read_subject
from yingcai.engine.rules.types import Known, civil
from yingcai.engine.rules.words import LANGUAGES, Language

NAMES = Names(
    documents={"plan": {"zh": "人才计划", "en": "Talent plan"}},
    sources={"register": {"zh": "登记", "en": "Register"}},
)
GRANT = """
programme: grant
title: {zh: 补助, en: Grant}
conditions:
  - {id: insured, when: person.months_insured >= 6, source: plan#9}
  - {id: fit, when: person.suitable, source: "plan#scope"}
steps:
  - {id: share, value: "PORTION(person.salary, PERCENT(50), 'down')", label: {zh: 一半, en: Half}}
  - {id: level, value: person.level, label: {zh: 层次, en: Level}}
amount: LEAST(step.share, YUAN(50000))
"""
RULES = rules_of(GRANT)


def told(
    language: Language, rules: RuleSet = RULES, **groups: Mapping[str, object]
) -> tuple[Teller, Decision]:
    document = {**groups, "case": {"applied_on": "2019-05-06"}}
    subject, problems = read_subject(document, rules)
    assert problems == []
    assert subject is not None
    teller = Teller(rules, NAMES, subject, language)
    decisions = Decider(rules, prepared(rules), language).decide(subject.values)
    return teller, decisions[next(iter(rules.programmes))]


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("zh", [
            "补助  符合  2.5万元",
            "  ✓ 社保缴纳月数不少于6个月（社保缴纳月数：9个月〔登记 2019-05-01〕，《人才计划》第9条）",
            "  ✓ 经评议合适（经评议合适：是，《人才计划》）",
            "    一半：2.5万元",
            "    层次：顶尖人才",
        ]),
        ("en", [
            "Grant  entitled  25,000 yuan",
            "  ✓ Months insured is at least 6 months (Months insured: 9 months [Register 2019-05-01]; Talent plan, 9)",
            "  ✓ Found suitable (Found suitable: yes; Talent plan)",
            "    Half: 25,000 yuan",
            "    Level: top",
        ]),
    ],
)  # fmt: skip
def test_a_yes(language: Language, lines: list[str]) -> None:
    months = {"value": 9, "source": "register", "on": "2019-05-01"}
    teller, decision = told(
        language,
        person={"months_insured": months, "suitable": True, "salary": 50000, "level": "top"},
    )
    assert [teller.heading(decision), *teller.lines(decision, [])] == lines


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("zh", [
            "补助  需人工认定  最高5万元",
            "  ✓ 社保缴纳月数不少于6个月（社保缴纳月数：9个月，《人才计划》第9条）",
            "  ？ 经评议合适（经评议合适：未知，《人才计划》）",
            "  还需要：年薪、经评议合适（由人员认定）",
        ]),
        ("en", [
            "Grant  needs a person  up to 50,000 yuan",
            "  ✓ Months insured is at least 6 months (Months insured: 9 months; Talent plan, 9)",
            "  ？ Found suitable (Found suitable: unknown; Talent plan)",
            "  Still needed: Salary; Found suitable (judged by people)",
        ]),
    ],
)  # fmt: skip
def test_a_case_for_people(language: Language, lines: list[str]) -> None:
    teller, decision = told(language, person={"months_insured": 9, "level": "top"})
    assert [teller.heading(decision), *teller.lines(decision, [])] == lines
    assert list(teller.short(decision, [])) == lines[3:]


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("zh", [
            "补助  不符合",
            "  ✗ 社保缴纳月数不少于6个月（社保缴纳月数：5个月，《人才计划》第9条）",
            "  → 社保缴纳月数由5个月变为6个月（还差1个月），即符合条件",
        ]),
        ("en", [
            "Grant  not entitled",
            "  ✗ Months insured is at least 6 months (Months insured: 5 months; Talent plan, 9)",
            "  → Months insured from 5 months to 6 months (1 month more): then entitled",
        ]),
    ],
)  # fmt: skip
def test_a_no_and_its_way(language: Language, lines: list[str]) -> None:
    teller, decision = told(language, person={"months_insured": 5, "suitable": True})
    facts: Mapping[str, Known] = decision.facts
    ways = ways_to_yes(decision.rule, RULES, prepared(RULES)(facts)[0], facts)
    assert [teller.heading(decision), *teller.short(decision, ways)] == lines
    assert lines[2] in list(teller.lines(decision, ways))


AMOUNTS = "programme: p\ntitle: {{zh: 项, en: P}}\nconditions: []\namount: {}"


@pytest.mark.parametrize(
    ("amount", "zh", "en"),
    [
        ("YUAN(5)", "5元", "5 yuan"),
        ("LEAST(person.salary, YUAN(50))", "最高50元", "up to 50 yuan"),
        ("GREATEST(LEAST(person.salary, YUAN(50)), YUAN(20))", "20元至50元", "20 yuan to 50 yuan"),
        ("GREATEST(person.salary, YUAN(20))", "至少20元", "at least 20 yuan"),
        ("person.salary", "", ""),
    ],
)
def test_what_can_be_said_of_an_amount(amount: str, zh: str, en: str) -> None:
    rules = rules_of(AMOUNTS.format(amount))
    for language, words in zip(LANGUAGES, (zh, en), strict=True):
        teller, decision = told(language, rules)
        assert teller.money(decision) == teller.given(decision) == words


@pytest.mark.parametrize("mark", ["status: sample", ""])
def test_a_sample_and_a_result(mark: str) -> None:
    rules = rules_of(
        f"programme: title\ntitle: {{zh: 称号, en: Title}}\n{mark}\nconditions: []\nresult: person.level"
    )
    for language, words in (("zh", "称号  符合  领军人才"), ("en", "Title  entitled  leading")):
        teller, decision = told(language, rules, person={"level": "leading"})  # type: ignore[arg-type]
        sample = {"zh": "  〔示例〕", "en": "  [sample]"}[language] if mark else ""
        assert teller.heading(decision) == words + sample
        assert teller.given(decision) == words.rsplit("  ", 1)[1]


def test_a_figure_that_is_a_sample() -> None:
    rules = rules_of(
        AMOUNTS.format("param.cap")
        + "\nparameters: {cap: {value: 5, unit: CNY, status: sample}}\nsource: plan#1\nstatus: rule"
    )
    assert told("zh", rules)[0].heading(told("zh", rules)[1]) == "项  符合  5元  〔部分数值为示例〕"
    assert (
        told("en", rules)[0].heading(told("en", rules)[1])
        == "P  entitled  5 yuan  [some figures are samples]"
    )


def teller_of(language: Language, **origins: Origin) -> Teller:
    return Teller(
        RULES,
        NAMES,
        Subject({}, {f"person.{name}": one for name, one in origins.items()}),
        language,
    )


@pytest.mark.parametrize(
    ("origin", "zh", "en"),
    [
        (Origin("register", "2019-05-01"), "〔登记 2019-05-01〕", " [Register 2019-05-01]"),
        (Origin("register"), "〔登记〕", " [Register]"),
        (Origin("letter", "2019"), "〔letter 2019〕", " [letter 2019]"),
        (Origin(), "", ""),
    ],
)
def test_where_a_value_comes_from(origin: Origin, zh: str, en: str) -> None:
    assert teller_of("zh", level=origin).used("person.level", 3) == f"人才层次：顶尖人才{zh}"
    assert teller_of("en", level=origin).used("person.level", 3) == f"Level: top{en}"
    assert teller_of("en", level=origin).used("person.level", None) == "Level: unknown"


@pytest.mark.parametrize(
    ("source", "zh", "en"),
    [
        ("plan#9", "《人才计划》第9条", "Talent plan, 9"),
        ("plan#scope", "《人才计划》", "Talent plan"),
        ("plan", "《人才计划》", "Talent plan"),
        ("other#1", "《other》第1条", "other, 1"),
    ],
)
def test_how_a_clause_is_cited(source: str, zh: str, en: str) -> None:
    assert (teller_of("zh").clause(source), teller_of("en").clause(source)) == (zh, en)


def test_a_condition_without_a_clause() -> None:
    rules = rules_of("programme: p\nconditions: [{id: a, when: person.full_time}]\namount: YUAN(1)")
    for language, words in (
        ("zh", "  ✓ 全职（全职：是）"),
        ("en", "  ✓ Full-time (Full-time: yes)"),
    ):
        teller, decision = told(language, rules, person={"full_time": True})  # type: ignore[arg-type]
        assert list(teller.lines(decision, [])) == [words]


DAY = civil(date(2019, 3, 1))


@pytest.mark.parametrize(
    ("fact", "present", "needed", "zh", "en"),
    [
        ("months_insured", 5, 6, "由5个月变为6个月（还差1个月）", "from 5 months to 6 months (1 month more)"),
        ("months_insured", 9, 6, "由9个月变为6个月（超出3个月）", "from 9 months to 6 months (3 months less)"),
        ("salary", 10_000_00, 10_000_01, "由1万元变为10,000.01元（还差0.01元）", "from 10,000 yuan to 10,000.01 yuan (0.01 yuan more)"),
        ("stake", 100_000, 125_000, "由10%变为12.5%（还差2.5%）", "from 10% to 12.5% (2.5% more)"),
        ("introduced_on", civil(date(2019, 2, 28)), DAY, "由2019年2月28日变为2019年3月1日（还差1天）", "from 2019-02-28 to 2019-03-01 (1 day more)"),
        ("introduced_on", civil(date(2020, 3, 1)), DAY, "由2020年3月1日变为2019年3月1日（超出366天）", "from 2020-03-01 to 2019-03-01 (366 days less)"),
        ("level", 1, 3, "由高级人才变为顶尖人才", "from senior to top"),
        ("full_time", False, True, "由否变为是", "from no to yes"),
        ("salary", None, 100, "由未知变为1元", "from unknown to 1 yuan"),
    ],
)  # fmt: skip
def test_a_change_says_how_much_is_missing(
    fact: str, present: Known, needed: int, zh: str, en: str
) -> None:
    labels = RULES.facts[f"person.{fact}"].label
    assert teller_of("zh").change(f"person.{fact}", present, needed) == labels["zh"] + zh
    assert teller_of("en").change(f"person.{fact}", present, needed) == f"{labels['en']} {en}"


def test_several_changes_together() -> None:
    changes = (Change("person.full_time", present=False, needed=True), Change("person.level", 1, 3))
    whole, part = Way("", changes, whole=True), Way("a", changes[:1], whole=False)
    assert (
        teller_of("zh").way(whole)
        == "全职由否变为是，并且人才层次由高级人才变为顶尖人才，即符合条件"
    )
    assert (
        teller_of("en").way(whole)
        == "Full-time from no to yes, and Level from senior to top: then entitled"
    )
    assert teller_of("zh").way(part) == "全职由否变为是，可满足其中一项"
    assert teller_of("en").way(part) == "Full-time from no to yes: meets one of the conditions"
