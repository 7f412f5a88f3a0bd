"""Proofs of decisions: made from a pack and facts, checked from the bytes alone."""

import base64
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from yingcai.engine.packs.archive import pack_archive
from yingcai.engine.packs.load import load_pack
from yingcai.engine.packs.new import new_pack
from yingcai.engine.packs.proof import Decided, check_proof, decided_by, fingerprint, proof_of
from yingcai.engine.packs.proof_command import verify
from yingcai.engine.packs.rule_source import compile_pack
from yingcai.engine.rules.decide import Decider
from yingcai.engine.rules.source import compile_case
from yingcai.engine.rules.types import civil

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = base64.b64encode(KEY.public_key().public_bytes_raw()).decode()
DAY = date(2027, 3, 1)
FACTS = {"case.applied_on": "2027-03-01", "person.degree": "doctor", "person.insured_months": "24"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("proof") / "city"
    new_pack(place, city="lanchuan", name="澜川市", name_en="Lanchuan")
    return place


@pytest.fixture(scope="module")
def document(folder: Path) -> bytes:
    pack, _ = load_pack(folder)
    assert pack is not None
    rules, _ = compile_pack(pack)
    assert rules is not None
    degrees = rules.facts["person.degree"].type
    values = {
        "case.applied_on": civil(DAY),
        "person.degree": getattr(degrees, "values", ()).index("doctor"),
        "person.insured_months": 24,
    }
    answer = Decider(rules, compile_case(rules).trace, "zh").decide(values)["settling-in"]
    said = decided_by(pack.digest, DAY, FACTS, answer)
    other = decided_by(pack.digest, DAY, {**FACTS, "person.insured_months": "25"}, answer)
    assert len({said.digest, other.digest, said.digest}) == 2  # one text for one decision
    return made(said, folder)


def made(said: Decided, folder: Path, settled: dict[str, Any] | None = None) -> bytes:
    archive = pack_archive(folder)
    return proof_of(said, archive, case="2027-000001", made_on=DAY, key=KEY, exceptional=settled)


def settled_by_people(document: bytes, folder: Path) -> bytes:
    """The same decision with what people settled beside it."""
    said = json.loads(document)["decision"]
    decided = Decided(**{**said, "on": date.fromisoformat(said["on"])})
    return made(decided, folder, {"amount": 100, "basis": "纪要3号"})


def signed_anew(document: bytes, change: Callable[[Any], None]) -> bytes:
    """A changed proof under a signature that fits it: only the rules can tell."""
    proof = json.loads(document)
    change(proof)
    signed = {name: proof[name] for name in ("form", "pack", "decision", "case", "made_on")}
    text = json.dumps(signed, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return json.dumps({**proof, "signature": base64.b64encode(KEY.sign(text)).decode()}).encode()


def test_a_proof_holds_and_says_who_signed(document: bytes) -> None:
    found = check_proof(document, trusted=PUBLIC)

    assert (found.problems, found.case, found.programme) == ((), "2027-000001", "settling-in")
    assert found.key == fingerprint(KEY.public_key().public_bytes_raw())
    assert len(found.key) == 19


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda one: one["decision"].update(outcome="no"), "differs: outcome"),
        (
            lambda one: one["decision"]["facts"].update({"person.degree": "emperor"}),
            "person.degree",
        ),
        (
            lambda one: one["decision"]["facts"].update({"person.crown": "yes"}),
            "cannot be decided again",
        ),
        (lambda one: one["decision"].update(programme="none"), "cannot be decided again"),
        (lambda one: one["decision"].update(on="soon"), "cannot be decided again"),
        (lambda one: one.update(pack="0" * 64), "not those named"),
        (lambda one: one.update(archive="AAAA"), "not those named"),
        (lambda one: one.update(form="yingcai-proof/0"), "unknown form"),
    ],
)
def test_a_signature_does_not_make_a_wrong_answer_right(
    document: bytes, change: Callable[[Any], None], words: str
) -> None:
    problems = check_proof(signed_anew(document, change)).problems

    assert len(problems) == 1
    assert words in problems[0]


def test_rules_that_do_not_compile_are_no_proof(
    folder: Path, tmp_path: Path, document: bytes
) -> None:
    other = tmp_path / "other"
    new_pack(other, city="lanchuan", name="澜川市", name_en="Lanchuan")
    file = other / "programmes/settling-in.yaml"
    file.write_text(
        file.read_text("utf-8").replace("person.degree >=", "person.degrees >="), "utf-8"
    )
    pack, problems = load_pack(other)
    assert pack is not None, problems
    archive = base64.b64encode(pack_archive(other)).decode()

    text = signed_anew(document, lambda one: one.update(pack=pack.digest, archive=archive))

    assert "cannot be compiled" in check_proof(text).problems[0]


@pytest.mark.parametrize("signature", ["", "!", base64.b64encode(bytes(64)).decode(), None])
def test_a_wrong_signature_is_found(document: bytes, signature: object) -> None:
    text = json.dumps({**json.loads(document), "signature": signature}).encode()

    assert "签名不符" in check_proof(text).problems[0]


def test_what_people_settled_is_signed_with_the_decision(document: bytes, folder: Path) -> None:
    settled = settled_by_people(document, folder)

    found = check_proof(settled, trusted=PUBLIC)
    assert (found.problems, found.settled) == ((), "纪要3号")
    assert check_proof(document).settled == ""
    proof = json.loads(settled)
    proof["exceptional"]["amount"] = 200
    assert "signature does not fit" in check_proof(json.dumps(proof).encode()).problems[0]
    del proof["exceptional"]
    assert "signature does not fit" in check_proof(json.dumps(proof).encode()).problems[0]
    added = {**json.loads(document), "exceptional": {"basis": "另一份"}}
    assert "signature does not fit" in check_proof(json.dumps(added).encode()).problems[0]


def test_the_command_says_what_people_settled(
    document: bytes, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "one.json"
    file.write_bytes(settled_by_people(document, folder))

    assert verify([str(file)]) == 0
    assert "一事一议，不是按规则核定" in capsys.readouterr().out.splitlines()[1]


def test_another_key_is_named(document: bytes) -> None:
    assert "another key" in check_proof(document, trusted="AAAA").problems[0]


def test_the_command_tells_it(
    document: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, key = tmp_path / "one.json", tmp_path / "city.pub"
    file.write_bytes(document)
    key.write_text(f"{PUBLIC}\n", "ascii")

    assert verify([str(file), "--key", str(key)]) == 0
    assert verify([str(file)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "✓ 2027-000001  settling-in  yes"
    assert ("as given" in told[1], "compare it" in told[3]) == (True, True)
    file.write_bytes(b"{}")
    assert verify([str(file)]) == 1
    assert verify([str(tmp_path / "none")]) == 2
