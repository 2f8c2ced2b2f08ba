"""A backup's file is there whole or not at all, and only its owner reads it."""

from __future__ import annotations

import fcntl
from pathlib import Path

import pytest

from agenda.backup.new_file import NotWritten, new_file


def test_it_has_its_name_only_once_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "backup.tar"
    with new_file(path) as file:
        file.write(b"inhoud")
        assert not path.exists()
    assert path.read_bytes() == b"inhoud"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["backup.tar"]


def test_an_error_leaves_nothing_and_keeps_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "backup.tar"
    path.write_bytes(b"eerder")
    with pytest.raises(RuntimeError), new_file(path, replace=True) as file:
        file.write(b"half")
        raise RuntimeError
    assert path.read_bytes() == b"eerder"
    assert [one.name for one in tmp_path.iterdir()] == ["backup.tar"]


def test_what_is_there_is_not_overwritten_unasked(tmp_path: Path) -> None:
    path = tmp_path / "backup.tar"
    path.write_bytes(b"eerder")
    with pytest.raises(NotWritten, match="is there already"), new_file(path):
        pass
    with new_file(path, replace=True) as file:
        file.write(b"later")
    assert path.read_bytes() == b"later"


def test_what_came_meanwhile_is_not_overwritten_either(tmp_path: Path) -> None:
    path = tmp_path / "backup.tar"
    with pytest.raises(NotWritten, match="is there already"), new_file(path) as file:
        file.write(b"half")
        path.write_bytes(b"van een ander")
    assert path.read_bytes() == b"van een ander"


def test_what_a_killed_attempt_left_is_taken_over(tmp_path: Path) -> None:
    left = tmp_path / "backup.tar.part"
    left.write_bytes(b"x" * 1_000)
    left.chmod(0o644)
    with new_file(tmp_path / "backup.tar") as file:
        assert left.stat().st_mode & 0o777 == 0o600
        file.write(b"nieuw")
    assert (tmp_path / "backup.tar").read_bytes() == b"nieuw"


def test_two_at_once_do_not_write_through_each_other(tmp_path: Path) -> None:
    with (tmp_path / "backup.tar.part").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(NotWritten, match="another backup"), new_file(tmp_path / "backup.tar"):
            pass
    assert (tmp_path / "backup.tar.part").exists()


@pytest.mark.parametrize("where", ["nowhere/backup.tar", "a-file/backup.tar"])
def test_a_place_that_cannot_be_written_is_told_in_words(tmp_path: Path, where: str) -> None:
    (tmp_path / "a-file").touch()
    with pytest.raises(NotWritten, match="cannot be written"), new_file(tmp_path / where):
        pass


def test_a_folder_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(NotWritten, match="is there already"), new_file(tmp_path / "folder", replace=True):
        pass
