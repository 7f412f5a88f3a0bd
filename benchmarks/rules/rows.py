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


FLOOR = Row("NumPy by hand, one thread, reasons kept", "floor", "by_hand")
BASE = Row("OpenFisca-Core, money as float, reasons kept", "peers.openfisca", "floats")
POPULATION = (
    BASE,
    Row("OpenFisca-Core, money as whole fen, reasons kept", "peers.openfisca", "whole_fen"),
    FLOOR,
    Row("Yingcai, SQL on DuckDB, sums only", "ours", "sql_budget"),
    Row("Yingcai, SQL on DuckDB, outcomes and amounts kept", "ours", "sql_columns"),
    Row("Yingcai, SQL on DuckDB, reasons kept, too", "ours", "sql_reasons"),
    Row("Yingcai, scan on DuckDB, sums under ceilings", "ours", "scanned"),
    Row("Yingcai, scan on DuckDB, reasons counted, too", "ours", "scanned_reasons"),
    Row("Yingcai, native code, sums only", "ours", "kernel_budget"),
    Row("Yingcai, native code, outcomes and amounts kept", "ours", "kernel_full"),
    Row("Yingcai, native code, reasons kept, too", "ours", "kernel_reasons"),
)
PACK = (
    Row("Yingcai, native code, sums only", "whole_pack", "native_budget"),
    Row("Yingcai, scan on DuckDB, sums under ceilings", "whole_pack", "scanned"),
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
    Row("Yingcai, readable closures", "ours", "readable"),
    Row("Yingcai, Python source", "ours", "plain"),
    Row("Yingcai, Python source, traced", "ours", "traced"),
    Row("Yingcai, explained", "ours", "explained"),
    Row("Yingcai, told in sentences", "ours", "told"),
)
COMPILING = tuple(Row(f"{count}", "work", f"compile_{count}") for count in (6, 60, 200))
NATIVE = tuple(Row(f"{count}", "work", f"native_{count}") for count in (6, 60, 200))
WHAT_IF = (Row("what-if", "work", "what_if"),)
