"""What is found by which words, on both databases, and that it follows every change."""

from __future__ import annotations

import threading

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from agenda.core.runtime import Runtime
from agenda.documents.model import Document, Reading, StoredFile
from agenda.search.indexing import bring_up_to_date, rebuild
from agenda.search.model import Kind, SearchEntry
from agenda.topics.model import Topic
from tests.accounts.helpers import sign_in
from tests.search.planting import add_version, added, document_of, item_of, look, look_now, meeting_of
from tests.world import World

# Each database finds words in its own way.
pytestmark = pytest.mark.both_databases
LOSE_WORDS = {"sqlite": "DELETE FROM search_words", "postgresql": "UPDATE search_entry SET words = NULL"}


@pytest.mark.parametrize(
    "asked",
    [
        "Zoe",
        "zoë",
        "ZOE\u0308",
        "van der Ven",
        '"Zoë van der Ven"',
        "warmteroton",
        "warmterotondes",
        "vergaderingen",
        "vergaderin",
        "besluit",
        "kern- van het",
        '"warmterotonde, zoe"',
    ],
)
def test_a_text_is_found_by_its_words_in_any_guise(runtime: Runtime, world: World, asked: str) -> None:
    summary = "Warmterotonde: Zoë van der Ven, over de vergadering met besluiten en de kern."
    added(runtime, world, "Nota", summary=summary)
    added(runtime, world, "Iets anders", summary="fietspaden")
    assert look(runtime, world, "clerk", asked).total == 1


@pytest.mark.parametrize(
    "asked", ['"van Zoë der Ven"', "Zoë fietspaden", "de het een", "rotonde", '""', "%", "*"]
)
def test_what_does_not_stand_there_is_not_found(runtime: Runtime, world: World, asked: str) -> None:
    added(runtime, world, "Nota", summary="Warmterotonde: Zoë van der Ven 100%")
    assert look(runtime, world, "clerk", asked).total == 0


def test_a_changed_topic_is_found_by_its_new_words_and_not_by_the_old(runtime: Runtime, world: World) -> None:
    number = added(runtime, world, "Warmterotonde")
    assert look(runtime, world, "clerk", "warmterotonde").total == 1
    with runtime.work() as session:
        session.get_one(Topic, number).title = "Fietspad"
    assert look(runtime, world, "clerk", "warmterotonde").total == 0
    assert look(runtime, world, "clerk", "fietspad").total == 1


