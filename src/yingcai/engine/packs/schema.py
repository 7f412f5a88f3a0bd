"""JSON Schema of every kind of pack file, made from the shapes that the loader checks."""

from typing import Any

from yingcai.engine.packs.kinds import KINDS
from yingcai.engine.packs.shape import (
    CITATION,
    DAY,
    MAX_EXPRESSION,
    MAX_TEXT,
    Dated,
    Expression,
    Figure,
    Flag,
    ListOf,
    Map,
    MapOf,
    Number,
    OneOrMany,
    Ref,
    Scalar,
    Source,
    Text,
)

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(kind: str) -> dict[str, Any]:
    """The schema of a kind by its name. Raises: KeyError."""
    found = KINDS[kind]
    return {"$schema": DIALECT, "title": found.pattern, **json_schema(found.shape)}


def file_name(kind: str) -> str:
    """What the schema's file is called."""
    return f"{kind}.schema.json"


def json_schema(shape: Any) -> dict[str, Any]:
    """The shape as JSON Schema (draft 2020-12), for editors."""
    schema: dict[str, Any] = _SCHEMAS[type(shape)](shape)
    return {"description": shape.about, **schema} if shape.about else schema


def _text_schema(shape: Text) -> dict[str, Any]:
    if shape.choices:
        return {"enum": list(shape.choices)}
    pattern = f"^{shape.pattern}$" if shape.pattern else r"\S"
    return {"type": "string", "maxLength": MAX_TEXT, "pattern": pattern}


def _list_schema(shape: ListOf) -> dict[str, Any]:
    least = int(shape.filled) if shape.size is None else shape.size
    most = {} if shape.size is None else {"maxItems": shape.size}
    return {"type": "array", "items": json_schema(shape.item), "minItems": least, **most}


def _map_schema(shape: Map) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {name: json_schema(field) for name, field in shape.fields.items()},
        "required": [name for name, field in shape.fields.items() if not field.optional],
        "additionalProperties": shape.open,
    }
    if shape.one_of:
        schema["oneOf"] = [{"required": [name]} for name in shape.one_of]
    return schema


def _map_of_schema(shape: MapOf) -> dict[str, Any]:
    return {
        "type": "object",
        "propertyNames": {"pattern": f"^({shape.pattern})$"},
        "additionalProperties": json_schema(shape.item),
    }


_SCHEMAS: dict[type, Any] = {
    Text: _text_schema,
    Number: lambda shape: {"type": "integer", "minimum": shape.minimum},
    Figure: lambda shape: {"type": "number", "minimum": 0},
    Flag: lambda shape: {"type": "boolean"},
    Dated: lambda shape: {"type": "string", "pattern": f"^{DAY}$"},
    Ref: lambda shape: {"type": "string", "minLength": 1},
    Source: lambda shape: {"type": "string", "pattern": f"^{CITATION}$"},
    Scalar: lambda shape: {
        "type": ["string", "number", "boolean", *(["null"] if shape.empty else [])]
    },
    Expression: lambda shape: {
        "type": ["string", "number", "boolean"],
        "maxLength": MAX_EXPRESSION,
    },
    ListOf: _list_schema,
    OneOrMany: lambda shape: {"anyOf": [json_schema(shape.item), json_schema(ListOf(shape.item))]},
    Map: _map_schema,
    MapOf: _map_of_schema,
}
