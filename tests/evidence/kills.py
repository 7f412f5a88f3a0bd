"""Kills of the program in the midst of submissions and approvals: ``kills.py FOLDER ROUNDS SEED``.

On a real file, or on the empty database of a PostgreSQL server that YINGCAI_DATABASE_URL names, and which stays.

A warm parent forks a child that hands in applications and approves them, and says through a pipe what it is
about to do and what was acknowledged. It is killed at a random time, or by its own hand at a random write in the
midst of a transaction. The parent opens the database anew: what was acknowledged is there, what was not is there
wholly or not at all, and who tries again has one case. Prints what it counted, as JSON; ends with 1 on a loss.
"""

import json
import os
import random
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import Any

FOLDER, ROUNDS, SEED = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
# A fault that the drill has to find: `early` acknowledges before the commit, `apart` writes without transactions.
PLANTED = sys.argv[4] if len(sys.argv) > 4 else ""
os.environ["DJANGO_SETTINGS_MODULE"] = "yingcai.web.settings"
os.environ["YINGCAI_DATA_DIR"] = str(FOLDER)
os.environ["YINGCAI_TODAY"] = "2018-06-11"

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, connections, transaction  # noqa: E402
from django.db.models import QuerySet  # noqa: E402

from yingcai.audit.models import Event  # noqa: E402
from yingcai.cases.actions import moving, opening  # noqa: E402
from yingcai.cases.actions.moving import Step, move  # noqa: E402
from yingcai.cases.actions.opening import start_case, submit  # noqa: E402
from yingcai.cases.errors import CaseError  # noqa: E402
from yingcai.cases.models import Award, Case  # noqa: E402
from yingcai.cases.queries.flows import flow_of, is_granted, state_now  # noqa: E402
from yingcai.cases.tests.case_city import NOW, City, build_city  # noqa: E402
from yingcai.registry.models import Subject  # noqa: E402
from yingcai.registry.tests.make import employ, make_fact, make_person, make_talent  # noqa: E402

PEOPLE, ENOUGH = 120, 30  # a child comes through so many in its time at the most
OTHERS = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
SLOWEST = 0.25  # seconds until a child is killed from outside, at the most


def prepare() -> City:
    """An installation with a city in it, and with people who have not applied yet."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    call_command("migrate", verbosity=0)
    city = build_city(FOLDER / "city")
    make_fact(city.person, "person.insured_months", 24, "social-insurance")
    add_people(city)
    return city


def add_people(city: City) -> None:
    """People who have not applied yet."""
    first = Subject.objects.count()
    for number in range(first, first + PEOPLE):
        person = make_person(f"林{number:03d}", county=city.person.county)
        make_fact(person, "person.insured_months", 24, "social-insurance")
        employ(person, city.firm, date(2017, 1, 1))
        make_talent(person, f"talent{number}")


def work(city: City, say: Callable[..., None], dice: random.Random) -> None:
    """Without an end: an application is handed in, and those that wait are approved."""
    for person in people_without():
        user = person.mandates.get(kind="self").user
        case = start_case("bonus", person, "self", actor=user, now=NOW)
        say("submitting", case.pk, case.version)
        case = submit(case, version=case.version, actor=user, now=NOW)
        say("submitted", case.pk, case.version)
        if dice.random() < 0.7:
            say("approving", case.pk, case.version)
            case = move(case, Step("agree"), version=case.version, actor=city.officer, now=NOW)
            say("approved", case.pk, case.version)


def people_without() -> QuerySet[Subject]:
    rows = Subject.objects.filter(kind="person", cases=None, mandates__kind="self")
    return rows.order_by("pk")


def killed_at(write: int) -> None:
    """End this process in the midst of a transaction: before the n-th audit row is written."""
    left = [write]

    def wrapped(real: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **kwargs: Any) -> Any:
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **kwargs)

        return counted

    for module in (moving, opening):
        vars(module)["record"] = wrapped(vars(module)["record"])


class Apart:
    """In the place of `transaction`: nothing belongs together."""

    atomic = staticmethod(nullcontext)


def child(city: City, pipe: int, seed: int, write: int | None) -> None:
    dice = random.Random(seed)  # noqa: S311  # a drill
    if PLANTED == "apart":
        for module in (moving, opening):
            vars(module)["transaction"] = Apart
    if write is not None:
        killed_at(write)

    def say(*words: object) -> None:
        os.write(pipe, (json.dumps(words) + "\n").encode())

    with transaction.atomic() if PLANTED == "early" else nullcontext():
        work(city, say, dice)


def one_round(city: City, dice: random.Random) -> list[list[Any]]:
    """Fork, wait, kill; what the child had said by then."""
    connections.close_all()
    read, write = os.pipe()
    inside = dice.randrange(12) if dice.random() < 0.5 else None
    seed = dice.randrange(1 << 30)
    pid = os.fork()
    if pid == 0:
        os.close(read)
        try:
            child(city, write, seed, inside)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(3)  # out of people, or an error: the parent sees it
    os.close(write)
    if inside is None:
        time.sleep(dice.random() * SLOWEST)
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status), f"a child ended by itself: {status}"
    until_left()
    with os.fdopen(read) as told:
        return [json.loads(line) for line in told if line.endswith("\n")]


def until_left() -> None:
    """Until a server has noticed that the killed one is gone, and has ended what it had begun."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for _time in range(1000):
            cursor.execute(OTHERS)
            if cursor.fetchone() == (0,):
                return
            time.sleep(0.01)
    raise AssertionError("a connection of a killed process stays")


