"""G28: what two people must do is done by two natural persons, whichever logins, covers and roles they hold."""

import ast
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

from django.db import transaction

from tests.evidence.plants import undone
from tests.evidence.signings import GUARDS, SIGNINGS, Begin, Signing
from yingcai.identity.models import RoleGrant, User
from yingcai.identity.tests.make import SINCE, make_grant, make_user

SOURCE = Path(__file__).parents[2] / "src" / "yingcai"
COMPARES = {"same_person", "as_one"}
# Comparisons that are no second signature.
ELSEWHERE = {
    "identity/queries.py:same_person": "asks `as_one` itself",
    "registry/actions/mandates.py:_guardian_problems": "who is the child is not its guardian; one person acts",
}
BEGUN, OVER = SINCE + timedelta(3), date(2019, 12, 31)  # of a cover
Second = Callable[[Signing], User]


def _stands_in(user: User, of: User) -> User:
    """``user`` covers whatever ``of`` holds; a right of the city where he holds nothing."""
    grants = list(of.grants.filter(stands_in_for=None)) or [make_grant(of, RoleGrant.Role.LEADER)]
    for grant in grants:
        RoleGrant.objects.create(
            user=user, role=grant.role, unit=grant.unit, stands_in_for=grant,
            starts_on=BEGUN, ends_on=OVER,
        )  # fmt: skip
    return user


def _with_duty(one: Signing, user: User | None = None) -> User:
    user = user or make_user()
    one.duty(user)
    return user


def same_login(one: Signing) -> User:
    return _with_duty(one, one.first)


def other_login(one: Signing) -> User:
    return _with_duty(one, make_user(person_key=one.first.person_key))


def other_role(one: Signing) -> User:
    """The first one again, whose role of before was taken away and who has another one now."""
    one.first.grants.update(revoked_on=SINCE + timedelta(1))
    return _with_duty(one, one.first)


def cover_of_the_first(one: Signing) -> User:
    """With the first one's rights and, once he held the second's part as well, with those."""
    _with_duty(one, one.first)
    return _stands_in(make_user(), one.first)


def cover_with_a_duty_of_his_own(one: Signing) -> User:
    return _stands_in(_with_duty(one), one.first)


def whom_the_first_covers(one: Signing) -> User:
    user = _with_duty(one)
    _stands_in(one.first, user)
    return user


def who_covers_the_same_as_the_first(one: Signing) -> User:
    third = _with_duty(one)
    _stands_in(one.first, third)
    return _stands_in(make_user(), third)


def without_duty(one: Signing) -> User:
    return make_user()


def with_duty(one: Signing) -> User:
    return _with_duty(one)


# Only the last is a second person.
SECONDS: tuple[Second, ...] = (
    same_login, other_login, other_role, cover_of_the_first, cover_with_a_duty_of_his_own,
    whom_the_first_covers, who_covers_the_same_as_the_first, without_duty, with_duty,
)  # fmt: skip


def dual_faults(*names: str) -> list[str]:
    """Who was taken for a second person and is none, and who is one and was refused; of some signings, or all."""
    return [f"{name}: {fault}" for name in names or SIGNINGS for fault in _faults(SIGNINGS[name])]


def _faults(begin: Begin) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder, undone():
        one = begin(Path(folder))
        if one.done():
            yield "one person has done it"
        for second in SECONDS:
            if _signed(one, second) != (second is with_duty):
                yield f"{second.__name__} {'is refused' if second is with_duty else 'did it'}"
        if one.change is not None and _signed(one, with_duty, changed=True):
            yield "signed though it had changed"


def _signed(one: Signing, second: Second, *, changed: bool = False) -> bool:
    """Whether it is done after a second one tried, whatever he was told."""
    with undone():
        user = second(one)
        if changed and one.change:
            one.change()
        try:
            with transaction.atomic():
                one.sign(User.objects.get(pk=user.pk))
        except Exception:  # noqa: S110  # whatever the refusal is, it must not be done
            pass
        return one.done()


def unlisted_guards() -> list[str]:
    """Functions that compare persons and that no signing asks, and signings of guards that are gone."""
    there, known = set(_guards()), {*GUARDS, *ELSEWHERE}
    return [
        *(f"{one} compares persons and no signing asks it" for one in sorted(there - known)),
        *(f"{one} compares no persons any more" for one in sorted(known - there)),
    ]


def _guards() -> Iterator[str]:
    """Functions outside of pages that ask who is whom, as ``path:function``."""
    for path in sorted(SOURCE.rglob("*.py")):
        parts = path.relative_to(SOURCE).parts
        if {"tests", "migrations", "views", "api", "engine"} & set(parts):
            continue
        text = path.read_text("utf-8")
        for node in ast.walk(ast.parse(text)) if any(one in text for one in COMPARES) else ():
            if isinstance(node, ast.FunctionDef) and _compares(node):
                yield f"{'/'.join(parts)}:{node.name}"


def _compares(function: ast.FunctionDef) -> bool:
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in COMPARES
        for node in ast.walk(function)
    )
