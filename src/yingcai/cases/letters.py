"""A letter of a case: acceptance, what is missing, the decision. In Chinese, as an official document.

The sentences are those below, or the city's own of `texts/letters.yaml` under the same keys.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from django.utils.translation import override

from yingcai.audit import clock
from yingcai.cases.actions.deciding import basis_kept, decided
from yingcai.cases.models import Case, CaseNotice, Decision
from yingcai.cases.queries.appeals import appeal_until
from yingcai.cases.queries.awards import changed_words, sum_of
from yingcai.cases.queries.exceptional import award_record
from yingcai.cases.queries.flows import book_of_case, flow_of
from yingcai.cases.queries.guides import teller
from yingcai.cases.queries.publicity import given_words
from yingcai.cases.queries.story import LETTERS, title_of
from yingcai.cases.sealed import NOTICE, taken
from yingcai.engine.documents import Document, Heading, Paragraph, RedHead
from yingcai.engine.documents.capitals import capitals
from yingcai.engine.documents.model import Block
from yingcai.engine.documents.wording import chinese_date
from yingcai.engine.workflow.model import CORRECTION, workflow_of
from yingcai.engine.workflow.words import days_words, who_words

Kind = CaseNotice.Kind
DECISIONS = (Kind.GRANTED, Kind.DECLINED, Kind.NOT_ACCEPTED, Kind.STOPPED)
SENTENCES: Mapping[str, str] = {
    "title_accepted": "“{title}”受理通知书",
    "title_missing": "“{title}”补正通知书",
    "title_granted": "“{title}”申请审核决定书",
    "title_declined": "“{title}”申请审核决定书",
    "title_not_accepted": "“{title}”不予受理通知书",
    "title_stopped": "“{title}”终止办理通知书",
    "title_withdrawn": "“{title}”撤回申请回执",
    "received": "{name}于{submitted}提交的“{title}”申请（编号{number}）已经收到。",
    "accepted": "经审查，该申请符合受理条件，现予受理。",
    "promised": "本单位将于{promised}前办结；补正、公示和停止计时的时间不计算在内。",
    "missing": "该申请还缺下列内容，请于{due}前一次补齐。",
    "missing_late": "逾期不补正的，按放弃申请处理。",
    "granted": "经审核，该申请符合规定条件，决定予以同意。",
    "exceptional": "该申请经“一事一议”议定（{basis}），决定予以同意。所给予的不是按规则条件核定，依据和理由如下。",
    "level": "结果为：{given}。",
    "amount": "金额为人民币{yuan}元（大写：{capitals}）。",
    "declined": "经审核，该申请不符合规定条件，决定不予同意。",
    "not_accepted": "经审查，该申请不符合受理条件，决定不予受理。",
    "stopped": "该申请已经终止办理。",
    "withdrawn": "根据申请人的要求，该申请已经撤回，可以重新申请。",
    "appeal": "对本决定不服的，可以向{who}申请“{appeal}”，由其在{days}内办结。",
    "appeal_open": "对本决定不服的，可以向{who}申请“{appeal}”。",
    "appeal_until": "申请“{appeal}”的，最迟在{until}提出。",
    "terms": "约定：{terms}。",
}


# Of an appeal or a complaint, in place of those above.
OTHERS: Mapping[str, str] = {
    "title_granted": "“{title}”处理决定书",
    "title_declined": "“{title}”处理决定书",
    "received": "{name}于{submitted}提交的“{title}”（编号{number}）已经收到。",
    "accepted": "经审查，符合受理条件，现予受理。",
    "missing": "还缺下列内容，请于{due}前一次补齐。",
    "missing_late": "逾期不补正的，按放弃处理。",
    "granted": "经调查，事实和理由成立。",
    "declined": "经调查，事实和理由不成立。",
    "not_accepted": "经审查，不符合受理条件，决定不予受理。",
    "stopped": "本件已经终止办理。",
    "withdrawn": "根据提出人的要求，本件已经撤回。",
    "changed": "原决定（编号{first}）按查明的事实直接变更。",
    "redone": "原决定（编号{first}）撤销，原事项重新办理。",
    "stands": "原决定（编号{first}）维持。",
}


def letter_of(case: Case) -> CaseNotice | None:
    """The notice that the last letter of a case goes with; None while there is none."""
    return case.notices.filter(kind__in=LETTERS).order_by("-id").first()


def letter_document(case: Case, notice: CaseNotice) -> Document:
    """Raises: DocumentError, PackNotKept, Erased, NotSealed."""
    with override("zh-hans"):
        return _Writer(case, notice).document()


class _Writer:
    def __init__(self, case: Case, notice: CaseNotice) -> None:
        self.case, self.notice = case, notice
        self.book = book_of_case(case)
        own = self.book.pack.texts.get("letters", {})
        told = {key: one if isinstance(one, str) else "".join(one) for key, one in own.items()}
        self.built_in = SENTENCES if case.asks_rules else {**SENTENCES, **OTHERS}
        self.sentences: Mapping[str, str] = {**self.built_in, **(told if case.asks_rules else {})}
        self.said = taken(case, f"{NOTICE}/{notice.kind}/{notice.act}", notice.sealed) or {}
        self.key = str(notice.kind).replace("-", "_")
        self.row = self._row()
        self.exceptional = award_record(case)

    def _row(self) -> Decision | None:
        """The decision that was granted, else the last one."""
        self.award = self.case.awards.filter(voided_at=None).select_related("decision").first()
        row = self.award.decision if self.award else self.case.decisions.order_by("-number").first()
        if row is not None:
            row.case = self.case
        return row

    def document(self) -> Document:
        unit = self.case.lead.full_name or self.case.lead.name
        return Document(
            title=self.say(f"title_{self.key}"),
            blocks=tuple(self.blocks()),
            issued_on=clock.day_of(self.notice.at),
            head=RedHead(mark=unit, number=f"编号{self.case.number}"),
            addressee=self.case.subject.name,
            signature=unit,
        )

    def blocks(self) -> Iterator[Block]:
        yield Paragraph(self.say("received"))
        settled = self.notice.kind == Kind.GRANTED and self.exceptional
        yield Paragraph(self.say("exceptional" if settled else self.key))
        yield from self.first()
        if self.notice.kind == Kind.ACCEPTED and self.said.get("promised"):
            yield Paragraph(self.say("promised"))
        if self.notice.kind == Kind.MISSING and self.gives_up():
            yield Paragraph(self.say("missing_late"))
        for number, item in enumerate(self.said.get("items", ()), start=1):
            yield Paragraph(f"{number}．{item}")
        if self.notice.kind == Kind.GRANTED:
            yield from map(Paragraph, self.granted())
        if self.notice.kind in DECISIONS:
            yield from self.reasons()
            yield from self.appeal()

    def first(self) -> Iterator[Block]:
        """What becomes of the decision that an appeal was about."""
        if self.case.kind == Case.Kind.APPEAL and self.notice.kind == Kind.GRANTED:
            yield Paragraph(self.say("changed" if self.said.get("changes") else "redone"))
            yield from map(Paragraph, self.changed())
        if self.case.kind == Case.Kind.APPEAL and self.notice.kind == Kind.DECLINED:
            yield Paragraph(self.say("stands"))

    def changed(self) -> Iterator[str]:
        """What the first decision was changed to, in fen or levels."""
        first = self.case.about
        award = first.awards.filter(voided_at=None).first() if first else None
        if award is not None and first is not None and self.said.get("changes"):
            award.case = first
            yield from (f"{one}。" for one in changed_words(award))

    def gives_up(self) -> bool:
        """Whether silence past the term of a correction means that the application is given up."""
        stages = flow_of(self.case).workflow.stages
        return any(one.kind == CORRECTION and one.silence == "refused" for one in stages)

    def granted(self) -> Iterator[str]:
        if self.row is None:
            return
        if self.fen():
            yield self.say("amount")
        if self.award:
            self.award.case = self.case
            yield from map(_ended, sum_of(self.award))
        if self._given():
            yield self.say("level")

    def reasons(self) -> Iterator[Block]:
        """The conditions with their clauses: of a refusal those that do not hold, and what officers wrote."""
        lines = [*self.settled(), *self.conditions(), *map(str, self.said.get("reasons", ()))]
        lines = [one for one in dict.fromkeys(lines) if one.strip()]
        if lines:
            yield Heading(1, "理由和依据")
            yield from (Paragraph(_ended(one)) for one in lines)

    def settled(self) -> Iterator[str]:
        """Reason and terms of what people settled, in place of the conditions of the rules."""
        if self.exceptional is not None:
            yield self.exceptional.reason
            if self.exceptional.terms:
                yield self.say("terms")

    def conditions(self) -> Iterator[str]:
        granted = self.notice.kind == Kind.GRANTED
        if (
            self.row is None
            or self.exceptional
            or self.notice.kind not in (Kind.GRANTED, Kind.DECLINED)
        ):
            return
        words = teller(self.book)
        for one, holds in decided(self.case, basis_kept(self.row)).conditions:
            if holds is granted:
                clause = f"（{words.clause(one.source)}）" if one.source else ""
                mark = "符合" if granted else "不符合"
                yield f"{mark}：{one.text.rstrip('。.')}{clause}。"

    def appeal(self) -> Iterator[Block]:
        """Where and how the decision is appealed, by the pack's workflow of appeals."""
        name = self.book.pack.workflows[self.case.workflow].get("appeal")
        if not name:
            return
        yield Heading(1, "救济途径")
        timed = self._appeal(str(name))["days"]
        yield Paragraph(self.say("appeal" if timed else "appeal_open"))
        if appeal_until(self.case):
            yield Paragraph(self.say("appeal_until"))

    def _appeal(self, name: str) -> dict[str, str]:
        workflow = workflow_of(self.book.pack.workflows[name])
        return {
            "appeal": workflow.title["zh"],
            "who": who_words(workflow.stages[0], "zh", self.book.pack.unit_words),
            "days": days_words(workflow.days, "zh") if workflow.days else "",
        }

    def say(self, key: str) -> str:
        """A sentence filled in; the built-in one where the city's own asks for what there is not."""
        values = self.values()
        try:
            return self.sentences[key].format_map(values)
        except KeyError:
            return self.built_in[key].format_map(values)

    def values(self) -> dict[str, str]:
        case = self.case
        appeal = self.book.pack.workflows[case.workflow].get("appeal")
        money = self.fen()
        return {
            "title": title_of(case),
            "first": case.about.number if case.about else "",
            "name": case.subject.name,
            "number": case.number,
            "submitted": chinese_date(clock.day_of(case.submitted_at)) if case.submitted_at else "",
            "promised": _written(self.said.get("promised")),
            "due": _written(self.said.get("due")),
            "yuan": f"{money // 100:,}" + (f".{money % 100:02d}" if money % 100 else ""),
            "capitals": capitals(money),
            "given": self._given(),
            "basis": self.exceptional.row.basis if self.exceptional else "",
            "terms": "；".join(one.rstrip("。；") for one in self.exceptional.terms)
            if self.exceptional
            else "",
            "until": _written(appeal_until(case)),
            **(self._appeal(str(appeal)) if appeal else {}),
        }

    def fen(self) -> int:
        """What is paid: the award, which is less than the rules gave where something was taken off."""
        found = self.award or self.row
        return found.amount or 0 if found is not None else 0

    def _given(self) -> str:
        if self.award and self.award.exceptional_id:
            return given_words(self.case, None, self.award.result) if self.award.result else ""
        if self.row is None or not self.row.result:
            return ""
        answer = decided(self.case, basis_kept(self.row))
        return teller(self.book).given(answer)


def _ended(line: str) -> str:
    """A line as a sentence: what people wrote often comes without its full stop."""
    return line if line.rstrip().endswith(("。", "！", "？", "…")) else f"{line.rstrip('；;.')}。"


def _written(day: object) -> str:
    return chinese_date(date.fromisoformat(str(day))) if day else ""
