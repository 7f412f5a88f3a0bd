"""What is measured: one line of a table each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """``module`` is below `benchmarks.rules`; what is under ``peers`` runs in the peers' environment."""

    label: str
    module: str
    variant: str

    @property
    def is_peer(self) -> bool:
        return self.module.startswith("peers.")


FLOOR = Row("NumPy by hand, one thread", "floor", "totals")
BASE = Row("OpenFisca-Core, money as float", "peers.openfisca", "floats")
POPULATION = (
    BASE,
    Row("OpenFisca-Core, money as whole fen", "peers.openfisca", "whole_fen"),
    FLOOR,
)
CASES = (
    Row("OpenFisca-Core", "peers.openfisca", "plain"),
    Row("OpenFisca-Core, traced", "peers.openfisca", "traced"),
    Row("SpiffWorkflow DMN", "peers.dmn", "plain"),
    Row("ZEN", "peers.zen", "plain"),
    Row("ZEN, traced", "peers.zen", "traced"),
    Row("business-rules", "peers.business", "plain"),
    Row("CEL (C++)", "peers.cel_cpp", "plain"),
    Row("CEL (C++), traced", "peers.cel_cpp", "traced"),
)
