"""A small invented city whose programmes are published with their files."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from yingcai.engine.packs.archive import pack_archive
from yingcai.engine.packs.load import load_pack
from yingcai.engine.packs.new import new_pack
from yingcai.identity.actions.units import load_units
from yingcai.plan.actions.packs import publish_pack
from yingcai.plan.tests.make import NOW
from yingcai.registry.tests.make import VOCABULARY

RENT = """programme: rent
title: {zh: 租房补贴, en: Rent allowance}
summary: {zh: 硕士以上人才每年补贴租金。, en: Money for the rent of masters and doctors.}
kind: benefit
subject: person
lead: labour
source: plan-2026#1
status: rule
in_force: {from: 2018-01-01}
parameters:
  months: {value: 6, unit: month, source: plan-2026#1}
conditions:
  - id: insured
    when: person.insured_months >= param.months
    source: plan-2026#1
    text: {zh: "参加社会保险满{param.months}。", en: "Insured here for {param.months}."}
    evidence:
      - {id: lease, zh: 租房合同, en: Lease, need: required}
      - {id: insurance, zh: 参保记录, en: Record of insurance, need: exempt}
    verified_by: labour
  - id: degree
    when: person.degree >= 'master'
    source: plan-2026#1
    text: {zh: 学历在硕士以上。, en: A master's degree or more.}
    evidence:
      - {id: lease, zh: 租房合同, en: Lease, need: deferrable}
tables:
  standard: {columns: [person.degree, -> yearly CNY], rows: [[doctor, 12000], [master, 9600]], source: plan-2026#1}
amount: LOOKUP('standard')
workflow: claim
exceptional:
  settles: [amount]
  limit: 50000
  signed_by: [{role: head, unit: lead}, {role: leader, unit: talent}]
  source: plan-2026#1
  status: sample
stacking:
  excludes: [settling-in]
  ceilings:
    - {per: person, amount: YUAN(30000), share: by_date, within: ever, source: plan-2026#1}
examples:
  - name: 博士每年1.2万元
    facts: {person: {degree: doctor, insured_months: 6}, case: {applied_on: 2018-06-08}}
    grants: 12000
"""
CLAIM = """workflow: claim
title: {zh: 补助申领, en: Claim}
status: sample
days: 15
stages:
  - {id: intake, words: {zh: 受理窗口核对, en: Intake}, kind: 受理, who: [{role: window, unit: lead}], clock: 5,
     withdraw: true, next: [decide], refused_to: not-accepted}
  - {id: decide, words: {zh: 决定, en: Decision}, kind: 决定, who: [{role: head, unit: lead}], clock: 3,
     apart_from: [intake], next: [done], refused_to: declined}
  - {id: done, words: {zh: 办结, en: Done}, kind: 办结}
  - {id: declined, words: {zh: 不予补助, en: Declined}, kind: 办结}
  - {id: not-accepted, words: {zh: 不予受理, en: Not accepted}, kind: 不予受理}
  - {id: withdrawn, words: {zh: 撤回, en: Withdrawn}, kind: 撤回}
"""
FEE = """programme: fee
title: {zh: 招才中介费补助, en: Agency fee}
kind: benefit
subject: firm
lead: talent
source: plan-2026#1
status: rule
in_force: {from: 2018-01-01, to: 2018-03-31}
conditions:
  - {id: insured, when: person.insured_months >= 1, source: plan-2026#1}
amount: YUAN(5000)
"""


def city_folder(
    folder: Path, more: Mapping[str, str] | None = None, *, name: str = "澜川市"
) -> Path:
    """A pack's folder: the smallest city and two programmes more, for a person and for a firm; ``more`` files."""
    new_pack(folder, city="lanchuan", name=name, name_en="Lanchuan")
    (folder / "programmes/rent.yaml").write_text(RENT, "utf-8")
    (folder / "programmes/fee.yaml").write_text(FEE, "utf-8")
    (folder / "workflows").mkdir()
    (folder / "scores").mkdir(exist_ok=True)
    (folder / "workflows/claim.yaml").write_text(CLAIM, "utf-8")
    for name, text in (more or {}).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def publish_city(folder: Path, more: Mapping[str, str] | None = None) -> str:
    """The city in ``folder``, published with the purposes of the register's tests; its digest."""
    pack, problems = load_pack(city_folder(folder, more))
    assert pack is not None, problems
    load_units(pack.units, actor=None, now=NOW)
    published = publish_pack(
        pack.pack,
        pack.digest,
        vocabulary={**pack.vocabulary, "registry": VOCABULARY["registry"]},
        archive=pack_archive(folder),
        actor=None,
        now=NOW,
    )
    return str(published.digest)


def kept_city(folder: Path, more: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Digest and archive of such a city, for a pack that is otherwise made up.

    It has a name of its own and so a digest of its own, by which a process remembers vocabularies.
    """
    pack, _ = load_pack(city_folder(folder, more, name="澜泽市"))
    assert pack is not None
    return {"digest": pack.digest, "archive": pack_archive(folder)}
