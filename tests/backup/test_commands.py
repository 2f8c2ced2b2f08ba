"""`backup` and `restore` as a person types them."""

from __future__ import annotations

import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from agenda.app import create_app
from agenda.cli import commands
from agenda.retention.erased_people import BOOK, Erasure, erasure_of, write_down
from tests.backup.conftest import NewPlace


def run(var: Path, *words: str) -> tuple[int, str, str]:
    """Give a command in the demonstration of this folder: its exit code, and what it wrote."""
    env = {"AGENDA_VAR": str(var), "AGENDA_DEMO": "1"}
    done = CliRunner().invoke(commands(create_app), words, env=env, input="")
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def loaded(difficult: NewPlace, tmp_path: Path) -> Path:
    """The folder of a demonstration of one's own."""
    return shutil.copytree(difficult("sqlite").folder, tmp_path / "var")


@pytest.fixture
def passphrase(tmp_path: Path) -> Path:
    file = tmp_path / "passphrase"
    file.write_text("een lange wachtzin\nen nog een regel\n")
    return file


def names(var: Path) -> list[str]:
    with sqlite3.connect(var / "agenda.sqlite") as connection:
        found = [name for (name,) in connection.execute("SELECT name FROM person ORDER BY id")]
    connection.close()
    return found


def test_a_sealed_backup_is_made_and_put_back(loaded: Path, tmp_path: Path, passphrase: Path) -> None:
    file, new = tmp_path / "backup.age", tmp_path / "new"
    code, out, err = run(loaded, "backup", str(file), "--passphrase-file", str(passphrase))
    assert (code, err) == (0, "")
    assert "sealed: yes" in out
    assert "AGENDA_SECRET_KEY" in out

    code, _, err = run(new, "restore", str(file))
    assert (code, "give --passphrase-file" in err) == (1, True)

    code, out, err = run(new, "restore", str(file), "--passphrase-file", str(passphrase))
    assert code == 0, err
    assert "AGENDA_SECRET_KEY is another one" in err
    assert "Nothing leaves until an administrator says so" in out
    assert names(new) == names(loaded)
    assert run(new, "tick")[1].count("delivered: 0") == 1


def test_what_is_held_is_discarded_and_released_from_the_command_line(loaded: Path, tmp_path: Path) -> None:
    file, new = tmp_path / "backup.tar", tmp_path / "new"
    assert run(loaded, "mail", "release", "--yes")[0] == 1
    run(loaded, "backup", str(file))
    run(new, "restore", str(file))
    code, out, _ = run(new, "mail", "discard", "--why", "al verstuurd", "--all")
    assert (code, "discarded: 2" in out) == (0, True)
    assert run(new, "mail", "discard", "--why", " ")[0] == 1
    # Nobody at the keyboard says that it is sure.
    assert run(new, "mail", "release")[0] == 1
    assert run(new, "mail", "release", "--yes")[0] == 0
    code, _, err = run(new, "mail", "release", "--yes")
    assert (code, "Nothing is held" in err) == (1, True)


def test_a_mistake_is_told_in_one_sentence_and_changes_nothing(
    loaded: Path, tmp_path: Path, passphrase: Path
) -> None:
    file = tmp_path / "backup.tar"
    assert run(loaded, "backup", str(file))[0] == 0
    before = names(loaded)
    (tmp_path / "short").write_text("kort\n")
    (tmp_path / "noise").write_bytes(b"\xff" * 20_000)
    (tmp_path / "people.csv").write_text("name;email;language\n" * 1_000)
    for words, told in (
        (("backup", str(file)), "is there already"),
        (("backup", str(tmp_path)), "is there already"),
        (("backup", str(tmp_path / "nowhere" / "x")), "cannot be written"),
        (("backup", str(tmp_path / "x"), "--passphrase-file", str(tmp_path / "short")), "at least 12"),
        (("backup", str(tmp_path / "x"), "--passphrase-file", str(tmp_path / "none")), "cannot be read"),
        (("backup", str(tmp_path / "x"), "--passphrase-file", str(tmp_path / "noise")), "cannot be read"),
        (("restore", str(file)), "is not empty"),
        (("restore", str(file), "--replace"), "give --yes"),
        (("backup", str(tmp_path / "x"), "--seal"), "give --passphrase-file"),
        (("restore", str(tmp_path / "none")), "cannot be read"),
        (("restore", str(tmp_path)), "cannot be read"),
        (("restore", str(tmp_path / "people.csv"), "--replace", "--yes"), "not whole"),
        (("restore", str(tmp_path / "noise"), "--replace", "--yes"), "not whole"),
        (("restore", "/dev/null", "--replace", "--yes"), "not whole"),
    ):
        code, _, err = run(loaded, *words)
        assert code == 1, words
        assert told in err, words
    assert names(loaded) == before
    assert not (tmp_path / "x").exists()


def test_whoever_was_erased_since_is_told_of(loaded: Path, tmp_path: Path) -> None:
    file, new = tmp_path / "backup.tar", tmp_path / "new"
    assert run(loaded, "backup", str(file))[0] == 0
    code, out, _ = run(new, "restore", str(file))
    assert (code, "There is no register of erasures" in out, "erased again: 0" in out) == (0, True, True)
    with sqlite3.connect(new / "agenda.sqlite") as connection:
        people = "SELECT id, email FROM person WHERE NOT administrator AND NOT room ORDER BY id LIMIT 2"
        (gone, address), (other, _) = connection.execute(people).fetchall()
    connection.close()
    secret, at = (new / "demo-secret").read_bytes(), datetime(2019, 2, 14, 12, 0, tzinfo=UTC)
    write_down(tmp_path, [erasure_of(secret, gone, [address], at), Erasure(other, at)])
    with (tmp_path / BOOK).open("a") as book:
        book.write('{"what": "per')
    code, out, err = run(new, "restore", str(file), "--replace", "--yes")
    assert (code, "erased again: 1" in out) == (0, True)
    assert f"/people/NUMBER/erase: {other}." in err
    assert "cannot be read: 1" in err
    assert sum(name.endswith("(verwijderd)") for name in names(new)) == 1


def test_a_folder_that_cannot_be_written_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    code, _, err = run(tmp_path / "file" / "var", "restore", str(tmp_path / "backup.tar"))
    assert (code, "AGENDA_VAR must be a folder" in err) == (1, True)


def test_a_database_that_is_behind_is_not_backed_up(tmp_path: Path) -> None:
    code, _, err = run(tmp_path / "none", "backup", str(tmp_path / "x"))
    assert (code, "db upgrade" in err) == (1, True)
    assert not (tmp_path / "x").exists()
