"""A small world in which every address of the site leads somewhere, and one login for each role.

A route with a parameter that ``value_of`` does not know makes the access test say so: add it there.
"""

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.test.client import ClientHandler
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from yingcai.audit import clock
from yingcai.cases.actions.files import attach
from yingcai.cases.actions.moving import Step, move
from yingcai.cases.actions.naming_account import write_account
from yingcai.cases.actions.opening import start_case, submit
from yingcai.cases.actions.papers.receiving import receive_papers
from yingcai.cases.models import (
    Award,
    AwardChange,
    BulkItem,
    BulkRun,
    Bundle,
    Case,
    CaseParty,
    Decision,
    Obligation,
    Qualified,
    QualifiedRun,
    VersionMove,
)
from yingcai.cases.sealed import put
from yingcai.cases.tests.judged_city import judging_files
from yingcai.cases.tests.judged_world import a_judged_case
from yingcai.cases.tests.make import kept_city
from yingcai.cases.tests.panel_city import files as panel_files
from yingcai.cases.tests.panel_world import a_panel
from yingcai.identity import sessions
from yingcai.identity.actions import create_program_account
from yingcai.identity.actions.tokens import Wanted, make_token
from yingcai.identity.models import Unit, User
from yingcai.identity.queries import Role
from yingcai.identity.tests.make import PASSWORD, make_grant, make_unit, make_user
from yingcai.plan.queries import active_digest
from yingcai.plan.tests.make import make_measure, make_plan, make_target
from yingcai.registry.actions.accounts import Written
from yingcai.registry.actions.endpoints import Proposed, propose_endpoint
from yingcai.registry.actions.imports.receiving import Upload as FileUpload
from yingcai.registry.actions.lists import keep_list, pick_subjects
from yingcai.registry.actions.mandates import give_mandate
from yingcai.registry.actions.requests import Upload, Wish, request_change
from yingcai.registry.actions.rights import Wish as RightsWish
from yingcai.registry.actions.rights import ask_right
from yingcai.registry.models import Delivery, Subject
from yingcai.registry.queries.filters import Filters
from yingcai.registry.queries.scope import scope
from yingcai.registry.tests.make import (
    RESIDENT,
    employ,
    make_city,
    make_fact,
    make_firm,
    make_officer,
    make_person,
    make_talent,
)
from yingcai.registry.tests.make_imports import as_csv, check, upload
from yingcai.registry.tests.make_imports import person as listed
from yingcai.registry.tests.make_pairs import make_pair
from yingcai.reporting.actions.bulletins import draft_bulletin
from yingcai.reporting.models import Evidence, Report, ReportingMonth
from yingcai.reporting.tests.make import NOW, make_month, make_order, make_report
from yingcai.reporting.tests.make_bulletin import (
    APRIL,
    MAY,
    City,
    make_published,
    make_reporting_month,
    make_value,
)

VISITOR = "visitor"
TALENT, EMPLOYER = "talent", "employer"  # logins without a role, who act as a person, as a firm
WHO = (VISITOR, *Role.values, TALENT, EMPLOYER)
# The same function in another relation to what the addresses lead to, or no longer any function.
ELSEWHERE = {
    "reporter-elsewhere": Role.REPORTER,
    "head-elsewhere": Role.HEAD,
    "county-elsewhere": Role.COUNTY,
    "talent-elsewhere": TALENT,
    "employer-elsewhere": EMPLOYER,
}
EXPIRED = "expired"  # of the talent office until yesterday, and of the firm until yesterday
RECUSED = "recused"  # of the talent office, and himself the person that the addresses are about
RELATED = (*ELSEWHERE, EXPIRED, RECUSED)
SALARY = 7_654_321  # a mark that must show nowhere else
CARD = "6222021234567890128"  # another
PARAMETER = re.compile(r"<(?:[\w.]+:)?(\w+)>")


@dataclass(frozen=True)
class Route:
    """One address of the site: its full name and its pattern."""

    name: str
    pattern: str


class Visitor(Client):
    """A client that keeps nothing but the answer; others copy the context of each template."""

    def request(self, **request: Any) -> Any:
        return self.handler(self._base_environ(**request))  # type: ignore[attr-defined]  # no stub


