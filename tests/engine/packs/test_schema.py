"""The schemas for editors accept what the loader accepts, and name the common mistakes."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.engine.packs.make import make_pack
from yingcai.engine.packs.document import load_document
from yingcai.engine.packs.kinds import KINDS, Kind, kind_of
from yingcai.engine.packs.schema import schema_of

PACKS = Path(__file__).parents[3] / "packs"


def as_json(value: Any) -> Any:
    """A value as an editor sees it: days are texts, numbers are numbers."""
    if isinstance(value, dict):
        return {name: as_json(part) for name, part in value.items()}
    if isinstance(value, list):
        return [as_json(part) for part in value]
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def faults(kind: str, value: Any) -> list[str]:
    validator = jsonschema.Draft202012Validator(schema_of(kind))
    return [error.message for error in validator.iter_errors(as_json(value))]


def checked(folder: Path) -> set[str]:
    """Validate every file of a pack; returns the kinds that were seen."""
    seen: set[str] = set()
    for path in sorted(folder.rglob("*.yaml")):
        name = path.relative_to(folder).as_posix()
        kind = kind_of(name)
        document, _ = load_document(path, name=name)
        assert kind is not None, name
        assert document is not None
        assert faults(kind.name, document.value) == [], name
        seen.add(kind.name)
    return seen


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_valid_json_schema(kind: str) -> None:
    schema = schema_of(kind)

    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert json.loads(json.dumps(schema)) == schema


@pytest.mark.parametrize("folder", sorted(PACKS.iterdir()), ids=lambda path: path.name)
def test_every_file_of_a_shipped_pack_fits_its_schema(folder: Path) -> None:
    assert {"pack", "units"} <= checked(folder)


def test_a_file_of_every_kind_fits_its_schema(tmp_path: Path) -> None:
    assert checked(make_pack(tmp_path / "pack")) == KINDS.keys() - {"story", "people", "subjects"}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("documents", {"documents": [{"id": "A B", "zh": "x", "read": "whole"}]}),
        ("documents", {"documents": [{"id": "a", "zh": "x", "read": "all"}]}),
        ("documents", {"documents": [{"id": "a", "zh": "x", "read": "whole", "pages": 1}]}),
        ("documents", {"documents": [{"id": "a", "read": "whole"}]}),
        ("documents", {"documents": [{"id": "a", "zh": " ", "read": "whole"}]}),
        ("documents", {"documents": [{"id": "a", "zh": "x", "read": "whole", "issued_on": "May"}]}),
        ("texts", {"Bad name": "x"}),
        ("texts", {"name": 5}),
        ("units", []),
    ],
)
def test_a_schema_refuses_what_the_loader_refuses(kind: str, value: Any) -> None:
    assert len(faults(kind, value)) == 1


def test_files_of_no_kind_have_none() -> None:
    assert kind_of("programmes/deep/a.yaml") is None
    assert isinstance(kind_of("programmes/a.yaml"), Kind)
