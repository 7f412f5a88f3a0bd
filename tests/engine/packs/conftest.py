"""The pack that these tests spoil."""

from pathlib import Path

import pytest

from tests.engine.packs.make import make_pack


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return make_pack(tmp_path / "pack")
