"""`yingcai plan read | score | compare`: arguments in, text out."""

from __future__ import annotations

import argparse
import os
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

from yingcai.engine.reading.compare import Change
from yingcai.engine.reading.compare import compare as compare_readings
from yingcai.engine.reading.errors import ReadingError
from yingcai.engine.reading.gold import load_gold, plan_of
from yingcai.engine.reading.model import Problem, Reading
from yingcai.engine.reading.page import LABELS, render_html
from yingcai.engine.reading.read import read_plan
from yingcai.engine.reading.score import Score, table
from yingcai.engine.reading.score import score as score_reading
from yingcai.engine.reading.source import MAX_BYTES, SourceText, load_text
from yingcai.engine.reading.units import UnitNames

GOLD_FOLDER = Path("tests/engine/reading/gold")


def read(argv: list[str]) -> int:
    """`yingcai plan read FILE [--json] [--html OUT] [--units FILE]`.

    Exit 1 when there is something to look at, 2 when the file cannot be read.
    """
    parser = argparse.ArgumentParser(
        prog="yingcai plan read", description="读取印发的计划 Read an issued plan (txt, docx, pdf)."
    )
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument(
        "--json", action="store_true", help="结构化结果 the reading as JSON on stdout"
    )
    parser.add_argument("--html", metavar="OUT", type=Path, help="网页 write a page to OUT")
    parser.add_argument("--units", metavar="FILE", type=Path, help="单位名录 a units.yaml")
    options = parser.parse_args(argv)
    try:
        text, reading = _read(options.file, _unit_names(options.units))
        if options.html:
            _write(options.html, render_html(text.text, reading))
    except ReadingError as error:
        return _refuse(error)
    sys.stdout.write(reading.as_json() + "\n" if options.json else _summary(reading))
    for note in text.notes:
        sys.stderr.write(f"{options.file}: {note}\n")
    for problem in reading.problems:
        sys.stderr.write(f"{options.file}:{_line(text.text, problem)}: {problem.text}\n")
    return 1 if reading.problems else 0


def score(argv: list[str]) -> int:
    """`yingcai plan score [FILE] [--gold GOLD] [--min 0.97]`. Exit 1 under the threshold."""
    parser = argparse.ArgumentParser(
        prog="yingcai plan score",
        description="按人工标注核对读取质量 Precision and recall against labelled plans.",
    )
    parser.add_argument(
        "file", metavar="FILE", type=Path, nargs="?", help="计划 the plan (with --gold)"
    )
    parser.add_argument(
        "--gold", metavar="GOLD", type=Path, default=GOLD_FOLDER, help="标注 file or folder"
    )
    parser.add_argument("--min", metavar="SHARE", type=_share, help="下限 lowest share that passes")
    options = parser.parse_args(argv)
    try:
        scores = _scores(options.file, options.gold)
    except ReadingError as error:
        return _refuse(error)
    total = Score()
    for name, one in scores.items():
        sys.stdout.write(f"{name}\n{table(one)}\n\n")
        total.add(one)
    if len(scores) > 1:
        sys.stdout.write(f"合计 total\n{table(total)}\n")
    _list_faults(total)
    return (
        1 if options.min is not None and any(s.worst < options.min for s in scores.values()) else 0
    )


def compare(argv: list[str]) -> int:
    """`yingcai plan compare OLD NEW`. Exit 1 when the editions differ."""
    parser = argparse.ArgumentParser(
        prog="yingcai plan compare", description="比较两个版本 What changed between two editions."
    )
    parser.add_argument("old", metavar="OLD", type=Path)
    parser.add_argument("new", metavar="NEW", type=Path)
    options = parser.parse_args(argv)
    try:
        names = _unit_names(None)
        changes = compare_readings(_read(options.old, names)[1], _read(options.new, names)[1])
    except ReadingError as error:
        return _refuse(error)
    for change in changes:
        sys.stdout.write(_changed(change) + "\n")
    return 1 if changes else 0


def _read(path: Path, names: UnitNames) -> tuple[SourceText, Reading]:
    text = load_text(_bytes(path), name=path.name)
    return text, read_plan(text.text, units=names, source=text.source)


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            size = path.stat().st_size // (1024 * 1024)
            raise ReadingError(
                f"文件太大（{size} MB，上限 {MAX_BYTES // (1024 * 1024)} MB）",
                where=str(path), way_out="请只保留计划正文后再试",
            )  # fmt: skip
        return path.read_bytes()
    except OSError as error:
        raise ReadingError(
            "文件打不开，可能不存在、是文件夹或没有权限", where=str(path), way_out="请检查文件名"
        ) from error


