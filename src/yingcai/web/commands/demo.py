"""``yingcai demo``: a city of invented people to play with, then the site on this machine."""

import argparse
import importlib
import os
import sys
from datetime import date
from pathlib import Path

from yingcai.engine.packs.load import find_pack
from yingcai.engine.packs.story import load_story

USAGE = """\
A fictional city: migrates the database, loads the pack, tells its story, prints the logins, serves.

    yingcai demo                      everything, on http://127.0.0.1:8000
    yingcai demo --on 2019-09-30      the story told up to another day
    yingcai demo --build              build only, do not serve
"""


def run(argv: list[str]) -> int:
    """Build the city if it is not there, print its logins, serve. Exit 1 when the pack has problems."""
    options = _options(argv)
    try:
        folder = find_pack(Path(os.environ.get("YINGCAI_PACK", "packs")))
    except FileNotFoundError as error:
        sys.stderr.write(f"{error}; run the command in the project's folder or set YINGCAI_PACK\n")
        return 2
    story, problems = load_story(folder)
    if story is None:
        sys.stderr.writelines(f"{problem}\n" for problem in problems)
        return 1
    if options.on:
        os.environ["YINGCAI_TODAY"] = options.on.isoformat()
    # The story's day unless another was chosen; settings read it when Django starts.
    os.environ.setdefault("YINGCAI_TODAY", story["today"])
    os.environ.setdefault("YINGCAI_PACK", str(folder))
    os.environ.setdefault("YINGCAI_REGISTERS", "*=simulated")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yingcai.web.settings")
    told = importlib.import_module("yingcai.web.demo.command").tell(folder, story)
    if told or options.build:
        return int(told)
    return int(importlib.import_module("yingcai.web.commands.serve").run(["--port", options.port]))


def _options(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="yingcai demo", description=USAGE, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--on", type=date.fromisoformat, metavar="YYYY-MM-DD", help="the story's day"
    )
    parser.add_argument("--build", action="store_true", help="build the city, do not serve")
    parser.add_argument("--port", default="8000")
    return parser.parse_args(argv)
