"""A region in which a poll is open, and what its tests do to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core.runtime import Runtime
from agenda.dates import poll_actions
from agenda.dates.model import Choice, DatePoll, Voter
from agenda.dates.poll_actions import Asked
from agenda.dates.poll_answers import vote
from agenda.dates.poll_grid import Grid, grid_of
from agenda.dates.poll_letters import vote_path
from agenda.dates.poll_queries import latest_poll
from agenda.dates.poll_telling import tell_voters
from agenda.mail.actions import deliver_one
from agenda.mail.model import Letter
from agenda.meetings.facts import Plan
from agenda.meetings.model import Meeting
from tests.invitations.region import Mail
from tests.meetings.planning import VALENTINE, planned
from tests.support.smtp import MailServer
from tests.world import StandingClock, World

ALDERMAN = "Wethouder Leiden 1"
MOMENTS = (VALENTINE, VALENTINE + timedelta(days=7), VALENTINE + timedelta(days=12))
DEADLINE = datetime.fromisoformat("2019-01-10T17:00:00+01:00")
WINDOW = Plan(window_from=date(2019, 1, 1), window_until=date(2019, 3, 31), venue="Raadzaal")


@dataclass
class Poll:
    """A meeting with a poll; people are named as in the world of tests."""

    runtime: Runtime
    world: World
    clock: StandingClock
    server: MailServer
    meeting_id: int = 0
    seen: int = 0
    given: dict[str, object] = field(default_factory=dict)

    @contextmanager
    def work(self) -> Iterator[Session]:
        with self.runtime.work() as session:
            yield session

    def plan(self, plan: Plan = WINDOW) -> None:
        with self.work() as session:
            self.meeting_id = planned(session, self.world, plan).id

    def open(self, *moments: datetime, people: tuple[str, ...] = (), **more: object) -> None:
        """Open a poll for all members, or for these people, of which nobody has heard yet."""
        if not self.meeting_id:
            self.plan()
        with self.work() as session:
            names = people or tuple(one for one in self.world.people if one.startswith(("Burg", "Weth")))
            asked = Asked(
                moments=moments or MOMENTS,
                people=frozenset(self.world.people[name] for name in names),
                deadline=more.pop("deadline", DEADLINE),  # type: ignore[arg-type]
                **more,  # type: ignore[arg-type]
            )
            by = self.world.by(session, "secretary")
            poll_actions.open_poll(
                session, self.runtime.config, self.meeting(session), asked, by, self.clock()
            )

    def meeting(self, session: Session) -> Meeting:
        return session.get_one(Meeting, self.meeting_id)

    def found(self, session: Session) -> DatePoll:
        poll = latest_poll(session, self.meeting_id)
        assert poll is not None
        return poll

    def voter(self, session: Session, who: str = ALDERMAN) -> Voter:
        person = self.world.people[who]
        return next(voter for voter in self.found(session).voters if voter.person_id == person)

    def slot_id(self, number: int = 0) -> int:
        """Give a moment by its place."""
        with self.work() as session:
            return self.found(session).slots[number].id

    def do(self, verb: str, *given: object, **more: object) -> None:
        """Let the secretary do something with the poll: do("add_moment", moment)."""
        with self.work() as session:
            by = self.world.by(session, "secretary")
            getattr(poll_actions, verb)(session, self.found(session), *given, by, self.clock(), **more)

    def vote(self, number: int, choice: Choice = Choice.YES, who: str = ALDERMAN) -> None:
        with self.work() as session:
            slot = self.found(session).slots[number].id
            vote(session, self.voter(session, who), slot, choice, self.clock())

    def said(self, who: str = ALDERMAN) -> dict[int, Choice]:
        """Give someone's answers by the place of the moment."""
        with self.work() as session:
            order = [slot.id for slot in self.found(session).slots]
            return {order.index(vote.slot_id): vote.choice for vote in self.voter(session, who).votes}

    def grid(self, session: Session) -> Grid:
        return grid_of(session, self.found(session), self.clock())

    def link(self, who: str = ALDERMAN) -> str:
        with self.work() as session:
            voter = self.voter(session, who)
            return vote_path(self.runtime.config, voter.id, voter.serial)

    def tell(self) -> list[Mail]:
        """Let the worker look once, and give the letters it queued."""
        with self.work() as session:
            number = tell_voters(session, self.runtime.config, self.clock())
        mails = self.arrived()
        assert len(mails) == number
        return mails

    def arrived(self) -> list[Mail]:
        """Give what was queued since the last look."""
        with self.work() as session:
            letters = session.scalars(select(Letter).where(Letter.id > self.seen).order_by(Letter.id)).all()
            self.seen = max((letter.id for letter in letters), default=self.seen)
            return [Mail(letter.content) for letter in letters]

    def delivered(self) -> list[Mail]:
        """Let everything leave through the mail server, and give what it took in."""
        before = len(self.server.accepted)
        while deliver_one(self.runtime):
            pass
        return [Mail(received.raw) for received in self.server.accepted[before:]]


def has_calendar(mail: Mail) -> bool:
    return any(part.get_content_type() == "text/calendar" for part in mail.message.walk())
