"""Decisions on a population as SQL: outcome and amount of every programme, over its versions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from yingcai.engine.rules.model import Programme, Rule, RuleSet, facts_of
from yingcai.engine.rules.sql import Columns, select_decisions
from yingcai.engine.rules.sql_print import print_sql

# Rules decided in one statement: a database plans a few small statements faster than a huge one.
GROUP_RULES = 24


@dataclass(frozen=True)
class ProgrammeColumns:
    """Names of a programme's columns in a decided query: outcome code, fen, and its rules' columns.

    A programme that pays no money has 0 fen where it is decided. ``caps``: for each of its ceilings
    the column with the fen that it allows the row's owner.
    """

    programme: str
    outcome: str
    amount: str
    rules: tuple[Columns, ...]
    caps: tuple[str, ...]

    @property
    def pays(self) -> bool:
        return any(rule.amount is not None for rule in self.rules)


@dataclass(frozen=True)
class Decided:
    """A query text with `id`, the kept columns, and two columns for each programme."""

    query: str
    rules: RuleSet
    programmes: tuple[ProgrammeColumns, ...]


def decided(
    rules: RuleSet, *, table: str = "people", keep: Sequence[str] = (), reasons: bool = False
) -> Decided:
    """The decisions of a rule set; with ``reasons`` also the columns of conditions and steps."""
    whole = _with_caps(rules)
    query, columns = select_decisions(whole, table=table, reasons=reasons, keep=keep)
    caps = iter(columns[len(rules.rules) :])
    named = [
        _columns(place, programme, columns, caps)
        for place, programme in enumerate(rules.programmes.values())
    ]
    outputs = ["*", *(output for one in named for output in _outputs(one))]
    text = f"SELECT {', '.join(outputs)} FROM ({print_sql(query)}) AS versions"
    return Decided(text, rules, tuple(named))


def decided_groups(
    rules: RuleSet, *, table: str = "people", keep: Sequence[str] = (), reasons: bool = False
) -> Iterator[Decided]:
    """The same in groups of programmes with at most a few dozen rules each."""
    names: list[str] = []
    count = 0
    for cluster in clusters(rules):
        size = sum(len(rules.programmes[name].rules) for name in cluster)
        if names and count + size > GROUP_RULES:
            yield decided(rules.only(frozenset(names)), table=table, keep=keep, reasons=reasons)
            names, count = [], 0
        names += cluster
        count += size
    if names:
        yield decided(rules.only(frozenset(names)), table=table, keep=keep, reasons=reasons)


def clusters(rules: RuleSet) -> list[list[str]]:
    """Programmes that share a ceiling stand together; the others alone, in order of the pack."""
    cluster_of = {name: [name] for name in rules.programmes}
    for name, programme in rules.programmes.items():
        for other in (one for ceiling in programme.stacking.ceilings for one in ceiling.group):
            joined, added = cluster_of[name], cluster_of.get(other, cluster_of[name])
            if joined is not added:
                joined += added
                cluster_of |= dict.fromkeys(added, joined)
    return list({id(cluster): cluster for cluster in cluster_of.values()}.values())


def _with_caps(rules: RuleSet) -> RuleSet:
    """The same rules, and behind them one for each ceiling, whose amount is what it allows."""
    caps = [
        Rule(0, programme.name, "ceiling", (), (), ceiling.amount, None, (), names, names)
        for programme in rules.programmes.values()
        for ceiling in programme.stacking.ceilings
        for names in [facts_of(ceiling.amount, {})]
    ]
    start = len(rules.rules)
    numbered = [replace(rule, number=start + place) for place, rule in enumerate(caps)]
    return replace(rules, rules=(*rules.rules, *numbered))


def people_where(test: str) -> str:
    """The number of rows for which a test is true; a sum of flags costs far less than a filter."""
    return f"coalesce(sum(CAST({test} AS INTEGER)), 0)"


def _columns(
    place: int, programme: Programme, columns: Sequence[Columns], caps: Iterator[Columns]
) -> ProgrammeColumns:
    own = tuple(columns[number] for number in programme.rules)
    allowed = tuple(str(next(caps).amount) for _ in programme.stacking.ceilings)
    return ProgrammeColumns(programme.name, f"p{place}", f"p{place}_fen", own, allowed)


def _outputs(programme: ProgrammeColumns) -> tuple[str, str]:
    """Yes if some version says yes, no if all do, else unknown if some is, else a person decides."""
    outcomes = [rule.outcome for rule in programme.rules]
    outcome = _first(
        (" OR ".join(f"{one} = 1" for one in outcomes), "1"),
        (" AND ".join(f"{one} = 0" for one in outcomes), "0"),
        (" OR ".join(f"{one} = 2" for one in outcomes), "2"),
        otherwise="3",
    )
    nothing = "CAST(0 AS BIGINT)"
    amount = _first(
        *((f"{rule.outcome} = 1", rule.amount or nothing) for rule in programme.rules),
        (" AND ".join(f"{one} = 0" for one in outcomes), nothing),
        otherwise="CAST(NULL AS BIGINT)",
    )
    return f"{outcome} AS {programme.outcome}", f"{amount} AS {programme.amount}"


def _first(*arms: tuple[str, str], otherwise: str) -> str:
    return (
        "CASE "
        + " ".join(f"WHEN {test} THEN {value}" for test, value in arms)
        + f" ELSE {otherwise} END"
    )
