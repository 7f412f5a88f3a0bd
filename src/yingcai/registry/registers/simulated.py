"""A register that is not there: for the fictional city and for tests. The same question, the same answer.

It answers by chance, but by the handle and the source alone: most people are found, a few are not,
some answers are old, and on some days a register does not answer at all.
"""

from datetime import date, timedelta
from hashlib import sha256

from yingcai.engine.rules.types import Boolean, Date, Enum, Type, from_civil
from yingcai.engine.rules.written import write_value
from yingcai.registry.registers.interface import DOWN, FOUND, NOT_FOUND, Asked, Reply, Told
from yingcai.registry.vocabulary import FactWord, vocabulary

OUT_OF_ORDER, UNKNOWN, OLD = 5, 10, 10  # of a hundred days, people, answers
AGE = timedelta(days=400)


class Simulated:
    def ask(self, source: str, asked: Asked, *, on: date) -> Reply:
        if _chance(source, on.isoformat()) < OUT_OF_ORDER:
            return Reply(DOWN, why="simulated")
        if not asked.numbers or _chance(source, asked.handle) < UNKNOWN:
            return Reply(NOT_FOUND, as_of=on)
        words = [vocabulary().facts[name] for name in asked.facts]
        told = tuple(Told(word.name, _value(word, asked.handle), since=on) for word in words)
        old = _chance(source, asked.handle, "age") < OLD
        return Reply(FOUND, told, as_of=on - AGE if old else on)


def _chance(*parts: str) -> int:
    """A number from 0 to 99."""
    return _number(*parts) % 100


def _number(*parts: str) -> int:
    return int.from_bytes(sha256("/".join(parts).encode()).digest()[:6], "big")


def _value(word: FactWord, handle: str) -> str:
    low, high = word.type.low or 0, word.type.high or 1
    return write_value(
        _within(word.type.type, low, high, _number(handle, word.name)), word.type.type
    )


def _within(kind: Type, low: int, high: int, number: int) -> int:
    """A value within the range of a fact, from its lower end, where most people are."""
    if isinstance(kind, Boolean):
        return number % 2
    if isinstance(kind, Date):
        first, last = from_civil(low), from_civil(high)
        day = first + timedelta(days=number % ((last - first).days + 1))
        return (day.year * 12 + day.month - 1) << 5 | day.day
    if isinstance(kind, Enum):
        return low + number % (high - low + 1)
    return low + number % (min(high - low, 120) + 1)
