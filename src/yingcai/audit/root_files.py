"""Published roots: a file a year, a line a root, to be copied to where no administrator of this machine is."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from yingcai.audit.durable import sync_folder
from yingcai.audit.rows import root_rows


def root_folder() -> Path:
    folder: Path = settings.DATA_DIR
    return folder / "audit-roots"


def publish_roots() -> int:
    """Append every root that is not in the files yet, and wait until the disk has it; how many.

    A line is never changed. Two processes at once may both append the same line, which says nothing new.
    """
    known = set(published_lines())
    fresh: dict[str, list[str]] = {}
    for root in root_rows():
        line = json.dumps(root, separators=(",", ":"), default=str)
        if line not in known:
            fresh.setdefault(str(root["day"])[:4], []).append(line)
    for year, lines in fresh.items():
        _append(root_folder() / f"{year}.jsonl", lines)
    return sum(map(len, fresh.values()))


def published_lines() -> Iterator[str]:
    """The lines of all files, oldest year first."""
    for path in sorted(root_folder().glob("*.jsonl")):
        yield from filter(None, map(str.strip, path.read_text("utf-8").splitlines()))


def newest_published() -> int:
    """The highest number of a root in the newest file; a database that is behind it was rolled back."""
    newest = sorted(root_folder().glob("*.jsonl"))[-1:]
    lines = [line for path in newest for line in path.read_text("utf-8").splitlines()]
    return max(map(_number, lines), default=0)


def _number(line: str) -> int:
    try:
        found: Any = json.loads(line)
        return int(found["number"])
    except (ValueError, TypeError, KeyError):
        return 0


def _append(path: Path, lines: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    made = not path.exists()
    with path.open("a", encoding="utf-8") as file:
        file.write("".join(f"{line}\n" for line in lines))
        file.flush()
        os.fsync(file.fileno())
    if made:
        sync_folder(path.parent)
