"""What every answer carries, to whomever: no foreign script, no framing, no traces in a shared browser."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from tests.architecture.survey import Answer, pages, survey
from tests.architecture.world import VISITOR

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.xdist_group("survey"),
    pytest.mark.timeout(900),  # the first of them asks all addresses
]

FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
POLICY = {
    "default-src": {"'self'"},
    "object-src": {"'none'"},
    "base-uri": {"'none'"},
    "frame-ancestors": {"'none'"},
    "form-action": {"'self'"},
}
NONCE = re.compile(r"'nonce-[\w+/=-]+'")


def policy(answer: Answer) -> dict[str, set[str]]:
    parts = (part.split() for part in answer.headers["Content-Security-Policy"].split(";"))
    return {words[0]: set(words[1:]) for words in parts if words}


def labels(answers: Iterator[Answer]) -> list[str]:
    return [f"{a.method} {a.route} as {a.who}" for a in answers]


@pytest.mark.parametrize("header", FIXED)
def test_every_answer_carries(header: str) -> None:
    assert labels(a for a in survey() if a.headers.get(header) != FIXED[header]) == []


def test_every_answer_carries_a_policy_without_holes() -> None:
    for answer in survey():
        directives = policy(answer)
        if directives["default-src"] == {"'none'"}:  # files of users: nothing at all, in a sandbox
            assert "sandbox" in directives, answer.route
            continue
        assert {name: directives.get(name) for name in POLICY} == POLICY, answer.route
        for name in ("script-src", "style-src"):
            sources = {source for source in directives[name] if not NONCE.fullmatch(source)}
            assert sources == {"'self'"}, answer.route
        assert directives["img-src"] <= {"'self'", "data:"}


def test_what_goes_to_a_signed_in_browser_is_not_kept() -> None:
    kept = (
        a
        for a in survey()
        if a.who != VISITOR and "no-store" not in a.headers.get("Cache-Control", "")
    )

    assert labels(kept) == []


def test_no_page_has_inline_handlers_styles_or_scripts() -> None:
    handler = re.compile(r"<[a-z][^>]*\s(?:on[a-z]+|style)\s*=", re.I)
    inline = re.compile(r"<script(?![^>]*\b(?:src|nonce)=)[^>]*>|<style(?![^>]*\bnonce=)", re.I)

    assert labels(a for a in pages() if handler.search(a.body)) == []
    assert labels(a for a in pages() if inline.search(a.body)) == []


def test_no_page_fetches_from_elsewhere() -> None:
    foreign = re.compile(
        r"""<(?:script|link|img|iframe|source)[^>]*\s(?:src|href)=["'](?:https?:)?//""", re.I
    )

    assert labels(a for a in pages() if foreign.search(a.body)) == []


def test_every_answer_has_an_id_that_the_audit_knows_too() -> None:
    ids = [answer.headers.get("X-Request-Id", "") for answer in survey()]

    assert all(ids)
    assert len(set(ids)) == len(ids)


def test_behind_https_browsers_are_told_to_stay_there(settings: Settings) -> None:
    settings.SECURE_HSTS_SECONDS = 31_536_000

    answer = Client().get("/", secure=True)

    assert answer["Strict-Transport-Security"] == "max-age=31536000"
