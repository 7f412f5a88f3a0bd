"""A pack with which the check has nothing to find, for tests that plant one fault."""

from pathlib import Path

from tests.engine.packs.make import LEDGER, change
from yingcai.engine.packs.check_command import check_pack
from yingcai.engine.packs.new import new_pack
from yingcai.engine.rules.words import Language

VOUCHER = """programme: voucher
title: {zh: 购房券, en: Housing voucher}
summary: {zh: 硕士、博士购房，可领购房券。, en: A voucher for masters and doctors who buy a home.}
kind: benefit
subject: person
lead: labour
joint: [talent]
source: plan-2026#1
status: sample
in_force: {from: 2026-01-01}
parameters:
  cap:
    unit: CNY
    by: case.applied_on
    values:
      - {from: 2026-01-01, value: 60000, source: plan-2026#1}
      - {from: 2027-07-01, value: 50000, source: plan-2026#1}
  most: {value: 90000, unit: CNY, source: plan-2026#1}
  months: {value: 6, unit: month, source: plan-2026#1}
tables:
  base:
    columns: [person.degree, "-> amount CNY"]
    rows:
      - [master, 30000]
      - [doctor, 80000]
    source: plan-2026#1
conditions:
  - id: degree
    when: person.degree >= 'master'
    source: plan-2026#1
    text: {zh: 硕士以上。, en: A master or doctor.}
    evidence:
      - {id: diploma, zh: 学位证书, en: Diploma, need: required}
  - id: insured
    when: person.insured_months >= param.months
    source: plan-2026#1
    text: {zh: "缴费满{param.months}。", en: "Insured for {param.months}."}
    verified_by: labour
steps:
  - {id: base, value: LOOKUP('base'), label: {zh: 标准额, en: Standard}}
  - {id: most, value: param.most, label: {zh: 总额, en: In all}}
amount: LEAST(step.base, param.cap)
versions:
  - id: "2026"
    window: {date: case.applied_on, from: 2026-01-01, to: 2027-06-30}
  - id: "2027"
    window: {date: case.applied_on, from: 2027-07-01}
stacking:
  ceilings:
    - {per: person, amount: step.most, share: by_date, within: ever, source: plan-2026#1}
examples:
  - name: 硕士三万元
    facts: {person: {degree: master, insured_months: 6}, case: {applied_on: 2026-09-01}}
    grants: 30000
  - name: 博士封顶
    facts: {person: {degree: doctor, insured_months: 6}, case: {applied_on: 2027-07-01}}
    grants: 50000
  - name: 学士不享受
    facts: {person: {degree: bachelor, insured_months: 6}, case: {applied_on: 2026-09-01}}
    refused_by: degree
  - name: 缴费五个月
    facts: {person: {degree: master, insured_months: 5}, case: {applied_on: 2026-09-01}}
    refused_by: insured
  - name: 提前申请
    facts: {person: {degree: master, insured_months: 6}, case: {applied_on: 2025-12-31}}
    refused_by: window
"""
FILE = "programmes/voucher.yaml"


def make_clean(folder: Path) -> Path:
    """The pack of a new city, a ledger, and a programme with versions, a table, steps and a ceiling."""
    new_pack(folder, city="lanchuan", name="澜川市", name_en="Lanchuan")
    (folder / FILE).write_text(VOUCHER, "utf-8")
    (folder / "plan/ledger.yaml").write_text(
        LEDGER.replace("  - number: 1\n", "  - number: 1\n    lead: [市人社局]\n"), "utf-8"
    )
    change(folder, "pack.yaml", ".txt}", ".txt, ledger: plan/ledger.yaml}")
    return folder


def found(folder: Path, language: Language = "en") -> list[str]:
    """What the check says of a pack, line by line."""
    return [str(finding.told(language)) for finding in check_pack(folder).findings]


def linted(folder: Path) -> list[str]:
    """What the linter alone says: the fault of a test may make examples fail, too."""
    findings = check_pack(folder).findings
    return [f"{one.rule} {one.told('en')}" for one in findings if one.rule != "example"]