@dataclass(frozen=True)
class World:
    """The values that fill parameters, and a signed-in cookie for each role."""

    values: dict[str, str]
    sessions: dict[str, str]

    def address(self, route: Route) -> str:
        """The address with its parameters filled. Raises: KeyError naming the unknown parameter."""
        values = {name: self.value_of(route, name, folder) for folder, name in parameters(route)}
        return reverse(route.name, kwargs=values)

    def value_of(self, route: Route, name: str, folder: str) -> str:
        """By the part of the address before the parameter (``reports/pk``), else by its name."""
        for key in (f"{folder}/{name}", name):
            if key in self.values:
                return self.values[key]
        raise KeyError(
            f"{route.name}: tests/architecture/world.py has no value for {folder}/{name}"
        )

    def client(self, who: str) -> Client:
        """A browser of ``who``; a new one each time, for answers may sign it out."""
        client = Visitor()
        client.handler = shared_handler()
        if who != VISITOR:
            client.cookies["sessionid"] = self.sessions[who]
        return client


@lru_cache(maxsize=1)
def shared_handler() -> ClientHandler:
    """One for all browsers: to make one reads every static file anew."""
    handler = ClientHandler(enforce_csrf_checks=False)
    handler.load_middleware()
    return handler


def parameters(route: Route) -> Iterator[tuple[str, str]]:
    """Each parameter with the folder before it, of plain patterns and of regular expressions."""
    for found in PARAMETER.finditer(route.pattern):
        before = route.pattern[: found.start()].removesuffix("(?P")
        yield before.rstrip("/").rsplit("/", 1)[-1], found[1]


def routes() -> list[Route]:
    """Every address of the resolver, in its order; a name that several addresses share comes once."""
    return list({route.name: route for route in _routes(get_resolver(), "", "")}.values())


def _routes(resolver: URLResolver, namespace: str, prefix: str) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = ":".join(filter(None, [namespace, entry.namespace]))
            yield from _routes(entry, inner, pattern)
        elif isinstance(entry, URLPattern):
            name = entry.name or pattern
            yield Route(":".join(filter(None, [namespace, name])), pattern)


def build(files: Mapping[str, str] | None = None) -> World:
    """One plan, one target owned by one bureau, its month and report, an order, and the users.

    ``files``: of the city's pack, beside those of every small city.
    """
    with TemporaryDirectory() as folder:
        wanted = judging_files(files or panel_files())
        make_city(**kept_city(Path(folder) / "city", wanted))
    bureau = make_unit("bureau", name="科创局")
    county = make_unit("county", name="东云县", kind=Unit.Kind.COUNTY)
    plan = make_plan(slug="world")
    measure = make_measure(plan, units={bureau: "lead"})
    target = make_target(plan, code="1-1", measure=measure, owners={bureau: "lead"})
    month = make_month(plan, date(2018, 5, 1))
    report = make_report(month, target, bureau, 3, status=Report.Status.SUBMITTED)
    order = make_order(plan, bureau)
    users = {role: _user(role, bureau if role != Role.COUNTY else county) for role in Role.values}
    person, firm = make_person("林之川", number=RESIDENT, county=county), make_firm()
    employ(person, firm, date(2017, 1, 1))
    users[TALENT], users[EMPLOYER] = make_talent(person), make_officer(firm)
    users |= _related(person, firm)
    evidence = _evidence(report, users[Role.REPORTER])
    make_reporting_month(plan, APRIL)
    make_value(target, APRIL)
    draft_bulletin(plan, APRIL, actor=users[Role.OFFICE], now=NOW)
    lin = make_user("lin", role=Role.LEADER)
    _bulletin(City(plan, [bureau], [county], [target]))
    values: dict[str, Any] = {
        "slug": plan.slug,
        "plans/plan_id": plan.pk,
        "open-data/name": "values",
        "<slug:name>./kind": "csv",
        "edition": plan.edition,
        "month": "2018-05",
        "bulletins/month": "2018-04",
        "code": target.code,
        "number": 1,
        "name": "overall",
        "guide/name": "rent",
        "kind": "docx",
        "format": "docx",
        "form": "csv",
        "username": lin.username,
        "grants/pk": lin.grants.get().pk,
        "covers/pk": make_grant(
            make_user(), Role.LEADER, stands_in_for=lin.grants.get(), ends_on=date(2018, 12, 31)
        ).pk,
        "reports/pk": report.pk,
        "files/pk": evidence.pk,
        "orders/pk": order.pk,
        "clauses/pk": target.clause_id,
        "clauses/id": target.clause_id,
        "measures/number": measure.number,
        "measures/pk": measure.pk,
        **_registry(person, users[TALENT]),
        "lists/handle": _list(users[Role.OFFICE], person),
        **_programs(users[Role.COUNTY], users[Role.OFFICE], person),
        "imports/handle": _import(firm, users[EMPLOYER]),
        **_case(person, users[TALENT], bureau, users[EMPLOYER], users[Role.OFFICER]),
    }
    values |= a_judged_case(person, users[TALENT], users[Role.EXPERT])
    values |= a_panel(users[Role.OFFICE], users[Role.EXPERT], values["cases/handle"], NOW)
    return World(
        {name: str(value) for name, value in values.items()},
        {role: _session(user) for role, user in users.items()},
    )


