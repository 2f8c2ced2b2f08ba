"""Two topics that are alike, in two bodies, and people who see one or both."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from agenda.core.actor import System
from agenda.core.database import get
from agenda.core.runtime import Runtime
from agenda.people.model import Body, Membership, Person, Role
from agenda.topics.actions import create_topic
from agenda.topics.likeness_actions import Seen
from agenda.topics.likeness_queries import pair_between
from agenda.topics.model import Topic
from agenda.topics.rules import Particulars
from tests.world import SINCE, START, World

HERE, THERE = "Aanleg van het warmtenet", "Warmtenet: geheim tracé"


def submit(session: Session, body_id: int, title: str, **more: Any) -> Topic:
    """Put a topic on the backlog of a body."""
    given = replace(Particulars(title), **more)
    return create_topic(session, get(session, Body, body_id), given, System(), START)


def twins(runtime: Runtime, world: World, **more: Any) -> tuple[int, int]:
    """Put one topic in each body, alike, and give their numbers."""
    with runtime.work() as session:
        here = submit(session, world.body_id, HERE, **more)
        return here.id, submit(session, world.other_body_id, THERE).id


def seat(runtime: Runtime, world: World, who: str, role: Role, body_id: int | None = None) -> None:
    """Give someone a seat in the other body too."""
    with runtime.work() as session:
        session.add(
            Membership(
                person_id=world.people[who],
                body_id=body_id or world.other_body_id,
                organisation_id=world.organisations["Leiden"],
                role=role,
                since=SINCE,
                voting=role is Role.MEMBER,
            )
        )


def someone(runtime: Runtime, world: World, name: str) -> None:
    """Add a person who sits nowhere yet."""
    with runtime.work() as session:
        person = Person(name=name, email=f"nr{len(world.people)}@leidseregio.example", language="nl")
        session.add(person)
        session.flush()
        world.people[name] = person.id


def both(session: Session, numbers: tuple[int, int]) -> tuple[Topic, Topic]:
    """Give the two topics."""
    return get(session, Topic, numbers[0]), get(session, Topic, numbers[1])


def seen(session: Session, numbers: tuple[int, int]) -> Seen:
    """Give what a person would have on screen now."""
    pair = pair_between(session, *numbers)
    topics = {number: get(session, Topic, number).version for number in numbers}
    return Seen(pair.version if pair else None, topics)
