"""Which way of asking an installation has for which register: the setting ``REGISTERS``."""

from collections.abc import Callable, Mapping

from django.conf import settings

from yingcai.registry.registers.interface import DOWN, Asked, Register, Reply
from yingcai.registry.registers.simulated import Simulated
from yingcai.registry.vocabulary import vocabulary

WAYS: Mapping[str, Callable[[], Register]] = {"simulated": Simulated}


class Unconnected:
    """A register that this installation cannot reach: said as such, never as “not found”."""

    def ask(self, source: str, asked: Asked, *, on: object) -> Reply:
        return Reply(DOWN, why="not connected")


def registers() -> dict[str, Register]:
    """By source, every register that the pack names."""
    chosen: Mapping[str, str] = settings.REGISTERS
    found: dict[str, Register] = {}
    for source in vocabulary().fresh_days:
        way = chosen.get(source, chosen.get("*", ""))
        found[source] = WAYS[way]() if way in WAYS else Unconnected()
    return found
