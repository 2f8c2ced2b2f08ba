"""What the tests do with somebody's own calendar."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from icalendar import Calendar, Event
from sqlalchemy import select

from agenda.core.fetching import Fetch, fetcher
from agenda.core.vault import Secret
from agenda.invitations import push_actions
from agenda.invitations.model import CalendarPush, PushedEvent
from agenda.invitations.push_rules import EVERY
from agenda.invitations.push_writing import write_calendars
from agenda.meetings.model import Answer
from tests.invitations.region import ALDERMAN, Region
from tests.support.radicale_server import PASSWORD, USER, CalendarServer


@dataclass
class Own:
    """One calendar, as its owner and the worker see it."""

    region: Region
    server: CalendarServer
    name: str = "overleggen"
    address: str = ""

    def connect(self, password: str = PASSWORD, address: str = "") -> None:
        secret = Secret(address or self.address, USER, password)
        with self.region.work() as session:
            by, key = self.region.world.by(session, ALDERMAN), self.region.runtime.config.secret
            push_actions.connect(session, key, by, secret, "Agenda van de wethouder", self.region.clock())

    def end(self, *, take_out: bool) -> None:
        with self.region.work() as session:
            by = self.region.world.by(session, ALDERMAN)
            push_actions.end(session, by, self.region.clock(), take_out=take_out)

    def write(self, fetch: Fetch | None = None) -> int:
        """Let the worker look until nothing is due."""
        tried = 0
        while number := write_calendars(self.region.runtime, fetch or fetcher(self.server.inside)):
            tried += number
            assert tried < 10
        return tried

    def later(self, time: timedelta = EVERY * 2) -> None:
        """Let the worker look again after a while."""
        self.region.clock.at += time
        self.write()

    @property
    def entries(self) -> dict[str, str]:
        return self.server.entries(self.name)

    @property
    def text(self) -> str:
        (only,) = self.entries.values()
        return only

    @property
    def event(self) -> Event:
        (event,) = Calendar.from_ical(self.text).walk("VEVENT")
        assert isinstance(event, Event)
        return event

    def change(self, found: str, becomes: str) -> None:
        """Let the owner's program change the only entry."""
        ((path, text),) = self.entries.items()
        plain = re.sub(r"\r?\n[ \t]", "", text)
        assert found in plain
        self.server.write(path, plain.replace(found, becomes))

    def throw_away(self) -> None:
        (path,) = self.entries
        self.server.throw_away(path)

    @property
    def answer(self) -> Answer:
        with self.region.work() as session:
            return self.region.attendee(session, ALDERMAN).answer

    @property
    def push(self) -> CalendarPush | None:
        with self.region.runtime.read() as session:
            return session.scalars(select(CalendarPush)).one_or_none()

    @property
    def failure(self) -> str:
        assert self.push is not None
        return self.push.failure

    @property
    def pushed(self) -> PushedEvent:
        with self.region.runtime.read() as session:
            return session.scalars(select(PushedEvent)).one()
