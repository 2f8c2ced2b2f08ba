"""How long the figures of the burden take to read and to reckon, over five years of meetings.

Run: python -m benchmarks.burden. Prints a table: the seconds for four quarters of all bodies, for one
quarter, and for six quarters of one body; with 5 bodies and with 50.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from agenda.core.database import Sessions
from agenda.meetings.model import AgendaItem, Answer, Attendee, AttendeeRole, ItemKind, ItemOutcome, Meeting
from agenda.meetings.rules import Quarter
from agenda.people.model import Body, Organisation, OrganisationKind, Person
from agenda.planner.burden_facts import facts_of
from agenda.planner.burden_rules import by_quarter
from agenda.schema import upgrade
from agenda.topics.model import Purpose, Topic, Treatment, Turn, TurnResult

ROUNDS = 5
SIZES = (5, 50)
PEOPLE, MEETINGS, YEARS, TOPICS = 40, 12, 5, 4
FIRST, NOW = 2014, datetime(2018, 12, 18, 8, tzinfo=UTC)
ZONE = "Europe/Amsterdam"
Rows = list[dict[str, Any]]


def moments() -> Iterator[datetime]:
    """Give the moments of a body's meetings, as many in each quarter."""
    for number in range(YEARS * 4):
        quarter = Quarter(FIRST + number // 4, number % 4 + 1)
        for place in range(MEETINGS):
            day = quarter.first_day + timedelta(days=7 * place)
            yield datetime(day.year, day.month, day.day, 13, tzinfo=UTC)


def fill(session: Session, bodies: int) -> None:
    """Add bodies of forty people with five years of meetings, each with an agenda of four topics."""
    session.execute(
        insert(Body), [{"id": one, "name": f"Gremium {one}", "version": 1} for one in _to(bodies)]
    )
    session.execute(
        insert(Organisation),
        [
            {"id": one, "name": f"Gemeente {one}", "kind": OrganisationKind.MUNICIPALITY, "version": 1}
            for one in _to(5)
        ],
    )
    session.execute(
        insert(Person),
        [
            {"id": one, "name": f"Lid {one}", "email": f"lid{one}@leidseregio.example", "version": 1}
            for one in _to(bodies * PEOPLE)
        ],
    )
    rows: dict[type, Rows] = {Meeting: [], Attendee: [], Topic: [], Turn: [], AgendaItem: []}
    for body in _to(bodies):
        for at in moments():
            _meeting(rows, body, at)
    for table, made in rows.items():
        session.execute(insert(table), made)


def _to(most: int) -> range:
    return range(1, most + 1)


def _meeting(rows: dict[type, Rows], body: int, at: datetime) -> None:
    meeting = len(rows[Meeting]) + 1
    rows[Meeting].append(
        {
            "id": meeting,
            "body_id": body,
            "title": f"Overleg {meeting}",
            "host_id": meeting % 5 + 1,
            "starts_at": at,
            "minutes": 120,
            "time_zone": ZONE,
            "created_at": at - timedelta(days=60),
            "version": 1,
        }
    )
    for place in range(PEOPLE):
        rows[Attendee].append(
            {
                "meeting_id": meeting,
                "person_id": (body - 1) * PEOPLE + place + 1,
                "organisation_id": place % 5 + 1,
                "role": AttendeeRole.MEMBER,
                "answer": Answer.DECLINED if place % 9 == 0 else Answer.ACCEPTED,
                "answered_revision": 0,
                "version": 1,
            }
        )
    for place in range(TOPICS):
        _item(rows, body, meeting, place, at)


def _item(rows: dict[type, Rows], body: int, meeting: int, place: int, at: datetime) -> None:
    """Add a topic; the last one of every meeting is deferred."""
    number, deferred = len(rows[Topic]) + 1, place == TOPICS - 1
    rows[Topic].append(
        {
            "id": number,
            "body_id": body,
            "title": f"Onderwerp {number}",
            "purpose": Purpose.DELIBERATE,
            "treatment": Treatment.DISCUSSION,
            "minutes": 20,
            "priority": 3,
            "created_at": at - timedelta(days=40),
            "version": 1,
        }
    )
    rows[Turn].append(
        {
            "id": number,
            "topic_id": number,
            "planned_at": at - timedelta(days=20),
            "result": TurnResult.DEFERRED if deferred else TurnResult.TREATED,
            "concluded_at": at,
        }
    )
    rows[AgendaItem].append(
        {
            "meeting_id": meeting,
            "position": place,
            "kind": ItemKind.TOPIC,
            "title": f"Onderwerp {number}",
            "minutes": 20,
            "topic_id": number,
            "turn_id": number,
            "outcome": ItemOutcome.DEFERRED if deferred else ItemOutcome.DECIDED,
            "version": 1,
        }
    )


def median(sessions: Sessions, ask: Callable[[Session], object]) -> float:
    """Ask several times, each in a session of its own; the median in seconds."""
    spent = []
    for _ in range(ROUNDS):
        with sessions.read() as session:
            begin = time.perf_counter()
            ask(session)
            spent.append(time.perf_counter() - begin)
    return statistics.median(spent)


def figures(session: Session, first: date, last: date, most: int | None = None) -> object:
    """Read and reckon the quarters between two days, of all bodies or of the first ones."""
    bodies = session.scalars(select(Body).order_by(Body.id).limit(most)).all()
    facts = facts_of(session, bodies, first, last, NOW)
    return by_quarter(facts.held, facts.settled)


def main() -> None:
    """Print the table."""
    year = (Quarter(2018, 1).first_day, Quarter(2018, 4).last_day)
    questions: dict[str, Callable[[Session], object]] = {
        "four quarters": lambda session: figures(session, *year),
        "one quarter": lambda session: figures(session, Quarter(2018, 4).first_day, year[1]),
        "six quarters of one body": lambda session: figures(session, date(2017, 7, 1), year[1], 1),
    }
    print(f"{'burden: bodies of 40 people':28} {'meetings':>9}", *(f"{name:>26}" for name in questions))
    for bodies in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{Path(folder) / 'agenda.sqlite'}"
            upgrade(url)
            sessions = Sessions(url)
            with sessions.work() as session:
                fill(session, bodies)
            spent = [median(sessions, ask) for ask in questions.values()]
            meetings = bodies * MEETINGS * 4 * YEARS
            print(f"{bodies:<28} {meetings:9}", *(f"{seconds:24.3f} s" for seconds in spent))
            sessions.close()


if __name__ == "__main__":
    main()
