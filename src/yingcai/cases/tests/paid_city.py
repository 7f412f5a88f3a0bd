"""The small city with a programme more, that stands on a sensitive value and on a judgement."""

from pathlib import Path

from yingcai.cases.tests import case_city
from yingcai.cases.tests.case_city import City
from yingcai.engine.packs import load

TEMPLATE = Path(load.__file__).parent / "template" / "facts.yaml"
SOURCE = """  - {id: judges, zh: 评审委员会, en: Committee, kind: committee}
facts:
"""
FACTS = """  - id: person.salary
    label: {zh: 年薪, en: Salary}
    type: money
    range: [0, 100000000]
    source: social-insurance
    class: sensitive
    retention: 10
  - id: person.outstanding
    label: {zh: 贡献突出, en: Outstanding contribution}
    type: boolean
    source: judges
    class: internal
    retention: 10
"""
PAY = """programme: pay
title: {zh: 薪酬补助, en: Pay grant}
kind: benefit
subject: person
lead: labour
source: plan-2026#1
status: rule
in_force: {from: 2018-01-01}
parameters:
  share: {value: 10, unit: percent, source: plan-2026#1}
  floor: {value: 50000, unit: CNY, source: plan-2026#1}
conditions:
  - id: paid
    when: person.salary >= param.floor
    source: plan-2026#1
    text: {zh: "年薪{param.floor}以上。", en: "A salary of {param.floor} or more."}
  - id: outstanding
    when: person.outstanding
    source: plan-2026#1
    text: {zh: 贡献突出。, en: An outstanding contribution.}
steps:
  - {id: part, value: "PORTION(person.salary, param.share, 'down')", label: {zh: 按比例计算, en: Share of the salary}}
amount: LEAST(step.part, YUAN(10000))
workflow: examined
"""


def build_paid_city(folder: Path) -> City:
    files = {
        **case_city.FILES,
        "facts.yaml": TEMPLATE.read_text("utf-8").replace("facts:\n", SOURCE, 1) + FACTS,
        "programmes/pay.yaml": PAY,
    }
    return case_city.build_city(folder, files)
