"""Add up the lanes' test reports and print one line: ``N passed, N failed``."""

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path


def main(folder: str, failed_lanes: str) -> int:
    passed = failed = 0
    for path in sorted(Path(folder).glob("*.xml")):
        for suite in ElementTree.parse(path).getroot().iter("testsuite"):  # noqa: S314  # our own file
            bad = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
            failed += bad
            passed += int(suite.get("tests", 0)) - bad - int(suite.get("skipped", 0))
    # A lane that fell over without a failing test (set-up, lint) still counts as a failure.
    failed = max(failed, int(failed_lanes))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
