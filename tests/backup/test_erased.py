"""A backup brings nobody back who was erased after it was made."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from agenda.people.model import Person
from agenda.retention.erased_people import BOOK, Erasure, erasure_of, read, write_down
from tests.backup.conftest import NewPlace
from tests.backup.places import MADE, PUT_BACK, Place
from tests.backup.test_there_and_back import DIRECTIONS
from tests.retention.crawl import where

SINCE = MADE + timedelta(hours=3)


def somebody(place: Place) -> tuple[int, str, str]:
    """Give somebody with a place in a body: number, name and address."""
    with place.runtime.read() as session:
        person = session.scalars(
            select(Person)
            .where(Person.memberships.any(), Person.administrator.is_(False))
            .order_by(Person.id)
        ).first()
        assert person is not None
        return person.id, person.name, person.email


def erased_since(place: Place, folder: Path, at: datetime = SINCE) -> tuple[int, str, str]:
    """Let somebody have been erased after the backup was made; the book lies in `folder`."""
    number, name, address = somebody(place)
    write_down(folder, [erasure_of(place.runtime.config.secret, number, [address], at)])
    return number, name, address


@pytest.mark.parametrize(("source", "target"), DIRECTIONS)
def test_who_was_erased_since_is_erased_again(
    difficult: NewPlace, new_place: NewPlace, tmp_path: Path, source: str, target: str
) -> None:
    there, here = difficult(source), new_place(target)
    there.back_up(tmp_path / "backup.tar")
    number, _, address = erased_since(there, tmp_path)
    restored = here.restore(tmp_path / "backup.tar")
    assert [one.person_id for one in restored.again.erased] == [number]
    with here.runtime.read() as session:
        person = session.get_one(Person, number)
        assert (person.erased_at, person.email) == (PUT_BACK, f"erased-{number}@erased.invalid")
        assert person.name.endswith("(verwijderd)")
    assert where(here.runtime, [address, "(verwijderd) (verwijderd)"]) == []
    # The book is kept here from now on, and the next restore needs no copy beside the backup.
    (tmp_path / BOOK).unlink()
    assert {one.at for one in read(here.documents).erasures} == {SINCE, PUT_BACK}
    restored = here.restore(tmp_path / "backup.tar", replace=True)
    assert [one.person_id for one in restored.again.erased] == [number]


def test_a_backup_has_the_book_beside_it_with_whom_only_the_database_knows(
    difficult: NewPlace, new_place: NewPlace, tmp_path: Path
) -> None:
    there, here = difficult("sqlite"), new_place("sqlite")
    (tmp_path / "later").mkdir()
    there.back_up(tmp_path / "backup.tar")
    assert not (tmp_path / BOOK).exists()
    number, _, _ = erased_since(there, tmp_path)
    here.restore(tmp_path / "backup.tar")
    (here.documents / BOOK).unlink()
    here.back_up(tmp_path / "later" / "backup.tar")
    assert read(tmp_path / "later").erasures == (Erasure(number, PUT_BACK),)
    assert read(here.documents) == read(tmp_path / "later")


def test_where_nobody_can_tell_who_it_is_a_person_is_asked(
    difficult: NewPlace, new_place: NewPlace, tmp_path: Path
) -> None:
    there, here = difficult("sqlite"), new_place("sqlite")
    there.back_up(tmp_path / "backup.tar")
    number, name, _ = somebody(there)
    write_down(tmp_path, [Erasure(number, SINCE)])
    restored = here.restore(tmp_path / "backup.tar")
    assert (restored.again.erased, restored.again.doubtful) == ((), (number,))
    with here.runtime.read() as session:
        assert session.get_one(Person, number).name == name


def test_a_book_that_cannot_be_read_stops_the_restore(
    difficult: NewPlace, new_place: NewPlace, tmp_path: Path
) -> None:
    there, here = difficult("sqlite"), new_place("sqlite")
    there.back_up(tmp_path / "backup.tar")
    (tmp_path / BOOK).mkdir()
    with pytest.raises(Exception, match="register of erasures"):
        here.restore(tmp_path / "backup.tar")
    with pytest.raises(Exception, match="could not be written down beside it"):
        here_with_erased(here, there, tmp_path).back_up(tmp_path / "next.tar")


def here_with_erased(here: Place, there: Place, folder: Path) -> Place:
    (folder / BOOK).rmdir()
    erased_since(there, folder)
    here.restore(folder / "backup.tar")
    (folder / BOOK).unlink()
    (folder / BOOK).mkdir()
    return here
