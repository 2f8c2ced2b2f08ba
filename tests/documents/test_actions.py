"""What is done with documents, also by two at the same time and when something breaks off."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from agenda import steps
from agenda.core.database import get
from agenda.core.problems import Forbidden, NotFound
from agenda.core.runtime import Runtime
from agenda.documents import actions, storage
from agenda.documents.actions import Facts
from agenda.documents.model import Document, StoredFile
from tests.documents.papers import add, added, stored
from tests.world import START, StandingClock, World


def numbers(runtime: Runtime, document_id: int) -> list[int]:
    with runtime.read() as session:
        return [version.number for version in get(session, Document, document_id).versions]


def test_two_who_add_a_version_at_once_both_get_a_number(runtime: Runtime, world: World) -> None:
    document_id = added(runtime, world)
    begun = threading.Barrier(2)
    failed: list[BaseException] = []

    def add_one(text: bytes) -> None:
        try:
            content = stored(runtime, text)
            begun.wait(10)
            with runtime.work() as session:
                document = get(session, Document, document_id)
                by = world.by(session, "clerk")
                actions.add_version(session, document, content, "", by, START)
        except BaseException as error:
            failed.append(error)
            raise

    # The same content twice: its row is made once, whoever comes first.
    threads = [threading.Thread(target=add_one, args=(b"dezelfde",)) for _time in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert not failed
    assert numbers(runtime, document_id) == [1, 2, 3]


def test_a_crash_between_the_disk_and_the_database_leaves_nothing_but_a_file_that_is_swept(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    known = added(runtime, world)
    content = stored(runtime, b"nooit vastgelegd")
    place = storage.place_of(runtime.config.documents, content.sha256)
    with pytest.raises(ZeroDivisionError), runtime.work() as session:
        by = world.by(session, "clerk")
        actions.add_document(session, world.body(session), content, Facts("Weg"), by, START)
        raise ZeroDivisionError
    assert place.is_file()
    assert steps.sweep(runtime) == 0
    clock.wind(hours=25)
    assert steps.sweep(runtime) == 1
    assert not place.exists()
    with runtime.read() as session:
        kept = session.scalars(select(StoredFile)).one()
        assert storage.place_of(runtime.config.documents, kept.sha256).is_file()
        assert get(session, Document, known).newest.file_id == kept.id


@pytest.mark.parametrize(("who", "refusal"), [("reader", Forbidden), ("outsider", NotFound)])
def test_an_action_asks_who_does_it(
    runtime: Runtime, world: World, who: str, refusal: type[Exception]
) -> None:
    with runtime.work() as session:
        document = add(session, runtime, world)
        by = world.by(session, who)
        with pytest.raises(refusal):
            actions.remove(session, document, "Weg", None, by, START + timedelta(days=1))
        with pytest.raises(refusal):
            actions.add_version(session, document, stored(runtime), "", by, START)
