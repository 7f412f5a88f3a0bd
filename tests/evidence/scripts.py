"""G30: texts of strangers come into every field that they can write, and into no page as anything but text.

`planted` sends them through the forms of a world; `script_faults` reads every page of five logins that shows them,
and every page that is asked for with them in its address. The browser walks the same pages in `tests/browser`.
"""

from collections.abc import Iterable, Iterator, Sequence
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.html import escape

from tests.architecture.world import EMPLOYER, TALENT, Route, World, build, routes
from tests.evidence.payloads import HOST, MARK, PAYLOADS, together
from tests.evidence.script_cases import CITY, a_paper, elsewhere
from yingcai.identity.models import User
from yingcai.identity.queries import Role
from yingcai.registry.models import Subject
from yingcai.registry.vocabulary import vocabulary

WHO = (TALENT, EMPLOYER, Role.OFFICER, Role.OFFICE, Role.EXPERT)
ALL = together(4000)[0]
CALLED = "<yctrap id=yctrap0>"  # everybody who is signed in; it stands on each of his pages
SIGNS = (MARK, HOST, "alert(")
URLS = {
    "href",
    "src",
    "action",
    "formaction",
    "data",
    "poster",
    "xlink:href",
    "background",
    "content",
}
# What pages read from their address.
ASKED = urlencode(dict.fromkeys(
    ("q", "next", "name", "reason", "text", "target", "unit", "new", "after", "number", "kind", "said"), ALL,
))  # fmt: skip


def planted() -> list[World]:
    """The world of the access test after strangers and officers have written the texts wherever they may.

    First as it is, then with addresses that lead to further cases.
    """
    world = build(CITY)
    # Who bears such a name bears it on every page that is about him.
    for kind, one in zip(("person", "organisation"), together(120), strict=False):
        Subject.objects.filter(kind=kind).update(name=one)
    User.objects.update(display_name=CALLED)
    known = {route.name: route for route in routes()}
    for who, name, fields in _sent():
        answer = world.client(who).post(world.address(known[name]), fields)
        assert answer.status_code in (200, 302), (name, answer.status_code)
    return [world, *elsewhere(world)]


def _sent() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Who sends which form with what."""
    sort = next(iter(vocabulary().kinds))
    for one in together(120):
        for kind in ("person", "organisation"):
            yield Role.OFFICE, "registry:new", {"kind": kind, "name": one, "sort": sort}
    yield TALENT, "registry:change", {"value": "7", "reason": together(300)[0]}
    yield (
        TALENT,
        "cases:my_obligation",
        {"text": together(2000)[0], "version": "1", "files": a_paper()},
    )
    yield EMPLOYER, "cases:apply_form", {"version": "1", "material.lease": a_paper()}
    yield Role.REPORTER, "reporting:order_answer", {"version": "1", "text": together(500)[0]}
    firm = Subject.objects.filter(kind="organisation").earliest("pk")
    yield EMPLOYER, "registry:import_new", {"organisation": firm.pk, "file": _list()}
    yield Role.OFFICE, "registry:list_new", {"name": together(60)[0]}


def _list() -> SimpleUploadedFile:
    rows = "\n".join(
        f'"{one.replace(chr(34), chr(34) * 2)}",x,2017-01-01,博士,3' for one in PAYLOADS
    )
    data = f"姓名,证件号码,入职日期,学历,参保月数\n{rows}\n".encode()
    return SimpleUploadedFile("<img src=x onerror=alert(0)>.csv", data, "text/csv")


def script_faults(names: Iterable[str] = (), who: Iterable[str] = WHO) -> list[str]:
    """What of the texts is something else than text on some pages, or all."""
    worlds, wanted = planted(), set(names)
    some = [one for one in routes() if not wanted or one.name in wanted]
    return [
        f"{address} as {one}: {fault}"
        for one, address, answer in asked(worlds, some, who)
        for fault in faults_of(answer)
    ]


def asked(
    worlds: Sequence[World], some: Iterable[Route], who: Iterable[str]
) -> Iterator[tuple[str, str, Any]]:
    """The answers to a look at each address, and to one that carries the texts in its query."""
    for route in some:
        for address, world in {world.address(route): world for world in reversed(worlds)}.items():
            yield from _looks(world, address, who)


def _looks(world: World, address: str, who: Iterable[str]) -> Iterator[tuple[str, str, Any]]:
    queried = False
    for one in who:
        answer = world.client(one).get(address)
        yield one, address, answer
        if answer.status_code == 200 and not queried:
            queried = True
            yield one, f"{address}?…", world.client(one).get(f"{address}?{ASKED}")


def faults_of(answer: Any) -> list[str]:
    """What is wrong with one answer: an element, a handler or an address that a text has become."""
    sort = answer.headers.get("Content-Type", "").partition(";")[0]
    if sort not in ("text/html", "image/svg+xml"):
        sniffed = answer.headers.get("X-Content-Type-Options") != "nosniff"
        return ["may be taken for a page"] if sniffed and answer.status_code == 200 else []
    reader = Reader()
    reader.feed(answer.content.decode())
    reader.close()
    return reader.faults


def shows(answer: Any) -> bool:
    """Whether an answer shows any of the texts besides the name of who looks."""
    if answer.streaming or answer.status_code != 200:
        return False
    content = answer.content.decode("utf-8", "replace").replace(escape(CALLED), "")
    return any(sign in content for sign in SIGNS)


class Reader(HTMLParser):
    """Reads a page as a browser does and notes what a text has become."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag
        if MARK in tag:
            self.faults.append(f"an element {tag}")
        for name, value in attrs:
            if name.startswith("on") or MARK in name or name in ("srcdoc", "style"):
                self.faults.append(f"{tag} has {name}")
            elif (name in URLS or name.startswith("hx-")) and _leads_away(value or ""):
                self.faults.append(f"{tag} leads by {name} to {value}")
            elif name == "id" and MARK in (value or ""):
                self.faults.append(f"{tag} is called {value}")

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside in ("script", "style") and any(sign in data for sign in SIGNS):
            self.faults.append(f"in a {self.inside}")


def _leads_away(value: str) -> bool:
    """Whether an address runs a text or leads to its host, however it is written."""
    bare = "".join(sign for sign in value if sign > " ").lower()
    runs = bare.startswith(("javascript:", "vbscript:", "data:text"))
    return (
        runs
        or bare.removeprefix("http:").removeprefix("https:").startswith(f"//{HOST}")
        or f"url={HOST}" in bare
    )
