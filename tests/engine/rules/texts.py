"""Rule sets from text, for tests: a small vocabulary and programmes as a policy officer writes them."""

from collections.abc import Mapping
from typing import Any

import yaml

from yingcai.engine.rules.compile import compile_rules
from yingcai.engine.rules.model import RuleSet
from yingcai.engine.rules.source_form import RuleProblem, RuleSource, SourceFile
from yingcai.engine.rules.subject import read_subject
from yingcai.engine.rules.types import Known

FACTS = """
sources:
  - {id: register, zh: 登记, en: Register, kind: register}
  - {id: committee, zh: 评审委员会, en: Committee, kind: committee}
facts:
  - id: person.level
    label: {zh: 人才层次, en: Level}
    type: enum
    ordered: true
    values:
      - {id: none, zh: 未认定, en: none}
      - {id: senior, zh: 高级人才, en: senior}
      - {id: leading, zh: 领军人才, en: leading}
      - {id: top, zh: 顶尖人才, en: top}
    source: register
  - id: person.trade
    label: {zh: 行业, en: Trade}
    type: enum
    values: [{id: car, zh: 汽车, en: cars}, {id: drug, zh: 医药, en: drugs}, {id: other, zh: 其他, en: other}]
    source: register
  - {id: person.full_time, label: {zh: 全职, en: Full-time}, type: boolean, source: register}
  - {id: person.months_insured, label: {zh: 社保缴纳月数, en: Months insured}, type: integer, unit: month, range: [0, 600], moves: up, source: register}
  - {id: person.age, label: {zh: 年龄, en: Age}, type: integer, unit: year, range: [0, 120], moves: never, source: register}
  - {id: person.salary, label: {zh: 年薪, en: Salary}, type: money, range: [0, 100000000], source: register}
  - {id: person.home_price, label: {zh: 房价, en: Price of the home}, type: money, source: register}
  - {id: person.stake, label: {zh: 持股比例, en: Stake}, type: ratio, source: register}
  - {id: person.introduced_on, label: {zh: 引进日期, en: Day of introduction}, type: date, source: register}
  - {id: person.suitable, label: {zh: 经评议合适, en: Found suitable}, type: boolean, source: committee}
  - {id: case.applied_on, label: {zh: 申请日期, en: Day of application}, type: date, source: register, always: true, range: [2000-01-01, 2040-12-31]}
"""


def source(*programmes: str, facts: str = FACTS, **more: Any) -> RuleSource:
    """The files of a pack: programmes are named by their place."""
    files = [
        SourceFile(f"p{place}.yaml", {"title": {"zh": "项目", "en": "Programme"}, "subject": "person",
                                      **_loaded(text)})
        for place, text in enumerate(programmes)
    ]  # fmt: skip
    return RuleSource(SourceFile("facts.yaml", _loaded(facts)), files, **more)


def _loaded(text: str) -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = yaml.safe_load(text)
    return loaded


def rules_of(*programmes: str, facts: str = FACTS, **more: Any) -> RuleSet:
    """The compiled programmes; a problem fails the test."""
    rules, problems = compile_rules(source(*programmes, facts=facts, **more))
    assert problems == []
    assert rules is not None
    return rules


def problems_of(*programmes: str, facts: str = FACTS, **more: Any) -> list[RuleProblem]:
    """What is wrong; a pack without a problem fails the test."""
    rules, problems = compile_rules(source(*programmes, facts=facts, **more))
    assert rules is None
    return problems


def wrong(*programmes: str, facts: str = FACTS, **more: Any) -> list[str]:
    """The problems as `KEY: text`, keys joined by dots."""
    return [
        f"{'.'.join(map(str, one.key))}: {one.text}"
        for one in problems_of(*programmes, facts=facts, **more)
    ]


def facts_of(rules: RuleSet, **groups: Mapping[str, object]) -> dict[str, Known]:
    """The inside values of a subject; the application is of 2019-05-06 unless it says so."""
    document = {**groups, "case": {"applied_on": "2019-05-06", **groups.get("case", {})}}
    subject, problems = read_subject(document, rules)
    assert problems == []
    assert subject is not None
    return dict(subject.values)
