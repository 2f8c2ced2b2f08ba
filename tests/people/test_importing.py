"""Bringing people in from a file: all of it, or nothing and every fault."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from agenda.core.actor import System
from agenda.core.database import Base
from agenda.core.problems import Forbidden
from agenda.core.runtime import Runtime
from agenda.people.csv_rows import COLUMNS, MOST_BYTES, MOST_ROWS, ImportFaults, read_file, read_people
from agenda.people.importing import Report, import_file
from agenda.people.model import Body, Membership, Organisation, Person, Role, Seat
from tests.world import START, World

HEADER = ",".join(COLUMNS)
FILE = f"""{HEADER}
Wethouder Katwijk,Wethouder@K.example,nl,Katwijk,gm0537,,Kust,member,Wethouder,"wonen, zee",,2018-06-01,
Secretaris Katwijk,secretaris@k.example,en,Katwijk,gm0537,,Kust,secretary,,,no,01-06-2018,31-12-2019
Gedeputeerde,gedeputeerde@pzh.example,,Provincie Kust,pv99,,,,,,,,
"""


def brought_in(runtime: Runtime, text: str) -> Report:
    with runtime.work() as session:
        return import_file(session, text.encode(), System(), START)


def faults(text: str) -> list[tuple[int, str]]:
    with pytest.raises(ImportFaults) as refused:
        read_people(text)
    return [(fault.row, fault.column) for fault in refused.value.faults]


def sizes(runtime: Runtime) -> dict[str, int]:
    with runtime.read() as session:
        tables = Base.metadata.sorted_tables
        return {table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def test_a_file_brings_in_people_bodies_and_memberships(runtime: Runtime) -> None:
    assert brought_in(runtime, FILE) == Report(people=3, bodies=1, memberships=2)
    with runtime.read() as session:
        alderman = session.scalars(select(Membership).where(Membership.role == Role.MEMBER)).one()
        assert alderman.person.email == "wethouder@k.example"
        assert (alderman.voting, alderman.portfolio, alderman.since) == (True, "wonen, zee", date(2018, 6, 1))
        secretary = session.scalars(select(Membership).where(Membership.role == Role.SECRETARY)).one()
        assert (secretary.voting, secretary.until) == (False, date(2019, 12, 31))
        assert secretary.person.language == "en"
        kinds = {row.tooi_id: row.kind.value for row in session.scalars(select(Organisation))}
        assert kinds == {"gm0537": "municipality", "pv99": "province"}
        seat = session.scalars(select(Seat)).one()
        assert (seat.organisation.name, seat.body.name) == ("Katwijk", "Kust")


def test_the_same_file_twice_changes_nothing(runtime: Runtime) -> None:
    brought_in(runtime, FILE)
    before = sizes(runtime)
    assert brought_in(runtime, FILE) == Report(0, 0, 0)
    assert sizes(runtime) == before


def test_a_changed_row_changes_what_was_brought_in(runtime: Runtime) -> None:
    brought_in(runtime, FILE)
    later = FILE.replace("Wethouder Katwijk,", "Loco Katwijk,").replace(
        "2018-06-01,", "2018-06-01,2018-12-31"
    )
    assert brought_in(runtime, later) == Report(people=1, bodies=0, memberships=1)
    with runtime.read() as session:
        alderman = session.scalars(select(Membership).where(Membership.role == Role.MEMBER)).one()
        assert (alderman.person.name, alderman.until) == ("Loco Katwijk", date(2018, 12, 31))


def test_a_dutch_excel_file_is_understood(runtime: Runtime) -> None:
    text = "\ufeffNaam;E-mail;Taal;Organisatie;Soort;Gremium;Rol;Stemrecht;Vanaf\r\n" + (
        "Lid Één;een@x.example;Nederlands;Katwijk;gemeente;Kustoverleg;lid;ja;1-6-2018\r\n"
    )
    assert brought_in(runtime, text) == Report(people=1, bodies=1, memberships=1)


def test_every_fault_is_named_by_row_and_column(runtime: Runtime) -> None:
    text = f"""{HEADER}
