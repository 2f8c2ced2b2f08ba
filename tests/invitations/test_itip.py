"""Calendar messages keep the rules that Outlook, Google and Apple need, and nobody is told a thing twice."""

import base64
import itertools
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from agenda.core.text import clean, one_line
from agenda.invitations.rules import (
    Appointment,
    Owed,
    PersonalItem,
    Told,
    Truth,
    answer_token,
    letter_key,
    what_is_owed,
)
from agenda.mail.compose import CalendarPart, LetterText, Mailbox, compose, message_id
from agenda.mail.itip import CalendarAttendee, cancel, request, uid_for
from agenda.mail.tokens import reply_address, same_token, token_hash
from tests.invitations.regenerate import GOLDEN, rendered
from tests.invitations.samples import EVENT, GUEST, MEMBER, ROOM

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
INJECTION = "=?utf-8?q?x=0D=0ABcc:kwaad=40elders.example?="
AWKWARD_NAMES = ["Van der Ven, Zoë", "Müller; Ömer: ßtraße", "Feest 😀😀", "Zoë " * 1250, INJECTION, "D’Arcy"]
typed = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)


def event_in(message: bytes) -> Event:
    [event] = Calendar.from_ical(message).events
    return event


def lines(message: bytes) -> list[str]:
    return message.replace(b"\r\n ", b"").decode().split("\r\n")


@pytest.mark.parametrize("name", ["request.ics", "request-guest.ics", "cancel.ics"])
def test_each_calendar_is_its_golden_file(name: str) -> None:
    assert rendered()[name] == (GOLDEN / name).read_bytes()


def test_rule_4_a_message_holds_one_calendar_one_event_and_its_method() -> None:
    for message, method in ((request(EVENT), "REQUEST"), (cancel(EVENT, MEMBER.address), "CANCEL")):
        calendar = Calendar.from_ical(message)
        assert calendar["METHOD"] == method
        assert calendar["VERSION"] == "2.0"
        assert calendar["PRODID"]
        assert len(calendar.events) == 1
        assert message.count(b"BEGIN:VCALENDAR") == 1


def test_rules_3_and_4_a_calendar_travels_unchanged_in_its_letter() -> None:
    message = request(EVENT)
    raw = compose(
        LetterText("Uitnodiging", "tekst", "<p>tekst</p>"),
        sender=Mailbox("Secretariaat", "secretariaat@zoeterwoude.example"),
        recipient=Mailbox(MEMBER.name, MEMBER.address),
        now=EVENT.dtstamp,
        message_id=message_id("key", b"secret", "zoeterwoude.example"),
        calendar=CalendarPart("REQUEST", message),
    )
    assert raw.count(base64.encodebytes(message).replace(b"\n", b"\r\n").rstrip()) == 2


def test_rule_5_the_description_repeats_the_essentials_as_plain_text() -> None:
    event = event_in(request(EVENT))
    assert str(event.get("DESCRIPTION", "")) == EVENT.description
    assert str(event["SUMMARY"]) == EVENT.summary
    assert str(event.get("LOCATION", "")) == EVENT.location


def test_rule_8_the_organizer_is_the_reply_address_and_sent_by_who_acts_for_it() -> None:
    organizer = event_in(request(replace(EVENT, sent_by="secretaris@zoeterwoude.example")))["ORGANIZER"]
    assert organizer == "mailto:agenda+abc234@zoeterwoude.example"
    assert organizer.params["SENT-BY"] == "mailto:secretaris@zoeterwoude.example"
    assert "SENT-BY" not in event_in(request(EVENT))["ORGANIZER"].params


@given(key=st.text(max_size=400), domain=st.text(max_size=260))
def test_rule_9_a_uid_is_stable_and_under_200_octets(key: str, domain: str) -> None:
    assume(not re.search("[\ud800-\udfff]", key + domain))
    uid = uid_for(key, domain)
    assert uid == uid_for(key, domain)
    assert len(uid.encode()) < 200
    assert re.fullmatch(r"[A-Za-z0-9.@-]+", uid)


