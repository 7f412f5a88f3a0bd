"""A city with a call for projects: projects of persons who apply, experts, and a panel that is brought to a state."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from yingcai.cases.actions.files import attach
from yingcai.cases.actions.opening import save_answers, start_case, submit
from yingcai.cases.actions.panels.assigning import assign_sheets
from yingcai.cases.actions.panels.calling import Announced, announce_call, open_panel
from yingcai.cases.actions.panels.inviting import answer_invitation, invite_experts
from yingcai.cases.actions.panels.opening import open_scores
from yingcai.cases.actions.panels.scoring import keep_sheet
from yingcai.cases.models import Call, Case, Panel, PanelExpert, ScoreSheet
from yingcai.cases.tests.case_city import FILES, NOW, PDF, later
from yingcai.cases.tests.make import publish_city
from yingcai.engine.packs.new import TEMPLATE
from yingcai.identity.models import Unit, User
from yingcai.identity.tests.make import make_user
from yingcai.registry.actions.mandates import give_mandate
from yingcai.registry.models import Mandate, Subject
from yingcai.registry.tests.make import employ, make_firm, make_person, make_talent

FIELD = """  - id: person.field
    label: {zh: 产业领域, en: Field}
    type: enum
    values: [{id: auto, zh: 汽车, en: Cars}, {id: health, zh: 医药健康, en: Health}]
    source: education
    class: internal
    retention: 10
"""
REGISTRY = """kinds: [{id: firm, zh: 企业, en: Firm}]
relations:
  - {id: employed-by, zh: 任职单位, en: Employer, back: {zh: 在职人员, en: Staff}, from: person, to: organisation}
  - {id: holds-shares, zh: 持股单位, en: Holds shares in, back: {zh: 持股人, en: Shareholders}, from: person,
     to: organisation, share: percent}
precedence: [education, case-office]
registers: [{source: education, fresh_days: 365}]
purposes:
  - id: casework
    zh: 事项办理
    en: Casework
    basis: duty
    law: {zh: 第十三条, en: Article 13}
    classes: [public, personal]
    roles: [office]
    version: 1
    notice: {zh: 用于办理事项。, en: For the handling of cases.}
grounds:
  - {id: kept, zh: 保存期限未满, en: The term is not over, law: {zh: 第四十七条, en: Article 47}, of: [erase], answer: refuse}
"""
CALLED = """programme: elite
title: {zh: 创业英才, en: Start-up talents}
kind: project
subject: person
lead: talent
source: plan-2026#1
status: rule
in_force: {from: 2018-01-01}
conditions:
  - id: insured
    when: person.insured_months >= 6 AND person.field IN ('auto', 'health')
    source: plan-2026#1
    text: {zh: 参加社会保险满6个月，领域符合通知。, en: Insured for 6 months in a field of the call.}
    evidence:
      - {id: plan, zh: 匿名商业计划书, en: Business plan without names, need: deferrable}
      - {id: diploma, zh: 学位证书, en: Diploma, need: deferrable}
amount: YUAN(100000)
workflow: elite-call
"""
WORKFLOW = """workflow: elite-call
title: {zh: 申报评审, en: Call}
status: sample
days: 40
stopped_by: [{role: office, unit: talent}]
stages:
  - {id: intake, words: {zh: 系统核验, en: Check by the rules}, kind: 受理, automatic: true, next: [panel], refused_to: declined}
  - {id: panel, words: {zh: 专家评审, en: Panel}, kind: 评审, who: [{role: expert, count: 5}], score: review, needs: majority,
     refusal: at-once, votes: again, clock: 20, withdraw: true, next: [decide], refused_to: declined}
  - {id: decide, words: {zh: 审定, en: Decision}, kind: 决定, who: [{role: head, unit: lead}], clock: 5, apart_from: [panel],
     next: [done], refused_to: declined, return_to: [panel]}
  - {id: done, words: {zh: 办结, en: Done}, kind: 办结}
  - {id: declined, words: {zh: 未入选, en: Not chosen}, kind: 办结}
  - {id: withdrawn, words: {zh: 撤回, en: Withdrawn}, kind: 撤回}
  - {id: stopped, words: {zh: 终止办理, en: Terminated}, kind: 终止}
"""
SCORE = """score: review
title: {zh: 项目评审表, en: Review}
use: review
status: sample
total: 100
pass: 60
items:
  - {id: novelty, words: {zh: 创新性, en: Novelty}, kind: linear, points: 60, formula: {zh: 最多60分, en: At most 60}}
  - {id: team, words: {zh: 团队, en: Team}, kind: linear, points: 40, formula: {zh: 最多40分, en: At most 40}}
  - {id: chain, words: {zh: 补链, en: Local chain}, kind: bonus, points: 5, formula: {zh: 加5分, en: Five on top}}
  - {id: false-claim, words: {zh: 来源不实, en: False claim}, kind: veto, formula: {zh: 一票否决, en: A veto}}
panel:
  blind: hide
  quorum: 3
  method: trimmed-mean
  calibrate: z
  spread: 25
  ties: [novelty, draw]
  limit: 20
  field: person.field
  slot: 15
  shows: [plan, lease]
  conflicts:
    - {kind: employer, relations: [employed-by], years: 3, shared: true}
    - {kind: shares, relations: [holds-shares]}
