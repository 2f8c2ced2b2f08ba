"""What voters hear of a poll: each thing once, and nothing that is not so any more."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from agenda.core.problems import Conflict, Invalid
from agenda.dates.model import Choice
from agenda.dates.poll_actions import Asked, add_voter, open_poll, remove_voter
from agenda.dates.poll_telling import remind, tell_voters
from agenda.meetings import actions as meetings
from agenda.steps import tell
from tests.dates.polls.asking import ALDERMAN, DEADLINE, MOMENTS, Poll, has_calendar
from tests.invitations.region import to
from tests.meetings.planning import VALENTINE

MAYOR = "Burgemeester Zoeterwoude"
LATER = VALENTINE + timedelta(days=20)


def test_each_voter_gets_the_moments_the_deadline_and_a_link_of_their_own(poll: Poll) -> None:
    poll.open(note="Zoeterwoude ontvangt.")
    mails = poll.tell()
    assert len(mails) == 15
    text = to(mails, ALDERMAN).text
    for said in (
        "donderdag 14 februari 2019, 15.30 – 17.30 uur",
        "donderdag 10 januari 2019, 17.00 uur",
        "Alle tijden zijn Nederlandse tijd.",
        "Zoeterwoude ontvangt.",
        "http://localhost" + poll.link(),
    ):
        assert said in text
    assert poll.link(MAYOR) not in text
    assert poll.tell() == []
    assert len(poll.delivered()) == 15
    assert poll.delivered() == []


def test_a_moment_added_another_dropped_and_more_time_come_in_one_letter(poll: Poll) -> None:
    poll.open(people=(ALDERMAN,))
    poll.tell()
    poll.do("add_moment", LATER)
    poll.do("drop_moment", poll.slot_id(0))
    poll.do("change_deadline", DEADLINE + timedelta(days=5))
    (mail,) = poll.tell()
    assert "Erbij: woensdag 6 maart 2019" in mail.text
    assert "Vervalt: donderdag 14 februari 2019" in mail.text
    assert "dinsdag 15 januari 2019, 17.00 uur; dat was donderdag 10 januari 2019" in mail.text
    assert poll.tell() == []


def test_what_was_changed_back_before_anyone_heard_costs_no_letter(poll: Poll) -> None:
    poll.open(people=(ALDERMAN,))
    poll.tell()
    poll.do("add_moment", LATER)
    poll.do("drop_moment", poll.slot_id(3))
    assert poll.tell() == []


def test_a_withdrawn_poll_says_so_with_the_reason(poll: Poll) -> None:
    poll.open(people=(ALDERMAN, MAYOR))
    poll.tell()
    poll.do("withdraw", "Andere momenten zijn beter.")
    mails = poll.tell()
    assert len(mails) == 2
    assert "ingetrokken" in mails[0].text
    assert "Andere momenten zijn beter." in mails[0].text
    assert poll.tell() == []


def test_a_poll_withdrawn_before_its_letters_left_sends_none(poll: Poll) -> None:
    poll.open()
    poll.do("withdraw", "Vergissing.")
    assert poll.tell() == []


def test_who_is_asked_no_longer_hears_so_and_can_be_asked_again_with_a_new_link(poll: Poll) -> None:
    poll.open(people=(ALDERMAN, MAYOR))
    poll.tell()
    old = poll.link()
    with poll.work() as session:
        remove_voter(session, poll.voter(session), poll.world.by(session, "secretary"), poll.clock())
    (mail,) = poll.tell()
    assert "U hoeft niet te antwoorden" in mail.text
    with poll.work() as session:
        by = poll.world.by(session, "secretary")
        attendee = next(
            a for a in poll.meeting(session).attendees if a.person_id == poll.world.people[ALDERMAN]
        )
        add_voter(session, poll.runtime.config, poll.found(session), attendee, by, poll.clock())
    (mail,) = poll.tell()
    assert poll.link() != old
    assert poll.link() in mail.text


def test_who_moved_to_another_mailbox_gets_a_link_that_the_old_one_does_not_open(poll: Poll) -> None:
    poll.open(people=(ALDERMAN,))
    poll.tell()
    old = poll.link()
    with poll.work() as session:
        poll.world.person(session, ALDERMAN).email = "nieuw@leidseregio.example"
    poll.do("add_moment", LATER)
    (mail,) = poll.tell()
    assert poll.link() != old
    assert poll.link() in mail.text


def test_options_stand_tentatively_in_calendars_one_event_a_message(poll: Poll) -> None:
    poll.open(people=(ALDERMAN,), holds=True)
    mails = poll.tell()
    options = [mail for mail in mails if has_calendar(mail)]
    assert len(mails) == 4
    assert len({str(mail.event["UID"]) for mail in options}) == 3
    for mail, moment in zip(options, MOMENTS, strict=True):
        event = mail.event
        assert (mail.method, mail.sequence) == ("REQUEST", 0)
        assert str(event["STATUS"]) == "TENTATIVE"
        assert str(event["X-MICROSOFT-CDO-BUSYSTATUS"]) == "TENTATIVE"
        assert str(event["SUMMARY"]) == "Optie: Gezamenlijk collegeoverleg"
        assert poll.link() in str(event["DESCRIPTION"])
        assert mail.window == (moment, moment + timedelta(hours=2))
        assert mail.attachment == mail.ics
    assert poll.tell() == []


def test_a_no_takes_the_option_away_and_a_yes_brings_it_back_with_higher_sequences(poll: Poll) -> None:
    poll.open(people=(ALDERMAN,), holds=True)
    first = next(mail for mail in poll.tell() if has_calendar(mail))
    poll.vote(0, Choice.NO)
    (gone,) = poll.tell()
    assert (gone.method, gone.sequence, gone.event["UID"]) == ("CANCEL", 1, first.event["UID"])
    assert str(gone.event["STATUS"]) == "CANCELLED"
    poll.vote(0, Choice.IF_NEED_BE)
    (back,) = poll.tell()
    assert (back.method, back.sequence, back.event["UID"]) == ("REQUEST", 2, first.event["UID"])
    poll.vote(0, Choice.YES)
    assert poll.tell() == []


@pytest.mark.parametrize("end", ["withdrawn", "dropped", "removed", "dated", "cancelled"])
def test_options_are_cancelled_when_their_cause_ends(poll: Poll, end: str) -> None:
    poll.open(people=(ALDERMAN, MAYOR), holds=True)
    poll.tell()
    expected = {"dropped": 2, "removed": 3}.get(end, 6)
    with poll.work() as session:
        by, now = poll.world.by(session, "secretary"), poll.clock()
        if end == "removed":
            remove_voter(session, poll.voter(session), by, now)
        if end == "dated":
            meetings.set_date(session, poll.meeting(session), LATER, 120, by, now)
        if end == "cancelled":
            meetings.cancel(session, poll.meeting(session), "Sneeuw.", None, by, now)
    if end == "withdrawn":
        poll.do("withdraw", "Toch niet.")
    if end == "dropped":
        poll.do("drop_moment", poll.slot_id(0))
    gone = [mail for mail in poll.tell() if has_calendar(mail)]
    assert {(mail.method, mail.sequence) for mail in gone} == {("CANCEL", 1)}
    assert len(gone) == expected
    assert poll.tell() == []


def test_a_cancellation_never_overtakes_its_request(poll: Poll) -> None:
    poll.open(people=(ALDERMAN,), holds=True)
    poll.tell()
    poll.do("withdraw", "Toch niet.")
    poll.tell()
    poll.server.next_is("temporary")
    assert poll.delivered() == []
    poll.clock.wind(minutes=2)
    order = [(mail.event["UID"], mail.method) for mail in poll.delivered() if has_calendar(mail)]
    assert len(order) == 6
    assert [method for _uid, method in order] == ["REQUEST"] * 3 + ["CANCEL"] * 3


@pytest.mark.parametrize("end", ["dated", "cancelled"])
def test_a_date_set_by_hand_or_a_cancelled_meeting_closes_the_poll_in_the_same_pass(
    poll: Poll, end: str
) -> None:
    poll.open(people=(ALDERMAN,))
    poll.tell()
    with poll.work() as session:
        by = poll.world.by(session, "secretary")
        if end == "dated":
            meetings.set_date(session, poll.meeting(session), LATER, 120, by, poll.clock())
        else:
            meetings.cancel(session, poll.meeting(session), "Sneeuw.", None, by, poll.clock())
    with pytest.raises(Conflict, match=f"poll_{end}_already"):
        poll.vote(0)
    (mail,) = poll.tell()
    assert ("woensdag 6 maart 2019" if end == "dated" else "Sneeuw.") in mail.text
    with poll.work() as session:
        assert poll.found(session).closed_at == poll.clock()
    assert poll.tell() == []


def test_choosing_invites_everyone_once_and_empties_the_calendars(poll: Poll) -> None:
    poll.open(people=(ALDERMAN, MAYOR), holds=True)
    tell(poll.runtime)
    assert len(poll.delivered()) == 8
    poll.do("choose", poll.slot_id(1))
    tell(poll.runtime)
    tell(poll.runtime)
    mails = poll.delivered()
    gone = [mail for mail in mails if mail.method == "CANCEL"]
    invited = [mail for mail in mails if mail.method == "REQUEST"]
    assert len(gone) == 6
    assert len(invited) == 17
    assert {mail.window[0] for mail in invited} == {MOMENTS[1]}
    assert len({str(mail.event["UID"]) for mail in gone}) == 6
    with poll.work() as session:
        meeting = poll.meeting(session)
        assert meeting.starts_at == MOMENTS[1]
        assert meeting.confirmed_at is not None


def test_only_the_date_can_be_set_too(poll: Poll) -> None:
    poll.open(people=(ALDERMAN,))
    tell(poll.runtime)
    poll.delivered()
    poll.do("choose", poll.slot_id(0), send=False)
    tell(poll.runtime)
    assert poll.delivered() == []


def test_without_a_venue_nothing_is_chosen(poll: Poll) -> None:
    poll.open(people=(ALDERMAN,))
    with poll.work() as session:
        poll.meeting(session).venue = ""
    with pytest.raises(Conflict, match="venue_missing"):
        poll.do("choose", poll.slot_id(0))
    with poll.work() as session:
        assert poll.meeting(session).starts_at is None
        assert poll.found(session).closed_at is None


def test_of_two_secretaries_the_second_reads_that_a_moment_was_chosen(poll: Poll) -> None:
    poll.open(people=(ALDERMAN,))
    poll.do("choose", poll.slot_id(0))
    with pytest.raises(Conflict, match="poll_chosen_already"):
        poll.do("choose", poll.slot_id(1))


def test_moving_a_confirmed_meeting_by_a_poll_updates_everyone_once(poll: Poll) -> None:
    poll.plan()
    with poll.work() as session:
        by = poll.world.by(session, "secretary")
        meetings.set_date(session, poll.meeting(session), LATER, 120, by, poll.clock())
        meetings.confirm(session, poll.meeting(session), by, poll.clock())
    tell(poll.runtime)
    assert len(poll.delivered()) == 17
    poll.open(people=(ALDERMAN,))
    tell(poll.runtime)
    poll.delivered()
    poll.do("choose", poll.slot_id(0))
    tell(poll.runtime)
    mails = poll.delivered()
    assert {mail.sequence for mail in mails} == {1}
    assert len(mails) == 17


def test_one_poll_is_open_at_a_time_and_a_new_one_can_follow(poll: Poll) -> None:
    poll.open()
    with pytest.raises(Conflict, match="poll_open_already"):
        poll.open()
    poll.do("withdraw", "Opnieuw.")
    poll.open()


def test_a_poll_overtaken_a_second_ago_does_not_stand_in_the_way(poll: Poll) -> None:
    poll.open(people=(ALDERMAN,), holds=True)
    poll.tell()
    with poll.work() as session:
        by = poll.world.by(session, "secretary")
        meetings.set_date(session, poll.meeting(session), LATER, 120, by, poll.clock())
    poll.open(people=(ALDERMAN,))
    mails = poll.tell()
    assert len([mail for mail in mails if has_calendar(mail)]) == 3
    assert len(mails) == 5


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"moments": ()}, "poll_no_moments"),
        ({"moments": (VALENTINE.replace(year=2018),)}, "moment_has_passed"),
        ({"people": frozenset()}, "poll_nobody_asked"),
        ({"deadline": VALENTINE.replace(year=2018)}, "poll_deadline_passed"),
        ({"deadline": LATER}, "poll_deadline_after_moment"),
        ({"moments": tuple(VALENTINE + timedelta(hours=n) for n in range(41))}, "poll_too_many_moments"),
    ],
)
def test_what_cannot_be_asked_is_refused(poll: Poll, changed: dict[str, object], code: str) -> None:
    poll.plan()
    given: dict[str, object] = {
        "moments": MOMENTS,
        "people": frozenset(poll.world.people.values()),
        "deadline": DEADLINE,
    }
    with poll.work() as session, pytest.raises((Invalid, Conflict), match=code):
        asked = Asked(**(given | changed))  # type: ignore[arg-type]
        by = poll.world.by(session, "secretary")
        open_poll(session, poll.runtime.config, poll.meeting(session), asked, by, poll.clock())


def test_a_secretary_reminds_someone_once_a_day_of_what_is_left(poll: Poll) -> None:
    poll.open(people=(ALDERMAN,))
    poll.tell()
    poll.vote(0)

    def reminded() -> None:
        with poll.work() as session:
            by = poll.world.by(session, "secretary")
            remind(session, poll.runtime.config, poll.voter(session), by, poll.clock())

    reminded()
    (mail,) = poll.arrived()
    assert mail.subject.startswith("Herinnering: datumprikker")
    assert "14 februari" not in mail.text
    assert "21 februari" in mail.text
    with pytest.raises(Conflict, match="poll_reminded_today"):
        reminded()
    poll.clock.wind(days=1)
    reminded()
    poll.vote(1)
    poll.vote(2)
    poll.clock.wind(days=1)
    with pytest.raises(Conflict, match="poll_nothing_to_remind"):
        reminded()


def test_two_workers_at_once_tell_everything_once(poll: Poll) -> None:
    poll.open(holds=True)

    def work(_worker: int) -> None:
        with poll.work() as session:
            tell_voters(session, poll.runtime.config, poll.clock())

    with ThreadPoolExecutor(2) as workers:
        list(workers.map(work, range(2)))
    assert len(poll.arrived()) == 15 * 4


def test_the_english_reader_reads_english(poll: Poll) -> None:
    with poll.work() as session:
        poll.world.person(session, ALDERMAN).language = "en"
    poll.open(people=(ALDERMAN,), holds=True)
    ask, *options = poll.tell()
    assert "All times are Dutch time." in ask.text
    assert str(options[0].event["SUMMARY"]) == "Option: Gezamenlijk collegeoverleg"