def test_rule_9_a_uid_reads_as_its_meeting_and_differs_between_meetings() -> None:
    assert uid_for("meeting-7", "agenda.leidseregio.example") == "meeting-7@agenda.leidseregio.example"
    assert uid_for("a" * 300, "x.example") != uid_for("a" * 301, "x.example")


def test_rule_9_no_message_ever_repeats() -> None:
    assert not any(line.startswith(("RRULE", "RDATE", "EXDATE")) for line in lines(request(EVENT)))


def test_rule_10_the_sequence_is_the_one_handed_in() -> None:
    assert event_in(request(EVENT))["SEQUENCE"] == 0
    assert event_in(request(replace(EVENT, sequence=4)))["SEQUENCE"] == 4


@given(summary=typed, description=typed, location=typed, name=typed)
def test_rule_11_lines_are_crlf_at_most_75_octets_and_never_split_a_character(
    summary: str, description: str, location: str, name: str
) -> None:
    attendee = replace(MEMBER, name=name)
    message = request(
        replace(EVENT, summary=summary, description=description, location=location, attendees=(attendee,))
    )
    assert not message.startswith(b"\xef\xbb\xbf")
    assert message.endswith(b"END:VCALENDAR\r\n")
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", message)
    for line in message.split(b"\r\n"):
        assert len(line) <= 75
        line.decode("utf-8")
    assert not re.search("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f]", message.decode().replace("\t", ""))
    event = event_in(message)
    assert str(event["SUMMARY"]) == one_line(summary)
    assert str(event.get("DESCRIPTION", "")) == clean(description).strip()
    assert len([line for line in lines(message) if line.startswith("ATTENDEE")]) == 1
    assert event["ATTENDEE"] == f"mailto:{MEMBER.address}"


@pytest.mark.parametrize("name", AWKWARD_NAMES)
def test_rule_12_names_with_commas_and_umlauts_round_trip(name: str) -> None:
    event = event_in(request(replace(EVENT, attendees=(replace(MEMBER, name=name),))))
    assert event["ATTENDEE"].params["CN"] == one_line(name)
    assert event["ATTENDEE"] == f"mailto:{MEMBER.address}"


def test_rule_12_a_name_holds_no_quote_and_starts_no_property() -> None:
    name = 'De "Baas"\r\nX-KWAAD:1^n;ROLE=CHAIR:mailto:x@kwaad.example'
    message = request(replace(EVENT, attendees=(replace(MEMBER, name=name),)))
    [attendee] = [line for line in lines(message) if line.startswith("ATTENDEE")]
    assert attendee.count('"') == 2
    assert not any(line.startswith("X-KWAAD") for line in lines(message))
    assert event_in(message)["ATTENDEE"].params["ROLE"] == "REQ-PARTICIPANT"


def test_rule_12_a_carriage_return_in_any_field_starts_no_line() -> None:
    evil = "x\rX-KWAAD:1\r\nX-KWAAD:2\x85X-KWAAD:3\u2028X-KWAAD:4"
    message = request(
        replace(
            EVENT,
            summary=evil,
            description=evil,
            location=evil,
            organizer=replace(EVENT.organizer, name=evil),
        )
    )
    assert not any(line.startswith("X-KWAAD") for line in lines(message))


@pytest.mark.parametrize(
    "start, minutes, dtstart, dtend",
    [
        (datetime(2019, 3, 31, 1, 30, tzinfo=AMSTERDAM), 60, "20190331T003000Z", "20190331T013000Z"),
        (datetime(2019, 10, 27, 2, 30, tzinfo=AMSTERDAM), 60, "20191027T003000Z", "20191027T013000Z"),
        (datetime(2019, 10, 27, 2, 30, fold=1, tzinfo=AMSTERDAM), 60, "20191027T013000Z", "20191027T023000Z"),
        (datetime(2019, 4, 1, 9, 0, tzinfo=AMSTERDAM), 90, "20190401T070000Z", "20190401T083000Z"),
        (datetime(2020, 2, 29, 9, 0, tzinfo=AMSTERDAM), 60, "20200229T080000Z", "20200229T090000Z"),
    ],
)
def test_rule_13_times_are_utc_and_always_have_an_end(
    start: datetime, minutes: int, dtstart: str, dtend: str
) -> None:
    end = start.astimezone(UTC) + timedelta(minutes=minutes)
    written = lines(request(replace(EVENT, starts_at=start, ends_at=end)))
    assert f"DTSTART:{dtstart}" in written
    assert f"DTEND:{dtend}" in written
    assert not any("TZID" in line for line in written)


