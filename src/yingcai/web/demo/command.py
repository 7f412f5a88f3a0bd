"""The part of ``yingcai demo`` that needs Django: migrate, build, print the logins."""

import sys
import time
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command

django.setup()

# Models need the set-up above.
from yingcai.engine.packs.subjects import subject_logins  # noqa: E402
from yingcai.web.demo.city import DemoError, build_city  # noqa: E402
from yingcai.web.sealer import seal_round  # noqa: E402


def tell(folder: Path, story: dict[str, Any]) -> int:
    """Build the city unless it is there, and print who can sign in. Exit code."""
    begun = time.monotonic()
    _say("database: up to date, or brought there now")
    call_command("migrate", interactive=False, verbosity=0)
    try:
        built = build_city(folder, today=settings.YINGCAI_TODAY, say=_say)
    except DemoError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    seal_round(whole=True)
    took = f"built in {time.monotonic() - begun:.0f} s" if built else "already built; kept as it is"
    _say(f"the city is {took}; today is {settings.YINGCAI_TODAY:%Y-%m-%d}\n")
    _print_logins(story, subject_logins(folder))
    return 0


def _say(text: str) -> None:
    sys.stdout.write(f"==> {text}\n" if not text.startswith(" ") else f"{text}\n")
    sys.stdout.flush()


def _print_logins(story: dict[str, Any], others: list[dict[str, Any]]) -> None:
    sys.stdout.write(f"Sign in with password {story['password']} as:\n")
    for login in story["logins"]:
        unit = f" · {login['unit']}" if login.get("unit") else ""
        sys.stdout.write(f"    {login['username']:<12}{login['role']:<10}{login['name']}{unit}\n")
    for login in others:
        sys.stdout.write(f"    {login['username']:<12}{login['as']:<10}{login['name']}\n")
    sys.stdout.write("\n")
    sys.stdout.flush()
