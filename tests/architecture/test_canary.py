"""Marks in sensitive values show nowhere but where the person himself, or an officer with a reason, opens them.

The world of the access test holds a person with a number and a salary; every address is asked as every
login, and the database is read as its administrator reads it.
"""

import pytest
from django.db import connection

from tests.architecture.survey import survey
from tests.architecture.world import CARD, SALARY, TALENT
from yingcai.registry.tests.make import RESIDENT

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.xdist_group("survey"),
    pytest.mark.timeout(900),  # the first of them asks all addresses
]
SALARY_WORDS = ("765.4321万", "7654321", "7,654,321")
# Where a person sees his own values, and where his copy is made.
OWN = {
    ("registry:reveal_own", TALENT),
    ("registry:my_copy", TALENT),
    ("registry:my_copy_page", TALENT),
    ("api:read_own", TALENT),
}


def test_no_page_shows_a_whole_number_or_a_salary() -> None:
    marks = (RESIDENT, CARD, *SALARY_WORDS)
    shown = {
        (answer.route, answer.who) for answer in survey() for mark in marks if mark in answer.body
    }

    assert shown == OWN  # and there they are, or the test would see nothing


def test_the_database_holds_no_mark_in_plain() -> None:
    survey()
    marks = [RESIDENT, RESIDENT[6:14], CARD, str(SALARY)]
    found = [
        (table, mark)
        for table in connection.introspection.table_names()
        for row in rows_of(table)
        for mark in marks
        if mark in row
    ]

    assert found == []


def rows_of(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
        return [" ".join(map(_readable, row)) for row in cursor.fetchall()]


def _readable(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("latin-1")
    return str(value)
