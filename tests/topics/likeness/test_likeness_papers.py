"""The papers of two topics of which one goes up in the other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from agenda.core.actor import System
from agenda.core.database import get
from agenda.core.problems import Conflict
from agenda.core.runtime import Runtime
from agenda.documents import actions as documents
from agenda.documents.actions import Facts
from agenda.documents.model import Document
from agenda.people.model import Role
from agenda.topics import likeness_actions as actions
from agenda.topics.likeness_merging import Choice
from agenda.topics.likeness_queries import pair_between
from agenda.topics.model import Topic
from agenda.topics.paper_actions import add_paper
from agenda.topics.paper_queries import papers_of, topics_with
from tests.accounts.helpers import sign_in
from tests.documents.papers import stored
from tests.topics.likeness.twins import HERE, THERE, both, seat, seen, submit, twins
from tests.world import START, World

Numbers = tuple[int, int]
LATER = START + timedelta(hours=1)


@pytest.fixture(autouse=True)
def within(app: Flask) -> Iterator[None]:
    """Who reads a paper is asked of all rooms, and those are in the application."""
    with app.app_context():
        yield


@pytest.fixture
def numbers(runtime: Runtime, world: World) -> Numbers:
    """Two topics in two bodies, with two papers and one; the clerk works for both bodies."""
    seat(runtime, world, "clerk", Role.CLERK)
    found = twins(runtime, world)
    with runtime.work() as session:
        here, there = both(session, found)
        give(session, runtime, here, "Tracékaart")
        give(session, runtime, there, "Kosten")
        give(session, runtime, there, "Brief van de provincie", confidential=True)
    return found


def give(session: Session, runtime: Runtime, topic: Topic, title: str, **limits: bool) -> Document:
    content = stored(runtime, title.encode())
    return add_paper(session, topic, content, Facts(title, **limits), System(), START)


def merge(runtime: Runtime, world: World, numbers: Numbers) -> None:
    """Let the first go on and the second go up in it."""
    with runtime.work() as session:
        kept, gone = both(session, numbers)
        on_screen, by = seen(session, numbers), world.by(session, "clerk")
        actions.merge(session, kept, gone, Choice(), on_screen, by, LATER)


def undo(runtime: Runtime, world: World, numbers: Numbers) -> None:
    with runtime.work() as session:
        pair = pair_between(session, *numbers)
        assert pair is not None
        actions.undo(session, pair, pair.version, world.by(session, "clerk"), LATER + timedelta(hours=1))


def listed(runtime: Runtime, world: World, topic_id: int, who: str = "clerk") -> list[tuple[str, str]]:
    """Give the titles of a topic's papers as someone sees them, each with the topic it came with."""
    with runtime.read() as session:
        found = papers_of(session, get(session, Topic, topic_id), world.by(session, who))
        return [(line.title, line.attached.came_with) for line in found]


def limits(runtime: Runtime, world: World, topic_id: int) -> dict[str, tuple[bool, bool]]:
    with runtime.read() as session:
        found = papers_of(session, get(session, Topic, topic_id), world.by(session, "clerk"))
        return {line.title: (line.document.closed, line.document.confidential) for line in found}


def test_the_topic_that_goes_on_has_the_papers_of_both_and_says_whence(
    runtime: Runtime, world: World, numbers: Numbers
) -> None:
    merge(runtime, world, numbers)
    assert listed(runtime, world, numbers[0]) == [
        ("Tracékaart", ""),
        ("Kosten", THERE),
        ("Brief van de provincie", THERE),
    ]
    assert listed(runtime, world, numbers[1]) == [("Kosten", ""), ("Brief van de provincie", "")]


def test_each_paper_is_read_by_whom_it_was_and_names_no_topic_to_a_stranger(
    runtime: Runtime, world: World, numbers: Numbers
) -> None:
    merge(runtime, world, numbers)
    neutral = ("Vertrouwelijk stuk", "")
    assert listed(runtime, world, numbers[0], "secretary") == [("Tracékaart", ""), neutral, neutral]
    with runtime.read() as session:
        kosten = papers_of(session, get(session, Topic, numbers[0]), world.by(session, "clerk"))[1].document
        for who, topics in (("clerk", [HERE, THERE]), ("outsider", [THERE]), ("secretary", [HERE])):
            found = topics_with(session, kosten, world.by(session, who))
            assert [topic.title for topic in found] == topics


