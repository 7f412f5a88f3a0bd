"""``yingcai createuser``: the first account of an installation; later ones are opened on the site."""

import argparse
import sys

from yingcai.web import startup


def run(argv: list[str]) -> int:
    """Open an account with a role and print its temporary password once. Exit code 1 when refused."""
    options = _options(argv)
    startup.set_up()
    # Models can be imported only after the set-up.
    from yingcai.web.first_account import open_account  # noqa: PLC0415

    return open_account(
        options.username, name=options.name, role=options.role, unit_code=options.unit, say=_say
    )


def _options(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="yingcai createuser",
        description="开通账号 open an account; the password is printed once and must be changed",
    )
    parser.add_argument("username")
    parser.add_argument("--name", required=True, help="the name of the person")
    parser.add_argument(
        "--role", default="office", help="office, reporter, head, county, leader, auditor (office)"
    )
    parser.add_argument("--unit", default="", help="code of the unit, for roles of a unit")
    return parser.parse_args(argv)


def _say(text: str, *, problem: bool) -> None:
    (sys.stderr if problem else sys.stdout).write(f"{text}\n")
