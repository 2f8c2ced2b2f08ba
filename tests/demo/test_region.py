"""The region as it stands when the demonstration begins."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

from sqlalchemy import select

from agenda.core.actor import System
from agenda.core.runtime import Runtime
from agenda.decisions.model import Commitment, Decision
from agenda.decisions.rules import Standing, standing_of, tally
from agenda.demo.clock import START
from agenda.demo.load import is_loaded
from agenda.invitations.actions import tell_everyone
from agenda.mail.model import Letter
from agenda.meetings.model import Answer, Meeting, MeetingState
from agenda.meetings.rules import current_answer, state_of
from agenda.meetings.table_queries import table_of
from agenda.people.model import Body, Organisation, Person
from agenda.reminders.model import ReminderRule
from agenda.reminders.rules import KINDS
from agenda.topics.model import FocusArea, Topic, TopicState
from agenda.topics.round_model import Ending, WrittenRound
from agenda.topics.round_queries import progress_of, written_decisions
from agenda.topics.round_telling import tell_rounds
from agenda.topics.rules import state_of as topic_state

JOINT = "Gezamenlijk collegeoverleg Leidse regio"
# Five were asked twice, and heard once how it ended.
ROUND_LETTERS = 15


def test_it_is_the_eighteenth_of_december_nine_o_clock(demo: Runtime) -> None:
    assert 0 <= (demo.clock() - START).total_seconds() < 3600
    with demo.read() as session:
        assert is_loaded(session)


def test_five_municipalities_and_the_province_have_their_register_codes(demo: Runtime) -> None:
    with demo.read() as session:
        codes = {o.name: o.tooi_id for o in session.scalars(select(Organisation))}
    assert {codes[n] for n in ("Leiden", "Leiderdorp", "Oegstgeest", "Voorschoten", "Zoeterwoude")} == {
        "gm0546",
        "gm0547",
        "gm0579",
        "gm0626",
        "gm0638",
    }
    assert sum(code is not None and code.startswith("pv") for code in codes.values()) == 1


def test_nobody_has_the_name_of_a_person_or_an_address_that_exists(demo: Runtime) -> None:
    with demo.read() as session:
        people = session.scalars(select(Person)).all()
        assert len(people) == 50
        assert all(p.email.endswith(".example") for p in people)
        assert len({p.name for p in people}) == len(people)


def test_the_first_quarter_has_a_window_in_zoeterwoude_and_forty_two_people(demo: Runtime) -> None:
    with demo.read() as session:
        meeting = session.scalars(select(Meeting).where(Meeting.starts_at.is_(None))).one()
        assert meeting.title == JOINT
        assert (meeting.window_from, meeting.window_until) == (date(2019, 1, 1), date(2019, 3, 31))
        assert meeting.host is not None
        assert meeting.host.name == "Zoeterwoude"
        assert meeting.venue == "Gemeentehuis Zoeterwoude"
        assert len(meeting.attendees) == len({a.person_id for a in meeting.attendees}) == 42


def test_december_ended_in_three_decisions_and_one_promise(demo: Runtime) -> None:
    with demo.read() as session:
        texts = [d.text for d in session.scalars(select(Decision).order_by(Decision.position))]
        promise = session.scalars(select(Commitment)).one()
        meeting = promise.meeting
        assert meeting is not None
        assert state_of(meeting, START) is MeetingState.CLOSED
        assert meeting.starts_at == datetime.fromisoformat("2018-12-13T15:30:00+01:00")
    assert len(texts) == 3
    assert "warmterotonde, studentenhuisvesting en internationaal onderwijs" in texts[0]
    assert "niet meer maar minder bestuurlijke overleggen" in texts[1]
    assert "eerste kwartaal van 2019" in texts[2]
    assert (promise.promised_on, promise.kept_at) == (date(2019, 2, 28), None)


def test_in_december_one_came_late_one_left_early_one_was_replaced_and_one_kept_out(demo: Runtime) -> None:
    with demo.read() as session:
        september, december = session.scalars(
            select(Meeting).where(Meeting.closed_at.is_not(None)).order_by(Meeting.starts_at)
        )
        assert not table_of(session, september, START).noted
        table = table_of(session, december, START)
        seen = {one.attendee.person.name: one for one in table.everyone}
        assert len(seen) == 43
        absent = {name for name, one in seen.items() if not one.was.there}
        assert absent == {"Gemeentesecretaris Leiderdorp", "Wethouder Oegstgeest 4"}
        came = seen["Loco-gemeentesecretaris Leiderdorp"].attendee
        assert came.substitute_for is seen["Gemeentesecretaris Leiderdorp"].attendee
        assert [name for name, one in seen.items() if one.was.late_at] == ["Wethouder Voorschoten 2"]
        assert [name for name, one in seen.items() if one.was.early_at] == ["Wethouder Leiden 6"]
        (kept_out,) = [recusal for found in table.recusals.values() for recusal in found]
        assert kept_out.attendee.person.name == "Wethouder Zoeterwoude 3"
        assert table.quorate
        assert not any(table.short(item) for item in december.items)


def test_three_of_five_colleges_have_ratified_the_first_agreement(demo: Runtime) -> None:
    with demo.read() as session:
        first, second, third = session.scalars(select(Decision).order_by(Decision.position))
        assert (tally(first.ratifications).ratified, len(first.ratifications)) == (3, 5)
        assert standing_of(first) is standing_of(second) is Standing.WAITING
        assert (standing_of(third), third.ratifications) == (Standing.IN_FORCE, [])


def test_topics_stand_where_december_left_them(demo: Runtime) -> None:
    with demo.read() as session:
        topics = session.scalars(select(Topic)).all()
        states = Counter(topic_state(topic) for topic in topics)
        intensified = [topic for topic in topics if topic.intensified]
        assert {topic.focus_area_id for topic in topics} == set(session.scalars(select(FocusArea.id)))
    assert len(topics) == 54
    assert states == {
        TopicState.OPEN: 29,
        TopicState.PLANNED: 19,
        TopicState.TREATED: 4,
        TopicState.IN_WRITING: 1,
        TopicState.SETTLED_IN_WRITING: 1,
    }
    assert sum(topic.demonstration for topic in topics) == 45
    assert len(intensified) == 3
    assert all(topic.lead_id is None for topic in intensified)


def test_three_bodies_share_people_and_have_their_meetings_and_rules(demo: Runtime) -> None:
    with demo.read() as session:
        bodies = session.scalars(select(Body)).all()
        assert len(bodies) == 3
        for body in bodies:
            kinds = session.scalars(select(ReminderRule.kind).where(ReminderRule.body_id == body.id))
            assert set(kinds) == set(KINDS)
        states = Counter(state_of(m, START) for m in session.scalars(select(Meeting)))
        assert states == {
            MeetingState.CLOSED: 2,
            MeetingState.DRAFT: 1,
            MeetingState.CONFIRMED: 3,
            MeetingState.DATED: 11,
        }


def test_the_other_bodies_planned_fourteen_meetings_with_thin_agendas(demo: Runtime) -> None:
    with demo.read() as session:
        planned = [m for m in session.scalars(select(Meeting)) if m.starts_at and m.starts_at > START]
        minutes = [sum(item.minutes for item in meeting.items if item.topic) for meeting in planned]
        assert len(planned) == 14
        assert sum(minutes) == 355
        assert all(0 < filled <= 45 for filled in minutes)


def test_the_other_bodies_were_invited_before_and_nobody_is_owed_a_letter(demo: Runtime) -> None:
    with demo.work() as session:
        letters = session.scalars(select(Letter).where(Letter.kind == "invitation")).all()
        coming = session.scalars(
            select(Meeting).where(Meeting.confirmed_at.is_not(None), Meeting.starts_at > START)
        ).all()
        assert {one.subject_id for one in letters} == {meeting.id for meeting in coming}
        assert len(letters) == sum(len(meeting.attendees) for meeting in coming) == 32
        assert {one.fate for one in letters} == {"sent"}
        assert all(one.queued_at.date() < START.date() for one in letters)
        assert all(
            b"18 Dec" not in one.content and b"PARTSTAT=ACCEPTED" not in one.content for one in letters
        )
        answers = Counter(current_answer(a, m) for m in coming for a in m.attendees)
        assert answers == {Answer.ACCEPTED: 26, Answer.NEEDS_ACTION: 6}
        assert tell_everyone(session, demo.config, demo.clock()) == 0
    assert len(list((demo.config.var / "mail").glob("*.eml"))) == 32 + ROUND_LETTERS


def test_one_topic_was_settled_in_writing_and_one_is_being_asked(demo: Runtime) -> None:
    with demo.work() as session:
        settled, asked = session.scalars(select(WrittenRound).order_by(WrittenRound.id))
        assert settled.ending is Ending.SETTLED
        found = written_decisions(session, settled.topic.body_id, System())
        assert [one.id for one in found] == [settled.id]
        assert (asked.ending, progress_of(asked).answered, progress_of(asked).asked) == (None, 3, 5)
        letters = session.scalars(select(Letter).where(Letter.kind.like("round%"))).all()
        assert Counter(one.kind for one in letters) == {"round": 10, "round_ended": 5}
        assert len(letters) == ROUND_LETTERS
        assert {one.fate for one in letters} == {"sent"}
        assert all(one.queued_at < START for one in letters)
        assert tell_rounds(session, demo.config, demo.clock()) == 0