def test_taking_the_merger_back_puts_every_paper_back(
    runtime: Runtime, world: World, numbers: Numbers
) -> None:
    before = [listed(runtime, world, topic_id) for topic_id in numbers]
    merge(runtime, world, numbers)
    undo(runtime, world, numbers)
    assert [listed(runtime, world, topic_id) for topic_id in numbers] == before
    merge(runtime, world, numbers)
    assert len(listed(runtime, world, numbers[0])) == 3


@pytest.mark.parametrize("closed", ["kept", "gone"])
def test_papers_are_closed_as_the_topic_that_goes_on_is_and_open_again_when_it_is_taken_back(
    runtime: Runtime, world: World, closed: str
) -> None:
    seat(runtime, world, "clerk", Role.CLERK)
    with runtime.work() as session:
        kept = submit(session, world.body_id, HERE, closed=closed == "kept")
        gone = submit(session, world.other_body_id, THERE, closed=closed == "gone")
        numbers = kept.id, gone.id
        give(session, runtime, kept, "Tracékaart")
        give(session, runtime, gone, "Kosten")
    before = [limits(runtime, world, topic_id) for topic_id in numbers]
    merge(runtime, world, numbers)
    assert limits(runtime, world, numbers[0]) == {"Tracékaart": (True, False), "Kosten": (True, False)}
    undo(runtime, world, numbers)
    assert [limits(runtime, world, topic_id) for topic_id in numbers] == before


def test_what_somebody_changed_about_a_paper_after_the_merger_stays_when_it_is_taken_back(
    runtime: Runtime, world: World
) -> None:
    seat(runtime, world, "clerk", Role.CLERK)
    with runtime.work() as session:
        kept = submit(session, world.body_id, HERE, closed=True)
        gone = submit(session, world.other_body_id, THERE)
        numbers = kept.id, gone.id
        kosten = give(session, runtime, gone, "Kosten").id
    merge(runtime, world, numbers)
    with runtime.work() as session:
        by = world.by(session, "clerk")
        documents.change(session, get(session, Document, kosten), Facts("Raming", True), None, by, LATER)
        # Added since, and its own.
        give(session, runtime, get(session, Topic, numbers[0]), "Memo")
    undo(runtime, world, numbers)
    assert limits(runtime, world, numbers[1]) == {"Raming": (True, False)}
    assert list(limits(runtime, world, numbers[0])) == ["Memo"]


def test_a_topic_that_went_up_in_another_takes_no_papers(
    client: FlaskClient, runtime: Runtime, world: World, numbers: Numbers
) -> None:
    merge(runtime, world, numbers)
    with (
        runtime.work() as session,
        pytest.raises(Conflict, match="merged_takes_no_papers"),
    ):
        give(session, runtime, get(session, Topic, numbers[1]), "Te laat")
    sign_in(client, runtime, world, "clerk")
    closed, goes_on = (client.get(f"/topics/{topic_id}/papers").text for topic_id in numbers[::-1])
    assert 'type="file"' not in closed
    assert "voeg stukken daar toe" in closed
    assert 'type="file"' in goes_on
    assert f"Meegekomen met “{THERE}”" in goes_on


def test_a_removed_paper_of_a_topic_that_is_closed_since_is_closed_when_it_is_put_back(
    runtime: Runtime, world: World, numbers: Numbers
) -> None:
    with runtime.work() as session:
        by = world.by(session, "clerk")
        here, there = both(session, numbers)
        there.closed = True
        kaart = papers_of(session, here, by)[0].document
        documents.remove(session, kaart, "Dubbel", None, by, START)
    merge(runtime, world, numbers)
    with runtime.work() as session:
        documents.put_back(session, get(session, Document, kaart.id), None, System(), LATER)
    assert limits(runtime, world, numbers[0])["Tracékaart"] == (True, False)
