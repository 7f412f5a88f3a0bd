"""Finding subjects that may be one among invented people with planted duplicates.

Fills a database (SQLite) in a folder of its own with people, their numbers, facts and employers, registers
some of them a second time as offices do (without the number, with another spelling, with half of what is
known), and runs what `yingcai manage find_duplicates` runs. Prints recall, wrong proposals, seconds and
memory. Every number of a person is invented and has a right check character.
"""

import argparse
import os
import random
import resource
import tempfile
import time
from bisect import bisect
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
GIVEN = "伟芳娜敏静秀丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰红建文国志海云龙飞鹏宇浩欣怡子涵梓轩晨阳思雨佳琪俊豪嘉一诺可馨泽若曦博雅诗琳慧婷颖倩楠薇莹晓东春梅雪冬秋月凤琴淑珍荣昌盛兴旺福德仁义礼智信忠孝廉"
SOUND_ALIKE = {
    "伟": "玮", "芳": "方", "娜": "那", "静": "靖", "丽": "莉", "洋": "阳", "明": "鸣", "华": "桦", "红": "虹",
    "玉": "钰", "英": "瑛", "文": "雯", "志": "智", "宇": "雨", "佳": "嘉", "琪": "琦", "怡": "宜",
}  # fmt: skip
DEGREES = ("junior-college", "bachelor", "master", "doctor")
NOW = datetime(2018, 6, 8, 1, tzinfo=UTC)
TODAY = date(2018, 6, 8)
BORN, GRADUATED, DEGREE = "person.born_on", "person.graduated_on", "person.degree"


@dataclass(frozen=True)
class Person:
    """An invented person as one office registered him; ``number`` is kind and number."""

    name: str
    born: date
    number: tuple[str, str] | None
    facts: dict[str, str]
    jobs: tuple[tuple[int, date], ...]
    county: int


def set_up(folder: Path) -> None:
    """Point Django at a database in ``folder`` and start it."""
    os.environ["YINGCAI_DATA_DIR"] = str(folder)
    os.environ["YINGCAI_TODAY"] = TODAY.isoformat()
    os.environ["DJANGO_SETTINGS_MODULE"] = "yingcai.web.settings"
    import django  # noqa: PLC0415  # settings must be told first
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)


def zipf(chance: random.Random, count: int) -> Callable[[], int]:
    """Draws the first more often than the second, as names and employers are."""
    heights = list(accumulate(1 / (place + 3) for place in range(count)))
    return lambda: min(bisect(heights, chance.random() * heights[-1]), count - 1)


def day(chance: random.Random, first: int, last: int) -> date:
    return date(first, 1, 1) + timedelta(days=chance.randrange((last - first + 1) * 365))


def invented(chance: random.Random, people: int, firms: int) -> list[Person]:
    from yingcai.engine.identifiers import with_check_sign  # noqa: PLC0415

    surname, given = zipf(chance, len(SURNAMES)), zipf(chance, len(GIVEN))
    employer, found = zipf(chance, firms), []
    for serial in range(people):
        letters = 1 if chance.random() < 0.15 else 2
        name = SURNAMES[surname()] + "".join(GIVEN[given()] for _ in range(letters))
        born = day(chance, 1960, 1998)
        facts = {BORN: born.isoformat(), DEGREE: chance.choice(DEGREES)}
        facts[GRADUATED] = date(born.year + chance.choice((22, 22, 25, 28)), 6, 30).isoformat()
        facts = {fact: value for fact, value in facts.items() if chance.random() < 0.7}
        jobs = [
            (employer(), day(chance, 2005, 2017).replace(day=chance.choice((1, 1, 15))))
            for _ in range(chance.choice((0, 1, 1, 1, 2)))
        ]
        body = f"33{chance.randrange(1, 12):02d}{chance.randrange(1, 30):02d}{born:%Y%m%d}"
        kinds = {
            "resident-id": with_check_sign(f"{body}{chance.randrange(1000):03d}"),
            "passport": f"E{serial:08d}",
        }
        kind = chance.choices(("resident-id", "passport", ""), (65, 10, 25))[0]
        number = (kind, kinds[kind]) if kind else None
        found.append(Person(name, born, number, facts, tuple(jobs), chance.randrange(9)))
    return found


