"""The link in the mail answers for one person and one poll, and does nothing else."""

from __future__ import annotations

import re
from datetime import timedelta

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient

from agenda.dates.known import packed
from agenda.dates.model import BusyCalendar, CalendarKind, Choice
from agenda.dates.poll_actions import remove_voter
from agenda.dates.starts import minute_before
from agenda.meetings import actions as meetings
from agenda.meetings.facts import Plan
from tests.dates.polls.asking import ALDERMAN, DEADLINE, MOMENTS, Poll
from tests.meetings.conftest import AsSomeone
from tests.meetings.conftest import as_someone as as_someone

OTHER = "Wethouder Oegstgeest 2"
YES, NO, MAYBE = Choice.YES, Choice.NO, Choice.IF_NEED_BE


def tap(poll: Poll, client: FlaskClient, number: int, choice: str, who: str = ALDERMAN) -> int:
    sent = {"slot": str(poll.slot_id(number)), "choice": choice}
    return client.post(poll.link(who), data=sent).status_code


def test_one_tap_answers_a_moment_and_another_changes_it(poll: Poll, client: FlaskClient) -> None:
    poll.open(note="Zoeterwoude ontvangt.")
    page = client.get(poll.link()).text
    for said in ("donderdag 14 februari 2019", "15.30 – 17.30 uur", "Alle tijden zijn Nederlandse tijd."):
        assert said in page
    assert "0 van 3 beantwoord" in page
    assert "Zoeterwoude ontvangt." in page
    answer = client.post(poll.link(), data={"slot": str(poll.slot_id(1)), "choice": "yes"})
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "Opgeslagen: donderdag 21 februari 2019, ja. 1 van 3 beantwoord." in page
    assert page.count('aria-pressed="true"') == 1
    assert tap(poll, client, 1, "if_need_be") == 303
    assert poll.said() == {1: MAYBE}


def test_looking_changes_nothing(poll: Poll, client: FlaskClient) -> None:
    poll.open()
    slot = poll.slot_id()
    for method in ("GET", "HEAD", "OPTIONS"):
        client.open(f"{poll.link()}?slot={slot}&choice=yes&rest=yes&calendar=1", method=method)
    assert poll.said() == {}


def test_the_rest_is_answered_in_one_tap_and_what_was_said_stays(poll: Poll, client: FlaskClient) -> None:
    poll.open()
    tap(poll, client, 0, "no")
    assert client.post(poll.link(), data={"rest": "yes"}).status_code == 303
    assert poll.said() == {0: NO, 1: YES, 2: YES}
    assert poll.said(OTHER) == {}


def test_a_remark_is_kept_and_one_that_is_too_long_is_refused(poll: Poll, client: FlaskClient) -> None:
    poll.open()
    assert client.post(poll.link(), data={"remark": "<script>alert(1)</script>"}).status_code == 303
    page = client.get(poll.link()).text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    long = client.post(poll.link(), data={"remark": "x" * 5_000})
    assert long.status_code == 422
    assert "2000 tekens" in long.text
    with poll.work() as session:
        assert poll.voter(session).remark == "<script>alert(1)</script>"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"choice": "yes"}, 404),
        ({"slot": "0", "choice": "yes"}, 404),
        ({"slot": "99999999999", "choice": "yes"}, 404),
        ({"slot": "1", "choice": "perhaps"}, 422),
        ({"rest": "perhaps"}, 422),
        ({}, 422),
    ],
)
def test_what_is_no_answer_is_refused(
    poll: Poll, client: FlaskClient, sent: dict[str, str], status: int
) -> None:
    poll.open()
    assert client.post(poll.link(), data=sent).status_code == status
    assert poll.said() == {}


def test_a_dropped_moment_one_of_another_poll_and_one_that_passed_take_no_answer(
    poll: Poll, client: FlaskClient
) -> None:
    poll.open(people=(ALDERMAN,))
    first = (poll.slot_id(0), poll.link())
    poll.do("drop_moment", poll.slot_id(2))
    assert tap(poll, client, 2, "yes") == 409
    poll.meeting_id = 0
    poll.open(people=(ALDERMAN,))
    sent = {"slot": str(first[0]), "choice": "yes"}
    assert client.post(poll.link(), data=sent).status_code == 404
    poll.clock.at = MOMENTS[0] + timedelta(minutes=1)
    assert tap(poll, client, 0, "yes") == 409
    assert tap(poll, client, 1, "yes") == 303
    assert poll.said() == {1: YES}


def test_after_the_deadline_answers_count_until_a_moment_is_chosen(poll: Poll, client: FlaskClient) -> None:
    poll.open(people=(ALDERMAN,))
    poll.clock.at = DEADLINE + timedelta(days=1)
    assert "antwoordtermijn is voorbij" in client.get(poll.link()).text
    assert tap(poll, client, 0, "yes") == 303
    poll.do("choose", poll.slot_id(0))
    refused = client.post(poll.link(), data={"slot": str(poll.slot_id(1)), "choice": "yes"})
    assert refused.status_code == 409
    page = client.get(poll.link()).text
    assert "Er is een datum gekozen" in page
    assert "donderdag 14 februari 2019, 15.30 – 17.30 uur" in page
    assert 'name="choice"' not in page
    assert poll.said() == {0: YES}


