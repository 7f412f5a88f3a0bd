"""The pack that these tests spoil."""

from pathlib import Path

import pytest

from tests.engine.packs.make import make_pack
from tests.engine.packs.make_clean import make_clean


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return make_pack(tmp_path / "pack")


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    return make_clean(tmp_path / "clean")
