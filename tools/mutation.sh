#!/usr/bin/env bash
# Mutation testing of the rule compiler: small faults are put in, one at a time; the tests must notice.
# In an environment of its own and on a copy (var/mutation), since it rewrites sources. Some 20 minutes.
#   tools/mutation.sh [MINIMUM]      exit 1 when fewer than MINIMUM percent (85) are noticed
set -eu
cd "$(dirname "$0")/.."
least=${1:-85}
work=var/mutation
venv=${YINGCAI_MUTATION_VENV:-.venv-mutation}
test -x "$venv/bin/python" || "${PYTHON:-python3}" -m venv "$venv"
install=("$venv/bin/python" -m pip install --quiet --disable-pip-version-check)
"${install[@]}" -r requirements.lock
"${install[@]}" "mutmut>=3.8,<4" # has no hash in the lock, so it goes alone
rm -rf "$work" && mkdir -p "$work" && git ls-files -z | xargs -0 cp --parents -t "$work"
bin=$(cd "$venv/bin" && pwd)
cd "$work"
PYTHONPATH=src "$bin/mutmut" run --max-children "${JOBS:-2}" >mutation.log 2>&1 || true
"$bin/mutmut" results --all true >results.txt 2>/dev/null || true
"$bin/python" - "$least" <<'PYTHON'
import collections
import pathlib
import sys

told = [line.rsplit(": ", 1) for line in pathlib.Path("results.txt").read_text("utf-8").splitlines()]
counts = collections.Counter(one[1] for one in told if len(one) == 2)
noticed = counts["killed"] + counts["timeout"] + counts["caught by type check"]
tried = noticed + counts["survived"] + counts["suspicious"] + counts["no tests"]
for name, verdict in (one for one in told if len(one) == 2):
    if verdict in ("survived", "no tests"):
        print(f"{verdict}: {name.strip()}")
share = 100 * noticed / tried if tried else 0
print(f"{noticed} of {tried} faults noticed: {share:.1f} %  ({dict(counts)})")
sys.exit(0 if tried and share >= float(sys.argv[1]) else 1)
PYTHON
