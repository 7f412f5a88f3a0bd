"""``yingcai decide`` and ``yingcai bundle``: one subject, from JSON or a row of a table of people.

The database that reads tables is loaded only for a table.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from yingcai.engine.packs.rules_command import (
    MISUSE,
    Answer,
    Refused,
    Task,
    bundle_of,
    decisions_of,
    load_rules,
)
from yingcai.engine.rules.model import RuleSet
from yingcai.engine.rules.source import compile_case
from yingcai.engine.rules.subject import Subject, read_row, read_subject
from yingcai.engine.rules.words import LANGUAGES

MAX_BYTES = 1024 * 1024
TABLES = (".csv", ".parquet", ".pq", ".duckdb", ".ddb")


def decide(argv: Sequence[str]) -> int:
    """`yingcai decide PACK PERSON`: what somebody is entitled to, why not, and what is asked.

    Exit 0 when every programme is settled, 1 when facts or people are still needed.
    """
    parser = _parser(
        "decide",
        "依据规则判断一个对象可享受什么、为什么 What one subject is entitled to, and why",
        "yingcai decide packs/CITY person.json --programme housing-voucher",
    )
    parser.add_argument(
        "--programme", metavar="ID", action="append", default=[],
        help="只看这些项目 only these programmes; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--all", action="store_true", help="也列出不符合项目的全部理由 all reasons of a no, too"
    )
    return _run(
        parser,
        argv,
        lambda task, options: decisions_of(task, options.programme, all_reasons=options.all),
    )


def bundle(argv: Sequence[str]) -> int:
    """`yingcai bundle PACK PERSON`: the best lawful combination, and what excludes what.

    Exit 0 when it is settled, 1 when facts or people are still needed.
    """
    parser = _parser(
        "bundle",
        "可同时享受的最优组合及取舍理由 The best lawful combination of programmes",
        "yingcai bundle packs/CITY person.json --language en",
    )
    return _run(parser, argv, lambda task, _: bundle_of(task))


def _parser(name: str, description: str, example: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f"yingcai {name}", description=description, epilog=f"例 example: {example}"
    )
    parser.add_argument("pack", metavar="PACK", type=Path, help="城市包 folder of a pack")
    parser.add_argument(
        "subject", metavar="SUBJECT", type=Path,
        help="对象信息：JSON，或人员表中的一行 the facts as JSON, or a table; - is JSON from standard input",
    )  # fmt: skip
    parser.add_argument(
        "--id",
        metavar="ID",
        help="人员表（CSV、Parquet、DuckDB）中的行 the row of a table of people",
    )
    parser.add_argument(
        "--language", choices=LANGUAGES, default="zh", help="语言 language of the answer"
    )
    parser.add_argument("--json", action="store_true", help="结构化结果 the answer as JSON")
    return parser


def _run(
    parser: argparse.ArgumentParser,
    argv: Sequence[str],
    answer: Callable[[Task, argparse.Namespace], Answer],
) -> int:
    options = parser.parse_args(argv)
    try:
        pack, rules = load_rules(options.pack)
        subject = _subject(options.subject, rules, options.id)
        task = Task(pack, rules, compile_case(rules), subject, options.language)
        data, lines, code = answer(task, options)
    except Refused as refused:
        sys.stderr.writelines(f"{line}\n" for line in refused.lines)
        return refused.code
    if options.json:
        sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in lines)
    return code


def _subject(path: Path, rules: RuleSet, row_id: str | None) -> Subject:
    if path.suffix.lower() in TABLES:
        subject, problems = read_row(_row(path, row_id), rules)
    elif row_id is not None:
        raise Refused([f"{path}: --id 只用于表格 is for tables: {', '.join(TABLES)}"], MISUSE)
    else:
        subject, problems = read_subject(_document(path), rules)
    if subject is None:
        raise Refused([f"{path}: {problem}" for problem in problems], MISUSE)
    return subject


def _row(path: Path, row_id: str | None) -> Mapping[str, object]:
    people_file: Any = importlib.import_module("yingcai.engine.population.people_file")
    try:
        row: Mapping[str, object] = people_file.one_row(path, row_id)
    except people_file.PopulationError as error:
        raise Refused([str(error)], MISUSE) from None
    return row


def _document(path: Path) -> Any:
    try:
        text = sys.stdin.read(MAX_BYTES + 1) if str(path) == "-" else _text(path)
        if len(text) > MAX_BYTES:
            raise Refused([f"{path}: 文件太大 larger than {MAX_BYTES} bytes"], MISUSE)
        return json.loads(text, parse_float=str)
    except json.JSONDecodeError as error:
        where = f"{path}:{error.lineno}:{error.colno}"
        raise Refused([f"{where}: 不是 JSON not JSON: {error.msg}"], MISUSE) from None
    except (OSError, ValueError, RecursionError) as error:  # ValueError: no text, a huge number
        raise Refused([f"{path}: 无法读取 cannot be read: {error}"], MISUSE) from None


def _text(path: Path) -> str:
    with path.open(encoding="utf-8-sig") as file:
        return file.read(MAX_BYTES + 1)
