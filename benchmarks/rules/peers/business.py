"""business-rules: conditions as data over Python variables. It has no formulas, so only who is eligible."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from business_rules import run_all
from business_rules.actions import BaseActions, rule_action
from business_rules.variables import (
    BaseVariables,
    boolean_rule_variable,
    numeric_rule_variable,
    string_rule_variable,
)

from benchmarks.rules.cases import OneCase
from benchmarks.rules.peers.formulas import flat
from benchmarks.rules.people import Facts, facts

Test = dict[str, Any]


def _is(name: str, operator: str, value: object) -> Test:
    return {"name": name, "operator": operator, "value": value}


def _among(name: str, *words: str) -> Test:
    return {"any": [_is(name, "equal_to", word) for word in words]}


def _flag(name: str) -> Test:
    return {"name": name, "operator": "is_true", "value": True}


DISTRICTS = next(one.values[:-1] for one in facts() if one.name == "firm.district")
RULES: dict[str, list[Test]] = {
    "housing": [
        _among("person_level", *"abcde"),
        _flag("person_full_time"),
        {
            "any": [
                _is("person_insured_months", "greater_than_or_equal_to", 6),
                _is("person_level", "equal_to", "a"),
            ]
        },
        _is("arrived_in", "greater_than_or_equal_to", 2018),
        _among("firm_district", *DISTRICTS),
    ],
    "agency": [
        _is("firm_kind", "equal_to", "enterprise"),
        _flag("person_full_time"),
        _flag("person_overseas_event"),
        _is("person_agency_fee", "greater_than", 0),
    ],
    "grad": [
        _among("person_degree", "bachelor", "master", "doctor"),
        _is("person_age", "less_than_or_equal_to", 40),
        _among("firm_kind", "enterprise", "agency", "startup"),
        _is("person_annual_salary", "greater_than_or_equal_to", 6_000_000),
    ],
    "award": [
        _among("person_award_scope", "municipal", "provincial", "national"),
        _among(
            "firm_industry", "auto", "pharma", "equipment", "materials", "aero", "valve", "sewing"
        ),
    ],
    "loan": [
        _among("person_level", "a", "b", "c"),
        _is("project_score", "greater_than_or_equal_to", 60),
        _among("firm_kind", "startup", "enterprise"),
    ],
    "equity": [
        _is("person_staff_years", "greater_than_or_equal_to", 3),
        _flag("person_full_time"),
        _is("person_asset_gain", "greater_than", 0),
        _is("firm_kind", "equal_to", "enterprise"),
    ],
}


def _variables(example: dict[str, Any]) -> Any:
    kinds: dict[type, Callable[..., Any]] = {
        bool: boolean_rule_variable,
        int: numeric_rule_variable,
        str: string_rule_variable,
    }

    def variable(name: str, kind: type) -> Any:
        def read(self: Any) -> Any:
            return self.facts[name]

        read.__name__ = name
        return kinds[kind](label=name)(read)

    def start(self: Any, given: dict[str, Any]) -> None:
        self.facts = given

    members = {name: variable(name, type(value)) for name, value in example.items()}
    return type("Variables", (BaseVariables,), {"__init__": start} | members)


def _actions() -> Any:
    def start(self: Any, eligible: list[str]) -> None:
        self.eligible = eligible

    def action(programme: str) -> Any:
        def grant(self: Any) -> None:
            self.eligible.append(programme)

        grant.__name__ = programme
        return rule_action()(grant)

    members = {name: action(name) for name in RULES}
    return type("Actions", (BaseActions,), {"__init__": start} | members)


def plain(people: list[Facts]) -> OneCase:
    inputs = [flat(one) | {"arrived_in": one["person.arrived_on"].year} for one in people]
    variables, actions = _variables(inputs[0]), _actions()
    rules = [
        {"conditions": {"all": tests}, "actions": [{"name": name, "params": {}}]}
        for name, tests in RULES.items()
    ]

    def decide(given: dict[str, Any]) -> list[str]:
        eligible: list[str] = []
        run_all(
            rule_list=rules,
            defined_variables=variables(given),
            defined_actions=actions(eligible),
            stop_on_first_trigger=False,
        )
        return eligible

    def answers(eligible: list[str]) -> dict[str, int]:
        return {name: name in eligible for name in RULES}

    return OneCase(inputs, decide, answers, "who is eligible, no amounts")


CASES = {"plain": plain}
