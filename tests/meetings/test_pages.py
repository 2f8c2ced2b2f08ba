"""The meetings' screens, as the server answers them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from sqlalchemy import event

from agenda.core.runtime import Runtime
from agenda.meetings import actions, attendance
from agenda.meetings.facts import Plan
from agenda.meetings.model import Answer, ItemOutcome, Meeting
from tests.meetings.conftest import AsSomeone
from tests.meetings.planning import (
    AFTER,
    VALENTINE,
    confirmed,
    dated,
    in_state,
    planned,
    put_on_agenda,
    topic,
)
from tests.meetings.test_attendees import named
from tests.world import START, StandingClock, World


@contextmanager
def counted(runtime: Runtime) -> Iterator[list[str]]:
    """Collect the statements that reach the database."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith(("SELECT", "INSERT", "UPDATE")):
            seen.append(statement)

    event.listen(runtime.sessions.engine, "before_cursor_execute", note)
    yield seen
    event.remove(runtime.sessions.engine, "before_cursor_execute", note)


def test_the_list_shows_what_lies_ahead_windows_without_a_date_first(
    runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    with runtime.work() as session:
        dated(session, world).title = "Met datum"
        planned(session, world).title = "Zonder datum"
    page = as_someone("Wethouder Leiden 1").get("/meetings").text
    assert page.index("Zonder datum") < page.index("Met datum")
    assert "eerste kwartaal 2019" in page
    assert "donderdag 14 februari 2019, 15.30 uur" in page
    assert "Overleg plannen" not in page


@pytest.mark.parametrize(
    "query, shown",
    [
        ("", {"Concept", "Bevestigd"}),
        ("state=confirmed", {"Bevestigd"}),
        ("state=draft&mine=y", {"Concept"}),
        ("period=past", set()),
        ("period=all", {"Concept", "Bevestigd"}),
        ("body=999", {"Concept", "Bevestigd"}),
        ("state=nonsense&host=x&page=-3", {"Concept", "Bevestigd"}),
    ],
)
def test_the_address_bar_filters_the_list(
    runtime: Runtime, world: World, as_someone: AsSomeone, query: str, shown: set[str]
) -> None:
    with runtime.work() as session:
        planned(session, world)
        confirmed(session, world)
    page = as_someone("secretary").get(f"/meetings?{query}").text
    table = page.partition("<tbody>")[2]
    assert {word for word in ("Concept", "Bevestigd", "Voorlopig") if f">{word}<" in table} == shown


def test_only_my_own_meetings_when_i_ask_so(runtime: Runtime, world: World, as_someone: AsSomeone) -> None:
    with runtime.work() as session:
        secretary = world.by(session, "secretary")
        planned(session, world).title = "Van mij"
        other = planned(session, world)
        other.title = "Niet van mij"
        attendance.remove_attendee(session, named(other, "Wethouder Leiden 1"), secretary, START)
    page = as_someone("Wethouder Leiden 1").get("/meetings?mine=y").text
    assert ">Van mij<" in page
    assert ">Niet van mij<" not in page


def test_the_quarter_shows_its_days_and_what_still_waits_for_one(
    runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    with runtime.work() as session:
        number = dated(session, world).id
        waiting = planned(session, world, Plan(window_from=date(2019, 1, 1), window_until=date(2019, 3, 31)))
        waiting.title = "Wacht op een datum"
    client = as_someone("secretary")
    page = client.get("/meetings?view=quarter&q=2019-1").text
    assert "Eerste kwartaal 2019" in page
    assert "Wacht op een datum" in page
    assert f'href="/meetings/{number}">14<' in page
    assert "q=2018-4" in page
    assert "q=2019-2" in page
    assert "Wacht op een datum" not in client.get("/meetings?view=quarter&q=2019-2").text
    assert "Vierde kwartaal 2018" in client.get("/meetings?view=quarter&q=rubbish").text


def test_the_page_of_a_meeting_offers_the_one_next_step(
    runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    with runtime.work() as session:
        number = dated(session, world).id
    assert (
        "Deze datum is nog aan niemand meegedeeld" in as_someone("secretary").get(f"/meetings/{number}").text
    )
    assert "meegedeeld" not in as_someone("Wethouder Leiden 1").get(f"/meetings/{number}").text


@pytest.mark.parametrize("state", ["draft", "dated", "confirmed", "held", "closed", "cancelled"])
def test_the_page_of_a_meeting_opens_in_each_state_for_each_role(
    runtime: Runtime, world: World, clock: StandingClock, as_someone: AsSomeone, state: str
) -> None:
    with runtime.work() as session:
        meeting, clock.at = in_state(session, world, state)
        put_on_agenda(session, meeting, topic(session, world), outcome=ItemOutcome.AGREED)
        number = meeting.id
    for who in ("secretary", "clerk", "Wethouder Leiden 1", "reader", "administrator"):
        client = as_someone(who)
        for path in (f"/meetings/{number}", "/meetings?period=all", "/meetings?view=quarter&q=2019-1", "/"):
            answer = client.get(path)
            assert answer.status_code == 200, (who, path)
            assert "Gezamenlijk collegeoverleg" in answer.text or path == "/", (who, path)


def test_a_reader_sees_no_answers(runtime: Runtime, world: World, as_someone: AsSomeone) -> None:
    with runtime.work() as session:
        meeting = confirmed(session, world)
        attendance.answer(
            session, named(meeting, "Wethouder Leiden 1"), Answer.DECLINED, "Op vakantie", START
        )
        number = meeting.id
    assert (
        "Wethouder Leiden 1: Op vakantie" in as_someone("Wethouder Leiden 2").get(f"/meetings/{number}").text
    )
    shown = as_someone("reader").get(f"/meetings/{number}").text
    assert "Op vakantie" not in shown
    assert "Verhinderd" not in shown


def test_planning_by_quarter_makes_a_meeting_without_a_date(
    runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    client = as_someone("secretary")
    form = {
        "title": "Overleg",
        "quarter": "2019-1",
        "minutes": "90",
        "host": world.organisations["Zoeterwoude"],
    }
    why = {"ground": "deadline", "reason": "De raden moeten voor februari worden geïnformeerd."}
    refused = client.post("/meetings/new", data=form | {"venue": "Gemeentehuis"})
    assert refused.status_code == 422
    assert "Is dit overleg nodig?" in refused.text
    short = client.post("/meetings/new", data=form | why | {"reason": "Moet"})
    assert "Leg in minstens 10 tekens uit" in short.text
    answer = client.post("/meetings/new", data=form | why | {"venue": "Gemeentehuis"})
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "eerste kwartaal 2019" in page
    assert "Er is nog niets verstuurd" in page
    assert "Er is al één overleg gepland" in client.get("/meetings/new").text


@pytest.mark.parametrize(
    "given, told",
    [
        ({}, "Kies de periode"),
        ({"window_from": "2019-01-07"}, "Vul zowel de eerste als de laatste dag"),
        ({"day": "2019-02-14"}, "Vul zowel de datum als de begintijd in"),
        ({"day": "2019-03-31", "start": "02:30"}, "02:30 bestaat op die dag niet"),
        ({"day": "2018-12-18", "start": "08:00"}, "Dat moment is voorbij"),
        ({"day": "2021-01-14", "start": "10:00"}, "eindigt op 31 december 2020"),
        (
            {
                "window_from": "2019-01-01",
                "window_until": "2019-03-31",
                "day": "2019-04-14",
                "start": "10:00",
            },
            "buiten de afgesproken periode",
        ),
        ({"quarter": "2019-1", "minutes": "5"}, "minuten"),
        ({"quarter": "2019-1", "host": "999"}, "Gastgemeente"),
    ],
)
def test_what_cannot_be_planned_is_refused_in_words_with_the_form_kept(
    runtime: Runtime, world: World, as_someone: AsSomeone, given: dict[str, str], told: str
) -> None:
    form = {"title": "Kasteeloverleg", "minutes": "90", "venue": "Kasteel", "quarter": ""} | given
    form |= {"ground": "other", "reason": "Het kasteel is maar één dag vrij."}
    answer = as_someone("secretary").post("/meetings/new", data=form)
    assert answer.status_code == 422
    assert told in answer.text
    assert "Kasteeloverleg" in answer.text
    with runtime.read() as session:
        assert session.query(Meeting).count() == 0


def test_who_saves_second_sees_both_versions_and_can_still_save(
    runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    with runtime.work() as session:
        meeting = planned(session, world)
        number, seen = meeting.id, meeting.version
    client = as_someone("secretary")
    form = {
        "title": "Eerste",
        "minutes": "120",
        "venue": "Gemeentehuis Leiden",
        "window_from": "2019-01-01",
        "window_until": "2019-03-31",
        "host": str(world.organisations["Leiden"]),
        "version": str(seen),
    }
    assert client.post(f"/meetings/{number}/edit", data=form).status_code == 303
    again = client.post(f"/meetings/{number}/edit", data=form | {"title": "Tweede"})
    assert again.status_code == 409
    assert "Eerste" in again.text
    assert "Tweede" in again.text
    assert f'value="{seen + 1}"' in again.text
    assert "Leiden</td>" not in again.text
    late = client.post(f"/meetings/{number}/edit", data=form | {"title": "Tweede", "version": str(seen + 1)})
    assert late.status_code == 303


def test_cancelling_says_how_many_hear_of_it(runtime: Runtime, world: World, as_someone: AsSomeone) -> None:
    with runtime.work() as session:
        draft, invited = planned(session, world).id, confirmed(session, world).id
    client = as_someone("secretary")
    assert "dus niemand krijgt bericht" in client.get(f"/meetings/{draft}/cancel").text
    asked = client.get(f"/meetings/{invited}/cancel").text
    assert "17 genodigden krijgen bericht" in asked
    assert f'<option value="{draft}">' in asked
    empty = client.post(f"/meetings/{invited}/cancel", data={"why": " "})
    assert empty.status_code == 422
    done = client.post(
        f"/meetings/{invited}/cancel", data={"why": "Sneeuw <b>op straat</b>", "successor": draft}
    )
    assert done.status_code == 303
    page = client.get(done.location).text
    assert "Sneeuw &lt;b&gt;op straat&lt;/b&gt;" in page
    assert f'href="/meetings/{draft}"' in page
    assert client.get(f"/meetings/{invited}/cancel").status_code == 409


def test_the_buttons_do_what_they_say(runtime: Runtime, world: World, as_someone: AsSomeone) -> None:
    with runtime.work() as session:
        meeting = dated(session, world)
        number, version = meeting.id, meeting.version
    client = as_someone("secretary")
    stranger = {"person": str(world.people["stranger"])}
    assert client.post(f"/meetings/{number}/attendees", data=stranger).status_code == 303
    assert client.post(f"/meetings/{number}/attendees", data=stranger).status_code == 409
    assert (
        client.post(f"/meetings/{number}/clear-date", data={"version": str(version - 1)}).status_code == 409
    )
    assert client.post(f"/meetings/{number}/clear-date", data={"version": str(version)}).status_code == 303
    assert client.post(f"/meetings/{number}/clear-date").status_code == 409
    with runtime.read() as session:
        meeting = session.get_one(Meeting, number)
        assert meeting.starts_at is None
        assert "stranger" in {attendee.person.name for attendee in meeting.attendees}


def test_the_start_page_names_what_waits_for_each_role(
    runtime: Runtime, world: World, clock: StandingClock, as_someone: AsSomeone
) -> None:
    with runtime.work() as session:
        planned(session, world).title = "Zonder datum"
        dated(session, world).title = "Met datum"
        meeting = confirmed(session, world)
        meeting.title = "Verstuurd"
        put_on_agenda(session, meeting, topic(session, world))
    page = as_someone("secretary").get("/").text
    assert "Kies een datum: Zonder datum" in page
    assert "Nog 103 dagen in de periode" in page
    assert "Verstuur de uitnodigingen: Met datum" in page
    alderman = as_someone("Wethouder Leiden 1").get("/").text
    assert "Beantwoord de uitnodiging: Verstuurd" in alderman
    assert "Kies een datum" not in alderman
    clock.at = VALENTINE - timedelta(days=8)
    assert "Maak de agenda definitief: Verstuurd" in as_someone("clerk").get("/").text
    clock.at = AFTER
    assert "Leg de uitkomsten vast: Verstuurd" in as_someone("clerk").get("/").text


def test_lists_ask_the_database_as_often_for_five_hundred_meetings_as_for_one(
    runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    client = as_someone("secretary")
    paths = ("/meetings?period=all", "/meetings?view=quarter&q=2019-1", "/meetings/new", "/")

    def asked() -> list[int]:
        numbers = []
        for path in paths:
            with counted(runtime) as seen:
                assert client.get(path).status_code == 200
            numbers.append(len(seen))
        return numbers

    with runtime.work() as session:
        confirmed(session, world)
    few = asked()
    with runtime.work() as session:
        one = confirmed(session, world)
        for step in range(498):
            session.add(
                Meeting(
                    body_id=world.body_id,
                    host_id=one.host_id,
                    title="Overleg",
                    starts_at=VALENTINE + timedelta(hours=step) if step % 3 else None,
                    window_from=date(2019, 1, 1),
                    window_until=date(2019, 3, 31),
                    minutes=60,
                    time_zone="Europe/Amsterdam",
                    created_at=START,
                    confirmed_at=START if step % 3 == 1 else None,
                )
            )
    assert asked() == few


def test_one_meeting_costs_as_many_queries_with_one_item_as_with_thirty(
    runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    with runtime.work() as session:
        small, large = confirmed(session, world), confirmed(session, world)
        put_on_agenda(session, small, topic(session, world))
        for number in range(30):
            put_on_agenda(session, large, topic(session, world, f"Onderwerp {number}"))
        addresses = [f"/meetings/{small.id}", f"/meetings/{large.id}"]
    client, numbers = as_someone("secretary"), []
    for address in addresses:
        with counted(runtime) as seen:
            assert client.get(address).status_code == 200
        numbers.append(len(seen))
    assert numbers[0] == numbers[1]


def test_names_and_titles_are_text_and_nothing_more(
    runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    with runtime.work() as session:
        meeting = dated(session, world)
        meeting.title = "<script>alert(1)</script>"
        world.person(session, "clerk").name = '"><img src=x>'
        secretary = world.by(session, "secretary")
        actions.confirm(session, meeting, secretary, START)
        number = meeting.id
    client = as_someone("secretary")
    for path in (
        f"/meetings/{number}",
        "/meetings",
        f"/meetings/{number}/cancel",
        "/meetings?view=quarter&q=2019-1",
    ):
        page = client.get(path).text
        assert "<script>alert" not in page
        assert "<img src=x>" not in page
