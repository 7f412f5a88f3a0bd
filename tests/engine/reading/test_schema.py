"""The JSON of a reading keeps to the schema in the package."""

import json
import re
from importlib.resources import files
from typing import Any

import pytest

from tests.engine.reading.gold_loader import load_all
from tests.engine.reading.plans import ACTIONS, BRACKETED, TABLED, WEB
from yingcai.engine.reading import UnitNames, load_text, read_plan

SCHEMA: dict[str, Any] = json.loads(
    files("yingcai.engine.reading").joinpath("schema.json").read_text(encoding="utf-8")
)
TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


def faults(value: Any, schema: dict[str, Any], where: str = "$") -> list[str]:
    """Where ``value`` breaks ``schema``; the few keywords our schema uses."""
    if "$ref" in schema:
        return faults(value, SCHEMA["$defs"][schema["$ref"].rsplit("/", 1)[1]], where)
    if "anyOf" in schema:
        return (
            [] if any(not faults(value, s, where) for s in schema["anyOf"]) else [f"{where}: anyOf"]
        )
    if "enum" in schema:
        return [] if value in schema["enum"] else [f"{where}: {value!r}"]
    named = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    is_flag = isinstance(value, bool) and "boolean" not in named
    if is_flag or not isinstance(value, tuple(t for name in named for t in TYPES[name])):
        return [f"{where}: {type(value).__name__} is not {named}"]
    return [*_inside(value, schema, where)]


def _inside(value: Any, schema: dict[str, Any], where: str) -> list[str]:
    if isinstance(value, dict):
        found = [f"{where}.{key}" for key in set(value) ^ set(schema["required"])]
        for key in set(value) & set(schema["properties"]):
            found += faults(value[key], schema["properties"][key], f"{where}.{key}")
        return found
    if isinstance(value, list):
        count = len(value)
        wrong = not schema.get("minItems", 0) <= count <= schema.get("maxItems", count)
        found = [f"{where}: {count} items"] if wrong else []
        return found + [
            f for i, v in enumerate(value) for f in faults(v, schema["items"], f"{where}[{i}]")
        ]
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        return [f"{where}: {value!r} against {schema['pattern']}"]
    return []


TEXTS = [BRACKETED, ACTIONS, WEB, TABLED, *(gold.text for gold in load_all())]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_readings_keep_to_the_schema(text: str) -> None:
    loaded = load_text(text.encode(), name="plan.txt")
    reading = read_plan(loaded.text, units=UnitNames({"市科技局": "science"}), source=loaded.source)

    assert faults(json.loads(reading.as_json()), SCHEMA) == []


def test_the_check_itself_finds_faults() -> None:
    document = json.loads(read_plan(BRACKETED).as_json())
    document["measures"][1]["targets"][0]["comparator"] = "=>"
    del document["header"]["title"]

    assert sorted(faults(document, SCHEMA)) == [
        "$.header.title",
        "$.measures[1].targets[0].comparator: '=>'",
    ]


def test_a_fraction_is_a_number_in_json() -> None:
    reading = read_plan(
        BRACKETED.replace("新建实验室5家以上", "面积达到1.25万平方米，占比达到3.5%")
    )

    values = [t["value"] for t in json.loads(reading.as_json())["measures"][2]["targets"]]

    assert values == [12500, 3.5, 2]
