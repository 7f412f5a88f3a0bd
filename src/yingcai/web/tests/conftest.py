"""An installation that tests of commands may change."""

import shutil
from pathlib import Path

import pytest

from yingcai.web.tests.processes import yingcai


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation brought up to date once; tests copy it."""
    folder = tmp_path_factory.mktemp("installation")
    made = yingcai(folder, "migrate")
    assert made.returncode == 0, made.stderr
    return folder


@pytest.fixture
def installation(fresh: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(fresh, tmp_path / "var"))
