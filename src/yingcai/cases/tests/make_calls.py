"""Calls of the API of cases, by token."""

import json
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from yingcai.identity.models import User
from yingcai.registry.tests.make_calls import headers, make_access

_serial = count(1)


class Program:
    """A program that calls with a token of somebody."""

    def __init__(self, user: User, *scopes: str, **more: Any) -> None:
        self.text = make_access(user, *scopes, **more).text

    def get(self, path: str) -> tuple[int, Any]:
        answer = Client().get(f"/api/{path}", headers=headers(self.text))
        return answer.status_code, json.loads(answer.content)

    def post(self, path: str, body: Any, *, key: str = "") -> tuple[int, Any]:
        """Under a new key unless one is given."""
        answer = self._client().post(
            f"/api/{path}",
            json.dumps(body),
            content_type="application/json",
            headers=self._headers(key),
        )
        return answer.status_code, json.loads(answer.content)

    def bring(
        self, path: str, material: str, data: bytes, *, key: str = "", name: str = "证.pdf"
    ) -> tuple[int, Any]:
        body = {"material": material, "file": SimpleUploadedFile(name, data)}
        answer = self._client().post(f"/api/{path}", body, headers=self._headers(key))
        return answer.status_code, json.loads(answer.content)

    def _client(self) -> Client:
        return Client(enforce_csrf_checks=True)

    def _headers(self, key: str) -> dict[str, str]:
        return headers(self.text, **{"Idempotency-Key": key or f"key-{next(_serial):06}"})


def ask(path: str, body: Any | None = None) -> tuple[int, Any]:
    """Without an account."""
    client = Client(enforce_csrf_checks=True)
    if body is None:
        answer = client.get(f"/api/{path}")
    else:
        answer = client.post(f"/api/{path}", json.dumps(body), content_type="application/json")
    return answer.status_code, json.loads(answer.content)
