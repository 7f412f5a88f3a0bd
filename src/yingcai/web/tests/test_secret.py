"""The signing key of an installation that was given none."""

from multiprocessing.pool import ThreadPool
from pathlib import Path

from yingcai.web.secret import secret_key


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    folder = tmp_path / "var"

    first = secret_key(folder)

    assert len(first) >= 50
    assert secret_key(folder) == first
    assert (folder / "secret.key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in folder.iterdir()] == ["secret.key"]


def test_all_who_start_at_once_read_the_same_key(tmp_path: Path) -> None:
    with ThreadPool(8) as pool:
        keys = pool.map(lambda _n: secret_key(tmp_path), range(8))

    assert len(set(keys)) == 1
    assert keys[0]
