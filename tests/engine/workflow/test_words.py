"""Stages and refusals in words; the diagram as SVG."""

import re
from xml.etree import ElementTree

import pytest

from tests.engine.workflow.make import GRANT, make_workflow, shipped
from yingcai.engine.workflow import act, moves, reopening, run
from yingcai.engine.workflow.diagram import WIDTH, layout, measure, svg, wrapped
from yingcai.engine.workflow.model import ENDS, KINDS, ROLES, SYSTEM, UNITS
from yingcai.engine.workflow.moves import MOVES, Refusal
from yingcai.engine.workflow.reopening import CHANGE, REOPEN
from yingcai.engine.workflow.words import (
    KIND_WORDS,
    LANGUAGES,
    MOVE_WORDS,
    REFUSALS,
    ROLE_WORDS,
    UNIT_WORDS,
    Language,
    days_words,
    refusal_words,
    stage_lines,
)

FLOWS = shipped()[0]
ALL = [*FLOWS.values(), GRANT]
SVG = "{http://www.w3.org/2000/svg}"


def codes() -> set[str]:
    """Every code of a refusal that the engine gives."""
    found: set[str] = set()
    for module in (moves, act, reopening, run):
        assert module.__file__
        with open(module.__file__, encoding="utf-8") as file:  # noqa: PTH123
            found |= {*re.findall(r"Refusal\(\s*\"([a-z-]+)\"", file.read())}
    return found


def test_everything_has_its_words() -> None:
    assert {*KIND_WORDS} == {*KINDS}
    assert {*ROLE_WORDS} == {*ROLES, SYSTEM.role}
    assert {*UNIT_WORDS} == {*UNITS}
    assert {*MOVE_WORDS} == {*MOVES, REOPEN, CHANGE}
    assert len(codes()) > 20
    assert codes() - {*REFUSALS} == set()


@pytest.mark.parametrize("code", sorted(REFUSALS))
def test_a_refusal_is_one_sentence_in_each_language(code: str) -> None:
    for language, end in (("zh", "。"), ("en", ".")):
        told = refusal_words(GRANT, Refusal(code, "review"), language)  # type: ignore[arg-type]
        assert told.endswith(end)
        assert "{" not in told
        assert bool(re.search("[\u4e00-\u9fff]", told)) == (language == "zh")


def test_refusals_name_the_stage_the_reason_or_the_day() -> None:
    assert (
        refusal_words(GRANT, Refusal("acted", "review"), "zh") == "“初审”由同一个人办理过，须换人。"
    )
    assert refusal_words(GRANT, Refusal("paused", "site-visit"), "en") == (
        "The clock is stopped; start it again first: visit on the spot."
    )
    assert refusal_words(GRANT, Refusal("no-calendar", "2027"), "zh") == (
        "2027年放假安排尚未录入，不能判断是否期满。"
    )


def test_a_stage_is_told_line_by_line() -> None:
    units = {"qingyu": {"zh": "青屿县", "en": "Qingyu"}}

    assert stage_lines(GRANT, GRANT.by_name["joint"], "zh", units) == [
        "配合单位经办人",
        "时限5个工作日",
        "全部同意方通过，全部表态后计算",
        "下一步：公示",
        "不同意：不予补助",
        "可退回：初审、补正",
    ]
    assert stage_lines(GRANT, GRANT.by_name["repair"], "en", units) == [
        "applicant",
        "term: 10 working days",
        "back to: Intake, Review, Joint",
        "past the term: Withdrawn",
        "the clock of the whole stands still",
        "silence past the term counts as giving up",
        "the applicant may withdraw",
    ]
    assert stage_lines(GRANT, GRANT.by_name["review"], "en", units)[-2:] == [
        "reminders, working days before: 2, 1",
        "1 working day late: head, county is told",
    ]
    assert stage_lines(GRANT, GRANT.by_name["public"], "en", units)[3] == "objection upheld: Joint"
    assert stage_lines(GRANT, GRANT.by_name["decide"], "zh", units)[-1] == (
        "与“受理、初审、联审”不得为同一人"
    )
    assert stage_lines(GRANT, GRANT.by_name["done"], "zh", units) == []