def test_wrong_old_and_taken_away_links_all_look_like_none(poll: Poll, client: FlaskClient) -> None:
    poll.open(people=(ALDERMAN, OTHER))
    link = poll.link()
    assert client.get(link.upper().replace("/POLL", "/poll")).status_code == 200
    with poll.work() as session:
        hashed = poll.voter(session).token_hash
        remove_voter(session, poll.voter(session), poll.world.by(session, "secretary"), poll.clock())
    for path in (link, f"/poll/{'a' * 32}", f"/poll/{hashed}", "/poll/%00"):
        assert client.get(path).status_code == 404
        assert client.post(path, data={"rest": "yes"}).status_code == 404


def test_the_address_is_kept_from_other_sites_and_search_engines(poll: Poll, client: FlaskClient) -> None:
    poll.open()
    answer = client.get(poll.link())
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.headers["X-Robots-Tag"]


def test_a_forged_form_is_refused(poll: Poll, app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    poll.open()
    client = app.test_client()
    assert tap(poll, client, 0, "yes") == 400
    page = client.get(poll.link()).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    sent = {"csrf_token": token[1], "slot": str(poll.slot_id()), "choice": "yes"}
    assert client.post(poll.link(), data=sent).status_code == 303


@pytest.mark.parametrize("is_open", [True, False])
def test_others_answers_are_seen_only_where_they_are_open(
    poll: Poll, client: FlaskClient, is_open: bool
) -> None:
    poll.open(open_answers=is_open)
    poll.vote(0, YES, OTHER)
    page = client.get(poll.link()).text
    assert (OTHER in page) is is_open


def test_other_meetings_and_the_own_calendar_are_named_and_taken_over_only_when_asked(
    poll: Poll, client: FlaskClient
) -> None:
    poll.plan()
    with poll.work() as session:
        by = poll.world.by(session, "secretary")
        plan = Plan(starts_at=MOMENTS[0] + timedelta(hours=1), title="Warmteoverleg")
        meetings.create_meeting(session, poll.world.body(session), plan, by, poll.clock())
    poll.open(people=(ALDERMAN, OTHER))
    page = client.get(poll.link()).text
    assert "U hebt dan: Warmteoverleg" in page
    assert "Uw agenda" not in page
    busy = minute_before(MOMENTS[1])
    with poll.work() as session:
        session.add(
            BusyCalendar(
                person_id=poll.world.people[ALDERMAN],
                kind=CalendarKind.FILE,
                name="x",
                added_at=poll.clock(),
                read_at=poll.clock(),
                failure="",
                failures=0,
                etag="",
                modified="",
                blocks=packed(np.array([[busy + 60, busy + 90]], np.int64)),
                flags=[],
            )
        )
    page = client.get(poll.link()).text
    assert "Uw agenda: bezet" in page
    assert "Uw agenda: vrij" in page
    assert "Uw agenda" not in client.get(poll.link(OTHER)).text
    assert poll.said() == {}
    assert client.post(poll.link(), data={"calendar": "1"}).status_code == 303
    assert poll.said() == {0: NO, 1: NO, 2: YES}


def test_an_option_of_our_own_in_the_calendar_makes_nobody_busy(poll: Poll, client: FlaskClient) -> None:
    poll.open(people=(ALDERMAN,), holds=True)
    poll.tell()
    busy = minute_before(MOMENTS[0])
    with poll.work() as session:
        session.add(
            BusyCalendar(
                person_id=poll.world.people[ALDERMAN],
                kind=CalendarKind.FILE,
                name="x",
                added_at=poll.clock(),
                read_at=poll.clock(),
                failure="",
                failures=0,
                etag="",
                modified="",
                blocks=packed(np.array([[busy, busy + 120]], np.int64)),
                flags=[],
            )
        )
    assert "Uw agenda" not in client.get(poll.link()).text


def test_the_reader_s_own_language_is_spoken(poll: Poll, client: FlaskClient) -> None:
    with poll.work() as session:
        poll.world.person(session, ALDERMAN).language = "en"
    poll.open(people=(ALDERMAN, OTHER))
    assert "Which moments suit you?" in client.get(poll.link()).text
    assert "Welke momenten schikken u?" in client.get(poll.link(OTHER)).text


def test_who_is_signed_in_finds_the_poll_among_the_tasks_and_with_the_meeting(
    poll: Poll, as_someone: AsSomeone
) -> None:
    poll.open()
    client = as_someone(ALDERMAN)
    start = client.get("/").text
    assert "Datumprikker: 3 momenten, antwoord vóór 10 januari 2019" in start
    assert poll.link() in start
    assert poll.link() in client.get(f"/meetings/{poll.meeting_id}").text
    assert poll.link() not in as_someone(OTHER).get("/").text
    client.post(poll.link(), data={"rest": "yes"})
    assert "Datumprikker: 3 momenten" not in client.get("/").text


def test_machines_that_guess_are_stopped(poll: Poll, client: FlaskClient) -> None:
    found = {client.get(f"/poll/{number:032d}").status_code for number in range(601)}
    assert found == {404, 429}
