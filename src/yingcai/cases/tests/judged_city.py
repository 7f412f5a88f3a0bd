"""The small city with a recognition in which experts find whether a level is equal."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from yingcai.cases.actions.files import attach
from yingcai.cases.actions.opening import save_answers, start_case, submit
from yingcai.cases.models import Case, CaseTask
from yingcai.cases.tests.case_city import FILES, NOW, PDF, City, build_city, step
from yingcai.cases.tests.paid_city import SOURCE, TEMPLATE
from yingcai.cases.tests.panel_city import REGISTRY
from yingcai.identity.models import User
from yingcai.identity.tests.make import make_user
from yingcai.registry.actions.mandates import give_mandate
from yingcai.registry.models import Mandate, Subject
from yingcai.registry.tests.make import make_person

FACTS = """  - id: case.route
    label: {zh: 认定途径, en: Route}
    type: enum
    values: [{id: listed, zh: 目录内, en: Listed}, {id: equal, zh: 相当层次, en: Equal}]
    source: education
    class: personal
    retention: 10
    question: {zh: 按哪种途径申请？, en: Which route?}
  - id: case.equal_agreed
    label: {zh: 专家评议认为层次相当, en: Experts find the level equal}
    type: boolean
    source: judges
    class: internal
    retention: 10
"""
PROGRAMME = """programme: level
title: {zh: 层次认定, en: Level}
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
    evidence: [{id: diploma, zh: 学位证书, en: Diploma, need: deferrable}]
  - id: equal
    when: case.route = 'listed' OR case.equal_agreed
    source: plan-2026#1
    text: {zh: 目录以外的，经专家评议认为层次相当。, en: Experts found it equal.}
    evidence: [{id: works, zh: 代表性成果, en: Works, need: deferrable}]
result: person.degree
workflow: level
"""
WORKFLOW = """workflow: level
title: {zh: 层次认定, en: Level}
status: sample
days: 20
stages:
  - {id: intake, words: {zh: 受理, en: Acceptance}, kind: 受理, who: [{role: window, unit: lead}], clock: 5, withdraw: true,
     next: [experts], refused_to: not-accepted}
  - {id: experts, words: {zh: 专家评议, en: Experts}, kind: 评审, who: [{role: expert, count: 3}], says: case.equal_agreed,
     conflicts: [{kind: employer, relations: [employed-by], years: 3, shared: true}], needs: majority,
     refusal: after-all, votes: again, clock: 3, remind: [1], silence: {means: redrawn}, withdraw: true, next: [decide],
     refused_to: decide}
  - {id: decide, words: {zh: 认定, en: Decision}, kind: 认定, who: [{role: head, unit: lead}], clock: 3,
     apart_from: [intake, experts], next: [done], refused_to: declined, return_to: [experts]}
  - {id: done, words: {zh: 办结, en: Done}, kind: 办结}
  - {id: declined, words: {zh: 不予认定, en: Declined}, kind: 办结}
  - {id: not-accepted, words: {zh: 不予受理, en: Not accepted}, kind: 不予受理}
  - {id: withdrawn, words: {zh: 撤回, en: Withdrawn}, kind: 撤回}
"""
FACT = "case.equal_agreed"


@dataclass
class JudgedCity:
    """A city with experts, each a person of the register."""

    city: City
    experts: list[User]
    persons: list[Subject]

    def submitted(self, route: str = "equal") -> Case:
        """An application of the doctor with diploma and works."""
        city = self.city
        case = start_case("level", city.person, "self", actor=city.talent, now=NOW)
        for material in ("diploma", "works"):
            attach(case, material, f"{material}.pdf", PDF, actor=city.talent, now=NOW)
        said = {"case.route": route}
        case = save_answers(case, said, version=case.version, actor=city.talent, now=NOW)
        return submit(case, version=case.version, actor=city.talent, now=NOW)

    def before_experts(self) -> Case:
        return step(self.submitted(), self.city.window, "agree")

    def asked(self, case: Case) -> list[User]:
        """The experts who are asked, in the order of their tasks."""
        rows = CaseTask.objects.filter(case=case, role="expert").order_by("pk")
        by_key = {one.person_key: one for one in self.experts}
        return [by_key[row.person] for row in rows if row.person]


def judging_files(files: Mapping[str, str]) -> dict[str, str]:
    """The files of a city with such a recognition."""
    facts = files.get("facts.yaml") or TEMPLATE.read_text("utf-8")
    return {
        **files,
        "facts.yaml": facts.replace("facts:\n", SOURCE, 1) + FACTS,
        "programmes/level.yaml": PROGRAMME,
        "workflows/level.yaml": WORKFLOW,
    }


def build_judged_city(folder: Path, *, experts: int = 4) -> JudgedCity:
    city = build_city(folder, judging_files({**FILES, "registry.yaml": REGISTRY}))
    persons = [make_person(f"专家{number}") for number in range(experts)]
    logins = [make_user(f"judge{number}", role="expert") for number in range(experts)]
    for person, login in zip(persons, logins, strict=True):
        give_mandate(login, person, Mandate.Kind.SELF, actor=None, now=NOW)
    return JudgedCity(city, logins, persons)
