"""The examples in docstrings of the rules are true."""

import doctest
import importlib
import pkgutil

import pytest

import yingcai.engine.rules

MODULES = [
    found.name
    for found in pkgutil.walk_packages(yingcai.engine.rules.__path__, "yingcai.engine.rules.")
]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_hold(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_there_are_examples() -> None:
    finder = doctest.DocTestFinder()
    modules = [importlib.import_module(name) for name in MODULES]
    found = [one for module in modules for one in finder.find(module) if one.examples]
    assert len(found) >= 4
