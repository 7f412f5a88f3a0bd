"""Queries and CPU of the register's pages at 10,000 and 1,000,000 people, in one run.

``python benchmarks/registry_pages.py [--people 10000,1000000] [--json FILE]`` fills an empty database
(SQLite in a folder that is removed afterwards; PostgreSQL with YINGCAI_DATABASE_URL, in a database that is
yours to fill) and asks for every page as the talent office, a county and an employer. Looks are written, as
they are in use.
"""

import argparse
import json
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from zlib import crc32

import django

FOLDER = tempfile.TemporaryDirectory(prefix="yingcai-registry-pages-")
os.environ["DJANGO_SETTINGS_MODULE"] = "yingcai.web.settings"
os.environ["YINGCAI_DATA_DIR"] = FOLDER.name
os.environ.setdefault("YINGCAI_TODAY", "2018-06-08")
os.environ["YINGCAI_HOSTS"] = "testserver"
django.setup()

# What needs the settings is imported after they are there.
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402

from yingcai.audit import clock  # noqa: E402
from yingcai.identity.models import Unit  # noqa: E402
from yingcai.identity.queries import Role  # noqa: E402
from yingcai.identity.tests.make import make_user  # noqa: E402
from yingcai.plan.tests.make import make_pack  # noqa: E402
from yingcai.registry.actions.counting import make_counts  # noqa: E402
from yingcai.registry.actions.facets import build_index  # noqa: E402
from yingcai.registry.facets import facet_digest  # noqa: E402
from yingcai.registry.models import FacetEntry, Relation, Subject  # noqa: E402
from yingcai.registry.names import pinyin_of  # noqa: E402
from yingcai.registry.tests.make import (  # noqa: E402
    NOW,
    RESIDENT,
    VOCABULARY,
    employ,
    make_county,
    make_fact,
    make_firm,
    make_officer,
    make_person,
)

SURNAMES = "林孟陶裘闻纪柳沈段卓阮冷温舒楼商王李张刘陈杨黄赵周吴徐孙朱马胡郭何高罗郑梁谢宋唐"
GIVEN = "知书见若以舒映怀清望景思云南时予远衡微谷恒航川瑾砚行齐岫乔雨安之晴雪梅婷"
COUNTIES, BATCH, STAFF = 12, 20_000, 500
PASSES = 15
CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def fill(people: int, counties: list[Unit], firm: Subject) -> None:
    """As many persons as wanted, by name alone; the first ones work at the firm."""
    have = Subject.objects.filter(kind=Subject.Kind.PERSON).count()
    for first in range(have, people, BATCH):
        rows = [_person(n, counties) for n in range(first, min(first + BATCH, people))]
        Subject.objects.bulk_create(rows)
        FacetEntry.objects.bulk_create(entry for row in rows for entry in _entries(row, first))
        if Relation.objects.count() < STAFF:
            Relation.objects.bulk_create(_job(row, firm) for row in rows[:STAFF])


