"""The site does not start without the keys of what it has sealed."""

from pathlib import Path
from typing import Any

import pytest

from yingcai.registry.tests.make import make_city, make_person
from yingcai.web.checks import sealed_values_can_be_opened

pytestmark = pytest.mark.django_db


def test_a_lost_key_file_refuses_the_start(settings: Any, tmp_path: Path) -> None:
    make_city()
    make_person()
    assert sealed_values_can_be_opened(databases=["default"]) == []
    settings.KEY_FILE = tmp_path / "lost"
    (problem,) = sealed_values_can_be_opened(databases=["default"])
    assert problem.id == "yingcai.E011"


def test_before_anything_is_sealed_no_file_is_needed(settings: Any, tmp_path: Path) -> None:
    settings.KEY_FILE = tmp_path / "new"
    assert sealed_values_can_be_opened(databases=["default"]) == []
    assert sealed_values_can_be_opened() == []