@pytest.mark.parametrize(
    "wrong",
    [
        {"starts_at": EVENT.starts_at.replace(tzinfo=None)},
        {"dtstamp": EVENT.dtstamp.replace(tzinfo=None)},
        {"ends_at": EVENT.starts_at},
        {"sequence": -1},
        {"attendees": ()},
        {"status": "cancelled"},
        {"uid": "x" * 200},
        {"uid": "a\nb"},
        {"url": "javascript:alert(1)"},
        {"url": "https://x.example/\r\nX-KWAAD:1"},
        {"attendees": (replace(MEMBER, address="x@y.example\r\nX-KWAAD:1"),)},
        {"sent_by": "geen adres"},
    ],
)
def test_rule_13_and_31_an_event_that_cannot_be_right_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        request(replace(EVENT, **wrong))  # type: ignore[arg-type]


def test_rule_14_no_message_names_a_zone_so_none_needs_to_be_described() -> None:
    for content in (request(EVENT), cancel(EVENT, MEMBER.address)):
        assert b"TZID" not in content
        assert b"VTIMEZONE" not in content


def test_rule_15_every_attendee_has_partstat_rsvp_role_and_cutype() -> None:
    chair = CalendarAttendee(
        "Burgemeester", "burgemeester@zoeterwoude.example", role="chair", partstat="accepted"
    )
    event = event_in(request(replace(EVENT, attendees=(chair, MEMBER, GUEST, ROOM))))
    assert [
        tuple(str(attendee.params[name]) for name in ("ROLE", "CUTYPE", "PARTSTAT", "RSVP"))
        for attendee in event["ATTENDEE"]
    ] == [
        ("CHAIR", "INDIVIDUAL", "ACCEPTED", "TRUE"),
        ("REQ-PARTICIPANT", "INDIVIDUAL", "NEEDS-ACTION", "TRUE"),
        ("OPT-PARTICIPANT", "INDIVIDUAL", "NEEDS-ACTION", "TRUE"),
        ("NON-PARTICIPANT", "ROOM", "ACCEPTED", "TRUE"),
    ]


def test_rule_16_a_guest_gets_the_own_window() -> None:
    written = lines(rendered()["request-guest.ics"])
    assert "DTSTART:20190214T150000Z" in written
    assert "DTEND:20190214T154500Z" in written


def test_rule_17_a_cancellation_names_the_event_and_lists_its_recipient_first() -> None:
    listed = replace(EVENT, sequence=3, attendees=(GUEST, ROOM, MEMBER))
    event = event_in(cancel(listed, MEMBER.address.upper()))
    assert event["UID"] == EVENT.uid
    assert event["SEQUENCE"] == 3
    assert event["STATUS"] == "CANCELLED"
    assert all(name in event for name in ("DTSTART", "DTEND", "SUMMARY"))
    assert [str(attendee) for attendee in event["ATTENDEE"]] == [
        f"mailto:{attendee.address}" for attendee in (MEMBER, GUEST, ROOM)
    ]


def test_rule_17_a_cancellation_to_someone_not_on_the_list_is_refused() -> None:
    with pytest.raises(ValueError, match="attendee"):
        cancel(EVENT, GUEST.address)


