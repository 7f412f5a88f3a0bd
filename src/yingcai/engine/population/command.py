"""``yingcai scan`` and ``yingcai whatif``: the rules over a file of people."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console, JustifyMethod
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table as RichTable

from yingcai.engine.packs.reform import changed, read_change
from yingcai.engine.packs.rule_source import rule_source
from yingcai.engine.packs.rules_command import FINDINGS, MISUSE, OK, Refused, Rules, load_rules
from yingcai.engine.population.cliffs import Cliff, find_cliffs
from yingcai.engine.population.decided import clusters
from yingcai.engine.population.people_file import PopulationError
from yingcai.engine.population.report import write_report
from yingcai.engine.population.scan import (
    Tally,
    facts_beside,
    group_value,
    scan,
    write_decisions,
)
from yingcai.engine.population.snapshot import Population, open_population, workspace
from yingcai.engine.population.tables import Table, TableMaker
from yingcai.engine.population.whatif import Effect, WhatIf, both, touched_programmes, what_if
from yingcai.engine.rules.compile import compile_rules
from yingcai.engine.rules.model import RuleSet
from yingcai.engine.rules.source_form import RuleSource
from yingcai.engine.rules.words import LANGUAGES
from yingcai.engine.rules.written import write_value

SHOWN_CELLS = 10


def scan_people(argv: Sequence[str]) -> int:
    """`yingcai scan PACK PEOPLE`: what everybody is entitled to, counted by programme and group.

    Exit 1 when rows could not be read; the others are counted all the same.
    """
    parser = people_parser(
        "scan",
        "对全部人员或单位测算各项目 What the rules say about a whole population",
        "yingcai scan packs/CITY people.parquet --by person.county --by year",
    )
    parser.add_argument("--reasons", action="store_true", help="统计不享受的原因 count why not")
    parser.add_argument(
        "--out", metavar="FILE", type=Path, help="逐人结果 every decision to CSV or Parquet"
    )
    parser.add_argument(
        "--not-applied",
        metavar="ID",
        help="符合而未申请者写入 --out entitled but not applied, to --out",
    )
    return answer_people(parser, argv, _scan)


def what_if_people(argv: Sequence[str]) -> int:
    """`yingcai whatif PACK PEOPLE --set P.X=V | --new PACK`: cost, winners, losers and cliffs of a draft."""
    parser = people_parser(
        "whatif",
        "测算政策调整的影响 The effect of a draft policy on a population",
        "yingcai whatif packs/CITY people.parquet --set agency-fee.cap=500000 --by person.county",
    )
    parser.add_argument(
        "--set", metavar="P.X=V", action="append", default=[], dest="changes",
        help="改动参数 a changed parameter: PROGRAMME.PARAMETER=VALUE, PROGRAMME[VERSION]…, …@FROM=VALUE",
    )  # fmt: skip
    parser.add_argument("--new", metavar="PACK", type=Path, help="另一套城市包 the draft as a pack")
    parser.add_argument("--cliffs", action="store_true", help="查找悬崖点 look for cliffs, too")
    parser.add_argument("--report", metavar="FILE.html", type=Path, help="保存报告 save a report")
    return answer_people(parser, argv, _what_if)


def people_parser(name: str, description: str, example: str) -> argparse.ArgumentParser:
    """The options that every command over a population takes."""
    parser = argparse.ArgumentParser(
        prog=f"yingcai {name}", description=description, epilog=f"例 example: {example}"
    )
    parser.add_argument("pack", metavar="PACK", type=Path, help="城市包 folder of a pack")
    parser.add_argument("people", metavar="PEOPLE", type=Path, help="CSV, JSON, Parquet, DuckDB")
    parser.add_argument(
        "--by", metavar="FACT", action="append", default=[], help="分组 group by a fact or `year`"
    )
    parser.add_argument(
        "--programme",
        metavar="ID",
        action="append",
        default=[],
        help="只算这些项目及与其共用限额的项目 only these, and those that share a ceiling with them",
    )
    parser.add_argument("--language", choices=LANGUAGES, default="zh", help="语言 language")
    parser.add_argument("--json", action="store_true", help="结构化结果 the result as JSON, in fen")
    parser.add_argument("--memory", default="", metavar="2GB", help="内存上限 bound on memory")
    parser.add_argument("--threads", type=int, default=0, metavar="N", help="线程数 0: all")
    return parser


Answer = Callable[[argparse.Namespace, Rules, "Workspace"], tuple[Any, list[Table], int]]


class Workspace:
    """What a command works in: the database, and how it shows that it goes on."""

    def __init__(self, options: argparse.Namespace, connection: Any, show: Progress) -> None:
        self.options, self.connection, self.show = options, connection, show

    def open(self, rules: RuleSet, by: Sequence[str]) -> Population:
        """The population with the facts of the rules, of the groups, and the day that orders claims."""
        keep = facts_beside(rules, by)
        task = self.show.add_task("读取 reading", total=None)
        population = open_population(self.connection, self.options.people, rules, keep=keep)
        self.show.update(task, total=1, completed=1)
        return population

    def progress(self, words: str) -> Callable[[int, int], None]:
        task = self.show.add_task(words, total=None)
        return lambda done, total: self.show.update(task, total=total, completed=done)


def answer_people(parser: argparse.ArgumentParser, argv: Sequence[str], answer: Answer) -> int:
    """Load the pack, open a workspace, answer, and print tables or JSON. Returns the exit code."""
    options = parser.parse_args(argv)
    try:
        loaded = load_rules(options.pack)
        with _progress() as show, workspace(memory=options.memory, threads=options.threads) as db:
            data, tables, code = answer(options, loaded, Workspace(options, db, show))
    except Refused as refused:
        sys.stderr.writelines(f"{line}\n" for line in refused.lines)
        return refused.code
    except (PopulationError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return MISUSE
    if options.json:
        sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")
    else:
        _print(tables)
    return code


@contextmanager
def _progress() -> Iterator[Progress]:
    """A bar on the terminal; nothing where standard error is a file."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as show:
        yield show