def again(chance: random.Random, one: Person, serial: int) -> Person:
    """The same person as another office registered him."""
    name, kind = one.name, chance.random()
    if kind > 0.93:
        name = one.name[0] + chance.choice(GIVEN) + one.name[2:]
    elif kind > 0.85:
        name = "".join(SOUND_ALIKE.get(letter, letter) for letter in one.name)
    born = (
        one.born if chance.random() < 0.95 else one.born + timedelta(days=chance.choice((1, 9, 30)))
    )
    facts = {**one.facts, BORN: born.isoformat()}
    facts = {fact: value for fact, value in facts.items() if chance.random() < 0.7}
    jobs = tuple(
        (firm, since if chance.random() < 0.7 else since + timedelta(days=30))
        for firm, since in one.jobs
        if chance.random() < 0.75
    )
    number = ("passport", f"P{serial:08d}") if chance.random() < 0.3 else None
    county = one.county if chance.random() < 0.85 else chance.randrange(9)
    return replace(one, name=name, facts=facts, jobs=jobs, number=number, county=county)


def fill(people: list[Person], firms: int) -> list[int]:
    """The people in the database as the registry keeps them, but for digests; their row numbers."""
    from django.db import transaction  # noqa: PLC0415

    from yingcai.engine.sealing import new_key  # noqa: PLC0415
    from yingcai.identity.models import Unit  # noqa: PLC0415
    from yingcai.registry.keys import key_ring, profile  # noqa: PLC0415
    from yingcai.registry.models import (  # noqa: PLC0415
        Fact,
        Identifier,
        Relation,
        Subject,
        SubjectKey,
    )
    from yingcai.registry.names import pinyin_of  # noqa: PLC0415
    from yingcai.registry.tests.make_pairs import make_city_with_days  # noqa: PLC0415

    make_city_with_days()
    counties = [
        Unit.objects.create(code=f"c{n}", name=f"第{n}县", kind="county", order=n) for n in range(9)
    ]
    places = Subject.objects.bulk_create(
        [
            Subject(kind="organisation", sort="firm", name=f"第{n}机电公司", created_at=NOW)
            for n in range(firms)
        ]
    )
    ring, sealing = key_ring(), profile()
    with transaction.atomic():
        rows = []
        for one in people:
            pinyin, initials = pinyin_of(one.name, person=True)
            rows.append(
                Subject(
                    kind="person", name=one.name, pinyin=pinyin, initials=initials,
                    county=counties[one.county], created_at=NOW,
                )
            )  # fmt: skip
        Subject.objects.bulk_create(rows, batch_size=2000)
        keys, numbers, facts, ties = [], [], [], []
        for row, one in zip(rows, people, strict=True):
            key, handle = new_key(), str(row.handle)
            wrapped, key_id = ring.wrap(key, handle)
            keys.append(SubjectKey(subject=row, wrapped=wrapped, key_id=key_id, made_at=NOW))
            seal = _sealer(sealing, key, handle)
            if one.number:
                kind, number = one.number
                numbers.append(
                    Identifier(
                        subject=row, kind=kind, sealed=seal(f"identifier/{kind}", number),
                        blind_index=ring.blind_index(kind, number + str(row.pk)), mask="*",
                        source="applicant", recorded_at=NOW,
                    )
                )  # fmt: skip
            facts += [
                Fact(
                    subject=row, name=name, sealed=seal(f"fact/{name}", value),
                    source="education", recorded_at=NOW,
                )
                for name, value in one.facts.items()
            ]  # fmt: skip
            ties += [
                Relation(
                    subject=row, other=places[firm], kind="employed-by", starts_on=since,
                    source="insurance", recorded_at=NOW,
                )
                for firm, since in one.jobs
            ]  # fmt: skip
        SubjectKey.objects.bulk_create(keys, batch_size=2000)
        Identifier.objects.bulk_create(numbers, batch_size=2000)
        Fact.objects.bulk_create(facts, batch_size=2000)
        Relation.objects.bulk_create(ties, batch_size=2000)
    return [row.pk for row in rows]


def _sealer(sealing: Any, key: bytes, handle: str) -> Callable[[str, str], bytes]:
    return lambda field, plain: sealing.seal(key, plain.encode(), f"{handle}/{field}".encode())


