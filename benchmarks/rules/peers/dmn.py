"""DMN decision tables in SpiffWorkflow: every cell is Python that it evaluates. It offers no trace."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment
from SpiffWorkflow.dmn.engine.DMNEngine import DMNEngine
from SpiffWorkflow.dmn.specs.model import (
    DecisionTable,
    Input,
    InputEntry,
    Output,
    OutputEntry,
    Rule,
)

from benchmarks.rules import reference
from benchmarks.rules.cases import OneCase
from benchmarks.rules.peers.formulas import CONDITIONS, flat
from benchmarks.rules.people import Facts

AMOUNTS = {
    "housing": "max(min(BASE[person_first_home][person_level] * WAN,"
    ' (person_house_price * (30 if case_applied_on < "2019-07-01" else 25) + 50) // 100)'
    " - person_housing_received, 0)",
    "agency": "(person_agency_fee + 1) // 2",
    "grad": '(MONTHLY_2018 if case_applied_on < "2019-01-01" else MONTHLY)[person_degree]'
    " * 100 * min(person_insured_months, months, 36)",
    "award": "AWARD[person_award_scope] * WAN",
    "loan": "min(LINE[person_level] * WAN"
    " * (10 if project_score >= 90 else 8 if project_score >= 80 else 5) // 10, 800 * WAN)",
    "equity": "(person_asset_gain * min(person_equity_share, 150000) + 500000) // 1000000",
}
TABLES = ("BASE", "MONTHLY", "MONTHLY_2018", "AWARD", "LINE", "WAN")


def _table(programme: str) -> Any:
    """One row: every condition must be True."""
    table = DecisionTable(programme, programme, "UNIQUE")
    row = Rule("row")
    row.row_number = 1
    for number, text in enumerate(CONDITIONS[programme]):
        column = Input(f"in-{number}", text, text, text, "boolean")
        table.inputs.append(column)
        entry = InputEntry(f"cell-{number}", column)
        entry.lhs = ["True"]
        row.inputEntries.append(entry)
    output = Output("out", programme, programme, "number")
    table.outputs.append(output)
    result = OutputEntry("result", output)
    result.text = AMOUNTS[programme]
    row.outputEntries.append(result)
    table.rules.append(row)
    return DMNEngine(table)


def plain(people: list[Facts]) -> OneCase:
    names = {name: getattr(reference, name) for name in TABLES} | {"min": min, "max": max}
    workflow = SimpleNamespace(script_engine=PythonScriptEngine(TaskDataEnvironment(names)))
    tables = {name: _table(name) for name in AMOUNTS}

    def decide(facts: dict[str, Any]) -> dict[str, int]:
        task = SimpleNamespace(data=dict(facts), workflow=workflow)
        return {name: table.result(task).get(name) or 0 for name, table in tables.items()}

    return OneCase([flat(one) for one in people], decide, lambda answer: answer, "amounts")


CASES = {"plain": plain}
