"""Every column of the database has a class: public, internal, personal, sensitive (data_classes.csv).

A new column fails here until somebody has thought about it: add its line. `kept` says how: `plain`,
`sealed` (under the subject's key), `digest` (keyed, cannot be turned back), `code` (a number or date
that tells nothing of a person alone).
"""

import csv
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

FILE = Path(__file__).with_name("data_classes.csv")
APPS = ("audit", "identity", "plan", "registry", "cases", "reporting")
CLASSES = ("public", "internal", "personal", "sensitive")
KEPT = ("plain", "sealed", "digest", "code")


def listed() -> dict[str, tuple[str, str]]:
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = {row["column"]: (row["class"], row["kept"]) for row in rows}
    assert len(found) == len(rows), "a column is there twice"
    return found


def columns() -> dict[str, models.Field]:  # type: ignore[type-arg]
    return {
        f"{model._meta.label}.{field.name}": field
        for app in APPS
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.concrete_fields
    }


def test_every_column_has_a_class_and_no_line_is_of_none() -> None:
    assert sorted(set(columns()) - set(listed())) == [], "add a line to data_classes.csv"
    assert sorted(set(listed()) - set(columns())) == [], "no such column any more"


def test_classes_and_ways_of_keeping_are_known_words() -> None:
    wrong = {
        name: row for name, row in listed().items() if row[0] not in CLASSES or row[1] not in KEPT
    }
    assert wrong == {}


def test_what_is_sensitive_is_never_plain() -> None:
    plain = [name for name, row in listed().items() if row[0] == "sensitive" and row[1] == "plain"]
    assert plain == []


@pytest.mark.parametrize("name", [name for name, row in listed().items() if row[1] == "sealed"])
def test_what_is_sealed_is_bytes(name: str) -> None:
    assert isinstance(columns()[name], models.BinaryField)


def test_bytes_are_sealed() -> None:
    """No column of bytes holds something that nobody looked at; what everybody may read need not be."""
    binary = {name for name, field in columns().items() if isinstance(field, models.BinaryField)}
    public = {name for name in binary if listed()[name] == ("public", "plain")}
    assert binary - public == {name for name, row in listed().items() if row[1] == "sealed"}
