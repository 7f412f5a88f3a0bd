"""A person at the site: opens pages, follows links that are there, presses buttons that are there."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from django.test import Client

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

VOID = frozenset({"input", "br", "img", "link", "meta", "hr", "path", "source", "wbr"})


@dataclass
class Form:
    """A form as the page shows it: where it goes, what it holds, the words on its buttons."""

    action: str
    method: str = "get"
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[str] = field(default_factory=list)


@dataclass
class Page:
    """What a person sees of a page: its words, its links (words and address), its forms."""

    address: str
    text: str
    links: list[tuple[str, str]] = field(repr=False)
    forms: list[Form] = field(repr=False)

    def link(self, words: str, *, to: str = "") -> str:
        """The address behind ``words``; ``to`` tells links with the same words apart."""
        found = {href for said, href in self.links if words == said and to in href}
        near = {said for said, _ in self.links if words in said}
        assert len(found) == 1, f"{self.address}: {words!r} leads to {found or 'nowhere'}; {near}"
        return found.pop()

    def form(self, button: str, *, to: str = "") -> Form:
        """The form whose button carries ``button``."""
        found = [
            form
            for form in self.forms
            if to in form.action and any(button in said for said in form.buttons)
        ]
        shown = [said for form in self.forms for said in form.buttons]
        assert len(found) == 1, f"{self.address}: {len(found)} buttons say {button!r}; {shown}"
        return found[0]


class _Reader(HTMLParser):
    """Collects words, links and forms, with fields that belong to a form by its id."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.by_id: dict[str, Form] = {}
        self.forms: list[Form] = []
        self.current: Form | None = None
        self.open: list[tuple[str, dict[str, str], int]] = []
        # Fields and buttons that name their form by its id: the id, the name, the value.
        self.elsewhere: list[tuple[str, str, str]] = []
        self.far_buttons: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.current = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self.current)
            if "id" in given:
                self.by_id[given["id"]] = self.current
        elif tag == "input":
            self._input(given)
        elif tag == "option" and "selected" in given:
            self._keep({**self._enclosing("select"), "value": given.get("value", "")})
        if tag not in VOID:
            self.open.append((tag, given, len(self.words)))

    def _input(self, given: dict[str, str]) -> None:
        ticked = given.get("type") not in {"checkbox", "radio"} or "checked" in given
        if ticked and given.get("type") != "file":
            self._keep(given)

    def _enclosing(self, tag: str) -> dict[str, str]:
        return next((given for name, given, _ in reversed(self.open) if name == tag), {})

    def _keep(self, given: dict[str, str]) -> None:
        name, value = given.get("name", ""), given.get("value", "")
        if "form" in given:
            self.elsewhere.append((given["form"], name, value))
        elif self.current is not None and name:
            self.current.fields[name] = value

    def handle_endtag(self, tag: str) -> None:
        while self.open:
            name, given, start = self.open.pop()
            said = "".join(self.words[start:])
            if name == "a":
                self.links.append((" ".join(said.split()), given.get("href", "")))
            elif name == "button":
                self._button(" ".join(said.split()), given)
            elif name == "textarea":
                self._keep({**given, "value": said.removeprefix("\n")})
            if name == tag:
                break
        if tag == "form":
            self.current = None

    def _button(self, said: str, given: dict[str, str]) -> None:
        if "form" in given:
            self.far_buttons.append((given["form"], said))
        elif self.current is not None:
            self.current.buttons.append(said)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read(address: str, html: str) -> Page:
    """The page behind ``html``."""
    reader = _Reader()
    reader.feed(html)
    for form, name, value in reader.elsewhere:
        if form in reader.by_id:  # a field of a form that is not there belongs to none
            reader.by_id[form].fields[name] = value
    for form, said in reader.far_buttons:
        reader.by_id[form].buttons.append(said)
    return Page(address, " ".join("".join(reader.words).split()), reader.links, reader.forms)


class Person:
    """Somebody of the cast with a browser of his own."""

    def __init__(self, username: str, password: str) -> None:
        self.client = Client()
        self.page = self.open("/accounts/login/")
        self.press("登录", login=username, password=password)

    def open(self, address: str) -> Page:
        """Type an address."""
        return self._see(self.client.get(urljoin(self._here, address), follow=True))

    def click(self, words: str, *, to: str = "") -> Page:
        """Follow the one link that carries ``words``."""
        return self.open(self.page.link(words, to=to))

    def press(self, button: str, *, to: str = "", **filled: Any) -> Page:
        """Fill the form above a button and press it; what the form held already goes along."""
        form = self.page.form(button, to=to)
        address = urljoin(self._here, form.action)
        fields = {**form.fields, **filled}
        if form.method == "get":
            return self._see(self.client.get(address, fields, follow=True))
        return self._see(self.client.post(address, fields, follow=True))

    def file(self, words: str) -> bytes:
        """What the download behind ``words`` holds."""
        answer = self.client.get(urljoin(self._here, self.page.link(words)))
        assert answer.status_code == 200, self.page.link(words)
        return answer.content

    def refused(self, address: str) -> bool:
        """Whether the site keeps an address from this person."""
        return self.client.get(address).status_code in {403, 404}

    @property
    def _here(self) -> str:
        return self.page.address if hasattr(self, "page") else "/"

    def _see(self, answer: "Response") -> Page:
        address = answer.request["PATH_INFO"]
        assert answer.status_code == 200, f"{address} answers {answer.status_code}"
        self.page = read(address, answer.content.decode())
        return self.page
