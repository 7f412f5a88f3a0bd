"""The commands of an operator, run as he runs them: in processes of their own."""

import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from yingcai.web.tests.processes import command, environment, free_port, yingcai

pytestmark = pytest.mark.xdist_group("installation")  # it is made once for all of them


def test_a_fresh_installation_has_no_error_and_is_told_what_duty_asks(installation: Path) -> None:
    done = yingcai(installation, "check", "--deploy")

    assert done.returncode == 0, done.stderr
    assert "0 errors" in done.stderr
    assert "yingcai.W003" in done.stderr
    assert "等保三级" in done.stderr


def test_an_empty_database_is_not_served_and_the_way_out_is_named(tmp_path: Path) -> None:
    done = yingcai(tmp_path, "serve", "--port", "1")

    assert done.returncode == 1
    assert "yingcai migrate" in done.stderr
    assert "Traceback" not in done.stderr


def test_migrate_puts_back_a_lost_trigger(installation: Path) -> None:
    drop = 'DROP TRIGGER "append_only_audit_event_update"'
    code = f"import sqlite3; sqlite3.connect('yingcai.sqlite3').execute('{drop}')"
    subprocess.run([sys.executable, "-c", code], cwd=installation, check=True)  # noqa: S603
    refused = yingcai(installation, "check")

    mended = yingcai(installation, "migrate")

    assert (refused.returncode, mended.returncode) == (1, 0)
    assert "yingcai.E007" in refused.stderr
    assert "audit_event" in mended.stderr
    assert yingcai(installation, "check").returncode == 0


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("YINGCAI_PROXIES", "many"),
        ("YINGCAI_PASSWORD_PROFILE", "easy"),
        ("YINGCAI_DATABASE_URL", "mysql://localhost/city"),
    ],
)
def test_a_wrong_setting_is_named_and_nothing_starts(
    tmp_path: Path, variable: str, value: str
) -> None:
    done = yingcai(tmp_path, "serve", **{variable: value})

    assert done.returncode == 2
    assert variable in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_does_not_answer_is_said_in_a_sentence(installation: Path) -> None:
    address = "postgresql://nobody@127.0.0.1:9/city"

    done = yingcai(installation, "serve", YINGCAI_DATABASE_URL=address)

    assert done.returncode == 1
    assert "连接不上数据库" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_first_account_is_opened_with_a_password_shown_once(installation: Path) -> None:
    done = yingcai(installation, "createuser", "meng", "--name", "孟某")

    assert done.returncode == 0, done.stderr
    assert "临时密码" in done.stdout
    again = yingcai(installation, "createuser", "meng", "--name", "孟某")
    assert again.returncode == 1
    assert "已经有人使用" in again.stderr


def test_an_account_with_a_wrong_role_is_not_half_made(installation: Path) -> None:
    refused = yingcai(installation, "createuser", "lin", "--name", "林某", "--role", "head")

    assert refused.returncode == 1
    assert "须指明单位" in refused.stderr
    retried = yingcai(installation, "createuser", "lin", "--name", "林某")
    assert retried.returncode == 0


def test_manage_hands_over_to_django(installation: Path) -> None:
    done = yingcai(installation, "manage", "version")

    assert (done.returncode, done.stdout[:2]) == (0, "5.")


@pytest.mark.parametrize("port", ["0", "65536", "x"])
def test_a_port_that_is_none_is_misuse(tmp_path: Path, port: str) -> None:
    done = yingcai(tmp_path, "serve", "--port", port)

    assert done.returncode == 2
    assert "1 to 65535" in done.stderr


def test_a_port_in_use_is_said_with_the_way_out(installation: Path) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        done = yingcai(installation, "serve", "--port", str(port))

    assert done.returncode == 1
    assert f"--port {port + 1}" in done.stderr


def test_serve_answers_on_this_machine_and_stops_when_asked(installation: Path) -> None:
    port = free_port()
    server = subprocess.Popen(  # noqa: S603
        command("serve", "--port", str(port)),
        env=environment(installation),
        cwd=installation,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        status, length = answer(f"http://127.0.0.1:{port}/accounts/login/")
    finally:
        server.send_signal(signal.SIGINT)
        _output, errors = server.communicate(timeout=30)

    assert status == 200
    assert length > 1000
    assert server.returncode == 0, errors.decode()


def answer(address: str) -> tuple[int, int]:
    """Status and length of the first answer, within half a minute."""
    for _attempt in range(150):
        try:
            with urllib.request.urlopen(address, timeout=10) as page:  # noqa: S310
                return page.status, len(page.read())
        except OSError:
            time.sleep(0.2)
    return 0, 0
