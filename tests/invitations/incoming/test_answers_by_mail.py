"""An answer by mail counts for the attendee whose token it bears, in the order in which it was written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from agenda.invitations.model import AnswerToken
from agenda.mail.model import Incoming
from agenda.meetings.model import Answer
from tests.invitations.incoming.post import Client, client_of
from tests.invitations.region import Region
from tests.meetings.agenda_world import EVENING

SOON = timedelta(minutes=1)
STRANGER = "Iemand anders <iemand@elders.example>"


def fate(incoming: Incoming) -> tuple[str | None, str]:
    return incoming.fate, incoming.why


@pytest.mark.parametrize(
    ("partstat", "answer"),
    [("ACCEPTED", Answer.ACCEPTED), ("DECLINED", Answer.DECLINED), ("TENTATIVE", Answer.TENTATIVE)],
)
def test_an_answer_by_mail_is_the_answer(alderman: Client, partstat: str, answer: Answer) -> None:
    assert fate(alderman.reply(partstat)) == ("handled", "answered")
    assert alderman.answer is answer
    assert alderman.replies == [(partstat, True, [])]


def test_the_token_in_the_address_says_whose_answer_it_is_in_any_case(alderman: Client) -> None:
    """CALENDAR-MAIL rules 19 and 32."""
    alderman.reply(to=alderman.reply_to.upper())
    assert alderman.answer is Answer.ACCEPTED


def test_exchange_leaves_the_organiser_out_and_google_hides_our_address_in_it(alderman: Client) -> None:
    """CALENDAR-MAIL rule 19."""
    organizer = f"ORGANIZER:mailto:{alderman.reply_to}"
    assert fate(alderman.reply(to="agenda@leidseregio.example", extra=[organizer])) == ("handled", "answered")
    alderman.region.clock.wind(minutes=1)
    assert fate(alderman.reply("DECLINED")) == ("handled", "answered")
    assert alderman.answer is Answer.DECLINED


def test_a_comment_is_kept_with_the_answer_up_to_its_bounds(alderman: Client) -> None:
    """CALENDAR-MAIL rule 22."""
    alderman.reply(comment="Tot uiterlijk vijf uur\\, daarna is er raad. " + "é" * 5_000)
    with alderman.region.runtime.read() as session:
        remark = alderman.region.attendee(session, alderman.who).answer_remark
    assert remark.startswith("Tot uiterlijk vijf uur, daarna is er raad. é")
    assert len(remark) == 2_000


def test_the_same_message_again_changes_nothing(alderman: Client) -> None:
    """CALENDAR-MAIL rule 36, RELIABILITY I6."""
    content = alderman.letter(alderman.calendar("REPLY", "DECLINED"))
    alderman.deliver(content)
    alderman.region.clock.wind(minutes=5)
    alderman.reply("ACCEPTED")
    alderman.deliver(content)
    assert alderman.answer is Answer.ACCEPTED
    assert [partstat for partstat, _, _ in alderman.replies] == ["DECLINED", "ACCEPTED"]


def test_an_old_answer_that_comes_late_is_kept_and_does_not_count(alderman: Client) -> None:
    """CALENDAR-MAIL rule 20: DTSTAMP orders answers to one version."""
    written = alderman.region.clock()
    alderman.region.clock.wind(minutes=10)
    alderman.reply("ACCEPTED")
    assert fate(alderman.reply("DECLINED", at=written)) == ("handled", "superseded")
    assert alderman.answer is Answer.ACCEPTED
    assert alderman.replies == [("ACCEPTED", True, []), ("DECLINED", False, [])]


def test_an_answer_on_the_page_counts_until_a_later_one_by_mail(alderman: Client) -> None:
    region = alderman.region
    before = region.clock()
    region.clock.wind(minutes=10)
    region.answer(alderman.who, Answer.TENTATIVE)
    alderman.reply("DECLINED", at=before)
    assert alderman.answer is Answer.TENTATIVE
    region.clock.wind(minutes=10)
    alderman.reply("DECLINED")
    assert alderman.answer is Answer.DECLINED


def test_an_answer_to_an_earlier_time_is_shown_as_such_and_does_not_count_for_the_new_one(
    alderman: Client,
) -> None:
    """CALENDAR-MAIL rule 20."""
    region, old = alderman.region, alderman.invitation
    region.move(EVENING + timedelta(days=7))
    updated = client_of(region, region.tell())
    region.clock.wind(minutes=10)
    late = Client(region, old)
    assert fate(late.reply("ACCEPTED")) == ("handled", "older")
    assert late.answer is Answer.NEEDS_ACTION
    with region.runtime.read() as session:
        attendee = region.attendee(session, alderman.who)
        assert (attendee.answer, attendee.answered_revision) == (
            Answer.ACCEPTED,
            attendee.meeting.revision - 1,
        )
    updated.reply("DECLINED", at=region.clock() - timedelta(minutes=5))
    assert updated.answer is Answer.DECLINED
    assert fate(late.reply("TENTATIVE")) == ("handled", "older")
    assert updated.answer is Answer.DECLINED


def test_a_clock_that_runs_years_ahead_does_not_keep_later_answers_out(alderman: Client) -> None:
    alderman.reply("ACCEPTED", at=datetime(2099, 1, 1, tzinfo=UTC))
    assert alderman.answer is Answer.ACCEPTED
    alderman.region.clock.wind(minutes=1)
    alderman.reply("DECLINED")
    assert alderman.answer is Answer.DECLINED


def test_of_several_events_the_one_of_the_meeting_counts(alderman: Client) -> None:
    """CALENDAR-MAIL rule 21: Google puts several events in one answer, RECURRENCE-ID in UTC."""
    start = alderman.invitation.event["DTSTART"].dt
    one = alderman.calendar("REPLY", "DECLINED", extra=["RECURRENCE-ID:20200101T090000Z"])
    two = alderman.calendar("REPLY", "ACCEPTED", extra=[f"RECURRENCE-ID:{start:%Y%m%dT%H%M%SZ}"])
    event = two[two.index("BEGIN:VEVENT") : two.index("END:VCALENDAR")]
    alderman.deliver(alderman.letter(one.replace("END:VCALENDAR", event + "END:VCALENDAR")))
    assert alderman.answer is Answer.ACCEPTED


@pytest.mark.parametrize(
    ("facts", "flags"),
    [
        ({"sender": "Bestuursassistent <assistent@leiden.example>"}, ["other_address"]),
        ({"attendee": "alias@leiden.example"}, ["other_address"]),
    ],
)
def test_an_answer_from_another_address_of_the_owner_counts_and_is_flagged(
    alderman: Client, facts: dict[str, str], flags: list[str]
) -> None:
    """CALENDAR-MAIL rule 32."""
    assert fate(alderman.reply(**facts)) == ("handled", "answered")
    assert alderman.replies == [("ACCEPTED", True, flags)]


def test_a_forwarded_invitation_answered_by_someone_else_goes_to_the_secretary(alderman: Client) -> None:
    """CALENDAR-MAIL rule 22."""
    incoming = alderman.reply(sender=STRANGER, attendee="iemand@elders.example")
    assert fate(incoming) == ("set_aside", "stranger")
    assert (incoming.subject_kind, incoming.subject_id) == ("meeting", alderman.region.meeting_id)
    assert (alderman.answer, alderman.replies) == (Answer.NEEDS_ACTION, [])


def test_a_delegate_goes_to_the_secretary(alderman: Client) -> None:
    """CALENDAR-MAIL rule 22."""
    assert fate(alderman.reply("DELEGATED")) == ("set_aside", "delegate")
    assert alderman.answer is Answer.NEEDS_ACTION


@pytest.mark.parametrize(
    "to",
    ["agenda@leidseregio.example", f"agenda+{'a' * 32}@leidseregio.example", "agenda+@leidseregio.example"],
)
def test_a_spoofed_answer_without_the_token_changes_nothing(alderman: Client, to: str) -> None:
    incoming = alderman.reply(to=to)
    assert fate(incoming) == ("set_aside", "no_token")
    assert incoming.subject_id == alderman.region.meeting_id
    assert alderman.answer is Answer.NEEDS_ACTION


def test_the_token_of_another_changes_only_the_answer_of_that_other_and_only_in_their_name(
    alderman: Client,
) -> None:
    """CALENDAR-MAIL rule 19."""
    other = client_of(alderman.region, [alderman.invitation], alderman.who)
    letters = alderman.region.delivered()
    other = client_of(alderman.region, letters, "Wethouder Leiden 2")
    incoming = alderman.reply("DECLINED", to=other.reply_to)
    assert fate(incoming) == ("set_aside", "stranger")
    assert (alderman.answer, other.answer) == (Answer.NEEDS_ACTION, Answer.NEEDS_ACTION)


def test_two_tokens_in_one_message_change_nothing(alderman: Client) -> None:
    other = client_of(alderman.region, alderman.region.delivered(), "Wethouder Leiden 2")
    incoming = alderman.reply(to=f"{alderman.reply_to}, {other.reply_to}")
    assert fate(incoming) == ("set_aside", "two_owners")
    assert alderman.answer is Answer.NEEDS_ACTION


def test_an_answer_to_another_meeting_than_its_address_says_goes_to_the_secretary(alderman: Client) -> None:
    assert fate(alderman.reply(uid="meeting-99@elders.example")) == ("set_aside", "other_meeting")
    assert alderman.answer is Answer.NEEDS_ACTION


def test_an_address_that_was_revoked_answers_for_nobody(alderman: Client) -> None:
    with alderman.region.work() as session:
        for row in session.query(AnswerToken):
            row.revoked_at = alderman.region.clock()
    assert fate(alderman.reply()) == ("set_aside", "address_no_longer_valid")
    assert alderman.answer is Answer.NEEDS_ACTION


def test_an_answer_after_the_meeting_was_cancelled_is_kept_and_changes_nothing(alderman: Client) -> None:
    alderman.region.cancel()
    assert fate(alderman.reply()) == ("handled", "no_longer_asked")
    assert alderman.replies == [("ACCEPTED", False, [])]


def test_who_was_taken_off_the_list_does_not_come_back_by_answering(alderman: Client) -> None:
    alderman.region.remove(alderman.who)
    assert fate(alderman.reply()) == ("handled", "no_longer_asked")


def test_no_answer_yet_is_no_answer(alderman: Client) -> None:
    assert fate(alderman.reply("NEEDS-ACTION")) == ("handled", "no_answer_yet")
    assert alderman.replies == []


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL", "ADD", "PUBLISH"])
def test_what_asks_something_of_our_own_calendar_changes_nothing(alderman: Client, method: str) -> None:
    """CALENDAR-MAIL rule 24."""
    content = alderman.letter(alderman.calendar(method), method)
    assert fate(alderman.deliver(content)) == ("handled", "changes_nothing")
    assert alderman.answer is Answer.NEEDS_ACTION


def test_who_lost_the_invitation_gets_it_again_once_an_hour_and_three_times_a_day(alderman: Client) -> None:
    """CALENDAR-MAIL rule 24."""
    region = alderman.region

    def asked() -> str:
        return alderman.deliver(alderman.letter(alderman.calendar("REFRESH"), "REFRESH")).why

    assert asked() == "sent_again"
    (again,) = region.arrived()
    assert (again.method, again.sequence, again.to) == ("REQUEST", 0, alderman.address)
    assert asked() == "asked_too_often"
    for _ in range(2):
        region.clock.wind(hours=1)
        assert asked() == "sent_again"
    region.clock.wind(hours=1)
    assert asked() == "asked_too_often"
    region.clock.wind(hours=24)
    assert asked() == "sent_again"


def test_out_of_office_changes_nothing_and_is_never_answered(alderman: Client) -> None:
    """CALENDAR-MAIL rules 25 and 36."""
    absent = alderman.letter(None, subject="Automatisch antwoord: overleg", text="Ik ben er maandag weer.")
    incoming = alderman.deliver(absent)
    assert fate(incoming) == ("handled", "automatic")
    assert incoming.person_id == alderman.region.world.people[alderman.who]
    assert (alderman.answer, alderman.region.arrived()) == (Answer.NEEDS_ACTION, [])


def test_words_and_what_cannot_be_read_go_to_the_secretary_with_their_text(alderman: Client) -> None:
    """CALENDAR-MAIL rule 25."""
    words = alderman.deliver(alderman.letter(None, text="Ik kom, maar een kwartier later."))
    assert fate(words) == ("set_aside", "words")
    assert words.understood["text"] == "Ik kom, maar een kwartier later."
    broken = alderman.deliver(alderman.letter("BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n"))
    assert fate(broken) == ("set_aside", "no_event")


def test_a_stranger_without_a_token_is_kept_for_the_secretary(region: Region) -> None:
    region.invite()
    alderman = client_of(region, region.delivered())
    content = alderman.letter(
        None, sender=STRANGER, to="agenda@leidseregio.example", text="Mag ik meekijken?"
    )
    assert fate(alderman.deliver(content)) == ("set_aside", "nobody_known")
