"""The story's persons, firms and projects: registered, employed, with facts of several sources."""

import random
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from yingcai.engine.identifiers import with_check_sign
from yingcai.identity.actions.accounts import create_user
from yingcai.identity.queries import units_by_code
from yingcai.registry.actions.facts import Said, record_facts
from yingcai.registry.actions.mandates import give_mandate
from yingcai.registry.actions.relations import Tie, relate
from yingcai.registry.actions.subjects import register_subject

if TYPE_CHECKING:
    from yingcai.registry.models import Subject

SOURCE = "applicant"
NOBODYS = "331000"  # the code of a prefecture: numbers are given by its counties only
NOTHING = "-"  # among the values of a fact: nothing is known


class Subjects:
    """Registers what demo/subjects.yaml tells, and as many others as it says."""

    def __init__(self, told: dict[str, Any], story: dict[str, Any], *, now: datetime) -> None:
        self.told, self.story, self.now = told, story, now
        self.units = units_by_code()
        self.dice = random.Random(f"{story['seed']}:subjects")  # noqa: S311  # a story
        self.made: dict[str, Subject] = {}
        self.serial = 0

    def tell(self) -> int:
        """Register all of them; how many."""
        for one in self.told["subjects"]:
            self.made[one["id"]] = self._register(one)
        for one in self.told["subjects"]:
            self._relate(one)
        for login in self.told["logins"]:
            self._open(login)
        firms = [one["id"] for one in self.told["subjects"] if one["kind"] == "organisation"]
        others: int = self.told["others"] if firms else 0
        for _ in range(others):
            self._other(self.dice.choice(firms))
        return len(self.made) + others

    def _register(self, one: dict[str, Any]) -> "Subject":
        born = one.get("born_on")
        subject = register_subject(
            one["kind"],
            one["name"],
            sort=one.get("sort", ""),
            county=self.units.get(one.get("county", "")),
            numbers={"resident-id": self._number(born)} if born else {},
            source=SOURCE,
            actor=None,
            now=self.now,
        )
        said = [
            Said(
                fact["fact"],
                str(fact["value"]).lower() if isinstance(fact["value"], bool) else fact["value"],
                fact["source"],
                since=fact.get("from"),
                until=fact.get("to"),
            )
            for fact in one.get("facts", [])
        ]
        if said:
            record_facts(subject, said, actor=None, now=self.now)
        return subject

    def _relate(self, one: dict[str, Any]) -> None:
        for tie in one.get("relations", []):
            relation = Tie(tie["kind"], tie["from"], "personnel", until=tie.get("till"))
            relate(self.made[one["id"]], relation, self.made[tie["to"]], actor=None, now=self.now)

    def _open(self, login: dict[str, Any]) -> None:
        account = create_user(
            login["username"],
            display_name=login["name"],
            unit=None,
            password=self.story["password"],
            must_change=False,
            actor=None,
            now=self.now,
        )
        give_mandate(
            account.user,
            self.made[login["subject"]],
            login["as"],
            starts_on=date(1990, 1, 1),
            actor=None,
            now=self.now,
        )

    def _other(self, firm: str) -> None:
        """One more employee of a firm, with facts as the pack spreads them."""
        name = self.dice.choice(self.story["surnames"]) + self.dice.choice(
            self.story["given_names"]
        )
        since = date(2012, 1, 1) + timedelta(days=self.dice.randrange(2500))
        employer = self.made[firm]
        person = register_subject(
            "person",
            name,
            county=employer.county,
            numbers={"resident-id": self._number(since - timedelta(days=9000))},
            source=SOURCE,
            actor=None,
            now=self.now,
        )
        said = [one for fact in self.told.get("spread", []) for one in self._drawn(fact, since)]
        if said:
            record_facts(person, said, actor=None, now=self.now)
        relate(
            person,
            Tie("employed-by", since, "social-insurance"),
            employer,
            actor=None,
            now=self.now,
        )

    def _drawn(self, fact: dict[str, Any], since: date) -> list[Said]:
        values = [str(one["value"]) for one in fact["values"]]
        (value,) = self.dice.choices(values, [one["parts"] for one in fact["values"]])
        return [] if value == NOTHING else [Said(fact["fact"], value, fact["source"], since=since)]

    def _number(self, born: date) -> str:
        """A number with a right check character that nobody has."""
        self.serial += 1
        return with_check_sign(f"{NOBODYS}{born:%Y%m%d}{self.serial % 1000:03d}")
