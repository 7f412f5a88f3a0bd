"""The form of several applications at once: each question once, each document once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from yingcai.cases.forms import Field, Form, Typed, form_of
from yingcai.cases.models import Case
from yingcai.cases.queries.materials import Need
from yingcai.cases.queries.story import title_of
from yingcai.cases.reasons import Reasons, Value
from yingcai.cases.viewers import Viewer


@dataclass(frozen=True)
class Part:
    """One application of the form with what the rules say of it."""

    case: Case
    title: str
    reasons: Reasons


@dataclass(frozen=True)
class Sheet:
    """``fields``: every question once, as the first programme that asks it puts it."""

    parts: tuple[Part, ...]
    fields: tuple[Field, ...]
    open: tuple[str, ...]
    known: tuple[Value, ...]
    needs: tuple[Need, ...]


def sheet_of(
    cases: Sequence[Case],
    viewers: Mapping[int, Viewer],
    *,
    on: date,
    typed: Typed | None = None,
    fresh: Collection[str] = (),
) -> Sheet:
    """The form as it stands. Raises: Erased, NotSealed."""
    forms = [(one, form_of(one, viewers[one.pk], on=on, typed=typed, fresh=fresh)) for one in cases]
    return Sheet(
        parts=tuple(Part(one, title_of(one), form.reasons) for one, form in forms),
        fields=_fields([form for _, form in forms]),
        open=tuple(dict.fromkeys(name for _, form in forms for name in form.open)),
        known=tuple({one.label: one for _, form in forms for one in form.known}.values()),
        needs=_needs([form for _, form in forms]),
    )


def _fields(forms: Sequence[Form]) -> tuple[Field, ...]:
    """What was written for any of them stands for all."""
    found: dict[str, Field] = {}
    for one in (field for form in forms for field in form.fields):
        known = found.get(one.asked.name)
        if known is None or (one.written and not known.written):
            found[one.asked.name] = one
    return tuple(found.values())


def _needs(forms: Sequence[Form]) -> tuple[Need, ...]:
    """Each document once, with the strictest need that any programme gives it."""
    ranks = ("required", "deferrable", "exempt")
    found: dict[str, Need] = {}
    for one in (need for form in forms for need in form.needs):
        known = found.get(one.id)
        if known is None or ranks.index(one.need) < ranks.index(known.need):
            found[one.id] = one
    return tuple(sorted(found.values(), key=lambda one: ranks.index(one.need)))
