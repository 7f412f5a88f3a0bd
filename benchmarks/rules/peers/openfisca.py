"""OpenFisca-Core: rules as Python over NumPy arrays, people and firms as entities, conditions cached.

It has no unknown: each fact's default stands for it, and the rules ask for that by hand. Two ways to
keep money are measured: ``float`` as its guide writes it (float32, so sums drift), and whole fen in
its ``int`` (int32, exact as long as no amount, nor what a firm claims, passes 21 million yuan; none does).
"""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from openfisca_core.indexed_enums import Enum, EnumArray
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from benchmarks.rules.cases import OneCase, Population, Totals
from benchmarks.rules.peers.openfisca_rules import (
    CONDITIONS,
    ENUMS,
    FIRM,
    NEVER,
    PARAMETERS,
    PERIOD,
    PERSON,
    PROGRAMMES,
    UNKNOWN_FEN,
    Amounts,
    Formula,
    plain_name,
)
from benchmarks.rules.people import Array, Columns, Facts, facts, read_columns
from benchmarks.rules.reference import CLAIMED


class Model:
    """The six programmes as a tax-benefit system, with sums as ``int`` or ``float``."""

    def __init__(self, *, exact: bool) -> None:
        self.system = TaxBenefitSystem([PERSON, FIRM])
        self.money = int if exact else float
        for one in facts():
            self._add_fact(one.name, one.type)
        for programme, formulas in CONDITIONS.items():
            self._add_conditions(programme, formulas)
        amounts = Amounts(exact=exact)
        for programme in PROGRAMMES:
            self._add(f"{programme}_amount", self.money, 0, getattr(amounts, programme))
        self._add("agency_claim", self.money, 0, amounts.agency_claim)
        self._add("agency_claimed", self.money, 0, amounts.agency_claimed, entity=FIRM)
        self._load_parameters()

    def _add(
        self,
        name: str,
        kind: type,
        default: object,
        formula: Formula | None = None,
        **more: Any,
    ) -> None:
        members = {
            "value_type": kind,
            "default_value": default,
            "entity": PERSON,
            "definition_period": DateUnit.YEAR,
            "label": name,
        }
        members |= more | ({"formula": _unbound(formula)} if formula else {})
        self.system.add_variable(type(name, (Variable,), members))

    def _add_fact(self, fact: str, kind: str) -> None:
        name = plain_name(fact)
        if kind == "enum":
            enum = ENUMS[fact]
            self._add(name, Enum, enum["unknown"], possible_values=enum)
        elif kind == "date":
            self._add(name, dt.date, NEVER.astype(object))
        elif kind == "money":
            self._add(name, self.money, UNKNOWN_FEN)
        else:
            self._add(name, int, -1)

    def _add_conditions(self, programme: str, formulas: list[Formula]) -> None:
        names = [f"{programme}_condition_{number}" for number in range(len(formulas))]
        for name, formula in zip(names, formulas, strict=True):
            self._add(name, bool, default=False, formula=formula)

        def holds(person: Any, period: Any) -> Array:
            return np.logical_and.reduce([person(name, period) for name in names])

        self._add(f"{programme}_holds", bool, default=False, formula=holds)

    def _load_parameters(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            for name, value in PARAMETERS.items():
                text = f"description: {name}\nvalues:\n  2018-01-01:\n    value: {value}\n"
                (Path(folder) / f"{name}.yaml").write_text(text, "utf-8")
            self.system.load_parameters(folder)


def _unbound(formula: Formula) -> Formula:
    """OpenFisca counts a formula's arguments: a plain function of two or three."""
    code = getattr(formula, "__func__", formula).__code__
    takes = code.co_argcount - hasattr(formula, "__self__")
    if takes == 2:
        return lambda entity, period: formula(entity, period)
    return lambda entity, period, parameters: formula(entity, period, parameters)


def _simulation(model: Model, columns: Columns) -> Any:
    builder = SimulationBuilder()
    builder.create_entities(model.system)
    builder.declare_person_entity("person", np.arange(columns.count))
    names, places = np.unique(columns.firm, return_inverse=True)
    firms = builder.declare_entity("firm", names)
    builder.join_with_persons(firms, names[places], np.full(columns.count, "staff"))
    simulation = builder.build(model.system)
    for one in facts():
        simulation.set_input(plain_name(one.name), PERIOD, _input(model, columns, one.name))
    return simulation


def _input(model: Model, columns: Columns, fact: str) -> Array:
    value, known = columns.values[fact], columns.known[fact]
    kind = next(one.type for one in facts() if one.name == fact)
    if kind == "enum":
        return EnumArray((value + known).astype(np.uint8) * known, ENUMS[fact])
    if kind == "date":
        months = (value >> 5) - 1970 * 12
        days = months.astype("M8[M]").astype("M8[D]") + ((value & 31) - 1)
        return np.where(known, days, NEVER)
    if kind == "money":
        return np.where(known, value, UNKNOWN_FEN).astype(
            np.int32 if model.money is int else np.float32
        )
    return np.where(known, value, -1).astype(np.int32)


def _population(path: Path, *, exact: bool) -> Population:
    model = Model(exact=exact)
    simulation = _simulation(model, read_columns(path))
    given = {plain_name(one.name) for one in facts()}
    computed = [name for name in model.system.variables if name not in given]
    wanted = {name: f"{name}_amount" for name in PROGRAMMES} | {CLAIMED: "agency_claim"}

    def decide() -> dict[str, tuple[Array, Array]]:
        for name in computed:
            simulation.delete_arrays(name)
        return {
            name: (
                simulation.calculate(f"{name.split()[0]}_holds", PERIOD),
                simulation.calculate(amount, PERIOD),
            )
            for name, amount in wanted.items()
        }

    def totals(decided: dict[str, tuple[Array, Array]]) -> Totals:
        kind = np.int64 if exact else np.float64
        return {
            name: (int(holds.sum()), None, round(amounts.sum(dtype=kind)))
            for name, (holds, amounts) in decided.items()
        }

    return Population(decide, totals)


def floats(path: Path) -> Population:
    return _population(path, exact=False)


def whole_fen(path: Path) -> Population:
    return _population(path, exact=True)


POPULATION = {"floats": floats, "whole_fen": whole_fen}


def _situation(one: Facts) -> dict[str, Any]:
    given = {}
    for fact in facts():
        value = one[fact.name]
        if fact.type == "boolean":
            value = int(value)
        elif fact.type == "date":
            value = value.isoformat()
        given[plain_name(fact.name)] = {PERIOD: value}
    return {"persons": {"x": given}, "firms": {"f": {"staffs": ["x"]}}}


def _one_case(people: list[Facts], *, trace: bool) -> OneCase:
    system = Model(exact=True).system

    def decide(situation: dict[str, Any]) -> tuple[dict[str, int], Any]:
        simulation = SimulationBuilder().build_from_entities(system, situation)
        simulation.trace = trace
        fen = {name: int(simulation.calculate(_asked(name), PERIOD)[0]) for name in PROGRAMMES}
        return fen, simulation.tracer.get_flat_trace() if trace else None

    says = "dependency tree with values and parameters" if trace else "amounts"
    return OneCase([_situation(one) for one in people], decide, lambda answer: answer[0], says)


def _asked(programme: str) -> str:
    """One case knows no ceiling of the firm: the claim is what is compared."""
    return "agency_claim" if programme == "agency" else f"{programme}_amount"


def plain(people: list[Facts]) -> OneCase:
    return _one_case(people, trace=False)


def traced(people: list[Facts]) -> OneCase:
    return _one_case(people, trace=True)


CASES = {"plain": plain, "traced": traced}
