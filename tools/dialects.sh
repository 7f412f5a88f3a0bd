#!/usr/bin/env bash
# The decision query on PostgreSQL, ClickHouse and Spark, each compared with the oracle cell by cell.
# They are heavy (Spark needs Java), so they live in an environment of their own, and no other lane
# collects tests/dialects. Where: YINGCAI_DIALECTS_VENV, else .venv-dialects.
set -eu
cd "$(dirname "$0")/.."
venv=${YINGCAI_DIALECTS_VENV:-.venv-dialects}
command -v java >/dev/null || { echo "Spark needs Java 17 or later"; exit 1; }
test -x "$venv/bin/python" || "${PYTHON:-python3}" -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  -e ".[fast]" "chdb>=4.4,<5" "pyspark>=4.3,<5" "psycopg[binary]>=3.3" "pytest>=9" "pytest-timeout>=2.4"
# Warnings of Spark's and ClickHouse's own clients are not ours to mend; the root conftest needs Django.
exec "$venv/bin/python" -m pytest tests/dialects -m dialect -W default --confcutdir=tests/dialects \
  -p no:cacheprovider -o log_cli=true -o log_cli_level=INFO "$@"
