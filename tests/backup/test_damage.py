"""A backup that is not whole changes nothing, and what cannot be backed up is said."""

from __future__ import annotations

import hashlib
import io
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from agenda.backup.archive import ArchiveWriter, check
from agenda.backup.manifest import Damaged, Head
from agenda.backup.new_file import NotWritten
from agenda.backup.restoring import NotRestored, examine
from agenda.backup.values import Shape, line
from agenda.people.model import Body
from tests.backup.conftest import KINDS, NewPlace
from tests.backup.places import Place, everything

HEAD = Head("0025", "2018-12-20T03:00:00+00:00", "sqlite", "0" * 16)
SHAPE = Shape("body", {"id": "integer", "name": "text"}, ("id",))
CONTENT = b"inhoud van een stuk"


def archive(head: Head = HEAD, content: bytes = CONTENT, size: int = len(CONTENT)) -> bytes:
    sink = io.BytesIO()
    writer = ArchiveWriter(sink, head)
    writer.add_table(SHAPE, (line(SHAPE, {"id": one, "name": f"Gremium {one}"}) for one in range(3)))
    writer.add_document(hashlib.sha256(CONTENT).hexdigest(), size, io.BytesIO(content))
    writer.close()
    return sink.getvalue()


WHOLE = archive()


@pytest.fixture
def copy(difficult: NewPlace, new_place: NewPlace, tmp_path: Path) -> Place:
    """A house of one's own with everything in it."""
    made = new_place("sqlite")
    difficult("sqlite").back_up(tmp_path / "copied.tar")
    made.restore(tmp_path / "copied.tar")
    return made


def test_a_whole_one_tells_what_is_in_it() -> None:
    manifest = check(io.BytesIO(WHOLE))
    assert manifest.head == HEAD
    assert [(entry.shape, entry.rows) for entry in manifest.tables] == [(SHAPE, 3)]
    assert manifest.documents == ((hashlib.sha256(CONTENT).hexdigest(), len(CONTENT)),)


@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 7))
def test_a_flipped_bit_is_found_or_means_nothing(place: int, bit: int) -> None:
    changed = bytearray(WHOLE)
    changed[place] ^= 1 << bit
    try:
        manifest = check(io.BytesIO(bytes(changed)))
    except Damaged:
        return
    assert manifest == check(io.BytesIO(WHOLE))


@given(st.integers(0, WHOLE.rindex(b"  manifest.json")))
def test_broken_off_anywhere_it_is_not_whole(length: int) -> None:
    with pytest.raises(Damaged):
        check(io.BytesIO(WHOLE[:length]))


@given(st.binary(max_size=2_000))
def test_noise_is_no_backup(noise: bytes) -> None:
    with pytest.raises(Damaged):
        check(io.BytesIO(noise))


@pytest.mark.parametrize("left_out", range(4))
def test_a_member_that_is_left_out_is_missed(left_out: int) -> None:
    sink = io.BytesIO()
    with tarfile.open(fileobj=io.BytesIO(WHOLE)) as old, tarfile.open(fileobj=sink, mode="w") as new:
        for number, member in enumerate(old):
            if number != left_out:
                new.addfile(member, old.extractfile(member))
    with pytest.raises(Damaged):
        check(io.BytesIO(sink.getvalue()))


@pytest.mark.parametrize(
    ("content", "size"), [(b"iets anders ............", 19), (b"kort", 19), (CONTENT + b"x", 19)]
)
def test_a_content_that_is_not_what_its_hash_says_makes_no_backup(content: bytes, size: int) -> None:
    with pytest.raises(Damaged):
        archive(content=content, size=size)


def test_a_backup_of_a_newer_version_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "newer").write_bytes(archive(Head("9999", HEAD.made_at, "sqlite", HEAD.secret)))
    with pytest.raises(NotRestored, match="newer version of the product"):
        examine(tmp_path / "newer", None)


