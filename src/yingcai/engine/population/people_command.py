"""`yingcai people make`: a population of invented people for a pack."""

from __future__ import annotations

import argparse
import re
import sys
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.progress import Progress as Bar

from yingcai.engine.packs.load import find_pack
from yingcai.engine.population.pack_recipe import load_recipe
from yingcai.engine.population.people import make_people
from yingcai.engine.population.people_file import PopulationError
from yingcai.engine.population.recipe import Recipe

OK, FINDINGS, MISUSE = 0, 1, 2


def make(argv: list[str]) -> int:
    """`yingcai people make PACK OUT.parquet [--people N] [--seed N] [--on DAY] [--force]`.

    Exit 1 when the pack has problems or the file is there already, 2 when it cannot be made.
    """
    options = _parser().parse_args(argv)
    try:
        recipe, problems = load_recipe(find_pack(options.pack))
        for problem in problems:
            sys.stderr.write(f"{problem}\n")
        if recipe is None:
            return FINDINGS
        if options.out.exists() and not options.force:
            sys.stderr.write(
                f"{options.out}: 文件已存在，加 --force 覆盖 is there already; --force replaces it\n"
            )
            return FINDINGS
        _make(recipe, options)
    except (FileNotFoundError, PopulationError) as error:
        sys.stderr.write(f"{error}\n")
        return MISUSE
    sys.stdout.write(f"{options.out}: {options.people} 人 people\n")
    return OK


def _make(recipe: Recipe, options: argparse.Namespace) -> None:
    console = Console(stderr=True)
    with Bar(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("生成人群 making people", total=100)
        make_people(
            recipe.on(options.on) if options.on else recipe,
            options.out,
            people=options.people,
            seed=options.seed,
            memory=options.memory or "",
            progress=lambda percent: bar.update(task, completed=percent),
        )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="yingcai people make",
        description="按城市包的 demo/people.yaml 生成虚构人群 Make invented people by a pack's"
        " demo/people.yaml: a Parquet file with a column for each fact; the same seed, the same people.",
        epilog="例 example: yingcai people make packs/lanchuan people.parquet --people 100000",
    )
    parser.add_argument("pack", metavar="PACK", type=Path, help="城市包文件夹 the pack's folder")
    parser.add_argument("out", metavar="OUT.parquet", type=_parquet, help="输出 the file to write")
    parser.add_argument(
        "--people", metavar="N", type=int, default=10_000, help="人数 how many (10000)"
    )
    parser.add_argument("--seed", metavar="N", type=int, default=1, help="种子 any number (1)")
    parser.add_argument(
        "--on", metavar="DAY", type=_day, help="申请日期统一为 all apply on one day: 2019-06-08"
    )
    parser.add_argument("--memory", metavar="SIZE", type=_size, help="内存上限 most memory: 2GB")
    parser.add_argument(
        "--force", action="store_true", help="覆盖已有文件 replace a file that is there"
    )
    return parser


def _parquet(text: str) -> Path:
    if not text.lower().endswith((".parquet", ".pq")):
        raise argparse.ArgumentTypeError("文件名须以 .parquet 结尾 the name must end in .parquet")
    return Path(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("日期如 a day such as 2019-06-08") from None


def _size(text: str) -> str:
    if not re.fullmatch(r"[1-9][0-9]{0,5} ?[MG]B", text):
        raise argparse.ArgumentTypeError("大小如 a size such as 2GB or 800MB")
    return text
