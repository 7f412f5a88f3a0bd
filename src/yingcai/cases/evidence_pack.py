"""证据包: what a case and its award were, with digests and the city's signature, in one file.

Sensitive values are not in it: the digest of a decision stands for them, and whoever is concerned may export
the proof that holds them.
"""

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import override

from yingcai.cases.actions.deciding import basis_kept, decided
from yingcai.cases.actions.files import file_name, read_file
from yingcai.cases.models import Award, Case
from yingcai.cases.queries.awards import changes_of
from yingcai.cases.queries.exceptional import told
from yingcai.cases.queries.flows import book_of_case
from yingcai.cases.queries.guides import teller
from yingcai.cases.queries.obligations import form_of, spoken
from yingcai.cases.queries.paper import paper_of, paper_said, paper_told
from yingcai.cases.queries.story import Letter, deeds_of, letters, title_of
from yingcai.cases.sealed import Opened
from yingcai.cases.signing import public_key, signing_key

EARLY = (1980, 1, 1, 0, 0, 0)  # of every member: the same content is the same file
MOST_BYTES = 100 * 1024 * 1024  # of files; what is more stands with its digest alone


def evidence_pack(case: Case, award: Award, *, now: datetime) -> tuple[bytes, str]:
    """The file, and the digest of its manifest. Raises: Damaged, Erased, NotSealed."""
    with override("zh-hans"):
        parts = dict(_parts(case, award))
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in sorted(parts.items())}
    manifest = _json({"case": case.number, "made_at": now.isoformat(), "sha256": digests})
    signature = base64.b64encode(signing_key().sign(manifest))
    signed = {"manifest.json": manifest, "manifest.sig": signature}
    whole = _zipped({**parts, **signed, "city.pub": public_key().encode()})
    return whole, hashlib.sha256(manifest).hexdigest()


def _zipped(parts: dict[str, bytes]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(parts):
            archive.writestr(zipfile.ZipInfo(name, EARLY), parts[name])
    return whole.getvalue()


def _json(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1, default=str)
    return text.encode()


def _parts(case: Case, award: Award) -> Iterator[tuple[str, bytes]]:
    """Each thing as a file of its own."""
    opened = Opened(case)
    yield "case.json", _json(_head(case))
    paper = paper_of(case)
    if paper is not None:
        yield "paper.json", _json({**paper_said(paper), "remark": _remark(case)})
    yield "acts.json", _json([vars(one) for one in deeds_of(case, opened)])
    yield "decisions.json", _json(list(_decisions(case)))
    yield "notices.json", _json([_notice(one) for one in letters(case, opened)])
    yield "award.json", _json(_award(award))
    room = MOST_BYTES
    for number, row in enumerate(case.files.filter(removed_at=None).order_by("id"), start=1):
        row.case = case
        room -= row.size
        if room >= 0:
            yield f"files/{number:02d}-{file_name(row)}", read_file(row)


def _remark(case: Case) -> str:
    told_of = paper_told(case)
    return told_of.remark if told_of else ""


def _head(case: Case) -> dict[str, Any]:
    return {
        "number": case.number,
        "programme": title_of(case),
        "subject": case.subject.name,
        "lead": case.lead.name,
        "status": case.get_status_display(),
        "decided_on_paper": case.on_paper,
        "submitted_at": case.submitted_at,
        "ended_at": case.ended_at,
        "pack": case.pack,
        "files": [
            {"sha256": row.sha256, "size": row.size, "at": row.made_at}
            for row in case.files.filter(removed_at=None).order_by("id")
        ],
    }


def _notice(one: Letter) -> dict[str, Any]:
    row = one.row
    return {
        "kind": row.kind,
        "at": row.at,
        "words": row.get_kind_display(),
        "lines": one.lines,
        "read_at": row.read_at,
    }


def _decisions(case: Case) -> Iterator[dict[str, Any]]:
    """What the rules said each time, by what was known then; sensitive values stay sealed."""
    words = teller(book_of_case(case))
    for row in case.decisions.order_by("number"):
        row.case = case
        basis = basis_kept(row)
        answer = decided(case, basis)
        yield {
            "number": row.number,
            "on": row.on,
            "outcome": row.outcome,
            "amount_fen": row.amount,
            "result": row.result,
            "pack": row.pack,
            "digest": row.digest,
            "conditions": [
                {"text": one.text, "clause": words.clause(one.source), "holds": holds}
                for one, holds in answer.conditions
            ],
            "facts": {
                name: "（敏感信息，已加密）" if one.sensitive else one.written
                for name, one in basis.items()
            },
        }


def _award(award: Award) -> dict[str, Any]:
    return {
        "granted_on": award.granted_on,
        "amount_fen": award.amount,
        "result": award.result,
        "voided_at": award.voided_at,
        "settled_by_people": _settled(award),
        "changes": [
            {
                "kind": one.row.get_kind_display(),
                "status": one.row.get_status_display(),
                "ground": one.ground,
                "clause": one.clause,
                "lines": one.lines,
                "written": one.why,
                "answer": one.answer,
                "proposed_by": one.row.proposed_by,
                "proposed_at": one.row.proposed_at,
                "decided_by": one.row.decided_by,
                "decided_at": one.row.decided_at,
            }
            for one in changes_of(award)
        ],
        "obligations": [_obligation(award, row) for row in award.obligations.order_by("due_on")],
    }


def _settled(award: Award) -> dict[str, Any] | None:
    """The record that an award stands on where the rules did not grant it."""
    if award.exceptional is None:
        return None
    award.exceptional.case = award.case
    one = told(award.exceptional)
    return {
        "amount_fen": one.row.amount,
        "result": one.row.result,
        "by_rule": one.by_rule,
        "basis": one.row.basis,
        "basis_on": one.row.basis_on,
        "reason": one.reason,
        "terms": one.terms,
        "digest": one.row.digest,
        "proposed_by": one.row.proposed_by,
        "signed": [
            {"by": each.signed_by, "role": each.role, "unit": each.unit, "at": each.signed_at}
            for each in one.signatures
        ],
    }


def _obligation(award: Award, row: Any) -> dict[str, Any]:
    row.award = award
    return {
        "what": form_of(row)["zh"],
        "due_on": row.due_on,
        "state": row.get_state_display(),
        "said": [
            {
                "move": one.act.get_move_display(),
                "at": one.act.at,
                "text": one.text,
                "values": one.values,
            }
            for one in spoken(row)
        ],
    }
