"""The tables of this room come to a database that is in use, and can go again."""

from __future__ import annotations

from datetime import date

from sqlalchemy import inspect, select, text

from agenda.core.database import Sessions
from agenda.people.model import Person
from agenda.retention.model import Removal, RetentionRule
from agenda.schema import downgrade, upgrade


def test_an_upgrade_keeps_people_erases_nobody_and_settles_nothing(database_url: str) -> None:
    downgrade(database_url, "0032")
    sessions = Sessions(database_url)
    values = "'Burgemeester Leiden', 'b@leiden.example', 'nl', false, false, 1"
    with sessions.work() as session:
        columns = "name, email, language, administrator, room, version"
        session.execute(text(f"INSERT INTO person ({columns}) VALUES ({values})"))
    upgrade(database_url)
    with sessions.work() as session:
        person = session.scalars(select(Person)).one()
        assert (person.name, person.erased_at) == ("Burgemeester Leiden", None)
        assert session.scalars(select(RetentionRule)).all() == []
        session.add(Removal(kind="letters", day=date(2020, 1, 1), number=3))
    sessions.close()
    downgrade(database_url, "0032")
    sessions = Sessions(database_url)
    with sessions.read() as session:
        assert session.execute(text("SELECT name FROM person")).scalar_one() == "Burgemeester Leiden"
    assert "retention_removal" not in inspect(sessions.engine).get_table_names()
    sessions.close()
    upgrade(database_url)
