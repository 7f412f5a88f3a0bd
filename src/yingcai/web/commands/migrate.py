"""``yingcai migrate``: bring the database up to date; safe to repeat."""

import argparse
import sys

from django.core.management import call_command
from django.db import connection

from yingcai.audit import append_only
from yingcai.web import startup


def run(argv: list[str]) -> int:
    """Apply migrations and put back lost append-only triggers. Exit code 1 when a check refuses."""
    parser = argparse.ArgumentParser(
        prog="yingcai migrate",
        description="升级数据库 bring the database up to date; safe to repeat; make a backup first",
    )
    parser.add_argument("--plan", action="store_true", help="print what would be done, do nothing")
    options = parser.parse_args(argv)
    startup.set_up()
    found = startup.refusals(startup.findings(migrated=False))
    # Triggers that were lost are what this command puts back.
    found = [message for message in found if message.id != "yingcai.E007"]
    startup.tell(found)
    if found:
        return 1
    call_command("migrate", interactive=False, plan=options.plan)
    if not options.plan:
        for table in sorted(append_only.restore(connection)):
            sys.stderr.write(f"restored the append-only triggers of {table}\n")
    return 0
