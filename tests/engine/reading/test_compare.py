"""What changed between two editions of a plan."""

from dataclasses import replace

from tests.engine.reading.plans import BRACKETED
from yingcai.engine.reading import Change, compare, read_plan


def changes(new: str) -> list[Change]:
    return compare(read_plan(BRACKETED), read_plan(new))


def told(found: list[Change]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(change.what, change.how, change.fields) for change in found]


def test_the_same_text_has_no_changes() -> None:
    assert changes(BRACKETED) == []


def test_only_blanks_and_width_changed() -> None:
    assert changes(BRACKETED.replace("30名", " ３０ 名").replace("市科技局", "市 科技局")) == []


def test_a_changed_value() -> None:
    (change,) = changes(BRACKETED.replace("30名", "50名以上"))

    assert (change.what, change.how, change.fields) == (
        "targets",
        "changed",
        ("value", "comparator"),
    )
    assert (change.old.value, change.new.value, change.new_measure) == (30, 50, 1)


def test_a_target_that_is_named_more_closely_is_the_same_target() -> None:
    (change,) = changes(BRACKETED.replace("领军人才30名", "领军型人才30名"))

    assert (change.what, change.how, change.fields) == ("targets", "changed", ("subject",))
    assert (change.old.subject, change.new.subject) == ("领军人才", "领军型人才")


def test_an_added_and_a_removed_target() -> None:
    found = changes(BRACKETED.replace("每年举办论坛2场", "建设公寓300套"))

    assert told(found) == [("targets", "added", ()), ("targets", "removed", ())]


def test_a_unit_came_and_a_unit_went() -> None:
    found = changes(BRACKETED.replace("市委组织部、市科技局", "市委组织部、市财政局"))

    assert [(c.how, (c.new or c.old).name) for c in found] == [
        ("added", "市财政局"),
        ("removed", "市科技局"),
    ]


def test_a_unit_changed_its_role() -> None:
    found = changes(BRACKETED.replace("市委组织部、市科技局", "市科技局、市委组织部"))

    assert told(found) == [("unit", "changed", ("role",)), ("unit", "changed", ("role",))]


def test_a_measure_that_moved_is_matched_by_its_title() -> None:
    inserted = BRACKETED.replace("1. ", "2. ").replace("2. 建", "3. 建")
    new = inserted.replace("2. 引", "1. 优化服务。建设公寓100套。（责任单位：市建设局）\n\n2. 引")

    found = changes(new)

    assert [
        (c.how, c.old_measure, c.new_measure, c.fields) for c in found if c.what == "measure"
    ] == [
        ("added", None, 1, ()),
        ("changed", 1, 2, ("number",)),
        ("changed", 2, 3, ("number",)),
    ]
    assert told([c for c in found if c.what == "targets"]) == [("targets", "added", ())]


def test_a_removed_measure_takes_its_items_with_it() -> None:
    found = changes(BRACKETED[: BRACKETED.index("2. 建设平台")])

    assert told(found) == [
        ("measure", "removed", ()),
        ("unit", "removed", ()),
        ("targets", "removed", ()),
        ("targets", "removed", ()),
    ]


def test_the_same_words_under_another_subject_are_no_change() -> None:
    text = "某市计划（2021-2023）\n\n一、任务\n\n1. 引才。遴选100名新生代企业家结对培养，引进博士50名。\n"
    old = read_plan(text)
    measure = next(one for one in old.measures if one.number == 1)
    renamed = replace(measure.targets[0], subject="结对培养的企业家")
    corrected = replace(
        old,
        measures=tuple(
            replace(one, targets=(renamed, *one.targets[1:])) if one is measure else one
            for one in old.measures
        ),
    )
    assert compare(corrected, old) == []


def test_a_measure_renamed_in_part_is_the_same_measure() -> None:
    text = "某市计划（2021-2023）\n\n一、任务\n\n1. 加快引才聚才。引进博士50名。\n\n2. 服务人才。建房300套。\n"
    new = text.replace("加快引才聚才。", "大力加快引才聚才步伐。").replace("50名", "60名")
    found = compare(read_plan(text), read_plan(new))
    assert told(found) == [
        ("measure", "changed", ("title",)),
        ("targets", "changed", ("value",)),
    ]


def test_goals_that_are_gone_are_not_taken_for_a_renamed_measure() -> None:
    goals = "一、总体目标\n\n到2023年，引进博士900名。\n\n"
    rest = "二、任务\n\n1. 服务人才。建房300套。\n"
    old = read_plan(f"某市计划（2021-2023）\n\n{goals}{rest}")
    kept = [measure for measure in old.measures if measure.number != 0]
    new = replace(old, measures=(replace(kept[0], title="另外的事"),))
    assert [
        (change.what, change.how) for change in compare(old, new) if change.what == "measure"
    ] == [
        ("measure", "added"),
        ("measure", "removed"),
        ("measure", "removed"),
    ]
