import pytest

from yingcai.registry.tests.make import make_city


@pytest.fixture
def city(db: None) -> None:
    make_city()
