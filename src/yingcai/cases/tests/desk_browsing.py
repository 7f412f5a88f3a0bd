"""One way for the desk's tests to be signed in, to read a page and to send its forms."""

from datetime import datetime
from typing import Any

from django.test import Client

from yingcai.audit.clock import day_of
from yingcai.cases.models import Case
from yingcai.identity.models import User


def signed_in(user: User, *, english: bool = False) -> Client:
    client = Client()
    client.force_login(user)
    if english:
        client.cookies["yingcai_language"] = "en"
    return client


def read(user: User, address: str, *, english: bool = False, answers: int = 200) -> str:
    """A page as one line of text."""
    answer = signed_in(user, english=english).get(address)
    assert answer.status_code == answers
    return text_of(answer)


def text_of(answer: Any) -> str:
    return " ".join(str(answer.content, "utf-8").split())


def address(case: Case, tail: str = "") -> str:
    return f"/desk/{case.handle}/{tail}"


def act(user: User, case: Case, move: str, *, version: int = 0, **given: str) -> Any:
    """Send a form of the case page as the case is now, or as it was at ``version``."""
    now = Case.objects.get(pk=case.pk)
    form = {"move": move, "version": str(version or now.version), **given}
    return signed_in(user).post(address(case, "act/"), form)


def on(settings: Any, now: datetime) -> None:
    """Let the pages take a moment's day for today."""
    settings.YINGCAI_TODAY = day_of(now)
