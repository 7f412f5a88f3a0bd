"""The small city with a programme after whose award something is owed: two yearly checks."""

from datetime import UTC, datetime
from pathlib import Path

from yingcai.cases.actions.moving import run_by_time
from yingcai.cases.models import Award, Case
from yingcai.cases.tests.case_city import (
    EXAMINED,
    FILES,
    GRANT,
    RECOGNITION,
    City,
    build_city,
    later,
    step,
)

OBLIGATIONS = """obligations:
  - id: service
    zh: 在本市工作满两年
    en: Two years of work in the city
    months: 24
    every: 12
    remind: 30
    met_when: person.insured_months >= 12
    source: plan-2026#1
    status: sample
"""
APPEAL = """workflow: appeal
title: {zh: 申诉复查, en: Appeal}
status: sample
days: 30
stages:
  - {id: intake, words: {zh: 受理, en: Acceptance}, kind: 受理, who: [{role: window, unit: lead}], clock: 5, withdraw: true,
     next: [decide], refused_to: not-accepted, return_to: [correction]}
  - {id: correction, words: {zh: 补正材料, en: Correction}, kind: 补正, who: [{role: applicant}], clock: 15, pauses: true,
     silence: {means: refused}, withdraw: true, next: [back], refused_to: withdrawn}
  - {id: decide, words: {zh: 复查决定, en: Decision on the appeal}, kind: 决定, who: [{role: head, unit: lead}], clock: 5,
     apart_from: [intake, appealed], next: [done], refused_to: declined}
  - {id: done, words: {zh: 申诉成立, en: Upheld}, kind: 办结}
  - {id: declined, words: {zh: 维持原决定, en: The decision stands}, kind: 办结}
  - {id: not-accepted, words: {zh: 不予受理, en: Not accepted}, kind: 不予受理}
  - {id: withdrawn, words: {zh: 撤回, en: Withdrawn}, kind: 撤回}
"""
APPEALED = EXAMINED.replace(
    "days: 20\n", "days: 20\nappeal: appeal\nappeal_within: 60\ncomplaint: appeal\n"
)
GROUNDS = """grounds:
  - {id: left-city, zh: 不再在本市工作, en: Left the city, acts: [suspend], source: plan-2026#1, status: sample}
  - {id: service-broken, zh: 没有履行满服务年限, en: Did not serve the term, acts: [recover], share: months,
     source: plan-2026#1, status: sample}
  - {id: false-materials, zh: 提供虚假材料, en: False material, acts: [recover, cancel], share: whole, bar_years: 3,
     source: plan-2026#1, status: sample}
  - {id: explored-and-failed, zh: 探索性失误, en: A failed exploration, acts: [tolerate], source: plan-2026#1, status: sample}
"""
EVALUATED = (
    RECOGNITION
    + """valid: {months: 36, remind: 60, source: plan-2026#1, status: sample}
evaluation:
  score: sheet
  grades: [bachelor, master, doctor]
  bands:
    - {from: 90, means: promote}
    - {from: 70, means: keep}
    - {from: 60, means: demote}
    - {from: 0, means: end}
  source: plan-2026#1
  status: sample
"""
)
SHEET = """score: sheet
title: {zh: 绩效评估, en: Evaluation}
use: assessment
status: sample
total: 100
items:
  - {id: work, words: {zh: 工作, en: Work}, kind: linear, points: 60, formula: {zh: 按进度评分。, en: By progress.}}
  - {id: people, words: {zh: 人才, en: People}, kind: linear, points: 40, formula: {zh: 按人数评分。, en: By people.}}
  - {id: prize, words: {zh: 获奖, en: Prizes}, kind: bonus, points: 5, cap: 10, formula: {zh: 每项5分。, en: 5 points each.}}
  - {id: fraud, words: {zh: 弄虚作假, en: Fraud}, kind: veto, formula: {zh: 总分为零。, en: The sum is zero.}}
"""
AFTER = {
    **FILES,
    "programmes/grant.yaml": GRANT + OBLIGATIONS,
    "workflows/examined.yaml": APPEALED,
    "workflows/appeal.yaml": APPEAL,
    "awards.yaml": GROUNDS,
    "programmes/recognition.yaml": EVALUATED,
    "scores/sheet.yaml": SHEET,
}
YEAR_LATER = datetime(2019, 6, 25, 1, 0, tzinfo=UTC)  # five days after the first check


def build_after_city(folder: Path) -> City:
    return build_city(folder, AFTER)


def declined(city: City) -> Case:
    """A grant that the head refused on 2018-06-20."""
    case = city.submitted(months="3")
    for who in (city.window, city.officer, city.county):
        case = step(case, who, "agree")
    run_by_time(case, now=later(9))
    return step(case, city.head, "refuse", reason="参保不满12个月", now=later(9))


def granted(city: City) -> Award:
    """The award of a grant, made on 2018-06-20."""
    case = city.submitted()
    for who in (city.window, city.officer, city.county):
        case = step(case, who, "agree")
    run_by_time(case, now=later(9))
    step(case, city.head, "agree", now=later(9))
    return Award.objects.select_related("case__subject", "case__lead").get(case=case)
