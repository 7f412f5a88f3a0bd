"""docs/settings.md names every setting that the program reads, and no other."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_page_is_what_the_settings_say() -> None:
    done = subprocess.run(
        [sys.executable, "tools/settings_doc.py", "check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )

    assert done.returncode == 0, done.stdout


def test_the_environment_is_read_in_the_settings_only() -> None:
    reads = re.compile(r"""(?:environ(?:\.get|\.setdefault)?[\[(]|getenv\()\s*["'](YINGCAI_\w+)""")
    elsewhere = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in sorted((ROOT / "src").rglob("*.py"))
        if "tests" not in path.parts and path.name != "settings.py"
        for name in reads.findall(path.read_text("utf-8"))
    }

    # The command line finds packs without Django; the demonstration sets its own day.
    known = {"YINGCAI_PACK", "YINGCAI_TODAY", "YINGCAI_REGISTERS"}
    assert {line for line in elsewhere if line.split(": ")[1] not in known} == set()
