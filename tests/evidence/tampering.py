"""G39: somebody with all rights over the database changes the sealed audit; the verifier must say where."""

import tempfile
from pathlib import Path

from django.test import override_settings

from yingcai.audit.keys import key_file
from yingcai.audit.tests.drill import taken_apart
from yingcai.audit.tests.make import export, make_sealed
from yingcai.audit.tests.test_tamper_drill import missed
from yingcai.verifier import verify_audit

COUNT = 160  # each kind ten times; the drill itself makes 2,000


def tamper_faults() -> list[str]:
    """The ways to tamper that the verifier overlooks, or places wrongly."""
    with tempfile.TemporaryDirectory() as folder, override_settings(DATA_DIR=Path(folder)):
        make_sealed((9, 8, 8))
        whole, keys = taken_apart(export()), verify_audit.read_keys(key_file())
        return list(missed(whole, keys, count=COUNT))
