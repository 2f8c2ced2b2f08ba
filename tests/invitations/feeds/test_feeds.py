"""A feed shows a calendar program what its owner was told, and others nothing (CALENDAR-MAIL 26, 35)."""

from __future__ import annotations

import gzip
import logging
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar, Event
from sqlalchemy import select

from agenda.accounts.rules import By
from agenda.invitations import feed_actions
from agenda.invitations.model import Feed
from agenda.mail.rules import without_secrets
from agenda.meetings.model import Answer
from agenda.people.model import Membership
from tests.accounts.helpers import sign_in
from tests.invitations.region import ALDERMAN, GUEST, Region
from tests.meetings.agenda_world import EVENING

WEEK = timedelta(days=7)


class Subscriber:
    """A calendar program that follows one address."""

    def __init__(self, region: Region, client: FlaskClient, who: str, body_id: int | None = None) -> None:
        self.region, self.client = region, client
        with region.work() as session:
            by: By = region.world.by(session, who)
            feed = feed_actions.make_feed(session, region.runtime.config, body_id, by, region.clock())
            self.feed_id = feed.id
            self.token = feed_actions.token(region.runtime.config, feed.person_id, feed.serial)

    @property
    def path(self) -> str:
        return f"/feeds/{self.token}.ics"

    def events(self) -> list[Event]:
        answer = self.client.get(self.path)
        assert answer.status_code == 200
        return list(Calendar.from_ical(answer.data).walk("VEVENT"))

    def kept(self) -> Feed:
        with self.region.runtime.read() as session:
            return session.get_one(Feed, self.feed_id)


@pytest.fixture
def alderman(region: Region, client: FlaskClient) -> Subscriber:
    region.plan()
    region.put_on_agenda("Warmterotonde", needs=["wonen"])
    region.invite()
    region.put_on_agenda("Studentenhuisvesting")
    region.make_final()
    region.tell()
    return Subscriber(region, client, ALDERMAN)


def test_the_feed_shows_the_meeting_as_it_was_mailed(alderman: Subscriber) -> None:
    """CALENDAR-MAIL rules 9 and 26."""
    mailed = alderman.region.delivered()[0]
    (event,) = alderman.events()
    for name in ("UID", "SEQUENCE", "SUMMARY", "LOCATION", "STATUS"):
        assert event[name] == mailed.event[name]
    assert (event["DTSTART"].dt, event["DTEND"].dt) == mailed.window
    assert "ATTENDEE" not in event
    assert "ORGANIZER" not in event
    text = str(event["DESCRIPTION"])
    assert "Uw agendapunten:" in text
    assert "Studentenhuisvesting" in text
    assert "Uw antwoord: nog niet gegeven" in text
    assert "/answer/" not in text


def test_the_calendar_says_how_often_to_look_again(alderman: Subscriber) -> None:
    """CALENDAR-MAIL rule 26."""
    answer = alderman.client.get(alderman.path)
    calendar = Calendar.from_ical(answer.data)
    assert calendar["METHOD"] == "PUBLISH"
    assert calendar["X-PUBLISHED-TTL"] == "PT1H"
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H" in answer.data
    assert calendar["X-WR-CALNAME"] == ALDERMAN
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_only_a_change_renews_the_text(alderman: Subscriber) -> None:
    first = alderman.client.get(alderman.path)
    etag, changed_at = alderman.kept().etag, alderman.kept().changed_at
    alderman.region.clock.wind(minutes=30)
    again = alderman.client.get(alderman.path)
    assert (again.data, again.headers["ETag"]) == (first.data, first.headers["ETag"])
    # Something else happened in the region: the text is the same, and so is its name.
    alderman.region.answer("Wethouder Leiden 2", Answer.ACCEPTED)
    alderman.client.get(alderman.path)
    assert (alderman.kept().etag, alderman.kept().changed_at) == (etag, changed_at)
    alderman.region.answer(ALDERMAN, Answer.ACCEPTED)
    changed = alderman.client.get(alderman.path)
    assert changed.headers["ETag"] != first.headers["ETag"]
    assert "Uw antwoord: aanwezig" in str(Calendar.from_ical(changed.data).walk("VEVENT")[0]["DESCRIPTION"])


def test_a_program_that_knows_the_text_gets_304_and_one_that_can_unzip_gets_it_small(
    alderman: Subscriber,
) -> None:
    client = alderman.client
    plain = client.get(alderman.path)
    zipped = client.get(alderman.path, headers={"Accept-Encoding": "gzip, deflate"})
    assert gzip.decompress(zipped.data) == plain.data
    assert len(zipped.data) < len(plain.data)
    assert zipped.headers["ETag"] != plain.headers["ETag"]
    for answer, encoding in ((plain, "identity"), (zipped, "gzip")):
        headers = {"If-None-Match": answer.headers["ETag"], "Accept-Encoding": encoding}
        known = client.get(alderman.path, headers=headers)
        assert (known.status_code, known.data) == (304, b"")
        assert known.headers["ETag"] == answer.headers["ETag"]
    head = client.head(alderman.path)
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["ETag"] == plain.headers["ETag"]


