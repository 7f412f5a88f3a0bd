"""``yingcai check``: everything that would refuse the start, and with ``--deploy`` advice for duty."""

import argparse
import sys

from yingcai.web import startup


def run(argv: list[str]) -> int:
    """Print findings, worst first. Exit code 1 when something would refuse the start."""
    parser = argparse.ArgumentParser(
        prog="yingcai check", description="检查配置 check this installation"
    )
    parser.add_argument("--deploy", action="store_true", help="advice for real duty as well")
    options = parser.parse_args(argv)
    startup.set_up()
    found = startup.findings(deploy=options.deploy)
    startup.tell(sorted(found, key=lambda message: -message.level))
    refused = startup.refusals(found)
    sys.stderr.write(f"{len(refused)} errors, {len(found) - len(refused)} warnings\n")
    return 1 if refused else 0
