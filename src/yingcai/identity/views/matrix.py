"""Who may do what, read from the guards of the views themselves, so that the page cannot be wrong."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from yingcai.identity.access import roles_required
from yingcai.identity.queries import Role

UNNOTED = object()


@dataclass(frozen=True)
class Row:
    """One address: what it is for, and for each role whether it opens."""

    area: str
    act: str
    address: str
    visitor: bool
    account: bool
    roles: tuple[bool, ...]


@require_safe
@roles_required(Role.OFFICE, Role.AUDITOR, act=gettext_lazy("查看权限对照表"))
def matrix(request: HttpRequest) -> HttpResponse:
    """Every address of the site and who may open it."""
    context = {"rows": list(access_rows()), "role_labels": [role.label for role in Role]}
    return render(request, "identity/matrix.html", context)


def access_rows() -> Iterator[Row]:
    """The rows of the page, in the order of the addresses of the site."""
    for namespace, address, callback in _routes(get_resolver(), "", "/"):
        noted: Any = getattr(callback, "yingcai_roles", UNNOTED)
        act = str(getattr(callback, "yingcai_act", "") or "")
        yield Row(
            area=_area(namespace),
            act=act,
            address=address,
            visitor=noted is UNNOTED,
            account=noted is UNNOTED or noted is None,
            roles=tuple(_opens(noted, role) for role in Role),
        )


def readable(pattern: str) -> str:
    """A pattern as people read it: parameters by name, no marks of regular expressions."""
    named = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", pattern)
    return re.sub(r"[\^$\\]", "", re.sub(r"<\w+:(\w+)>", r"<\1>", named))


def _opens(noted: Any, role: str) -> bool:
    return noted is UNNOTED or noted is None or not noted or role in noted


def _area(namespace: str) -> str:
    if namespace and apps.is_installed(f"yingcai.{namespace}"):
        return str(apps.get_app_config(namespace).verbose_name)
    return _("门户")


def _routes(resolver: URLResolver, namespace: str, prefix: str) -> Iterator[tuple[str, str, Any]]:
    for entry in resolver.url_patterns:
        address = prefix + readable(str(entry.pattern))
        if isinstance(entry, URLResolver):
            yield from _routes(entry, entry.namespace or namespace, address)
        elif isinstance(entry, URLPattern):
            yield namespace, address, entry.callback
