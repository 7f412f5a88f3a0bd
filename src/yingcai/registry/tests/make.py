"""A small invented city's vocabulary, and saved, valid, boring subjects; override what the test is about."""

import re
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from yingcai.identity.models import Unit, User
from yingcai.identity.tests.make import make_user
from yingcai.plan.tests.make import make_pack
from yingcai.registry.actions.facets import build_index
from yingcai.registry.actions.facts import Said, record_fact
from yingcai.registry.actions.mandates import give_mandate
from yingcai.registry.actions.relations import Tie, relate
from yingcai.registry.actions.subjects import register_subject
from yingcai.registry.models import Fact, Mandate, Relation, Subject

NOW = datetime(2018, 6, 8, 1, 0, tzinfo=UTC)
TODAY = date(2018, 6, 8)
# Invented, with right check characters.
RESIDENT = "331002199003071236"
OTHER_RESIDENT = "331082198511230018"
CREDIT_CODE = "91331000MA2AK4X50K"

_words = {"zh": "告知", "en": "Notice"}


def _fact(
    name: str, zh: str, kind: str, source: str, data_class: str, **more: Any
) -> dict[str, Any]:
    return {
        "id": name,
        "label": {"zh": zh, "en": name},
        "type": kind,
        "source": source,
        "class": data_class,
        "retention": 10,
        "question": {"zh": f"{zh}？", "en": f"{name}?"},
        **more,
    }


def _purpose(
    name: str, zh: str, basis: str, classes: str, roles: str, **more: Any
) -> dict[str, Any]:
    return {
        "id": name,
        "zh": zh,
        "en": name.capitalize(),
        "basis": basis,
        "law": {"zh": "第十三条", "en": "Article 13"},
        "classes": classes.split(),
        "roles": roles.split(),
        "version": 1,
        "notice": _words,
        **more,
    }


VOCABULARY: dict[str, Any] = {
    "facts": {
        "sources": [
            {"id": "education", "zh": "学历学位信息", "en": "Register of degrees", "kind": "register"},
            {"id": "insurance", "zh": "社会保险登记", "en": "Insurance register", "kind": "register"},
            {"id": "bank", "zh": "银行", "en": "Bank", "kind": "register"},
            {"id": "employer", "zh": "用人单位填报", "en": "Stated by the employer", "kind": "applicant"},
            {"id": "applicant", "zh": "本人填报", "en": "Stated by the applicant", "kind": "applicant"},
        ],
        "facts": [
            _fact(
                "person.degree",
                "学历学位",
                "enum",
                "education",
                "personal",
                ordered=True,
                search=True,
                values=[
                    {"id": "bachelor", "zh": "学士", "en": "Bachelor"},
                    {"id": "master", "zh": "硕士", "en": "Master"},
                    {"id": "doctor", "zh": "博士", "en": "Doctor"},
                ],
            ),
            _fact("person.insured_months", "参保月数", "integer", "insurance", "personal", unit="month"),
            _fact("person.salary", "年薪", "money", "insurance", "sensitive"),
            _fact("person.level", "人才层次", "integer", "education", "internal", unit="level"),
            _fact("firm.startup", "人才创业企业", "boolean", "employer", "public", search=True),
            _fact("firm.capital", "注册资本", "money", "employer", "public"),
        ],
    },
    "registry": {
        "kinds": [
            {"id": "firm", "zh": "企业", "en": "Firm"},
            {"id": "hospital", "zh": "医院", "en": "Hospital"},
        ],
        "relations": [
            {
                "id": "employed-by", "zh": "任职单位", "en": "Employer",
                "back": {"zh": "在职人员", "en": "Staff"}, "from": "person", "to": "organisation",
            },
            {
                "id": "holds-shares", "zh": "持股单位", "en": "Holds shares in", "share": "percent",
                "back": {"zh": "持股人", "en": "Shareholders"}, "from": "person", "to": "organisation",
            },
        ],
        "precedence": ["education", "insurance", "employer", "applicant"],
        "registers": [{"source": "education", "fresh_days": 365}],
        "purposes": [
            _purpose("own", "本人查阅", "duty", "public internal personal sensitive", "self"),
            _purpose(
                "casework", "事项办理", "duty", "public internal personal", "office county", exact_counts=True
            ),
            _purpose(
                "verification", "敏感信息核验", "duty", "public internal personal sensitive", "office county"
            ),
            _purpose("employment", "用人单位申报", "contract", "public internal personal", "employer"),
            _purpose("audit", "审计监督", "duty", "public internal", "auditor"),
            _purpose(
                "bank", "金融推荐", "consent", "public internal", "office", receiver={"zh": "银行", "en": "Banks"}
            ),
        ],
    },
}  # fmt: skip
_serial = count(1)


def make_city() -> None:
    """The active pack with the vocabulary."""
    make_pack(vocabulary=VOCABULARY)
    build_index(now=NOW)


def make_person(name: str = "", *, number: str = "", **fields: Any) -> Subject:
    numbers = {"resident-id": number} if number else {}
    values = {"source": "applicant", "actor": None, "now": NOW, **fields}
    return register_subject("person", name or f"张{next(_serial)}", numbers=numbers, **values)


def make_firm(name: str = "", *, code: str = "", **fields: Any) -> Subject:
    numbers = {"credit-code": code} if code else {}
    values = {"sort": "firm", "source": "employer", "actor": None, "now": NOW, **fields}
    return register_subject(
        "organisation", name or f"第{next(_serial)}机电公司", numbers=numbers, **values
    )


def make_fact(subject: Subject, name: str, value: object, source: str = "", **more: Any) -> Fact:
    """A fact recorded at ``NOW``; by its own source unless said otherwise."""
    own = next((one["source"] for one in VOCABULARY["facts"]["facts"] if one["id"] == name), "")
    at, by = more.pop("now", NOW), more.pop("actor", None)
    return record_fact(subject, Said(name, value, source or own, **more), actor=by, now=at)


def employ(person: Subject, firm: Subject, since: date, until: date | None = None) -> Relation:
    tie = Tie("employed-by", since, "insurance", until=until)
    return relate(person, tie, firm, actor=None, now=NOW)


def make_talent(person: Subject, username: str = "", **fields: Any) -> User:
    """A login without any role, for the person himself."""
    user = make_user(username, **fields)
    give_mandate(user, person, Mandate.Kind.SELF, actor=None, now=NOW)
    return user


def make_officer(firm: Subject, username: str = "", **fields: Any) -> User:
    """A login of a firm's personnel office."""
    user = make_user(username, **fields)
    give_mandate(user, firm, Mandate.Kind.EMPLOYER, actor=None, now=NOW)
    return user


def make_county(name: str = "东云县") -> Unit:
    from_one = next(_serial)
    return Unit.objects.create(
        code=f"county-{from_one}", name=name, kind=Unit.Kind.COUNTY, order=from_one
    )


def steady(answer: Any) -> str:
    """The bytes of a page without what is new each time: a token, the seconds left."""
    return re.sub(
        r'(csrfmiddlewaretoken" value|csrf-token" content|data-seconds)="[^"]+"',
        "",
        answer.content.decode(),
    )
