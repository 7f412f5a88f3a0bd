"""``yingcai pack diff``: what changed from one pack to another."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from yingcai.engine.packs.diff import Change, Piece, change_lines, diff
from yingcai.engine.packs.rules_command import Refused, load_rules
from yingcai.engine.rules.words import LANGUAGES

OK, FINDINGS, MISUSE = 0, 1, 2


def compare(argv: Sequence[str]) -> int:
    """`yingcai pack diff A B`: exit 0 when both say the same, 1 when not, 2 when one cannot be read."""
    parser = argparse.ArgumentParser(
        prog="yingcai pack diff",
        description="比较两个城市包：项目、条件、金额、目录的变化 What changed from pack A to pack B",
        epilog="例 example: yingcai pack diff packs/lanchuan draft/lanchuan --language en",
    )
    parser.add_argument("old", metavar="A", type=Path, help="原来的包 the pack as it was")
    parser.add_argument("new", metavar="B", type=Path, help="新的包 the pack as it is now")
    parser.add_argument(
        "--language", choices=LANGUAGES, default="zh", help="语言 language of the answer"
    )
    parser.add_argument("--json", action="store_true", help="结构化结果 the changes as JSON")
    options = parser.parse_args(argv)
    try:
        changes = diff(load_rules(options.old), load_rules(options.new))
    except Refused as refused:
        sys.stderr.writelines(f"{line}\n" for line in refused.lines)
        return MISUSE
    if options.json:
        data = {"changes": [_data(change) for change in changes]}
        sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in change_lines(changes, options.language))
    return FINDINGS if changes else OK


def _data(change: Change) -> dict[str, Any]:
    return {
        "act": change.act,
        **change.place._asdict(),
        "old": _side(change.old),
        "new": _side(change.new),
    }


def _side(piece: Piece | None) -> dict[str, Any] | None:
    """As it is written, and the same in words."""
    if piece is None:
        return None
    return {"written": piece.written, **{name: piece.words.get(name, "") for name in LANGUAGES}}
