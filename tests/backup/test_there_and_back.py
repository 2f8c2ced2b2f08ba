"""A backup of each database is put back into each: every table is compared by value."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, text

from agenda.core.audit import AuditEntry
from agenda.mail.model import Hold
from agenda.people.model import Person
from agenda.schema import is_current
from agenda.search.indexing import rebuild
from agenda.search.model import SearchEntry
from tests.backup.conftest import KINDS, NewPlace
from tests.backup.places import MADE, PUT_BACK, contents, everything

DIRECTIONS = [(source, target) for source in KINDS for target in KINDS]


@pytest.mark.parametrize(("source", "target"), DIRECTIONS)
def test_everything_comes_back_as_it_was(
    difficult: NewPlace, new_place: NewPlace, tmp_path: Path, source: str, target: str
) -> None:
    there, here = difficult(source), new_place(target)
    before = everything(there.sessions)
    written = there.back_up(tmp_path / "backup.tar")
    restored = here.restore(tmp_path / "backup.tar")

    after = everything(here.sessions)
    [held] = after["mail_hold"]
    [noted] = [row for row in after["audit_entry"] if row["verb"] == "held"]
    assert (held["held_at"], held["released_at"], noted["at"]) == (PUT_BACK, None, PUT_BACK)
    after["mail_hold"].remove(held)
    after["audit_entry"].remove(noted)
    assert after.keys() == before.keys()
    for name in before:
        assert after[name] == before[name], name

    assert contents(here.documents) == contents(there.documents)
    assert is_current(here.sessions)
    assert restored.rows == written.rows == sum(map(len, before.values()))
    assert restored.documents == written.documents == len(before["stored_file"]) > 0
    assert (restored.made_at, restored.another_secret, restored.lost_calendars) == (MADE, False, 0)
    assert restored.waiting_letters == sum(row["fate"] is None for row in before["letter"]) >= 2


@pytest.mark.parametrize("kind", KINDS)
def test_after_a_restore_work_goes_on(
    difficult: NewPlace, new_place: NewPlace, tmp_path: Path, kind: str
) -> None:
    there, here = difficult("sqlite"), new_place(kind)
    there.back_up(tmp_path / "backup.tar")
    here.restore(tmp_path / "backup.tar")
    with here.runtime.work() as session:
        highest = max(session.scalars(select(Person.id)))
        new = Person(name="Nieuw", email="nieuw@leidseregio.example")
        session.add(new)
        session.flush()
        assert new.id == highest + 1
        assert session.scalars(select(SearchEntry)).all() == []
    assert rebuild(here.runtime) > 0
    with here.runtime.read() as session:
        assert session.scalar(text("SELECT count(*) FROM search_words")) > 0


@pytest.mark.parametrize("kind", KINDS)
def test_references_are_guarded_again_after_a_restore(
    difficult: NewPlace, new_place: NewPlace, tmp_path: Path, kind: str
) -> None:
    there, here = difficult("sqlite"), new_place(kind)
    there.back_up(tmp_path / "backup.tar")
    here.restore(tmp_path / "backup.tar")
    with pytest.raises(Exception, match=r"(?i)foreign key"), here.runtime.work() as session:
        session.execute(text("UPDATE topic SET body_id = 123456"))


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_there_is_kept_unless_it_may_be_replaced(
    difficult: NewPlace, new_place: NewPlace, tmp_path: Path, kind: str
) -> None:
    there, here = difficult("sqlite"), new_place(kind)
    there.back_up(tmp_path / "backup.tar")
    here.restore(tmp_path / "backup.tar")
    with here.runtime.work() as session:
        session.add(Person(name="Later", email="later@leidseregio.example"))
    before = everything(here.sessions)
    with pytest.raises(Exception, match="not empty"):
        here.restore(tmp_path / "backup.tar")
    assert everything(here.sessions) == before
    here.restore(tmp_path / "backup.tar", replace=True)
    assert [row["name"] for row in everything(here.sessions)["person"]].count("Later") == 0


def test_a_backup_while_mail_is_held_is_held_for_the_restore(
    difficult: NewPlace, new_place: NewPlace, tmp_path: Path
) -> None:
    there, first, second = difficult("sqlite"), new_place("sqlite"), new_place("sqlite")
    there.back_up(tmp_path / "backup.tar")
    first.restore(tmp_path / "backup.tar")
    first.back_up(tmp_path / "again.tar")
    second.restore(tmp_path / "again.tar")
    with second.runtime.read() as session:
        holds = session.scalars(select(Hold).order_by(Hold.id)).all()
        assert [hold.released_at for hold in holds] == [PUT_BACK, None]
        verbs = select(AuditEntry.verb).where(AuditEntry.subject_kind == "mail_hold").order_by(AuditEntry.id)
        assert sorted(session.scalars(verbs)) == ["held", "held", "released"]


def test_two_backups_of_the_same_are_alike(difficult: NewPlace, tmp_path: Path) -> None:
    there = difficult("sqlite")
    for name in ("a", "b"):
        there.back_up(tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_sealed_backup_comes_back_by_its_passphrase_only(
    difficult: NewPlace, new_place: NewPlace, tmp_path: Path
) -> None:
    there, here = difficult("sqlite"), new_place("sqlite")
    there.back_up(tmp_path / "sealed", "een lange wachtzin")
    assert b"leidseregio" not in (tmp_path / "sealed").read_bytes()
    with pytest.raises(Exception, match="give its passphrase"):
        here.restore(tmp_path / "sealed")
    with pytest.raises(Exception, match="does not open"):
        here.restore(tmp_path / "sealed", "een andere wachtzin")
    here.restore(tmp_path / "sealed", "een lange wachtzin")
    assert everything(here.sessions)["person"] == everything(there.sessions)["person"]
