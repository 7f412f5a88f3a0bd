"""``yingcai sweep``: what a programme costs as one of its parameters moves."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from yingcai.engine.packs.reform import ParameterChange, changed
from yingcai.engine.packs.rule_source import rule_source
from yingcai.engine.packs.rules_command import MISUSE, Refused, Rules
from yingcai.engine.population.command import (
    Workspace,
    answer_people,
    compiled_draft,
    maker_of,
    people_parser,
    rows_left_out,
)
from yingcai.engine.population.sweep import MOST_POINTS, sweep
from yingcai.engine.population.tables import Table
from yingcai.engine.rules.free import written_parameter
from yingcai.engine.rules.model import Parameter, RuleSet
from yingcai.engine.rules.types import Date
from yingcai.engine.rules.written import NotReadable, plain, read_value

_SWEEP = re.compile(
    r"(?P<programme>[a-z0-9-]+)\.(?P<parameter>[a-z0-9_]+)="
    r"(?P<first>\d+(\.\d+)?)\.\.(?P<last>\d+(\.\d+)?)/(?P<step>\d+(\.\d+)?)"
)
# A share this fine in the draft makes every share that can be written whole inside.
_FINEST_PERCENT = "0.0001"


def sweep_people(argv: Sequence[str]) -> int:
    """`yingcai sweep PACK PEOPLE P.X=FROM..TO/STEP`: people and cost at each value of a parameter."""
    parser = people_parser(
        "sweep",
        "测算一个参数在一段范围内的影响 What a programme costs as a parameter moves",
        "yingcai sweep packs/CITY people.parquet agency-fee.share=10..60/10",
    )
    parser.add_argument(
        "sweep",
        metavar="P.X=FROM..TO/STEP",
        help="参数与范围 the parameter and its range, as written",
    )
    parser.add_argument(
        "--fast",
        action="store_true",
        help="用本机代码测算（需安装 fast）decide in native code (extra `fast`)",
    )
    return answer_people(parser, argv, _sweep)


def _sweep(
    options: argparse.Namespace, loaded: Rules, work: Workspace
) -> tuple[Any, list[Table], int]:
    found = _SWEEP.fullmatch(options.sweep)
    if found is None:
        raise Refused([f"{options.sweep!r}: PROGRAMME.PARAMETER=FROM..TO/STEP"], MISUSE)
    programme, name = found["programme"], found["parameter"]
    written = _values(*(Decimal(found[part]) for part in ("first", "last", "step")))
    rules = _draft(loaded, programme, name, written)
    parameter = _parameter(rules, programme, name)
    try:
        values = [read_value(one, parameter.type) for one in written]
    except NotReadable as error:
        raise Refused([f"{options.sweep}: {error}"], MISUSE) from None
    population = work.open(loaded.rules.only(frozenset([programme])), ())
    points = sweep(
        population, rules, programme, name, values,
        fast=options.fast, progress=work.progress("测算 deciding"),
    )  # fmt: skip
    maker = maker_of(rules, loaded, options)
    data = {
        "people": population.rows,
        "left_out": population.bad_rows,
        "decided_by": "native code" if options.fast else "database",
        "points": [
            {**asdict(point), "value": plain(one)}
            for one, point in zip(written, points, strict=True)
        ],
    }
    return (
        data,
        [maker.swept(programme, parameter, points)],
        rows_left_out(population, options.people),
    )


def _values(first: Decimal, last: Decimal, step: Decimal) -> list[Decimal]:
    count = int((last - first) / step) + 1 if step and last >= first else 0
    if not 0 < count <= MOST_POINTS:
        raise Refused([f"{first}..{last}/{step}: 1 to {MOST_POINTS} values, not {count}"], MISUSE)
    return [first + step * place for place in range(count)]


def _draft(loaded: Rules, programme: str, name: str, written: Sequence[Decimal]) -> RuleSet:
    """The rules with the parameter in a form that every value of the sweep fits into.

    They are compiled with the largest value, too, so that no sum of the sweep can overflow.
    """
    parameter = _parameter(loaded.rules, programme, name)
    change = ParameterChange(programme, "", name, "", plain(written[-1]))
    source, _ = changed(rule_source(loaded.pack), [change])
    rules = compiled_draft(source)
    if parameter.unit == "percent":
        source, _ = changed(source, [change._replace(value=_FINEST_PERCENT)])
        rules = compiled_draft(source)
    return rules


def _parameter(rules: RuleSet, programme: str, name: str) -> Parameter:
    if programme not in rules.programmes:
        known = ", ".join(rules.programmes)
        raise Refused([f"没有这个项目 no such programme: {programme}; {known}"], MISUSE)
    parameter = written_parameter(rules, programme, name)
    if parameter is None or isinstance(parameter.type, Date):
        names = {
            one.name
            for number in rules.programmes[programme].rules
            for one in rules.rules[number].parameters
            if not isinstance(one.type, Date)
        }
        raise Refused(
            [f"`{programme}` 没有数值参数 has no number `{name}`; {', '.join(sorted(names))}"],
            MISUSE,
        )
    return parameter
