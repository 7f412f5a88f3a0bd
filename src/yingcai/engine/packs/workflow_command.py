"""``yingcai workflow show``: the stages of a workflow as text, and its diagram as SVG."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from yingcai.engine.packs.load import Pack, find_pack, load_pack
from yingcai.engine.workflow.diagram import svg
from yingcai.engine.workflow.model import Workflow, workflow_of
from yingcai.engine.workflow.words import (
    LANGUAGES,
    Language,
    days_words,
    kind_words,
    stage_lines,
)

OK, FINDINGS, MISUSE = 0, 1, 2


def show(argv: Sequence[str]) -> int:
    """Print a workflow, or the names of all; write its diagram with ``--svg``.

    Example: ``yingcai workflow show packs/lanchuan claim --svg claim.svg``.
    """
    parser = argparse.ArgumentParser(
        prog="yingcai workflow show",
        description="显示办理流程：环节、经办、时限、去向 Show a workflow: stages, who acts, terms, ways;"
        " 不写名称时列出全部流程 without a name: all of them",
        epilog="例 example: yingcai workflow show packs/lanchuan claim --svg claim.svg",
    )
    parser.add_argument("folder", metavar="DIR", type=Path, help="城市包 folder of a pack")
    parser.add_argument("name", metavar="NAME", nargs="?", help="流程 the workflow")
    parser.add_argument("--language", choices=LANGUAGES, default="zh", help="语言 language")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="流程图 write the diagram")
    parser.add_argument("--stage", metavar="STAGE", default="", help="标出当前环节 mark a stage")
    options = parser.parse_args(argv)
    try:
        pack, problems = load_pack(find_pack(options.folder))
    except FileNotFoundError as error:
        sys.stderr.write(f"{options.folder}: 这里没有城市包 no pack here: {error}\n")
        return MISUSE
    if pack is None:
        sys.stderr.writelines(f"{problem}\n" for problem in problems)
        return FINDINGS
    if options.name is None:
        sys.stdout.writelines(_listed(pack, options.language))
        return OK
    if options.name not in pack.workflows:
        sys.stderr.write(f"{options.name}: 没有这个流程 no such workflow\n")
        return MISUSE
    workflow = workflow_of(pack.workflows[options.name])
    if options.stage and options.stage not in workflow.by_name:
        sys.stderr.write(f"{options.stage}: 没有这个环节 no such stage\n")
        return MISUSE
    sys.stdout.writelines(_told(pack, workflow, options.language))
    return _drawn(pack, workflow, options) if options.svg else OK


def _listed(pack: Pack, language: Language) -> list[str]:
    return [f"{name:<16} {one['title'][language]}\n" for name, one in pack.workflows.items()]


def _told(pack: Pack, workflow: Workflow, language: Language) -> list[str]:
    units = pack.unit_words
    whole = f"  {days_words(workflow.days, language)}" if workflow.days else ""
    lines = [f"{workflow.title[language]}{whole}\n"]
    for i, stage in enumerate(workflow.stages):
        lines.append(f"{i + 1}. {stage.words[language]} [{kind_words(stage, language)}]\n")
        lines += [f"   {line}\n" for line in stage_lines(workflow, stage, language, units)]
    return lines


def _drawn(pack: Pack, workflow: Workflow, options: argparse.Namespace) -> int:
    text = svg(workflow, options.language, units=pack.unit_words, here=options.stage)
    try:
        options.svg.write_text(text, "utf-8")
    except OSError as error:
        sys.stderr.write(f"{options.svg}: 无法写入 cannot write: {error.strerror}\n")
        return MISUSE
    sys.stderr.write(f"{options.svg}\n")
    return OK
