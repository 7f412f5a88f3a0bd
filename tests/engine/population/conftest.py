"""A database for one test."""

from collections.abc import Iterator

import pytest

from tests.engine.population.make import Connection
from yingcai.engine.population.snapshot import workspace


@pytest.fixture
def db() -> Iterator[Connection]:
    with workspace(threads=2) as connection:
        yield connection
