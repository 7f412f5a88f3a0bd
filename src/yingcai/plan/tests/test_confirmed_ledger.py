"""A ledger that people confirmed decides a fresh reading: confirm, correct, add, reject."""

import hashlib
from decimal import Decimal
from pathlib import Path

import pytest

from yingcai.audit.models import Event
from yingcai.engine.packs.ledger import Ledger, load_ledger
from yingcai.identity.models import Unit, User
from yingcai.identity.tests.make import make_unit, make_user
from yingcai.plan.actions.confirmed_ledger import (
    apply_ledger,
    assign_targets,
    name_targets_in_english,
)
from yingcai.plan.actions.importing import import_plan
from yingcai.plan.actions.publishing import publish_plan, submit_plan
from yingcai.plan.errors import Invalid
from yingcai.plan.models import Clause, Plan, Target
from yingcai.plan.tests.make import DRAFT, NOW

pytestmark = pytest.mark.django_db
SHA256 = hashlib.sha256(DRAFT.encode()).hexdigest()
LEDGER = f"""
source_sha256: {SHA256}
measures:
  - number: 0
    items:
      - {{kind: target, text: 引进高层次人才1000名, value: 1000, unit: 名, subject: 高层次人才, by: 2020,
         title_en: Talents brought in}}
      - {{kind: target, text: 其中博士60名以上, value: 60, unit: 名, comparator: ">=", subject: 博士,
         by: 2020, part_of: 引进高层次人才1000名}}
  - number: 1
    lead: [市科创局]
    joint: [市人才局]
    items:
      - {{kind: target, text: "新建专家工作站、创新服务站各10家", value: 12, unit: 家, per: each,
         subject: 专家和创新服务站}}
      - {{kind: target, text: 累计引进院士30名, value: 30, unit: 名, cumulative: true, subject: 院士}}
      - {{kind: deliverable, text: 出台《平台管理办法》, title: 平台管理办法, action: issue}}
  - number: 2
    lead: [市技能局]
    items:
      - {{kind: target, text: 每个县建成实训基地3家以上, value: 3, unit: 家, comparator: ">=", per: county,
         subject: 实训基地}}
assignments:
  - {{measure: 0, text: 引进高层次人才1000名, lead: [talents], shares: {{east: 700, west: 300}},
     reason: 示例分解, status: sample}}
"""


@pytest.fixture
def units() -> dict[str, Unit]:
    made = {
        code: make_unit(code, name=name)
        for code, name in [
            ("kechuang", "市科创局"),
            ("talents", "市人才局"),
            ("skills", "市技能局"),
        ]
    }
    for code, name in [("east", "东川县"), ("west", "西川县")]:
        made[code] = make_unit(code, name=name, kind=Unit.Kind.COUNTY)
    return made


@pytest.fixture
def lin(units: dict[str, Unit]) -> User:
    return make_user("lin", role="office")


@pytest.fixture
def draft(lin: User) -> Plan:
    return import_plan(DRAFT.encode(), "plan.txt", actor=lin, now=NOW).plan


def ledger(tmp_path: Path, text: str = LEDGER) -> Ledger:
    (tmp_path / "ledger.yaml").write_text(text, "utf-8")
    found, problems = load_ledger(tmp_path, "ledger.yaml")
    assert problems == []
    assert found is not None
    return found


def clause(plan: Plan, words: str) -> Clause:
    return Clause.objects.get(plan=plan, text__contains=words)


def test_the_ledger_corrects_what_differs_and_rejects_what_it_lacks(
    draft: Plan, lin: User, tmp_path: Path
) -> None:
    done = apply_ledger(draft, ledger(tmp_path), actor=lin, now=NOW)
    corrected = clause(draft, "各10家")
    assert (corrected.status, corrected.value) == (Clause.Status.CORRECTED, Decimal(12))
    assert corrected.subject == "专家和创新服务站"
    assert corrected.original["value"] == "10"
    rejected = Clause.objects.filter(plan=draft, status=Clause.Status.REJECTED)
    assert [row.text for row in rejected] == ["到2020年", "给予50万元补助", "实现规上企业全覆盖"]
    assert done.rejected == 3
    assert not Clause.objects.filter(plan=draft, status=Clause.Status.PROPOSED).exists()
    assert Event.objects.filter(action="plan.ledger_applied").count() == 1


