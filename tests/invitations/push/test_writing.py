"""Who has it so finds meetings in their own calendar as they were told them, once, and may answer there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from agenda.core.actor import System
from agenda.invitations.push_rules import EVERY
from agenda.mail.actions import hold, release
from agenda.meetings.model import Answer
from tests.invitations.push.own import Own
from tests.invitations.region import ALDERMAN, Region, to
from tests.meetings.agenda_world import EVENING

LATER = EVENING + timedelta(days=7)
ALARM = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:Vertrek\r\nTRIGGER:-PT45M\r\nEND:VALARM\r\n"
NO_ANSWER, YES = "PARTSTAT=NEEDS-ACTION", "PARTSTAT=ACCEPTED"

# What only one kind of database does differently stands in test_troubles.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def invited(own: Own, region: Region) -> Own:
    """One meeting, which stands in the calendar."""
    own.write()
    region.invite()
    own.write()
    return own


def test_a_meeting_stands_there_as_it_was_told(own: Own, region: Region) -> None:
    mail = to(region.invite(), ALDERMAN)
    own.write()
    for name in ("UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "LOCATION", "DESCRIPTION"):
        assert own.event[name].to_ical() == mail.event[name].to_ical(), name
    assert own.event["STATUS"] == "CONFIRMED"


def test_a_server_that_sends_mail_by_itself_is_told_to_leave_that_to_us(invited: Own) -> None:
    """RFC 4791 4.1: no METHOD; RFC 6638 7.1: neither invitations nor answers leave from there."""
    assert "METHOD" not in invited.text
    assert invited.event["ORGANIZER"].params["SCHEDULE-AGENT"] == "CLIENT"
    assert invited.event["ATTENDEE"].params["SCHEDULE-AGENT"] == "CLIENT"


def test_what_is_written_is_not_written_again(invited: Own) -> None:
    before = invited.pushed.written_at, invited.pushed.etag
    invited.later()
    assert (invited.pushed.written_at, invited.pushed.etag) == before
    assert before[1]


def test_while_everything_is_held_nothing_is_written_and_afterwards_all(region: Region, own: Own) -> None:
    region.invite()
    with region.runtime.work() as session:
        hold(session, System(), region.runtime.clock(), "teruggezet")
    own.write()
    assert own.entries == {}
    with region.runtime.work() as session:
        release(session, System(), region.runtime.clock())
    own.write()
    assert len(own.entries) == 1


def test_meetings_of_which_one_was_told_earlier_appear_once_connected(region: Region, own: Own) -> None:
    region.invite()
    own.write()
    assert len(own.entries) == 1


def test_a_change_comes_by_itself_and_leaves_the_owners_additions(invited: Own, region: Region) -> None:
    invited.change("END:VEVENT", f"CATEGORIES:Regio\r\nX-KLEUR:blauw\r\n{ALARM}END:VEVENT")
    region.move(LATER)
    region.tell()
    invited.later()
    assert invited.event["DTSTART"].dt == LATER
    assert invited.event["SEQUENCE"] == 1
    assert "CATEGORIES:Regio" in invited.text
    assert "X-KLEUR:blauw" in invited.text
    assert "TRIGGER:-PT45M" in invited.text
    assert len(invited.entries) == 1


@pytest.mark.parametrize("how", ["cancelled", "removed"])
def test_what_falls_through_is_shown_as_such_and_not_taken_away(
    invited: Own, region: Region, how: str
) -> None:
    if how == "cancelled":
        region.cancel()
    else:
        region.remove(ALDERMAN)
    region.tell()
    invited.write()
    assert invited.event["STATUS"] == "CANCELLED"
    assert invited.event["TRANSP"] == "TRANSPARENT"


def test_who_is_invited_again_after_all_sees_the_same_entry_come_alive(invited: Own, region: Region) -> None:
    region.remove(ALDERMAN)
    region.tell()
    invited.write()
    region.add(ALDERMAN)
    region.tell()
    invited.write()
    assert (invited.event["STATUS"], invited.event["TRANSP"]) == ("CONFIRMED", "OPAQUE")


def test_a_meeting_cancelled_before_connecting_leaves_no_ghost(region: Region, own: Own) -> None:
    region.invite()
    region.cancel()
    region.tell()
    own.write()
    assert own.entries == {}


# what its owner does there


def test_an_answer_in_ones_own_calendar_counts(invited: Own) -> None:
    invited.change(NO_ANSWER, YES)
    invited.later()
    assert invited.answer is Answer.ACCEPTED
    assert invited.event["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"


def test_an_answer_in_ones_own_calendar_may_change(invited: Own) -> None:
    invited.change(NO_ANSWER, YES)
    invited.later()
    invited.change(YES, "PARTSTAT=DECLINED")
    invited.later()
    assert invited.answer is Answer.DECLINED


def test_an_answer_on_the_page_shows_in_the_calendar(invited: Own, region: Region) -> None:
    region.answer(ALDERMAN)
    invited.later()
    assert invited.event["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"


def test_an_alarm_set_later_does_not_bring_back_an_earlier_answer(invited: Own, region: Region) -> None:
    invited.change(NO_ANSWER, YES)
    invited.later()
    region.answer(ALDERMAN, Answer.DECLINED)
    invited.change("END:VEVENT", f"{ALARM}END:VEVENT")
    invited.later()
    assert invited.answer is Answer.DECLINED
    assert invited.event["ATTENDEE"].params["PARTSTAT"] == "DECLINED"
    assert "TRIGGER:-PT45M" in invited.text


def test_an_answer_to_an_older_version_does_not_count(invited: Own, region: Region) -> None:
    region.move(LATER)
    region.tell()
    invited.change(NO_ANSWER, YES)
    invited.later()
    assert invited.answer is Answer.NEEDS_ACTION
    assert invited.event["ATTENDEE"].params["PARTSTAT"] == "NEEDS-ACTION"
    assert invited.event["DTSTART"].dt == LATER


def test_what_its_owner_moved_is_noted_and_ours_is_back_with_the_next_version(
    invited: Own, region: Region
) -> None:
    invited.change("SUMMARY:Gezamenlijk collegeoverleg", "SUMMARY:Regio")
    invited.later()
    assert invited.event["SUMMARY"] == "Regio"
    assert invited.pushed.changed_at is not None
    region.move(LATER)
    region.tell()
    invited.later()
    assert invited.event["SUMMARY"] == "Gezamenlijk collegeoverleg"
    assert invited.pushed.changed_at is None


def test_what_its_owner_threw_away_only_comes_back_with_the_next_version(
    invited: Own, region: Region
) -> None:
    invited.throw_away()
    invited.later()
    invited.later()
    assert invited.entries == {}
    assert invited.pushed.gone_at is not None
    region.move(LATER)
    region.tell()
    invited.later()
    assert invited.event["DTSTART"].dt == LATER
    assert invited.pushed.gone_at is None


def test_a_cancellation_of_what_its_owner_threw_away_brings_nothing_back(
    invited: Own, region: Region
) -> None:
    invited.throw_away()
    region.cancel()
    region.tell()
    invited.later()
    assert invited.entries == {}


# letters


def test_while_it_works_letters_carry_no_entry_but_say_so(invited: Own, region: Region) -> None:
    region.move(LATER)
    update = to(region.tell(), ALDERMAN)
    assert [part.get_content_type() for part in update.message.walk() if not part.is_multipart()] == [
        "text/plain",
        "text/html",
    ]
    assert "komt vanzelf in uw eigen agenda" in update.text
    assert "komt vanzelf in uw eigen agenda" in update.html
    assert "zit bij deze e-mail" not in update.text + update.html


def test_others_get_the_entry_by_mail_as_ever(own: Own, region: Region) -> None:
    own.write()
    mails = region.invite()
    assert to(mails, "Wethouder Leiden 2").method == "REQUEST"


def test_once_a_letter_carried_the_entry_the_later_ones_do_too(region: Region, own: Own) -> None:
    """A program that took it from the mail would keep showing the old time."""
    region.invite()
    own.write()
    region.move(LATER)
    assert to(region.tell(), ALDERMAN).sequence == 1
    own.write()
    assert own.event["DTSTART"].dt == LATER


def test_when_it_fails_letters_carry_the_entry_again(invited: Own, region: Region) -> None:
    invited.server.remove(invited.name)
    invited.later()
    assert invited.failure == "not_found"
    region.move(LATER)
    assert to(region.tell(), ALDERMAN).sequence == 1


def test_when_nobody_wrote_for_a_day_letters_carry_the_entry_again(invited: Own, region: Region) -> None:
    region.clock.at += timedelta(days=1, seconds=1)
    region.move(LATER)
    assert to(region.tell(), ALDERMAN).sequence == 1


# ending


def test_ended_with_the_meetings_left_there(invited: Own, region: Region) -> None:
    invited.end(take_out=False)
    invited.later()
    assert invited.push is None
    assert len(invited.entries) == 1
    region.move(LATER)
    assert to(region.tell(), ALDERMAN).sequence == 1


def test_ended_with_the_meetings_taken_out(invited: Own) -> None:
    invited.end(take_out=True)
    invited.write()
    assert invited.push is None
    assert invited.entries == {}


def test_what_cannot_be_taken_out_within_a_week_is_forgotten(invited: Own) -> None:
    invited.connect(password="niet meer")
    invited.end(take_out=True)
    invited.write()
    assert invited.failure == "not_authorised"
    for _day in range(8):
        invited.later(timedelta(days=1, minutes=1))
    assert invited.push is None


def test_a_calendar_is_looked_at_again_after_a_while_only(invited: Own) -> None:
    assert invited.write() == 0
    invited.region.clock.at += EVERY / 2
    assert invited.write() == 0