def _import(firm: Subject, officer: User) -> UUID:
    """A file of the firm's people, checked, with one faulty row."""
    return check(upload(officer, as_csv([["", *listed(1)[1:]], listed(2)]), firm), officer).handle


def _case(person: Subject, talent: User, bureau: Unit, hr: User, officer: User) -> dict[str, Any]:
    """A draft of the firm; an accepted case in which the bureau has a part, with a file; a run that is over."""
    window = make_user("the-labour-window", role=Role.WINDOW, unit=make_unit("labour"))
    draft = start_case("rent", person, "employer", actor=hr, now=NOW)
    case = start_case("rent", person, "self", actor=talent, now=NOW)
    paper = attach(case, "lease", "合同.pdf", b"%PDF-1.7", actor=talent, now=NOW)
    case = submit(case, version=case.version, actor=talent, now=NOW)
    account = write_account(
        case, Written("合欢银行东城支行", CARD), agreed=True, actor=talent, now=NOW
    )
    CaseParty.objects.create(case=case, unit=bureau)
    case = move(case, Step("agree"), version=case.version, actor=window, now=NOW)
    run = BulkRun.objects.create(
        actor=officer, programme="rent", stage="intake", move="agree", digest="0" * 64,
        made_at=NOW, looked_at=NOW, confirmed_at=NOW, ended_at=NOW,
    )  # fmt: skip
    sealed = put(case, f"bulk/{run.handle}", {"to": "", "reason": "", "items": []})
    BulkItem.objects.create(run=run, case=case, version=1, sealed=sealed, state="done")
    obligation = _owed(case, bureau, officer, window)
    Case.objects.filter(pk=case.pk).update(
        public_until=date(2018, 12, 31)
    )  # as if it were published
    return {
        "apply/name": "rent",
        "form/handle": draft.handle,
        "accounts/handle": account.handle,
        "desk/handle": case.handle,
        "publicity/handle": case.handle,
        "cases/handle": case.handle,
        "decisions/number": 1,
        "letters/handle": case.handle,
        "papers/pk": paper.pk,
        "files/number": paper.pk,
        "programmes/name": "rent",
        "reveal/name": "person.insured_months",
        "runs/handle": run.handle,
        "entitled/name": "rent",
        "entitled/pk": _told(draft.subject),
        "versions/name": "claim",
        "moves/handle": _version_move(officer, case),
        "papers/handle": _papers(bureau, officer),
        "bundles/handle": _bundle(draft.subject, talent),
        "obligations/handle": obligation.handle,
        "against/kind": "appeal",
        "awards/handle": obligation.award.case.handle,
        "changes/handle": AwardChange.objects.get().handle,
    }