def test_the_ledger_adds_what_the_reader_did_not_see(
    draft: Plan, lin: User, tmp_path: Path
) -> None:
    Clause.objects.filter(plan=draft, text__contains="院士30名").delete()
    done = apply_ledger(draft, ledger(tmp_path), actor=lin, now=NOW)
    added = clause(draft, "院士30名")
    assert (added.status, added.value, done.added) == (Clause.Status.ADDED, Decimal(30), 1)


def test_a_ledger_of_another_text_is_refused_and_nothing_is_decided(
    draft: Plan, lin: User, tmp_path: Path
) -> None:
    other = ledger(tmp_path, LEDGER.replace(SHA256, "f" * 64))
    with pytest.raises(Invalid, match="另一份文件"):
        apply_ledger(draft, other, actor=lin, now=NOW)
    assert not Clause.objects.filter(plan=draft).exclude(status=Clause.Status.PROPOSED).exists()


def test_words_that_are_not_in_the_plan_are_all_named_and_nothing_is_decided(
    draft: Plan, lin: User, tmp_path: Path
) -> None:
    wrong = LEDGER.replace("text: 累计引进院士30名", "text: 累计引进院士300名").replace(
        "text: 每个县建成实训基地3家以上", "text: 每个县建成实训基地30家以上"
    )
    with pytest.raises(Invalid) as refused:
        apply_ledger(draft, ledger(tmp_path, wrong), actor=lin, now=NOW)
    assert [problem[:2] for problem in refused.value.problems] == ["1.", "2."]
    assert not Clause.objects.filter(plan=draft).exclude(status=Clause.Status.PROPOSED).exists()


def test_published_targets_take_english_titles_owners_and_shares(
    draft: Plan, lin: User, tmp_path: Path
) -> None:
    confirmed = ledger(tmp_path)
    apply_ledger(draft, confirmed, actor=lin, now=NOW)
    draft.refresh_from_db()
    signed = submit_plan(draft, actor=lin, now=NOW)
    plan = publish_plan(
        signed, digest=signed.digest, actor=make_user("meng", role="office"), now=NOW
    )
    assert name_targets_in_english(plan, confirmed, actor=lin, now=NOW) == 1
    assert assign_targets(plan, confirmed, actor=lin, now=NOW) == 1

    target = Target.objects.get(plan=plan, code="0-1")
    assert target.title_en == "Talents brought in"
    assert [(row.unit.code, row.role) for row in target.owners.all()] == [("talents", "lead")]
    assert {row.unit.code: row.value for row in target.shares.all()} == {
        "east": Decimal(700),
        "west": Decimal(300),
    }
    assert {change.reason for change in target.changes.all()} == {"示例分解"}


def test_an_assignment_of_unknown_words_is_refused_and_nothing_is_assigned(
    draft: Plan, lin: User, tmp_path: Path
) -> None:
    confirmed = ledger(tmp_path)
    apply_ledger(draft, confirmed, actor=lin, now=NOW)
    draft.refresh_from_db()
    signed = submit_plan(draft, actor=lin, now=NOW)
    plan = publish_plan(
        signed, digest=signed.digest, actor=make_user("meng", role="office"), now=NOW
    )
    wrong = ledger(
        tmp_path,
        LEDGER.replace(
            "{measure: 0, text: 引进高层次人才1000名", "{measure: 1, text: 建设科创平台"
        ),
    )
    with pytest.raises(Invalid, match="不对应任何目标"):
        assign_targets(plan, wrong, actor=lin, now=NOW)
    assert not Target.objects.get(plan=plan, code="0-1").shares.exists()
