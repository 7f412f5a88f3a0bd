"""ZEN, the engine of GoRules, in Rust from Python: decision tables and expressions in one graph.

Whole fen are exact, for its numbers are decimals; the trace tells each node's input, output and row.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Mapping
from typing import Any

from zen import ZenEngine

from benchmarks.rules.cases import OneCase
from benchmarks.rules.peers.formulas import CONDITIONS, flat
from benchmarks.rules.people import Facts
from benchmarks.rules.reference import AWARD, BASE, LINE, MONTHLY, MONTHLY_2018, WAN

AMOUNTS = {
    "housing": "max([min([base, floor((person_house_price *"
    ' (date(case_applied_on) < date("2019-07-01") ? 30 : 25) + 50) / 100)])'
    " - person_housing_received, 0])",
    "agency": "floor((person_agency_fee + 1) / 2)",
    "grad": '(date(case_applied_on) < date("2019-01-01") ? rate_2018 : rate)'
    " * min([person_insured_months, months, 36])",
    "award": "scope",
    "loan": "min([line * (project_score >= 90 ? 10 : project_score >= 80 ? 8 : 5) / 10, 800000000])",
    "equity": "floor((person_asset_gain * min([person_equity_share, 150000]) + 500000) / 1000000)",
}


def _table(name: str, keys: list[str], rows: Mapping[tuple[str, ...], int]) -> dict[str, Any]:
    inputs = [{"id": f"{name}-{key}", "name": key, "field": key} for key in keys]
    written = [
        {"_id": f"{name}-{number}", "out": str(fen)}
        | {f"{name}-{key}": cell for key, cell in zip(keys, cells, strict=True)}
        for number, (cells, fen) in enumerate(rows.items())
    ]
    content = {
        "hitPolicy": "first",
        "passThrough": True,
        "inputs": inputs,
        "outputs": [{"id": "out", "name": name, "field": name}],
        "rules": written,
    }
    return {"id": name, "name": name, "type": "decisionTableNode", "content": content}


def _expressions(name: str, texts: Mapping[str, str]) -> dict[str, Any]:
    listed = [{"id": key, "key": key, "value": text} for key, text in texts.items()]
    content = {"passThrough": True, "expressions": listed}
    return {"id": name, "name": name, "type": "expressionNode", "content": content}


def _dated(text: str) -> str:
    """ZEN compares no texts: dates are spelled out."""
    return re.sub(r'(\w+_on) (>=|<) ("[\d-]+")', r"date(\1) \2 date(\3)", text)


def _one_key(rows: Mapping[str, int], unit: int) -> dict[tuple[str, ...], int]:
    return {(f'"{word}"',): fen * unit for word, fen in rows.items()}


def graph() -> str:
    """The decision as the JSON that ZEN reads."""
    conditions = {
        f"{name}_{number}": _dated(text)
        for name, texts in CONDITIONS.items()
        for number, text in enumerate(texts)
    }
    amounts = {
        name: " and ".join(key for key in conditions if key.startswith(f"{name}_"))
        + f" ? {text} : 0"
        for name, text in AMOUNTS.items()
    }
    homes: dict[tuple[str, ...], int] = {
        (f'"{level}"', str(first).lower()): wan * WAN
        for first, rows in BASE.items()
        for level, wan in rows.items()
    }
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode"},
        _expressions("conditions", conditions),
        _table("base", ["person_level", "person_first_home"], homes),
        _table("rate_2018", ["person_degree"], _one_key(MONTHLY_2018, 100)),
        _table("rate", ["person_degree"], _one_key(MONTHLY, 100)),
        _table("scope", ["person_award_scope"], _one_key(AWARD, WAN)),
        _table("line", ["person_level"], _one_key(LINE, WAN)),
        _expressions("amounts", amounts),
        {"id": "out", "name": "out", "type": "outputNode"},
    ]
    edges = [
        {"id": f"to-{after['id']}", "sourceId": one["id"], "targetId": after["id"], "type": "edge"}
        for one, after in itertools.pairwise(nodes)
    ]
    kind = "application/vnd.gorules.decision"
    return json.dumps({"contentType": kind, "nodes": nodes, "edges": edges})


def _amounts(answer: dict[str, Any]) -> dict[str, int]:
    return {name: int(answer["result"][name]) for name in AMOUNTS}


def plain(people: list[Facts]) -> OneCase:
    decision = ZenEngine().create_decision(graph())
    return OneCase([flat(one) for one in people], decision.evaluate, _amounts, "amounts")


def traced(people: list[Facts]) -> OneCase:
    decision = ZenEngine().create_decision(graph())

    def decide(facts: dict[str, Any]) -> Any:
        return decision.evaluate(facts, {"trace": True})

    says = "each node's input, output and row"
    return OneCase([flat(one) for one in people], decide, _amounts, says)


CASES = {"plain": plain, "traced": traced}
