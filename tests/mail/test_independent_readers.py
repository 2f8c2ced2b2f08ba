"""What we send says the same to libical, ical.js and KCalendarCore as we meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agenda.core.runtime import Runtime
from agenda.core.text import clean, one_line
from agenda.invitations import feed_actions
from agenda.invitations.actions import send_again
from agenda.mail import itip
from agenda.mail.compose import Mailbox
from agenda.mail.itip import CalendarAttendee, CalendarEvent
from agenda.mail.transports import SmtpTransport
from agenda.people.model import Body, Organisation, Person
from tests.dates.polls.asking import MOMENTS, Poll, has_calendar
from tests.invitations.incoming.post import client_of
from tests.invitations.region import ALDERMAN, GUEST, Mail, Region
from tests.invitations.samples import EVENT
from tests.meetings.agenda_world import EVENING
from tests.support import readers
from tests.support.readers import Readers
from tests.support.smtp import MailServer
from tests.world import StandingClock, World

HALL = "raadzaal@zoeterwoude.example"
HALL_NAME = "Gemeentehuis Zoeterwoude"
WEEK = timedelta(days=7)
ROLES = {"required": "REQ-PARTICIPANT", "optional": "OPT-PARTICIPANT", "non_participant": "NON-PARTICIPANT"}


@pytest.fixture(scope="session")
def witnesses(run_folder: Path) -> Readers:
    return readers.made(run_folder)


@pytest.fixture
def region(runtime: Runtime, world: World, clock: StandingClock, mail_server: MailServer) -> Region:
    """A region whose host has a hall, and whose body shows who else is invited."""
    found = Region(replace(runtime, send=SmtpTransport(mail_server.url)), world, clock, mail_server)
    with found.work() as session:
        host = session.get_one(Organisation, world.organisations["Zoeterwoude"])
        host.room = Person(name=HALL_NAME, email=HALL, language="nl", room=True)
        session.get_one(Body, world.body_id).organiser = "Voorzitter, gezamenlijk overleg"
        session.get_one(Person, world.people[ALDERMAN]).name = "Van der Ven, Zoë"
    return found


def meant(mail: Mail) -> dict[str, Any]:
    """What a letter's reader must find, from its envelope and from what the story did."""
    return {"organizer": str(mail.message["Reply-To"].addresses[0].addr_spec), "to": mail.to}


def agree(witnesses: Readers, letters: Sequence[Mail], **facts: Any) -> None:
    """Each program finds in each letter what we meant: the facts, the recipient first, where answers go."""
    assert letters
    for letter in letters:
        # CALENDAR-MAIL rule 3: what is attached is what stands in the letter, byte for byte.
        assert letter.attachment == letter.ics
    for name, found in witnesses.read([letter.ics for letter in letters]).items():
        for letter, said in zip(letters, found, strict=True):
            assert {key: said[key] for key in facts} == facts, name
            assert said["organizer"] == meant(letter)["organizer"], name
            assert said["attendees"][0][0] == meant(letter)["to"], name


