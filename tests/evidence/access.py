"""G17 and G20 read off the answers of the survey: who may open what, what a refusal leaves, whose look is written."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.architecture.survey import METHODS, Answer
from tests.architecture.world import (
    ELSEWHERE,
    EXPIRED,
    RELATED,
    TALENT,
    VISITOR,
    WHO,
    parameters,
    routes,
)
from yingcai.identity.queries import Role

FOLDER = Path(__file__).parents[1] / "architecture"
FILES = {FOLDER / "access_matrix.csv": WHO, FOLDER / "access_relations.csv": RELATED}
REFUSALS = {302, 401, 403, 404, 405}
# A sensitive value of one's own leaves its look, too: a stolen login shows by it.
REVEALS_OWN = "registry:reveal_own"
PERSON = "林之川"  # of the world; two bear it


def reviewed() -> dict[tuple[str, str, str], int]:
    """The status of each address, method and login, as somebody has looked it through."""
    found = {}
    for path, who in FILES.items():
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                for one in who:
                    if row[one]:  # who is elsewhere is not asked where an address leads to nothing
                        found[row["route"], row["method"], one] = int(row[one])
    return found


def cell_faults(answers: Iterable[Answer]) -> Iterator[str]:
    """Cells that are not as reviewed, and addresses that nobody has reviewed."""
    cells = reviewed()
    for one in answers:
        if one.method not in METHODS:
            continue
        wanted = cells.get((one.route, one.method, one.who))
        if wanted is None:
            yield f"{one.method} {one.route} is not listed"
        elif wanted != one.status:
            yield f"{one.method} {one.route} as {one.who}: {one.status}, reviewed {wanted}"


def refusal_faults(answers: Iterable[Answer]) -> Iterator[str]:
    """What is out of reach is not there (404); what is no duty of one's own is refused (403)."""
    known = list(answers)
    status = {(one.route, one.method, one.who): one.status for one in known}
    about = {route.name for route in routes() if any(parameters(route))}
    for one in known:
        if one.method not in METHODS or one.status < 400 or one.status in (405, 422):
            continue
        twin = ELSEWHERE.get(one.who)
        opens_to_twin = twin and status.get((one.route, one.method, twin), 404) < 400
        if one.who == EXPIRED and one.status == 404 and _asks_no_duty(one, status):
            continue
        if one.who == EXPIRED and one.status != 403:
            yield f"{one.method} {one.route} as {one.who}: {one.status}, a duty that is over is 403"
        if opens_to_twin and one.status != 404:
            yield f"{one.method} {one.route} as {one.who}: {one.status}, out of reach is 404"
        if opens_to_twin and one.route not in about:
            yield f"{one.method} {one.route} as {one.who}: refused, though it leads to nothing"


def _asks_no_duty(one: Answer, status: dict[tuple[str, str, str], int]) -> bool:
    """Not there for anybody, the talent office included; or not there for who never had a duty either."""
    return 404 in (status.get((one.route, one.method, who)) for who in (Role.OFFICE, TALENT))


def write_faults(answers: Iterable[Answer]) -> Iterator[str]:
    """Refused requests that wrote to any table but that of sessions."""
    for one in answers:
        refused = one.status in REFUSALS - {302} or (one.status == 302 and one.who == VISITOR)
        if refused and one.wrote:
            yield f"{one.method} {one.route} as {one.who}: {one.status}, wrote {sorted(one.wrote)}"


def method_faults(answers: Iterable[Answer]) -> Iterator[str]:
    """HEAD is answered like GET; what changes things by another method than POST is taken by nobody."""
    known = list(answers)
    status = {(one.route, one.method, one.who): one.status for one in known}
    for one in known:
        if one.method in METHODS:
            continue
        usual = status[one.route, "GET", one.who]
        allowed = {usual, 405} if one.method == "HEAD" else REFUSALS
        harmless = one.method == "OPTIONS" and not one.body and not one.wrote
        if one.status not in allowed and not harmless:
            yield f"{one.method} {one.route} as {one.who}: {one.status}"


def look_faults(answers: Iterable[Answer]) -> Iterator[str]:
    """Values opened and persons named without a look; looks at what was not shown."""
    for one in answers:
        others = one.who not in (TALENT, VISITOR)
        missing = sorted(name for handle, name in one.opened - one.looked) if others else []
        if missing:
            yield f"{one.method} {one.route} as {one.who}: opened {missing} without a look"
        if others and PERSON in one.body and not one.looked:
            yield f"{one.method} {one.route} as {one.who}: names a person without a look"
        if not others and one.looked and one.route != REVEALS_OWN:
            yield f"{one.method} {one.route} as {one.who}: one's own look is written"
        if one.status in (403, 404, 405) and one.looked:
            yield f"{one.method} {one.route} as {one.who}: a look at what was refused"