def test_several_persons_of_a_seat_are_counted() -> None:
    flow = make_workflow(("{role: officer, unit: joint}", "{role: expert, count: 5}"))

    assert stage_lines(flow, flow.by_name["joint"], "zh", {})[0] == "5名评审专家"
    assert stage_lines(flow, flow.by_name["joint"], "en", {})[0] == "5 x expert"
    assert days_words(1, "en") == "1 working day"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("flow", ALL, ids=lambda flow: str(flow.name))
def test_the_diagram_is_svg_without_style_and_script_and_fits(
    flow: object, language: Language
) -> None:
    workflow = next(one for one in ALL if one is flow)
    text = svg(workflow, language, here=workflow.stages[2].name, passed=[workflow.stages[0].name])

    root = ElementTree.fromstring(text)  # noqa: S314 - our own text
    assert not re.search(r"style|script|\bon[a-z]+=|<!|&(?!amp;|lt;|gt;|quot;|#)", text)
    _, _, width, height = (int(part) for part in root.attrib["viewBox"].split())
    assert width == WIDTH
    for box in root.iter(f"{SVG}rect"):
        assert int(box.attrib["x"]) + int(box.attrib["width"]) <= width
        assert int(box.attrib["y"]) + int(box.attrib["height"]) <= height
    plan = layout(workflow, language, {})
    for one in plan.boxes:
        for line, size in (
            *((line, 15) for line in one.title),
            *((line, 13) for line in one.small),
        ):
            assert measure(line, size) <= plan.right - plan.left
    shown = [one.attrib["class"] for one in root.iter(f"{SVG}rect")]
    assert shown.count("yc-flow-here") == 1
    assert shown[0] == "yc-flow-passed"
    assert len(shown) == len(workflow.stages)
    # every way but those of withdrawal and termination has its line
    ways = {(stage.name, way) for stage in workflow.stages for way in workflow.onward(stage)}
    ways |= {(stage.name, way) for stage in workflow.stages for way in stage.return_to}
    refused = {stage.name for stage in workflow.stages if stage.refused_to}
    lines = [one.attrib["class"] for one in root.iter(f"{SVG}path")]
    assert lines.count("yc-flow-way") == len(ways)
    assert lines.count("yc-flow-refused") == len(refused)


def test_lanes_that_share_rows_stand_side_by_side() -> None:
    for workflow in ALL:
        lanes = layout(workflow, "zh", {}).lanes
        for i, one in enumerate(lanes):
            for other in lanes[i + 1 :]:
                if one.left == other.left and {*one.rows} & {*other.rows}:
                    assert one.place != other.place


def test_where_the_case_stands_is_marked_in_words_too() -> None:
    text = svg(GRANT, "zh", here="joint", passed=["intake"])

    assert "<title>补助申领：当前在“联审”</title>" in text
    assert "▶ 当前：联审" in text
    assert "✓ 受理" in text
    assert "Now: Joint" in svg(GRANT, "en", here="joint")
    assert "<title>Grant: now in “Joint”</title>" in svg(GRANT, "en", here="joint")
    assert "<title>Grant</title>" in svg(GRANT, "en")


def test_names_are_escaped() -> None:
    flow = make_workflow(("en: Intake", 'en: "<b> & co"'))

    assert "&lt;b&gt; &amp; co" in svg(flow, "en")


def test_text_breaks_at_blanks_or_between_characters() -> None:
    assert [*wrapped("one two three", 60, 13)] == ["one two", "three"]
    assert [*wrapped("部门联合审查", 40, 13)] == ["部门联", "合审查"]
    assert [*wrapped("", 40, 13)] == []
    assert {stage.kind for stage in GRANT.stages if stage.ends} <= {*ENDS}