def at(moment: datetime, hours: float = 2) -> dict[str, int]:
    start = int(moment.timestamp())
    return {"start": start, "end": start + int(hours * 3600)}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_kind_of_letter_says_the_same_to_all_readers(
    region: Region, witnesses: Readers, client: FlaskClient
) -> None:
    region.plan(host_id=region.world.organisations["Zoeterwoude"], venue=HALL_NAME)
    region.put_on_agenda("Warmterotonde; trekker, planning", needs=["duurzaamheid"], guests=[GUEST])
    invited = region.invite_planned()
    agree(witnesses, invited, method="REQUEST", sequence=0, status="CONFIRMED", **at(EVENING))
    hall = [letter for letter in invited if letter.to == HALL]
    for found in witnesses.read([hall[0].ics]).values():
        assert found[0]["attendees"] == [[HALL, HALL_NAME, "NEEDS-ACTION", "NON-PARTICIPANT", "ROOM"]]
    zoe = next(letter for letter in invited if letter.to.startswith("wethouder.leiden.1"))
    for found in witnesses.read([zoe.ics]).values():
        assert found[0]["attendees"][0][1:4] == ["Van der Ven, Zoë", "NEEDS-ACTION", "REQ-PARTICIPANT"]
        assert found[0]["attendees"][1][0] == HALL

    region.make_final()
    final = region.tell()
    agree(witnesses, [one for one in final if GUEST.lower() not in one.to], method="REQUEST", **at(EVENING))
    guest = next(letter for letter in final if letter.to.startswith(GUEST.lower()))
    begin, end = guest.window
    agree(witnesses, [guest], method="REQUEST", start=int(begin.timestamp()), end=int(end.timestamp()))
    assert end - begin < timedelta(hours=2)

    region.move(EVENING + WEEK)
    moved = region.tell()
    others = [letter for letter in moved if letter.to != guest.to]
    agree(witnesses, others, method="REQUEST", sequence=1, status="CONFIRMED", **at(EVENING + WEEK))

    asked = client_of(region, moved)
    asked.deliver(asked.letter(asked.calendar("COUNTER", starts_at=EVENING + 2 * WEEK), "COUNTER"))
    declined = region.decline_proposal()
    agree(witnesses, declined, method="DECLINECOUNTER", sequence=1, **at(EVENING + WEEK))

    region.remove("Wethouder Leiden 2")
    agree(witnesses, region.tell(), method="CANCEL", sequence=2, status="CANCELLED", **at(EVENING + WEEK))
    region.cancel()
    gone = [letter for letter in region.tell() if letter.to != guest.to]
    agree(witnesses, gone, method="CANCEL", sequence=2, status="CANCELLED", **at(EVENING + WEEK))

    with region.work() as session:
        by = region.world.by(session, ALDERMAN)
        feed = feed_actions.make_feed(session, region.runtime.config, None, by, region.clock())
        token = feed_actions.token(region.runtime.config, feed.person_id, feed.serial)
    for found in witnesses.read([client.get(f"/feeds/{token}.ics").data]).values():
        assert (found[0]["method"], found[0]["status"]) == ("PUBLISH", "CANCELLED")
        assert found[0]["attendees"] == []
        assert found[0]["uid"] == str(moved[0].event["UID"])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_letter_that_is_repeated_and_the_sender_for_another_say_the_same(
    region: Region, witnesses: Readers
) -> None:
    invited = region.invite()
    with region.work() as session:
        config, attendee_id = region.runtime.config, region.attendee(session, ALDERMAN).id
        send_again(
            session, config, region.meeting(session), attendee_id, region.secretary(session), region.clock()
        )
    (repeated,) = region.arrived()
    agree(witnesses, [repeated], method="REQUEST", sequence=0, status="CONFIRMED", **at(EVENING))
    region.put_on_agenda("Warmterotonde")
    region.make_final()
    agree(witnesses, region.tell(), method="REQUEST", sequence=0, status="CONFIRMED", **at(EVENING))
    sender = invited[0].event["ORGANIZER"].params["SENT-BY"].removeprefix("mailto:")
    for name in ("libical", "ical.js"):
        assert witnesses.read([repeated.ics])[name][0]["sent_by"] == sender


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_option_of_a_poll_and_its_end_say_the_same_to_all_readers(
    runtime: Runtime, world: World, clock: StandingClock, mail_server: MailServer, witnesses: Readers
) -> None:
    poll = Poll(runtime, world, clock, mail_server)
    poll.open(holds=True, people=(ALDERMAN,))
    options = [mail for mail in poll.tell() if has_calendar(mail)]
    for moment, option in zip(MOMENTS, options, strict=True):
        agree(witnesses, [option], method="REQUEST", sequence=0, status="TENTATIVE", **at(moment))
    poll.do("withdraw", "Andere momenten zijn beter.")
    ended = [mail for mail in poll.tell() if has_calendar(mail)]
    for moment, option in zip(MOMENTS, ended, strict=True):
        agree(witnesses, [option], method="CANCEL", sequence=1, status="CANCELLED", **at(moment))
    assert [mail.event["UID"] for mail in ended] == [mail.event["UID"] for mail in options]


