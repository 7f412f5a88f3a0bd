"""A fact as a question: how it is put, with its choices, its unit and what may be typed."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from yingcai.cases.queries.guides import in_language
from yingcai.cases.queries.rule_book import language
from yingcai.engine.rules.model import FactType
from yingcai.engine.rules.types import Boolean, Date, Enum, Integer, Money, Ratio
from yingcai.engine.rules.words import UNITS
from yingcai.engine.rules.written import write_value

MOST_BUTTONS = 8  # more values than that are chosen from a list
MOST_LISTED = 25  # and more than that are looked for by typing
MOST_CANDIDATES = 20


@dataclass(frozen=True)
class Asked:
    """How a question is put: as buttons, a list, or a field with its unit and what may be typed.

    ``typed``: a list so long that one types a part of it. ``day``: the answer is a day.
    """

    name: str
    words: str
    about: str
    choices: tuple[tuple[str, str], ...] = ()
    listed: bool = False
    unit: str = ""
    hint: str = ""
    number: bool = False
    typed: bool = False
    day: bool = False


def asked(fact: FactType) -> Asked:
    words = fact.question.get(language()) or in_language(fact.label)
    about = in_language(fact.label)
    kind = fact.type
    if isinstance(kind, Boolean):
        return Asked(fact.name, words, about, (("yes", _("是")), ("no", _("否"))))
    if isinstance(kind, Enum):
        choices = tuple((one, _label(fact.value_labels, one)) for one in kind.values)
        many = len(choices)
        return Asked(
            fact.name, words, about, choices, listed=many > MOST_BUTTONS, typed=many > MOST_LISTED
        )
    if isinstance(kind, Date):
        return Asked(fact.name, words, about, hint=_("如 2018-06-08。"), day=True)
    return Asked(fact.name, words, about, unit=_unit(kind), number=True)


def range_words(fact: FactType) -> str:
    """What a value lies between; empty where nothing bounds it or it is chosen."""
    if isinstance(fact.type, Boolean | Enum) or fact.low is None or fact.high is None:
        return ""
    low, high = write_value(fact.low, fact.type), write_value(fact.high, fact.type)
    return _("请填写 %(low)s 至 %(high)s 之间的值。") % {"low": low, "high": high}


def meant(one: Asked, written: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The value that somebody typed a part of, and, where several are meant, which.

    What fits nothing is given back as it was written.
    """
    sought = written.strip().lower()
    if not one.typed or not sought:
        return written, ()
    exact = [value for value, label in one.choices if sought in (value, label.lower())]
    if exact:
        return exact[0], ()
    found = tuple(pair for pair in one.choices if sought in pair[1].lower())
    return (found[0][0], ()) if len(found) == 1 else (written, found[:MOST_CANDIDATES])


def shown(one: Asked, written: str) -> str:
    """A kept value as its field shows it."""
    return dict(one.choices).get(written, written) if one.typed else written


def _label(labels: Mapping[str, Mapping[str, str]], value: str) -> str:
    return in_language(labels.get(value, {})) or value


def _unit(kind: Integer | Money | Ratio) -> str:
    if isinstance(kind, Money):
        return _("元")
    if isinstance(kind, Ratio):
        return "%"
    zh, _one, many = UNITS.get(kind.unit or "count", (kind.unit,) * 3)
    return zh if language() == "zh" else many
