"""The story's applications: filled in, handed in and dealt with by the people of the city, through the real actions."""

import random
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction

from yingcai.cases.actions.appealing import appeal
from yingcai.cases.actions.exceptional import Settlement, propose_exceptional, sign_exceptional
from yingcai.cases.actions.files import attach
from yingcai.cases.actions.moving import Step, move, run_by_time
from yingcai.cases.actions.opening import lacking_materials, save_answers, start_case, submit
from yingcai.cases.actions.panels.assigning import assign_sheets
from yingcai.cases.actions.panels.calling import Announced, announce_call, open_panel
from yingcai.cases.actions.panels.inviting import answer_invitation, invite_experts
from yingcai.cases.actions.panels.opening import open_scores
from yingcai.cases.actions.panels.scoring import keep_sheet
from yingcai.cases.actions.timing import keep_terms
from yingcai.cases.errors import CaseError
from yingcai.cases.models import Call, Case, Panel, ScoreSheet
from yingcai.cases.queries.exceptional import open_record
from yingcai.cases.queries.panels.rounds import field_words, method_for
from yingcai.cases.queries.reach import reached_at_all
from yingcai.web.demo.months import at

if TYPE_CHECKING:
    from yingcai.identity.models import User
    from yingcai.registry.models import Subject
    from yingcai.web.demo.people import People

PAPER = b"%PDF-1.4\n% an invented document\n%%EOF\n"  # what stands for every document


class Cases:
    """Plays what demo/subjects.yaml tells of cases, up to the day of the story."""

    def __init__(
        self,
        told: Mapping[str, Any],
        people: "People",
        subjects: "Mapping[str, Subject]",
        day: date,
    ) -> None:
        self.told, self.people, self.subjects, self.day = told, people, subjects, day
        self.dice = random.Random(f"{people.story['seed']}:cases")  # noqa: S311  # a story
        self.problems: list[str] = []

    def tell(self) -> int:
        """Play all of them; how many. What the rules of an earlier day do not allow stands in ``problems``."""
        done = sum(self._played(one) for one in self.told.get("cases", []))
        call = self.told.get("call")
        if call is not None:
            self._tried(call["title"], lambda: self._panel(call))
        keep_terms(now=at(self.day))
        return done

    def _played(self, one: dict[str, Any]) -> bool:
        return self._tried(f"{one['programme']} {one['subject']}", lambda: self._case(one))

    def _tried(self, name: str, act: Any) -> bool:
        """One story is told whole or not at all."""
        try:
            with transaction.atomic():
                act()
        except CaseError as refusal:
            self.problems += [f"{name}: {text}" for text in refusal.problems]
            return False
        return True

    def _when(self, before: int) -> datetime:
        return at(self.day - timedelta(days=before))

    def _case(self, one: dict[str, Any]) -> None:
        actor, now = self.people.by_name(one["by"]), self._when(one["before"])
        subject = self.subjects[one["subject"]]
        found = reached_at_all(actor, str(subject.handle), now.date())
        _subject, side = found or (subject, Case.Side.WINDOW)  # who comes in shows a document
        case = start_case(
            one["programme"], subject, side, actor=actor, now=now, shown=found is None
        )
        said = {
            answer["fact"]: str(answer["value"]).lower()
            if isinstance(answer["value"], bool)
            else str(answer["value"])
            for answer in one.get("answers", [])
        }
        case = save_answers(case, said, version=case.version, actor=actor, now=now)
        if one.get("draft"):
            return
        for material in lacking_materials(case, on=now.date()):
            attach(case, material, f"{material}.pdf", PAPER, actor=actor, now=now)
        case.refresh_from_db()
        case = submit(case, version=case.version, actor=actor, now=now)
        self._steps(case, one.get("steps", []))
        if "appeal" in one:
            told = one["appeal"]
            first = Case.objects.get(pk=case.pk)
            when = self._when(told["before"])
            made = appeal(first, Case.Kind.APPEAL, told["text"], actor=actor, now=when)
            self._steps(made, told.get("steps", []))

    def _steps(self, case: Case, steps: list[dict[str, Any]]) -> None:
        for one in steps:
            row, now = Case.objects.get(pk=case.pk), self._when(one["before"])
            if one["move"] == "lapse":
                run_by_time(row, now=now)
                continue
            act = {"settle": _settle, "sign": _sign}.get(one["move"], _move)
            act(row, one, self.people.by_name(one["by"]), now)

    def _panel(self, told: dict[str, Any]) -> None:
        """A call that is over, whose experts have scored; one person has asked that the scores be opened."""
        office, now = self.people.by_name(told["office"]), self._when(told["before"])
        first, last = (self.day - timedelta(days=told[name]) for name in ("from", "to"))
        wanted = Announced(told["programme"], told["title"], first, last, told["places"])
        call = announce_call(wanted, actor=office, now=self._when(told["from"]))
        opens = self.day + timedelta(days=told["opens"])
        panel = open_panel(call, opens_on=opens, actor=office, now=now)
        experts = [self.people.by_name(name) for name in told["experts"]]
        seats = invite_experts(panel, experts, version=panel.version, actor=office, now=now)
        fields = list(field_words(panel))
        for seat in seats:
            answer_invitation(
                seat, accept=True, fields=fields, limit=seat.limit, actor=seat.user, now=now
            )
        panel = _fresh(call)
        assign_sheets(panel, version=panel.version, actor=office, now=now)
        self._scored(_fresh(call), told["reason"], now)
        panel = _fresh(call)
        open_scores(panel, version=panel.version, actor=office, now=self._when(1))

    def _scored(self, panel: Panel, reason: str, now: datetime) -> None:
        """Every sheet is handed in, with points between the half and the whole of each item."""
        rows = ScoreSheet.objects.filter(case__panel=panel).select_related(
            "expert__user", "case__panel__call", "case__case__subject"
        )
        items = method_for(panel).items
        for sheet in rows.order_by("pk"):
            points = {
                one.name: str(self.dice.randint(one.most // 2, one.most))
                if one.kind == "linear"
                else "0"
                for one in items
            }
            reasons = {one.name: reason for one in items}
            keep_sheet(
                sheet, points, reasons, hand_in=True, version=sheet.version,
                actor=sheet.expert.user, now=now,
            )  # fmt: skip


def _move(case: Case, one: Mapping[str, Any], actor: "User", now: datetime) -> None:
    step = Step(
        one["move"],
        to=one.get("to", ""),
        reason=one.get("reason", ""),
        items=tuple(one.get("items", [])),
    )
    move(case, step, version=case.version, actor=actor, now=now)


def _settle(case: Case, one: Mapping[str, Any], actor: "User", now: datetime) -> None:
    """Somebody proposes what people are to settle in a case (一事一议), by a document of the same day."""
    wish = Settlement(
        reason=one["reason"],
        basis=one["basis"],
        basis_on=now.date(),
        amount=str(one["amount"]),
        terms=tuple(one.get("terms", [])),
        files=[("纪要.pdf", PAPER)],
    )
    propose_exceptional(case, wish, version=case.version, actor=actor, now=now)


def _sign(case: Case, one: Mapping[str, Any], actor: "User", now: datetime) -> None:
    row = open_record(case)
    if row is not None:
        sign_exceptional(row, shown=row.digest, actor=actor, now=now)


def _fresh(call: Call) -> Panel:
    return Panel.objects.select_related("call").get(call=call)