def shared(one: Person, other: Person) -> list[str]:
    """Which of the signs that can be found two registrations of one person have in common."""
    births = [
        bool(person.facts.get(BORN) or (person.number and person.number[0] == "resident-id"))
        for person in (one, other)
    ]
    found = ["birth"] if all(births) else []
    if {firm for firm, _ in one.jobs} & {firm for firm, _ in other.jobs}:
        found.append("employer")
    return found


def timed(label: str, act: Callable[[], Any]) -> Any:
    wall, cpu = time.perf_counter(), time.process_time()
    found = act()
    spent = time.perf_counter() - wall, time.process_time() - cpu
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{label:<34} {spent[0]:7.1f} s wall {spent[1]:7.1f} s CPU   peak {memory:6.0f} MB")
    return found


def measure(args: argparse.Namespace) -> None:
    from yingcai.identity.queries import Role  # noqa: PLC0415
    from yingcai.identity.tests.make import make_user  # noqa: PLC0415
    from yingcai.registry.actions.linkage import _keep, digest_missing  # noqa: PLC0415
    from yingcai.registry.linking import equal_digests  # noqa: PLC0415
    from yingcai.registry.queries.duplicates import compared, duplicates_page  # noqa: PLC0415
    from yingcai.registry.queries.scope import scope  # noqa: PLC0415
    from yingcai.registry.weighing import weighed_pairs  # noqa: PLC0415

    chance = random.Random(args.seed)  # noqa: S311  # invented people
    firms = max(args.people // 50, 10)
    people = timed("inventing people", lambda: invented(chance, args.people, firms))
    twice = chance.sample(range(len(people)), args.people // 50)
    copies = [again(chance, people[place], serial) for serial, place in enumerate(twice)]
    pks = timed("filling the database", lambda: fill([*people, *copies], firms))
    planted = {}
    for place, copy, pk in zip(twice, copies, pks[len(people) :], strict=True):
        planted[pks[place], pk] = shared(people[place], copy)
    digested = timed("digests of numbers and facts", lambda: digest_missing(now=NOW))
    records = timed("reading what is compared", lambda: compared("person", on=TODAY))
    found = timed("weighing with Splink", lambda: weighed_pairs(records))
    timed("keeping the pairs", lambda: _keep(found, now=NOW))
    office = scope(make_user(role=Role.OFFICE), "casework", on=TODAY)
    timed("the first page of the desk", lambda: duplicates_page(office, status="open"))
    simple = timed("without Splink: equal digests", lambda: equal_digests(records))
    print(f"\n{len(records)} people, {len(planted)} of them twice; {digested} rows digested")
    for label, pairs in (("Splink", found), ("equal digests", simple)):
        report(label, pairs, planted)


def report(label: str, pairs: list[Any], planted: dict[tuple[int, int], list[str]]) -> None:
    """Recall by what the two registrations share, wrong proposals by weight."""
    proposed = {(pair.first, pair.second) for pair in pairs}
    right = proposed & planted.keys()
    findable = {pair for pair, signs in planted.items() if signs}
    print(f"\n{label}: {len(pairs)} pairs, {len(right)} right, {len(proposed - right)} wrong")
    print(
        f"  precision {len(right) / max(len(pairs), 1):.3f}, recall {len(right) / len(planted):.3f}"
    )
    print(
        f"  recall where something besides the name is shared: {len(right & findable) / len(findable):.3f}"
    )
    groups = Counter(" + ".join(signs) or "nothing but the name" for signs in planted.values())
    for group, count in groups.most_common():
        hit = sum((" + ".join(planted[pair]) or "nothing but the name") == group for pair in right)
        print(f"  {group:<22} {hit:6d} of {count:6d}")
    for least in (200, 400, 600, 800, 1000):
        part = [pair for pair in pairs if pair.weight >= least]
        wrong = sum((pair.first, pair.second) not in planted for pair in part)
        print(f"  from {least / 100:4.0f} bits: {len(part):6d} pairs, {wrong:6d} wrong")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="yingcai-links-") as folder:
        set_up(Path(folder))
        measure(args)


if __name__ == "__main__":
    main()
