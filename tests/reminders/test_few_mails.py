"""One letter a person a day, that still says what is so when it leaves; through real SMTP."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from agenda import steps
from agenda.core.actor import System
from agenda.core.problems import Conflict
from agenda.core.runtime import Runtime
from agenda.mail.actions import hold, release, retry
from agenda.mail.model import Letter
from agenda.mail.transports import SmtpTransport
from agenda.meetings import actions, attendance
from agenda.meetings.model import Answer, Meeting
from agenda.reminders import rules
from agenda.reminders.actions import lay_down_rules
from agenda.reminders.model import DigestWish, Leave, Reminder, ReminderRule
from agenda.reminders.resting import choose_alarm, rest, wake
from agenda.reminders.wishes import Rest, Why
from tests.mail.letters import through
from tests.meetings.planning import dated, topic
from tests.reminders.post import STAFF, members, remind
from tests.support.smtp import MailServer
from tests.world import START, StandingClock, World

# Thursday a week before the meeting of Thursday 14 February, half past eight in Amsterdam.
A_WEEK_BEFORE = datetime.fromisoformat("2019-02-07T08:30:00+01:00")
TWO_DAYS_BEFORE = datetime.fromisoformat("2019-02-12T08:30:00+01:00")
ALDERMAN, OTHER = "Wethouder Leiden 1", "Wethouder Leiden 2"
EVERYBODY = 17


@pytest.fixture
def house(runtime: Runtime, mail_server: MailServer) -> Iterator[Runtime]:
    """The runtime with a way out through a real mail server."""
    smtp = SmtpTransport(mail_server.url)
    yield through(runtime, smtp)
    smtp.close()


@pytest.fixture
def meeting_id(house: Runtime, world: World, mail_server: MailServer) -> int:
    """A confirmed meeting of which everyone was told, and of which only missing answers are reminded."""
    with house.work() as session:
        meeting = dated(session, world)
        actions.confirm(session, meeting, world.by(session, "secretary"), START)
        meeting.agenda_final_at = START
        lay_down_rules(session, world.body(session))
    only(house, rules.NO_ANSWER)
    steps.tell(house)
    steps.deliver(house)
    return meeting.id


def only(house: Runtime, *kinds: str) -> None:
    """Leave only these rules on."""
    with house.work() as session:
        session.flush()
        for rule in session.scalars(select(ReminderRule)):
            rule.enabled = rule.kind in kinds


def answer(house: Runtime, world: World, meeting_id: int, who: str) -> None:
    with house.work() as session:
        meeting = session.get_one(Meeting, meeting_id)
        found = next(a for a in meeting.attendees if a.person_id == world.people[who])
        attendance.answer(session, found, Answer.ACCEPTED, "", house.clock())


def without_lead(house: Runtime, world: World, title: str = "Studentenhuisvesting") -> int:
    """A topic without a lead, of which the staff hears on the morning of 7 February."""
    with house.work() as session:
        about = topic(session, world, title)
        about.created_at = START
        about.deadline = (A_WEEK_BEFORE + timedelta(days=14)).date()
        return about.id


def delivered(server: MailServer, world: World) -> Counter[str]:
    """Count the reminders that arrived, by who got them."""
    names = {address: name for name, address in addresses(world).items()}
    found = [one for one in server.accepted if "erinner" in str(one.message["Subject"])]
    return Counter(names.get(one.recipients[0], one.recipients[0]) for one in found)


def addresses(world: World) -> dict[str, str]:
    return {name: f"{re.sub(' ', '.', name.lower())}@leidseregio.example" for name in world.people}


def reminders(house: Runtime, **facts: object) -> list[Reminder]:
    with house.read() as session:
        return list(session.scalars(select(Reminder).filter_by(**facts).order_by(Reminder.id)))


def digests(house: Runtime, world: World, who: str) -> list[Letter]:
    with house.read() as session:
        query = select(Letter).where(Letter.kind == "reminders", Letter.person_id == world.people[who])
        return list(session.scalars(query.order_by(Letter.id)))


def test_whoever_answers_while_the_letter_waits_does_not_get_it(
    house: Runtime, world: World, clock: StandingClock, meeting_id: int, mail_server: MailServer
) -> None:
    clock.at = A_WEEK_BEFORE
    assert steps.remind(house) == EVERYBODY
    answer(house, world, meeting_id, ALDERMAN)
    steps.deliver(house)
    came = delivered(mail_server, world)
    assert ALDERMAN not in came
    assert set(came) == (members(world) | STAFF) - {ALDERMAN}
    (letter,) = digests(house, world, ALDERMAN)
    assert (letter.fate, letter.last_error) == ("withdrawn", Why.CAUSE_GONE)
    (row,) = reminders(house, person_id=world.people[ALDERMAN])
    assert row.why == Why.CAUSE_GONE
    assert steps.remind(house) == 0
    with house.work() as session, pytest.raises(Conflict) as refused:
        retry(session, letter.id, System(), clock())
    assert refused.value.code == "letter_withdrawn"


def test_of_two_lines_the_one_that_still_holds_goes_in_a_new_letter(
    house: Runtime, world: World, clock: StandingClock, meeting_id: int, mail_server: MailServer
) -> None:
    only(house, rules.NO_ANSWER, rules.TOPIC_WITHOUT_LEAD)
    without_lead(house, world)
    clock.at = A_WEEK_BEFORE
    steps.remind(house)
    answer(house, world, meeting_id, "secretary")
    steps.deliver(house)
    assert "secretary" not in delivered(mail_server, world)
    assert delivered(mail_server, world)["clerk"] == 1
    assert steps.remind(house) == 1
    steps.deliver(house)
    assert delivered(mail_server, world)["secretary"] == 1
    first, second = digests(house, world, "secretary")
    assert (first.fate, first.last_error) == ("withdrawn", Why.GATHERED_ANEW)
    assert second.key == f"{first.key}:2"
    assert b"bent u aanwezig" not in second.content
    rows = {row.kind: row for row in reminders(house, person_id=world.people["secretary"])}
    assert rows[rules.NO_ANSWER].why == Why.CAUSE_GONE
    assert (rows[rules.TOPIC_WITHOUT_LEAD].why, rows[rules.TOPIC_WITHOUT_LEAD].letter_key) == ("", second.key)


def test_letters_that_were_held_for_days_leave_as_one(
    house: Runtime, world: World, clock: StandingClock, meeting_id: int, mail_server: MailServer
) -> None:
    only(house, rules.NO_ANSWER, rules.TOPIC_WITHOUT_LEAD)
    with house.work() as session:
        hold(session, System(), clock(), "Onderhoud")
    for day in range(6):
        clock.at = A_WEEK_BEFORE + timedelta(days=day)
        steps.remind(house)
        steps.deliver(house)
        if day == 1:
            without_lead(house, world)
    assert not delivered(mail_server, world)
    with house.work() as session:
        release(session, System(), clock())
    for _ in range(3):
        steps.deliver(house)
        steps.remind(house)
    came = delivered(mail_server, world)
    assert came == Counter(dict.fromkeys(members(world) | STAFF, 1))
    last = digests(house, world, "secretary")[-1]
    assert b"Studentenhuisvesting" in last.content


def test_what_is_released_on_a_saturday_comes_on_monday(
    house: Runtime, world: World, clock: StandingClock, meeting_id: int, mail_server: MailServer
) -> None:
    clock.at = A_WEEK_BEFORE
    with house.work() as session:
        hold(session, System(), clock(), "Onderhoud")
    steps.remind(house)
    clock.at = A_WEEK_BEFORE + timedelta(days=2)
    with house.work() as session:
        release(session, System(), clock())
    steps.deliver(house)
    steps.remind(house)
    steps.deliver(house)
    assert not delivered(mail_server, world)
    clock.at = A_WEEK_BEFORE + timedelta(days=4)
    steps.remind(house)
    steps.deliver(house)
    assert delivered(mail_server, world) == Counter(dict.fromkeys(members(world) | STAFF, 1))


def test_a_letter_that_may_have_arrived_goes_again_as_it_was(
    house: Runtime, world: World, clock: StandingClock, meeting_id: int, mail_server: MailServer
) -> None:
    only(house, rules.NO_ANSWER, rules.TOPIC_WITHOUT_LEAD)
    without_lead(house, world)
    clock.at = A_WEEK_BEFORE
    steps.remind(house)
    mail_server.always_is("drop_after_data")
    steps.deliver(house)
    answer(house, world, meeting_id, "secretary")
    mail_server.always_is("accept")
    clock.wind(minutes=30)
    steps.remind(house)
    steps.deliver(house)
    (letter,) = digests(house, world, "secretary")
    assert letter.fate == "sent"
    mine = [one for one in mail_server.received if one.recipients[0].startswith("secretary")]
    assert len({one.message["Message-ID"] for one in mine if "erinner" in str(one.message["Subject"])}) == 1


def test_a_clock_that_jumps_back_repeats_nothing(
    house: Runtime, world: World, clock: StandingClock, meeting_id: int, mail_server: MailServer
) -> None:
    clock.at = A_WEEK_BEFORE
    steps.remind(house)
    steps.deliver(house)
    for back in (timedelta(hours=1), timedelta(days=1), timedelta(days=3)):
        clock.at = A_WEEK_BEFORE - back
        assert steps.remind(house) == 0
    clock.at = A_WEEK_BEFORE + timedelta(minutes=1)
    assert steps.remind(house) == 0
    assert set(delivered(mail_server, world).values()) == {1}


def test_workers_that_remind_and_deliver_side_by_side_send_each_person_one_letter(
    house: Runtime, world: World, clock: StandingClock, meeting_id: int, mail_server: MailServer
) -> None:
    clock.at = A_WEEK_BEFORE
    together = threading.Barrier(3)
    failed: list[BaseException] = []

    def work() -> None:
        smtp = SmtpTransport(mail_server.url)
        mine = through(house, smtp)
        together.wait()
        try:
            for _ in range(3):
                steps.remind(mine)
                steps.deliver(mine)
        except BaseException as error:  # noqa: BLE001 - told below, in the test's own thread
            failed.append(error)
        smtp.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for one in workers:
        one.start()
    together.wait()
    answer(house, world, meeting_id, OTHER)
    for one in workers:
        one.join()
    assert failed == []
    came = delivered(mail_server, world)
    assert set(came.values()) == {1}
    assert set(came) | {OTHER} == members(world) | STAFF


@pytest.mark.parametrize(("hour", "first"), [(6, "06:00"), (10, "10:00"), (20, "20:00")])
def test_the_letter_comes_at_the_hour_its_reader_chose(
    house: Runtime, world: World, clock: StandingClock, meeting_id: int, hour: int, first: str
) -> None:
    with house.work() as session:
        session.add(DigestWish(person_id=world.people[ALDERMAN], hour=hour))
    moment = datetime.fromisoformat(f"2019-02-07T{first}:00+01:00")
    clock.at = moment - timedelta(minutes=1)
    assert ALDERMAN not in remind(house, world)
    clock.at = moment
    assert ALDERMAN in remind(house, world)


def test_who_is_on_leave_hears_of_it_afterwards_once(
    house: Runtime, world: World, clock: StandingClock, meeting_id: int, mail_server: MailServer
) -> None:
    with house.work() as session:
        first, last = A_WEEK_BEFORE.date(), TWO_DAYS_BEFORE.date()
        session.add(Leave(person_id=world.people[ALDERMAN], first_day=first, last_day=last))
    for day in range(7):
        clock.at = A_WEEK_BEFORE + timedelta(days=day)
        steps.remind(house)
        steps.deliver(house)
    came = delivered(mail_server, world)
    assert (came[ALDERMAN], came[OTHER]) == (1, 2)


def test_what_is_put_off_comes_back_on_its_day_and_not_before(
    house: Runtime, world: World, clock: StandingClock, meeting_id: int, mail_server: MailServer
) -> None:
    clock.at = A_WEEK_BEFORE - timedelta(days=1, hours=-8)
    person = world.people[ALDERMAN]
    clock.at = A_WEEK_BEFORE
    steps.remind(house)
    steps.deliver(house)
    (row,) = reminders(house, person_id=person)
    with house.work() as session:
        # Thursday; next Monday is the 11th, and Tuesday's own reminder comes after it.
        rest(session, house.config, session.merge(row), Rest.NEXT_WEEK, False, clock())
    heard = []
    for day in range(1, 7):
        clock.at = A_WEEK_BEFORE + timedelta(days=day)
        steps.remind(house)
        steps.deliver(house)
        heard.append(delivered(mail_server, world)[ALDERMAN])
    assert heard == [1, 1, 1, 2, 3, 3]


@pytest.mark.parametrize("choice", [Rest.NEVER, Rest.KIND])
def test_what_is_switched_off_stays_off_until_its_reader_undoes_it(
    house: Runtime, world: World, clock: StandingClock, meeting_id: int, choice: Rest
) -> None:
    clock.at = A_WEEK_BEFORE
    steps.remind(house)
    (row,) = reminders(house, person_id=world.people[ALDERMAN])
    with house.work() as session:
        rest(session, house.config, session.merge(row), choice, False, clock())
    # Switched off while the letter waits: it stays at home.
    steps.deliver(house)
    (letter,) = digests(house, world, ALDERMAN)
    assert letter.fate == "withdrawn"
    clock.at = TWO_DAYS_BEFORE
    assert ALDERMAN not in remind(house, world)
    with house.work() as session:
        wake(session, house.config, session.merge(row), clock())
    assert ALDERMAN in remind(house, world)


def test_an_alarm_in_the_calendar_takes_the_place_of_the_mail_of_the_day_before(
    house: Runtime, world: World, clock: StandingClock, meeting_id: int
) -> None:
    only(house, rules.MEETING_TOMORROW)
    with house.work() as session:
        choose_alarm(session, 60, world.by(session, ALDERMAN), clock())
    clock.at = datetime.fromisoformat("2019-02-13T08:30:00+01:00")
    assert set(remind(house, world)) == (members(world) | STAFF) - {ALDERMAN}


def test_the_secretary_hears_after_two_reminders_once_a_week_until_there_is_an_answer(
    house: Runtime, world: World, clock: StandingClock, meeting_id: int, mail_server: MailServer
) -> None:
    only(house, rules.NO_ANSWER, rules.ESCALATED)
    with house.work() as session:
        for rule in session.scalars(select(ReminderRule)):
            if rule.kind == rules.NO_ANSWER:
                rule.days = [-24, -21]
    for who in (members(world) | STAFF) - {ALDERMAN, OTHER}:
        answer(house, world, meeting_id, who)
    heard: dict[str, str] = {}
    for day in range(24, 0, -1):
        clock.at = datetime.fromisoformat("2019-02-14T08:30:00+01:00") - timedelta(days=day)
        for who, text in remind(house, world).items():
            if "Tweemaal herinnerd" in text:
                assert who == "secretary"
                heard[clock.at.date().isoformat()] = text
        steps.deliver(house)
        if day == 12:
            answer(house, world, meeting_id, ALDERMAN)
        if day == 5:
            answer(house, world, meeting_id, OTHER)
    # The second letter came on Thursday 24 January.
    assert list(heard) == ["2019-01-25", "2019-02-01", "2019-02-08"]
    assert f"{ALDERMAN}, {OTHER}" in heard["2019-01-25"]
    assert ALDERMAN not in heard["2019-02-08"]
