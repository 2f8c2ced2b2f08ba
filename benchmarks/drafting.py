"""How long it takes to draft an agenda from 500 topics: the choice alone, and the click that saves it.

Run: python -m benchmarks.drafting. Prints a table of medians.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from agenda.core.database import Sessions
from agenda.meetings import actions, agenda_actions
from agenda.meetings.candidates import Candidate, Occasion
from agenda.meetings.drafting import draft
from agenda.meetings.facts import Plan
from agenda.meetings.model import Meeting
from agenda.schema import upgrade
from agenda.topics.model import Need, Purpose, Topic, TopicGuest, Treatment
from tests.world import START, World, make_world

TOPICS = 500
ROUNDS = 9
STARTS_AT = datetime(2019, 2, 14, 14, 30, tzinfo=UTC)
DAY = STARTS_AT.date()
LENGTHS = (120, 240, 480)
TREATMENTS = list(Treatment)


def candidates(uneven: bool) -> list[Candidate]:
    """Give topics as drafting sees them; `uneven` ones make every single minute count."""
    return [
        Candidate(
            id=number,
            title=f"Onderwerp {number}",
            minutes=5 + number % 8 * 5 + (number % 5 if uneven else 0),
            priority=1 + number % 5,
            treatment=TREATMENTS[number % 3],
            deadline=_deadline(number),
            focus=1 + number % 7,
            guests={number % 4: "Genodigde"} if number % 6 == 0 else {},
            predecessor_id=number // 2 if number % 4 == 0 else None,
        )
        for number in range(1, TOPICS + 1)
    ]


def _deadline(number: int) -> date | None:
    return DAY + timedelta(days=number % 365) if number % 3 else None


def fill(session: Session, world: World) -> int:
    """Add the topics and a meeting; gives the meeting's number."""
    session.add_all(
        Topic(
            body_id=world.body_id,
            title=f"Onderwerp {number}",
            purpose=Purpose.DELIBERATE,
            treatment=TREATMENTS[number % 3],
            minutes=5 + number % 8 * 5,
            priority=1 + number % 5,
            deadline=_deadline(number),
            created_at=START,
            focus_area_id=1 + number % 7,
            needs=[Need(portfolio="wonen")] if number % 2 else [],
            guests=[TopicGuest(person_id=world.people["Gedeputeerde"])] if number % 6 == 0 else [],
        )
        for number in range(TOPICS)
    )
    plan = Plan(starts_at=STARTS_AT, minutes=480, venue="Gemeentehuis Zoeterwoude")
    return actions.create_meeting(
        session, world.body(session), plan, world.by(session, "secretary"), START
    ).id


def click(sessions: Sessions, world: World, meeting_id: int) -> None:
    """Draft the agenda and throw it away again, so that every round does the same."""
    with sessions.read() as session:
        meeting = session.get_one(Meeting, meeting_id)
        agenda_actions.draft_agenda(session, meeting, world.by(session, "clerk"), START)
        session.flush()


def median(work: Callable[[], object]) -> float:
    """Do the work several times; the median in milliseconds."""
    spent = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        work()
        spent.append((time.perf_counter() - begin) * 1000)
    return statistics.median(spent)


def main() -> None:
    """Print the table."""
    print(f"{'drafting from 500 topics':42} {'chosen':>7} {'median ms':>10}")
    for uneven in (False, True):
        topics = candidates(uneven)
        for minutes in LENGTHS:
            occasion = Occasion(DAY, frozenset(), frozenset(), minutes, DAY + timedelta(days=90))
            made = draft(topics, occasion)
            name = f"choice and order, {minutes} min, steps of {1 if uneven else 5} min"
            spent = median(lambda t=topics, o=occasion: draft(t, o))  # type: ignore[misc]
            print(f"{name:42} {len(made.chosen):7} {spent:10.1f}")
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'agenda.sqlite'}"
        upgrade(url)
        sessions = Sessions(url)
        with sessions.work() as session:
            world = make_world(session)
            meeting_id = fill(session, world)
        spent = median(lambda: click(sessions, world, meeting_id))
        print(f"{'one click, with the database, 480 min':42} {'':7} {spent:10.1f}")
        sessions.close()


if __name__ == "__main__":
    main()
