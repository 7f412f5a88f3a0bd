"""``yingcai demo``: a city of invented people to play with, then the site on this machine."""

import argparse
import os
from datetime import date

USAGE = """\
A fictional city: migrates the database, loads the pack, tells its story, prints the logins, serves.

    yingcai demo                      everything, on http://127.0.0.1:8000
    yingcai demo --on 2019-09-30      the story told up to another day
    yingcai demo --build              build only, do not serve
"""


def run(argv: list[str]) -> int:
    options = _options(argv)
    if options.on:
        os.environ["YINGCAI_TODAY"] = options.on.isoformat()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yingcai.web.settings")
    # Django's settings read the environment when they are first imported, so only now.
    from yingcai.web.demo import command  # noqa: PLC0415

    return command.run(build_only=options.build, port=options.port)


def _options(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="yingcai demo", description=USAGE, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--on", type=date.fromisoformat, metavar="YYYY-MM-DD", help="the story's day"
    )
    parser.add_argument("--build", action="store_true", help="build the city, do not serve")
    parser.add_argument("--port", type=int, default=8000)
    return parser.parse_args(argv)