def _version_move(officer: User, case: Case) -> UUID:
    """A proposal to move a running case that waits for a second person."""
    row = VersionMove.objects.create(
        workflow="claim", pack=case.pack, digest="0" * 64, made_at=NOW, made_by=officer
    )
    row.cases.create(case=case, version=case.version)
    return row.handle


def _papers(bureau: Unit, officer: User) -> UUID:
    """A file of decisions on paper of the bureau's programmes, whose columns nobody has agreed to yet."""
    data = "姓名,证件号码,事项,文号,申请日期,决定日期,决定\n林之川,,rent,1,,,\n".encode()
    upload = FileUpload("台账.csv", len(data), lambda: io.BytesIO(data))
    return receive_papers(upload, bureau, actor=officer, now=NOW).handle


def _told(person: Subject) -> int:
    """What the person was told of, as the last run found it."""
    digest = active_digest() or ""
    QualifiedRun.objects.create(on=NOW.date(), pack=digest, asked=1, found=1, ended_at=NOW)
    days = {"first_on": NOW.date(), "seen_on": NOW.date()}
    found = {"programme": "settling-in", "subject": person, "pack": digest, **days}
    return Qualified.objects.create(**found, told_at=NOW).pk


def _bundle(person: Subject, talent: User) -> UUID:
    """A form for several programmes that was handed in."""
    bundle = Bundle.objects.create(subject=person, applicant=talent, made_at=NOW, submitted_at=NOW)
    Case.objects.filter(applicant=talent).update(bundle=bundle)
    return bundle.handle


def _owed(first: Case, bureau: Unit, officer: User, head: User) -> Obligation:
    """As if another case had granted something for which a year of service is owed, and that was suspended."""
    case = Case.objects.create(
        programme=first.programme, pack=first.pack, workflow=first.workflow, subject=first.subject,
        side="self", applicant=first.applicant, lead=bureau, status="granted", stage="done",
        created_at=NOW, changed_at=NOW, submitted_at=NOW, ended_at=NOW,
    )  # fmt: skip
    CaseParty.objects.create(case=case, unit=bureau)
    applied = {"written": "2018-06-08", "source": "", "on": "", "by": "office", "sensitive": False}
    decision = Decision.objects.create(
        case=case, number=1, pack=case.pack, outcome="yes", amount=1_200_000, on=NOW.date(), at=NOW,
        sealed_basis=put(case, "basis", {"case.applied_on": applied}), digest="0" * 64,
    )  # fmt: skip
    award = Award.objects.create(
        case=case, decision=decision, programme=case.programme,
        subject=case.subject, amount=1_200_000, granted_on=NOW.date(),
    )  # fmt: skip
    change = AwardChange(
        award=award, kind="suspend", status="decided", from_on=NOW.date(), proposed_by=officer,
        proposed_at=NOW, decided_by=head, decided_at=NOW,
    )  # fmt: skip
    change.sealed = put(case, f"award-change/{change.handle}", {"reason": "调查"})
    change.save()
    return Obligation.objects.create(award=award, name="stay", number=1, due_on=date(2019, 6, 8))


def _list(user: User, person: Subject) -> UUID:
    """A list of the office, picked by hand."""
    asked = scope(user, "casework", on=NOW.date())
    saved = keep_list(asked, "picked", "走访", filters=Filters(), shared=False, now=NOW)
    pick_subjects(asked, saved, [person], note="", now=NOW)
    return saved.handle


def _related(person: Subject, firm: Subject) -> dict[str, User]:
    """Logins that stand in another relation to the person, the firm, the bureau and the county."""
    bureau = make_unit("other-bureau", name="民政局")
    county = make_unit("other-county", name="西云县", kind=Unit.Kind.COUNTY)
    yesterday = date(2018, 6, 7)
    expired = make_user("the-expired")
    make_grant(expired, Role.OFFICE, ends_on=yesterday)
    give_mandate(
        expired, firm, "employer", starts_on=yesterday - timedelta(30), ends_on=yesterday,
        actor=None, now=NOW,
    )  # fmt: skip
    recused = make_user(
        "the-recused", role=Role.OFFICE, person_key=person.mandates.get().user.person_key
    )
    units = {Role.REPORTER: bureau, Role.HEAD: bureau, Role.COUNTY: county}
    staff = {
        name: make_user(f"the-{name}", role=role, unit=units[Role(role)])
        for name, role in ELSEWHERE.items()
        if role in units
    }
    return staff | {
        "talent-elsewhere": make_talent(make_person("何云飞", county=county)),
        "employer-elsewhere": make_officer(make_firm(county=county)),
        EXPIRED: expired,
        RECUSED: recused,
    }