def test_what_is_cancelled_stays_for_sixty_days_as_cancelled(alderman: Subscriber) -> None:
    """CALENDAR-MAIL rule 26."""
    region = alderman.region
    region.cancel("Te weinig onderwerpen.")
    region.tell()
    (event,) = alderman.events()
    assert (event["STATUS"], event["TRANSP"]) == ("CANCELLED", "TRANSPARENT")
    assert "Reden: Te weinig onderwerpen." in str(event["DESCRIPTION"])
    region.clock.at = EVENING + timedelta(days=59)
    assert len(alderman.events()) == 1
    region.clock.at = EVENING + timedelta(days=61)
    assert alderman.events() == []


def test_what_was_held_stays_for_a_year(alderman: Subscriber) -> None:
    alderman.region.clock.at = EVENING + timedelta(days=364)
    assert len(alderman.events()) == 1
    alderman.region.clock.at = EVENING + timedelta(days=366)
    assert alderman.events() == []


def test_a_change_stands_in_the_feed_once_it_is_told(alderman: Subscriber) -> None:
    alderman.region.move(EVENING + WEEK)
    assert alderman.events()[0]["DTSTART"].dt == EVENING
    alderman.region.tell()
    (event,) = alderman.events()
    assert event["DTSTART"].dt == EVENING + WEEK
    assert int(event["SEQUENCE"]) > 0


def test_a_guest_follows_the_own_window(region: Region, client: FlaskClient) -> None:
    """CALENDAR-MAIL rule 16."""
    region.invite()
    region.put_on_agenda("Provinciale opgave", guests=[GUEST])
    region.make_final()
    region.tell()
    guest = Subscriber(region, client, GUEST)
    (event,) = guest.events()
    assert (event["DTEND"].dt - event["DTSTART"].dt) < timedelta(hours=2)


def test_the_feed_of_a_body_shows_its_whole_agenda_to_who_sits_in_it_and_nobody_else(
    alderman: Subscriber,
) -> None:
    region = alderman.region
    reader = Subscriber(region, alderman.client, "reader", region.world.body_id)
    (event,) = reader.events()
    text = str(event["DESCRIPTION"])
    assert "Agenda:" in text
    assert "Studentenhuisvesting" in text
    assert "Uw antwoord" not in text
    with region.work() as session:
        seat = session.scalars(
            select(Membership).where(
                Membership.person_id == region.world.people["reader"],
                Membership.body_id == region.world.body_id,
            )
        ).one()
        seat.until = region.clock().date() - timedelta(days=1)
    assert alderman.client.get(reader.path).status_code == 404


def test_an_address_that_ended_was_replaced_or_never_was_looks_all_the_same(alderman: Subscriber) -> None:
    """CALENDAR-MAIL rule 35."""
    region, client = alderman.region, alderman.client
    old = alderman.path
    sign_in(client, region.runtime, region.world, ALDERMAN)
    assert client.post(f"/profile/feeds/{alderman.feed_id}/renew").status_code == 303
    never = client.get(f"/feeds/{'a' * 32}.ics")
    replaced = client.get(old)
    assert (replaced.status_code, never.status_code) == (404, 404)
    with region.runtime.read() as session:
        feed = session.scalars(select(Feed).where(Feed.revoked_at.is_(None))).one()
        token = feed_actions.token(region.runtime.config, feed.person_id, feed.serial)
    assert client.get(f"/feeds/{token.upper()}.ics").status_code == 200
    assert client.post(f"/profile/feeds/{feed.id}/end").status_code == 303
    assert client.get(f"/feeds/{token}.ics").status_code == 404


def test_only_the_owner_sees_and_ends_an_address(alderman: Subscriber) -> None:
    region, client = alderman.region, alderman.client
    for who in ("Wethouder Leiden 2", "administrator", "secretary"):
        sign_in(client, region.runtime, region.world, who)
        assert alderman.token not in client.get("/profile/feeds").text
        assert client.post(f"/profile/feeds/{alderman.feed_id}/end").status_code == 404
    assert client.get(alderman.path).status_code == 200


def test_the_page_offers_outlook_apple_google_and_a_code_for_the_phone(alderman: Subscriber) -> None:
    region, client = alderman.region, alderman.client
    sign_in(client, region.runtime, region.world, ALDERMAN)
    page = client.get("/profile/feeds")
    for words in (
        "Toevoegen aan Outlook",
        "webcal://localhost/feeds/",
        "calendar.google.com",
        "<svg",
        "8 tot 24 uur",
    ):
        assert words in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_two_presses_of_the_button_make_one_address(alderman: Subscriber) -> None:
    region, client = alderman.region, alderman.client
    sign_in(client, region.runtime, region.world, ALDERMAN)
    assert client.post("/profile/feeds").status_code == 409
    assert client.post("/profile/feeds", data={"body_id": str(region.world.other_body_id)}).status_code == 404


def test_the_secret_stands_in_no_log(alderman: Subscriber, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        alderman.client.get(alderman.path)
        alderman.client.get(f"/feeds/{'b' * 32}.ics")
    assert alderman.token not in caplog.text
    assert alderman.token not in without_secrets(f"GET http://localhost{alderman.path} HTTP/1.1")
