"""The letter's story without a browser: from a topic that comes in to a meeting that is called off."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agenda import schema, steps
from agenda.accounts.actors import actor_for
from agenda.accounts.rules import By
from agenda.core import words
from agenda.core.clock import local_day, system_clock
from agenda.core.database import Sessions
from agenda.core.runtime import Runtime
from agenda.dates import queries as dates
from agenda.dates.finding import Wanted
from agenda.demo.clock import START, demo_clock, wind
from agenda.demo.start import load_demo
from agenda.invitations.actions import invite
from agenda.mail.model import Letter
from agenda.mail.transports import FolderTransport
from agenda.meetings import actions as meetings
from agenda.meetings import agenda_actions, attendance
from agenda.meetings.model import Answer, Attendee, AttendeeRole, Meeting
from agenda.meetings.queries import presence
from agenda.people.model import Body, Person
from agenda.reminders.gathering import next_reminder
from agenda.reminders.model import Reminder
from agenda.reminders.words import SAID
from agenda.topics.actions import quick_add
from config import load

Say = Callable[[str], None]
BODY = "Gezamenlijk collegeoverleg Leidse regio"
SECRETARY = "Secretaris Zoeterwoude"
CLERK = "Bestuursadviseur Leiden"
REASON = "Code rood: door ijzel kan morgen niemand veilig reizen."
A_MOMENT = timedelta(seconds=1)


def play(into: Path, say: Say) -> None:
    """Play the story in a fresh folder, say each step, and leave the letters there as .eml files."""
    if into.exists():
        shutil.rmtree(into)
    into.mkdir(parents=True)
    # A story told in seconds does not wait a minute for what may still change.
    config = load({"AGENDA_DEMO": "1", "AGENDA_VAR": str(into), "AGENDA_SETTLE_SECONDS": "0"})
    schema.upgrade(config.database_url)
    sessions = Sessions(config.database_url)
    try:
        send = FolderTransport(into / "mail")
        runtime = Runtime(sessions=sessions, clock=demo_clock(sessions), send=send, config=config)
        load_demo(runtime)
        Story(runtime, say).tell()
    finally:
        sessions.close()
    say(f"\nThe letters are in {into / 'mail'}.")


class Story:
    """The steps, one method each, in the order in which they happen."""

    def __init__(self, runtime: Runtime, say: Say) -> None:
        self.runtime = runtime
        self.say = say
        self.zone = ZoneInfo(runtime.config.time_zone)
        self.meeting_id = 0

    def tell(self) -> None:
        """Tell the story from beginning to end."""
        for number, step in enumerate(
            (
                self.a_topic_comes_in,
                self.the_meeting_gets_its_date,
                self.the_agenda_is_drafted,
                self.the_invitations_leave,
                self.answers_come_in,
                self.reminders_leave,
                self.the_meeting_is_called_off,
                self.the_post_is_counted,
            ),
            1,
        ):
            now = words.when(self.runtime.clock(), self.zone, "en")
            self.say(f"\n{number}. {step.__doc__}  [{now}]")
            step()

    def a_topic_comes_in(self) -> None:
        """A topic comes in."""
        with self.runtime.work() as session:
            body = self._body(session)
            by = self._by(session, CLERK)
            topic = quick_add(session, body, "Gezamenlijke inkoop zonnepanelen", by, self.runtime.clock())
            self.say(f"   {by.name} puts it on the backlog: {topic.title}.")

    def the_meeting_gets_its_date(self) -> None:
        """The meeting in Zoeterwoude, first quarter of 2019, gets its date."""
        with self.runtime.work() as session:
            meeting = session.scalars(
                select(Meeting).where(Meeting.body_id == self._body(session).id, Meeting.starts_at.is_(None))
            ).one()
            self.meeting_id = meeting.id
            now = self.runtime.clock()
            by = self._by(session, SECRETARY)
            choice = dates.choice(session, meeting, Wanted(), now, by.bodies("see"))
            best = choice.proposals[0].slot
            meetings.set_date(session, meeting, best.starts_at, meeting.minutes, by, now)
            self.say(f"   A date is possible on {choice.found.days} days; the best moment is taken:")
            self.say(
                f"   {words.timespan(best.starts_at, meeting.minutes, self.zone, 'en')}, {meeting.venue}."
            )
            self.say(f"   {best.free} of {choice.people} people can be there.")

    def the_agenda_is_drafted(self) -> None:
        """The agenda is drafted from the open topics."""
        with self.runtime.work() as session:
            meeting = self._meeting(session)
            by = self._by(session, SECRETARY)
            draft = agenda_actions.draft_agenda(session, meeting, by, self.runtime.clock())
            for item in meeting.items:
                self.say(f"   {item.minutes:3} min  {item.title}")
            used = sum(item.minutes for item in meeting.items)
            waiting = len(draft.left_out)
            self.say(f"   {used} of {meeting.minutes} minutes; {waiting} topics wait, each with its reason.")

    def the_invitations_leave(self) -> None:
        """The invitations leave."""
        with self.runtime.work() as session:
            meeting = self._meeting(session)
            by = self._by(session, SECRETARY)
            sent = invite(session, self.runtime.config, meeting, by, self.runtime.clock())
            homes = Counter(a.organisation.name for a in meeting.attendees if a.organisation)
        done = steps.tick(self.runtime)
        self.say(f"   {sent} invitations, each with its own calendar part:")
        self.say("   " + ", ".join(f"{number} to {name}" for name, number in homes.items()) + ".")
        if done["reminded"]:
            self.say(f"   {done['reminded']} reminders were due at once; they leave too.")

    def answers_come_in(self) -> None:
        """Answers come in."""
        with self.runtime.work() as session:
            now = self.runtime.clock()
            invited = session.scalars(
                select(Attendee)
                .where(Attendee.meeting_id == self.meeting_id, Attendee.role != AttendeeRole.GUEST)
                .order_by(Attendee.id)
            ).all()
            for number, attendee in enumerate(invited):
                if number % 4 == 3:
                    continue
                said = Answer.DECLINED if number % 11 == 10 else Answer.ACCEPTED
                attendance.answer(session, attendee, said, "", now)
        with self.runtime.read() as session:
            found = presence(session, self._meeting(session))
            for college in found.colleges:
                state = "quorum" if college.met else "no quorum yet"
                self.say(
                    f"   {college.organisation.name:12} {college.present} of {college.total}, "
                    f"{college.needed} needed: {state}"
                )
            self.say(f"   {len(found.unanswered)} have not answered.")

    def reminders_leave(self) -> None:
        """The clock is wound forward, and reminders leave."""
        while True:
            with self.runtime.read() as session:
                now = self.runtime.clock()
                moment = next_reminder(session, self.runtime.config, now)
                begins = self._meeting(session).starts_at
            if moment is None or begins is None or moment >= begins:
                return
            with self.runtime.work() as session:
                wind(session, moment - now + A_MOMENT, system_clock())
            done = steps.tick(self.runtime)
            today = words.when(self.runtime.clock(), self.zone, "en")
            self.say(f"   {today}: {done['reminded']} letters, one a person ({self._said_since(moment)}).")

    def _said_since(self, moment: datetime) -> str:
        query = select(Reminder.kind, func.count()).where(Reminder.sent_at >= moment).group_by(Reminder.kind)
        with self.runtime.read() as session:
            found = {kind: number for kind, number in session.execute(query)}  # noqa: C416
        return ", ".join(f"{SAID[kind][0].lower()}: {number}" for kind, number in sorted(found.items()))

    def the_meeting_is_called_off(self) -> None:
        """The meeting is called off, with its reason."""
        with self.runtime.work() as session:
            by = self._by(session, SECRETARY)
            meetings.cancel(session, self._meeting(session), REASON, None, by, self.runtime.clock())
        done = steps.tick(self.runtime)
        self.say(f"   {REASON}")
        self.say(f"   {done['told']} cancellations leave; the topics are open again.")

    def the_post_is_counted(self) -> None:
        """The post is counted."""
        query = select(Letter.kind, func.count()).where(Letter.queued_at >= START).group_by(Letter.kind)
        with self.runtime.read() as session:
            for kind, number in sorted(tuple(row) for row in session.execute(query)):
                self.say(f"   {number:3} {kind}")

    def _body(self, session: Session) -> Body:
        return session.scalars(select(Body).where(Body.name == BODY)).one()

    def _meeting(self, session: Session) -> Meeting:
        return session.get_one(Meeting, self.meeting_id)

    def _by(self, session: Session, name: str) -> By:
        person = session.scalars(select(Person).where(Person.name == name)).one()
        today = local_day(self.runtime.clock(), self.runtime.config.time_zone)
        return actor_for(session, person, today)
