"""A small pack with three programmes of an invented city, and people as files."""

import json
from pathlib import Path
from typing import Any

from yingcai.engine.packs.new import new_pack

RENT = """programme: rent
title: {zh: 租房补贴, en: Rent allowance}
kind: benefit
subject: person
lead: labour
source: plan-2026#1
status: rule
in_force: {from: 2026-01-01}
parameters:
  months: {value: 6, unit: month, source: plan-2026#1}
  cap: {unit: CNY, by: case.applied_on, values: [{from: 2026-01-01, value: 12000, source: plan-2026#1},
    {from: 2027-01-01, value: 9000, source: plan-2026#1}]}
conditions:
  - {id: insured, when: person.insured_months >= param.months, source: plan-2026#1}
  - {id: degree, when: "person.degree >= 'master'", source: plan-2026#1, text: {zh: 学历在硕士以上。, en: A master's degree or more.}}
steps:
  - {id: base, value: "CASE WHEN person.degree = 'doctor' THEN YUAN(20000) ELSE YUAN(8000) END", label: {zh: 标准额, en: Base}}
amount: LEAST(step.base, param.cap)
stacking:
  excludes: [settling-in]
feeds: [{measure: 1, text: 引进急需人才500名}]
"""
EXPERT = """programme: expert
title: {zh: 专家 <认定>, en: Expert <title>}
kind: recognition
subject: person
lead: talent
source: plan-2026#1
status: sample
in_force: {from: 2026-01-01}
conditions:
  - {id: fit, when: case.fit, source: plan-2026#1}
  - {id: insured, when: person.insured_months >= 1, source: plan-2026#1}
tables:
  grades: {columns: [person.degree, -> grade person.grade], rows: [[doctor, first]], otherwise: [second], source: plan-2026#1}
result: LOOKUP('grades')
"""
FACTS = """  - id: case.fit
    label: {zh: 评议合适, en: Found fit}
    type: boolean
    source: jury
    class: internal
    retention: 10
    question: {zh: 专家组认为合适吗？, en: Does the jury find the person fit?}
  - id: person.grade
    label: {zh: 等级, en: Grade}
    type: enum
    values: [{id: first, zh: 一级, en: First}, {id: second, zh: 二级, en: Second}]
    source: jury
    class: internal
    retention: 10
"""
LEDGER = """source_sha256: "00"
measures:
  - number: 1
    items:
      - {kind: target, text: 引进急需人才500名以上, subject: 急需人才, value: 500, unit: 名}
"""


def rules_pack(folder: Path) -> Path:
    """A valid pack; returns its folder."""
    new_pack(folder, city="lanchuan", name="澜川市", name_en="Lanchuan")
    (folder / "programmes/rent.yaml").write_text(RENT, "utf-8")
    (folder / "programmes/expert.yaml").write_text(EXPERT, "utf-8")
    (folder / "plan/ledger.yaml").write_text(LEDGER, "utf-8")
    facts = (folder / "facts.yaml").read_text("utf-8")
    jury = "sources:\n  - {id: jury, zh: 专家组, en: Jury, kind: committee}\n"
    (folder / "facts.yaml").write_text(facts.replace("sources:\n", jury, 1) + FACTS, "utf-8")
    pack = (folder / "pack.yaml").read_text("utf-8")
    (folder / "pack.yaml").write_text(
        pack.replace(".txt}", ".txt, ledger: plan/ledger.yaml}"), "utf-8"
    )
    return folder


def person(folder: Path, **groups: Any) -> Path:
    """A subject as JSON; the application is of 2026-05-06 unless it says so."""
    path = folder / "person.json"
    path.write_text(json.dumps({"case": {"applied_on": "2026-05-06"}, **groups}), "utf-8")
    return path
