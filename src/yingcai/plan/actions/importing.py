"""Bring an issued plan in: read the file, keep the text and everything the reader proposes."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from yingcai.audit.actions import record
from yingcai.engine.reading import ReadingError, Sent, read_sent
from yingcai.identity.queries import unit_names, units_by_code
from yingcai.plan.actions.proposals import Home, Homes, proposal_of
from yingcai.plan.errors import Invalid, Stale, Unreadable
from yingcai.plan.fields import fields_of, plain
from yingcai.plan.models import Clause, Measure, MeasureUnit, Plan
from yingcai.plan.refusals import refusal_words

if TYPE_CHECKING:
    from yingcai.identity.models import User

YEARS_IN_TITLE = re.compile(r"[（(]?\s*\d{4}\s*年?\s*[-—–－~至到]+\s*\d{4}\s*年?\s*[)）]?")
RESERVED = frozenset({"ledger", "targets"})


@dataclass(frozen=True, slots=True)
class Imported:
    """The plan, and whether it was made now or had been brought in before (same bytes)."""

    plan: Plan
    created: bool


def import_plan(
    source_bytes: bytes, name: str, *, actor: "User | None", now: datetime, slug: str = ""
) -> Imported:
    """Read a plan file (txt, docx, pdf) and keep it as a draft with everything the reader proposes.

    The same bytes again give the plan that is already there. With ``slug`` of an existing plan, or
    the same title and years, the new one is its next edition.

    Raises: Unreadable with what is wrong, where, and the way out; Stale when somebody brings in the
    same edition at this moment. Nothing is kept then.
    """
    sha256 = hashlib.sha256(source_bytes).hexdigest()
    known = Plan.objects.filter(source_sha256=sha256).order_by("-id").first()
    if known is not None:
        return Imported(known, created=False)
    try:
        sent = read_sent(source_bytes, name=name, units=unit_names())
    except ReadingError as error:
        raise Unreadable(refusal_words(error), code=error.code) from error
    try:
        plan = keep_reading(sent, actor=actor, now=now, slug=slug)
    except IntegrityError as error:
        raise Stale(_("别人正在导入同一个计划，请刷新页面后再看。")) from error
    return Imported(plan, created=True)


@transaction.atomic
def keep_reading(sent: Sent, *, actor: "User | None", now: datetime, slug: str = "") -> Plan:
    """Keep a reading as a draft plan; each clause also keeps what the reader proposed.

    Raises: Invalid when ``slug`` names no plan.
    """
    plan = _plan(sent, slug=slug)
    plan.created_by = actor
    plan.created_at = now
    plan.save()
    measures = _keep_measures(plan, sent.document["measures"])
    _keep_clauses(plan, sent.document, measures)
    details = {"sha256": plan.source_sha256, "edition": plan.edition}
    record("plan.imported", plan, actor=actor, at=now, details=details)
    return plan


def _plan(sent: Sent, *, slug: str) -> Plan:
    header, source = sent.document["header"], sent.source
    start, end = header["period"] or (None, None)
    plan = Plan(
        title=(header["title"] or source.source.name)[:200],
        number=(header["number"] or "")[:60],
        issuers=header["issuers"],
        issued_on=date.fromisoformat(header["issued_on"]) if header["issued_on"] else None,
        period_start=start,
        period_end=end,
        sections=sent.document["sections"],
        # PostgreSQL cannot keep NUL; one character for another keeps every offset.
        text=source.text.replace("\x00", "\ufffd"),
        source_name=source.source.name[:200],
        source_sha256=source.source.sha256,
        source_format=source.format,
        source_encoding=source.encoding,
        problems=_problems(sent),
    )
    previous = _previous(plan, slug)
    plan.slug = previous.slug if previous else _new_slug(plan)
    plan.edition = previous.edition + 1 if previous else 1
    plan.previous = previous
    return plan


def _problems(sent: Sent) -> list[dict[str, Any]]:
    """What a person should look at: notes on the file first, then what the reader stumbled over."""
    notes = [{"code": "source", "text": note, "span": None} for note in sent.source.notes]
    found: list[dict[str, Any]] = sent.document["problems"]
    return [*notes, *found]


def _previous(plan: Plan, slug: str) -> Plan | None:
    """The newest edition of the same plan: the one named, else one of that title and those years."""
    if slug:
        newest = Plan.objects.filter(slug=slug).order_by("-edition").first()
        if newest is None:
            raise Invalid(_("没有找到要更新的计划，请从列表中选择。"))
        return newest
    stem = title_stem(plan.title)
    same_years = Plan.objects.filter(period_start=plan.period_start, period_end=plan.period_end)
    for known in same_years.defer("text").order_by("-edition"):
        if title_stem(known.title) == stem:
            return Plan.objects.filter(slug=known.slug).order_by("-edition").first()
    return None


def title_stem(title: str) -> str:
    """A title without its years, brackets and blanks: what editions of one plan share."""
    return re.sub(r"[\s《》（）()]|修订稿|修订版|修订", "", YEARS_IN_TITLE.sub("", title))


def _new_slug(plan: Plan) -> str:
    """``2018-2020``, or the like: an address people can read and type."""
    start = plan.period_start or (plan.issued_on.year if plan.issued_on else None)
    years = [str(year) for year in (start, plan.period_end) if year]
    stem = "-".join(years) or f"plan-{plan.source_sha256[:8]}"
    taken = set(Plan.objects.values_list("slug", flat=True)) | RESERVED
    slug, number = stem, 1
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug


def _keep_measures(plan: Plan, entries: list[dict[str, Any]]) -> list[Measure]:
    measures = Measure.objects.bulk_create(
        Measure(
            plan=plan,
            number=entry["number"],
            label=entry["label"][:40],
            title=entry["title"][:200],
            section=(entry["section"] or "")[:20],
            start=entry["span"][0],
            end=entry["span"][1],
            order=order,
        )
        for order, entry in enumerate(entries)
    )
    known = units_by_code()
    MeasureUnit.objects.bulk_create(
        MeasureUnit(
            measure=measure,
            name=unit["name"][:120],
            unit=known.get(unit["unit"] or ""),
            role=unit["role"],
            order=order,
            start=unit["span"][0],
            end=unit["span"][1],
        )
        for measure, entry in zip(measures, entries, strict=True)
        for order, unit in enumerate(entry["units"])
    )
    return measures


def _keep_clauses(plan: Plan, document: Mapping[str, Any], measures: list[Measure]) -> None:
    """Every item and every unclassified number becomes a proposed clause."""
    homes = Homes(tuple(Home(m.pk, m.number, m.start, m.end) for m in measures))
    clauses: list[Clause] = []
    wholes: list[tuple[Clause, Clause]] = []
    for measure, entry in zip(measures, document["measures"], strict=True):
        made = proposal_of(plan, entry, measure_id=measure.pk)
        clauses += [clause for clause, whole in made]
        wholes += [(clause, whole) for clause, whole in made if whole is not None]
    for loose in document["unclassified"]:
        start, end = loose["span"]
        clauses.append(
            Clause(
                plan=plan,
                measure_id=homes.home_of(start, end),
                kind=Clause.Kind.UNCLASSIFIED,
                start=start,
                end=end,
                text=loose["text"],
                details={"reason": loose["reason"]},
            )
        )
    _save_with_originals(clauses, wholes)


def _save_with_originals(clauses: list[Clause], wholes: list[tuple[Clause, Clause]]) -> None:
    Clause.objects.bulk_create(clauses)
    for clause, whole in wholes:
        clause.part_of = whole
    for clause in clauses:
        clause.original = plain(fields_of(clause))
    Clause.objects.bulk_update(clauses, ["part_of", "original"], batch_size=200)
