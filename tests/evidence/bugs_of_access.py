"""Planted: guards and scopes that let somebody in, refusals that write, looks that are not written."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.urls import clear_url_caches, path

from tests.architecture.survey import small_survey
from tests.architecture.world import EMPLOYER, EXPIRED
from tests.evidence.access import (
    cell_faults,
    look_faults,
    method_faults,
    refusal_faults,
    write_faults,
)
from tests.evidence.plants import around, bug
from yingcai.audit.actions import record
from yingcai.identity import access as staff
from yingcai.identity import queries as grants
from yingcai.identity.models import RoleGrant, User
from yingcai.identity.queries import Role
from yingcai.identity.views.door import ChangePassword
from yingcai.registry import access as guards
from yingcai.registry import lines
from yingcai.registry.actions import finding, looking
from yingcai.registry.api import reading
from yingcai.registry.queries import scope as scopes
from yingcai.registry.queries.search import subject_in
from yingcai.registry.views import subject as subject_views
from yingcai.web import urls
from yingcai.web.views import accessibility

SHOWING = ("registry:subject", "registry:subjects", "api:read_subject", "api:list_subjects")
WHO = (Role.OFFICE, Role.REPORTER, Role.COUNTY, EMPLOYER, "county-elsewhere", "employer-elsewhere", EXPIRED)  # fmt: skip


def matrix() -> list[str]:
    """The matrix of access, on some of its addresses and logins."""
    answers = small_survey(["registry:subject", "identity:users", "planted"], WHO, ["GET"])
    return [*cell_faults(answers), *refusal_faults(answers), *write_faults(answers)]


def methods() -> list[str]:
    answers = small_survey(["account_change_password"], [Role.OFFICE], ("GET", "HEAD", "PUT"))
    return list(method_faults(answers))


def looks() -> list[str]:
    """The looks of what is opened and who is named, on some addresses."""
    return list(look_faults(small_survey(SHOWING, [Role.OFFICE, Role.AUDITOR], ["GET"])))


CHECKS = {"G17": (matrix, methods), "G20": (looks,)}


@bug("G17", matrix)
def a_guard_that_believes_everybody(mp: pytest.MonkeyPatch) -> None:
    mp.setattr(staff, "held_roles", lambda _request: frozenset(Role.values))


@bug("G17", matrix)
def a_county_that_sees_the_city(mp: pytest.MonkeyPatch) -> None:
    around(mp, scopes.Scope, "_reach", lambda reach: lambda self: Q() if self.capacity == "county" else reach(self))  # fmt: skip


@bug("G17", matrix)
def a_firm_that_sees_every_firm(mp: pytest.MonkeyPatch) -> None:
    around(mp, scopes.Scope, "_reach", lambda reach: lambda self: Q() if self.capacity == "employer" else reach(self))  # fmt: skip


@bug("G17", matrix)
def a_grant_that_never_ends(mp: pytest.MonkeyPatch) -> None:
    mp.setattr(
        grants,
        "grants_in_force",
        lambda _first, _last=None: RoleGrant.objects.filter(revoked_on=None),
    )


@bug("G17", matrix)
def a_refusal_that_tells_the_subject_is_there(mp: pytest.MonkeyPatch) -> None:
    def asked(found: scopes.Scope, handle: str) -> Any:
        subject = subject_in(found, handle)
        if subject is None:
            raise PermissionDenied
        return subject

    mp.setattr(subject_views, "subject_or_404", asked)


@bug("G17", matrix)
def a_write_before_the_guard(mp: pytest.MonkeyPatch) -> None:
    def noting(usual: Any) -> Any:
        def scope(user: Any, **more: Any) -> Any:
            record("subject.asked", User, actor=user)
            return usual(user, **more)

        return scope

    around(mp, guards, "usual_scope", noting)


@bug("G17", matrix)
def a_page_that_nobody_reviewed(mp: pytest.MonkeyPatch) -> None:
    planted = path("planted/", accessibility, name="planted")
    mp.setattr(urls, "urlpatterns", [*urls.urlpatterns, planted])
    read_addresses_anew(mp)


def read_addresses_anew(mp: pytest.MonkeyPatch) -> None:
    """Now, and again when the bug is taken out."""
    undo = mp.undo

    def undone() -> None:
        undo()
        clear_url_caches()

    clear_url_caches()
    mp.undo = undone  # type: ignore[method-assign]  # this one object, at the end of its test


@bug("G17", methods)
def a_form_that_is_taken_by_put(mp: pytest.MonkeyPatch) -> None:
    mp.setattr(ChangePassword, "http_method_names", ["get", "head", "post", "put"])


@bug("G20", looks)
def a_page_that_opens_without_a_look(mp: pytest.MonkeyPatch) -> None:
    for owner in (looking, lines):
        mp.setattr(owner, "note_looks", lambda *_args, **_more: None)


@bug("G20", looks)
def a_list_that_names_people_without_a_look(mp: pytest.MonkeyPatch) -> None:
    mp.setattr(finding, "note_looks", lambda *_args, **_more: None)


@bug("G20", looks)
def an_interface_that_forgets_its_looks(mp: pytest.MonkeyPatch) -> None:
    mp.setattr(reading, "note_looks", lambda *_args, **_more: None)


@bug("G20", looks)
def a_look_without_the_fields(mp: pytest.MonkeyPatch) -> None:
    around(mp, looking, "_look", lambda look: lambda scope, one, _fields, now: look(scope, one, [], now))  # fmt: skip
