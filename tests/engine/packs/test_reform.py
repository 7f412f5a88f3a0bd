"""A draft as changed parameters: each way of naming one, and what cannot be changed."""

from datetime import date
from typing import Any

import pytest

from yingcai.engine.packs.reform import ParameterChange, changed, read_change
from yingcai.engine.rules.source_form import RuleSource, SourceFile

FEE: dict[str, Any] = {
    "programme": "agency-fee",
    "parameters": {
        "cap": {"value": "300000", "unit": "CNY"},
        "share": {
            "unit": "percent",
            "by": "case.applied_on",
            "values": [
                {"from": date(2018, 4, 13), "value": "30"},
                {"from": date(2020, 7, 25), "value": "25"},
            ],
        },
    },
}
RENT: dict[str, Any] = {
    "programme": "rent",
    "parameters": {"months": {"value": "6"}},
    "versions": [
        {"id": 2017, "parameters": {"cap": {"value": "1"}}},
        {"id": "2020", "parameters": {"cap": {"value": "2"}, "months": {"value": "7"}}},
        {"id": "2021"},
    ],
}
SOURCE = RuleSource(
    SourceFile("facts.yaml", {}),
    [SourceFile("agency-fee.yaml", FEE), SourceFile("rent.yaml", RENT)],
    domains={"divisions": []},
)


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("agency-fee.cap=500000", ParameterChange("agency-fee", "", "cap", "", "500000")),
        (" rent[2017].cap=1.5 ", ParameterChange("rent", "2017", "cap", "", "1.5")),
        ("p.x_1@2019-07-01=-3", ParameterChange("p", "", "x_1", "2019-07-01", "-3")),
        ("p[a b].x@2019-07-01=a=b", ParameterChange("p", "a b", "x", "2019-07-01", "a=b")),
        *[
            (text, None)
            for text in (
                "cap=5", "p.cap", "p.cap=", "p.cap=5 0", "P.cap=5", "p.Cap=5", "p[].cap=5",
                "p.cap@2019=5", "p.cap@2019-7-1=5", "",
            )
        ],
    ],
)  # fmt: skip
def test_how_a_change_is_written(text: str, change: ParameterChange | None) -> None:
    assert read_change(text) == change


def after(*texts: str) -> tuple[dict[str, Any], list[str]]:
    """The forms by programme, and the problems."""
    source, problems = changed(SOURCE, [one for text in texts if (one := read_change(text))])
    assert (source.facts, source.domains) == (SOURCE.facts, SOURCE.domains)
    assert [one.name for one in source.programmes] == ["agency-fee.yaml", "rent.yaml"]
    return {str(one.value["programme"]): one.value for one in source.programmes}, problems


def values(forms: dict[str, Any]) -> list[str]:
    """All values of parameters in order of the text."""
    holders = [holder for form in forms.values() for holder in (form, *form.get("versions", []))]
    parameters = [one for holder in holders for one in holder.get("parameters", {}).values()]
    return [entry["value"] for one in parameters for entry in one.get("values", [one])]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["agency-fee.cap=500000"], ["500000", "30", "25", "6", "1", "2", "7"]),
        (["agency-fee.share=20"], ["300000", "30", "20", "6", "1", "2", "7"]),
        (["agency-fee.share@2018-04-13=20"], ["300000", "20", "25", "6", "1", "2", "7"]),
        (["rent.cap=9"], ["300000", "30", "25", "6", "9", "9", "7"]),
        (["rent[2017].cap=9"], ["300000", "30", "25", "6", "9", "2", "7"]),
        (["rent.months=9"], ["300000", "30", "25", "9", "1", "2", "9"]),
        (["rent[2020].months=9"], ["300000", "30", "25", "6", "1", "2", "9"]),
        (
            ["rent.cap=9", "agency-fee.cap=8", "rent[2020].cap=7"],
            ["8", "30", "25", "6", "9", "7", "7"],
        ),
    ],
)
def test_what_is_changed(texts: list[str], expected: list[str]) -> None:
    before = values({"a": FEE, "b": RENT})
    forms, problems = after(*texts)

    assert (values(forms), problems) == (expected, [])
    assert values({"a": FEE, "b": RENT}) == before


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("gone.cap=1", "there is no programme `gone`"),
        ("agency-fee.top=1", "`agency-fee` has no parameter `top`; there is: cap, share"),
        ("rent.top=1", "`rent` has no parameter `top`; there is: cap, months"),
        ("rent[2021].cap=1", "`rent` has no parameter `cap`; there is: none"),
        ("rent[2019].cap=1", "`rent` has no version `2019`; there is: 2017, 2020, 2021"),
        ("agency-fee[1].cap=1", "`agency-fee` has no version `1`; there is: none"),
        ("agency-fee.share@2019-01-01=1", "`agency-fee.share` has no value from 2019-01-01"),
        ("agency-fee.cap@2019-01-01=1", "`agency-fee.cap` has no value from 2019-01-01"),
    ],
)
def test_what_cannot_be_changed(text: str, problem: str) -> None:
    forms, problems = after(text)

    assert problems == [problem]
    assert values(forms) == values({"a": FEE, "b": RENT})
