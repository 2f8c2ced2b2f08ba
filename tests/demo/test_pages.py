"""Post, and the clock that is wound forward, through the pages."""

from __future__ import annotations

import re
from datetime import timedelta
from email import message_from_bytes, policy

from flask import Flask
from icalendar import Calendar
from sqlalchemy import select

from agenda.app import create_app
from agenda.core.runtime import Runtime
from agenda.demo.clock import START
from agenda.mail.model import Letter
from agenda.meetings.model import Answer, Attendee, Meeting
from agenda.people.model import Person
from tests.demo.conftest import As, rows

SECRETARY = "Secretaris Zoeterwoude"
ALDERMAN = "Wethouder Leiderdorp 2"
# Invitations, and what two written rounds sent.
LETTERS = 32 + 15


def person(demo: Runtime, name: str) -> int:
    with demo.read() as session:
        return session.scalars(select(Person.id).where(Person.name == name)).one()


def test_post_shows_every_letter_newest_first_by_reader_kind_and_words(demo: Runtime, as_role: As) -> None:
    client = as_role(SECRETARY)
    page = client.get("/post")
    assert rows(page.text) == LETTERS
    assert f"{LETTERS} brieven" in page.text
    mailbox = person(demo, ALDERMAN)
    own = client.get(f"/post?person={mailbox}").text
    assert 0 < rows(own) < 7
    assert f'<option value="{mailbox}" selected' in own
    assert rows(client.get("/post?q=economie071").text) == 10
    assert rows(client.get("/post?q=<script>").text) == 0
    assert rows(client.get("/post?kind=invitation").text) == 32
    assert rows(client.get("/post?kind=onzin").text) == 0
    assert rows(client.get("/post?page=99&person=x").text) == LETTERS


def test_a_letter_is_shown_as_its_reader_gets_it(demo: Runtime, as_role: As) -> None:
    client = as_role(SECRETARY)
    with demo.read() as session:
        invited = (Letter.recipient_name == ALDERMAN, Letter.kind == "invitation")
        letter = session.scalars(select(Letter).where(*invited)).first()
        assert letter is not None
        number, subject = letter.id, letter.subject
    page = client.get(f"/post/{number}").text
    assert subject in page
    assert "sandbox=" in page
    assert "/answer/" in page
    assert "Gemeentehuis" in page
    frame = client.get(re.findall(r'<iframe[^>]+src="([^"]+)"', page)[0])
    policy_line = frame.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy_line
    assert "style-src 'unsafe-inline'" in policy_line
    assert "script-src" not in policy_line
    whole = client.get(f"/letters/{number}.eml")
    message = message_from_bytes(whole.data, policy=policy.default)
    parts = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    payload = parts[0].get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert Calendar.from_ical(payload).walk("VEVENT")
    assert client.get("/post/99999").status_code == 404


def test_an_alderman_answers_straight_from_the_letter(demo: Runtime, as_role: As, demo_app: Flask) -> None:
    with demo.read() as session:
        silent = session.scalars(
            select(Attendee)
            .join(Meeting)
            .where(Attendee.answer == Answer.NEEDS_ACTION, Meeting.starts_at > START)
        ).first()
        assert silent is not None
        attendee, mailbox = silent.id, silent.person_id
        letter = session.scalars(
            select(Letter.id).where(Letter.person_id == mailbox, Letter.subject_id == silent.meeting_id)
        ).one()
    page = as_role(SECRETARY).get(f"/post/{letter}").text
    link = re.findall(r'href="http://localhost(/answer/[^"]+)"', page)[0]
    anyone = demo_app.test_client()
    form = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', anyone.get(link).text))
    form |= dict(re.findall(r'name="(\w+)" type="hidden" value="([^"]*)"', anyone.get(link).text))
    with demo.read() as session:
        assert session.get_one(Attendee, attendee).answer is Answer.NEEDS_ACTION
    assert anyone.post(link, data=form | {"answer": "accepted"}).status_code == 303
    with demo.read() as session:
        assert session.get_one(Attendee, attendee).answer is Answer.ACCEPTED


def test_one_click_on_a_letter_makes_one_its_reader(demo: Runtime, as_role: As) -> None:
    client = as_role(SECRETARY)
    mailbox = person(demo, ALDERMAN)
    client.post("/demo/sign-in", data={"person": mailbox})
    assert ALDERMAN in client.get("/").text


def test_a_day_forward_is_a_day_and_says_what_left(demo: Runtime, as_role: As) -> None:
    client = as_role(SECRETARY)
    before = demo.clock()
    answer = client.post("/demo/wind", data={"by": "day", "next": "/post?kind=invitation"})
    assert (answer.status_code, answer.location) == (303, "/post?kind=invitation")
    assert timedelta(days=1) <= demo.clock() - before < timedelta(days=1, minutes=10)
    page = client.get("/post").text
    assert "Het is nu woensdag 19 december 2018" in page
    assert "Er zijn geen brieven verzonden" in page


def test_the_next_event_is_the_reminders_of_thursday_and_they_leave(demo: Runtime, as_role: As) -> None:
    client = as_role(SECRETARY)
    client.post("/demo/wind", data={"by": "event"})
    page = client.get("/post?kind=reminders").text
    assert "Het is nu donderdag 20 december 2018, 08.00 uur: herinneringen" in page
    assert "6 brieven verzonden" in page
    assert rows(page) == 6
    with demo.read() as session:
        left = session.scalars(select(Letter).where(Letter.kind == "reminders")).all()
        assert {one.fate for one in left} == {"sent"}
    assert len(list((demo.config.var / "mail").glob("20181220*.eml"))) == 6


def test_winding_on_and_on_passes_meetings_and_never_stands_still(demo: Runtime, as_role: As) -> None:
    client = as_role(SECRETARY)
    said = []
    before = demo.clock()
    # Reminders are events too, and there are many before the meeting.
    for _ in range(40):
        assert client.post("/demo/wind", data={"by": "event"}).status_code == 303
        assert demo.clock() > before
        before = demo.clock()
        said += re.findall(r"Het is nu ([^<]+)", client.get("/post").text)
        if any("eindigt" in one for one in said):
            break
    assert any("begint" in one for one in said)
    assert any("eindigt" in one for one in said)


def test_a_visitor_may_wind_but_is_not_led_elsewhere(demo_app: Flask) -> None:
    client = demo_app.test_client()
    away = client.post("/demo/wind", data={"by": "day", "next": "//evil.example/"})
    assert away.location == "/"
    assert client.get("/demo/wind").status_code == 405
    assert client.get("/post").status_code == 303


def test_without_demonstration_there_is_no_such_page(runtime: Runtime) -> None:
    assert not runtime.config.demo
    pages = [str(rule) for rule in create_app(runtime).url_map.iter_rules()]
    assert [page for page in pages if page.startswith(("/post", "/demo"))] == []
