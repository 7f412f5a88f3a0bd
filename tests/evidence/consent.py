"""G24: the last word of a person decides whether a purpose may be used, at the moment of the use.

The model beside the product is a list of what was said; the product is asked after each step.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.db import connection, connections, transaction

from yingcai.identity.models import User
from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_user
from yingcai.registry import vocabulary as words
from yingcai.registry.actions import looking
from yingcai.registry.actions.consent import give_consent, withdraw_consent
from yingcai.registry.actions.looking import note_looks, open_facts
from yingcai.registry.actions.requests import Wish, request_change, withdraw_request
from yingcai.registry.errors import NotConsented, RegistryError, StaleRecord
from yingcai.registry.models import Look, Subject
from yingcai.registry.queries.copies import copy_of
from yingcai.registry.queries.scope import Scope, has_agreed, scope
from yingcai.registry.tests.make import NOW, TODAY, make_fact, make_person, make_talent
from yingcai.registry.vocabulary import Purpose, vocabulary

STEPS = ("give", "withdraw", "notice", "version", "classes")
BANK = "bank"
_serial = count(1)


@contextmanager
def _purpose() -> Iterator[Callable[[Purpose], None]]:
    """What the pack says of the purpose may change while this lasts."""
    first = vocabulary()
    said = {BANK: first.purposes[BANK]}

    def typed(_digest: str) -> words.Vocabulary:
        return replace(first, purposes={**first.purposes, **said})

    def change(purpose: Purpose) -> None:
        said[BANK] = purpose

    with patch.object(words, "_typed", typed):
        yield change


def changed(purpose: Purpose, step: str) -> Purpose:
    """Another notice, version or extent of the purpose."""
    new = next(_serial)
    if step == "notice":
        return replace(purpose, notice={"zh": f"告知{new}", "en": f"Notice {new}"})
    if step == "version":
        return replace(purpose, version=purpose.version + 1)
    return replace(purpose, classes=purpose.classes ^ {"personal"})


def consent_faults(steps: Sequence[str]) -> list[str]:
    """What the product got wrong after which step; needs the small city of the register's tests."""
    lin, office = make_person(), make_user(role=Role.OFFICE)
    talent = make_talent(lin)
    make_fact(lin, "person.level", 3)
    make_fact(lin, "person.degree", "doctor")
    faults: list[str] = []
    agreed_to: Purpose | None = None
    with _purpose() as change:
        for place, step in enumerate(steps):
            purpose = vocabulary().purposes[BANK]
            if step == "give":
                give_consent(lin, BANK, version=purpose.version, actor=talent, now=NOW)
                agreed_to = purpose
            elif step == "withdraw":
                refused = not _withdrawn(lin, talent)
                if refused is not (agreed_to is None):
                    faults.append(f"{place} withdraw: {'refused' if refused else 'taken'}")
                agreed_to = None
            else:
                change(changed(purpose, step))
            may = agreed_to == vocabulary().purposes[BANK]
            faults += [f"{place} {step}: {text}" for text in _use_faults(lin, office, may=may)]
            faults += [f"{place} {step}: {text}" for text in _service_faults(lin, talent, office)]
    return faults


def _withdrawn(lin: Subject, talent: User) -> bool:
    try:
        withdraw_consent(lin, BANK, actor=talent, now=NOW)
    except StaleRecord:
        return False
    return True


def _use_faults(lin: Subject, office: User, *, may: bool) -> Iterator[str]:
    """A use is allowed when the model says so; a refused one leaves nothing (invariant I12)."""
    bank = scope(office, BANK, on=TODAY)
    if bank.subjects().filter(pk=lin.pk).exists() is not may:
        yield f"in the list although {may=}"
    if has_agreed(lin, bank.purpose) is not may:
        yield f"agreed although {may=}"
    before = Look.objects.count()
    opened = used(bank, lin)
    if bool(opened) is not may:
        yield f"opened {opened} although {may=}"
    if Look.objects.count() - before != int(may):
        yield f"{Look.objects.count() - before} looks although {may=}"


def used(found: Scope, subject: Subject) -> list[str]:
    """The values that a use opens; none where it is refused."""
    try:
        return list(open_facts(found, subject, subject.facts.all(), now=NOW).values())
    except NotConsented:
        return []


