"""Measure the rule engine and its peers side by side: `python benchmarks/rules/run.py --help`."""

import runpy
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

if __name__ == "__main__":
    sys.path[0] = str(ROOT)
    sys.path.insert(1, str(ROOT / "src"))
    runpy.run_module("benchmarks.rules.suite", run_name="__main__", alter_sys=True)
