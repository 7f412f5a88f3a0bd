"""Each test of the door starts without the memory of the one before."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _no_memory() -> None:
    cache.clear()
