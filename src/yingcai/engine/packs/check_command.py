"""``yingcai pack check``: everything that is wrong with a pack, its examples and the linter among it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from yingcai.engine.packs.examples import run_examples
from yingcai.engine.packs.lint import Finding, lint
from yingcai.engine.packs.lint.finding import of_problem
from yingcai.engine.packs.load import Pack, find_pack, load_pack
from yingcai.engine.packs.rule_source import compile_pack
from yingcai.engine.rules.words import LANGUAGES, Language

OK, FINDINGS, MISUSE = 0, 1, 2


class Checked(NamedTuple):
    """What the check found, by file and line; ``pack`` is None where the files could not be read."""

    pack: Pack | None
    findings: list[Finding]

    @property
    def notes(self) -> int:
        return sum(finding.note for finding in self.findings)

    @property
    def examples(self) -> int:
        programmes = self.pack.programmes.values() if self.pack else ()
        return sum(len(one.get("examples", [])) for one in programmes)


def check_pack(folder: Path, *, linted: bool = True) -> Checked:
    """Load, compile, run the examples and lint the pack at ``folder``, as far as each step lets the next."""
    pack, problems = load_pack(folder)
    if pack is None:
        return Checked(None, [of_problem(problem, "load") for problem in problems])
    rules, problems = compile_pack(pack)
    if rules is None:
        return Checked(pack, [of_problem(problem, "compile") for problem in problems])
    found = run_examples(pack, rules)
    return Checked(pack, sorted([*found, *(lint(pack, rules) if linted else ())]))


def check(argv: Sequence[str]) -> int:
    """`yingcai pack check DIR`: exit 0 when only notes are left, 1 with findings, 2 when it is no pack."""
    parser = argparse.ArgumentParser(
        prog="yingcai pack check",
        description="检查城市包：文件、规则、示例，以及多半有误之处"
        " Check a pack: files, rules, examples, and what is most likely a mistake",
        epilog="例 example: yingcai pack check packs/lanchuan",
    )
    parser.add_argument("folder", metavar="DIR", type=Path, help="城市包 folder of a pack")
    parser.add_argument(
        "--language", choices=LANGUAGES, default="zh",
        help="语言 language of the texts; those about files and expressions are English",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="结构化结果 the findings as JSON")
    parser.add_argument(
        "--no-lint", action="store_true", help="只检查文件、规则和示例 without the linter"
    )
    options = parser.parse_args(argv)
    try:
        folder = find_pack(options.folder)
    except FileNotFoundError as error:
        sys.stderr.write(f"{options.folder}: 这里没有城市包 no pack here: {error}\n")
        return MISUSE
    checked = check_pack(folder, linted=not options.no_lint)
    if options.json:
        data = _data(checked, options.language)
        sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.writelines(
            f"{folder}/{finding.told(options.language)}\n" for finding in checked.findings
        )
    sys.stderr.write(_summary(checked, options.language) + "\n")
    return FINDINGS if len(checked.findings) > checked.notes else OK


def _data(checked: Checked, language: Language) -> dict[str, object]:
    return {
        "pack": checked.pack.digest if checked.pack else None,
        "findings": [
            {
                "file": finding.file,
                "line": finding.line,
                "rule": finding.rule,
                "severity": "note" if finding.note else "finding",
                "text": finding.zh if language == "zh" else finding.en,
            }
            for finding in checked.findings
        ],
    }


def _summary(checked: Checked, language: Language) -> str:
    """What was looked at and how much was found."""
    programmes = len(checked.pack.programmes) if checked.pack else 0
    notes, findings = checked.notes, len(checked.findings) - checked.notes
    if language == "zh":
        return f"{programmes}个项目，{checked.examples}个示例；{findings}个问题，{notes}个提示"
    return (
        f"programmes: {programmes}, examples: {checked.examples};"
        f" findings: {findings}, notes: {notes}"
    )
