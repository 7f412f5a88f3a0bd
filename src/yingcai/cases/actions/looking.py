"""The look at the subject of a case that pages and calls write before they show anything of it."""

from collections.abc import Sequence
from datetime import datetime

from yingcai.cases.models import Case
from yingcai.registry.actions.looking import NAME, note_looks
from yingcai.registry.queries.scope import Scope

PREFIX = "person."


def note_look(case: Case, scope: Scope | None, names: Sequence[str], *, now: datetime) -> None:
    """``names``: of facts. Nobody's look at himself (no scope) is written. Raises: RegistryError."""
    if scope is not None:
        fields = sorted(name for name in names if name.startswith(PREFIX)) or NAME
        note_looks(scope, [case.subject], fields, now=now)
