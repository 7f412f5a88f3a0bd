"""Calls of the API by token."""

import json
from datetime import timedelta
from itertools import count
from typing import Any

from django.test import Client

from yingcai.audit import clock
from yingcai.identity.actions.tokens import NewToken, Wanted, make_token
from yingcai.identity.models import User
from yingcai.registry.tests.make import NOW
from yingcai.registry.tokens import SCOPES

_serial = count(1)


def make_access(user: User, *scopes: str, days: int = 30, age: int = 0, **more: Any) -> NewToken:
    """A token of one's own with all scopes unless said otherwise, made ``age`` days ago."""
    wanted = Wanted("测试", scopes or tuple(SCOPES), days, **more)
    at = clock.machine_now() - timedelta(days=age)
    return make_token(user, wanted, actor=user, at=at, now=NOW)


def headers(text: str, **more: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}", **more}


def look(text: str, path: str) -> tuple[int, Any]:
    """GET of an address under /api/registry/ with a token."""
    answer = Client().get(f"/api/registry/{path}", headers=headers(text))
    return answer.status_code, json.loads(answer.content)


def send(text: str, path: str, body: Any, *, key: str = "") -> tuple[int, Any]:
    """POST of a body with a token, under a new key unless one is given."""
    answer = Client(enforce_csrf_checks=True).post(
        f"/api/registry/{path}",
        json.dumps(body),
        content_type="application/json",
        headers=headers(text, **{"Idempotency-Key": key or f"key-{next(_serial):06}"}),
    )
    return answer.status_code, json.loads(answer.content)
