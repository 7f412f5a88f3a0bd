"""One case, one decision (一事一议): what the pack lets people settle, the record of a case, beside what rules say."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from yingcai.cases.models import (
    Award,
    Case,
    CaseFile,
    Decision,
    ExceptionalDecision,
    ExceptionalSignature,
)
from yingcai.cases.queries.flows import book_of_case, details_of, state_now
from yingcai.cases.queries.guides import in_language, teller
from yingcai.cases.queries.publicity import given_words
from yingcai.cases.queries.rule_book import language
from yingcai.cases.queries.seats import held_seats, holds
from yingcai.cases.sealed import FILE, taken, taken_all
from yingcai.engine.rules.types import Enum
from yingcai.engine.rules.words import money_words
from yingcai.engine.values import digest
from yingcai.engine.workflow.model import Seat
from yingcai.engine.workflow.terms import seats_of
from yingcai.engine.workflow.words import seat_words

if TYPE_CHECKING:
    from yingcai.identity.models import User

Status = ExceptionalDecision.Status
SETTLED_TEXT, REFUSED_TEXT = (
    "exceptional",
    "exceptional-answer",
)  # fields under which words are sealed
OPEN = (Status.PROPOSED, Status.SETTLED)
TONES: Mapping[str, str] = {
    Status.PROPOSED: "warn",
    Status.SETTLED: "ok",
    Status.REFUSED: "bad",
    Status.REPLACED: "muted",
    Status.WITHDRAWN: "muted",
    Status.ENDED: "muted",
}
OUTCOMES = {
    "no": gettext_lazy("规则不予支持"),
    "person": gettext_lazy("按规则需人工认定"),
    "unknown": gettext_lazy("按规则还缺信息"),
}


@dataclass(frozen=True)
class Path:
    """What may be settled in a programme. ``limit`` in fen, None: no limit; ``fact``: what the amount becomes."""

    settles: tuple[str, ...]
    limit: int | None
    fact: str
    seats: tuple[Seat, ...]
    source: str
    sample: bool


@dataclass(frozen=True)
class Signer:
    """A seat that signs, with its signature (None: open) and whether who looks may sign for it."""

    number: int
    seat: Seat
    words: str
    signature: ExceptionalSignature | None


@dataclass(frozen=True)
class Told:
    """A record in words. ``by_rule``: what the rules said then; ``difference``: what is settled beside it."""

    row: ExceptionalDecision
    tone: str
    given: str
    by_rule: str
    difference: str
    reason: str
    terms: tuple[str, ...]
    answer: str
    files: tuple[tuple[CaseFile, str], ...]
    signatures: tuple[ExceptionalSignature, ...]


def path_of(case: Case) -> Path | None:
    """What may be settled in a case; None where its pack lets nobody settle anything. Raises: PackNotKept."""
    said = details_of(case).get("exceptional") if case.asks_rules else None
    if said is None:
        return None
    limit = said.get("limit")
    return Path(
        settles=tuple(said["settles"]),
        limit=None if limit is None else limit * 100,
        fact=said.get("fact", ""),
        seats=tuple(Seat(one["role"], one["unit"]) for one in said["signed_by"]),
        source=said["source"],
        sample=said["status"] == "sample",
    )


def settled_fact(case: Case) -> str:
    """The fact that only a record settles; empty where the programme has none."""
    path = path_of(case)
    return path.fact if path else ""


def open_record(case: Case) -> ExceptionalDecision | None:
    """The record that waits for signatures, or stands; the case comes along."""
    row = case.exceptional.filter(status__in=OPEN).select_related("decision").first()
    if row is not None:
        row.case = case
    return row


def standing_record(case: Case) -> ExceptionalDecision | None:
    """The record that was signed by all and is meant."""
    row = open_record(case)
    return row if row is not None and row.stands else None


def digest_of(row: ExceptionalDecision, said: Mapping[str, Any], files: Sequence[str]) -> str:
    """Of everything that is signed: the case, its rules and their answer, and all that is to be settled."""
    parts = {
        "case": str(row.case.handle),
        "number": row.number,
        "programme": row.case.programme,
        "pack": row.case.pack,
        "decision": row.decision.digest,
        "amount": row.amount,
        "result": row.result,
        "basis": row.basis,
        "basis_on": row.basis_on.isoformat(),
        "reason": said["reason"],
        "terms": list(said["terms"]),
        "files": list(files),
    }
    return digest(repr(sorted(parts.items())).encode())


def digest_kept(row: ExceptionalDecision) -> str:
    """The same of what is kept now: another one where anything was changed. Raises: Erased, NotSealed."""
    files = [one.sha256 for one in _files(row)]
    return digest_of(row, taken(row.case, f"{SETTLED_TEXT}/{row.handle}", row.sealed), files)


def _files(row: ExceptionalDecision) -> list[CaseFile]:
    found = {one.pk: one for one in CaseFile.objects.filter(case=row.case, pk__in=row.files)}
    return [found[pk] for pk in row.files if pk in found]


def is_intact(row: ExceptionalDecision) -> bool:
    """Whether exactly what stands there was signed by every seat. Raises: Erased, NotSealed."""
    signed = set(row.signatures.values_list("digest", flat=True))
    return signed == {row.digest} and digest_kept(row) == row.digest


def signers_of(case: Case, row: ExceptionalDecision | None) -> list[Signer]:
    """The seats of the pack in order, with who has signed so far. Raises: PackNotKept."""
    path, words = path_of(case), book_of_case(case).pack.unit_words
    rows = row.signatures.select_related("signed_by") if row else []
    signed = {one.seat: one for one in rows}
    units = {**words, "lead": words.get(case.lead.code, {})}
    return [
        Signer(number, seat, seat_words(seat, language(), units), signed.get(number))
        for number, seat in enumerate(path.seats if path else ())
    ]


def seats_held(case: Case, user: "User", on: date) -> list[int]:
    """Which seats of the signers a login holds on a day, by number. Raises: Erased, NotSealed."""
    path, held = path_of(case), held_seats(user, on)
    state = state_now(case)
    return [
        number
        for number, seat in enumerate(path.seats if path else ())
        if any(holds(held, one) for one in seats_of(state, seat))
    ]


def rule_words(case: Case, decision: Decision) -> str:
    """What the rules said, in a few words: an amount or level, or that they gave nothing."""
    if decision.outcome != "yes":
        return str(OUTCOMES[decision.outcome])
    given = given_words(case, decision.amount, decision.result)
    return _("按规则给予：%(given)s") % {"given": given}


def difference_words(row: ExceptionalDecision) -> str:
    """How what is settled differs from what the rules gave."""
    given = given_words(row.case, row.amount, row.result)
    ruled = row.decision.amount if row.decision.outcome == "yes" else None
    if row.amount is None or ruled is None:
        return _("规则没有给予，议定给予：%(given)s") % {"given": given}
    gap = row.amount - ruled
    if gap == 0:
        return _("与按规则计算的金额相同")
    text = money_words(abs(gap), language())
    more = _("比按规则计算的多%(gap)s") if gap > 0 else _("比按规则计算的少%(gap)s")
    return more % {"gap": text}


def told(row: ExceptionalDecision) -> Told:
    """Raises: Erased, NotSealed, PackNotKept."""
    case = row.case
    said, answer = taken_all(
        case,
        [
            (f"{SETTLED_TEXT}/{row.handle}", row.sealed),
            (f"{REFUSED_TEXT}/{row.handle}", row.sealed_answer),
        ],
    )
    files = _files(row)
    names = taken_all(case, [(f"{FILE}/{one.stored_as}", one.sealed_name) for one in files])
    return Told(
        row=row,
        tone=TONES[row.status],
        given=given_words(case, row.amount, row.result),
        by_rule=rule_words(case, row.decision),
        difference=difference_words(row),
        reason=said["reason"],
        terms=tuple(said["terms"]),
        answer=(answer or {}).get("text", ""),
        files=tuple(zip(files, map(str, names), strict=True)),
        signatures=tuple(row.signatures.select_related("signed_by")),
    )


def records_of(case: Case) -> list[Told]:
    """Every record of a case, the newest first. Raises: Erased, NotSealed, PackNotKept."""
    rows = case.exceptional.select_related("decision", "proposed_by", "ended_by")
    found = list(rows.order_by("-number"))
    for row in found:
        row.case = case
    return [told(row) for row in found]


def award_record(case: Case) -> Told | None:
    """The record that an award of a case stands on; None where the rules granted it, or nothing was."""
    return record_behind(case.awards.filter(voided_at=None).exclude(exceptional=None).first(), case)


def record_behind(award: Award | None, case: Case) -> Told | None:
    """The same of an award that was found already; one that was taken back stands on nothing."""
    if award is None or award.voided_at is not None or award.exceptional is None:
        return None
    award.exceptional.case = case
    return told(award.exceptional)


def results_of(case: Case) -> list[tuple[str, str]]:
    """The levels that may be settled, with their words; none where the programme gives none."""
    book = book_of_case(case)
    rules = [book.rules.rules[number] for number in book.rules.programmes[case.programme].rules]
    kinds = [one.result.type for one in rules if one.result is not None]
    found: dict[str, str] = {}
    for kind in kinds:
        if isinstance(kind, Enum):
            labels = book.rules.facts[kind.name].value_labels
            found.update(
                {value: in_language(labels.get(value, {"zh": value})) for value in kind.values}
            )
    return list(found.items())


def sum_lines(row: ExceptionalDecision) -> list[dict[str, str]]:
    """How what is granted comes about, a line each, in both languages."""
    spoken = {}
    for name, tongue in (("zh", "zh-hans"), ("en", "en")):
        with override(tongue):
            spoken[name] = list(_lines(row))
    return [{"zh": zh, "en": en} for zh, en in zip(spoken["zh"], spoken["en"], strict=True)]


def _lines(row: ExceptionalDecision) -> Iterator[str]:
    given = given_words(row.case, row.amount, row.result)
    yield _("一事一议议定：%(given)s（%(basis)s），不是按规则核定") % {
        "given": given,
        "basis": row.basis,
    }
    yield rule_words(row.case, row.decision)


def limit_words(case: Case, path: Path) -> str:
    """The most that may be settled, with its clause; empty where there is no limit."""
    if path.limit is None:
        return ""
    return _("议定金额不能超过%(limit)s（%(clause)s）") % {
        "limit": money_words(path.limit, language()),
        "clause": teller(book_of_case(case)).clause(path.source),
    }
