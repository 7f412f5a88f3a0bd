"""CEL, Google's expression language, in C++ from Python.

It has no minimum, no maximum and no decimals, and says no reasons: the only trace on offer is to
evaluate each condition apart.
"""

from __future__ import annotations

from typing import Any

from cel_expr_python import cel

from benchmarks.rules.cases import OneCase
from benchmarks.rules.peers.formulas import CONDITIONS, flat
from benchmarks.rules.people import Facts


def least(one: str, other: str) -> str:
    return f"({one} <= {other} ? {one} : {other})"


def positive(one: str) -> str:
    return f"({one} > 0 ? {one} : 0)"


FIRST_HOME = '{"a": 100000000, "b": 60000000, "c": 40000000, "d": 20000000, "e": 10000000}'
NEXT_HOME = '{"a": 80000000, "b": 50000000, "c": 30000000, "d": 15000000, "e": 5000000}'
BASE = f"(person_first_home ? {FIRST_HOME}[person_level] : {NEXT_HOME}[person_level])"
BY_PRICE = '((person_house_price * (case_applied_on < "2019-07-01" ? 30 : 25) + 50) / 100)'
RATE = (
    '(case_applied_on < "2019-01-01"'
    ' ? {"bachelor": 40000, "master": 80000, "doctor": 150000}[person_degree]'
    ' : {"bachelor": 60000, "master": 100000, "doctor": 200000}[person_degree])'
)
LINE = '{"a": 100000000, "b": 50000000, "c": 30000000}[person_level]'
FACTOR = "(project_score >= 90 ? 10 : project_score >= 80 ? 8 : 5)"
SCOPE = '{"municipal": 10000000, "provincial": 50000000, "national": 100000000}'
AMOUNTS = {
    "housing": positive(f"({least(BASE, BY_PRICE)} - person_housing_received)"),
    "agency": "((person_agency_fee + 1) / 2)",
    "grad": f"{RATE} * {least('person_insured_months', least('months', '36'))}",
    "award": f"{SCOPE}[person_award_scope]",
    "loan": least(f"({LINE} * {FACTOR})", "800000000"),
    "equity": f"((person_asset_gain * {least('person_equity_share', '150000')} + 500000) / 1000000)",
}


def _conditions(programme: str) -> list[str]:
    return [text.replace(" or ", " || ") for text in CONDITIONS[programme]]


def _environment(facts: dict[str, Any]) -> Any:
    kinds = {bool: cel.Type.BOOL, int: cel.Type.INT, str: cel.Type.STRING}
    return cel.NewEnv(variables={name: kinds[type(value)] for name, value in facts.items()})


def _programmes(environment: Any) -> dict[str, Any]:
    return {
        name: environment.compile(
            f"{' && '.join(f'({one})' for one in _conditions(name))} ? {amount} : 0"
        )
        for name, amount in AMOUNTS.items()
    }


def plain(people: list[Facts]) -> OneCase:
    inputs = [flat(one) for one in people]
    environment = _environment(inputs[0])
    programmes = _programmes(environment)

    def decide(facts: dict[str, Any]) -> dict[str, int]:
        given = environment.Activation(facts)
        return {name: one.eval(given).value() for name, one in programmes.items()}

    return OneCase(inputs, decide, lambda answer: answer, "amounts")


def traced(people: list[Facts]) -> OneCase:
    inputs = [flat(one) for one in people]
    environment = _environment(inputs[0])
    programmes = _programmes(environment)
    conditions = [environment.compile(one) for name in AMOUNTS for one in _conditions(name)]

    def decide(facts: dict[str, Any]) -> tuple[list[bool], dict[str, int]]:
        given = environment.Activation(facts)
        reasons = [one.eval(given).value() for one in conditions]
        return reasons, {name: one.eval(given).value() for name, one in programmes.items()}

    return OneCase(inputs, decide, lambda answer: answer[1], "amounts, each condition apart")


CASES = {"plain": plain, "traced": traced}
