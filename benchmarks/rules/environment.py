"""The peers' own environment, made once under a cache folder, and what could not be put there."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

PINS = Path(__file__).parent / "peers.txt"
LIMIT_S = 300


@dataclass(frozen=True)
class Peers:
    """``python`` is None where no environment could be made; ``missing`` says why, by package."""

    python: Path | None
    missing: dict[str, str] = field(default_factory=dict)


def pins() -> list[str]:
    lines = (line.strip() for line in PINS.read_text("utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def make(cache: Path) -> Peers:
    """The environment for these pins and this Python; at most ``LIMIT_S`` seconds for each installation."""
    mark = hashlib.sha256((PINS.read_text("utf-8") + sys.version).encode()).hexdigest()[:12]
    folder = cache / f"peers-{mark}"
    python = folder / "bin" / "python"
    ready = folder / "ready"
    if ready.exists():
        return Peers(python)
    if not python.exists() and (failed := _run([sys.executable, "-m", "venv", str(folder)])):
        return Peers(None, dict.fromkeys(pins(), failed))
    if any(not _run([*install, *pins()]) for install in _installers(python)):
        ready.touch()
        return Peers(python)
    install = _installers(python)[-1]
    failures = {pin: _run([*install, pin]) for pin in pins()}
    return Peers(python, {pin: why for pin, why in failures.items() if why})


def _installers(python: Path) -> list[list[str]]:
    """uv, which is quick, and pip, which sometimes reaches the index where uv cannot."""
    pip = [str(python), "-m", "pip", "install", "--disable-pip-version-check"]
    uv = _uv()
    return [[uv, "pip", "install", "--python", str(python)], pip] if uv else [pip]


def _uv() -> str | None:
    beside = Path(sys.executable).with_name("uv")
    return str(beside) if beside.exists() else shutil.which("uv")


def _run(command: list[str]) -> str:
    """Nothing where the command went well, else its last words."""
    environment = os.environ | {"UV_PYTHON_DOWNLOADS": "never"}
    try:
        done = subprocess.run(  # noqa: S603
            command, capture_output=True, text=True, timeout=LIMIT_S, env=environment, check=False
        )
    except subprocess.TimeoutExpired:
        return f"gave up after {LIMIT_S} s"
    if done.returncode == 0:
        return ""
    return (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1].strip()
