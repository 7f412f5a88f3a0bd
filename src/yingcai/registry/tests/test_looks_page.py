"""谁看过我: what the person reads, without the same line ten times over."""

import re
from datetime import datetime, timedelta

import pytest

from yingcai.identity.models import User
from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_user
from yingcai.registry.models import Look, Subject
from yingcai.registry.tests.browsing import signed_in, text
from yingcai.registry.tests.make import NOW, make_person, make_talent
from yingcai.registry.written import LOOK, seal_text

pytestmark = pytest.mark.usefixtures("city")
MINUTE = NOW.replace(second=0)


def look(lin: Subject, viewer: User, at: datetime, fields: str, *, revealed: bool = False) -> None:
    Look.objects.create(
        at=at,
        viewer=viewer,
        capacity="office",
        purpose="casework",
        subject=lin,
        fields=[fields],
        revealed=revealed,
        sealed_reason=seal_text([lin], LOOK, "核对") if revealed else None,
    )


def lines(page: str) -> list[str]:
    """The first cell of each line."""
    return [
        " ".join(re.sub("<[^>]+>", " ", cell).split())
        for cell in re.findall(r'<th scope="row" class="nowrap">(.*?)</th>', page)
    ]


def test_looks_of_one_minute_that_say_the_same_are_one_line_with_their_number() -> None:
    lin = make_person("林之川")
    meng = make_user("meng", role=Role.OFFICE)
    for second in (1, 20, 40):
        look(lin, meng, MINUTE + timedelta(seconds=second), "person.degree")

    page = text(signed_in(make_talent(lin)).get("/registry/me/looks/"))

    assert [line.endswith("3 次") for line in lines(page)] == [True]
    assert "本页 3 条" in page


def test_another_viewer_minute_or_field_has_a_line_of_its_own() -> None:
    lin = make_person("林之川")
    meng, qiu = make_user("meng", role=Role.OFFICE), make_user("qiu", role=Role.OFFICE)
    look(lin, meng, MINUTE, "person.degree")
    look(lin, qiu, MINUTE, "person.degree")
    look(lin, qiu, MINUTE, "name")
    look(lin, qiu, MINUTE + timedelta(minutes=1), "name")

    page = text(signed_in(make_talent(lin)).get("/registry/me/looks/"))

    assert len(lines(page)) == 4
    assert " 次" not in page


def test_whole_values_are_never_counted_together() -> None:
    lin = make_person("林之川")
    meng = make_user("meng", role=Role.OFFICE)
    look(lin, meng, MINUTE, "person.salary", revealed=True)
    look(lin, meng, MINUTE, "person.salary", revealed=True)

    assert len(lines(text(signed_in(make_talent(lin)).get("/registry/me/looks/")))) == 2
