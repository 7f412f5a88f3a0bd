"""The `yingcai` command: `yingcai NOUN VERB`. Loads only what the command needs.

Results go to stdout, notes to stderr. Exit 0: done; 1: findings; 2: misuse or an unreadable file.

    yingcai plan read plan.txt --json
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable, Sequence
from typing import NamedTuple, cast


class Command(NamedTuple):
    """A command: its function as "module:name", its help, and whether it needs the web extra."""

    target: str
    chinese: str
    english: str
    web: bool = False


# One row for each command. A function takes the remaining arguments and returns the exit code.
COMMANDS: dict[tuple[str, ...], Command] = {
    ("plan", "read"): Command(
        "yingcai.engine.reading.command:read", "读取计划", "read an issued plan into structure"
    ),
    ("plan", "score"): Command(
        "yingcai.engine.reading.command:score",
        "核对读取质量",
        "score readings against labelled plans",
    ),
    ("plan", "compare"): Command(
        "yingcai.engine.reading.command:compare",
        "比较两个版本",
        "what changed between two editions",
    ),
    ("document", "check"): Command(
        "yingcai.engine.documents.command:check",
        "检查公文格式",
        "check the layout of an official document",
    ),
    ("people", "make"): Command(
        "yingcai.engine.population.people_command:make",
        "生成虚构人群",
        "make a population of invented people",
    ),
    ("pack", "new"): Command(
        "yingcai.engine.packs.command:new", "新建城市包", "make a new city's pack"
    ),
    ("pack", "schema"): Command(
        "yingcai.engine.packs.command:schema",
        "城市包文件的结构",
        "JSON Schema of the files of a pack",
    ),
    ("pack", "check"): Command(
        "yingcai.engine.packs.check_command:check",
        "检查城市包",
        "check a pack: files, rules, examples",
    ),
    ("pack", "diff"): Command(
        "yingcai.engine.packs.diff_command:compare",
        "比较两个城市包",
        "what changed from one pack to another",
    ),
    ("pack", "load"): Command(
        "yingcai.web.commands.pack:load", "启用城市包", "publish a city's pack and units", web=True
    ),
    ("workflow", "show"): Command(
        "yingcai.engine.packs.workflow_command:show",
        "显示办理流程",
        "the stages of a workflow, and its diagram",
    ),
    ("proof", "verify"): Command(
        "yingcai.engine.packs.proof_command:verify",
        "核验决定证明",
        "check a proof of a decision without a database",
    ),
    ("card", "verify"): Command(
        "yingcai.engine.packs.card_command:verify",
        "核验人才卡",
        "check the text of a talent's card offline",
    ),
    ("panel", "verify"): Command(
        "yingcai.engine.matching.command:verify",
        "核验评审结果",
        "compute a panel's result again from its published files",
    ),
    ("decide",): Command(
        "yingcai.engine.population.subject_command:decide",
        "判断可享受什么",
        "what one subject is entitled to, and why",
    ),
    ("bundle",): Command(
        "yingcai.engine.population.subject_command:bundle",
        "最优组合",
        "the best lawful combination of programmes",
    ),
    ("scan",): Command(
        "yingcai.engine.population.command:scan_people",
        "测算全部对象",
        "what the rules say about a whole population",
    ),
    ("whatif",): Command(
        "yingcai.engine.population.command:what_if_people",
        "测算政策调整",
        "the effect of a draft policy on a population",
    ),
    ("sweep",): Command(
        "yingcai.engine.population.sweep_command:sweep_people",
        "测算参数变动",
        "what a programme costs as one of its parameters moves",
    ),
    ("demo",): Command(
        "yingcai.web.commands.demo:run", "生成示例城市", "build the fictional city", web=True
    ),
    ("serve",): Command("yingcai.web.commands.serve:run", "启动网站", "run the site", web=True),
    ("migrate",): Command(
        "yingcai.web.commands.migrate:run", "升级数据库", "bring the database up to date", web=True
    ),
    ("createuser",): Command(
        "yingcai.web.commands.createuser:run", "开立首个账号", "the first account", web=True
    ),
    ("check",): Command(
        "yingcai.web.commands.check:run", "检查配置", "check this installation", web=True
    ),
    ("audit", "seal"): Command(
        "yingcai.web.commands.audit:seal", "封存审计记录", "seal audit rows", web=True
    ),
    ("audit", "root"): Command(
        "yingcai.web.commands.audit:root", "公布每日的根", "publish the day's root", web=True
    ),
    ("audit", "export"): Command(
        "yingcai.web.commands.audit:export",
        "导出封存的审计记录",
        "write sealed rows to a file",
        web=True,
    ),
    ("audit", "verify"): Command(
        "yingcai.verifier.verify_audit:main",
        "核验导出的审计记录",
        "check an exported audit offline",
    ),
    ("audit", "key"): Command(
        "yingcai.web.commands.audit:key",
        "审计链的密钥",
        "name or change the keys of the chain",
        web=True,
    ),
    ("manage",): Command(
        "yingcai.web.commands.manage:run",
        "管理命令",
        "any management command of the site",
        web=True,
    ),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit code; never a traceback for bad input."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        code = _dispatch(words)
        sys.stdout.flush()
    except BrokenPipeError:  # `yingcai … | head`
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        sys.stderr.write("已中断 interrupted\n")
        return 2
    return code


def _dispatch(words: list[str]) -> int:
    if not words or words[0] in ("-h", "--help", "help"):
        sys.stdout.write(usage())
        return 0 if words else 2
    if words[0] == "--version":
        sys.stdout.write(f"yingcai {_version()}\n")
        return 0
    found = _find(words)
    if found is None:
        sys.stderr.write(
            f"yingcai: 没有这个命令 no such command: {' '.join(words[:2])}\n\n{usage()}"
        )
        return 2
    name, command = found
    if command.web and importlib.util.find_spec("django") is None:
        sys.stderr.write(
            f"yingcai {' '.join(name)}: 需要网站组件，请先安装 needs the web extra: "
            "pip install 'yingcai[web]'\n"
        )
        return 2
    return _run(command.target, words[len(name) :])


def _find(words: Sequence[str]) -> tuple[tuple[str, ...], Command] | None:
    for length in (2, 1):
        name = tuple(words[:length])
        if name in COMMANDS:
            return name, COMMANDS[name]
    return None


def _run(target: str, arguments: list[str]) -> int:
    module, _, function = target.partition(":")
    run = cast("Callable[[list[str]], int]", getattr(importlib.import_module(module), function))
    return run(arguments)


def usage() -> str:
    """The list of commands, Chinese and English."""
    rows = [(" ".join(name), command) for name, command in COMMANDS.items()]
    width = max(len(name) for name, _ in rows)
    listed = "\n".join(f"  {name:<{width}}  {c.chinese}  {c.english}" for name, c in rows)
    return (
        "用法 usage: yingcai NOUN VERB [OPTIONS]   (yingcai NOUN VERB --help)\n\n"
        f"命令 commands:\n{listed}\n"
    )


def _version() -> str:
    return str(importlib.import_module("importlib.metadata").version("yingcai"))


if __name__ == "__main__":
    sys.exit(main())