def test_only_the_newest_version_of_a_document_is_found_and_its_text_once_it_is_read(
    runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        document = document_of(session, world.body_id, "Nota", "warmterotonde")
    assert look(runtime, world, "clerk", "warmterotonde").total == 1
    with runtime.work() as session:
        file = add_version(session, session.get_one(Document, document.id), "")
        file.reading = Reading.WAITING
    assert look(runtime, world, "clerk", "warmterotonde").total == 0
    with runtime.work() as session:
        kept = session.get_one(StoredFile, file.id)
        kept.reading, kept.text = Reading.READ, "fietspad"
    assert look(runtime, world, "clerk", "fietspad").total == 1
    assert look(runtime, world, "clerk", "nota").total == 1


def test_titles_come_first_and_then_what_is_newest(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        meeting = meeting_of(session, world.body_id)
        item_of(session, meeting, None, "Anders", "open").requested_decision = "over de warmterotonde"
        item_of(session, meeting, None, "Warmterotonde", "open")
    added(runtime, world, "Later", summary="warmterotonde")
    found = look(runtime, world, "clerk", "warmterotonde")
    assert [entry.kind for entry in found.entries] == [Kind.ITEM, Kind.TOPIC, Kind.ITEM]
    by_day = look_now(runtime, world, "clerk", "warmterotonde", newest_first=True)
    assert [entry.kind for entry in by_day.entries] == [Kind.TOPIC, Kind.ITEM, Kind.ITEM]


def test_filters_keep_a_focus_area_with_all_that_belongs_to_it(runtime: Runtime, world: World) -> None:
    area = world.focus_areas["Economie"]
    number = added(runtime, world, "Warmterotonde", focus_area_id=area)
    added(runtime, world, "Warmterotonde elders")
    with runtime.work() as session:
        item_of(
            session,
            meeting_of(session, world.body_id),
            session.get_one(Topic, number),
            "Warmterotonde",
            "open",
        )
    found = look(runtime, world, "clerk", "warmterotonde", focus=area)
    assert found.counts == {Kind.TOPIC: 1, Kind.ITEM: 1}


def test_pages_follow_each_other_and_the_last_one_is_given_for_one_beyond(
    runtime: Runtime, world: World
) -> None:
    for number in range(45):
        added(runtime, world, f"Warmterotonde {number}")
    bring_up_to_date(runtime)
    seen: list[int] = []
    for page in (1, 2, 3):
        found = look_now(runtime, world, "clerk", "warmterotonde", page=page)
        seen += [entry.id for entry in found.entries]
        assert (found.total, found.pages, found.page) == (45, 3, page)
    assert len(set(seen)) == 45
    assert look_now(runtime, world, "clerk", "warmterotonde", page=10**9).page == 3


def test_a_text_of_any_length_and_kind_can_be_kept(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        words = " ".join(f"w{number}x" for number in range(250_000))
        document_of(session, world.body_id, "Lang", f"voorin {words}")
        document_of(
            session,
            world.body_id,
            "Vreemd",
            "￿ 🜁 'a' & | ! <-> :* \\ \" " + "é" * 5_000 + " slotwoord",
        )
    assert look(runtime, world, "clerk", "voorin").total == 1
    assert look(runtime, world, "clerk", "slotwoord").total == 1


def test_two_workers_at_once_keep_each_thing_once(runtime: Runtime, world: World) -> None:
    for number in range(30):
        added(runtime, world, f"Warmterotonde {number}")
    workers = [threading.Thread(target=bring_up_to_date, args=[runtime]) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert look(runtime, world, "clerk", "warmterotonde").total == 30


def test_a_rebuild_mends_words_that_were_lost_and_forgets_nothing(runtime: Runtime, world: World) -> None:
    added(runtime, world, "Warmterotonde")
    assert look(runtime, world, "clerk", "warmterotonde").total == 1
    with runtime.work() as session:
        session.execute(text(LOSE_WORDS[session.get_bind().dialect.name]))
    assert look(runtime, world, "clerk", "warmterotonde").total == 0
    assert rebuild(runtime) == 1
    assert look_now(runtime, world, "clerk", "warmterotonde").total == 1
    with runtime.read() as session:
        words = session.execute(text("SELECT count(*) FROM search_words")).scalar_one()
        assert words == len(session.scalars(select(SearchEntry)).all())


@pytest.fixture
def found_by(runtime: Runtime, world: World) -> tuple[Runtime, World]:
    added(runtime, world, "Warmterotonde", summary="met Zoë")
    bring_up_to_date(runtime)
    return runtime, world


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.one_of(
        st.text(max_size=200),
        st.text(alphabet="\"'*():^-+{}[]<>&|!\\~NEAR and OR title:@#$%;/\u0000\u0345ßﬁ", max_size=60),
    )
)
def test_no_question_whatever_is_an_error(found_by: tuple[Runtime, World], typed: str) -> None:
    runtime, world = found_by
    look_now(runtime, world, "clerk", typed)
    look_now(runtime, world, "clerk", f'{typed} "{typed}')


def test_the_page_marks_words_and_escapes_everything_else(
    runtime: Runtime, world: World, client: FlaskClient
) -> None:
    added(runtime, world, "<script>alert(1)</script> warmterotonde", summary="<b>warmterotonde</b> & Zoë")
    bring_up_to_date(runtime)
    page = sign_in(client, runtime, world, "clerk").get("/search?q=warmterotonde").text
    assert "<script>alert" not in page
    assert "&lt;b&gt;<mark>warmterotonde</mark>&lt;/b&gt; &amp; Zoë" in page
    attack = sign_in(client, runtime, world, "clerk").get('/search?q="><script>alert(1)</script>').text
    assert "<script>alert" not in attack


@pytest.mark.parametrize(
    "query",
    [
        "q=" + "warmterotonde+" * 350,
        "q=warm&page=-5&year=99999999999&body=x&focus=-1&kind=onzin",
        "q=%00%ff%fe&page=abc",
        "q=&kind=topic",
        "kind=topic&year=2018",
        "q=de+het",
    ],
)
def test_any_address_gives_a_page(runtime: Runtime, world: World, client: FlaskClient, query: str) -> None:
    answer = sign_in(client, runtime, world, "reader").get(f"/search?{query}", follow_redirects=True)
    assert answer.status_code == 200


def test_the_empty_fields_of_a_form_leave_the_address(
    runtime: Runtime, world: World, client: FlaskClient
) -> None:
    answer = sign_in(client, runtime, world, "reader").get("/search?q=warm&body=&focus=&year=2018")
    assert answer.location == "/search?q=warm&year=2018"
