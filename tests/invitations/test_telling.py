"""Everyone who is invited knows what is true, by exactly one letter a change, and nobody else does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from agenda.core.audit import AuditEntry
from agenda.core.problems import Conflict
from agenda.invitations import queries
from agenda.invitations.actions import send_again, tell_everyone
from agenda.invitations.model import Told
from agenda.mail.model import Letter
from agenda.meetings.actions import set_date
from agenda.meetings.model import Answer
from agenda.meetings.rules import answered_earlier, current_answer
from agenda.people.model import Membership, Person, Role
from tests.invitations.region import ALDERMAN, EVERYONE, GUEST, Region, address, kinds, to
from tests.meetings.agenda_world import EVENING
from tests.meetings.counting import Statements

LATER = EVENING + timedelta(days=7)


def test_each_attendee_is_invited_once(region: Region) -> None:
    region.invite()
    mails = region.delivered()
    assert len({mail.to for mail in mails}) == len(mails) == EVERYONE
    assert kinds(mails) == {("REQUEST", 0): EVERYONE}
    assert address("reader") not in {mail.to for mail in mails}
    assert region.tell() == []
    assert region.delivered() == []


def test_nobody_hears_of_a_meeting_that_is_a_draft_or_has_a_date_only(region: Region) -> None:
    region.plan()
    region.move(LATER)
    assert region.tell() == []


def test_a_crash_between_confirming_and_telling_loses_nothing(region: Region) -> None:
    region.plan()
    region.confirm()
    assert len(region.tell()) == EVERYONE
    assert region.tell() == []


def test_a_crash_before_the_commit_of_telling_sends_nothing_twice(region: Region) -> None:
    region.plan()
    region.confirm()
    with pytest.raises(KeyboardInterrupt), region.work() as session:
        assert tell_everyone(session, region.runtime.config, region.clock()) == EVERYONE
        raise KeyboardInterrupt
    assert region.delivered() == []
    region.tell()
    assert len(region.delivered()) == EVERYONE


def test_i1_what_was_told_and_its_letter_are_written_together(region: Region) -> None:
    region.invite()
    with region.work() as session:
        told = {row.message_id for row in session.scalars(select(Told))}
        letters = {row.message_id for row in session.scalars(select(Letter))}
    assert told == letters


def test_rules_1_to_8_the_letter_is_for_its_reader_alone(region: Region) -> None:
    mail = to(region.invite(), ALDERMAN)
    token = region.token(ALDERMAN)
    reply = f"agenda+{token}@leidseregio.example"
    assert mail.ics == mail.attachment
    assert mail.message["Reply-To"].addresses[0].addr_spec == reply
    assert str(mail.event["ORGANIZER"]) == f"mailto:{reply}"
    assert str(mail.event["ATTENDEE"]) == f"mailto:{address(ALDERMAN)}"
    assert mail.message["From"].addresses[0].addr_spec == "agenda@leidseregio.example"
    assert mail.message["Auto-Submitted"] == "auto-generated"
    assert f"http://localhost/answer/{token}" in mail.text
    assert f"http://localhost/answer/{token}" in mail.html
    assert f"http://localhost/answer/{token}" in str(mail.event["DESCRIPTION"])


def test_rule_5_the_summary_is_neutral_also_when_the_title_tells_more(region: Region) -> None:
    mail = to(region.invite(title="Sluiting van het zwembad"), ALDERMAN)
    assert str(mail.event["SUMMARY"]) == "Gezamenlijk collegeoverleg"


def test_one_person_with_two_roles_gets_one_letter(region: Region) -> None:
    with region.work() as session:
        also = session.scalars(
            select(Membership).where(Membership.person_id == region.world.people["secretary"])
        ).one()
        session.add(
            Membership(
                person_id=region.world.people[ALDERMAN],
                body_id=also.body_id,
                organisation_id=also.organisation_id,
                role=Role.SECRETARY,
                since=also.since,
            )
        )
    mails = region.invite()
    assert [mail.to for mail in mails].count(address(ALDERMAN)) == 1
    assert len(mails) == EVERYONE


def test_each_reads_the_letter_in_their_own_language(region: Region) -> None:
    with region.work() as session:
        region.world.person(session, ALDERMAN).language = "en"
    mails = region.invite()
    assert to(mails, ALDERMAN).subject.startswith("Invitation: ")
    assert "The agenda will follow." in str(to(mails, ALDERMAN).event["DESCRIPTION"])
    assert to(mails, "Wethouder Leiden 2").subject.startswith("Uitnodiging: ")


# changes


def test_rule_10_another_date_raises_the_sequence_and_asks_everyone_again(region: Region) -> None:
    first = to(region.invite(), ALDERMAN)
    region.answer(ALDERMAN)
    region.move(LATER)
    mails = region.tell()
    assert kinds(mails) == {("REQUEST", 1): EVERYONE}
    mail = to(mails, ALDERMAN)
    assert mail.partstat == "NEEDS-ACTION"
    assert mail.event["UID"] == first.event["UID"]
    assert mail.subject.startswith("Gewijzigd: ")
    assert "was donderdag 14 februari 2019" in mail.text
    assert "wordt donderdag 21 februari 2019" in mail.text
    assert mail.message["In-Reply-To"] == first.message["Message-ID"]
    with region.work() as session:
        attendee = region.attendee(session, ALDERMAN)
        assert current_answer(attendee, attendee.meeting) is Answer.NEEDS_ACTION
        assert answered_earlier(attendee, attendee.meeting)
    assert region.tell() == []


def test_a_change_that_is_undone_before_anyone_heard_costs_no_letter_and_no_answer(region: Region) -> None:
    region.invite()
    region.answer(ALDERMAN)
    region.move(LATER)
    region.move(EVENING)
    assert region.tell() == []
    with region.work() as session:
        attendee = region.attendee(session, ALDERMAN)
        assert current_answer(attendee, attendee.meeting) is Answer.ACCEPTED


def test_an_answer_to_the_new_date_given_before_the_letter_left_stands(region: Region) -> None:
    region.invite()
    region.move(LATER)
    region.answer(ALDERMAN)
    assert to(region.tell(), ALDERMAN).partstat == "ACCEPTED"
    with region.work() as session:
        attendee = region.attendee(session, ALDERMAN)
        assert current_answer(attendee, attendee.meeting) is Answer.ACCEPTED


def test_rule_10_a_final_agenda_keeps_sequence_and_answer_and_tells_everyone_once(region: Region) -> None:
    first = to(region.invite(), ALDERMAN)
    assert "De agenda volgt" in first.text
    region.answer(ALDERMAN)
    region.put_on_agenda("Warmtenet", needs=["wonen"])
    assert region.tell() == []
    region.clock.wind(hours=1)
    region.make_final()
    mails = region.tell()
    assert kinds(mails) == {("REQUEST", 0): EVERYONE}
    mail = to(mails, ALDERMAN)
    assert mail.event["DTSTAMP"].dt > first.event["DTSTAMP"].dt
    assert mail.partstat == "ACCEPTED"
    assert mail.subject.startswith("Agenda toegevoegd: ")
    assert "15.40 uur: Warmtenet (20 minuten)" in mail.text
    assert "15.40 uur: Warmtenet (20 minuten)" in str(mail.event["DESCRIPTION"])
    assert "Warmtenet" not in to(mails, "Wethouder Leiden 2").text
    assert region.tell() == []


def test_a_late_item_is_told_to_those_whom_it_concerns(region: Region) -> None:
    region.invite()
    region.put_on_agenda("Warmtenet", needs=["wonen"])
    region.make_final()
    region.tell()
    region.put_late_on_agenda("Studenten", needs=["duurzaamheid"])
    mails = region.tell()
    # The lead of both, and the five who hold the portfolio of the second.
    assert {mail.to for mail in mails} == {
        address(ALDERMAN),
        *(address(f"Wethouder {name} 2") for name in region.world.organisations if name != "Provincie"),
    }
    assert to(mails, ALDERMAN).subject.startswith("Agenda gewijzigd: ")


def test_another_order_at_the_table_tells_nobody(region: Region) -> None:
    region.invite()
    region.put_on_agenda("Warmtenet", needs=["wonen"])
    region.put_on_agenda("Studenten", needs=["duurzaamheid"])
    region.make_final()
    region.tell()
    region.clock.at = EVENING + timedelta(minutes=5)
    region.swap("Studenten")
    assert region.tell() == []


def test_what_is_withdrawn_is_told_and_its_guest_is_taken_off(region: Region) -> None:
    region.invite()
    region.put_on_agenda("Warmtenet", guests=[GUEST])
    region.put_on_agenda("Studenten", needs=["duurzaamheid"])
    region.make_final()
    region.tell()
    region.withdraw("Warmtenet")
    mails = region.tell()
    assert to(mails, GUEST).method == "CANCEL"
    assert "15.40 uur: Studenten" in to(mails, "Wethouder Leiden 2").text


def test_a_date_that_moves_while_the_agenda_is_open_promises_no_items(region: Region) -> None:
    region.invite()
    region.put_on_agenda("Warmtenet", needs=["wonen"])
    region.make_final()
    region.tell()
    region.reopen_agenda()
    region.move(LATER)
    mail = to(region.tell(), ALDERMAN)
    assert "De agenda volgt" in mail.text
    assert "15.40 uur" not in mail.text


def test_items_that_move_along_with_the_date_are_not_told_as_a_change_of_the_agenda(region: Region) -> None:
    region.invite()
    region.put_on_agenda("Warmtenet", needs=["wonen"])
    region.make_final()
    region.tell()
    region.move(LATER + timedelta(hours=1))
    mail = to(region.tell(), ALDERMAN)
    assert "16.40 uur: Warmtenet" in mail.text
    assert "agendapunten zijn gewijzigd" not in mail.text


# cancelling, adding, removing


def test_rule_17_a_cancellation_names_reason_and_successor_and_never_overtakes(region: Region) -> None:
    region.invite()
    first = region.meeting_id
    second = region.plan(starts_at=LATER)
    region.meeting_id = first
    region.move(EVENING + timedelta(hours=1))
    with region.work() as session:
        tell_everyone(session, region.runtime.config, region.clock())
    region.cancel(successor=second)
    region.tell()
    mails = region.delivered()
    mine = [mail for mail in mails if mail.to == address(ALDERMAN)]
    assert [(mail.method, mail.sequence) for mail in mine] == [
        ("REQUEST", 0),
        ("REQUEST", 1),
        ("CANCEL", 2),
    ]
    gone = mine[2]
    assert gone.subject.startswith("Geannuleerd: ")
    assert str(gone.event["STATUS"]) == "CANCELLED"
    assert gone.window == mine[1].window
    assert "Twee colleges kunnen niet." in gone.text
    assert "donderdag 21 februari 2019, 15.30 uur, Gemeentehuis Zoeterwoude" in gone.text
    assert region.tell() == []


def test_a_meeting_cancelled_before_anyone_was_told_is_told_to_nobody(region: Region) -> None:
    region.plan()
    region.confirm()
    region.cancel()
    assert region.tell() == []


def test_rule_17_who_is_removed_gets_a_cancellation_and_the_rest_nothing(region: Region) -> None:
    region.invite()
    region.remove(ALDERMAN)
    (gone,) = region.tell()
    assert (gone.to, gone.method, gone.sequence) == (address(ALDERMAN), "CANCEL", 1)
    assert "U wordt niet meer verwacht" in gone.text
    region.add(ALDERMAN)
    (back,) = region.tell()
    assert (back.method, back.sequence, back.partstat) == ("REQUEST", 2, "NEEDS-ACTION")
    assert region.tell() == []


def test_who_is_added_and_removed_before_the_letters_left_hears_nothing(region: Region) -> None:
    region.invite()
    region.add(GUEST)
    region.remove(GUEST)
    assert region.tell() == []


def test_rule_16_a_guest_comes_for_the_own_items_only(region: Region) -> None:
    region.plan()
    region.put_on_agenda("Eerst dit", needs=["wonen"])
    region.put_on_agenda("Warmtenet", guests=[GUEST])
    region.make_final()
    region.confirm()
    mails = region.tell()
    window = EVENING + timedelta(minutes=30), EVENING + timedelta(minutes=50)
    guest = to(mails, GUEST)
    assert guest.window == window
    assert "Eerst dit" not in guest.text
    assert "deel van" in guest.text
    assert to(mails, ALDERMAN).window == (EVENING, EVENING + timedelta(hours=2))


def test_rule_16_a_guest_whose_own_time_moves_is_asked_again_alone(region: Region) -> None:
    region.invite()
    region.add(GUEST)
    (whole,) = region.tell()
    assert whole.window == (EVENING, EVENING + timedelta(hours=2))
    region.answer(GUEST)
    region.answer(ALDERMAN)
    region.put_on_agenda("Warmtenet", guests=[GUEST])
    region.make_final()
    mails = region.tell()
    guest = to(mails, GUEST)
    assert guest.window == (EVENING + timedelta(minutes=10), EVENING + timedelta(minutes=30))
    assert (guest.sequence, guest.partstat) == (1, "NEEDS-ACTION")
    assert to(mails, ALDERMAN).sequence == 0
    with region.work() as session:
        asked = region.attendee(session, GUEST)
        assert current_answer(asked, asked.meeting) is Answer.NEEDS_ACTION
        assert answered_earlier(asked, asked.meeting)
        kept = region.attendee(session, ALDERMAN)
        assert current_answer(kept, kept.meeting) is Answer.ACCEPTED


def test_a_meeting_that_is_over_is_told_no_more(region: Region) -> None:
    region.plan()
    region.confirm()
    region.clock.at = EVENING + timedelta(hours=2)
    assert region.tell() == []


# time


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("2019-03-31T01:30:00+01:00", datetime(2019, 3, 31, 0, 30, tzinfo=UTC)),
        ("2019-10-27T01:30:00+02:00", datetime(2019, 10, 26, 23, 30, tzinfo=UTC)),
    ],
    ids=["forward", "back"],
)
def test_rule_13_a_meeting_across_a_clock_change_lasts_as_long_as_it_lasts(
    region: Region, local: str, utc: datetime
) -> None:
    mail = to(region.invite(starts_at=datetime.fromisoformat(local), minutes=150), ALDERMAN)
    assert mail.window == (utc, utc + timedelta(minutes=150))
    shown = "01.30 – 05.00 uur" if utc.month == 3 else "01.30 – 03.00 uur"
    assert shown in mail.text


def test_the_letter_shows_summer_time_after_the_clock_change(region: Region) -> None:
    region.invite()
    region.move(datetime(2019, 4, 4, 13, 30, tzinfo=UTC))
    assert "wordt donderdag 4 april 2019, 15.30 – 17.30 uur" in to(region.tell(), ALDERMAN).text


# what goes wrong


@pytest.mark.parametrize(
    "title",
    ["=?utf-8?q?x=0D=0ABcc:iedereen@kwaad.example?=", "Overleg\r\nBcc: iedereen@kwaad.example"],
)
def test_rule_31_a_title_cannot_write_headers(region: Region, title: str) -> None:
    region.invite(title=title)
    mail = to(region.delivered(), ALDERMAN)
    assert mail.message["Bcc"] is None
    assert "kwaad" in mail.subject
    assert b"\r\nBcc" not in mail.ics


def test_one_address_that_cannot_be_written_keeps_nobody_waiting(region: Region) -> None:
    with region.work() as session:
        region.world.person(session, ALDERMAN).email = "geen adres"
    mails = region.invite()
    assert len(mails) == EVERYONE - 1
    with region.work() as session:
        assert region.world.person(session, ALDERMAN).undeliverable_since is not None
        region.world.person(session, ALDERMAN).email = address(ALDERMAN)
    (mail,) = region.tell()
    assert mail.to == address(ALDERMAN)


def test_rule_25_a_letter_that_is_refused_marks_the_person_and_tells_the_secretary_once(
    region: Region,
) -> None:
    region.server.next_is("permanent")
    region.invite()
    region.delivered()
    (report,) = region.tell()
    assert report.to == address("secretary")
    assert report.subject.startswith("Niet bezorgd: ")
    with region.work() as session:
        (marked,) = session.scalars(select(Person).where(Person.undeliverable_since.is_not(None)))
        assert marked.email in report.text
        marked.undeliverable_since = None
    assert region.tell() == []


def test_an_undeliverable_person_is_told_of_changes_all_the_same(region: Region) -> None:
    with region.work() as session:
        region.world.person(session, ALDERMAN).undeliverable_since = region.clock()
    assert to(region.invite(), ALDERMAN)


# once more


def test_sending_again_keeps_the_sequence_with_a_new_time_stamp(region: Region) -> None:
    first = to(region.invite(), ALDERMAN)
    region.answer(ALDERMAN, Answer.DECLINED)
    region.clock.wind(days=1)
    with region.work() as session:
        attendee, by = region.attendee(session, ALDERMAN), region.secretary(session)
        send_again(session, region.runtime.config, attendee.meeting, attendee.id, by, region.clock())
    (again,) = region.arrived()
    assert (again.to, again.sequence, again.partstat) == (address(ALDERMAN), first.sequence, "DECLINED")
    assert again.event["DTSTAMP"].dt > first.event["DTSTAMP"].dt
    assert "nogmaals" in again.text
    assert region.tell() == []


def test_nothing_is_sent_again_to_someone_who_was_never_told_or_is_no_longer_invited(region: Region) -> None:
    region.invite()
    region.remove(ALDERMAN)
    with region.work() as session:
        attendee, by = region.attendee(session, ALDERMAN), region.secretary(session)
        with pytest.raises(Conflict):
            send_again(session, region.runtime.config, attendee.meeting, attendee.id, by, region.clock())


# what the screens and the worker lean on


def test_what_is_owed_can_be_counted_before_it_leaves(region: Region) -> None:
    region.invite()
    region.move(LATER)
    with region.work() as session:
        meeting, config = region.meeting(session), region.runtime.config
        assert sum(one.number for one in queries.owing(session, config, meeting, region.clock())) == EVERYONE
        (owing,) = queries.owing(session, config, meeting, region.clock())
        assert (owing.kind, [change.what for change in owing.changes]) == ("update", ["time"])
    region.tell()
    with region.work() as session:
        assert queries.owing(session, config, region.meeting(session), region.clock()) == ()


def test_the_history_says_once_that_everyone_was_told(region: Region) -> None:
    region.invite()
    with region.work() as session:
        told = session.scalars(select(AuditEntry).where(AuditEntry.verb == "told")).all()
    assert [entry.after for entry in told] == [{"invitation": EVERYONE}]
    assert told[0].actor_name == "secretary"


def test_looking_when_nothing_changed_takes_as_many_queries_for_ten_meetings_as_for_one(
    region: Region,
) -> None:
    def look() -> int:
        region.tell()
        with region.work() as session, Statements(region.runtime) as counted:
            assert tell_everyone(session, region.runtime.config, region.clock()) == 0
        return counted.number

    region.invite()
    region.put_on_agenda("Warmtenet", needs=["wonen"])
    region.make_final()
    one = look()
    for day in range(1, 10):
        region.plan(starts_at=EVENING + timedelta(days=day))
        region.confirm()
        region.put_on_agenda(f"Onderwerp {day}", needs=["wonen"])
        region.make_final()
    assert look() == one <= 12


def test_set_date_by_the_meetings_room_is_all_it_takes(region: Region) -> None:
    """No caller can forget to tell: the change itself is enough."""
    region.invite()
    with region.work() as session:
        set_date(session, region.meeting(session), LATER, 90, region.secretary(session), region.clock())
    assert len(region.tell()) == EVERYONE
