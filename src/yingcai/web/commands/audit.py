"""``yingcai audit …``: seal the audit, make and publish roots, export it, change its key."""

import argparse
import importlib
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from yingcai.web import startup


def seal(argv: list[str]) -> int:
    """Seal every row that is not sealed yet. Exit code 1 when the key is missing."""
    parser = argparse.ArgumentParser(
        prog="yingcai audit seal",
        description="封存审计记录 seal audit rows; the running site does it by itself; safe to repeat",
    )
    parser.parse_args(argv)
    return _work("seal")


def root(argv: list[str]) -> int:
    """Make the root of the last day that is over, and publish it. Exit code 1 when nothing is sealed."""
    parser = argparse.ArgumentParser(
        prog="yingcai audit root",
        description="公布每日的根 publish the root of the last day that is over; safe to repeat",
    )
    parser.add_argument("--now", action="store_true", help="make one more root, of all up to now")
    return _work("root", now=parser.parse_args(argv).now)


def export(argv: list[str]) -> int:
    """Write the sealed rows of some days to a file. Exit code 1 when it cannot be written."""
    parser = argparse.ArgumentParser(
        prog="yingcai audit export",
        description="导出封存的审计记录，供离线核验 write sealed rows to a file that can be verified offline",
    )
    day: dict[str, Any] = {"type": date.fromisoformat, "metavar": "YYYY-MM-DD"}
    parser.add_argument("--from", dest="since", help="first day (the first there is)", **day)
    parser.add_argument("--to", dest="until", help="last day (everything up to now)", **day)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")
    options = parser.parse_args(argv)
    if options.since and options.until and options.until < options.since:
        parser.error("--to is before --from")
    return _work("export", since=options.since, until=options.until, out=options.out)


def key(argv: list[str]) -> int:
    """Name the keys of the chain, or put a new one in use. Exit code 1 when that is not possible."""
    parser = argparse.ArgumentParser(
        prog="yingcai audit key",
        description="审计链的密钥 name the keys of the audit chain, oldest first; the last one is in use",
    )
    parser.add_argument("--new", action="store_true", help="put a new key in use; old ones stay")
    return _work("key", new=parser.parse_args(argv).new)


def _work(name: str, **options: object) -> int:
    startup.set_up()
    # Models can be imported only after the set-up.
    work: Callable[..., int] = getattr(importlib.import_module("yingcai.web.audit_work"), name)
    return work(say=_say, **options)


def _say(text: str, *, problem: bool = False) -> None:
    (sys.stderr if problem else sys.stdout).write(f"{text}\n")