names = st.one_of(
    st.text(max_size=40),
    st.sampled_from(['Van der Ven, Zoë "Zo"', "a;b:c\\d, e", "Raad^nzaal", "Ö, 🏛️", ";", "'"]),
)
addresses = st.from_regex(r"[a-z]{1,10}(\.[a-z0-9]{1,8}){0,2}@[a-z]{2,10}\.example", fullmatch=True)
# Both clock changes, a leap day, the turn of a year and any other moment of these decades.
moments = st.one_of(
    st.sampled_from(
        [
            datetime(2019, 3, 31, 0, 30, tzinfo=UTC),
            datetime(2019, 10, 27, 0, 30, tzinfo=UTC),
            datetime(2020, 2, 29, 12, 0, tzinfo=UTC),
            datetime(2019, 12, 31, 23, 30, tzinfo=UTC),
        ]
    ),
    st.integers(1_546_300_800, 2_145_916_800).map(lambda second: datetime.fromtimestamp(second, UTC)),
)
people = st.builds(
    CalendarAttendee,
    name=names,
    address=addresses,
    role=st.sampled_from(["required", "optional"]),
    partstat=st.sampled_from(["needs-action", "accepted", "tentative", "declined"]),
)


@st.composite
def events(draw: st.DrawFn) -> CalendarEvent:
    starts_at = draw(moments).replace(microsecond=0)
    attendees = draw(st.lists(people, min_size=1, max_size=4, unique_by=lambda one: one.address))
    return replace(
        EVENT,
        sequence=draw(st.integers(0, 10_000)),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=draw(st.integers(1, 3_000))),
        summary=draw(st.text(min_size=1, max_size=200).map(one_line).filter(bool)),
        description=draw(st.text(max_size=300)),
        location=draw(st.text(max_size=200)),
        organizer=Mailbox(
            draw(names), f"agenda+{draw(st.from_regex('[a-z2-7]{32}', fullmatch=True))}@a.example"
        ),
        attendees=tuple(attendees),
        sent_by=draw(st.one_of(st.none(), addresses)),
    )


def test_whatever_is_typed_all_readers_find_it_again(witnesses: Readers) -> None:
    """CALENDAR-MAIL rules 11 to 13. All calendars are read in one go: starting a program takes longest."""
    made: list[CalendarEvent] = [replace(EVENT, description="Een toelichting; met, tekens." * 180)]

    @settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
    @given(event=events())
    def collect(event: CalendarEvent) -> None:
        made.append(event)

    collect()
    for name, found in witnesses.read([itip.request(event) for event in made]).items():
        for event, said in zip(made, found, strict=True):
            assert_same(name, event, said)


def assert_same(name: str, event: CalendarEvent, said: dict[str, Any]) -> None:
    meant = {
        "start": int(event.starts_at.timestamp()),
        "end": int(event.ends_at.timestamp()),
        "sequence": event.sequence,
        "uid": event.uid,
        "method": "REQUEST",
        "summary": one_line(event.summary),
        "organizer": event.organizer.address,
        "location": one_line(event.location).strip(),
        "description": clean(event.description).strip(),
        "sent_by": event.sent_by or "",
    }
    if name == "KCalendarCore":
        del meant["sent_by"]
    assert {key: said[key] for key in meant} == meant, (name, event)
    roles = ["NON-PARTICIPANT" if one.kind == "room" else ROLES[one.role] for one in event.attendees]
    people = [
        [one.address, one.partstat.upper(), role] for one, role in zip(event.attendees, roles, strict=True)
    ]
    found = [[one[0], one[2], one[3]] for one in said["attendees"]]
    assert found == people, (name, event)
    for attendee, one in zip(event.attendees, said["attendees"], strict=True):
        # Where there is no name some programs show the address.
        assert one[1] in {written(attendee.name), attendee.address}, (name, event)


def written(name: str) -> str:
    """A name as it can be written in a calendar at all: no program reads all escapes (rule 12)."""
    return one_line(name.replace('"', "'").replace("\\", "/").replace("^", ""))
