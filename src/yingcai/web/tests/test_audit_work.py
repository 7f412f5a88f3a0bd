"""What ``yingcai audit …`` does, and the sealer's thread, in this process."""

import logging
import threading
from pathlib import Path

import pytest

from yingcai.audit.keys import key_file
from yingcai.audit.models import Event, Link, Root
from yingcai.audit.tests.make import make_events, make_sealed, own_folder
from yingcai.verifier import verify_audit
from yingcai.web import audit_work, rounds, sealer
from yingcai.web.commands import audit
from yingcai.web.sealer import Sealer, seal_round

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]
__all__ = ["own_folder"]
EMPTY = '{"audit_export":1,"made_at":"","from":null,"to":null,"first":1,"last":0,"newest":0,"before":null}\n'
END = '{"end":{"links":0,"unsealed":0,"roots":0}}\n'


class Told:
    """Collects what the operator is told."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.problems: list[str] = []

    def __call__(self, text: str, *, problem: bool = False) -> None:
        (self.problems if problem else self.lines).append(text)


@pytest.fixture
def told() -> Told:
    return Told()


def exported(folder: Path) -> Path:
    path = folder / "all.jsonl"
    assert audit_work.export(say=Told(), since=None, until=None, out=path) == 0
    return path


def test_what_was_taken_out_is_recorded_and_its_owners_alone(own_folder: Path) -> None:
    make_sealed((3,))

    path = exported(own_folder)

    event = Event.objects.get(action="audit.exported")
    assert event.details == {"rows": 3, "filter": {}, "positions": [1, 3]}
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in own_folder.glob("all*")] == ["all.jsonl"]


def test_a_file_that_cannot_be_written_is_said_and_nothing_is_recorded(
    own_folder: Path, told: Told
) -> None:
    make_sealed((3,))

    code = audit_work.export(say=told, since=None, until=None, out=own_folder / "no" / "a.jsonl")

    assert (code, len(told.problems)) == (1, 1)
    assert not Event.objects.filter(action="audit.exported").exists()


def test_without_rows_there_is_nothing_to_seal_and_no_root(told: Told) -> None:
    assert audit_work.seal(say=told) == 0
    assert audit_work.root(say=told, now=False) == 1
    assert audit_work.root(say=told, now=True) == 1
    assert told.lines == ["已封存 0 条。"]
    assert set(told.problems) == {"还没有封存任何审计记录，没有可公布的根。"}


def test_a_root_is_made_once_and_once_more_when_asked(own_folder: Path, told: Told) -> None:
    make_events(3)

    assert audit_work.root(say=told, now=False) == 0
    assert audit_work.root(say=told, now=False) == 0
    assert Root.objects.count() == 1
    assert audit_work.root(say=told, now=True) == 0
    assert Root.objects.count() == 2
    assert told.lines[1] == Root.objects.get(number=1).digest
    assert len((own_folder / "audit-roots" / "2018.jsonl").read_text().splitlines()) == 2


def test_what_two_keys_sealed_needs_both(
    own_folder: Path, told: Told, capsys: pytest.CaptureFixture[str]
) -> None:
    make_events(2)
    audit_work.seal(say=told)
    old = own_folder / "old.key"
    old.write_text(key_file().read_text())
    before = Told()
    audit_work.key(say=before, new=False)

    audit_work.key(say=told, new=True)

    audit_work.seal(say=told)
    path = str(exported(own_folder))
    assert len(before.lines) == 1
    assert verify_audit.main([path, "--key-file", str(key_file())]) == 0
    assert verify_audit.main([path, "--key-file", str(old)]) == 1
    assert f"sealed with key {told.lines[2]}" in capsys.readouterr().out


def test_a_lost_key_is_said_in_a_sentence(told: Told) -> None:
    make_sealed((2,))
    key_file().unlink()

    assert audit_work.seal(say=told) == 1
    assert "请从备份恢复" in told.problems[0]


def test_days_that_run_backwards_are_misuse() -> None:
    with pytest.raises(SystemExit) as stopped:
        audit.export(["--from", "2018-05-02", "--to", "2018-05-01", "--out", "x"])

    assert stopped.value.code == 2


@pytest.mark.parametrize(
    ("text", "options"),
    [
        (None, []),
        ("{\n", []),
        ("", []),
        (EMPTY, []),
        (EMPTY + END.replace("0", "1", 1), []),
        (EMPTY.replace("1", "2", 1) + END, []),
        (EMPTY + END, ["--key-file", "none"]),
        (EMPTY + END, ["--key-file", "all.jsonl"]),
        (EMPTY + END, ["--roots", "none"]),
    ],
)
def test_what_cannot_be_checked_is_no_finding(
    own_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    text: str | None,
    options: list[str],
) -> None:
    monkeypatch.chdir(own_folder)
    if text is not None:
        Path("all.jsonl").write_text(text, "utf-8")

    assert verify_audit.main(["all.jsonl", *options]) == 2
    assert "cannot be checked" in capsys.readouterr().err


def test_an_export_without_rows_is_in_order(own_folder: Path) -> None:
    (own_folder / "all.jsonl").write_text(EMPTY + END, "utf-8")

    assert verify_audit.main([str(own_folder / "all.jsonl")]) == 0


def test_a_printed_digest_must_be_that_of_a_root(
    own_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_sealed((2,))
    path, digest = str(exported(own_folder)), Root.objects.get().digest

    assert verify_audit.main([path, "--printed", f"{digest[:8]} {digest[8:16].upper()}"]) == 0
    assert verify_audit.main([path, "--printed", "0" * 16]) == 1
    assert "no root has a digest that begins with 0000000000000000" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        verify_audit.main([path, "--printed", digest[:8]])


def test_of_many_faults_some_are_listed_and_the_rest_counted(
    own_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_sealed((30,))
    path = exported(own_folder)
    path.write_text(path.read_text().replace('"object_id":"1', '"object_id":"9'), "utf-8")

    assert verify_audit.main([str(path), "--key-file", str(key_file())]) == 1

    said = capsys.readouterr().out
    assert said.count("记录在封存后被改动") == verify_audit.SHOWN
    assert "more of this kind (row-changed): 10" in said
    assert "30 found, the first at position 1 (event 3)" in said


def test_a_round_seals_makes_the_root_of_yesterday_and_publishes_it(own_folder: Path) -> None:
    make_events(4)

    assert seal_round(whole=False) == sealer.Done(sealed=4, published=1)
    assert seal_round(whole=False) == sealer.Done(sealed=0, published=0)
    assert str(Root.objects.get().day) == "2018-06-07"


def test_the_sealer_survives_errors_and_says_so_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(rounds, "connection", _Connection())
    broken = Sealer()
    make_sealed((1,))
    kept = key_file().read_text()
    key_file().unlink()
    make_events(2)
    with caplog.at_level(logging.WARNING, "yingcai.rounds"):
        broken.turn()
        broken.turn()
        key_file().write_text(kept)
        broken.turn()
        broken.turn()

    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]
    assert Link.objects.count() == 3
    assert _Connection.closed == 4


class _Connection:
    closed = 0

    def close(self) -> None:
        _Connection.closed += 1


def test_the_thread_goes_round_until_it_is_told_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []
    enough = threading.Event()

    def one_round(*, whole: bool) -> None:
        seen.append(whole)
        if len(seen) == 3:
            enough.set()

    monkeypatch.setattr(sealer, "seal_round", one_round)
    thread = Sealer(seconds=0.001)
    thread.start()

    assert enough.wait(5)
    thread.end()
    assert seen[:3] == [True, False, False]
    assert not thread.is_alive()


def test_nothing_runs_beside_tests_and_commands() -> None:
    running = {thread.name for thread in threading.enumerate()}
    assert running & {"audit-sealer", "event-sender"} == set()
