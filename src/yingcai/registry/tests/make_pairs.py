"""Pairs of invented people that may be one, and what merges them; the vocabulary has days of birth, too."""

from datetime import date, timedelta
from typing import Any

from yingcai.engine.identifiers import with_check_sign
from yingcai.identity.models import User
from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_user
from yingcai.plan.tests.make import make_pack
from yingcai.registry.actions.linkage import find_duplicates
from yingcai.registry.actions.merging import (
    merge_subjects,
    propose_merge,
    propose_undo,
    undo_merge,
)
from yingcai.registry.actions.subjects import add_identifier
from yingcai.registry.linking import UNKNOWN, equal_digests
from yingcai.registry.models import Duplicate, Merge, Subject
from yingcai.registry.queries.duplicates import duplicate_in
from yingcai.registry.queries.scope import scope
from yingcai.registry.tests.make import NOW, TODAY, VOCABULARY, _fact, employ, make_person

LATER = NOW + timedelta(hours=1)
BORN = "person.born_on"


def make_city_with_days() -> None:
    """The vocabulary of the tests with two facts that are days."""
    facts = VOCABULARY["facts"]
    days = [
        _fact(BORN, "出生日期", "date", "education", "personal"),
        _fact("person.graduated_on", "毕业日期", "date", "education", "personal"),
    ]
    make_pack(vocabulary={**VOCABULARY, "facts": {**facts, "facts": [*facts["facts"], *days]}})


def resident(place: int, birth: date, serial: int = 1) -> str:
    """An invented resident identity number with a right check character."""
    return with_check_sign(f"3310{place:02d}{birth:%Y%m%d}{serial:03d}")


def make_pair(first: Subject, second: Subject, **fields: Any) -> Duplicate:
    one, other = sorted((first, second), key=lambda subject: subject.pk)
    signs = dict.fromkeys(("name", "birth", "number", "tie", "day", "choice", "county"), UNKNOWN)
    given = {"weight": 500, "signs": {**signs, "name": "agree", "birth": "agree"}, **fields}
    return Duplicate.objects.create(first=one, second=other, found_at=NOW, **given)


def found(duplicate: Duplicate, user: User) -> Duplicate:
    """The pair as a page of ``user`` shows it now."""
    row = duplicate_in(scope(user, "casework", on=TODAY), duplicate.pk)
    assert row is not None
    return row


def officers() -> tuple[User, User]:
    return make_user(role=Role.OFFICE), make_user(role=Role.OFFICE)


def merge(duplicate: Duplicate, kept: Subject, lin: User, meng: User) -> Merge:
    """Lin proposes, Meng confirms."""
    propose_merge(found(duplicate, lin), kept, reason="同一人登记两次", actor=lin, now=NOW)
    return merge_subjects(found(duplicate, meng), kept, actor=lin, second=meng, now=LATER)


def undo(duplicate: Duplicate, lin: User, meng: User) -> Merge:
    propose_undo(found(duplicate, lin), reason="经核实是两个人", actor=lin, now=LATER)
    return undo_merge(found(duplicate, meng), actor=lin, second=meng, now=LATER)


def search() -> list[Duplicate]:
    """Pairs found by equal digests alone."""
    find_duplicates(equal_digests, on=TODAY, now=NOW)
    return list(Duplicate.objects.all())


def two_lins(firm: Subject) -> tuple[Subject, Subject]:
    """One woman, registered with her identity card and again with her passport."""
    with_card = make_person("林之川", number=resident(2, date(1990, 3, 7)))
    with_passport = make_person("林之川")
    add_identifier(with_passport, "passport", "E12345678", source="applicant", actor=None, now=NOW)
    employ(with_card, firm, date(2016, 9, 1))
    employ(with_passport, firm, date(2016, 9, 1))
    return with_card, with_passport
