"""The small city whose grant may be settled case by case, with a fact that only such a record gives."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from yingcai.cases.actions.exceptional import Settlement, propose_exceptional, sign_exceptional
from yingcai.cases.actions.moving import run_by_time
from yingcai.cases.models import Case, ExceptionalDecision
from yingcai.cases.tests.after_city import AFTER
from yingcai.cases.tests.case_city import City, build_city, later, step
from yingcai.cases.tests.paid_city import SOURCE, TEMPLATE
from yingcai.identity.models import Unit, User
from yingcai.identity.tests.make import make_user

FACT = """  - id: case.settled_prize
    label: {zh: 一事一议确定的奖金, en: Prize settled case by case}
    type: money
    range: [0, 100000000]
    source: judges
    class: internal
    retention: 10
"""
SIGNED = """  signed_by: [{role: head, unit: lead}, {role: leader, unit: talent}]
  source: plan-2026#1
  status: sample
"""
EXCEPTIONAL = f"exceptional:\n  settles: [amount]\n  limit: 200000\n{SIGNED}"
PRIZE = f"""programme: prize
title: {{zh: 引荐奖金, en: Prize}}
kind: benefit
subject: person
lead: labour
joint: [counties]
source: plan-2026#1
status: rule
in_force: {{from: 2018-01-01}}
conditions:
  - id: settled
    when: case.settled_prize > YUAN(0)
    source: plan-2026#1
    text: {{zh: 已一事一议确定奖金。, en: The prize has been settled.}}
amount: case.settled_prize
workflow: examined
exceptional:
  settles: [amount]
  fact: case.settled_prize
{SIGNED}"""
LEVEL = f"exceptional:\n  settles: [result]\n{SIGNED}"
FILES = {
    **AFTER,
    "facts.yaml": TEMPLATE.read_text("utf-8").replace("facts:\n", SOURCE, 1) + FACT,
    "programmes/grant.yaml": AFTER["programmes/grant.yaml"] + EXCEPTIONAL,
    "programmes/recognition.yaml": AFTER["programmes/recognition.yaml"] + LEVEL,
    "programmes/prize.yaml": PRIZE,
}
WISH = Settlement(
    reason="特别急需，参保时间不足",
    basis="台人领纪要〔2018〕3号",
    basis_on=date(2018, 6, 10),
    amount="120000.50",
    terms=("2019年12月31日前完成样机",),
    files=(("纪要.pdf", b"%PDF-1.7 minutes"),),
)


@dataclass
class Signing:
    """A city with a leader, and a case of three months of insurance that the rules refuse."""

    city: City
    leader: User
    case: Case

    def proposed(
        self, wish: Settlement = WISH, *, now: datetime | None = None
    ) -> ExceptionalDecision:
        case = Case.objects.get(pk=self.case.pk)
        return propose_exceptional(
            case, wish, version=case.version, actor=self.city.officer, now=now or later(9)
        )

    def sign(self, row: ExceptionalDecision, who: User) -> ExceptionalDecision:
        fresh = ExceptionalDecision.objects.get(pk=row.pk)
        return sign_exceptional(fresh, shown=row.digest, actor=who, now=later(9))

    def signed(self, wish: Settlement = WISH) -> ExceptionalDecision:
        row = self.proposed(wish)
        self.sign(row, self.city.head)
        return self.sign(row, self.leader)


def to_decide(city: City, case: Case) -> Case:
    """Up to the stage where the head decides, on 2018-06-20."""
    for who in (city.window, city.officer, city.county):
        case = step(case, who, "agree")
    run_by_time(case, now=later(9))
    return Case.objects.get(pk=case.pk)


def build_signing(folder: Path, programme: str = "grant") -> Signing:
    city = build_city(folder, FILES)
    talent = Unit.objects.get(code="talent")
    leader = make_user("leader", role="leader", unit=talent)
    if programme == "recognition":
        return Signing(city, leader, city.submitted("recognition", ""))
    months = "3" if programme == "grant" else ""
    return Signing(city, leader, to_decide(city, city.submitted(programme, months)))
