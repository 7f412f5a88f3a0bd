"""``yingcai panel verify``: whether the published files of a panel lead to its result, without a database."""

from __future__ import annotations

import argparse
import io
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

from yingcai.engine.archives import ArchiveRefused, Room, members
from yingcai.engine.matching.files import COLUMNS, NotReadable, read
from yingcai.engine.matching.verify import differences

OK, FINDINGS, MISUSE = 0, 1, 2
_ROOM = Room(members=50, unpacked=50_000_000)
_NAMES = ("panel.json", *COLUMNS)


def verify(argv: Sequence[str]) -> int:
    """Compute assignment, scores and ranking again and compare them line by line.

    Example: ``yingcai panel verify panel.zip``.
    """
    parser = argparse.ArgumentParser(
        prog="yingcai panel verify",
        description="核验评审结果：按公布的种子、评分表和评分办法，重新计算分配、得分和排名"
        " Check the result of a panel: assignment, scores and ranks computed again from the published files",
        epilog="例 example: yingcai panel verify panel.zip",
    )
    parser.add_argument(
        "folder", metavar="FOLDER|ZIP", type=Path, help="公布的文件 the published files"
    )
    options = parser.parse_args(argv)
    try:
        panel = read(_files(options.folder))
    except (OSError, NotReadable, ArchiveRefused, zipfile.BadZipFile) as error:
        sys.stderr.write(f"读不了 cannot be read: {error}\n")
        return MISUSE
    found = differences(panel)
    for file, line, there, right in found:
        sys.stdout.write(f"✗ {file}:{line}: {there or '—'} → {right or '—'}\n")
    if found:
        sys.stdout.write(f"{len(found)} 处不一致 lines differ\n")
        return FINDINGS
    told = f"{len(panel.ranking)} 个项目 projects, {len(panel.sheets)} 份评分 sheets"
    sys.stdout.write(f"✓ 一致 equal: {panel.title}, {told}\n")
    return OK


def _files(place: Path) -> dict[str, bytes]:
    if place.is_dir():
        return {name: (place / name).read_bytes() for name in _NAMES if (place / name).is_file()}
    data = place.read_bytes()
    found = {one.filename for one in members(data, _ROOM)}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in _NAMES if name in found}
