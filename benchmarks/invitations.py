"""How many invitations are built in a second: from facts to the letter's frozen bytes, and with the database.

python -m benchmarks.invitations

Forty people, 25 meetings; prints medians of some rounds. The aim is 1 000 a second built.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from agenda.core.actor import System
from agenda.core.database import Sessions
from agenda.core.runtime import Runtime
from agenda.invitations import letters
from agenda.invitations.actions import invite
from agenda.invitations.facts import Facts
from agenda.invitations.letters import Sent
from agenda.invitations.rules import Appointment, Owed, PersonalItem, Told, answer_token
from agenda.mail.compose import Mailbox, compose, message_id
from agenda.mail.transports import FolderTransport
from agenda.meetings import actions as meetings
from agenda.meetings.facts import Plan
from agenda.people.model import Body
from agenda.schema import upgrade
from config import Config
from tests.conftest import make_config
from tests.world import START, StandingClock, make_world

PEOPLE, MEETINGS, ROUNDS = 40, 25, 5
EVENING = datetime(2019, 2, 14, 14, 30, tzinfo=UTC)


def main() -> None:
    """Build and queue, and print the table."""
    with tempfile.TemporaryDirectory() as folder:
        config = make_config(Path(folder), f"sqlite:///{folder}/agenda.sqlite")
        asked = _facts()
        text = _rate(
            lambda: [letters.text(config, facts, owed, sent) for facts, owed, sent in asked], len(asked)
        )
        entry = _rate(lambda: [letters.calendar(config, facts, sent) for facts, _, sent in asked], len(asked))
        whole = _rate(lambda: [_built(config, *one) for one in asked], len(asked))
        queued = _queued(config)
    print(f"{PEOPLE} people, {MEETINGS} meetings, median of {ROUNDS} rounds (aim 1000 a second built)")
    for name, rate in (
        ("letter's text and HTML", text),
        ("calendar entry", entry),
        ("whole letter, frozen", whole),
        ("with the database (invite)", queued),
    ):
        print(f"  {name:<28}{rate:8.0f}/s{rate / whole:8.2f} x")


def _facts() -> list[tuple[Facts, Owed, Sent]]:
    items = tuple(PersonalItem(f"Onderwerp {n}", EVENING + timedelta(minutes=20 * n), 20) for n in range(3))
    appointment = Appointment(
        EVENING, EVENING + timedelta(hours=2), "Raadhuis Zoeterwoude", "Gezamenlijk collegeoverleg", items
    )
    plain = Facts(
        uid="",
        revision=0,
        span="",
        summary="Gezamenlijk collegeoverleg",
        name="",
        address="",
        language="nl",
        role="required",
        partstat="needs-action",
        guest=False,
        host="Zoeterwoude",
        appointment=appointment,
    )
    found = []
    for number in range(PEOPLE * MEETINGS):
        meeting, person = divmod(number, PEOPLE)
        starts_at = EVENING + timedelta(days=7 * meeting)
        own = replace(appointment, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2))
        facts = replace(
            plain,
            uid=f"meeting-{meeting}-20181218090000@leidseregio.example",
            name=f"Wethouder {person}",
            address=f"wethouder{person}@leiden.example",
            appointment=own,
        )
        owed = Owed("invitation", Told(own, 0, 1))
        found.append((facts, owed, Sent(meeting, 0, START, answer_token(b"x" * 40, number, 1))))
    return found


def _built(config: Config, facts: Facts, owed: Owed, sent: Sent) -> bytes:
    return compose(
        letters.text(config, facts, owed, sent),
        sender=Mailbox(config.mail_name, config.mail_from),
        recipient=Mailbox(facts.name, facts.address),
        now=sent.at,
        message_id=message_id(f"{facts.uid}|{facts.address}", config.secret, config.mail_domain),
        reply_to=letters.reply_to(config, sent.token),
        calendar=letters.calendar(config, facts, sent),
    )


def _rate(work: Callable[[], object], number: int) -> float:
    taken = []
    for _ in range(ROUNDS):
        start = perf_counter()
        work()
        taken.append(perf_counter() - start)
    return number / statistics.median(taken)


def _queued(config: Config) -> float:
    """Invite the region's seventeen to 25 meetings, each in one transaction; letters a second."""
    upgrade(config.database_url)
    runtime = Runtime(
        Sessions(config.database_url), StandingClock(), FolderTransport(config.var / "mail"), config
    )
    with runtime.work() as session:
        world = make_world(session)
    number, seconds = 0, 0.0
    for week in range(MEETINGS):
        with runtime.work() as session:
            plan = Plan(starts_at=EVENING + timedelta(days=7 * week), venue="Raadhuis")
            body = session.get_one(Body, world.body_id)
            meeting = meetings.create_meeting(session, body, plan, System(), START)
            session.flush()
            start = perf_counter()
            number += invite(session, config, meeting, System(), START)
            session.flush()
            seconds += perf_counter() - start
    runtime.sessions.close()
    return number / seconds


if __name__ == "__main__":
    main()
