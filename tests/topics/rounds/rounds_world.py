"""A written round of fifteen members, and what tests do with it."""

from __future__ import annotations

from datetime import date
from email import message_from_bytes, policy

from sqlalchemy import select

from agenda.core.runtime import Runtime
from agenda.mail.model import Letter
from agenda.topics.model import Treatment
from agenda.topics.round_actions import open_round
from agenda.topics.round_answers import answer
from agenda.topics.round_model import RoundVoter, Said, WrittenRound
from agenda.topics.round_rules import round_token
from agenda.topics.round_telling import tell_rounds
from tests.meetings.agenda_world import topic
from tests.world import World

LAST = date(2019, 1, 8)
MEMBERS = 15
ZONE = "Europe/Amsterdam"


def opened(runtime: Runtime, world: World, last_day: date = LAST, **facts: object) -> int:
    """Put a topic to the fifteen voting members."""
    with runtime.work() as session:
        asked = topic(session, world, "Gezamenlijk inkopen", treatment=Treatment.CONSENT, **facts)
        by = world.by(session, "clerk")
        found = open_round(
            session, runtime.config, asked.id, last_day, by, runtime.clock(), proposal="Instemmen."
        )
        return found.id


def told(runtime: Runtime) -> list[Letter]:
    """Let the worker look once, and give the letters it queued."""
    with runtime.work() as session:
        seen = len(session.scalars(select(Letter.id)).all())
        tell_rounds(session, runtime.config, runtime.clock())
        session.flush()
        return list(session.scalars(select(Letter).order_by(Letter.id)))[seen:]


def say(runtime: Runtime, number: int, said: Said, reason: str = "", *, only: int | None = None) -> None:
    """Let everyone who is asked answer, or only so many."""
    with runtime.work() as session:
        for voter in session.get_one(WrittenRound, number).asked[:only]:
            answer(session, voter, said, reason, runtime.clock())


def link_of(runtime: Runtime, voter: RoundVoter) -> str:
    """Give the path in a voter's letter."""
    return f"/round/{round_token(runtime.config.secret, voter.id, voter.serial)}"


def text_of(letter: Letter) -> str:
    """Give the words of a letter, on one line."""
    message = message_from_bytes(letter.content, policy=policy.default)
    part = message.get_body(("plain",))
    assert part is not None
    return " ".join(str(part.get_content()).split())
