"""What two people do in this city: each with the first one's part done, how a second one would do his, and whether it is done.

A scenario is noted under the guards that it asks: the functions that compare natural persons. ``change``: what is
signed changes in between, so that nobody may sign it any more.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.test import Client
from django.urls import reverse

from yingcai.cases.actions.award_changes import Proposal, decide_change, propose
from yingcai.cases.actions.exceptional import sign_exceptional
from yingcai.cases.actions.moving import run_by_time
from yingcai.cases.actions.obligations import find, report
from yingcai.cases.actions.panels.opening import open_scores
from yingcai.cases.actions.papers.deciding import approve_papers, refuse_papers
from yingcai.cases.actions.papers.undoing import ask_undo, confirm_undo
from yingcai.cases.actions.versions import confirm_move, digest_of, effects_of, propose_move
from yingcai.cases.models import (
    AwardChange,
    Case,
    ExceptionalDecision,
    Obligation,
    Panel,
    PaperBatch,
    VersionMove,
)
from yingcai.cases.queries.flows import flow
from yingcai.cases.queries.rule_book import rule_book
from yingcai.cases.queries.versions import cases_to_move
from yingcai.cases.tests.after_city import build_after_city, granted
from yingcai.cases.tests.case_city import FILES, build_city, later, step
from yingcai.cases.tests.case_city import NOW as CASE_NOW
from yingcai.cases.tests.exceptional_city import build_signing
from yingcai.cases.tests.make import publish_city
from yingcai.cases.tests.panel_city import build_panel_city, fresh, score_all
from yingcai.cases.tests.paper_city import build_paper_city
from yingcai.cases.tests.test_versions import NEWER
from yingcai.identity.models import RoleGrant, Unit, User
from yingcai.identity.queries import Role
from yingcai.identity.tests.make import SINCE, make_grant, make_unit, make_user
from yingcai.plan.actions.deciding import confirm_measure
from yingcai.plan.actions.publishing import submit_plan
from yingcai.plan.models import Plan
from yingcai.plan.tests.make import make_draft, make_plan, make_target, page_of
from yingcai.registry.actions.endpoints import Proposed, propose_endpoint
from yingcai.registry.actions.imports.deciding import approve_batch, refuse_batch, submit_batch
from yingcai.registry.actions.mandates import end_mandate, give_mandate
from yingcai.registry.actions.merging import merge_subjects, propose_merge, propose_undo, undo_merge
from yingcai.registry.actions.requests import Wish, accept_request, request_change
from yingcai.registry.actions.rights import Reply, ask_right, confirm_answer, propose_answer
from yingcai.registry.actions.rights import Wish as RightsWish
from yingcai.registry.models import (
    ChangeRequest,
    Duplicate,
    Endpoint,
    ImportBatch,
    Mandate,
    Subject,
)
from yingcai.registry.queries.scope import scope
from yingcai.registry.tests.make import NOW, TODAY, make_city, make_fact, make_person, make_talent
from yingcai.registry.tests.make_imports import as_csv, check, upload
from yingcai.registry.tests.make_imports import person as listed
from yingcai.registry.tests.make_pairs import LATER, found, make_pair, merge
from yingcai.reporting.actions.reports import approve_report, submit_report
from yingcai.reporting.models import Report
from yingcai.reporting.tests.make import make_month, make_report

DUE = datetime(2019, 6, 20, 1, 0, tzinfo=UTC)
NINE_MONTHS = datetime(2019, 3, 20, 1, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Signing:
    """The first one has signed. ``duty``: gives a login what it needs to be the second; ``sign``: tries to."""

    first: User
    duty: Callable[[User], object]
    sign: Callable[[User], object]
    done: Callable[[], bool]
    change: Callable[[], object] | None = None


Begin = Callable[[Path], Signing]
SIGNINGS: dict[str, Begin] = {}
GUARDS: dict[str, list[str]] = {}


def signing(*guards: str) -> Callable[[Begin], Begin]:
    """Note a scenario under the functions that compare persons in it."""

    def note(begin: Begin) -> Begin:
        name = begin.__name__.replace("_", "-")
        SIGNINGS[name] = begin
        for guard in guards:
            GUARDS.setdefault(guard, []).append(name)
        return begin

    return note


def holds(role: str, unit: Unit | None = None) -> Callable[[User], RoleGrant]:
    """Gives a login a role of its own, where it has it not."""

    def give(user: User) -> RoleGrant:
        own = user.grants.filter(role=role, stands_in_for=None, revoked_on=None)
        return own.first() or make_grant(user, role, unit=unit, starts_on=SINCE + timedelta(2))

    return give


office = holds(Role.OFFICE)


def an_officer() -> User:
    return make_user(role=Role.OFFICE)


def posts(address: str, **form: object) -> Callable[[User], object]:
    """Send a form as somebody who is signed in."""

    def send(user: User) -> object:
        client = Client()
        client.force_login(user)
        return client.post(address, form)

    return send


def is_now(model: Any, pk: int, **wanted: object) -> Callable[[], bool]:
    return lambda: model.objects.filter(pk=pk, **wanted).exists()


# -- the register ---------------------------------------------------------------------------------


@signing("registry/actions/merging.py:_agreed")
def a_merge(_folder: Path) -> Signing:
    make_city()
    pair, first = make_pair(make_person("林之川"), make_person("林之川")), an_officer()
    propose_merge(found(pair, first), pair.first, reason="同一人", actor=first, now=NOW)
    return Signing(
        first, office,
        lambda user: merge_subjects(found(pair, user), pair.first, actor=first, second=user, now=LATER),
        is_now(Duplicate, pair.pk, status="merged"),
        change=lambda: Subject.objects.filter(pk=pair.second_id).update(version=99),
    )  # fmt: skip


@signing("registry/actions/merging.py:_agreed")
def a_merge_taken_back(_folder: Path) -> Signing:
    make_city()
    pair, first = make_pair(make_person("林之川"), make_person("林之川")), an_officer()
    merge(pair, pair.first, first, an_officer())
    propose_undo(found(pair, first), reason="是两个人", actor=first, now=LATER)
    return Signing(
        first, office,
        lambda user: undo_merge(found(pair, user), actor=first, second=user, now=LATER),
        is_now(Duplicate, pair.pk, status="undone"),
    )  # fmt: skip


@signing("registry/actions/rights.py:confirm_answer", "registry/actions/erasing.py:erase_subject")
def an_erasure(_folder: Path) -> Signing:
    make_city()
    lin, first = make_person("林之川"), an_officer()
    row = ask_right(lin, RightsWish("erase", "office", "依职权"), actor=an_officer(), now=NOW)
    propose_answer(row, Reply("grant", "own-wish"), actor=first, now=NOW)
    return Signing(
        first, office,
        lambda user: confirm_answer(row, second=user, now=LATER),
        is_now(Subject, lin.pk, standing="erased"),
        change=lambda: make_fact(lin, "person.degree", "doctor"),
    )  # fmt: skip


@signing(
    "registry/actions/rights.py:confirm_answer", "registry/actions/erasing.py:lift_restriction"
)
def a_restriction_lifted(_folder: Path) -> Signing:
    make_city()
    lin, first = make_person("林之川"), an_officer()
    Subject.objects.filter(pk=lin.pk).update(standing="restricted")
    row = ask_right(lin, RightsWish("lift", "office", "依职权"), actor=an_officer(), now=NOW)
    propose_answer(row, Reply("grant", "own-wish"), actor=first, now=NOW)
    return Signing(
        first, office,
        lambda user: confirm_answer(row, second=user, now=LATER),
        is_now(Subject, lin.pk, standing="active"),
    )  # fmt: skip


@signing("registry/actions/rights.py:_may_decide")
def an_answer_to_oneself(_folder: Path) -> Signing:
    """Whose own request it is is no second person for it either."""
    make_city()
    lin = make_person("林之川")
    first = make_talent(lin)
    row = ask_right(lin, RightsWish("restrict", "self"), actor=first, now=NOW)
    propose_answer(row, Reply("grant", "own-wish"), actor=an_officer(), now=NOW)
    return Signing(
        first, office,
        lambda user: confirm_answer(row, second=user, now=LATER),
        is_now(Subject, lin.pk, standing="restricted"),
    )  # fmt: skip


@signing("registry/actions/requests.py:_may_decide")
def a_correction(_folder: Path) -> Signing:
    make_city()
    lin = make_person("林之川")
    first = make_talent(lin)
    row = request_change(lin, Wish("person.degree", "doctor", "有证"), actor=first, now=NOW)
    return Signing(
        first, office,
        lambda user: accept_request(scope(user, "casework", on=TODAY), row, actor=user, now=LATER),
        is_now(ChangeRequest, row.pk, status="accepted"),
    )  # fmt: skip


@signing("registry/actions/mandates.py:agree_mandate")
def a_login_of_a_person(_folder: Path) -> Signing:
    make_city()
    lin, first = make_person("林之川"), an_officer()
    row = give_mandate(make_user(), lin, "self", reason="持证到场", actor=first, now=NOW)
    return Signing(
        first, office,
        posts(reverse("registry:mandate_agree", args=[lin.handle, row.pk])),
        is_now(Mandate, row.pk, waiting=False),
        change=lambda: end_mandate(row, reason="有误", actor=first, now=NOW),
    )  # fmt: skip


@signing("registry/actions/mandates.py:agree_mandate")
def a_login_of_a_person_by_its_owner(_folder: Path) -> Signing:
    """Whose login it is agrees no more than who gave it."""
    make_city()
    lin, first = make_person("林之川"), make_user()
    row = give_mandate(first, lin, "self", reason="持证到场", actor=an_officer(), now=NOW)
    return Signing(
        first, office,
        posts(reverse("registry:mandate_agree", args=[lin.handle, row.pk])),
        is_now(Mandate, row.pk, waiting=False),
    )  # fmt: skip


@signing("registry/actions/mandates.py:_officer_problems")
def a_mandate_given(_folder: Path) -> Signing:
    make_city()
    lin, first = make_person("林之川"), make_user()
    return Signing(
        first, office,
        posts(
            reverse("registry:mandate_new", args=[lin.handle]),
            login=first.username, reason="持证到场核对",
        ),
        lambda: Mandate.objects.filter(user=first).exists(),
    )  # fmt: skip


@signing("registry/actions/endpoints.py:confirm_endpoint")
def an_endpoint(_folder: Path) -> Signing:
    make_city()
    first = an_officer()
    wanted = Proposed("省平台", "https://events.example.cn/told", ("fact",), make_user())
    row = propose_endpoint(wanted, inside=(), actor=first, now=NOW).endpoint
    return Signing(
        first, office,
        posts(reverse("registry:endpoint", args=[row.handle]), word="confirm"),
        is_now(Endpoint, row.pk, status="active"),
    )  # fmt: skip


def _batch(first: User) -> ImportBatch:
    batch = check(upload(first, as_csv([listed(1)]), source="education"), first)
    submit_batch(batch, scope=scope(first, "casework", on=TODAY), actor=first, now=NOW)
    return batch


@signing("registry/queries/imports.py:may_decide")
def an_import(_folder: Path) -> Signing:
    make_city()
    first = an_officer()
    batch = _batch(first)
    return Signing(
        first, office,
        lambda user: approve_batch(ImportBatch.objects.get(pk=batch.pk), actor=user, now=NOW),
        is_now(ImportBatch, batch.pk, status="applying"),
        change=lambda: ImportBatch.objects.filter(pk=batch.pk).update(pack_digest="0" * 64),
    )  # fmt: skip


@signing("registry/queries/imports.py:may_decide")
def an_import_refused(_folder: Path) -> Signing:
    make_city()
    first = an_officer()
    batch = _batch(first)
    return Signing(
        first, office,
        lambda user: refuse_batch(batch, answer="有误", actor=user, now=NOW),
        is_now(ImportBatch, batch.pk, status="refused"),
    )  # fmt: skip


# -- cases ----------------------------------------------------------------------------------------


def _labour(role: str) -> Callable[[User], RoleGrant]:
    return holds(role, Unit.objects.get(code="labour"))


@signing("cases/queries/paper_batches.py:may_decide")
def a_file_of_papers(folder: Path) -> Signing:
    city = build_paper_city(folder)
    batch = city.waiting({})
    return Signing(
        city.first, _labour(Role.OFFICER),
        lambda user: approve_papers(
            PaperBatch.objects.get(pk=batch.pk), shown=batch.digest, actor=user, now=CASE_NOW
        ),
        is_now(PaperBatch, batch.pk, status="applying"),
        change=lambda: PaperBatch.objects.filter(pk=batch.pk).update(digest="0" * 64),
    )  # fmt: skip


@signing("cases/queries/paper_batches.py:may_decide")
def a_file_of_papers_refused(folder: Path) -> Signing:
    city = build_paper_city(folder)
    batch = city.waiting({})
    return Signing(
        city.first, _labour(Role.OFFICER),
        lambda user: refuse_papers(batch, answer="文号不对", actor=user, now=CASE_NOW),
        is_now(PaperBatch, batch.pk, status="refused"),
    )  # fmt: skip


@signing("cases/queries/paper_batches.py:may_confirm_undo")
def a_file_of_papers_taken_back(folder: Path) -> Signing:
    city = build_paper_city(folder)
    batch = city.taken_in({})
    ask_undo(batch, reason="列错了年份", actor=city.first, now=CASE_NOW)
    return Signing(
        city.first, _labour(Role.OFFICER),
        lambda user: confirm_undo(PaperBatch.objects.get(pk=batch.pk), actor=user, now=CASE_NOW),
        is_now(PaperBatch, batch.pk, status="undoing"),
    )  # fmt: skip


@signing("cases/queries/seats.py:actor_in")
def a_decision_apart_from_the_examination(folder: Path) -> Signing:
    city = build_city(folder)
    case = city.submitted()
    for who in (city.window, city.officer, city.county):
        case = step(case, who, "agree")
    run_by_time(Case.objects.get(pk=case.pk), now=later(9))
    return Signing(
        city.officer, _labour(Role.HEAD),
        lambda user: step(case, user, "agree", now=later(9)),
        is_now(Case, case.pk, status="granted"),
    )  # fmt: skip


@signing("cases/actions/award_changes.py:decide_change")
def a_change_of_an_award(folder: Path) -> Signing:
    city = build_after_city(folder)
    award = granted(city)
    wish = Proposal("recover", "service-broken", "离职", "电话听取，无异议")
    row = propose(award, wish, actor=city.officer, now=NINE_MONTHS)
    return Signing(
        city.officer, _labour(Role.HEAD),
        lambda user: decide_change(row, agrees=True, text="同意", actor=user, now=NINE_MONTHS),
        is_now(AwardChange, row.pk, status="decided"),
    )  # fmt: skip


@signing("cases/actions/obligations.py:_may_find")
def a_finding_on_a_report(folder: Path) -> Signing:
    city = build_after_city(folder)
    row = Obligation.objects.get(award=granted(city), number=1)
    row = report(row, "仍在工作", [], version=1, actor=city.talent, now=DUE)
    return Signing(
        city.talent, _labour(Role.OFFICER),
        lambda user: find(row, "meet", "", version=row.version, actor=user, now=DUE),
        is_now(Obligation, row.pk, state="met"),
        change=lambda: Obligation.objects.filter(pk=row.pk).update(version=99),
    )  # fmt: skip


@signing("cases/actions/versions.py:confirm_move")
def a_move_to_a_new_workflow(folder: Path) -> Signing:
    case, row, first = _moved(folder)
    return Signing(
        first, office,
        lambda user: confirm_move(row, actor=user, now=CASE_NOW),
        is_now(VersionMove, row.pk, confirmed_at__isnull=False),
        change=lambda: step(case, User.objects.get(username="window"), "agree"),
    )  # fmt: skip


def _moved(folder: Path) -> tuple[Case, VersionMove, User]:
    city, first = build_city(folder / "city"), an_officer()
    case = city.submitted()
    publish_city(folder / "newer", more={**FILES, "workflows/examined.yaml": NEWER})
    book = rule_book()
    assert book is not None
    effects = effects_of(
        list(cases_to_move(book, "examined")), flow(book.digest, "examined"), {}, on=CASE_NOW.date()
    )
    shown = digest_of(effects, book.digest, {})
    return case, propose_move(book, "examined", {}, shown=shown, actor=first, now=CASE_NOW), first


@signing("cases/actions/versions.py:_not_his_own")
def a_move_of_ones_own_case(folder: Path) -> Signing:
    """Whose case it is does not confirm its move."""
    case, row, _first = _moved(folder)
    return Signing(
        case.applicant, office,
        lambda user: confirm_move(row, actor=user, now=CASE_NOW),
        is_now(VersionMove, row.pk, confirmed_at__isnull=False),
    )  # fmt: skip


@signing("cases/actions/panels/opening.py:open_scores")
def scores_opened_before_their_day(folder: Path) -> Signing:
    city = build_panel_city(folder, experts=4, experts_each=3)
    city.apply(1)
    panel = city.assigned(city.invited(city.panel(city.call())))
    score_all(panel)
    open_scores(panel, version=fresh(panel).version, actor=city.office, now=later(12))
    return Signing(
        city.office, office,
        lambda user: open_scores(panel, version=fresh(panel).version, actor=user, now=later(12)),
        is_now(Panel, panel.pk, state="opened"),
    )  # fmt: skip


# -- the plan and its months ----------------------------------------------------------------------


@signing("plan/queries/readiness.py:signed_by")
def a_plan_published(_folder: Path) -> Signing:
    plan = make_draft(units={n: make_unit(name=n) for n in ("市科创局", "市人才局", "市技能局")})
    first = an_officer()
    for measure in plan.measures.all():
        confirm_measure(measure, actor=first, now=NOW)
    plan = submit_plan(plan, actor=first, now=NOW)
    return Signing(
        first, office,
        posts(page_of(plan, "publish"), digest=plan.digest),
        is_now(Plan, plan.pk, status="published"),
        change=lambda: plan.clauses.filter(status="confirmed").update(value=99),
    )  # fmt: skip


def _report(status: str) -> tuple[Report, Unit, User]:
    """A report that its first person has handed in, and which stands where the test begins."""
    unit = make_unit()
    plan = make_plan()
    first = make_user(role=Role.REPORTER, unit=unit)
    target = make_target(plan, owners={unit: "lead"})
    row = submit_report(make_report(make_month(plan), target, unit, 3), actor=first, now=NOW)
    if status == "approved":
        approve_report(row, actor=make_user(role=Role.HEAD, unit=unit), now=NOW)
    return row, unit, first


@signing("reporting/actions/reports.py:_refuse_same_person")
def a_report_approved(_folder: Path) -> Signing:
    row, unit, first = _report("submitted")
    return Signing(
        first, holds(Role.HEAD, unit),
        posts(reverse("reporting:report_approve", args=[row.pk]), version=row.version),
        is_now(Report, row.pk, status="approved"),
        change=lambda: Report.objects.filter(pk=row.pk).update(value=9, version=row.version + 1),
    )  # fmt: skip


@signing("reporting/actions/reports.py:_refuse_own")
def reports_approved_together(_folder: Path) -> Signing:
    row, unit, first = _report("submitted")
    return Signing(
        first, holds(Role.HEAD, unit),
        posts(reverse("reporting:approve_shown"), month="2018-05", shown=f"{row.pk}:{row.version}"),
        is_now(Report, row.pk, status="approved"),
        change=lambda: Report.objects.filter(pk=row.pk).update(value=9, version=row.version + 1),
    )  # fmt: skip


@signing("reporting/actions/reports.py:_refuse_same_person")
def a_report_accepted(_folder: Path) -> Signing:
    row, _unit, first = _report("approved")
    return Signing(
        first, office,
        posts(reverse("reporting:report_accept", args=[row.pk]), version=row.version),
        is_now(Report, row.pk, status="accepted"),
    )  # fmt: skip


@signing("reporting/actions/reports.py:_refuse_own")
def reports_accepted_together(_folder: Path) -> Signing:
    row, _unit, first = _report("approved")
    month = row.month.month
    return Signing(
        first, office,
        posts(
            reverse("reporting:month_accept_confirm", args=[month]),
            shown=f"{row.pk}:{row.version}",
        ),
        is_now(Report, row.pk, status="accepted"),
    )  # fmt: skip


# -- accounts -------------------------------------------------------------------------------------


@signing("identity/actions/roles.py:_actor_problems")
def a_role_given(_folder: Path) -> Signing:
    first = make_user()
    return Signing(
        first, office,
        posts(reverse("identity:user", args=[first.username]), role=Role.EXPERT),
        lambda: first.grants.filter(role=Role.EXPERT, stands_in_for=None).exists(),
    )  # fmt: skip


@signing("identity/actions/roles.py:_own")
def a_role_taken(_folder: Path) -> Signing:
    first = make_user(role=Role.EXPERT)
    grant = first.grants.get()
    return Signing(
        first, office,
        posts(reverse("identity:revoke", args=[grant.pk])),
        is_now(RoleGrant, grant.pk, revoked_by__isnull=False),
    )  # fmt: skip


@signing("identity/actions/accounts.py:close_account")
def an_account_closed(_folder: Path) -> Signing:
    first = make_user()
    return Signing(
        first, office,
        posts(reverse("identity:close", args=[first.username])),
        is_now(User, first.pk, is_active=False),
    )  # fmt: skip


@signing("cases/actions/exceptional.py:why_not_sign")
def a_case_settled_beside_the_rules(folder: Path) -> Signing:
    one = build_signing(folder)
    row, head = one.proposed(), one.city.head
    one.sign(row, head)
    kept = ExceptionalDecision.objects.filter(pk=row.pk)
    return Signing(
        head, holds(Role.LEADER, Unit.objects.get(code="talent")),
        lambda user: sign_exceptional(kept.get(), shown=row.digest, actor=user, now=later(9)),
        is_now(ExceptionalDecision, row.pk, status="settled"),
        change=lambda: kept.update(amount=100),
    )  # fmt: skip


@signing("cases/actions/exceptional.py:why_not_sign")
def a_settlement_signed_by_who_proposed_it(folder: Path) -> Signing:
    """The head has signed; who proposed it is no second person either."""
    one = build_signing(folder)
    row = one.proposed()
    one.sign(row, one.city.head)
    kept = ExceptionalDecision.objects.filter(pk=row.pk)
    return Signing(
        one.city.officer, holds(Role.LEADER, Unit.objects.get(code="talent")),
        lambda user: sign_exceptional(kept.get(), shown=row.digest, actor=user, now=later(9)),
        is_now(ExceptionalDecision, row.pk, status="settled"),
    )  # fmt: skip
