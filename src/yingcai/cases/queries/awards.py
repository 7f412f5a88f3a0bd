"""Awards as they stand on a day: suspended or not, their grade, what was taken back; who is barred and until when."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from yingcai.cases.models import Award, AwardChange, Case
from yingcai.cases.queries.evaluation import items_of
from yingcai.cases.queries.flows import book_of_case, details_of
from yingcai.cases.queries.guides import in_language, teller
from yingcai.cases.queries.publicity import given_words
from yingcai.cases.queries.rule_book import book_of, language
from yingcai.cases.queries.seats import HOLDERS, Held, held_seats
from yingcai.cases.sealed import SUM, taken
from yingcai.engine.rules.months import months_later
from yingcai.engine.rules.types import Date, Enum, civil
from yingcai.engine.rules.words import money_words, value_words
from yingcai.registry.queries.merged import kept, members

if TYPE_CHECKING:
    from yingcai.identity.models import User
    from yingcai.registry.models import Subject

Kind, Status = AwardChange.Kind, AwardChange.Status
CHANGE, ANSWER = "award-change", "award-answer"  # the fields under which words are sealed
GRADED = (Kind.PROMOTE, Kind.DEMOTE)
ENDING = (Kind.CANCEL, Kind.END)
TONES: Mapping[str, str] = {
    Status.PROPOSED: "warn",
    Status.DECIDED: "info",
    Status.REFUSED: "muted",
    Status.WITHDRAWN: "muted",
}


@dataclass(frozen=True)
class Told:
    """A change in words. ``lines``: what it does; ``why``: what was written; ``sample``: no known rule."""

    row: AwardChange
    tone: str
    ground: str
    clause: str
    sample: bool
    lines: tuple[str, ...]
    why: Mapping[str, Any]
    answer: str
    points: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Standing:
    """An award on a day. ``given``: amount or grade in words; ``suspended``: the change that suspends it."""

    award: Award
    given: str
    suspended: AwardChange | None
    taken_back: int
    taken_words: str
    until: date | None
    sum: tuple[str, ...]


def grounds_of(case: Case, act: str) -> list[dict[str, Any]]:
    """The grounds of the pack for an act. Raises: PackNotKept."""
    return [one for one in book_of(case.pack).pack.grounds if act in one["acts"]]


def ground_of(row: AwardChange) -> dict[str, Any]:
    """The entry of the pack; empty where it has none."""
    grounds = book_of(row.award.case.pack).pack.grounds
    return next((one for one in grounds if one["id"] == row.ground), {})


def award_of(case: Case) -> Award | None:
    """The last award of a case that is over, standing or not; the case comes along."""
    if case.live or not (case.asks_rules or case.on_paper):
        return None
    award = case.awards.order_by("-id").first()
    if award is not None:
        award.case = case
    return award


def decided_on(award: Award, on: date) -> QuerySet[AwardChange]:
    """What was decided on an award and holds on a day, in order."""
    return award.changes.filter(status=Status.DECIDED, from_on__lte=on).order_by("from_on", "id")


def suspended_on(award: Award, on: date) -> AwardChange | None:
    """The suspension that holds on a day; None where none does."""
    last = decided_on(award, on).filter(kind__in=[Kind.SUSPEND, Kind.RESUME]).last()
    if last is None or last.kind == Kind.RESUME:
        return None
    return None if last.until_on and last.until_on < on else last


def grade_on(award: Award, on: date) -> str:
    """The grade of an award on a day: the last one that an evaluation gave, else its own."""
    last = decided_on(award, on).filter(kind__in=GRADED).last()
    return last.result if last else award.result


def valid_until(award: Award) -> date | None:
    """The last day on which what an award gives holds; None where the programme has no term.

    Of one that was decided on paper what the paper says, and nothing where it names no day.
    """
    if award.paper is not None:
        return award.paper.valid_until
    term = details_of(award.case).get("valid")
    since = award.since_on or award.granted_on
    return months_later(since, term["months"]) - timedelta(days=1) if term else None


def rank_of(case: Case, result: str) -> int:
    """The place of a level among those that the programme gives; higher where they rise."""
    rules = book_of_case(case).rules
    kinds = [rules.rules[number].result for number in rules.programmes[case.programme].rules]
    for one in kinds:
        if one is not None and isinstance(one.type, Enum) and result in one.type.codes:
            return one.type.codes[result]
    return 0


def sum_of(award: Award) -> list[str]:
    """How the amount comes about, a line each, where anything was taken off. Raises: Erased, NotSealed."""
    lines: list[str] = [in_language(one) for one in taken(award.case, SUM, award.sealed_sum) or []]
    return [*lines, *(changed_words(award) if award.replaces else ())]


def changed_words(award: Award) -> list[str]:
    """What an award is in place of the one before it, and what is to be paid more or given back; a line each."""
    return [in_language(one) for one in changes_said(award)]


def changes_said(award: Award) -> list[dict[str, str]]:
    """The same in both languages."""
    found: list[list[str]] = []
    for tongue in ("zh-hans", "en"):
        with override(tongue):
            found.append(list(_changed_lines(award)))
    return [{"zh": zh, "en": en} for zh, en in zip(*found, strict=True)]


def _changed_lines(award: Award) -> Iterator[str]:
    old = award.replaces
    before = given_words(award.case, old.amount, old.result) if old else _("没有")
    after = given_words(award.case, award.amount, award.result)
    yield _("原决定：%(before)s；变更后：%(after)s") % {"before": before, "after": after}
    more = (award.amount or 0) - ((old.amount or 0) if old else 0)
    if more:
        sentence = _("应当补发%(amount)s") if more > 0 else _("应当退回%(amount)s")
        yield sentence % {"amount": money_words(abs(more), language())}


def taken_back(award: Award) -> int:
    """Fen that decisions have taken back so far."""
    rows = award.changes.filter(status=Status.DECIDED, kind=Kind.RECOVER)
    return rows.aggregate(total=Sum("amount"))["total"] or 0


def standing_of(award: Award, on: date) -> Standing:
    fen = taken_back(award)
    return Standing(
        award,
        given_words(award.case, award.amount, grade_on(award, on)),
        suspended_on(award, on),
        fen,
        money_words(fen, language()) if fen else "",
        valid_until(award),
        tuple(sum_of(award)),
    )


def told(row: AwardChange) -> Told:
    """A change with its words. Raises: Erased, NotSealed."""
    case, ground = row.award.case, ground_of(row)
    form = {} if ground else details_of(case).get("evaluation", {})
    source = ground.get("source") or form.get("source", "")
    why = taken(case, f"{CHANGE}/{row.handle}", row.sealed) or {}
    return Told(
        row,
        TONES[row.status],
        in_language(ground) if ground else "",
        teller(book_of_case(case)).clause(source) if source else "",
        "sample" in (ground.get("status"), form.get("status")),
        tuple(_proposed(row, one) for one in lines_of(row)),
        why,
        str((taken(case, f"{ANSWER}/{row.handle}", row.sealed_answer) or {}).get("text", "")),
        tuple(
            (one.words, why["scores"].get(one.name, 0))
            for one in (items_of(case) if "scores" in why else ())
        ),
    )


def _proposed(row: AwardChange, line: str) -> str:
    """What is only proposed says so."""
    return _("提议：%(line)s") % {"line": line} if row.status == Status.PROPOSED else line


def lines_of(row: AwardChange) -> Iterator[str]:
    """What a change does, a sentence each, in the language of the page."""
    since, until, case = day_words(row.from_on), row.until_on, row.award.case
    if row.kind == Kind.SUSPEND and until:
        yield _("自%(since)s起暂停，到%(until)s为止") % {"since": since, "until": day_words(until)}
    elif row.kind == Kind.SUSPEND:
        yield _("自%(since)s起暂停，恢复日期另行决定") % {"since": since}
    elif row.kind in SENTENCES:
        yield SENTENCES[row.kind] % {"since": since}
    if row.kind in GRADED:
        grade = given_words(case, None, row.result)
        yield _("自%(since)s起等级为%(grade)s") % {"since": since, "grade": grade}
    if row.amount is not None:
        yield _("追回%(amount)s") % {"amount": money_words(row.amount, language())}
    if row.barred_until:
        yield _("%(until)s以前不得再申请") % {"until": day_words(next_day(row.barred_until))}


SENTENCES: Mapping[str, Any] = {
    Kind.RESUME: gettext_lazy("自%(since)s起恢复"),
    Kind.CANCEL: gettext_lazy("自%(since)s起撤销资格"),
    Kind.TOLERATE: gettext_lazy("认定为探索性失误或者失败，不追究，已拨资金不追回"),
    Kind.KEEP: gettext_lazy("等级不变"),
    Kind.END: gettext_lazy("自%(since)s起不再享受"),
}


def next_day(day: date) -> date:
    return day + timedelta(days=1)


def day_words(day: date) -> str:
    return value_words(civil(day), Date(), language())


def changes_of(award: Award) -> list[Told]:
    """Everything that was proposed or decided, the newest first. Raises: Erased, NotSealed."""
    rows = award.changes.select_related("proposed_by", "decided_by").order_by("-id")
    for row in rows:
        row.award = award
    return [told(row) for row in rows]


def works_on_awards(user: "User", case: Case, on: date, held: Held | None = None) -> bool:
    """Whether a login proposes and decides on awards: officers and heads of the lead unit, the talent office."""
    held = held_seats(user, on) if held is None else held
    roles = HOLDERS["officer"] | HOLDERS["head"]
    return any(
        role in HOLDERS["office"] or (role in roles and code in ("", case.lead.code))
        for role, code in held
    )


def bars_on(subject: "Subject", programme: str, on: date) -> list[AwardChange]:
    """The decisions that bar a subject from a programme on a day, whatever rows it was merged from."""
    rows = AwardChange.objects.filter(
        status=Status.DECIDED,
        barred_until__gte=on,
        from_on__lte=on,
        award__subject__in=members([kept(subject)]),
    ).select_related("award__case__subject")
    return [
        row
        for row in rows.order_by("id")
        if programme in ground_of(row).get("bars", [row.award.programme])
    ]


def barred_words(subject: "Subject", programme: str, on: date) -> list[str]:
    """Why a subject may not apply on a day: the ground, its clause, and the day from which it may again."""
    found = []
    for row in bars_on(subject, programme, on):
        ground, book = ground_of(row), book_of_case(row.award.case)
        again = next_day(row.barred_until) if row.barred_until else on
        found.append(
            _("因“%(ground)s”（%(clause)s），%(day)s以前不得申请")
            % {
                "ground": in_language(ground),
                "clause": teller(book).clause(ground.get("source", "")),
                "day": day_words(again),
            }
        )
    return found
