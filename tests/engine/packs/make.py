"""A whole pack of an invented city, and ways to spoil it."""

from pathlib import Path

from yingcai.engine.packs.load import Pack, load_pack
from yingcai.engine.packs.new import new_pack

LEDGER = """source_sha256: "00"
measures:
  - number: 1
    items:
      - {kind: target, text: 引进急需人才500名以上, subject: 急需人才, value: 500, unit: 名}
"""
FACTS = """  - id: person.level
    label: {zh: 人才层次, en: Level}
    type: enum
    values: [{id: senior, zh: 高级, en: Senior}, {id: top, zh: 顶尖, en: Top}]
    ordered: true
    source: case-office
    class: internal
    retention: 10
  - id: case.honour
    label: {zh: 荣誉, en: Honour}
    type: enum
    values_from: honours
    source: education
    class: personal
    retention: 10
  - id: case.honour_on
    label: {zh: 获得日期, en: Day of the honour}
    type: date
    range: [1990-01-01, 2030-12-31]
    source: education
    class: personal
    retention: 10
  - id: person.county
    label: {zh: 所在县, en: County}
    type: enum
    values_from: divisions
    source: social-insurance
    class: personal
    retention: 10
  - {id: firm.patents, label: {zh: 专利数, en: Patents}, type: integer, unit: item, source: education,
     class: public, retention: 5}
"""
INDEX = """title: {zh: 人才分类目录, en: Catalogue}
level: person.level
honour: case.honour
date: case.honour_on
"""
EDITION = """edition: "2026"
in_force: {from: 2026-01-01, to: 2026-12-31}
source: plan-2026#1
status: sample
complete: false
items:
  - {id: city-prize, level: senior, no: "1", zh: 市奖, en: City prize}
  - {id: world_prize, level: top, zh: 世界奖}
  - {id: equal, level: top, zh: 相当层次, equivalent: true}
"""
REGISTRY = """kinds: [{id: firm, zh: 企业, en: Firm}]
relations:
  - {id: employed-by, zh: 任职单位, en: Employer, back: {zh: 在职人员, en: Staff}, from: person, to: organisation}
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
  - id: kept
    zh: 保存期限未满
    en: The term is not over
    law: {zh: 第四十七条, en: Article 47}
    of: [erase]
    answer: refuse
    restricts: true
"""
LATER = """edition: "2027"
in_force: {from: 2027-01-01}
source: plan-2026#1
status: sample
complete: true
items:
  - {id: city-prize, level: top, zh: 市奖}
"""
RENT = """programme: rent
title: {zh: 租房补贴, en: Rent allowance}
kind: benefit
subject: person
lead: labour
source: plan-2026#1
status: sample
in_force: {from: 2026-01-01}
parameters:
  cap: {unit: CNY, by: case.applied_on, values: [{from: 2026-01-01, value: 12000.50, source: plan-2026#1},
    {from: 2027-01-01, value: 9000, source: plan-2026#0}]}
tables:
  base: {file: base.csv, otherwise: [0], source: plan-2026#1}
versions:
  - id: "2026"
    window: {date: case.applied_on, from: 2026-01-01, to: "2026-12-31"}
    conditions:
      - {id: degree, when: COVERED('base'), source: plan-2026#1}
    steps:
      - {id: base, value: LOOKUP('base'), label: {zh: 标准额, en: Base}}
    amount: LEAST(step.base, param.cap)
  - id: "2027"
    window: {date: case.applied_on, from: 2027-01-01}
    tables:
      flat:
        columns: [person.insured_months, "-> amount CNY", status]
        rows: [["0..11", 0, rule], [">= 12", 500.5, sample]]
        source: plan-2026#1
    conditions:
      - {id: always, when: true, source: plan-2026#1}
    amount: LOOKUP('flat')
stacking:
  excludes: [settling-in]
  ceilings: [{per: person, amount: YUAN(20000), share: by_date, within: year, group: [rent], source: plan-2026#1}]
workflow: claim
feeds: [{measure: 1, text: 引进急需人才 500名}]
examples:
  - {name: 博士, facts: {person: {degree: doctor}, case: {applied_on: 2026-05-06}}, grants: 12000.5}
"""
BASE = """person.degree,-> amount CNY,source,status
doctor,20000,plan-2026#1,rule

master,10000,,sample
"""
CLAIM = """workflow: claim
title: {zh: 补助申领, en: Claim}
status: sample
days: 20
stages:
  - {id: intake, words: {zh: 受理, en: Intake}, kind: 受理, who: [{role: window, unit: lead}], clock: 1,
     next: [review], refused_to: refused, return_to: [repair]}
  - {id: repair, words: {zh: 补正, en: Repair}, kind: 补正, who: [{role: applicant}], pauses: true, next: [back]}
  - {id: review, words: {zh: 评审, en: Review}, kind: 评审, who: [{role: expert}], score: sheet, next: [public]}
  - {id: public, words: {zh: 公示, en: Publicity}, kind: 公示, who: [{role: officer, unit: lead}], clock: 5, pauses: true, next: [decide], refused_to: refused}
  - {id: decide, words: {zh: 认定, en: Decision}, kind: 认定, automatic: true, next: [done]}
  - {id: done, words: {zh: 办结, en: Done}, kind: 办结}
  - {id: refused, words: {zh: 不予受理, en: Not taken}, kind: 不予受理}
"""
CALENDAR = """years:
  - year: 2026
    source: plan-2026#1
    holidays:
      - {zh: 元旦, en: New Year, from: 2026-01-01, to: 2026-01-03}
      - {zh: 国庆节, en: National Day, from: 2026-10-01, to: 2026-10-07}
    worked: [2026-01-04, 2026-10-10]
"""
INDICATOR = """indicator: needed
title: {zh: 急需人才, en: Needed talents}
status: sample
target: {measure: 1, text: 引进急需人才500名}
counts: people
once: true
from:
  - {programme: rent, reached: paid}
  - {fact: person.degree, values: [doctor]}
formula: {zh: 合计, en: Together}
"""
AWARDS = """grounds:
  - {id: left, zh: 离开本市, en: Left the city, acts: [suspend], source: plan-2026#1, status: sample}
"""
SHEET = """score: sheet
title: {zh: 评审表, en: Review}
use: review
status: sample
total: 100
pass: 60
items:
  - {id: team, words: {zh: 团队, en: Team}, kind: linear, points: 60, formula: {zh: 按质量, en: By quality}}
  - {id: patents, words: {zh: 专利, en: Patents}, kind: linear, points: 40, fact: firm.patents, range: [0, 20],
     formula: {zh: 按件, en: Each}}
  - {id: prize, words: {zh: 获奖, en: Prize}, kind: bonus, points: 5, cap: 10, formula: {zh: 每项, en: Each}}
  - {id: fraud, words: {zh: 造假, en: Fraud}, kind: veto, formula: {zh: 否决, en: Out}}
"""
FLAT = """offering: flat
title: {zh: 人才公寓, en: Flat}
kind: place
unit: talent
status: sample
capacity: {of: 300, per: total}
who: [{programme: rent}, {level: [top]}]
"""
WHOLE = {
    "registry.yaml": REGISTRY,
    "plan/ledger.yaml": LEDGER,
    "catalogue/index.yaml": INDEX,
    "catalogue/2026.yaml": EDITION,
    "catalogue/2027.yaml": LATER,
    "programmes/rent.yaml": RENT,
    "programmes/rent.base.csv": BASE,
    "workflows/claim.yaml": CLAIM,
    "calendar.yaml": CALENDAR,
    "indicators/needed.yaml": INDICATOR,
    "scores/sheet.yaml": SHEET,
    "awards.yaml": AWARDS,
    "offerings/flat.yaml": FLAT,
    "texts/notice.yaml": "granted: 您好，{name}：已批准{amount}元。\nlist: [一, 二]\n",
    "texts/letter.txt": "{name}：\n请领取。\n",
    "texts/letter.docx": "not looked into",
    "README.md": "About this pack.\n",
}


def make_pack(folder: Path) -> Path:
    """A valid pack with a file of every kind but those of demo/; returns its folder."""
    new_pack(folder, city="lanchuan", name="澜川市", name_en="Lanchuan")
    for name, text in WHOLE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    change(folder, "pack.yaml", ".txt}", ".txt, ledger: plan/ledger.yaml}")
    facts = (folder / "facts.yaml").read_text("utf-8")
    (folder / "facts.yaml").write_text(facts + FACTS, "utf-8")
    return folder


def change(folder: Path, name: str, old: str, new: str) -> None:
    """Replace words that stand once in a file."""
    text = (folder / name).read_text("utf-8")
    assert text.count(old) == 1, (name, old, text.count(old))
    (folder / name).write_text(text.replace(old, new), "utf-8")


def problems(folder: Path) -> list[str]:
    """What is wrong with a pack that must not load."""
    pack, found = load_pack(folder)
    assert (pack is None) == bool(found)
    return [str(problem) for problem in found]


def loaded(folder: Path) -> Pack:
    """A pack that must load."""
    pack, found = load_pack(folder)
    assert [str(problem) for problem in found] == []
    assert pack is not None
    return pack
