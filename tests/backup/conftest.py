"""The demonstration with difficult values in it, on both databases, and a backup of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from agenda.core.audit import AuditEntry
from agenda.demo.start import load_demo
from agenda.mail.actions import post
from agenda.people.model import Body, Person
from agenda.schema import upgrade
from agenda.topics.model import Topic
from tests.backup.places import MADE, Place, place_at
from tests.mail.letters import outgoing
from tests.support.postgres import Cluster

NASTY = "é“\u2028\u2029\r\n\t\\\"'; DROP TABLE person; -- %s :x {} \x01\x7f 🏛️ e\u0301 \u202e  "
EARLY = datetime(1583, 1, 1, 0, 0, 0, 1, tzinfo=UTC)
LATE = datetime(9999, 12, 30, 23, 59, 59, 999_999, tzinfo=UTC)
# High, with room for what a restore adds.
HIGHEST = 2**31 - 1_000
KINDS = ("sqlite", "postgres")

NewPlace = Callable[[str], Place]


@pytest.fixture
def new_place(tmp_path: Path, postgres_cluster: Cluster) -> Iterator[NewPlace]:
    """Make a house whose database has no tables yet: on SQLite not even a file."""
    with ExitStack() as open_places:

        def make(kind: str) -> Place:
            folder = tmp_path / f"new-{len(list(tmp_path.iterdir()))}"
            folder.mkdir()
            return _place(kind, folder, postgres_cluster, open_places)

        yield make


@pytest.fixture(scope="session")
def difficult(tmp_path_factory: pytest.TempPathFactory, postgres_cluster: Cluster) -> Iterator[NewPlace]:
    """Give the house of one kind with everything in it; made once, to look at only."""
    made: dict[str, Place] = {}
    with ExitStack() as open_places:

        def give(kind: str) -> Place:
            if kind not in made:
                made[kind] = _place(kind, tmp_path_factory.mktemp(kind), postgres_cluster, open_places)
                upgrade(made[kind].runtime.config.database_url)
                load_demo(made[kind].runtime)
                _make_difficult(made[kind])
            return made[kind]

        yield give


def _place(kind: str, folder: Path, cluster: Cluster, open_places: ExitStack) -> Place:
    url = f"sqlite:///{folder / 'agenda.sqlite'}"
    if kind == "postgres":
        url = open_places.enter_context(cluster.database())
    place = place_at(url, folder)
    open_places.callback(place.sessions.close)
    return place


def _make_difficult(place: Place) -> None:
    with place.runtime.work() as session:
        session.add(Body(name=NASTY, usual_minutes=2**31 - 1, expires_on=date.max))
        session.add(Body(name="x" * 5_000, usual_minutes=0, expires_on=date.min))
        session.add(Person(name="", email="leeg@leidseregio.example", undeliverable_since=EARLY))
        topics = session.scalars(select(Topic).order_by(Topic.id)).all()
        # The first points at the last: no order of the rows has everything in its place.
        topics[0].predecessor_id = topics[-1].id
        topics[0].created_at = LATE
        session.add(_entry(-7, {"big": 2**80, "b": None, "a": [1.5, "é", NASTY], "": {}}))
        session.add(_entry(HIGHEST, {}))
        letter = post(session, place.runtime.config, outgoing("wacht nog"), MADE)
        letter.content = bytes(range(256)) * 20_000
        post(session, place.runtime.config, outgoing("wacht ook nog"), MADE)


def _entry(number: int, before: dict[str, object]) -> AuditEntry:
    return AuditEntry(
        id=number,
        at=EARLY,
        actor_name=NASTY,
        subject_kind="proef",
        subject_id=number,
        verb="changed",
        before=before,
        after={},
    )
