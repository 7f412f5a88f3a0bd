"""The units of the city, as the pack gave them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from yingcai.identity import queries
from yingcai.identity.access import roles_required
from yingcai.identity.queries import Role


@require_safe
@roles_required(Role.OFFICE, Role.AUDITOR, act=gettext_lazy("查看单位与别名"))
def units(request: HttpRequest) -> HttpResponse:
    """Every unit with its other names, its members and what it belongs to."""
    return render(request, "identity/units.html", {"units": queries.units_with_names()})
