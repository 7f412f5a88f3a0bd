"""A small city in which cases run: two programmes more, one that people examine and one that the rules decide."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from yingcai.cases.actions.files import attach
from yingcai.cases.actions.moving import Step, move
from yingcai.cases.actions.opening import save_answers, start_case, submit
from yingcai.cases.models import Case
from yingcai.cases.tests.make import publish_city
from yingcai.identity.models import Unit, User
from yingcai.identity.tests.make import make_user
from yingcai.registry.models import Subject
from yingcai.registry.tests.make import (
    employ,
    make_fact,
    make_firm,
    make_officer,
    make_person,
    make_talent,
)

PDF = b"%PDF-1.7 diploma"
NOW = datetime(2018, 6, 11, 1, 0, tzinfo=UTC)  # a Monday
GRANT = """programme: grant
title: {zh: 安家补助, en: Settling grant}
kind: benefit
subject: person
lead: labour
joint: [counties]
source: plan-2026#1
status: rule
in_force: {from: 2018-01-01}
conditions:
  - id: degree
    when: person.degree >= 'doctor'
    source: plan-2026#1
    text: {zh: 具有博士学位。, en: Has a doctorate.}
    evidence: [{id: diploma, zh: 学位证书, en: Diploma, need: required}]
    verified_by: labour
  - id: insured
    when: person.insured_months >= 12
    source: plan-2026#1
    text: {zh: 参加社会保险满12个月。, en: Insured for 12 months.}
    verified_by: labour
amount: YUAN(50000)
workflow: examined
"""
BONUS = """programme: bonus
title: {zh: 参保奖励, en: Bonus for insurance}
kind: benefit
subject: person
lead: labour
source: plan-2026#1
status: rule
in_force: {from: 2018-01-01}
conditions:
  - id: insured
    when: person.insured_months >= 6
    source: plan-2026#1
    text: {zh: 参加社会保险满6个月。, en: Insured for 6 months.}