"""


def files(experts_each: int = 5) -> dict[str, str]:
    """The files of the city; ``experts_each``: sheets of a project."""
    workflow = WORKFLOW.replace("count: 5", f"count: {experts_each}")
    score = SCORE.replace("quorum: 3", f"quorum: {experts_each // 2 + 1}")
    return {
        **FILES,
        "facts.yaml": (TEMPLATE / "facts.yaml").read_text("utf-8") + FIELD,
        "registry.yaml": REGISTRY,
        "programmes/elite.yaml": CALLED,
        "workflows/elite-call.yaml": workflow,
        "scores/review.yaml": score,
    }


@dataclass
class PanelCity:
    """Whoever has a part in a call. ``experts``: logins; each has a person in the register."""

    office: User
    office2: User
    auditor: User
    head: User
    experts: list[User]
    persons: list[Subject]  # of the experts
    applicants: list[User] = field(default_factory=list)
    subjects: list[Subject] = field(default_factory=list)

    def apply(self, many: int) -> list[Case]:
        """So many applications of June the 11th, each with a plan without names and a diploma."""
        return [self._one(number) for number in range(many)]

    def _one(self, number: int) -> Case:
        subject = make_person(f"申报人{number}", county=Unit.objects.get(code="east"))
        actor = make_talent(subject, f"applicant{number}")
        self.subjects.append(subject)
        self.applicants.append(actor)
        case = start_case("elite", subject, "self", actor=actor, now=NOW)
        attach(case, "plan", "计划书.pdf", PDF, actor=actor, now=NOW)
        attach(case, "diploma", "证.pdf", PDF, actor=actor, now=NOW)
        field = "auto" if number % 2 else "health"
        said = {"person.insured_months": "24", "person.field": field}
        case = save_answers(case, said, version=case.version, actor=actor, now=NOW)
        return submit(case, version=case.version, actor=actor, now=NOW)

    def call(self, places: int | None = 10) -> Call:
        wanted = Announced(
            "elite", "2018年创业英才申报", date(2018, 6, 1), date(2018, 6, 15), places
        )
        return announce_call(wanted, actor=self.office, now=NOW)

    def panel(self, call: Call) -> Panel:
        """A panel of the 18th of June whose scores may be opened by one person from the 30th on."""
        return open_panel(call, opens_on=date(2018, 6, 30), actor=self.office, now=later(7))

    def invited(self, panel: Panel, experts: Sequence[User] | None = None) -> Panel:
        """All experts invited; all accept, each with a field and up to twenty sheets."""
        chosen = self.experts if experts is None else experts
        seats = invite_experts(
            panel, chosen, version=fresh(panel).version, actor=self.office, now=later(7)
        )
        for number, seat in enumerate(seats):
            fields = ["auto"] if number % 2 else ["health"]
            answer_invitation(
                seat, accept=True, fields=fields, limit=20, actor=seat.user, now=later(8)
            )
        return fresh(panel)

    def assigned(self, panel: Panel) -> Panel:
        assign_sheets(panel, version=fresh(panel).version, actor=self.office, now=later(9))
        return fresh(panel)

    def opened(self, panel: Panel) -> Panel:
        open_scores(panel, version=fresh(panel).version, actor=self.office, now=later(12))
        open_scores(panel, version=fresh(panel).version, actor=self.office2, now=later(12))
        return fresh(panel)


def fresh(panel: Panel) -> Panel:
    return Panel.objects.select_related("call").get(pk=panel.pk)


def build_panel_city(folder: Path, *, experts: int = 9, experts_each: int = 5) -> PanelCity:
    publish_city(folder, more=files(experts_each))
    talent = Unit.objects.get(code="talent")
    persons = [make_person(f"专家{number}") for number in range(experts)]
    logins = [
        make_user(f"expert{number}", role="expert", display_name=f"专家{number}")
        for number in range(experts)
    ]
    for login, person in zip(logins, persons, strict=True):
        stand_for(login, person)
    return PanelCity(
        office=make_user("office", role="office", unit=talent),
        office2=make_user("office2", role="office", unit=talent),
        auditor=make_user("auditor", role="auditor"),
        head=make_user("head", role="head", unit=talent),
        experts=logins,
        persons=persons,
    )


def stand_for(login: User, person: Subject) -> None:
    give_mandate(login, person, Mandate.Kind.SELF, actor=None, now=NOW)


def colleagues(one: Subject, other: Subject) -> None:
    """Two persons who worked at one firm, the first until last year."""
    firm = make_firm("同事机电")
    employ(one, firm, date(2015, 1, 1), date(2017, 5, 1))
    employ(other, firm, date(2016, 1, 1))


def score_all(panel: Panel, *, seed: int = 5, but: int = 0) -> None:
    """Every open sheet is handed in, save the last so many; points by a seed."""
    chance = random.Random(seed)  # noqa: S311 (a test's)
    sheets = list(ScoreSheet.objects.filter(case__panel=panel, state="assigned").order_by("pk"))
    for sheet in sheets[: len(sheets) - but]:
        hand_in(sheet, {"novelty": chance.randint(25, 60), "team": chance.randint(15, 40)})


def hand_in(sheet: ScoreSheet, points: Mapping[str, int]) -> ScoreSheet:
    given = {"novelty": "40", "team": "30", "chain": "0", "false-claim": "0"}
    given.update({name: str(value) for name, value in points.items()})
    reasons = {"novelty": "技术先进", "team": "经历相符", "chain": "补链", "false-claim": "不实"}
    row = ScoreSheet.objects.select_related("expert__user", "case__panel__call", "case__case").get(
        pk=sheet.pk
    )
    return keep_sheet(
        row, given, reasons, hand_in=True, version=row.version, actor=row.expert.user, now=later(10)
    )


def seat_of(panel: Panel, user: User) -> PanelExpert:
    return PanelExpert.objects.select_related("panel__call", "user").get(panel=panel, user=user)
