"""The time machine and the sealed proof: what was decided is found again, and what was changed is found out."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from yingcai.audit.models import Event
from yingcai.cases.actions.deciding import as_decided
from yingcai.cases.actions.proving import compare, prove
from yingcai.cases.models import Case
from yingcai.cases.signing import public_key
from yingcai.cases.tests.case_city import NOW, City, build_city, later
from yingcai.engine.cli import main
from yingcai.engine.packs.proof import Decided, check_proof
from yingcai.identity.tests.make import make_user
from yingcai.registry.models import Look
from yingcai.registry.tests.browsing import in_a_line, signed_in
from yingcai.registry.tests.make import make_fact

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(settings: Any) -> None:
    settings.YINGCAI_TODAY = date(2018, 6, 25)


@pytest.fixture
def city(tmp_path: Path) -> City:
    return build_city(tmp_path / "city")


@pytest.fixture
def case(city: City) -> Case:
    return city.submitted()


def proof(city: City, case: Case) -> bytes:
    return prove(case.decisions.get(), actor=city.talent, now=NOW)


def test_a_proof_holds_without_the_database(city: City, case: Case) -> None:
    found = check_proof(proof(city, case), trusted=public_key())

    assert found.problems == ()
    assert (found.case, found.programme, found.outcome) == (case.number, "grant", "yes")
    assert Event.objects.filter(action="case.proven", actor_id=city.talent.pk).count() == 1


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("decision", "amount"), 9_000_000, "签名不符"),
        (("decision", "facts", "person.insured_months"), "600", "签名不符"),
        (("case",), "2018-999999", "签名不符"),
        (("pack",), "0" * 64, "规则不是证明所说的版本"),
        (("signature",), "AAAA", "签名不符"),
        (("form",), "other/1", "不认识的格式"),
    ],
)
def test_what_was_changed_is_found_out(
    city: City, case: Case, path: tuple[str, ...], value: object, words: str
) -> None:
    document = json.loads(proof(city, case))
    place = document
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value

    problems = check_proof(json.dumps(document).encode()).problems

    assert any(words in one for one in problems)


def test_a_right_signature_under_a_wrong_answer_does_not_help(
    city: City, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even the city itself cannot sign a decision that its own rules do not give."""

    def forged(*args: Any) -> Decided:
        return replace(as_decided(*args), amount=1)

    monkeypatch.setattr("yingcai.cases.actions.proving.as_decided", forged)

    problems = check_proof(proof(city, case)).problems
    assert problems == ("重新决定的结果不同 decided again it differs: amount: 1 → 5000000",)


def test_another_key_is_not_trusted(city: City, case: Case) -> None:
    problems = check_proof(proof(city, case), trusted="AAAA").problems

    assert problems == ("签名的密钥不是指定的公钥 it was signed by another key than the given one",)


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b'{"form": 1}', b"\xff", b"[" * 100_000])
def test_what_is_no_proof_is_said_to_be_none(text: bytes) -> None:
    assert check_proof(text).problems == ("不是英才的决定证明 not a proof of Yingcai",)


def test_the_command_checks_a_file(
    city: City, case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, key = tmp_path / "a.proof.json", tmp_path / "city.pub"
    file.write_bytes(proof(city, case))
    key.write_bytes(Client().get("/city.pub").content)

    assert main(["proof", "verify", str(file), "--key", str(key)]) == 0
    assert "与所给公钥相符" in capsys.readouterr().out
    file.write_bytes(file.read_bytes().replace(b"5000000", b"6000000"))
    assert main(["proof", "verify", str(file)]) == 1
    assert main(["proof", "verify", str(tmp_path / "none")]) == 2


def test_a_decision_is_compared_with_today(city: City, case: Case) -> None:
    make_fact(city.person, "person.insured_months", 3, "social-insurance", now=later(1))

    found = compare(case.decisions.get(), now=later(9))

    assert (found.same, found.then.outcome, found.facts_now.outcome) == (True, "yes", "no")
    assert ("person.insured_months", "24", "3") in found.changed


def test_from_a_comparison_one_goes_back_to_the_case(city: City, case: Case) -> None:
    number = case.decisions.get().number
    ways = {
        f"/my/cases/{case.handle}/": (city.talent, f"/my/cases/{case.handle}/decisions/{number}/"),
        f"/desk/{case.handle}/": (city.window, f"/desk/{case.handle}/decisions/{number}/"),
    }
    for back, (user, address) in ways.items():
        assert f'href="{back}"' in in_a_line(signed_in(user).get(address))


def test_the_person_downloads_his_proof_and_nobody_else(city: City, case: Case) -> None:
    address = f"/my/cases/{case.handle}/decisions/1/"

    assert "下载决定证明" in in_a_line(signed_in(city.talent).get(address))
    answer = signed_in(city.talent).post(f"{address}proof/")
    assert answer["Content-Disposition"].endswith(f'"{case.number}-1.proof.json"')
    for other in (city.window, make_user("office", role="office")):
        assert signed_in(other).get(address).status_code == 404
        page = in_a_line(signed_in(other).get(f"/desk/{case.handle}/decisions/1/"))
        assert ("下载决定证明" in page, "一致" in page) == (False, True)
        assert signed_in(other).post(f"{address}proof/").status_code == 404
    assert Look.objects.filter(viewer=city.window, subject=city.person).exists()
    stranger = signed_in(make_user("stranger"))
    assert stranger.get(address).status_code == 404
    assert stranger.get(f"/desk/{case.handle}/decisions/1/").status_code == 403