def test_a_content_that_is_not_on_the_disk_is_named_and_no_file_is_made(copy: Place, tmp_path: Path) -> None:
    lost = sorted(copy.documents.glob("??/*"))[0]
    lost.unlink()
    with pytest.raises(NotWritten, match=rf"{lost.name} \(.+\)"):
        copy.back_up(tmp_path / "backup.tar")
    assert not list(tmp_path.glob("backup.tar*"))


def test_a_content_that_changed_on_the_disk_is_found_and_no_file_is_made(copy: Place, tmp_path: Path) -> None:
    spoilt = sorted(copy.documents.glob("??/*"))[0]
    content = bytearray(spoilt.read_bytes())
    content[7] ^= 1
    spoilt.write_bytes(content)
    with pytest.raises(NotWritten, match="its hash differs"):
        copy.back_up(tmp_path / "backup.tar")
    assert not list(tmp_path.glob("backup.tar*"))


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_damaged_further_on_changes_nothing(
    difficult: NewPlace, new_place: NewPlace, tmp_path: Path, kind: str
) -> None:
    """Examined when it was whole, and damaged after that: the transaction is undone."""
    here, path = new_place(kind), tmp_path / "backup.tar"
    difficult("sqlite").back_up(path)
    here.restore(path)
    before = everything(here.sessions)
    whole = path.read_bytes()
    manifest = examine(path, None)
    for cut in (len(whole) // 3, whole.rindex(b"documents/")):
        path.write_bytes(whole[:cut])
        with pytest.raises(NotRestored):
            here.fill(path, manifest, replace=True)
        assert everything(here.sessions) == before


def test_text_that_a_database_cannot_hold_is_told_with_its_table(
    copy: Place, new_place: NewPlace, tmp_path: Path
) -> None:
    """SQLite holds a NUL within a text, and PostgreSQL does not."""
    with copy.runtime.work() as session:
        session.add(Body(name="een \x00 nul", usual_minutes=0))
    copy.back_up(tmp_path / "backup.tar")
    same, other = new_place("sqlite"), new_place("postgres")
    same.restore(tmp_path / "backup.tar")
    assert everything(same.sessions)["body"] == everything(copy.sessions)["body"]
    with pytest.raises(NotRestored, match="the table 'body', from row 1 on, is not taken"):
        other.restore(tmp_path / "backup.tar")
    with other.runtime.read() as session:
        tables = "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()"
        assert session.scalar(text(tables)) == 0


def test_a_database_of_something_else_is_left_alone(
    difficult: NewPlace, new_place: NewPlace, tmp_path: Path
) -> None:
    difficult("sqlite").back_up(tmp_path / "backup.tar")
    here = new_place("sqlite")
    with here.runtime.work() as session:
        session.execute(text("CREATE TABLE recipe (name TEXT)"))
    with pytest.raises(NotRestored, match="something else"):
        here.restore(tmp_path / "backup.tar", replace=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 kB."""
    folder = tmp_path / "small"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], check=True)
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.mark.root
def test_a_full_disk_makes_no_backup_and_says_so(difficult: NewPlace, small_disk: Path) -> None:
    with pytest.raises(NotWritten, match="No space left"):
        difficult("sqlite").back_up(small_disk / "backup.tar")
    assert list(small_disk.iterdir()) == []


@pytest.mark.root
def test_a_restore_onto_a_full_disk_changes_nothing(
    difficult: NewPlace, new_place: NewPlace, tmp_path: Path, small_disk: Path
) -> None:
    path = tmp_path / "backup.tar"
    difficult("sqlite").back_up(path)
    here = new_place("sqlite")
    here.restore(path)
    before = everything(here.sessions)
    (small_disk / "filler").write_bytes(bytes(60_000))
    here.at_documents(small_disk)
    with pytest.raises(NotRestored, match="No space left"):
        here.restore(path, replace=True)
    assert everything(here.sessions) == before