def _registry(person: Subject, talent: User) -> dict[str, Any]:
    """A person with a sensitive and a personal value, and a request to record another one."""
    make_fact(person, "person.insured_months", 9)
    salary = make_fact(person, "person.salary", SALARY)
    row = request_change(
        person,
        Wish("person.degree", "doctor", "有证"),
        evidence=Upload("证.pdf", b"%PDF-1.7"),
        actor=talent,
        now=NOW,
    )
    right = ask_right(person, RightsWish("restrict", "self"), actor=talent, now=NOW)
    return {
        "handle": person.handle,
        "rights/pk": right.pk,
        "ask/right": "erase",
        "change/name": "person.insured_months",
        "requests/pk": row.pk,
        "duplicates/pk": make_pair(person, make_person("林之川", county=person.county)).pk,
        "what": "fact",
        "record/name": "person.level",
        "<str:what>/pk": salary.pk,
        "numbers/pk": person.identifiers.earliest("id").pk,
        "acting/pk": person.mandates.get().pk,
        "relations/pk": person.relations.get().pk,
        "other": person.relations.get().other.handle,
    }


def _programs(owner: User, office: User, person: Subject) -> dict[str, Any]:
    """A token and a program's account; an endpoint that is told of the person, with one delivery."""
    wanted = Wanted("对接", ("registry:read",), 30)
    at = clock.machine_now()
    program = create_program_account(
        "bridge", display_name="对接程序", person_of=owner, actor=office, now=NOW
    )
    given = Proposed("省平台", "https://events.example.cn/told", ("fact",), office)
    endpoint = propose_endpoint(given, inside=(), actor=office, now=NOW).endpoint
    delivery = Delivery.objects.create(
        endpoint=endpoint, position=1, event=1, action="fact.recorded", subject=person,
        object_type="registry.subject", happened_at=NOW, next_at=at, last_at=at, tries=1,
        state="dead", reason="timeout",
    )  # fmt: skip
    fact, relation = person.facts.latest("id"), person.relations.latest("id")
    return {
        "tokens/token": make_token(owner, wanted, actor=owner, at=at, now=NOW).token.handle,
        "new/username": program.username,
        "endpoints/endpoint": endpoint.handle,
        "deliveries/pk": delivery.pk,
        "facts/number": fact.pk,
        "relations/number": relation.pk,
        "numbers/number": person.identifiers.earliest("id").pk,
        "requests/number": person.requests.latest("id").pk,
    }


def _bulletin(city: City) -> None:
    """The month's bulletin is out; the month itself is open again, as the other pages need it."""
    make_value(city.targets[0], MAY)
    months = ReportingMonth.objects.filter(plan=city.plan)
    months.update(status=ReportingMonth.Status.LOCKED)
    make_published(city, MAY)
    months.update(status=ReportingMonth.Status.OPEN)


def _user(role: str, unit: Unit) -> User:
    return make_user(f"the-{role}", role=role, unit=unit, password=PASSWORD)


def _session(user: User) -> str:
    """The cookie of a session in which something was asked just now: no request has to note that it came."""
    client = Client()
    client.force_login(user)
    session = client.session
    sessions.start(session, at=clock.machine_now() + sessions.IDLE)
    session.save()
    return client.cookies["sessionid"].value


def _evidence(report: Report, user: User) -> Evidence:
    stored = default_storage.save("world-evidence.txt", ContentFile(b"proof"))
    return Evidence.objects.create(
        report=report,
        name="proof.txt",
        content_type="text/plain",
        size=5,
        sha256="0" * 64,
        stored_as=stored,
        uploaded_by=user,
        uploaded_at=NOW,
    )