def _check_names(names: Sequence[str], *rules: RuleSet) -> None:
    """Raises: Refused for a programme that none of the rule sets has."""
    known = dict.fromkeys(name for one in rules for name in one.programmes)
    unknown = ", ".join(name for name in names if name not in known)
    if unknown:
        raise Refused([f"没有这个项目 no such programme: {unknown}; {', '.join(known)}"], MISUSE)


def _chosen(rules: RuleSet, names: Sequence[str]) -> RuleSet:
    """The named programmes, and those that share a ceiling with them: without their claims it is wrong."""
    if not names:
        return rules
    found = [cluster for cluster in clusters(rules) if set(cluster) & set(names)]
    return rules.only(frozenset(name for cluster in found for name in cluster))


def _scan(
    options: argparse.Namespace, loaded: Rules, work: Workspace
) -> tuple[Any, list[Table], int]:
    if options.not_applied and not options.out:
        raise Refused(["--not-applied 需要 needs --out FILE"], MISUSE)
    _check_names(options.programme, loaded.rules)
    rules = _chosen(loaded.rules, options.programme)
    _check_names([options.not_applied] if options.not_applied else [], rules)
    population = work.open(rules, options.by)
    found = scan(
        population,
        rules,
        by=options.by,
        reasons=options.reasons,
        progress=work.progress("测算 deciding"),
    )
    if options.out:
        rows = write_decisions(
            population, rules, options.out, only_waiting=options.not_applied or ""
        )
        sys.stderr.write(f"{options.out}: {rows}\n")
    for note in found.notes:
        sys.stderr.write(f"{note}\n")
    maker = maker_of(rules, loaded, options)
    tables = [maker.scanned(found), maker.by_unit(found)]
    tables += [maker.blocked(found.blocks)] if options.reasons else []
    data = {
        "people": population.rows,
        "left_out": population.bad_rows,
        "by": list(found.by),
        "tallies": [_grouped(one, options.by, rules) for one in found.tallies],
        "ceilings": {name: asdict(one) for name, one in found.ceilings.items()},
        "reasons": [asdict(one) for one in found.blocks],
        "pack": loaded.pack.digest,
    }
    return data, tables, rows_left_out(population, options.people)


def _grouped(one: Tally | Effect, by: Sequence[str], rules: RuleSet) -> dict[str, Any]:
    """As plain data, its group as files of people write it."""
    group = [group_value(value, name, rules) for value, name in zip(one.group, by, strict=True)]
    return {**asdict(one), "group": group}


