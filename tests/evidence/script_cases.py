"""Texts of strangers in cases that the world of access does not have: objections, complaints, appeals, a panel.

Whoever writes does so at his own page; what must have come about before is done by the product's own acts.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.architecture.world import ELSEWHERE, TALENT, World, routes
from tests.evidence.payloads import together
from yingcai.cases.actions.files import attach
from yingcai.cases.actions.moving import Step, move
from yingcai.cases.actions.opening import save_answers, start_case, submit
from yingcai.cases.actions.panels.assigning import assign_sheets
from yingcai.cases.actions.panels.calling import Announced, announce_call, open_panel
from yingcai.cases.actions.panels.conflicts import declare_conflict
from yingcai.cases.actions.panels.inviting import answer_invitation, invite_experts
from yingcai.cases.actions.panels.opening import open_scores
from yingcai.cases.models import (
    Case,
    CaseParty,
    ConflictReport,
    Panel,
    PanelExpert,
    ScoreSheet,
)
from yingcai.cases.tests.after_city import APPEAL, APPEALED
from yingcai.cases.tests.panel_city import files
from yingcai.identity.models import Unit, User
from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_unit, make_user
from yingcai.registry.models import Subject
from yingcai.reporting.tests.make import NOW

PDF = b"%PDF-1.7"
TOMORROW = NOW + timedelta(1)  # when the call is over
WORDS = together(1000)  # the longest that an objection, a word to a panel or a reason may be
# The city of the world, with appeals; of a project one expert gives one sheet.
CITY = {**files(1), "workflows/examined.yaml": APPEALED, "workflows/appeal.yaml": APPEAL}


def a_paper() -> SimpleUploadedFile:
    """A paper whose name is a text."""
    return SimpleUploadedFile("<img src=x onerror=alert(0)>.pdf", PDF, "application/pdf")


def elsewhere(world: World) -> Iterator[World]:
    """The same world, whose addresses lead to other cases, after strangers have written there."""
    person = Subject.objects.get(handle=world.values["handle"])
    talent = person.mandates.get().user
    labour = Unit.objects.get(code="labour")
    window = User.objects.get(username="the-labour-window")
    officers = [
        make_user(f"labour-officer{number}", role=Role.OFFICER, unit=labour) for number in (1, 2)
    ]
    refused = _refused(talent, window)
    published = _published(talent, window, officers, objected=world)
    yield _at(world, published)
    yield _at(world, _against(world, published, window, "complaint"))
    yield _at(world, _against(world, refused, window, "appeal"))
    yield _before_a_panel(world, talent)


def _at(world: World, case: Case, **more: Any) -> World:
    """The addresses of cases lead to this one; a unit of the officer's has a part in it."""
    bureau = Unit.objects.get(code="bureau")
    CaseParty.objects.get_or_create(case=case, unit=bureau)
    ways = ("desk/handle", "cases/handle", "letters/handle", "publicity/handle")
    values = dict.fromkeys(ways, str(case.handle))
    return replace(world, values={**world.values, **values, **more})


def _send(there: World, who: str, name: str, fields: Mapping[str, Any]) -> None:
    address = there.address(next(one for one in routes() if one.name == name))
    answer = there.client(who).post(address, fields)
    assert answer.status_code == 302, (name, who, answer.status_code)


def _step(case: Case, who: User, name: str, words: str = "", **more: Any) -> Case:
    row = Case.objects.get(pk=case.pk)
    return move(row, Step(name, reason=words, **more), version=row.version, actor=who, now=NOW)


def _grant(talent: User) -> Case:
    """An application for a grant that people examine, whose paper has such a name."""
    person = talent.mandates.get().subject
    case = start_case("grant", person, "self", actor=talent, now=NOW)
    attach(case, "diploma", a_paper().name or "", PDF, actor=talent, now=NOW)
    case = save_answers(
        case, {"person.degree": "doctor"}, version=case.version, actor=talent, now=NOW
    )
    return submit(case, version=case.version, actor=talent, now=NOW)


def _published(talent: User, window: User, officers: list[User], *, objected: World) -> Case:
    """Examined and published; strangers object, an officer answers all but the last."""
    case = _step(_grant(talent), window, "agree", WORDS[0])
    for officer in officers:
        case = _step(case, officer, "agree", WORDS[0])
    strangers = [one for one in ELSEWHERE if one != "county-elsewhere"]
    for number, (who, words) in enumerate(zip(strangers, WORDS, strict=False)):
        if number:
            _step(case, officers[0], "dismiss", words)
        _send(_at(objected, case), who, "cases:objection", {"reason": words})
    return case


