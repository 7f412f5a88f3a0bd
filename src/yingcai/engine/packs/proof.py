"""A sealed proof of one decision: pack, facts, answer, signature. It is checked without the database.

What was decided is told as one canonical text with a digest; whoever has the pack and the facts decides again
and compares. An Ed25519 signature (RFC 8032) says which city made the proof.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from yingcai.engine.packs.archive import NotThePack, open_archive
from yingcai.engine.packs.rule_source import compile_pack
from yingcai.engine.rules.decide import Decider, Decision
from yingcai.engine.rules.model import RuleSet
from yingcai.engine.rules.source import compile_case
from yingcai.engine.rules.subject import in_range
from yingcai.engine.rules.types import Known
from yingcai.engine.rules.written import NotReadable, read_value
from yingcai.engine.values import digest

FORM = "yingcai-proof/1"
MOST_BYTES = 64 * 1024 * 1024
SIGNED = (
    "form",
    "pack",
    "decision",
    "case",
    "made_on",
)  # the archive is bound by the pack's digest
SETTLED = "exceptional"  # signed, too, where people settled something beside the rules


@dataclass(frozen=True)
class Decided:
    """One decision as its proof tells it. ``facts`` as written; ``amount`` in fen."""

    pack: str
    programme: str
    version: str
    on: date
    facts: Mapping[str, str]
    outcome: str
    amount: int | None
    result: str | None
    conditions: Mapping[str, bool | None]

    @property
    def digest(self) -> str:
        """One text for one decision."""
        return digest(_canonical(self.said()))

    def said(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "pack": self.pack,
            "programme": self.programme,
            "version": self.version,
            "on": self.on.isoformat(),
            "facts": dict(self.facts),
            "outcome": self.outcome,
            "amount": self.amount,
            "result": self.result,
            "conditions": dict(self.conditions),
        }


def decided_by(pack: str, on: date, facts: Mapping[str, str], answer: Decision) -> Decided:
    """What an answer of the rules says, with the facts it stands on."""
    return Decided(
        pack=pack,
        programme=answer.programme,
        version=answer.version,
        on=on,
        facts=facts,
        outcome=answer.outcome,
        amount=answer.amount,
        result=answer.result,
        conditions={one.name: holds for one, holds in answer.conditions},
    )


def proof_of(
    decided: Decided,
    archive: bytes,
    *,
    case: str,
    made_on: date,
    key: Ed25519PrivateKey,
    exceptional: Mapping[str, Any] | None = None,
) -> bytes:
    """The proof as JSON in UTF-8. ``archive``: the pack's files (`pack_archive`); ``case``: its number.

    ``exceptional``: what people settled beside this answer (一事一议), where something was.
    """
    proof: dict[str, Any] = {
        "form": FORM,
        "pack": decided.pack,
        "case": case,
        "made_on": made_on.isoformat(),
        "decision": decided.said(),
    }
    if exceptional is not None:
        proof[SETTLED] = dict(exceptional)
    public = key.public_key().public_bytes_raw()
    proof["key"] = base64.b64encode(public).decode()
    proof["signature"] = base64.b64encode(key.sign(_signed(proof))).decode()
    proof["archive"] = base64.b64encode(archive).decode()
    return json.dumps(proof, ensure_ascii=False, indent=1).encode()


@dataclass(frozen=True)
class Checked:
    """What a check found. ``problems`` empty: the proof holds. ``key``: the fingerprint of who signed.

    ``settled``: the document by which people settled something beside the rules; empty: the rules decided.
    """

    problems: tuple[str, ...]
    case: str = ""
    programme: str = ""
    outcome: str = ""
    key: str = ""
    settled: str = ""


def check_proof(text: bytes, *, trusted: str = "") -> Checked:
    """Whether a proof holds: signature, pack, and the decision made again. ``trusted``: a public key, base64.

    Every problem is named, in Chinese and English; nothing is raised for what a file says.
    """
    try:
        proof: Any = json.loads(text if len(text) <= MOST_BYTES else b"")
        said, key = proof["decision"], base64.b64decode(proof["key"], validate=True)
        archive = base64.b64decode(proof["archive"], validate=True)
        facts = {str(name): str(one) for name, one in said["facts"].items()}
        form = proof["form"]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return Checked(("不是英才的决定证明 not a proof of Yingcai",))
    if form != FORM:
        return Checked((f"不认识的格式 unknown form: {str(form)[:40]}",))
    problems = [*_signature_problems(proof, key, trusted)]
    problems += _decision_problems(str(proof["pack"]), said, facts, archive)
    case, programme, outcome = proof.get("case"), said.get("programme"), said.get("outcome")
    settlement = proof.get(SETTLED)
    basis = str(settlement.get("basis")) if isinstance(settlement, dict) else ""
    print_of_key = fingerprint(key)
    return Checked(tuple(problems), str(case), str(programme), str(outcome), print_of_key, basis)


def fingerprint(public: bytes) -> str:
    """How people compare a public key: sixteen digits of its digest, in groups of four."""
    found = digest(public)[:16]
    return " ".join(found[place : place + 4] for place in range(0, 16, 4))


def _signature_problems(proof: Mapping[str, Any], key: bytes, trusted: str) -> list[str]:
    if trusted and trusted.strip() != proof["key"]:
        return ["签名的密钥不是指定的公钥 it was signed by another key than the given one"]
    try:
        signature = base64.b64decode(proof["signature"], validate=True)
        Ed25519PublicKey.from_public_bytes(key).verify(signature, _signed(proof))
    except (InvalidSignature, ValueError, TypeError, KeyError):
        return ["签名不符：证明在签发后被改动过 the signature does not fit: the proof was changed"]
    return []


def _decision_problems(
    pack: str, said: Mapping[str, Any], facts: Mapping[str, str], archive: bytes
) -> list[str]:
    try:
        rules, problems = compile_pack(open_archive(archive, pack))
    except NotThePack as error:
        return [f"所附规则不是证明所说的版本 the rules are not those named: {error}"]
    if rules is None:
        return [f"所附规则不能编译 the rules cannot be compiled: {problems[0]}"]
    try:
        answer = _again(rules, str(said["programme"]), facts)
        again = decided_by(pack, date.fromisoformat(said["on"]), facts, answer).said()
    except (KeyError, ValueError, TypeError) as error:
        return [f"不能按所附规则重新决定 it cannot be decided again: {error}"]
    return [
        f"重新决定的结果不同 decided again it differs: {name}: {_short(said.get(name))} → {_short(one)}"
        for name, one in again.items()
        if said.get(name) != one
    ]


def _again(rules: RuleSet, programme: str, facts: Mapping[str, str]) -> Decision:
    """Raises: KeyError for a programme or fact that the pack has not, NotReadable."""
    values: dict[str, Known] = {}
    for name, written in facts.items():
        fact = rules.facts[name]
        try:
            values[name] = in_range(read_value(written, fact.type), fact)
        except NotReadable as error:
            raise ValueError(f"{name}: {error}") from None
    part = rules.only(frozenset({programme}))
    return Decider(part, compile_case(part).trace, "zh").decide(values)[programme]


def _short(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)[:120]


def _signed(proof: Mapping[str, Any]) -> bytes:
    names = (*SIGNED, SETTLED) if SETTLED in proof else SIGNED
    return _canonical({name: proof[name] for name in names})


def _canonical(value: Mapping[str, Any]) -> bytes:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()
