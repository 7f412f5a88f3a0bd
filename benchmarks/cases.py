"""A million cases: queries and CPU of the desk, CPU of one decision, and 10,000 approvals in one run.

``python benchmarks/cases.py [--cases 1000000] [--bulk 10000] [--json FILE]`` fills an empty database (SQLite in a
folder that is removed afterwards; PostgreSQL with YINGCAI_DATABASE_URL, in a database that is yours to fill).
The cases of the run are whole, with keys, facts and sealed states; of the others only what lists read is there.
"""

import argparse
import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import django

FOLDER = tempfile.TemporaryDirectory(prefix="yingcai-cases-")
os.environ["DJANGO_SETTINGS_MODULE"] = "yingcai.web.settings"
os.environ["YINGCAI_DATA_DIR"] = FOLDER.name
os.environ["YINGCAI_TODAY"] = "2018-06-12"
os.environ["YINGCAI_HOSTS"] = "testserver"
django.setup()

# What needs the settings is imported after they are there.
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from yingcai.cases.actions.bulk import confirm_run, look_run, prepare_run, work_run  # noqa: E402
from yingcai.cases.actions.deciding import decide  # noqa: E402
from yingcai.cases.actions.moving import Step, move  # noqa: E402
from yingcai.cases.models import Award, BulkItem, Case, CaseParty, CaseTask  # noqa: E402
from yingcai.cases.queries.flows import state_now  # noqa: E402
from yingcai.cases.sealed import STATE, put  # noqa: E402
from yingcai.cases.tests.case_city import NOW, City, build_city  # noqa: E402
from yingcai.engine.workflow.state import plain  # noqa: E402
from yingcai.identity.tests.make import make_user  # noqa: E402
from yingcai.registry.models import Subject  # noqa: E402
from yingcai.registry.names import pinyin_of  # noqa: E402
from yingcai.registry.tests.make import make_fact, make_person  # noqa: E402

SURNAMES, GIVEN = (
    "林孟陶裘闻纪柳沈段卓阮冷温舒楼商王李张刘",
    "知书见若以舒映怀清望景思云南时予远衡微谷",
)
BATCH, PASSES, SPREAD = 20_000, 15, 60  # rows, requests, days over which terms lie
RUNNING = 0.1  # of the cases; the others are over
CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


@dataclass(frozen=True)
class Made:
    """The city, with a case of each kind after which the others are made."""

    city: City
    listed: Case
    whole: Case


def fill(made: Made, many: int) -> None:
    """Cases as lists read them: a tenth is running, before the officer, the county or the head."""
    city, dice = made.city, random.Random(7)  # noqa: S311  # invented cases
    for first in range(0, many, BATCH):
        count = min(BATCH, many - first)
        subjects = Subject.objects.bulk_create(_person(city, first + n) for n in range(count))
        cases = Case.objects.bulk_create(_case(made, subject, dice) for subject in subjects)
        CaseParty.objects.bulk_create(
            CaseParty(case=case, unit=unit)
            for case in cases
            for unit in (case.lead, city.person.county)
        )
        CaseTask.objects.bulk_create(_tasks(cases))


