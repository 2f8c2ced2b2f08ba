"""What stands in somebody's calendar is read without harm, and what its owner added is never lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Alarm, Calendar, Event

from agenda.invitations.push_objects import MOST_BYTES, merged, read
from agenda.invitations.push_rules import (
    DAY,
    EVERY,
    Wanted,
    Written,
    answers,
    carries_entry,
    must_write,
    next_at,
    works,
)
from agenda.mail.itip import stored
from tests.invitations.samples import EVENT, MEMBER

MINE = replace(EVENT, attendees=(MEMBER,))
OURS = stored(MINE)
NEWER = stored(replace(MINE, sequence=1, location="Stadhuis Leiden", description="Anders"))
NOW = datetime(2019, 1, 1, tzinfo=UTC)
words = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=20)


def event(content: bytes) -> Event:
    (found,) = Calendar.from_ical(content).walk("VEVENT")
    assert isinstance(found, Event)
    return found


@given(
    added=st.dictionaries(st.sampled_from(["CATEGORIES", "COLOR", "X-NOTE", "X-APPLE-1", "CLASS"]), words),
    alarms=st.lists(st.integers(1, 10_000), max_size=4),
    title=words,
)
def test_whatever_its_owner_adds_stays_and_whatever_we_say_wins(
    added: dict[str, str], alarms: list[int], title: str
) -> None:
    theirs = Calendar.from_ical(OURS)
    (there,) = theirs.walk("VEVENT")
    for name, text in added.items():
        there.add(name, text)
    for minutes in alarms:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", timedelta(minutes=-minutes))
        there.add_component(alarm)
    there["SUMMARY"] = title
    result = event(merged(NEWER, theirs.to_ical(), MINE.uid))
    for name, value in event(NEWER).items():
        assert result[name].to_ical() == value.to_ical()
    assert {name: str(result[name].to_ical()) for name in added} == {
        name: str(there[name].to_ical()) for name in added
    }
    assert [one["TRIGGER"].td for one in result.walk("VALARM")] == [
        timedelta(minutes=-minutes) for minutes in alarms
    ]


@settings(max_examples=300)
@given(st.binary(max_size=300), st.integers(0, len(OURS)))
def test_noise_is_no_entry_and_breaks_nothing(noise: bytes, at: int) -> None:
    broken = OURS[:at] + noise + OURS[at:]
    for theirs in (noise, broken):
        read(theirs, OURS, MINE.uid, MEMBER.address)
        assert event(merged(OURS, theirs, MINE.uid))["DTSTART"].dt == MINE.starts_at


def changed(found: str, becomes: str) -> bytes:
    plain = OURS.decode().replace("\r\n ", "")
    assert found in plain
    return plain.replace(found, becomes).encode()


@pytest.mark.parametrize(
    "theirs, moved",
    [
        (OURS, False),
        (changed("DTEND:20190214T163000Z", "DURATION:PT2H"), False),
        (changed("DTSTART:20190214T143000Z", "DTSTART;TZID=Europe/Amsterdam:20190214T153000"), False),
        (changed("DTSTART:20190214T143000Z", "DTSTART:20190214T150000Z"), True),
        (changed("SUMMARY:Gezamenlijk", "SUMMARY:Ons"), True),
        (changed("DTSTART:20190214T143000Z", "DTSTART;VALUE=DATE:20190214"), True),
    ],
)
def test_moved_is_what_takes_place_at_another_time_not_what_is_written_otherwise(
    theirs: bytes, moved: bool
) -> None:
    found = read(theirs, OURS, MINE.uid, MEMBER.address)
    assert found is not None
    assert found.changed is moved


def test_its_owner_may_call_the_time_free_until_the_meeting_is_cancelled_and_comes_back() -> None:
    free = changed("TRANSP:OPAQUE", "TRANSP:TRANSPARENT")
    assert event(merged(NEWER, free, MINE.uid))["TRANSP"] == "TRANSPARENT"
    gone = stored(replace(MINE, status="cancelled", sequence=1))
    assert event(merged(NEWER, gone, MINE.uid))["TRANSP"] == "OPAQUE"


def test_a_map_of_the_old_place_and_a_second_series_do_not_stay() -> None:
    added = "GEO:52.1;4.5\r\nX-APPLE-STRUCTURED-LOCATION:geo:52.1,4.5\r\nRRULE:FREQ=DAILY\r\nEND:VEVENT"
    text = merged(NEWER, changed("END:VEVENT", added), MINE.uid)
    assert not any(name in text for name in (b"GEO", b"STRUCTURED", b"RRULE"))


def test_what_is_too_large_or_of_another_meeting_is_not_taken_apart() -> None:
    large = changed("END:VEVENT", "X-LARGE:" + "x" * MOST_BYTES + "\r\nEND:VEVENT")
    for theirs in (large, changed(MINE.uid, "iets-anders")):
        assert read(theirs, OURS, MINE.uid, MEMBER.address) is None
        assert merged(NEWER, theirs, MINE.uid) == NEWER


# rules

WANTED = Wanted(1, MINE.uid, MEMBER.address, NEWER, 1, "needs-action", cancelled=False)
WRITTEN = Written("https://cloud.example/1.ics", '"1"', "before", 0, "needs-action", gone=False)


@pytest.mark.parametrize(
    "wanted, written, expected",
    [
        (WANTED, None, True),
        (replace(WANTED, cancelled=True), None, False),
        (WANTED, WRITTEN, True),
        (replace(WANTED, cancelled=True), WRITTEN, True),
        (WANTED, replace(WRITTEN, fingerprint=WANTED.fingerprint), False),
        (WANTED, replace(WRITTEN, gone=True), True),
        (WANTED, replace(WRITTEN, gone=True, sequence=1), False),
        (replace(WANTED, cancelled=True), replace(WRITTEN, gone=True), False),
    ],
)
def test_what_must_be_written(wanted: Wanted, written: Written | None, expected: bool) -> None:
    assert must_write(wanted, written) is expected


@pytest.mark.parametrize(
    "answered, sequence, partstat, counts",
    [
        ("needs-action", 1, "accepted", True),
        ("needs-action", 2, "declined", True),
        ("needs-action", 0, "accepted", False),
        ("needs-action", 1, "needs-action", False),
        ("needs-action", 1, "", False),
        ("declined", 1, "accepted", False),
    ],
)
def test_what_is_an_answer(answered: str, sequence: int, partstat: str, counts: bool) -> None:
    wanted = replace(WANTED, partstat=answered)  # type: ignore[arg-type]
    assert answers(wanted, WRITTEN, sequence, partstat) is counts


@given(st.integers(1, 10_000), st.integers(0, 100))
def test_it_is_tried_ever_less_often_and_at_least_once_a_day(push_id: int, failures: int) -> None:
    waits = [next_at(push_id, number, NOW) - NOW for number in (failures, failures + 1)]
    assert EVERY <= waits[0] <= waits[1] <= DAY + timedelta(minutes=1)


@given(st.booleans(), st.one_of(st.none(), st.integers(0, 100)), st.integers(0, 3))
def test_nobody_is_left_without_an_entry(carried_before: bool, hours: int | None, failures: int) -> None:
    done_at = None if hours is None else NOW - timedelta(hours=hours)
    reaches = works(done_at, failures, NOW)
    assert reaches == (hours is not None and hours <= 24 and failures == 0)
    assert carries_entry(carried_before=carried_before, reaches=reaches) or (reaches and not carried_before)
