"""A label that does not fit its text is refused, so that no gold can be wrong in silence."""

from pathlib import Path

import pytest

from tests.engine.reading.gold_loader import GoldError, load, load_all

TEXT = "一、目标\n到2030年，建成驿站3家、驿站3家。\n"
LABELS = """
source: {source}
header: {{}}
sections: [{{number: 一, title: 目标}}]
measures:
- {{number: 0, title: 目标, section: 一, start: 一、目标, lead: [], joint: [], targets: [{label}]}}
"""


def labelled(folder: Path, label: str) -> Path:
    """Write a text of one goal with one label and return the path of the labels."""
    text = folder / "plan.txt"
    text.write_text(TEXT, encoding="utf-8")
    path = folder / "plan.yaml"
    path.write_text(LABELS.format(source=text, label=label), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("{text: 建成书院3家, value: 3, unit: 家}", "stands 0 times"),
        ("{text: 驿站3家, value: 3, unit: 家}", "stands 2 times"),
        ("{text: 驿站3家, nth: 3, value: 3, unit: 家}", "stands 2 times"),
        ("{text: 建成驿站3家, value: 3.0, unit: 家}", "whole number or in quotes"),
        ("{text: 建成驿站3家, unit: 家}", "no value"),
        ("{text: 建成驿站3家, value: 3, unit: 家, comparator: '>'}", "does not exist"),
        ("{text: 建成驿站3家, value: 3, unit: 家, colour: red}", "unknown fields ['colour']"),
    ],
)
def test_a_label_that_does_not_fit_is_refused(tmp_path: Path, label: str, said: str) -> None:
    with pytest.raises(GoldError, match="plan") as refused:
        load(labelled(tmp_path, label))
    assert said in str(refused.value)


def test_a_label_finds_the_one_it_names(tmp_path: Path) -> None:
    gold = load(labelled(tmp_path, "{text: 驿站3家, nth: 2, value: 3, unit: 家}"))
    (item,) = gold.items("targets")
    assert item.span == (TEXT.rindex("驿站"), TEXT.rindex("。"))


def test_the_taizhou_labels_count_what_the_plan_is_known_to_hold() -> None:
    (gold,) = [gold for gold in load_all() if gold.name.startswith("taizhou")]
    assert len(gold.measures) == 31
    assert len(gold.items("targets")) == 110
    assert len(gold.items("coverage")) == 8
