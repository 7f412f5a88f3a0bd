"""Planted: what is done twice, and what one person does alone where two must."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest
from django.urls import path

from tests.evidence.bugs_of_access import read_addresses_anew
from tests.evidence.doubles import double_faults, unlisted_routes
from tests.evidence.plants import around, bug
from tests.evidence.signings import GUARDS
from tests.evidence.two_people import dual_faults, unlisted_guards
from yingcai.engine.workflow import moves
from yingcai.identity import access, queries
from yingcai.identity.actions import once
from yingcai.identity.actions.once import Answer
from yingcai.registry.actions import merging
from yingcai.registry.api import doing
from yingcai.reporting.actions import reports
from yingcai.reporting.models import Report
from yingcai.web import urls
from yingcai.web.views import choose_display


def signed() -> list[str]:
    """Who may be the second person, in some of what two people do."""
    return dual_faults(
        "a-merge", "a-report-approved", "a-decision-apart-from-the-examination", "an-account-closed"
    )


CHECKS = {"G5": (double_faults, unlisted_routes), "G28": (signed, unlisted_guards)}


@bug("G5", double_faults)
def a_form_that_forgets_that_it_was_sent(mp: pytest.MonkeyPatch) -> None:
    mp.setattr(
        access, "once_leading_to", lambda _user, _key, act, now: Answer({"to": act()}, again=False)
    )


@bug("G5", double_faults)
def a_key_that_is_forgotten(mp: pytest.MonkeyPatch) -> None:
    mp.setattr(doing, "once", lambda _user, _key, _asked, act, now: Answer(act(), again=False))


@bug("G5", double_faults)
def a_key_for_whatever_body(mp: pytest.MonkeyPatch) -> None:
    mp.setattr(once, "_first", lambda row, _digest: Answer(row.answer, again=True))


@bug("G5", double_faults)
def an_answer_that_is_not_the_first_one(mp: pytest.MonkeyPatch) -> None:
    mp.setattr(once, "_first", lambda _row, _digest: Answer({"handle": str(uuid4())}, again=True))


@bug("G5", double_faults)
def a_state_that_is_not_compared(mp: pytest.MonkeyPatch) -> None:
    def change(report: Report, _allowed: object, fields: Mapping[str, Any], **_more: Any) -> None:
        Report.objects.filter(pk=report.pk).update(**fields)
        report.refresh_from_db()

    mp.setattr(reports, "_change", change)


@bug("G5", unlisted_routes)
def a_form_that_no_test_sends(mp: pytest.MonkeyPatch) -> None:
    planted = path("planted/", choose_display, name="planted")
    mp.setattr(urls, "urlpatterns", [*urls.urlpatterns, planted])
    read_addresses_anew(mp)


@bug("G28", signed)
def two_logins_that_are_two_people(mp: pytest.MonkeyPatch) -> None:
    mp.setattr(queries, "is_behind", lambda first, second: first.pk == second.pk)
    mp.setattr(queries, "as_one", lambda _user, **_days: frozenset())


@bug("G28", signed)
def a_cover_that_is_a_second_person(mp: pytest.MonkeyPatch) -> None:
    mp.setattr(queries, "as_one", lambda user, **_days: frozenset({user.person_key}))


@bug("G28", signed)
def a_cover_that_decides_what_the_other_examined(mp: pytest.MonkeyPatch) -> None:
    mp.setattr(moves.Look, "counted", property(lambda self: self.behind))


@bug("G28", signed)
def a_second_person_without_the_duty(mp: pytest.MonkeyPatch) -> None:
    mp.setattr(access, "held_roles", lambda _request: frozenset(queries.Role.values))


@bug("G28", signed)
def a_merge_that_asks_nobody(mp: pytest.MonkeyPatch) -> None:
    mp.setattr(merging, "same_person", lambda *_people, **_days: False)


@bug("G28", signed)
def a_signature_under_something_else(mp: pytest.MonkeyPatch) -> None:
    """What was merged is not compared with what was shown when it was proposed."""
    around(mp, merging, "_join", lambda join: lambda pair, kept, gone, along: _as_it_is(join, pair, kept, gone, along))  # fmt: skip


def _as_it_is(join: Any, pair: Any, kept: Any, gone: Any, along: Any) -> None:
    pair.first.refresh_from_db()
    pair.second.refresh_from_db()
    pair.first_version, pair.second_version = pair.first.version, pair.second.version
    join(pair, kept, gone, along)


@bug("G28", unlisted_guards)
def a_comparison_that_no_signing_asks(mp: pytest.MonkeyPatch) -> None:
    mp.delitem(GUARDS, "registry/actions/endpoints.py:confirm_endpoint")
