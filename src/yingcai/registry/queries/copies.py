"""Everything that is known about a person, as plain data for the person himself."""

from datetime import datetime
from typing import Any

from django.db.models import Q

from yingcai.registry.copying import kept_elsewhere
from yingcai.registry.models import (
    ChangeRequest,
    Consent,
    Fact,
    Identifier,
    ListMember,
    Look,
    Mandate,
    Merge,
    PayeeAccount,
    Relation,
    RightsRequest,
    Subject,
)
from yingcai.registry.queries.accounts import account_number, accounts_kept
from yingcai.registry.queries.asked import asked_words, request_label
from yingcai.registry.queries.facts import related, source_words
from yingcai.registry.queries.lists import note_field
from yingcai.registry.queries.merged import members, merged_into
from yingcai.registry.queries.rights import ANSWERED, rights_of
from yingcai.registry.queries.scope import SELF, Scope
from yingcai.registry.queries.search import SIDES
from yingcai.registry.sealed import unsealed
from yingcai.registry.vocabulary import vocabulary
from yingcai.registry.written import asked_reason, look_reasons, merge_reason, remark, text_of

LOOKS = 10_000  # the last ones, in a copy


def copy_of(scope: Scope, subject: Subject, *, now: datetime) -> dict[str, Any]:
    """All fields of class personal and sensitive of one's own subject, with where they come from.

    Raises: ValueError for a scope that is not the person's own; Erased, NotSealed.
    """
    if scope.capacity != SELF:
        raise ValueError("only the person himself takes a copy")
    one = members([subject])
    rows = Fact.objects.filter(subject__in=one).order_by("id")
    rows = rows.select_related("replaced_by", "subject")
    notes = ListMember.objects.filter(subject__in=one, note__isnull=False)
    return {
        "made_at": now.isoformat(),
        "handle": str(subject.handle),
        "name": subject.name,
        "merged": [{"handle": str(row.handle), "name": row.name} for row in merged_into(subject)],
        "merges": [
            {
                "at": row.at.isoformat(),
                "undone": row.undoes_id is not None,
                "reason": merge_reason(row),
            }
            for row in Merge.objects.filter(Q(kept__in=one) | Q(gone__in=one))
            .select_related("kept", "gone")
            .order_by("id")
        ],
        "numbers": [
            {
                "kind": row.kind,
                "number": _number(row),
                "source": source_words(row.source),
                "recorded_at": row.recorded_at.isoformat(),
                "in_use": row.retired_at is None,
                "retired_reason": row.retired_reason,
            }
            for row in Identifier.objects.filter(subject__in=one).select_related("subject")
        ],
        "accounts": [_account(row) for row in accounts_kept([row["pk"] for row in one])],
        "facts": [_fact(row) for row in rows if not row.retracts],
        "relations": [_relation(row, other, back=back) for row, other, back in related(subject)],
        "requests": [
            _request(row)
            for row in ChangeRequest.objects.filter(subject__in=one).select_related(
                "subject__merged_into", *SIDES
            )
        ],
        "guardians": [
            _guardian(row)
            for row in Mandate.objects.filter(
                subject__in=one, kind=Mandate.Kind.GUARDIAN
            ).select_related("user")
        ],
        "consents": [
            {
                "purpose": row.purpose,
                "version": row.version,
                "granted": row.granted,
                "at": row.at.isoformat(),
            }
            for row in Consent.objects.filter(subject__in=one)
        ],
        "notes_on_lists": [_note(row) for row in notes.select_related("subject", "saved")],
        "rights": [_right(row) for row in rights_of(subject)],
        "looks": _looks(
            list(Look.objects.filter(subject__in=one).select_related("subject")[:LOOKS])
        ),
        **kept_elsewhere([row["pk"] for row in one]),
    }


def _account(row: PayeeAccount) -> dict[str, Any]:
    return {
        "holder": row.holder,
        "bank": row.bank,
        "number": account_number(row).plain,
        "named_at": row.named_at.isoformat(),
        "in_use": row.ended_at is None,
    }


def _request(row: ChangeRequest) -> dict[str, Any]:
    asked = _asked(row)
    return {
        "fact": row.name,
        "relation": row.relation_id,
        "label": request_label(row),
        "value": asked,
        "words": asked_words(row, asked or ""),
        "removed_at": row.swept_at.isoformat() if row.swept_at else None,
        "reason": row.reason,
        "status": row.status,
        "answer": row.answer,
        "evidence": row.evidence_name,
        "made_at": row.made_at.isoformat(),
    }


def _guardian(row: Mandate) -> dict[str, Any]:
    return {
        "guardian": str(row.user),
        "since": row.starts_on.isoformat(),
        "until": row.ends_on.isoformat() if row.ends_on else None,
        "ended_on": row.ended_on.isoformat() if row.ended_on else None,
        "waiting": row.waiting,
        "reason": row.reason,
        "evidence": row.evidence_name,
    }


def _looks(rows: list[Look]) -> list[dict[str, Any]]:
    reasons = look_reasons(rows)
    return [
        {
            "at": row.at.isoformat(),
            "capacity": row.capacity,
            "purpose": row.purpose,
            "fields": row.fields,
            "whole_values": row.revealed,
            "reason": reasons.get(row.pk, ""),
        }
        for row in rows
    ]


def _right(row: RightsRequest) -> dict[str, Any]:
    return {
        "number": row.number,
        "kind": row.kind,
        "asker": row.asker,
        "reason": asked_reason(row),
        "made_at": row.made_at.isoformat(),
        "due_on": row.due_on.isoformat(),
        "status": row.status,
        "ground": row.ground if row.status in ANSWERED else "",
        "remark": remark(row) if row.status in ANSWERED else "",
    }


def _note(row: ListMember) -> dict[str, str]:
    note = unsealed(row.subject, note_field(row.saved), bytes(row.note or b"")).plain
    return {"note": note, "added_at": row.added_at.isoformat()}


def _number(row: Identifier) -> str:
    """The number; of one out of use the mask, for it may be somebody else's."""
    if row.retired_at is not None:
        return row.mask
    return unsealed(row.subject, f"identifier/{row.kind}", bytes(row.sealed)).plain


def _asked(row: ChangeRequest) -> str | None:
    """The value that was asked for; none once its term is over."""
    if row.swept_at is not None:
        return None
    return unsealed(row.subject, f"request/{row.name}", bytes(row.sealed)).plain


def _fact(row: Fact) -> dict[str, Any]:
    word = vocabulary().facts.get(row.name)
    value: str | None = row.value if row.swept_at is None else None
    if row.sealed is not None:
        value = unsealed(row.subject, f"fact/{row.name}", bytes(row.sealed)).plain
    return {
        "fact": row.name,
        "label": word.label if word else row.name,
        "value": value,
        "removed_at": row.swept_at.isoformat() if row.swept_at else None,
        "since": row.valid_from.isoformat() if row.valid_from else None,
        "until": row.valid_to.isoformat() if row.valid_to else None,
        "source": source_words(row.source),
        "reference": row.reference
        or text_of([row.subject], f"reference/{row.name}", row.sealed_reference),
        "recorded_at": row.recorded_at.isoformat(),
        "held": not hasattr(row, "replaced_by"),
    }


def _relation(row: Relation, other: Subject, *, back: bool) -> dict[str, Any]:
    return {
        "relation": row.kind,
        "direction": "back" if back else "own",
        "other": other.name,
        "since": row.starts_on.isoformat(),
        "until": row.ends_on.isoformat() if row.ends_on else None,
        "source": source_words(row.source),
    }
