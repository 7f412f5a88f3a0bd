"""The commands of an operator in processes of their own, in an installation of their own."""

import os
import socket
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).parents[3]


def environment(folder: Path, **more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("YINGCAI_", "DJANGO_"))}
    return {
        **kept,
        "PYTHONPATH": str(SOURCE),
        "PYTHONIOENCODING": "utf-8",
        "YINGCAI_DATA_DIR": str(folder),
        **more,
    }


def command(name: str, *words: str) -> list[str]:
    line = f"import sys; from yingcai.web.commands.{name} import run; sys.exit(run(sys.argv[1:]))"
    return [sys.executable, "-c", line, *words]


def yingcai(
    folder: Path, name: str, *words: str, **more: str
) -> "subprocess.CompletedProcess[str]":
    """``yingcai NAME WORDS`` in the installation that lives in ``folder``."""
    return subprocess.run(  # noqa: S603  # our own command
        command(name, *words),
        env=environment(folder, **more),
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=100,
        check=False,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