def _person(number: int, counties: list[Unit]) -> Subject:
    surname = SURNAMES[number % len(SURNAMES)]
    given = GIVEN[number // 41 % len(GIVEN)] + GIVEN[number // 1517 % len(GIVEN)]
    name = surname + given
    pinyin, initials = pinyin_of(name, person=True)
    return Subject(
        kind=Subject.Kind.PERSON,
        name=name,
        pinyin=pinyin,
        initials=initials,
        county=counties[number % COUNTIES],
        created_at=NOW,
    )


def _entries(person: Subject, first: int) -> list[FacetEntry]:
    """A common value, one of a hundredth, and one of which there are few whatever the size."""
    # Names go round with the numbers of rows; values do not, or the first names would all have one value.
    number = crc32(str(person.pk).encode())
    told = [("person.degree", ("bachelor", "bachelor", "master", "doctor")[number % 4])]
    told.append(("person.honour", "rare" if first == 0 and int(person.pk) % 2000 == 7 else "none"))
    told.append(("person.honour_b", "hundredth" if number % 100 == 3 else "none"))
    return [
        FacetEntry(subject=person, name=name, digest=facet_digest(name, value))
        for name, value in told
    ]


def _job(person: Subject, firm: Subject) -> Relation:
    return Relation(
        subject=person,
        other=firm,
        kind="employed-by",
        starts_on=date(2017, 1, 1),
        source="insurance",
        recorded_at=NOW,
    )


def pages(
    known: Subject, employer: Subject, county: Unit
) -> dict[str, tuple[str, Callable[[Client], Any]]]:
    """Label to who asks and how."""
    middle = Subject.objects.filter(kind=Subject.Kind.PERSON).order_by("name", "id")[
        Subject.objects.count() // 2
    ]
    number = {"number_kind": "resident-id", "number": RESIDENT}

    def get(address: str) -> Callable[[Client], Any]:
        return lambda client: client.get(address)

    return {
        "first page": ("office", get("/registry/")),
        "a page in the middle": ("office", get(f"/registry/?along=pinyin&after={middle.handle}")),
        "by initials": ("office", get("/registry/?q=lzc")),
        "by pinyin": ("office", get("/registry/?q=lin zhi")),
        "by Chinese name": ("office", get("/registry/?q=林之")),
        "nobody of that name": ("office", get("/registry/?q=龘龘")),
        "first page of a county": ("county", get("/registry/")),
        "by initials in a county": ("county", get("/registry/?q=lzc")),
        "the staff of a firm": ("employer", get("/registry/")),
        "a common value": ("office", get("/registry/?f.person.degree=bachelor")),
        "a value of a hundredth": ("office", get("/registry/?f.person.honour_b=hundredth")),
        "a rare value": ("office", get("/registry/?f.person.honour=rare")),
        "a common value and a name": ("office", get("/registry/?f.person.degree=doctor&q=林")),
        "a firm and a value": (
            "office",
            get(f"/registry/?f.person.degree=doctor&firm={employer.handle}"),
        ),
        "a county and a value": (
            "office",
            get(f"/registry/?f.person.honour_b=hundredth&county={county.code}"),
        ),
        "a county, a rare value": ("county", get("/registry/?f.person.honour=rare")),
        "two values": (
            "office",
            get("/registry/?f.person.honour_b=hundredth&f.person.degree=doctor"),
        ),
        "counts by county": ("office", get("/registry/statistics/?rows=county")),
        "counts by two traits": (
            "office",
            get("/registry/statistics/?rows=person.degree&columns=county"),
        ),
        "by number": ("office", lambda client: client.post("/registry/by-number/", number)),
        "one person": ("office", get(reverse("registry:subject", args=[known.handle]))),
        "who looked": ("office", get(reverse("registry:looks", args=[known.handle]))),
    }


def measure(client: Client, ask: Callable[[Client], Any], *, passes: int) -> dict[str, float]:
    """Queries (reads and writes, without BEGIN and COMMIT), and the median of CPU and wall milliseconds."""
    ask(client)  # what a process or a session keeps from its first request on is not counted
    begun = time.process_time()
    made = make_counts(now=clock.now())  # as the server does beside the pages
    beside = time.process_time() - begun if made else 0
    with CaptureQueriesContext(connection) as seen:
        answer = ask(client)
        # Later requests empty the log.
        queries = sum(not one["sql"].startswith(CONTROL) for one in seen.captured_queries)
    assert answer.status_code in (200, 302), answer.status_code
    cpu, wall = [], []
    for _ in range(passes):
        worked, begun = time.process_time(), time.perf_counter()
        ask(client)
        cpu.append((time.process_time() - worked) * 1e3)
        wall.append((time.perf_counter() - begun) * 1e3)
    return {
        "queries": queries,
        "cpu_ms": round(statistics.median(cpu), 1),
        "wall_ms": round(statistics.median(wall), 1),
        "beside_ms": round(beside * 1e3),
    }


def with_honours() -> dict[str, Any]:
    """The vocabulary of the tests with two more facts for search."""
    facts, degree = VOCABULARY["facts"], VOCABULARY["facts"]["facts"][0]
    more = [
        {
            **degree,
            "id": name,
            "ordered": False,
            "values": [{"id": v, "zh": v, "en": v} for v in values],
        }
        for name, values in (
            ("person.honour", ("none", "rare")),
            ("person.honour_b", ("none", "hundredth")),
        )
    ]
    return {**VOCABULARY, "facts": {**facts, "facts": [*facts["facts"], *more]}}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", default="10000,1000000")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    call_command("migrate", interactive=False, verbosity=0)
    make_pack(vocabulary=with_honours())
    build_index(now=NOW)
    counties = [make_county(f"第{n}县") for n in range(COUNTIES)]
    firm = make_firm("云州精工")
    known = make_person("林之川", number=RESIDENT, county=counties[0])
    for name, value in (
        ("degree", "doctor"),
        ("insured_months", 33),
        ("level", 3),
        ("salary", 500000),
    ):
        make_fact(known, f"person.{name}", value)
    employ(known, firm, date(2016, 9, 1))
    users = {
        "office": make_user(role=Role.OFFICE),
        "county": make_user(role=Role.COUNTY, unit=counties[3]),
        "employer": make_officer(firm),
    }
    found: dict[str, dict[str, Any]] = {}
    for people in map(int, options.people.split(",")):
        begun = time.perf_counter()
        fill(people, counties, firm)
        connection.cursor().execute("ANALYZE")  # as a server does by itself in the night
        print(
            f"{people:,} people on {connection.vendor}, filled in {time.perf_counter() - begun:.0f} s"
        )
        for label, (who, ask) in pages(known, firm, counties[3]).items():
            client = Client()
            client.force_login(users[who])
            passes = 5 if label == "by number" or "count" in label else PASSES  # twenty a minute
            row = measure(client, ask, passes=passes)
            found.setdefault(label, {})[str(people)] = row
            beside = f", counted beside in {row['beside_ms']:,} ms CPU" if row["beside_ms"] else ""
            print(
                f"    {label:<26}{row['queries']:>4} queries {row['cpu_ms']:>8} ms CPU {row['wall_ms']:>8} ms{beside}"
            )
    if options.json:
        about = {"machine": platform.processor(), "database": connection.vendor, "pages": found}
        options.json.write_text(json.dumps(about, indent=1, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
