"""JSON Schema of every kind of pack file, made from the shapes that the loader checks."""

from typing import Any

from yingcai.engine.packs.kinds import KINDS
from yingcai.engine.packs.shape import json_schema

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(kind: str) -> dict[str, Any]:
    """The schema of a kind by its name. Raises: KeyError."""
    found = KINDS[kind]
    return {"$schema": DIALECT, "title": found.pattern, **json_schema(found.shape)}


def file_name(kind: str) -> str:
    """What the schema's file is called."""
    return f"{kind}.schema.json"
