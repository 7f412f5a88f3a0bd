"""G23: the copy holds everything that is known of a person; an erasure leaves nothing that finds or opens it."""

import json
from datetime import date

from django.db import connection

from tests.architecture.test_canary import rows_of
from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_user
from yingcai.registry.actions.consent import give_consent
from yingcai.registry.actions.erasing import erase_subject
from yingcai.registry.actions.looking import reveal_number
from yingcai.registry.actions.requests import Wish, request_change
from yingcai.registry.errors import Erased
from yingcai.registry.keys import key_ring
from yingcai.registry.models import Identifier, LinkageDigest, SubjectKey
from yingcai.registry.queries.copies import copy_of
from yingcai.registry.queries.scope import scope
from yingcai.registry.sealed import unsealed
from yingcai.registry.tests.make import (
    NOW,
    TODAY,
    employ,
    make_fact,
    make_firm,
    make_person,
    make_talent,
)
from yingcai.registry.tests.make_imports import resident

NUMBER = resident(66_001)


def copy_faults() -> list[str]:
    """What of a person is not in his copy: one value of each kind that is kept about him."""
    lin, firm = make_person("林之川", number=NUMBER), make_firm("云州精工")
    talent, office = make_talent(lin), make_user(role=Role.OFFICE)
    make_fact(lin, "person.degree", "doctor")
    make_fact(lin, "person.salary", 31_415_926)
    make_fact(lin, "person.level", 7)
    employ(lin, firm, date(2017, 3, 1))
    request_change(lin, Wish("person.degree", "master", "理由一"), actor=talent, now=NOW)
    give_consent(lin, "bank", version=1, actor=talent, now=NOW)
    reveal_number(
        scope(office, "verification", on=TODAY), lin.identifiers.get(), reason="核对一", now=NOW
    )
    copy = json.dumps(copy_of(scope(talent, "own", on=TODAY), lin, now=NOW), ensure_ascii=False)
    kept = {
        "name": "林之川",
        "number": NUMBER,
        "personal fact": '"doctor"',
        "sensitive fact": "31415926",
        "internal fact": '"value": "7"',
        "relation": "云州精工",
        "value asked for": '"master"',
        "reason of a request": "理由一",
        "consent": '"purpose": "bank"',
        "look": "核对一",
    }
    return [f"the copy has no {what}" for what, value in kept.items() if value not in copy]


def erase_faults() -> list[str]:
    """What still finds or opens somebody who was erased."""
    lin = make_person("林之川", number=NUMBER)
    salary = make_fact(lin, "person.salary", 31_415_926)
    index = key_ring().blind_index("resident-id", NUMBER)
    erase_subject(lin, reason="本人申请", actor=make_user(), second=make_user(), now=NOW)
    lin.refresh_from_db()
    left = {
        "the blind index": Identifier.objects.filter(blind_index=index).exists(),
        "what compares": LinkageDigest.objects.filter(subject=lin).exists(),
        "the key": SubjectKey.objects.filter(subject=lin).exists(),
        "the scope": scope(make_user(role=Role.OFFICE), "casework", on=TODAY).subjects().filter(
            pk=lin.pk
        ).exists(),
    }  # fmt: skip
    faults = [f"{what} is left" for what, there in left.items() if there]
    try:
        unsealed(lin, "fact/person.salary", bytes(salary.sealed or b""))
        faults.append("a value still opens")
    except Erased:
        pass
    named = [
        t for t in connection.introspection.table_names() if any("林之川" in r for r in rows_of(t))
    ]
    return faults + [f"the name stands in {table}" for table in named]