def _service_faults(lin: Subject, talent: User, office: User) -> Iterator[str]:
    """Whoever refuses an optional purpose still sees his data, is served, and can have it corrected."""
    try:
        copy_of(scope(talent, "own", on=TODAY), lin, now=NOW)
        casework = scope(office, "casework", on=TODAY)
        if len(open_facts(casework, lin, lin.facts.all(), now=NOW)) != 2:
            yield "casework is cut short"
        row = request_change(lin, Wish("person.degree", "master", "有证"), actor=talent, now=NOW)
        withdraw_request(row, actor=talent, now=NOW)
    except RegistryError as refusal:
        yield f"service blocked: {refusal}"


# -- two connections -----------------------------------------------------------------------------


@contextmanager
def beside(folder: Path) -> Iterator[Callable[[Callable[[], Any]], threading.Thread]]:
    """Run things on connections of their own, on the database of the test; SQLite in a file.

    Needs a test whose writes are committed. What is started is awaited at the end.
    """
    started: list[threading.Thread] = []
    name = _as_file(folder / "race.sqlite3") if connection.vendor == "sqlite" else ""
    own = _connection(name) if name else connections["default"]
    shared = connections["default"]
    connections["default"] = own
    own.inc_thread_sharing()

    def start(run: Callable[[], Any]) -> threading.Thread:
        def inside() -> None:
            mine = _connection(name or str(shared.settings_dict["NAME"]))
            connections["default"] = mine
            try:
                run()
            finally:
                mine.close()

        thread = threading.Thread(target=inside)
        started.append(thread)
        thread.start()
        return thread

    try:
        yield start
    finally:
        for thread in started:
            thread.join(20)
        own.dec_thread_sharing()
        if own is not shared:
            own.close()
        connections["default"] = shared


def _as_file(path: Path) -> str:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(path)])
    return str(path)


def _connection(name: str) -> Any:
    """A further connection as the settings make it, under the usual name."""
    found = connections.create_connection("default")
    found.settings_dict = {**found.settings_dict, "NAME": name}
    return found


def race_faults(folder: Path) -> list[str]:
    """A withdrawal that commits while a use runs: the use is refused, or it was written before."""
    lin, office = make_person(), make_user(role=Role.OFFICE)
    talent = make_talent(lin)
    make_fact(lin, "person.level", 3)
    give_consent(lin, BANK, version=1, actor=talent, now=NOW)
    with beside(folder) as start:
        return [
            *_withdrawn_before(start, lin, talent, office),
            *_withdrawn_between(start, lin, talent, office),
            *_withdrawn_meanwhile(start, lin, talent, office),
        ]


Start = Callable[[Callable[[], Any]], threading.Thread]


def _withdrawn_before(start: Start, lin: Subject, talent: User, office: User) -> Iterator[str]:
    """The list was read, the withdrawal commits, the values are asked for in the same second."""
    bank = scope(office, BANK, on=TODAY)
    listed = list(bank.subjects())
    start(lambda: withdraw_consent(lin, BANK, actor=talent, now=NOW)).join(20)
    if listed != [lin] or used(bank, lin) or Look.objects.exists():
        yield "used after a withdrawal that had committed"
    give_consent(lin, BANK, version=1, actor=talent, now=NOW)


def _withdrawn_between(start: Start, lin: Subject, talent: User, office: User) -> Iterator[str]:
    """The use stands in a transaction that began, and looked, before the withdrawal."""
    done = threading.Event()

    def withdraw() -> None:
        withdraw_consent(lin, BANK, actor=talent, now=NOW)
        done.set()

    with transaction.atomic():
        bank = scope(office, BANK, on=TODAY)
        listed = list(bank.subjects())
        start(withdraw)
        withdrawn = done.wait(0.5)  # on SQLite it waits for this transaction
        opened = used(bank, lin)
    if listed != [lin] or (withdrawn and opened):
        yield "used in a transaction that began before the withdrawal, after it"
    done.wait(20)
    give_consent(lin, BANK, version=1, actor=talent, now=NOW)


def _withdrawn_meanwhile(start: Start, lin: Subject, talent: User, office: User) -> Iterator[str]:
    """The withdrawal comes after the use has looked at the consent and before it is written down."""
    done = threading.Event()
    committed_first = []

    def withdraw() -> None:
        withdraw_consent(lin, BANK, actor=talent, now=NOW)
        done.set()

    original = looking._look

    def slow(*args: Any) -> Look:
        start(withdraw)
        committed_first.append(done.wait(0.5))
        return original(*args)

    with patch.object(looking, "_look", slow):
        note_looks(scope(office, BANK, on=TODAY), [lin], ["person.level"], now=NOW)
    if committed_first != [False]:
        yield "the withdrawal had committed when the use was written down"
    if not done.wait(20):
        yield "the withdrawal was kept waiting after the use"
