"""Announcing a call, and opening a panel for its cases."""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, cast

from django.db import transaction
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.audit.actions import record
from yingcai.cases.actions.deciding import basis_kept
from yingcai.cases.actions.panels.keeping import by_office
from yingcai.cases.errors import InvalidCase
from yingcai.cases.models import Call, Case, Panel, PanelCase
from yingcai.cases.queries.flows import book_of_case, flow_of
from yingcai.cases.queries.panels.calls import panelled, waiting_for_panel
from yingcai.cases.queries.rule_book import RuleBook, rule_book
from yingcai.engine.matching.draws import drawn
from yingcai.engine.packs.panels import panel_stage

if TYPE_CHECKING:
    from yingcai.identity.models import User

MOST = 400  # projects of one panel


@dataclass(frozen=True)
class Announced:
    """What a call says; ``places``: how many are admitted at most, None for whoever passes."""

    programme: str
    title: str
    opens_on: date | None
    closes_on: date | None
    places: int | None = None


def announce_call(wanted: Announced, *, actor: "User", now: datetime) -> Call:
    """Announce a call with its days. Raises: NotAllowed, InvalidCase with everything that is wrong."""
    by_office(actor, now)
    problems = dict(_faults(wanted, rule_book()))
    if problems:
        raise InvalidCase(problems.values(), fields=problems)
    with transaction.atomic():
        call = Call.objects.create(
            programme=wanted.programme,
            title=wanted.title.strip(),
            opens_on=cast("date", wanted.opens_on),
            closes_on=cast("date", wanted.closes_on),
            places=wanted.places,
            made_at=now,
            made_by=actor,
        )
        details = {"programme": call.programme, "opens_on": call.opens_on.isoformat()}
        record("call.announced", call, actor=actor, details=details, at=now)
    return call


def _faults(wanted: Announced, book: RuleBook | None) -> Iterator[tuple[str, str]]:
    if book is None or wanted.programme not in panelled(book):
        yield "programme", _("请选择由评审组评分的项目")
    if not 2 <= len(wanted.title.strip()) <= 120:
        yield "title", _("请填写批次名称，2到120个字")
    first, last = wanted.opens_on, wanted.closes_on
    if first is None:
        yield "opens_on", _("请填写申报开始日期")
    if last is None:
        yield "closes_on", _("请填写申报截止日期")
    if first and last:
        yield from _wrong_days(wanted.programme, first, last)


def _wrong_days(programme: str, first: date, last: date) -> Iterator[tuple[str, str]]:
    if last < first:
        yield "closes_on", _("截止日期不能早于开始日期")
    other = Call.objects.filter(programme=programme, opens_on__lte=last, closes_on__gte=first)
    if other.exists():
        yield "opens_on", _("与该项目已有的批次日期重叠，一件申报只能属于一个批次")


def open_panel(call: Call, *, opens_on: date, actor: "User", now: datetime) -> Panel:
    """Open a panel for the cases of a call that stand in its scored stage; numbers are drawn by its seed.

    Raises: NotAllowed, InvalidCase.
    """
    by_office(actor, now)
    on = clock.day_of(now)
    if on <= call.closes_on:
        raise InvalidCase(_("申报截止以后才能组成评审组"))
    if opens_on <= on:
        raise InvalidCase(_("启封日期应当晚于今天"), fields={"opens_on": ""})
    cases = _cases(call)
    stage = _stage(cases[0])
    rules = book_of_case(cases[0]).pack.scores[stage["score"]]["panel"]
    seed = secrets.token_hex(16)
    with transaction.atomic():
        panel = Panel.objects.create(
            call=call,
            pack=cases[0].pack,
            score=stage["score"],
            stage=stage["id"],
            sheets=stage["who"][0].get("count", 1),
            seed=seed,
            opens_on=opens_on,
            made_at=now,
            made_by=actor,
        )
        _number(panel, cases, rules.get("field", ""))
        record(
            "panel.opened", panel, actor=actor, details={"cases": len(cases), "seed": seed}, at=now
        )
    return panel


def _stage(case: Case) -> Mapping[str, Any]:
    """The scored stage by the pack that a case began with."""
    return cast("Mapping[str, Any]", panel_stage(book_of_case(case).pack, case.workflow))


def _cases(call: Call) -> list[Case]:
    """Those of one text of the rules, the most recent that any of them began with. Raises: InvalidCase."""
    book = rule_book()
    stage = book and panel_stage(book.pack, book.pack.programmes[call.programme]["workflow"])
    rows = waiting_for_panel(call, stage["id"])[: MOST + 1] if stage else []
    # A case that began by an older text of the workflow may be voted on in the stage of that name.
    found = [case for case in rows if flow_of(case).scored == case.stage]
    if not found:
        raise InvalidCase(_("这个批次没有到评审环节的事项"))
    if len(found) > MOST:
        raise InvalidCase(_("一个评审组最多%(most)s个项目") % {"most": MOST})
    if len({case.pack for case in found}) > 1:
        latest = found[-1].pack
        found = [case for case in found if case.pack == latest]
    return found


def _number(panel: Panel, cases: list[Case], field: str) -> None:
    by_handle = {str(case.handle): case for case in cases}
    for number, handle in enumerate(drawn(panel.seed, "number", by_handle), 1):
        case = by_handle[handle]
        PanelCase.objects.create(panel=panel, case=case, number=number, field=_field(case, field))


def _field(case: Case, name: str) -> str:
    """The field of a project, by its last decision."""
    row = case.decisions.order_by("-number").first()
    if not name or row is None:
        return ""
    row.case = case
    used = basis_kept(row).get(name)
    return used.written if used else ""
