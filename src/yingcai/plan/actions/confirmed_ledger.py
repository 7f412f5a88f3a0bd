"""Decide a fresh reading by a ledger that people confirmed before (a pack's ``plan/ledger.yaml``)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from yingcai.audit.actions import record
from yingcai.engine.packs.ledger import Ledger, LedgerItem, LedgerMeasure
from yingcai.plan.actions.deciding import (
    confirm_clause,
    confirm_measure,
    confirm_outside,
    correct_clause,
    reject_clause,
)
from yingcai.plan.actions.heading import ResponsibleUnit, set_measure_units
from yingcai.plan.actions.ledger import Why, set_owners, set_shares
from yingcai.plan.actions.opening import lock_draft
from yingcai.plan.actions.shaping import add_clause
from yingcai.plan.errors import Invalid, PlanError
from yingcai.plan.fields import ClauseFields, fields_of
from yingcai.plan.models import Clause, Measure, MeasureUnit, Plan, Target
from yingcai.plan.phrases import find_phrase

if TYPE_CHECKING:
    from yingcai.identity.models import User

Kind = Clause.Kind


@dataclass
class Applied:
    """How the clauses of the reading were decided."""

    confirmed: int = 0
    corrected: int = 0
    added: int = 0
    rejected: int = 0


@transaction.atomic
def apply_ledger(plan: Plan, ledger: Ledger, *, actor: "User", now: datetime) -> Applied:
    """Decide every clause of a draft as the ledger says: equal ones are confirmed, different ones
    corrected, missing ones added, others rejected.

    Raises: NotOpen; Invalid when the ledger is of another text, or its words are not found (all at
    once); nothing is decided then.
    """
    locked = lock_draft(plan.pk)
    if ledger.source_sha256 != locked.source_sha256:
        raise Invalid(
            _("台账确认的是另一份文件（摘要 %(other)s…），与本计划的原文不符。")
            % {"other": ledger.source_sha256[:12]}
        )
    measures = {measure.number: measure for measure in locked.measures.all()}
    done = Applied()
    problems: list[str] = []
    for entry in ledger.measures:
        measure = measures.get(entry.number)
        if measure is None:
            problems.append(_("原文中没有第 %(number)s 条措施。") % {"number": entry.number})
            continue
        try:
            _Decider(locked, measure, done, actor=actor, now=now).decide(entry)
        except PlanError as error:
            problems.extend(f"{entry.number}. {text}" for text in error.problems)
    if problems:
        raise Invalid(*problems)
    done.confirmed += confirm_outside(locked, actor=actor, now=now).count
    record("plan.ledger_applied", locked, actor=actor, at=now, details=vars(done))
    return done


def name_targets_in_english(plan: Plan, ledger: Ledger, *, actor: "User", now: datetime) -> int:
    """Give published targets the English titles of the ledger; returns how many got one."""
    find = _Finder(plan)
    named = []
    for entry in ledger.measures:
        for item in entry.items:
            target = find.target(entry.number, item.text) if item.title_en else None
            if target is not None:
                target.title_en = item.title_en[:300]
                named.append(target)
    with transaction.atomic():
        Target.objects.bulk_update(named, ["title_en"])
        details = {"targets": len(named)}
        record("plan.targets_named", plan, actor=actor, at=now, details=details)
    return len(named)


@transaction.atomic
def assign_targets(plan: Plan, ledger: Ledger, *, actor: "User", now: datetime) -> int:
    """Give published targets the owners and county shares that the ledger assigns.

    Raises: NotOpen, Stale, Invalid (words that name no target; all at once).
    """
    find = _Finder(plan)
    problems = []
    for entry in ledger.assignments:
        target = find.target(entry.measure, entry.text)
        if target is None:
            problems.append(
                _("台账第 %(line)s 行：“%(text)s”不对应任何目标。")
                % {"line": entry.line, "text": entry.text[:30]}
            )
            continue
        why = Why(actor=actor, now=now, reason=entry.reason)
        roles = MeasureUnit.Role
        owners = {code: str(roles.LEAD) for code in entry.lead}
        owners |= {code: str(roles.JOINT) for code in entry.joint}
        if owners:
            set_owners(target, owners, why)
        if entry.shares:
            set_shares(target, entry.shares, why)
    if problems:
        raise Invalid(*problems)
    return len(ledger.assignments)


class _Finder:
    """Finds a published target by the words of the plan that it stands on."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.targets: dict[int, list[Target]] = {}
        for target in Target.objects.filter(plan=plan).select_related("clause", "measure"):
            self.targets.setdefault(target.measure.number, []).append(target)

    def target(self, measure: int, words: str) -> Target | None:
        for target in self.targets.get(measure, []):
            within = (target.measure.start, target.measure.end)
            start, end = find_phrase(self.plan.text, words, within=within)
            if target.clause.start < end and start < target.clause.end:
                return target
        return None


