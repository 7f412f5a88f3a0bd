"""A panel as it is kept, as the engine reads it: who may judge what, what was assigned, what was given."""

from collections.abc import Iterable, Mapping
from typing import Any

from yingcai.cases.models import Conflict, Panel, PanelCase, PanelExpert, ScoreSheet
from yingcai.cases.queries.guides import in_language
from yingcai.cases.queries.rule_book import book_of
from yingcai.cases.sealed import Opened
from yingcai.engine.matching.files import Expert, Given, Pairing, Project, Published
from yingcai.engine.matching.rank import Result, results
from yingcai.engine.matching.sheets import Method, Sheet, method_of
from yingcai.engine.sealing import NotSealed
from yingcai.registry.sealed import subject_keys

SHEET = "sheet"
OPEN = (ScoreSheet.State.ASSIGNED, ScoreSheet.State.DRAFT)


def score_of(panel: Panel) -> Mapping[str, Any]:
    """The score sheet by the pack of the panel. Raises: PackNotKept."""
    return book_of(panel.pack).pack.scores[panel.score]


def rules_of(panel: Panel) -> Mapping[str, Any]:
    """How the pack lets a panel use its sheet. Raises: PackNotKept."""
    found: Mapping[str, Any] = score_of(panel)["panel"]
    return found


def method_for(panel: Panel) -> Method:
    """Raises: PackNotKept."""
    return method_of(score_of(panel), sheets=panel.sheets, places=panel.call.places or 0)


def field_words(panel: Panel) -> dict[str, str]:
    """The fields that experts name, with their words."""
    name, pack = rules_of(panel).get("field", ""), book_of(panel.pack).pack
    facts = {one["id"]: one for one in pack.vocabulary["facts"]["facts"]}
    return {one["id"]: in_language(one) for one in facts.get(name, {}).get("values", [])}


def called(number: int | None) -> str:
    """An expert as what is published names him."""
    return f"E{number}"


def as_assigned(panel: Panel) -> Published:
    """Everything but the points: what the rounds of assignment stand on."""
    experts = list(panel.experts.filter(number__isnull=False).order_by("number"))
    cases = list(panel.cases.all())
    given = panel_sheets(panel)
    return Published(
        title=panel.call.title,
        pack=panel.pack,
        seed=panel.seed,
        method=method_for(panel),
        projects=tuple(Project(str(one.number), one.field, one.left) for one in cases),
        experts=tuple(Expert(called(one.number), one.limit, one.since) for one in experts),
        pairs=tuple(_pairs(panel, cases, experts)),
        assignment=tuple(Given(one.round, *_pair(one)) for one in given),
        sheets=(),
        ranking=(),
    )


def panel_sheets(panel: Panel) -> list[ScoreSheet]:
    """Every sheet, in the order in which the rounds gave them."""
    rows = ScoreSheet.objects.filter(case__panel=panel)
    return list(rows.select_related("case__case__subject", "expert__user").order_by("round", "id"))


def _pair(sheet: ScoreSheet) -> tuple[str, str]:
    return str(sheet.case.number), called(sheet.expert.number)


def _pairs(
    panel: Panel, cases: Iterable[PanelCase], experts: Iterable[PanelExpert]
) -> Iterable[Pairing]:
    """The pairs that were open when the expert came; a conflict that came up later closes one from a round on."""
    closed: dict[tuple[int, int], int] = {}
    for row in Conflict.objects.filter(case__panel=panel):
        pair = row.case_id, row.expert_id
        closed[pair] = min(row.round, closed.get(pair, row.round))
    for case in cases:
        for expert in experts:
            number = closed.get((case.pk, expert.pk), 0)
            if not 0 < number <= expert.since:
                fits = not expert.fields or case.field in expert.fields
                yield Pairing(str(case.number), called(expert.number), fits, number)


def counted(panel: Panel) -> list[ScoreSheet]:
    """The sheets that count: handed in, not set aside, of a project that stayed."""
    sheets = panel_sheets(panel)
    return [one for one in sheets if one.state == ScoreSheet.State.SUBMITTED and not one.case.left]


def said(sheet: ScoreSheet, key: bytes = b"") -> dict[str, Any]:
    """Points and reasons by item, as far as they were written: for the expert himself.

    Raises: Erased, NotSealed.
    """
    opened = Opened(sheet.case.case, key)
    found: dict[str, Any] | None = opened(f"{SHEET}/{sheet.handle}", sheet.sealed)
    return found or {"points": {}, "reasons": {}}


def points(panel: Panel) -> list[Sheet]:
    """The sheets that count, by number. None while the panel is sealed; those of who was erased are gone."""
    if panel.sealed:
        return []
    rows = counted(panel)
    keys = subject_keys({one.case.case.subject for one in rows})
    found = []
    for one in rows:
        key = keys.get(one.case.case.subject_id)
        if key is None:
            continue
        try:
            found.append(Sheet(*_pair(one), said(one, key)["points"]))
        except NotSealed:
            continue
    return found


def ranking(panel: Panel) -> list[Result]:
    """The result, best first; nothing while the panel is sealed."""
    return results(method_for(panel), points(panel), panel.seed)


def lacking(panel: Panel, *, quorum: int) -> list[PanelCase]:
    """The projects that stay and have fewer than so many sheets handed in."""
    sheets = counted(panel)
    has = [one.case_id for one in sheets]
    return [one for one in panel.cases.filter(left=0) if has.count(one.pk) < quorum]


def progress(panel: Panel) -> dict[str, int]:
    """Sheets in force, and how many of them are in."""
    rows = ScoreSheet.objects.filter(case__panel=panel, case__left=0)
    rows = rows.exclude(state=ScoreSheet.State.SET_ASIDE)
    return {
        "given": rows.count(),
        "in": rows.filter(state=ScoreSheet.State.SUBMITTED).count(),
        "aside": ScoreSheet.objects.filter(
            case__panel=panel, state=ScoreSheet.State.SET_ASIDE
        ).count(),
    }
