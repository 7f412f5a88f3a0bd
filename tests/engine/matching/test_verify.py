"""What a panel publishes leads to its result again; every line that was changed is found."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from tests.engine.matching.panels import conflict, empty_panel, next_round, scored
from yingcai.engine.cli import main
from yingcai.engine.matching.files import NotReadable, Published, read, written
from yingcai.engine.matching.verify import differences


@pytest.fixture(scope="module")
def panel() -> Published:
    """Nine experts, thirty projects; one conflict came up late, one project was withdrawn."""
    first = next_round(empty_panel())
    late = first.assignment[0]
    shut = conflict(first, late.project, late.expert)
    projects = [one._replace(left=2) if one.name == "30" else one for one in shut.projects]
    return scored(next_round(replace(shut, projects=tuple(projects))))


def put(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def changed(panel: Published, name: str, line: int, text: str) -> dict[str, bytes]:
    """The published files with one line changed (from 1), or taken out."""
    files = written(panel)
    lines = files[name].decode().splitlines()
    lines[line - 1 : line] = [text] if text else []
    return {**files, name: ("\n".join(lines) + "\n").encode()}


def test_the_files_say_what_the_panel_was(panel: Published) -> None:
    assert read(written(panel)) == panel
    assert differences(panel) == []
    assert (len(panel.sheets), len(panel.ranking), len(panel.order)) == (145, 29, 10)
    assert {one.round for one in panel.assignment} == {1, 2}


def test_the_command_says_equal(
    panel: Published, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["panel", "verify", str(put(tmp_path, written(panel)))]) == 0
    assert (
        capsys.readouterr().out
        == "✓ 一致 equal: 创业项目评审, 29 个项目 projects, 145 份评分 sheets\n"
    )


def test_an_archive_is_read_as_a_folder_is(panel: Published, tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in written(panel).items():
            archive.writestr(name, data)
    (tmp_path / "panel.zip").write_bytes(buffer.getvalue())
    assert main(["panel", "verify", str(tmp_path / "panel.zip")]) == 0


def test_a_changed_point_is_found_in_the_ranking(
    panel: Published, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    best = panel.ranking[0].project
    lines = written(panel)["sheets.csv"].decode().splitlines()
    line = next(
        n for n, one in enumerate(lines, 1) if one.startswith(f"{best},") and ",novelty," in one
    )
    files = changed(panel, "sheets.csv", line, lines[line - 1].rpartition(",")[0] + ",1")

    assert main(["panel", "verify", str(put(tmp_path, files))]) == 1
    told = capsys.readouterr().out
    assert "✗ ranking.csv:2: " in told
    assert told.endswith("处不一致 lines differ\n")


def test_a_changed_rank_is_found(panel: Published) -> None:
    row = written(panel)["ranking.csv"].decode().splitlines()[4]
    rank, project, _score, *rest = row.split(",")
    files = changed(panel, "ranking.csv", 5, ",".join((rank, project, "99.0000", *rest)))
    there = ",".join((rank, project, "99.0000", *rest))
    assert differences(read(files)) == [("ranking.csv", 5, there, row)]


def test_an_assignment_by_hand_is_found_with_what_the_seed_gives(panel: Published) -> None:
    line, one, free = next(
        (line, one, pair.expert)
        for line, one in enumerate(panel.assignment, 2)
        for pair in panel.pairs
        if pair.project == one.project
        if all((g.project, g.expert) != pair[:2] for g in panel.assignment)
    )
    right = f"1,{one.project},{one.expert}"
    files = changed(panel, "assignment.csv", line, f"1,{one.project},{free}")
    found = [row for row in differences(read(files)) if row[0] == "assignment.csv"]
    assert found[0] == ("assignment.csv", line, f"1,{one.project},{free}", right)


def test_a_row_that_is_missing_and_one_too_many_are_found(panel: Published) -> None:
    one = panel.assignment[3]
    gone = read(changed(panel, "assignment.csv", 5, ""))
    assert ("assignment.csv", 151, "", f"1,{one.project},{one.expert}") in differences(gone)
    twice = replace(panel, assignment=(*panel.assignment, panel.assignment[-1]._replace(round=3)))
    assert differences(twice)[0][:2] == ("assignment.csv", len(panel.assignment) + 2)


def test_an_expert_with_a_conflict_from_the_beginning_is_no_pair(panel: Published) -> None:
    stranger = panel.assignment[0]._replace(expert="E99")
    found = differences(replace(panel, assignment=(stranger, *panel.assignment[1:])))
    assert found[0] == ("assignment.csv", 2, f"1,{stranger.project},E99", "")


def test_a_round_that_could_not_be_assigned_is_found(panel: Published) -> None:
    poor = replace(panel, experts=tuple(one._replace(limit=1) for one in panel.experts))
    assert differences(poor)[0] == (
        "assignment.csv",
        2,
        ",".join(map(str, panel.assignment[0])),
        "",
    )


def test_a_sheet_of_who_was_not_assigned_is_found(panel: Published) -> None:
    late = panel.assignment[0]  # his sheet was set aside
    extra = panel.sheets[0]._replace(project=late.project, expert=late.expert)
    found = differences(replace(panel, sheets=(extra, *panel.sheets)))
    assert found == [("sheets.csv", 2, f"{late.project},{late.expert}", "")]


def test_points_beyond_the_sheet_are_found(panel: Published) -> None:
    one = panel.sheets[1]
    wrong = one._replace(points={**one.points, "novelty": 61, "luck": 1})
    found = differences(replace(panel, sheets=(panel.sheets[0], wrong, *panel.sheets[2:])))
    assert found == [
        ("sheets.csv", 6, f"{one.project},{one.expert},luck,1", ""),
        ("sheets.csv", 6, f"{one.project},{one.expert},novelty,61", "0-60"),
    ]


def test_an_order_that_was_not_drawn_is_found(panel: Published) -> None:
    first, second, *rest = panel.order
    found = differences(replace(panel, order=(second, first, *rest)))
    assert found == [
        ("order.csv", 2, f"1,{second}", f"1,{first}"),
        ("order.csv", 3, f"2,{first}", f"2,{second}"),
    ]


def test_a_project_without_enough_ranks_is_found(panel: Published) -> None:
    last = written(panel)["ranking.csv"].decode().splitlines()[-1]
    assert differences(replace(panel, ranking=panel.ranking[:-1])) == [
        ("ranking.csv", 30, "", last)
    ]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("panel.json", b"{", "panel.json"),
        ("panel.json", b'{"form": "other"}', "panel.json"),
        ("panel.json", b'{"form": "yingcai-panel/1", "seed": "s", "method": {"items": [1]}}', "panel.json"),
        ("pairs.csv", b"project,expert\n", "pairs.csv:1"),
        ("pairs.csv", b"\xff", "pairs.csv"),
        ("pairs.csv", b"", "pairs.csv:1"),
        ("pairs.csv", b"project,expert,fits,closed\n1,2\n", "pairs.csv:2"),
        ("experts.csv", b"expert,limit,since\nE1,x,1\n", "experts.csv: x"),
        ("ranking.csv", b"rank,project,score,spread,disagree,vetoed,low,high,admitted\n1,1,x,1,1,1,1,1,1\n", "ranking.csv: x"),
    ],
)  # fmt: skip
def test_what_is_no_file_of_a_panel_is_named(
    panel: Published, name: str, text: bytes, told: str
) -> None:
    with pytest.raises(NotReadable, match=told):
        read({**written(panel), name: text})


def test_a_file_that_is_missing_is_misuse(
    panel: Published, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = written(panel)
    del files["order.csv"]
    assert main(["panel", "verify", str(put(tmp_path, files))]) == 2
    assert "order.csv" in capsys.readouterr().err
    assert main(["panel", "verify", str(tmp_path / "none.zip")]) == 2
