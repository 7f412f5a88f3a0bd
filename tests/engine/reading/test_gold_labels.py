"""Labels that do not fit the plan are told, all at once; a score counts what was read too much."""

from decimal import Decimal
from pathlib import Path

import pytest

from tests.engine.reading.plans import BRACKETED
from yingcai.engine.reading import ReadingError, read_plan
from yingcai.engine.reading.gold import Gold, load_gold, plan_of
from yingcai.engine.reading.score import score

GOLD = """source: plan.txt
measures:
- number: 1
  title: 引进领军人才
  lead: [市委组织部]
  joint: [市科技局]
  targets:
  - {text: 引进领军人才30名, value: 30, unit: 名}
"""


def gold(tmp_path: Path, labels: str, text: str = BRACKETED) -> Gold:
    path = tmp_path / "labels.yaml"
    path.write_text(labels, encoding="utf-8")
    return load_gold(path, text)


def refused(tmp_path: Path, labels: str) -> ReadingError:
    with pytest.raises(ReadingError) as refusal:
        gold(tmp_path, labels)
    assert refusal.value.where == str(tmp_path / "labels.yaml")
    return refusal.value


def test_every_label_that_is_not_in_the_plan_is_named(tmp_path: Path) -> None:
    labels = GOLD.replace("30名", "31名") + "- {number: 2, title: 修建高楼}\n"

    assert refused(tmp_path, labels).what == (
        "计划里找不到这些标注：修建高楼；措施 1 “引进领军人才31名”"
    )


@pytest.mark.parametrize(
    ("labels", "what"),
    [
        ("[", "读不出标注文件"),
        ("- 1", "这不是标注文件，没有 measures 一项"),
        ("measures: 3", "这不是标注文件，没有 measures 一项"),
    ],
)
def test_what_is_no_file_of_labels(tmp_path: Path, labels: str, what: str) -> None:
    assert refused(tmp_path, labels).what == what


def test_a_value_that_is_no_number_is_kept_as_it_is_printed(tmp_path: Path) -> None:
    (label,) = gold(tmp_path, GOLD.replace("value: 30", "value: 三十")).measures[0].labels

    assert label.fields == {"value": "三十", "unit": "名"}


@pytest.mark.parametrize("source", ["source: gone.txt\n", ""])
def test_a_plan_that_cannot_be_found(tmp_path: Path, source: str) -> None:
    path = tmp_path / "labels.yaml"
    path.write_text(GOLD.replace("source: plan.txt\n", source), encoding="utf-8")

    with pytest.raises(ReadingError, match="找不到标注所依据的计划文件"):
        plan_of(path)


def test_a_measure_that_nobody_labelled_is_a_false_find(tmp_path: Path) -> None:
    result = score(read_plan(BRACKETED), gold(tmp_path, GOLD))

    assert result.measures.false == ["labels 措施 2"]
    assert result.measures.missed == []
    assert len(result.kinds["targets"].false) == 2
    assert result.kinds["targets"].hits == 1
    assert result.units.false == ["labels 措施 2 市科技局 lead"]


def test_a_measure_that_was_not_read_is_missed(tmp_path: Path) -> None:
    labels = GOLD + "- {number: 3, title: 举办论坛, lead: [市科协], start: 每年举办论坛}\n"

    result = score(read_plan(BRACKETED), gold(tmp_path, labels))

    assert result.measures.missed == ["labels 措施 3"]
    assert result.measures.hits == 2
    assert result.units.missed == ["labels 措施 3 市科协 lead"]
    assert [t.value for t in read_plan(BRACKETED).measures[1].targets] == [Decimal(30)]
