"""What every page's shell needs: the city's names from the active pack, today, who is asking."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext

from yingcai.audit import clock
from yingcai.identity import sessions
from yingcai.identity.access import held_roles
from yingcai.plan.queries import active_pack
from yingcai.registry.access import held_capacities
from yingcai.registry.queries.rights import rights_by
from yingcai.web.formats import chinese

DISPLAY_COOKIE = "yingcai_display"
DISPLAYS = ("elder", "contrast")  # standard is the absence of the cookie


def shell(request: HttpRequest) -> dict[str, Any]:
    pack = active_pack()
    return {
        "pack": pack,
        "portal": portal_of(pack),
        "today": clock.today(),
        "roles": _roles(request),
        "display": display_of(request),
        **_session(request),
    }


def _roles(request: HttpRequest) -> frozenset[str]:
    """Roles of staff; for a login without any, `self` and `employer`: as whom it acts.

    Who acts as nobody any more, but has asked for something, reads the answer: `asked`.
    """
    if not hasattr(request, "user"):
        return frozenset()
    held = held_roles(request) or held_capacities(request)
    if not held and rights_by(request.user).exists():
        return frozenset({"asked"})
    return held


def _session(request: HttpRequest) -> dict[str, Any]:
    """Seconds until the session ends and seconds before that when the page asks; nothing for visitors."""
    if not hasattr(request, "session") or not request.user.is_authenticated:
        return {}
    left = sessions.seconds_left(request.session, at=clock.machine_now())
    return {"session_seconds": left, "session_warning": int(sessions.WARNING.total_seconds())}


def display_of(request: HttpRequest) -> str:
    """The display that the visitor chose: ``elder``, ``contrast`` or nothing."""
    chosen = request.COOKIES.get(DISPLAY_COOKIE, "")
    return chosen if chosen in DISPLAYS else ""


def portal_of(pack: dict[str, Any]) -> dict[str, str]:
    """Names and notices of the site in the language of the page; our own name without a pack."""
    site: dict[str, Any] = pack.get("site") or {}
    plan_map: dict[str, Any] = pack.get("map") or {}
    return {
        "name": _in_language(site, "name") or gettext("英才"),
        "subtitle": _in_language(site, "subtitle") or gettext("人才计划运行平台"),
        "seal": str(site.get("seal") or "才"),
        "host": _in_language(site, "host"),
        "contact": _in_language(site, "contact"),
        "code": _in_language(site, "site_code"),
        "record": _in_language(site, "record_number"),
        "notice": _in_language(site, "notice"),
        "map_notice": _in_language(plan_map, "notice"),
    }


def _in_language(names: dict[str, Any], key: str) -> str:
    """The value of ``key``, or of ``key_en`` on an English page that has one."""
    own = str(names.get(key) or "")
    return own if chinese() else str(names.get(f"{key}_en") or own)