def _write(path: Path, page: str) -> None:
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise ReadingError("写不了文件", where=str(path), way_out="请换一个位置") from error


def _unit_names(path: Path | None) -> UnitNames:
    """From the given file, the pack named by YINGCAI_PACK, or the only pack in ./packs."""
    if path is None:
        named = os.environ.get("YINGCAI_PACK")
        folders = (
            [Path(named)] if named else sorted(p.parent for p in Path("packs").glob("*/units.yaml"))
        )
        if len(folders) != 1 or not (folders[0] / "units.yaml").is_file():
            return UnitNames()
        path = folders[0] / "units.yaml"
    try:
        document: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        return UnitNames.from_units(document["units"])
    except (
        OSError,
        UnicodeDecodeError,
        yaml.YAMLError,
        KeyError,
        TypeError,
        AttributeError,
    ) as error:
        raise ReadingError(
            "读不出单位名录",
            where=str(path),
            way_out="名录应有 units 列表，每项有 id、name、aliases",
        ) from error


def _refuse(error: ReadingError) -> int:
    sys.stderr.write(f"{error.where}:1: {error.what}。{error.way_out}。\n")
    return 2


def _line(text: str, problem: Problem) -> int:
    return text.count("\n", 0, problem.span.start) + 1 if problem.span else 1


def _summary(reading: Reading) -> str:
    lines = [reading.header.title or "未命名的计划"]
    for measure in reading.measures:
        counts = [
            f"{LABELS[k]} {len(getattr(measure, k))}" for k in LABELS if getattr(measure, k, ())
        ]
        title = f"{measure.number}. {measure.title}" if measure.number else "总体目标"
        units = "、".join(unit.name for unit in measure.units)
        lines.append(f"{title}\n    {'，'.join(counts) or '没有可计数的内容'}")
        lines += [f"    {units}"] if units else []
    total = {
        k: sum(len(getattr(m, k)) for m in reading.measures) for k in LABELS if k != "unclassified"
    }
    counted = "，".join(f"{LABELS[k]} {n}" for k, n in total.items())
    return "\n".join([*lines, f"合计：{counted}，未归类的数字 {len(reading.unclassified)}", ""])


def _scores(plan: Path | None, gold: Path) -> dict[str, Score]:
    files = sorted(gold.glob("*.yaml")) if gold.is_dir() else [gold]
    if not files:
        raise ReadingError("文件夹里没有标注文件", where=str(gold), way_out="请用 --gold 指明位置")
    if plan is not None and len(files) > 1:
        files = [f for f in files if plan_of(f).resolve() == plan.resolve()]
        if not files:
            raise ReadingError(
                "没有这份计划的标注", where=str(plan), way_out="请用 --gold 指明标注文件"
            )
    scores: dict[str, Score] = {}
    for path in files:
        text, reading = _read(plan or plan_of(path), UnitNames())
        scores[path.stem] = score_reading(reading, load_gold(path, text.text))
    return scores


def _list_faults(total: Score) -> None:
    for name, tally in {"measures": total.measures, "units": total.units, **total.kinds}.items():
        for text in tally.missed:
            sys.stderr.write(f"missed {name}: {text}\n")
        for text in tally.false:
            sys.stderr.write(f"false {name}: {text}\n")


def _share(text: str) -> Fraction:
    try:
        share = Fraction(text)
    except (ValueError, ZeroDivisionError) as error:
        raise argparse.ArgumentTypeError(
            "请给 0 到 1 之间的数 give a number from 0 to 1"
        ) from error
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError("请给 0 到 1 之间的数 give a number from 0 to 1")
    return share


_HOW = {"added": "新增", "removed": "删去", "changed": "改动"}


def _changed(change: Change) -> str:
    number = change.new_measure if change.new_measure is not None else change.old_measure
    kind = {"measure": "措施", "unit": "单位"}.get(change.what) or LABELS[change.what]
    words = [_named(thing) for thing in (change.old, change.new) if thing is not None]
    return f"{_HOW[change.how]} {kind}（措施 {number}）：{' → '.join(words)}"


def _named(thing: Any) -> str:
    return str(
        getattr(thing, "text", None) or getattr(thing, "title", None) or getattr(thing, "name", "")
    )
