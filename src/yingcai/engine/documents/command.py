"""``yingcai document check FILE.docx``: the layout check on the command line."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from yingcai.engine.documents.check import check_layout
from yingcai.engine.documents.measures import STANDARD
from yingcai.engine.documents.model import DocumentError

OK, FINDINGS, MISUSE = 0, 1, 2


def check(argv: Sequence[str]) -> int:
    """Check Word files against GB/T 9704-2012; findings to stdout, counts to stderr.

    Example: ``yingcai document check bulletin.docx``. Exit: 0 nothing found, 1 findings,
    2 a file that cannot be read or misuse.
    """
    parser = argparse.ArgumentParser(
        prog="yingcai document check",
        description=f"按 {STANDARD} 检查 Word 文件的版式：页边距、字体、字号、行距、页码、标题、标点等。",
        epilog="示例：yingcai document check 通报.docx",
    )
    parser.add_argument("files", nargs="+", metavar="FILE.docx", help="要检查的 Word 文件")
    try:
        files = parser.parse_args(argv).files
    except SystemExit as stop:  # argparse has already said what is wrong, or printed the help
        return OK if not stop.code else MISUSE
    return max(_check_file(file) for file in files)


def _check_file(file: str) -> int:
    try:
        findings = check_layout(Path(file).read_bytes())
    except OSError as error:
        reason = error.strerror or str(error)
        sys.stderr.write(f"{file}：无法打开（{reason}）：请检查文件名和权限\n")
        return MISUSE
    except DocumentError as error:
        sys.stderr.write(f"{file}：{error}\n")
        return MISUSE
    for finding in findings:
        sys.stdout.write(f"{file}：{finding}\n")
    sys.stderr.write(f"{file}：发现 {len(findings)} 处不符\n")
    return FINDINGS if findings else OK