,geen-adres,fr,Leiden,leiden,dorp,Overleg,chef,,,misschien,2018-02-30,
Goed,goed@x.example,nl,,,,,,,,,,
Slecht,slecht@x.example,nl,,,,Overleg,member,,,,2018-06-01,2018-05-01
"""
    assert faults(text) == [
        (2, "name"),
        (2, "role"),
        (2, "voting"),
        (2, "since"),
        (2, "email"),
        (2, "language"),
        (2, "tooi"),
        (2, "kind"),
        (4, "organisation"),
        (4, "until"),
    ]


def test_nothing_is_brought_in_when_one_row_is_wrong(runtime: Runtime) -> None:
    before = sizes(runtime)
    with pytest.raises(ImportFaults):
        brought_in(runtime, FILE + "Fout,fout,nl,,,,,,,,,,\n")
    assert sizes(runtime) == before


def test_a_clash_with_what_is_there_is_a_fault_too_and_nothing_is_brought_in(
    runtime: Runtime, world: World
) -> None:
    before = sizes(runtime)
    text = (
        f"{HEADER}\n"
        "Nieuw,nieuw@x.example,nl,,,,,,,,,,\n"
        "clerk,clerk@leidseregio.example,nl,Leiden,gm0546,,Gezamenlijk collegeoverleg,clerk,,,,2018-06-01,\n"
        "X,x@x.example,nl,Leiden,gm0547,,,,,,,,\n"
        "Y,y@x.example,nl,Leiden,gm9999,,,,,,,,\n"
    )
    with pytest.raises(ImportFaults) as refused:
        brought_in(runtime, text)
    assert [(fault.row, fault.column) for fault in refused.value.faults] == [
        (3, "since"),
        (4, "tooi"),
        (5, "tooi"),
    ]
    assert sizes(runtime) == before


def test_the_first_row_must_name_known_columns_once() -> None:
    assert faults("name;mail\nx;y\n") == [(1, "mail"), (1, "email")]
    assert faults("name,email,name\nx,y,z\n") == [(1, "name")]
    assert faults("") == [(1, "")]
    assert faults("name,email\n\n") == [(2, "")]
    assert faults("name,email\nx,x@x.example,more\n") == [(2, "")]


def test_one_address_under_two_names_is_a_fault() -> None:
    assert faults("name,email\nA,a@x.example\n\nB,A@x.example\n") == [(4, "name")]


def test_a_file_that_is_no_csv_in_utf_8_is_refused(tmp_path: Path) -> None:
    for content in (
        "name,email\né,a@x.example\n".encode("latin-1"),
        b"PK\x03\x04\xff\xfe",
        b'name,email\n"a,b\n',
    ):
        with pytest.raises(ImportFaults):
            read_file(content)


def test_a_file_beyond_measure_is_refused() -> None:
    with pytest.raises(ImportFaults):
        read_file(b"x" * (MOST_BYTES + 1))
    assert faults("name,email\n" + "A,a@x.example\n" * (MOST_ROWS + 1)) == [(MOST_ROWS + 2, "")]
    assert len(faults("name,email\n" + ",\n" * 10 + ",a\n" * 300)) == 101


def test_names_are_cleaned_of_what_a_header_or_a_calendar_could_not_bear(runtime: Runtime) -> None:
    brought_in(runtime, 'name,email\n"A\r\nBcc: x@x.example\x07",a@x.example\n')
    with runtime.read() as session:
        assert session.scalars(select(Person.name)).one() == "A Bcc: x@x.example"


def test_faults_speak_the_readers_language(app: Flask) -> None:
    with pytest.raises(ImportFaults) as refused:
        read_people("name,email\nA,\n")
    fault = refused.value.faults[0]
    with app.test_request_context("/"):
        assert str(fault) == "Rij 2, kolom email: Dit mag niet leeg zijn."
    with app.test_request_context("/", headers={"Cookie": "language=en"}):
        assert str(fault) == "Row 2, column email: This may not be empty."
    assert str(fault) == "Row 2, column email: This may not be empty."


def test_only_an_administrator_brings_in_a_file(runtime: Runtime, world: World) -> None:
    with runtime.work() as session, pytest.raises(Forbidden):
        import_file(session, FILE.encode(), world.by(session, "secretary"), START)


def test_seats_come_after_those_that_are_there(runtime: Runtime, world: World) -> None:
    brought_in(
        runtime,
        f"{HEADER}\nW,w@x.example,nl,Katwijk,gm0537,,Gezamenlijk collegeoverleg,member,,,,2018-06-01,\n",
    )
    with runtime.read() as session:
        seats = session.get_one(Body, world.body_id).seats
        assert [seat.organisation.name for seat in seats][-1] == "Katwijk"
        assert len(seats) == 6