@pytest.mark.parametrize(
    "message, busy, transparency",
    [
        (request(replace(EVENT, status="tentative")), "TENTATIVE", "OPAQUE"),
        (request(EVENT), "BUSY", "OPAQUE"),
        (cancel(EVENT, MEMBER.address), "FREE", "TRANSPARENT"),
    ],
)
def test_outlook_shows_a_meeting_as_busy_as_it_is(message: bytes, busy: str, transparency: str) -> None:
    event = event_in(message)
    assert event["X-MICROSOFT-CDO-BUSYSTATUS"] == busy
    assert event["TRANSP"] == transparency


# answers are known by their token


def test_rule_32_a_token_is_at_least_128_bits_of_lower_case_base32() -> None:
    token = answer_token(b"secret", 7, 0)
    assert re.fullmatch(r"[a-z2-7]{32}", token)
    assert len(base64.b32decode(token.upper())) * 8 >= 128
    assert (
        len({token, answer_token(b"secret", 8, 0), answer_token(b"secret", 7, 1), answer_token(b"x", 7, 0)})
        == 4
    )
    assert answer_token(b"secret", 71, 0) != answer_token(b"secret", 7, 10)


def test_rule_32_a_token_is_compared_without_case_and_stored_hashed() -> None:
    token = answer_token(b"secret", 7, 0)
    stored = token_hash(token)
    assert token not in stored
    assert same_token(token.upper(), stored)
    assert same_token(f" {token}\n", stored)
    for other in ("", answer_token(b"secret", 7, 1), token[:-1], "é\ud800"):
        assert not same_token(other, stored)


def test_rule_8_the_reply_address_carries_the_token_at_the_domain_of_the_secretariat() -> None:
    assert reply_address("abc234", "secretariaat@zoeterwoude.example") == "agenda+abc234@zoeterwoude.example"
    assert len(reply_address(answer_token(b"secret", 7, 0), "x@y.example").split("@")[0]) <= 64


# who must hear what


START = EVENT.starts_at
AGREED = Appointment(START, START + timedelta(hours=2), "Raadhuis Zoeterwoude", "Collegeoverleg")
ITEM = PersonalItem("Warmtenet", START, 20)
PLANNED = Truth(AGREED, revision=0)


def told(truth: Truth, earlier: Told | None = None) -> Told:
    owed = what_is_owed(earlier, truth)
    assert owed is not None
    return owed.told


def changed(truth: Truth, **fields: object) -> Truth:
    return replace(truth, appointment=replace(truth.appointment, **fields))  # type: ignore[arg-type]


def test_rule_10_someone_never_told_is_invited_with_sequence_0() -> None:
    owed = what_is_owed(None, PLANNED)
    assert owed is not None
    assert (owed.kind, owed.method, owed.sequence, owed.asks_again) == ("invitation", "REQUEST", 0, False)


@pytest.mark.parametrize(
    "fields, what",
    [
        ({"starts_at": START + timedelta(minutes=15)}, "time"),
        ({"ends_at": START + timedelta(hours=3)}, "time"),
        ({"venue": "Stadhuis Leiden"}, "place"),
        ({"tentative": True}, "status"),
    ],
)
def test_rule_10_time_place_and_status_raise_the_sequence_and_ask_again(fields: dict, what: str) -> None:
    owed = what_is_owed(told(PLANNED), changed(PLANNED, **fields))
    assert owed is not None
    assert (owed.kind, owed.sequence, owed.asks_again) == ("update", 1, True)
    assert [change.what for change in owed.changes] == [what]
    assert owed.changes[0].old != owed.changes[0].new


def test_rule_10_an_agenda_keeps_the_sequence_and_the_answer() -> None:
    owed = what_is_owed(told(PLANNED), changed(PLANNED, items=(ITEM,)))
    assert owed is not None
    assert (owed.kind, owed.method, owed.sequence, owed.asks_again) == ("agenda", "REQUEST", 0, False)
    assert owed.agenda_only
    assert owed.agenda_added
    later = what_is_owed(owed.told, changed(PLANNED, items=(ITEM, ITEM)))
    assert later is not None
    assert later.agenda_only
    assert not later.agenda_added