def _refused(talent: User, window: User) -> Case:
    """An application that the window does not accept."""
    return _step(_grant(talent), window, "refuse", WORDS[0])


def _against(world: World, about: Case, window: User, kind: str) -> Case:
    """A complaint or an appeal that the window sent back, and what the person said then."""
    said = {"text": together(4000)[0], "files": a_paper()}
    _send(_at(world, about, **{"against/kind": kind}), TALENT, "cases:my_appeal", said)
    made = Case.objects.get(about=about, kind=kind)
    other = make_user(f"window-{kind}", role=Role.WINDOW, unit=window.grants.get().unit)
    made = _step(made, other, "return", WORDS[0], to="correction", items=tuple(WORDS))
    answer = {"text": together(4000)[0], "version": str(made.version), "files": a_paper()}
    _send(_at(world, made), TALENT, "cases:my_appeal_answer", answer)
    return Case.objects.get(pk=made.pk)


def _before_a_panel(world: World, talent: User) -> World:
    """A project before a panel: words to it and answers, a conflict that is declared, a sheet with reasons."""
    case = _project(talent)
    own, other = _seats(case)
    panel, project = own.panel, own.panel.cases.get()
    declare_conflict(other, project, WORDS[0], actor=other.user, now=NOW)
    assign_sheets(_fresh(panel), version=_fresh(panel).version, actor=_office(), now=NOW)
    sheet = ScoreSheet.objects.get(expert=own)
    ways = {
        "panels/handle": panel.handle,
        "defence/handle": panel.handle,
        "reviews/handle": own.handle,
        "sheets/handle": sheet.handle,
    }
    there = _at(world, case, **{way: str(handle) for way, handle in ways.items()})
    for words in [*WORDS, WORDS[0]]:
        for report in ConflictReport.objects.filter(case=project, state="waiting"):
            deed = {"deed": "settle", "report": report.handle, "expert": "none", "words": words}
            _send(there, Role.OFFICE, "cases:panel_act", {**deed, "version": "0"})
        _send(there, TALENT, "cases:my_panel", {"words": words})
    _send(there, Role.EXPERT, "cases:review_sheet", _scored(sheet))
    for actor in (_office(), make_user("office-too", role=Role.OFFICE)):
        open_scores(_fresh(panel), version=_fresh(panel).version, actor=actor, now=NOW)
    return there


def _project(talent: User) -> Case:
    """A project that was handed in for the call of June and waits for its panel."""
    make_unit("talent")  # it leads the programme
    person = talent.mandates.get().subject
    case = start_case("elite", person, "self", actor=talent, now=NOW)
    for material in ("plan", "diploma"):
        attach(case, material, str(a_paper().name), PDF, actor=talent, now=NOW)
    said = {"person.field": "health"}
    case = save_answers(case, said, version=case.version, actor=talent, now=NOW)
    return submit(case, version=case.version, actor=talent, now=NOW)


def _seats(case: Case) -> tuple[PanelExpert, PanelExpert]:
    """The seats of the world's expert and of another one in the panel of a project."""
    wanted = Announced(case.programme, together(120)[0], date(2018, 6, 1), NOW.date(), 10)
    call = announce_call(wanted, actor=_office(), now=NOW)
    panel = open_panel(call, opens_on=date(2018, 6, 30), actor=_office(), now=TOMORROW)
    own = User.objects.get(username=f"the-{Role.EXPERT}")
    users = [own, make_user("expert-too", role=Role.EXPERT)]
    made = invite_experts(panel, users, version=panel.version, actor=_office(), now=NOW)
    for seat in made:
        answer_invitation(seat, accept=True, fields=[], limit=5, actor=seat.user, now=NOW)
    first, second = sorted(made, key=lambda seat: seat.user != own)
    return first, second


def _scored(sheet: ScoreSheet) -> dict[str, str]:
    points = {"novelty": "40", "team": "30", "chain": "5", "false-claim": "0"}
    given = {f"points-{name}": value for name, value in points.items()}
    reasons = {
        f"reason-{name}": words for name, words in zip(points, [*WORDS, *WORDS], strict=False)
    }
    return {**given, **reasons, "deed": "submit", "version": str(sheet.version)}


def _office() -> User:
    return User.objects.get(username=f"the-{Role.OFFICE}")


def _fresh(panel: Panel) -> Panel:
    return Panel.objects.select_related("call").get(pk=panel.pk)
