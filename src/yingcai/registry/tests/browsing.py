"""How tests of pages go about: signed in, at an address of a subject, and reading what came back."""

from typing import Any

from django.test import Client
from django.urls import reverse

from yingcai.registry.models import Subject


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def at(name: str, subject: Subject, *more: object) -> str:
    """The address of one of a subject's pages."""
    return reverse(f"registry:{name}", args=[subject.handle, *more])


def text(answer: Any) -> str:
    return str(answer.content, "utf-8")


def in_a_line(answer: Any) -> str:
    """The same without the breaks and indents of the template."""
    return " ".join(text(answer).split())
