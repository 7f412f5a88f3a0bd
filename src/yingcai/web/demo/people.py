"""The story's accounts: the logins that are printed, and a reporter and a head for every unit."""

import random
from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from yingcai.identity.actions.accounts import create_user
from yingcai.identity.actions.roles import grant_role
from yingcai.identity.queries import Role, units_by_code, user_by_name

if TYPE_CHECKING:
    from yingcai.identity.models import Unit, User

# Roles that are held for the whole city, not for a unit.
CITY_WIDE = {Role.OFFICE, Role.LEADER, Role.AUDITOR, Role.EXPERT}


class People:
    """Makes and finds the people of the story."""

    def __init__(self, story: dict[str, Any], *, since: date, now: datetime) -> None:
        self.story = story
        self.since = since
        self.now = now
        self.units = units_by_code()

    def named(self) -> None:
        """The logins that the story prints."""
        for login in self.story["logins"]:
            unit = self.units.get(login.get("unit", ""))
            self._open(login["username"], login["name"], login["role"], unit)

    def of_units(self, units: Iterable["Unit"]) -> None:
        """A reporter and a head for every unit that has none among the printed logins."""
        taken = {(login["role"], login.get("unit")) for login in self.story["logins"]}
        for unit in units:
            for role in (Role.REPORTER, Role.HEAD):
                if (role.value, unit.code) not in taken:
                    self._open(f"{role.value}.{unit.code}", self._name(unit, role), role, unit)

    def someone(self, role: str, unit: "Unit") -> "User":
        """Who holds ``role`` for ``unit`` in the story."""
        for login in self.story["logins"]:
            if login["role"] == role and login.get("unit") == unit.code:
                return self.by_name(login["username"])
        return self.by_name(f"{role}.{unit.code}")

    def office(self, place: int = 0) -> "User":
        names = [x["username"] for x in self.story["logins"] if x["role"] == Role.OFFICE]
        return self.by_name(names[place])

    def by_name(self, username: str) -> "User":
        user = user_by_name(username)
        if user is None:
            raise LookupError(f"the story has no login {username!r}")
        return user

    def _name(self, unit: "Unit", role: str) -> str:
        dice = random.Random(f"{self.story['seed']}:{unit.code}:{role}")  # noqa: S311  # a story
        return str(dice.choice(self.story["surnames"]) + dice.choice(self.story["given_names"]))

    def _open(self, username: str, name: str, role: str, unit: "Unit | None") -> None:
        account = create_user(
            username,
            display_name=name,
            unit=unit,
            password=self.story["password"],
            must_change=False,
            actor=None,
            now=self.now,
        )
        held_for = None if role in CITY_WIDE else unit
        grant_role(
            account.user, role, unit=held_for, starts_on=self.since, actor=None, now=self.now
        )
