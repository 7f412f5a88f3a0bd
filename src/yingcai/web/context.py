"""What every page's shell needs: the city's names from the active pack, today, who is asking."""

from typing import Any

from django.http import HttpRequest

from yingcai.audit import clock
from yingcai.identity.queries import roles_on
from yingcai.plan.queries import active_pack


def shell(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    today = clock.today()
    return {
        "pack": active_pack(),
        "today": today,
        "roles": roles_on(user, today) if user is not None else frozenset(),
    }
