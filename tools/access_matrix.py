"""Write the two tables of access in tests/architecture from what the site answers now; then review their diff."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    tests = "tests/architecture/test_access.py"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", tests]
    environment = {**os.environ, "YINGCAI_WRITE_ACCESS": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, check=False)  # noqa: S603
    print("review: git diff tests/architecture/access_*.csv")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