class _Decider:
    """Decides the clauses of one measure."""

    def __init__(
        self, plan: Plan, measure: Measure, done: Applied, *, actor: "User", now: datetime
    ) -> None:
        self.plan, self.measure, self.done = plan, measure, done
        self.actor, self.now = actor, now

    def decide(self, entry: LedgerMeasure) -> None:
        self._units(entry)
        matched = self._match(entry.items)
        self._reject_others({clause.pk for clause in matched.values()})
        ids: dict[str, int] = {}
        # Wholes before their parts, which name them by their words.
        for item in sorted(entry.items, key=lambda one: bool(one.part_of)):
            ids[item.text] = self._settle(item, matched.get(item.line), ids.get(item.part_of))
        self.done.confirmed += confirm_measure(self.measure, actor=self.actor, now=self.now).count

    def _units(self, entry: LedgerMeasure) -> None:
        roles = MeasureUnit.Role
        wanted = [(name, roles.LEAD) for name in entry.lead]
        wanted += [(name, roles.JOINT) for name in entry.joint]
        rows = list(self.measure.units.select_related("unit"))
        if not wanted or [(row.name, row.role) for row in rows] == wanted:
            return
        known = {row.name: row.unit.code for row in rows if row.unit is not None}
        units = [
            ResponsibleUnit(name=name, code=known.get(name, ""), role=role) for name, role in wanted
        ]
        set_measure_units(self.measure, units, actor=self.actor, now=self.now)

    def _match(self, items: Iterable[LedgerItem]) -> dict[int, Clause]:
        """The reader's clause for each item of the ledger, by line: same kind, shared words."""
        open_clauses = list(
            Clause.objects.filter(
                plan=self.plan, measure=self.measure, status=Clause.Status.PROPOSED
            )
        )
        found: dict[int, Clause] = {}
        for item in items:
            start, end = self._span(item)
            best = max(
                (clause for clause in open_clauses if clause.kind == item.kind),
                key=lambda clause: min(end, clause.end) - max(start, clause.start),
                default=None,
            )
            if best is not None and min(end, best.end) > max(start, best.start):
                open_clauses.remove(best)
                found[item.line] = best
        return found

    def _span(self, item: LedgerItem) -> tuple[int, int]:
        within = (self.measure.start, self.measure.end)
        return find_phrase(self.plan.text, item.text, within=within)

    def _reject_others(self, kept: set[int]) -> None:
        others = Clause.objects.filter(
            plan=self.plan, measure=self.measure, status=Clause.Status.PROPOSED
        ).exclude(kind=Kind.UNCLASSIFIED)
        for clause in others.exclude(pk__in=kept):
            reason = _("确认的台账中没有这一条。")
            reject_clause(clause, reason=reason, actor=self.actor, now=self.now)
            self.done.rejected += 1

    def _settle(self, item: LedgerItem, clause: Clause | None, part_of: int | None) -> int:
        """Confirm, correct or add the clause of one item; returns its id."""
        start, end = self._span(item)
        wanted = ClauseFields(
            kind=item.kind,
            start=start,
            end=end,
            subject=item.subject,
            value=item.value,
            value_max=item.value_max,
            measure_word=item.unit,
            comparator=item.comparator,
            per=item.per,
            cumulative=item.cumulative,
            baseline=item.baseline,
            by_year=item.by,
            part_of=part_of,
            details={k: v for k, v in item.details.items() if k != "title_en"},
        )
        if clause is None:
            self.done.added += 1
            return add_clause(self.plan, self.measure, wanted, actor=self.actor, now=self.now).pk
        seen = fields_of(clause)
        # The reader's own span and details stay: they stand on the same words.
        wanted = replace(
            wanted.with_span(seen.start, seen.end), details={**seen.details, **wanted.details}
        )
        if item.kind not in (Kind.TARGET, Kind.COVERAGE) or wanted == seen:
            confirm_clause(clause, actor=self.actor, now=self.now)
            self.done.confirmed += 1
        else:
            correct_clause(clause, wanted, actor=self.actor, now=self.now)
            self.done.corrected += 1
        return clause.pk
