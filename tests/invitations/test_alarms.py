"""An alarm in the calendar, for who wants one in the place of a mail."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import select

from agenda.core.runtime import Runtime
from agenda.invitations import feed_actions
from agenda.invitations.actions import tell_everyone
from agenda.invitations.model import Alarm, Told
from agenda.invitations.push_objects import merged
from agenda.mail.compose import Mailbox
from agenda.mail.itip import CalendarAttendee, CalendarEvent, cancel, decline_counter, request, stored
from agenda.mail.model import Letter
from tests.meetings.planning import confirmed
from tests.world import START, StandingClock, World

STARTS = datetime.fromisoformat("2019-02-14T15:30:00+01:00")
ALDERMAN = "Wethouder Leiden 1"


def event(**facts: Any) -> CalendarEvent:
    given: dict[str, Any] = {
        "uid": "meeting-5@leidseregio.example",
        "sequence": 0,
        "starts_at": STARTS,
        "ends_at": STARTS + timedelta(hours=2),
        "dtstamp": START,
        "last_modified": START,
        "summary": "Collegeoverleg",
        "description": "",
        "location": "Zoeterwoude",
        "organizer": Mailbox("Secretariaat", "agenda@leidseregio.example"),
        "attendees": (CalendarAttendee("Wethouder", "wethouder@leiden.example"),),
        "status": "confirmed",
        "url": "https://agenda.leidseregio.example/meetings/5",
    }
    return CalendarEvent(**(given | facts))


def alarms(content: bytes) -> list[timedelta]:
    return [one["TRIGGER"].dt for one in Calendar.from_ical(content).walk("VALARM")]


@pytest.mark.parametrize("minutes", [15, 60, 1440])
def test_a_request_and_a_stored_entry_warn_so_long_before(minutes: int) -> None:
    for content in (request(event(alarm=minutes)), stored(event(alarm=minutes))):
        assert alarms(content) == [-timedelta(minutes=minutes)]
        (alarm,) = Calendar.from_ical(content).walk("VALARM")
        # RFC 5545 3.6.6: a DISPLAY alarm has a description.
        assert (alarm["ACTION"], alarm["DESCRIPTION"]) == ("DISPLAY", "Collegeoverleg")


def test_what_is_cancelled_declined_or_not_wanted_warns_of_nothing() -> None:
    assert alarms(request(event())) == []
    assert alarms(cancel(event(alarm=60), "wethouder@leiden.example")) == []
    assert alarms(decline_counter(event(alarm=60), "Kan niet")) == []


def test_in_ones_own_calendar_our_alarm_is_replaced_and_ones_own_alarms_stay() -> None:
    uid = event().uid
    before = merged(stored(event(alarm=15)), stored(event()), uid)
    theirs = before.replace(
        b"END:VEVENT", b"BEGIN:VALARM\r\nACTION:AUDIO\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\nEND:VEVENT"
    )
    after = merged(stored(event(alarm=60)), theirs, uid)
    assert sorted(alarms(after)) == [-timedelta(minutes=60), -timedelta(minutes=5)]
    assert alarms(merged(stored(event()), after, uid)) == [-timedelta(minutes=5)]


def test_a_wish_renews_the_feed_and_sends_no_invitation_again(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    with runtime.work() as session:
        confirmed(session, world)
        by = world.by(session, ALDERMAN)
        tell_everyone(session, runtime.config, clock())
        feed = feed_actions.make_feed(session, runtime.config, None, by, clock())
        feed_actions.refresh(session, runtime.config, feed, clock())
        assert alarms(feed.content) == []
        letters = len(session.scalars(select(Letter.id)).all())
    with runtime.work() as session:
        feed = session.merge(feed)
        session.add(Alarm(person_id=world.people[ALDERMAN], minutes=60))
        # Every change is written into the trail; here the text is asked for anew.
        feed.made_of = ""
        session.flush()
        assert tell_everyone(session, runtime.config, clock()) == 0
        feed_actions.refresh(session, runtime.config, feed, clock())
        assert alarms(feed.content) == [-timedelta(hours=1)]
        assert len(session.scalars(select(Letter.id)).all()) == letters
        told = session.scalars(select(Told)).first()
        assert told is not None
        assert told.facts["alarm"] == 0
