"""An expert's sheet: kept as a draft, handed in once, sealed until the panel is opened."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from yingcai.audit.actions import record
from yingcai.cases.errors import InvalidCase, NotAllowed, StaleCase
from yingcai.cases.models import Panel, ScoreSheet
from yingcai.cases.queries.guides import in_language
from yingcai.cases.queries.panels.rounds import OPEN, SHEET, method_for
from yingcai.cases.sealed import put
from yingcai.engine.matching.sheets import Item, Method
from yingcai.identity.queries import is_behind

if TYPE_CHECKING:
    from yingcai.identity.models import User

MOST_WORDS = 1000
State = ScoreSheet.State


def keep_sheet(
    sheet: ScoreSheet,
    points: Mapping[str, str],
    reasons: Mapping[str, str],
    *,
    hand_in: bool,
    version: int,
    actor: "User",
    now: datetime,
) -> ScoreSheet:
    """Keep what was written; ``hand_in``: for good, when every item has points and a reason.

    Raises: NotAllowed, InvalidCase with the sentence of each item, StaleCase.
    """
    if not is_behind(sheet.expert.user, actor):
        raise NotAllowed(_("只有这份评分表的专家可以评分"))
    if sheet.state not in OPEN or sheet.case.panel.state != Panel.State.SCORING:
        raise NotAllowed(_("这份评分表已经提交，或者评审已经结束，不能再改"))
    method = method_for(sheet.case.panel)
    problems = dict(_faults(method, points, reasons, whole=hand_in))
    if problems:
        raise InvalidCase(problems.values(), fields=problems)
    content = {
        "points": {one.name: int(points[one.name]) for one in method.items if points.get(one.name)},
        "reasons": {one.name: reasons.get(one.name, "").strip() for one in method.items},
    }
    fields: dict[str, object] = {
        "sealed": put(sheet.case.case, f"{SHEET}/{sheet.handle}", content),
        "state": State.SUBMITTED if hand_in else State.DRAFT,
        "submitted_at": now if hand_in else None,
        "version": version + 1,
    }
    with transaction.atomic():
        rows = ScoreSheet.objects.filter(pk=sheet.pk, version=version, state__in=OPEN)
        if not rows.update(**fields):
            raise StaleCase(_("这份评分表在别处改过，请刷新页面，核对后再填"))
        verb = "submitted" if hand_in else "kept"
        record(f"sheet.{verb}", sheet, actor=actor, details={"panel": sheet.case.panel_id}, at=now)
    sheet.refresh_from_db()
    return sheet


def _faults(
    method: Method, points: Mapping[str, str], reasons: Mapping[str, str], *, whole: bool
) -> Iterator[tuple[str, str]]:
    for item in method.items:
        given, words = points.get(item.name, "").strip(), reasons.get(item.name, "").strip()
        told = {"item": in_language(item.words), "most": item.most}
        if (given or whole) and not _right(item, given):
            yield item.name, _("“%(item)s”请填0到%(most)s的整数") % told
        elif len(words) > MOST_WORDS:
            yield item.name, _("“%(item)s”的理由最多1000个字") % told
        elif whole and not words and (item.kind == "linear" or given != "0"):
            yield item.name, _("“%(item)s”请写明理由") % told


def _right(item: Item, given: str) -> bool:
    return given.isascii() and given.isdecimal() and len(given) < 6 and int(given) <= item.most
