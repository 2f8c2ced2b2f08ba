"""The register of decisions: searching, filters, pages, the file, and who sees what."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from agenda.core.runtime import Runtime
from agenda.decisions import superseding
from agenda.decisions.model import Decision, DecisionKind
from agenda.meetings.model import AgendaItem, Meeting
from agenda.people.model import Body
from agenda.topics import round_actions
from agenda.topics.model import Topic, TopicGuest
from agenda.topics.round_model import Ending, WrittenRound
from tests.decisions.held import ODD, Held, close, decided
from tests.meetings.conftest import AsSomeone
from tests.meetings.counting import Statements
from tests.meetings.planning import AFTER, topic
from tests.world import World

ZONE = "Europe/Amsterdam"


@pytest.fixture
def filled(runtime: Runtime, world: World, held: Held) -> dict[str, int]:
    """Fill the register: an agreement, a superseded decision and the one after it, an old one elsewhere."""
    with runtime.work() as session:
        by = world.by(session, "clerk")
        session.get_one(AgendaItem, held.first).topic.focus_area_id = world.focus_areas["Duurzaamheid"]
        agreement = decided(session, world, held, "We bouwen één warmtenet.")
        old = decided(session, world, held, "Elke maand een overleg.", DecisionKind.DECISION, held.second)
        new = decided(session, world, held, ODD, DecisionKind.DECISION, held.second)
        superseding.supersede(session, old, new, by, AFTER)
        # At a quarter to midnight in Amsterdam on New Year's Eve: 2017 by the civil calendar.
        elsewhere = Meeting(
            body=session.get_one(Body, world.other_body_id),
            title="Ander overleg",
            starts_at=datetime.fromisoformat("2017-12-31T22:45:00+00:00"),
            minutes=60,
            time_zone=ZONE,
            created_at=AFTER,
        )
        session.add(elsewhere)
        session.flush()
        strange = Decision(meeting=elsewhere, position=1, text="Elders besloten.", recorded_at=AFTER)
        session.add(strange)
        session.flush()
        return {"agreement": agreement.id, "old": old.id, "new": new.id, "strange": strange.id}


def shown(client: FlaskClient, query: str, ids: dict[str, int]) -> set[str]:
    """Name the decisions of which the register shows a line."""
    page = client.get(f"/decisions?{query}")
    assert page.status_code == 200, query
    return {name for name, key in ids.items() if f'href="/decisions/{key}"' in page.text}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"agreement", "old", "new"}),
        ("q=WARMTENET", {"agreement"}),
        # Accents and capitals do not matter, and a topic's own words count.
        ("q=zoe naief", {"new"}),
        ("q=warmterotonde", {"agreement"}),
        ("q=2019-02-14/2", {"old"}),
        ("q=2019-02-14", {"agreement", "old", "new"}),
        ("q=2019-02-15", set()),
        ("q=100%25", set()),
        ("year=2019", {"agreement", "old", "new"}),
        ("year=2018", set()),
        ("kind=agreement", {"agreement"}),
        ("kind=decision", {"old", "new"}),
        ("kind=in_writing", set()),
        ("state=waiting", {"agreement"}),
        ("state=superseded", {"old"}),
        ("state=in_force", {"new"}),
        ("state=rectified", set()),
        ("state=refused", set()),
        # What makes no sense is left out.
        ("state=weg&kind=wet&year=99999&sort=x&body=x&focus=-1&page=x", {"agreement", "old", "new"}),
        ("page=999", {"agreement", "old", "new"}),
    ],
)
def test_what_is_asked_is_found(
    as_someone: AsSomeone, filled: dict[str, int], query: str, found: set[str]
) -> None:
    assert shown(as_someone("reader"), query, filled) == found


def test_a_focus_area_and_a_body_narrow_it(
    as_someone: AsSomeone, world: World, filled: dict[str, int]
) -> None:
    clerk = as_someone("clerk")
    assert shown(clerk, f"focus={world.focus_areas['Duurzaamheid']}", filled) == {"agreement"}
    assert shown(clerk, f"focus={world.focus_areas['Economie']}", filled) == set()
    assert shown(clerk, f"body={world.body_id}", filled) == {"agreement", "old", "new"}
    assert shown(clerk, f"body={world.other_body_id}", filled) == set()


def test_each_sees_the_bodies_that_are_theirs_and_years_are_civil_years(
    as_someone: AsSomeone, filled: dict[str, int]
) -> None:
    assert shown(as_someone("outsider"), "", filled) == {"strange"}
    assert shown(as_someone("outsider"), "year=2017", filled) == {"strange"}
    assert shown(as_someone("outsider"), "year=2018", filled) == set()
    assert shown(as_someone("stranger"), "", filled) == set()
    assert shown(as_someone("administrator"), "", filled) == set(filled)
    assert as_someone("outsider").get(f"/decisions/{filled['agreement']}").status_code == 404


def test_an_address_goes_without_what_was_left_empty(as_someone: AsSomeone, filled: dict[str, int]) -> None:
    answer = as_someone("clerk").get("/decisions?q=&year=&kind=agreement&state=")
    assert (answer.status_code, answer.location) == (303, "/decisions?kind=agreement")


def test_the_file_has_every_line_and_runs_no_formula(
    as_someone: AsSomeone, runtime: Runtime, world: World, held: Held, filled: dict[str, int]
) -> None:
    with runtime.work() as session:
        decided(session, world, held, "=HYPERLINK('kwaad')", DecisionKind.DECISION)
    answer = as_someone("reader").get("/decisions.csv")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 5
    assert rows[0][0] == "Kenmerk"
    found = {row[0]: row for row in rows[1:]}
    agreement = found["2019-02-14/1"]
    assert agreement[7:9] == ["Wacht op bekrachtiging", ""]
    assert agreement[9].split("; ")[:2] == ["college van Leiden", "college van Leiderdorp"]
    assert len(agreement[9].split("; ")) == 5
    assert found["2019-02-14/2"][-1] == "2019-02-14/3"
    assert found["2019-02-14/4"][4].startswith("'=")


def test_what_was_settled_in_writing_stands_there_too_while_it_stands(
    as_someone: AsSomeone, runtime: Runtime, world: World, filled: dict[str, int]
) -> None:
    with runtime.work() as session:
        asked = topic(session, world, "Vacaturebank")
        found = round_actions.open_round(
            session,
            runtime.config,
            asked.id,
            date(2019, 3, 1),
            world.by(session, "clerk"),
            AFTER,
            proposal="Instemmen met verlenging.",
        )
        key = found.id
    reader = as_someone("reader")
    assert "Instemmen met verlenging." not in reader.get("/decisions").text
    with runtime.work() as session:
        found = session.get_one(WrittenRound, key)
        found.ended_at = found.topic.settled_in_writing_at = AFTER + timedelta(days=9)
        found.topic.in_writing_since, found.ending = None, Ending.SETTLED
    for query in (
        "",
        "?kind=in_writing",
        "?q=vacaturebank",
        "?q=VERLENGING",
        "?state=in_force",
        "?year=2019",
    ):
        assert f'href="/rounds/{key}"' in reader.get(f"/decisions{query}").text, query
    for query in ("?kind=agreement", "?state=waiting", "?q=warmtenet", "?q=2019-02-14", "?year=2018"):
        assert f'href="/rounds/{key}"' not in reader.get(f"/decisions{query}").text, query
    assert "Instemmen met verlenging." in reader.get("/decisions.csv").data.decode()
    assert f'href="/rounds/{key}"' not in as_someone("outsider").get("/decisions").text
    with runtime.work() as session:
        session.get_one(WrittenRound, key).topic.closed = True
    for address in ("/decisions", "/decisions?q=verlenging", "/decisions.csv"):
        assert "Instemmen met verlenging." not in reader.get(address).text, address
        assert "Instemmen met verlenging." in as_someone("clerk").get(address).text, address


def test_a_hundred_and_twenty_decisions_take_three_pages_and_no_more_queries(
    as_someone: AsSomeone, runtime: Runtime, world: World, held: Held, filled: dict[str, int]
) -> None:
    reader = as_someone("reader")
    reader.get("/decisions")

    def queries() -> int:
        with Statements(runtime) as counted:
            reader.get("/decisions")
        return counted.number

    few = queries()
    with runtime.work() as session:
        for number in range(117):
            decided(session, world, held, f"Besluit {number}.")
    assert queries() == few
    first, last = reader.get("/decisions").text, reader.get("/decisions?page=3").text
    assert "120 besluiten" in first
    assert first.count('<th scope="row"') == 50
    assert last.count('<th scope="row"') == 20
    risen = reader.get("/decisions?sort=day").text
    assert risen.index("2019-02-14/1<") < risen.index("2019-02-14/2<")


@pytest.fixture
def secret(runtime: Runtime, world: World, held: Held) -> int:
    """Give the number of a decision under an item behind closed doors, of a closed meeting."""
    with runtime.work() as session:
        item = session.get_one(AgendaItem, held.first)
        item.closed, item.title = True, "GEHEIM aankoop"
        key = decided(session, world, held, "GEHEIM: wij kopen het pand.").id
        item.outcome_text = "GEHEIM akkoord."
        close(session, world, held)
        return key


ADDRESSES = (
    "/decisions",
    "/decisions?q=geheim",
    "/decisions.csv",
    "/ratifications",
    "/bodies/{body}/ratifications",
    "/bodies/{body}",
    "/meetings/{meeting}",
    "/",
)


def test_a_decision_behind_closed_doors_is_nowhere_for_a_reader_and_everywhere_for_a_member(
    as_someone: AsSomeone, world: World, held: Held, secret: int
) -> None:
    places = {"body": world.body_id, "meeting": held.id}
    for who in ("reader", "administrator"):
        client = as_someone(who)
        assert client.get(f"/decisions/{secret}").status_code == 404
        for address in ADDRESSES:
            page = client.get(address.format(**places))
            assert page.status_code == 200
            # The agenda's own panel and history are not of this room.
            told = page.text.partition('id="came-out-title"')[2].partition('id="people"')[0]
            text = told if "/meetings/" in address else page.text
            assert "GEHEIM" not in text, (who, address)
            assert "2019-02-14/1" not in page.text.partition('id="history"')[0], (who, address)
    for who in ("Wethouder Leiden 1", "clerk"):
        client = as_someone(who)
        assert "GEHEIM" in client.get(f"/decisions/{secret}").text
        for address in ("/decisions", "/ratifications", f"/meetings/{held.id}"):
            assert "GEHEIM: wij kopen" in client.get(address).text, (who, address)


def test_what_is_told_of_it_in_the_history_of_the_meeting_is_its_reference_alone(
    as_someone: AsSomeone, runtime: Runtime, world: World, held: Held
) -> None:
    with runtime.work() as session:
        session.get_one(AgendaItem, held.first).confidential = True
    clerk, name = as_someone("clerk"), f"under{held.first}"
    clerk.post(f"{held.url}/{held.first}/decisions", data={f"{name}-text": "GEHEIM: wij kopen."})
    given = {f"held{held.first}-college": str(world.organisations["Leiden"])}
    clerk.post(f"{held.url}/{held.first}/reservations", data={**given, f"held{held.first}-text": "GEHEIM"})
    page = as_someone("reader").get(f"/meetings/{held.id}").text
    assert "GEHEIM" not in page
    assert "2019-02-14/1" in page


def test_a_guest_who_is_a_reader_sees_the_decision_of_the_own_topic(
    as_someone: AsSomeone, runtime: Runtime, world: World, secret: int
) -> None:
    with runtime.work() as session:
        item = session.get_one(Decision, secret).item
        assert item is not None
        assert isinstance(item.topic, Topic)
        session.add(TopicGuest(topic_id=item.topic.id, person_id=world.people["reader"]))
    reader = as_someone("reader")
    assert "GEHEIM" in reader.get(f"/decisions/{secret}").text
    assert "GEHEIM" in reader.get("/decisions").text
