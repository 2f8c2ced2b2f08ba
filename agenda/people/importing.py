"""Bring people, bodies and memberships in from a CSV file: all of it, or nothing and every fault."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.people import facts, rules
from agenda.people.csv_rows import COLUMNS, Fault, ImportFaults, Row, read_file, read_people
from agenda.people.model import Body, Membership, Organisation, Person, Seat
from agenda.people.words import REFUSALS

__all__ = ["COLUMNS", "Fault", "ImportFaults", "Report", "import_file", "import_people", "read_people"]


@dataclass
class Report:
    """How many rows of each table are new or changed."""

    people: int = 0
    bodies: int = 0
    memberships: int = 0


def import_file(session: Session, content: bytes, by: Actor, now: datetime) -> Report:
    """Bring in a whole file; ImportFaults, and nothing done, when anything in it is wrong."""
    by.must("administer")
    return import_people(session, read_file(content), by, now)


def import_people(session: Session, rows: Sequence[Row], by: Actor, now: datetime) -> Report:
    """Bring in rows that were read; doing it again changes nothing.

    Raises ImportFaults on a clash with what is there.
    """
    by.must("administer")
    work = _Import(session, by, now)
    for row in rows:
        work.take(row)
    if work.faults:
        raise ImportFaults(work.faults)
    work.seat_voters()
    session.flush()
    return work.report


@dataclass
class _Import:
    session: Session
    by: Actor
    now: datetime
    report: Report = field(default_factory=Report)
    faults: list[Fault] = field(default_factory=list)
    voters: dict[int, dict[int, None]] = field(default_factory=dict)

    def take(self, row: Row) -> None:
        person = self._person(row)
        if row.organisation is None:
            return
        organisation = self._organisation(row)
        if row.body is None or organisation is None:
            return
        body = self._body(row.body)
        self._membership(row, person, body, organisation)
        if row.voting:
            self.voters.setdefault(body.id, {})[organisation.id] = None

    def _person(self, row: Row) -> Person:
        person = self.session.scalar(select(Person).where(Person.email == row.email))
        before = facts.of_person(person) if person else {}
        if person is None:
            person = Person(email=row.email, name=row.name, language=row.language or rules.LANGUAGES[0])
            self.session.add(person)
        person.name = row.name
        person.language = row.language or person.language
        self.session.flush()
        self.report.people += self._note(("person", person.id), before, facts.of_person(person))
        return person

    def _organisation(self, row: Row) -> Organisation | None:
        found = None
        if row.tooi:
            found = self.session.scalar(select(Organisation).where(Organisation.tooi_id == row.tooi))
        named = self.session.scalar(select(Organisation).where(Organisation.name == row.organisation))
        if found is not None and named is not None and found is not named:
            self.faults.append(row.fault("tooi", REFUSALS["tooi_taken"]))
            return None
        if named is not None and row.tooi and named.tooi_id not in {None, row.tooi}:
            self.faults.append(row.fault("tooi", REFUSALS["tooi_differs"]))
            return None
        made = found or named
        if made is None:
            made = Organisation(kind=row.kind, name=row.organisation, tooi_id=row.tooi)
            self.session.add(made)
            self.session.flush()
            self._note(("organisation", made.id), {}, facts.of_organisation(made))
        return made

    def _body(self, name: str) -> Body:
        body = self.session.scalar(select(Body).where(Body.name == name))
        if body is None:
            body = Body(name=name, usual_minutes=120, papers_days_before=7)
            self.session.add(body)
            self.session.flush()
            self.report.bodies += self._note(("body", body.id), {}, facts.of_body(body))
        return body

    def _membership(self, row: Row, person: Person, body: Body, organisation: Organisation) -> None:
        query = select(Membership).where(
            Membership.person_id == person.id,
            Membership.body_id == body.id,
            Membership.organisation_id == organisation.id,
            Membership.role == row.role,
        )
        held = self.session.scalars(query).all()
        same = next((one for one in held if one.since == row.since), None)
        since = row.since or self.now.date()
        for other in held:
            if other is not same and rules.overlaps(since, row.until, other.since, other.until):
                self.faults.append(row.fault("since", REFUSALS["membership_overlaps"]))
                return
        before = facts.of_membership(same) if same else {}
        if same is None:
            same = Membership(person=person, body=body, organisation=organisation, role=row.role, since=since)
            self.session.add(same)
        same.title, same.portfolio, same.voting, same.until = row.title, row.portfolio, row.voting, row.until
        self.session.flush()
        self.report.memberships += self._note(("membership", same.id), before, facts.of_membership(same))

    def seat_voters(self) -> None:
        """Give each organisation with voting members a seat, after those that have one."""
        for body_id, organisations in self.voters.items():
            seated = set(self.session.scalars(select(Seat.organisation_id).where(Seat.body_id == body_id)))
            last = self.session.scalar(select(func.max(Seat.position)).where(Seat.body_id == body_id))
            new = [key for key in organisations if key not in seated]
            self._add_seats(body_id, new, 0 if last is None else last + 1)

    def _add_seats(self, body_id: int, organisations: Iterable[int], first: int) -> None:
        for position, key in enumerate(organisations, first):
            self.session.add(Seat(body_id=body_id, organisation_id=key, position=position))

    def _note(self, subject: tuple[str, int], before: dict[str, object], after: dict[str, object]) -> int:
        if before == after:
            return 0
        audit.record(self.session, self.by, self.now, "imported", subject, before, after)
        return 1