def maker_of(
    rules: RuleSet, loaded: Rules, options: argparse.Namespace, *, small: int = 0
) -> TableMaker:
    """Tables in the language asked for, with the names of the pack's units."""
    units = {str(one["id"]): {"zh": one["name"], "en": one["name_en"]} for one in loaded.pack.units}
    return TableMaker(rules, options.language, units=units, small=small)


def rows_left_out(population: Population, path: Path) -> int:
    """Say which rows took no part, and why."""
    if not population.bad_rows:
        return OK
    for cell in population.bad[:SHOWN_CELLS]:
        sys.stderr.write(f"{path}: id {cell.row}, {cell.column}: {cell.written!r}\n")
    sys.stderr.write(
        f"{path}: {population.bad_rows} 行无法读取，未参与测算 rows could not be read and took no part\n"
    )
    return FINDINGS


def _what_if(
    options: argparse.Namespace, loaded: Rules, work: Workspace
) -> tuple[Any, list[Table], int]:
    draft = _draft(options, loaded)
    _check_names(options.programme, loaded.rules, draft)
    before, after = (_chosen(one, options.programme) for one in (loaded.rules, draft))
    touched = touched_programmes(before, after)
    if not touched:
        sys.stderr.write("两套规则相同，没有影响 the rules are the same, so nothing changes\n")
    population = work.open(both(before, after, touched), options.by)
    found = what_if(
        population, before, after, by=options.by, progress=work.progress("测算 deciding")
    )
    named = RuleSet({**before.facts, **after.facts}, {**before.programmes, **after.programmes}, ())
    cliffs = find_cliffs(population, after, touched) if options.cliffs else None
    tables = _effect_tables(maker_of(named, loaded, options), found, cliffs)
    if options.report:
        careful = maker_of(named, loaded, options, small=loaded.pack.pack["small_cells"])
        shown = _effect_tables(careful, found, cliffs)
        write_report(options.report, found, shown, careful, people=population.rows)
        sys.stderr.write(f"{options.report}\n")
    data = {
        "people": population.rows,
        "left_out": population.bad_rows,
        "touched": list(found.touched),
        "untouched": list(found.untouched),
        "effects": [_grouped(one, options.by, named) for one in found.effects],
        "total": asdict(found.total()),
        "cliffs": [
            {**asdict(one), "edge": write_value(one.edge, named.facts[one.fact].type)}
            for one in cliffs or ()
        ],
    }
    return data, tables, rows_left_out(population, options.people)


def _effect_tables(maker: TableMaker, found: WhatIf, cliffs: Sequence[Cliff] | None) -> list[Table]:
    tables = [maker.effects(found), maker.targets(found)]
    return tables if cliffs is None else [*tables, maker.cliffs(cliffs)]


def _draft(options: argparse.Namespace, loaded: Rules) -> RuleSet:
    """The rules of the draft. Raises: Refused where there is none, or more than one."""
    if bool(options.new) == bool(options.changes):
        raise Refused(
            ["请用 --set 或 --new 给出调整 give the draft: either --set or --new"], MISUSE
        )
    if options.new:
        return load_rules(options.new).rules
    read = [(text, read_change(text)) for text in options.changes]
    problems = [f"{text!r}: PROGRAMME.PARAMETER=VALUE" for text, change in read if change is None]
    source, more = changed(rule_source(loaded.pack), [change for _, change in read if change])
    if problems or more:
        raise Refused([*problems, *more], MISUSE)
    return compiled_draft(source)


def compiled_draft(source: RuleSource) -> RuleSet:
    """The rules of a draft. Raises: Refused with everything that is wrong with it."""
    rules, faults = compile_rules(source)
    if rules is None:
        raise Refused(
            [f"{one.file}: {'.'.join(map(str, one.key))}: {one.text}" for one in faults], MISUSE
        )
    return rules


def _print(tables: Sequence[Table]) -> None:
    width = None if sys.stdout.isatty() else 200
    console = Console(width=width, highlight=False, markup=False, emoji=False)
    for table in tables:
        if not table.rows:
            console.print(f"{table.title}: 没有 none")
            continue
        shown = RichTable(title=table.title, title_justify="left")
        for place, name in enumerate(table.columns):
            justify: JustifyMethod = "right" if place in table.numbers else "left"
            shown.add_column(name, justify=justify, overflow="fold")
        for row in table.rows:
            shown.add_row(*row)
        console.print(shown)