def test_rule_10_a_new_title_keeps_the_sequence_and_is_told_as_a_change() -> None:
    owed = what_is_owed(told(PLANNED), changed(PLANNED, title="Regio-overleg"))
    assert owed is not None
    assert (owed.kind, owed.sequence, owed.agenda_only) == ("agenda", 0, False)


def test_rule_17_a_cancelled_meeting_is_told_with_the_entry_that_was_known() -> None:
    moved_and_cancelled = replace(changed(PLANNED, venue="Elders"), cancelled=True, revision=1)
    owed = what_is_owed(told(PLANNED), moved_and_cancelled)
    assert owed is not None
    assert (owed.kind, owed.method, owed.sequence, owed.removed) == ("cancellation", "CANCEL", 1, False)
    assert owed.told.appointment == AGREED


def test_rule_17_a_removed_person_gets_a_cancellation_and_can_be_invited_again_with_a_higher_sequence() -> (
    None
):
    removed = what_is_owed(told(PLANNED), replace(PLANNED, invited=False))
    assert removed is not None
    assert (removed.kind, removed.removed, removed.sequence) == (
        "cancellation",
        True,
        1,
    )
    again = what_is_owed(removed.told, PLANNED)
    assert again is not None
    assert (again.kind, again.sequence) == ("invitation", 2)


def test_a_change_undone_before_it_was_told_costs_no_letter_and_one_undone_after_costs_one() -> None:
    first = told(PLANNED)
    moved = replace(changed(PLANNED, venue="Elders"), revision=1)
    back = replace(PLANNED, revision=2)
    assert what_is_owed(first, back) is None
    owed = what_is_owed(told(moved, first), back)
    assert owed is not None
    assert owed.kind == "update"
    assert owed.sequence == 2


moments = st.sampled_from([START + timedelta(days=days) for days in range(3)])
appointments = st.builds(
    Appointment,
    starts_at=moments,
    ends_at=moments.map(lambda moment: moment + timedelta(days=3)),
    venue=st.sampled_from(["Leiden", "Zoeterwoude"]),
    title=st.sampled_from(["Overleg", "Collegeoverleg"]),
    items=st.sampled_from([(), (ITEM,), (ITEM, ITEM)]),
    tentative=st.booleans(),
)
truths = st.builds(
    Truth,
    appointment=appointments,
    revision=st.integers(0, 5),
    invited=st.booleans(),
    cancelled=st.booleans(),
)


def play(history: list[Truth]) -> list[tuple[Told | None, Truth, Owed]]:
    known: Told | None = None
    letters = []
    for truth in history:
        owed = what_is_owed(known, truth)
        if owed is not None:
            letters.append((known, truth, owed))
            known = owed.told
        assert what_is_owed(known, truth) is None
    return letters


@given(st.lists(truths, max_size=12))
def test_nobody_is_owed_anything_after_being_told_and_the_sequence_never_falls(history: list[Truth]) -> None:
    letters = play(history)
    for (_, _, earlier), (_, _, later) in itertools.pairwise(letters):
        assert later.sequence >= earlier.sequence
        if later.kind != "agenda":
            assert later.sequence > earlier.sequence
    keys = [letter_key(EVENT.uid, MEMBER.address, owed) for _, _, owed in letters]
    assert len(set(keys)) == len(keys)


@given(st.lists(truths, max_size=12))
def test_a_cancellation_follows_a_request_and_nobody_hears_of_a_meeting_that_never_reached_them(
    history: list[Truth],
) -> None:
    letters = play(history)
    for known, truth, owed in letters:
        expected = truth.invited and not truth.cancelled
        assert (owed.method == "REQUEST") is expected
        if owed.method == "CANCEL":
            assert known is not None
            assert not known.cancelled
        else:
            assert owed.told.appointment == truth.appointment
    if letters:
        assert letters[0][2].kind == "invitation"


@given(st.lists(truths.map(lambda truth: replace(truth, cancelled=True)), max_size=6))
def test_a_cancelled_meeting_nobody_was_told_of_stays_silent(history: list[Truth]) -> None:
    assert play(history) == []
