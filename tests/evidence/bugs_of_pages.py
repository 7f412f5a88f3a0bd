"""Planted: pages and addresses that take a stranger's text for something else."""

from typing import Any

import pytest
from django.template import base
from django.utils import html
from django.utils.safestring import mark_safe

from tests.evidence.plants import bug
from tests.evidence.scripts import script_faults
from yingcai.identity.queries import Role

NAMES = ("registry:subjects", "cases:desk_obligation", "identity:me")


def shown() -> list[str]:
    """What texts have become on some pages of an officer and of the office."""
    return script_faults(NAMES, (Role.OFFICE, Role.OFFICER))


CHECKS = {"G30": (shown,)}


@bug("G30", shown)
def a_template_that_believes(mp: pytest.MonkeyPatch) -> None:
    mp.setattr(base, "render_value_in_context", lambda value, _context: str(value))


@bug("G30", shown)
def an_escape_that_leaves_quotes(mp: pytest.MonkeyPatch) -> None:
    """Text stands well between elements and breaks out of attributes."""

    def escape(text: Any) -> Any:
        kept = str(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return mark_safe(kept)  # noqa: S308  # the bug

    for owner in (html, base):
        if hasattr(owner, "conditional_escape"):
            mp.setattr(owner, "conditional_escape", escape)