def _person(city: City, number: int) -> Subject:
    name = SURNAMES[number % 20] + GIVEN[number // 20 % 20] + GIVEN[number // 400 % 20]
    pinyin, initials = pinyin_of(name, person=True)
    return Subject(
        kind="person", name=name, pinyin=pinyin, initials=initials, county=city.person.county,
        created_at=NOW,
    )  # fmt: skip


def _case(made: Made, subject: Subject, dice: random.Random) -> Case:
    running = dice.random() < RUNNING
    stage = dice.choice(("review", "review", "decide")) if running else "done"
    due = NOW.date() + timedelta(days=dice.randrange(SPREAD) - SPREAD // 6) if running else None
    began = NOW - timedelta(days=dice.randrange(20 if running else 900))
    return Case(
        programme="grant", pack=made.listed.pack, workflow="examined", subject=subject, side="self",
        applicant=made.city.talent, lead=made.listed.lead, county=made.city.person.county,
        status="running" if running else dice.choice(("granted", "granted", "declined")), stage=stage,
        created_at=began, changed_at=began, submitted_at=began, entered_on=began.date(), due_on=due,
        ended_at=None if running else began + timedelta(days=9),
    )  # fmt: skip


def _tasks(cases: list[Case]) -> Iterator[CaseTask]:
    for case in cases:
        if case.status == "running":
            heads, officers = [("head", case.lead)], [("officer", case.lead)]
            if case.county:
                officers.append(("officer", case.county))
            seats = heads if case.stage == "decide" else officers
            for role, unit in seats:
                yield CaseTask(
                    case=case,
                    programme=case.programme,
                    stage=case.stage,
                    role=role,
                    unit=unit,
                    due_on=case.due_on,
                    sort_on=case.due_on or date.max,
                )


def whole(made: Made, many: int) -> list[Case]:
    """Cases with everything: the rules have agreed, and the officer is asked to approve."""
    city, state, found = made.city, plain(state_now(made.whole)), []
    for number in range(many):
        with transaction.atomic():
            person = make_person(f"{_person(city, number).name}", county=city.person.county)
            make_fact(person, "person.insured_months", 24, "social-insurance")
            case = Case.objects.get(pk=made.whole.pk)
            case.pk, case.handle, case.subject = None, uuid4(), person
            case._state.adding = True  # a new row after the pattern of an old one
            case.sealed_state = case.sealed_answers = None
            case.save()
            Case.objects.filter(pk=case.pk).update(sealed_state=put(case, STATE, state))
            CaseParty.objects.create(case=case, unit=case.lead)
            CaseTask.objects.create(
                case=case,
                programme=case.programme,
                stage=case.stage,
                role="officer",
                unit=case.lead,
                due_on=case.due_on,
                sort_on=case.due_on or date.max,
            )
        found.append(case)
    return found


def page(client: Client, address: str) -> dict[str, float]:
    """Queries (reads and writes, without BEGIN and COMMIT), and the median of CPU and wall milliseconds."""
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(address)
        queries = sum(not one["sql"].startswith(CONTROL) for one in seen.captured_queries)
    assert answer.status_code == 200, (address, answer.status_code)
    return {"queries": queries, **timed(lambda _n: client.get(address), PASSES)}


def timed(act: Callable[[int], Any], passes: int) -> dict[str, float]:
    cpu, wall = [], []
    for number in range(passes):
        worked, begun = time.process_time(), time.perf_counter()
        act(number)
        cpu.append((time.process_time() - worked) * 1e3)
        wall.append((time.perf_counter() - begun) * 1e3)
    return {
        "cpu_ms": round(statistics.median(cpu), 1),
        "wall_ms": round(statistics.median(wall), 1),
    }


def tell(label: str, row: dict[str, float]) -> dict[str, float]:
    asked = f"{row['queries']:>4.0f} queries " if "queries" in row else " " * 13
    print(f"    {label:<38}{asked}{row['cpu_ms']:>9} ms CPU {row['wall_ms']:>9} ms")
    return row


def bulk(city: City, cases: list[Case]) -> dict[str, float]:
    """Looking at every case, then doing it; seconds of each, and cases a second."""
    step, found = Step("agree"), {}
    begun = time.perf_counter()
    run = prepare_run(cases, step, actor=city.officer, now=NOW)
    found["prepared_s"] = time.perf_counter() - begun
    begun = time.perf_counter()
    look_run(run, now=NOW)
    found["looked_s"] = time.perf_counter() - begun
    confirm_run(run, shown=run.digest, actor=city.officer, now=NOW)
    begun = time.perf_counter()
    work_run(run, now=NOW)
    found["done_s"] = time.perf_counter() - begun
    assert BulkItem.objects.filter(run=run, state="done").count() == len(cases)
    assert Award.objects.filter(case__in=[case.pk for case in cases[:500]]).count() == len(
        cases[:500]
    )
    return {name: round(seconds, 1) for name, seconds in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--bulk", type=int, default=10_000)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    call_command("migrate", interactive=False, verbosity=0)
    city = build_city(Path(FOLDER.name) / "city")
    listed = city.submitted()
    make_fact(city.person, "person.insured_months", 24, "social-insurance")
    approving = city.submitted("bonus", months="")
    assert approving.stage == "approve", approving.stage
    made = Made(city, listed, approving)
    begun = time.perf_counter()
    fill(made, options.cases)
    cases = whole(made, options.bulk + PASSES)
    connection.cursor().execute("ANALYZE")  # as a server does by itself in the night
    print(
        f"{Case.objects.count():,} cases on {connection.vendor}, filled in {time.perf_counter() - begun:.0f} s"
    )
    found: dict[str, Any] = {}
    clients = {}
    for name, user in (("officer", city.officer), ("county", make_user("c", role="officer", unit=city.person.county)),
                       ("head", city.head), ("office", make_user("o", role="office"))):  # fmt: skip
        clients[name] = Client()
        clients[name].force_login(user)
    for label, who, address in (
        ("inbox of the officer", "officer", "/desk/"),
        ("inbox, one programme", "officer", "/desk/?programme=bonus"),
        ("inbox, what is late", "officer", "/desk/?overdue=1"),
        ("inbox of the county's officer", "county", "/desk/"),
        ("inbox of the head", "head", "/desk/"),
        ("one case", "officer", f"/desk/{cases[0].handle}/"),
        ("publicity", "office", "/publicity/"),
    ):
        found[label] = tell(label, page(clients[who], address))
    for label, act in (
        ("the rules decide one case", lambda n: decide(cases[n], on=date(2018, 6, 12), now=NOW)),
        (
            "one approval",
            lambda n: move(
                cases[n], Step("agree"), version=cases[n].version, actor=city.officer, now=NOW
            ),
        ),
    ):
        found[label] = tell(label, timed(act, PASSES))
    found["bulk"] = bulk(city, cases[PASSES:])
    print(f"    {options.bulk:,} approvals: {found['bulk']}")
    if options.json:
        options.json.write_text(
            json.dumps({"database": connection.vendor, "found": found}, indent=1), "utf-8"
        )


if __name__ == "__main__":
    main()