def losses(said: list[list[Any]]) -> Iterator[str]:
    """What was acknowledged and is not there, or what is there by halves."""
    for word, pk, version in said:
        if word in ("submitted", "approved"):
            found = Case.objects.filter(pk=pk).values_list("version", flat=True).first()
            if found is None or found < version:
                yield f"case {pk} was {word} and is not there"


def halves() -> Iterator[str]:
    """Cases whose parts do not fit each other."""
    for case in Case.objects.all():
        acts = list(case.acts.values_list("move", flat=True))
        events = Event.objects.filter(
            object_type="cases.case",
            object_id=str(case.pk),
            action__in=[f"case.{one}" for one in acts],
        )
        awards = Award.objects.filter(case=case, voided_at=None).count()
        if case.status == Case.Status.DRAFT:
            if case.submitted_at or acts or awards or case.decisions.exists():
                yield f"draft {case.pk} has parts of a case"
            continue
        try:
            granted = is_granted(flow_of(case).workflow, state_now(case))
        except (TypeError, AssertionError):
            yield f"case {case.pk} was handed in and has no state"
            continue
        if not case.decisions.exists() or case.submitted_at is None:
            yield f"case {case.pk} has no decision"
        if events.count() != len(acts):
            yield f"case {case.pk}: {len(acts)} acts, {events.count()} audit rows"
        if awards != int(granted) or (case.status == Case.Status.GRANTED) != granted:
            yield f"case {case.pk}: {case.status}, {awards} awards"


def retry(city: City, said: list[list[Any]]) -> str:
    """Whoever was not answered tries again, with what he had before him. What became of it."""
    if not said or said[-1][0] not in ("submitting", "approving"):
        return "answered"
    word, pk, version = said[-1]
    case = Case.objects.filter(pk=pk).first()
    if case is None:
        return "lost"
    before = case.version
    try:
        if word == "submitting":
            submit(case, version=version, actor=case.applicant, now=NOW)
        else:
            move(case, Step("agree"), version=version, actor=city.officer, now=NOW)
    except CaseError:
        return "was there" if before > version else "lost"
    return "done now" if before == version else "done twice"


def integrity() -> str:
    """`ok` where the database itself finds nothing wrong; a server has its own ways, and reads every row here."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            return str(cursor.execute("PRAGMA integrity_check").fetchone()[0])
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT count(t.*) FROM {connection.ops.quote_name(table)} AS t")  # noqa: S608
    return "ok"


def main() -> int:
    city, dice = prepare(), random.Random(SEED)  # noqa: S311  # a drill
    counted: Counter[str] = Counter()
    bad: list[str] = []
    for _ in range(ROUNDS):
        if people_without().count() < ENOUGH:
            add_people(city)
        said = one_round(city, dice)
        counted.update(word for word, *_ in said)
        bad += list(losses(said))
        outcome = retry(city, said)
        counted[f"retry: {outcome}"] += 1
        if outcome in ("lost", "done twice"):
            bad.append(f"{said[-1]} tried again: {outcome}")
    bad += list(halves())
    whole = integrity()
    counted["kills"] = ROUNDS
    counted["cases"] = Case.objects.count()
    twice = Case.objects.exclude(status=Case.Status.DRAFT).values_list("subject", flat=True)
    if len(set(twice)) != len(twice):
        bad.append("somebody has two cases")
    told = {"counted": counted, "integrity": whole, "bad": bad}
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    return 1 if bad or whole != "ok" else 0


if __name__ == "__main__":
    sys.exit(main())