amount: YUAN(2000)
stacking: {excludes: [grant]}
workflow: automatic
"""
RECOGNITION = """programme: recognition
title: {zh: 人才认定, en: Recognition}
kind: recognition
subject: person
lead: labour
source: plan-2026#1
status: rule
in_force: {from: 2018-01-01}
conditions:
  - id: degree
    when: person.degree >= 'master'
    source: plan-2026#1
    text: {zh: 具有硕士以上学位。, en: Has a master's degree or more.}
result: person.degree
workflow: automatic
"""
EXAMINED = """workflow: examined
title: {zh: 补助审核, en: Examined claim}
status: sample
days: 20
stopped_by: [{role: office, unit: talent}]
pause_reasons:
  - {id: site-visit, zh: 现场核查, en: visit on the spot}
stages:
  - {id: intake, words: {zh: 受理, en: Acceptance}, kind: 受理, who: [{role: window, unit: lead}], clock: 5, withdraw: true,
     remind: [1], next: [review], refused_to: not-accepted, return_to: [correction]}
  - {id: correction, words: {zh: 补正材料, en: Correction}, kind: 补正, who: [{role: applicant}], clock: 15, pauses: true,
     silence: {means: refused}, withdraw: true, next: [back], refused_to: withdrawn}
  - {id: review, words: {zh: 部门联审, en: Joint review}, kind: 联审, clock: 5, withdraw: true, remind: [1],
     who: [{role: officer, unit: lead}, {role: officer, unit: joint}], needs: all, refusal: after-all, votes: kept,
     escalate: [{after: 1, role: head, unit: lead}], next: [publicity], refused_to: declined, return_to: [correction]}
  - {id: publicity, words: {zh: 公示, en: Publicity}, kind: 公示, who: [{role: officer, unit: lead}], clock: 5, pauses: true,
     next: [decide], refused_to: declined}
  - {id: decide, words: {zh: 审批, en: Decision}, kind: 决定, who: [{role: head, unit: lead}], clock: 3,
     apart_from: [intake, review], next: [done], refused_to: declined, return_to: [review]}
  - {id: done, words: {zh: 办结, en: Done}, kind: 办结}
  - {id: declined, words: {zh: 不予补助, en: Declined}, kind: 办结}
  - {id: not-accepted, words: {zh: 不予受理, en: Not accepted}, kind: 不予受理}
  - {id: withdrawn, words: {zh: 申请人撤回, en: Withdrawn}, kind: 撤回}
  - {id: stopped, words: {zh: 终止办理, en: Terminated}, kind: 终止}
"""
AUTOMATIC = """workflow: automatic
title: {zh: 即申即享, en: Decided by the rules}
status: sample
days: 10
stages:
  - {id: check, words: {zh: 系统核验, en: Check by the rules}, kind: 受理, automatic: true, next: [approve], refused_to: declined,
     return_to: [correction]}
  - {id: correction, words: {zh: 补正材料, en: Correction}, kind: 补正, who: [{role: applicant}], clock: 15, pauses: true,
     silence: {means: refused}, withdraw: true, next: [back], refused_to: withdrawn}
  - {id: approve, words: {zh: 审批, en: Approval}, kind: 决定, who: [{role: officer, unit: lead}], clock: 2, withdraw: true,
     next: [done], refused_to: declined, return_to: [correction]}
  - {id: done, words: {zh: 办结, en: Done}, kind: 办结}
  - {id: declined, words: {zh: 不予补助, en: Declined}, kind: 办结}
  - {id: withdrawn, words: {zh: 撤回, en: Withdrawn}, kind: 撤回}
"""
CALENDAR = """years:
  - year: 2018
    source: plan-2026#1
    holidays: [{zh: 端午节, en: Dragon Boat Festival, from: 2018-06-16, to: 2018-06-18}]
    worked: []
"""
FILES = {
    "calendar.yaml": CALENDAR,
    "programmes/grant.yaml": GRANT,
    "programmes/bonus.yaml": BONUS,
    "programmes/recognition.yaml": RECOGNITION,
    "workflows/examined.yaml": EXAMINED,
    "workflows/automatic.yaml": AUTOMATIC,
}


@dataclass
class City:
    """A published city, a doctor who is known to be one and employed, and who works on cases."""

    person: Subject
    firm: Subject
    talent: User
    hr: User
    window: User
    officer: User
    county: User
    head: User

    def draft(self, programme: str = "grant", **answers: str) -> Case:
        """An application of the doctor, with its material, and with answers by fact (``person__degree="doctor"``)."""
        case = start_case(programme, self.person, "self", actor=self.talent, now=NOW)
        if programme == "grant":
            attach(case, "diploma", "证.pdf", PDF, actor=self.talent, now=NOW)
        said = {name.replace("__", "."): value for name, value in answers.items()}
        return save_answers(case, said, version=case.version, actor=self.talent, now=NOW)

    def submitted(self, programme: str = "grant", months: str = "24") -> Case:
        case = self.draft(programme, **{"person__insured_months": months} if months else {})
        return submit(case, version=case.version, actor=self.talent, now=NOW)


def build_city(folder: Path, files: Mapping[str, str] = FILES) -> City:
    publish_city(folder, more=files)
    labour, east = (Unit.objects.get(code=code) for code in ("labour", "east"))
    person, firm = make_person("林之川", county=east), make_firm("云帆机电", county=east)
    make_fact(person, "person.degree", "doctor", "education")
    employ(person, firm, date(2017, 1, 1))
    return City(
        person=person,
        firm=firm,
        talent=make_talent(person, "talent"),
        hr=make_officer(firm, "hr"),
        window=make_user("window", role="window", unit=labour),
        officer=make_user("officer", role="officer", unit=labour),
        county=make_user("county", role="county", unit=east),
        head=make_user("head", role="head", unit=labour),
    )


def later(days: int) -> datetime:
    return NOW + timedelta(days=days)


def step(case: Case, who: User, name: str, *, now: datetime = NOW, **words: object) -> Case:
    """Make a move in a case as it stands."""
    row = Case.objects.get(pk=case.pk)
    return move(row, Step(name, **words), version=row.version, actor=who, now=now)  # type: ignore[arg-type]
