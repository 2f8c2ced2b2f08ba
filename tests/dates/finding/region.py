"""People with busy calendars, bodies with rules, and how a test reads the screen that finds a date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from agenda.dates import rule_actions
from agenda.dates.busy import Busy, Flag
from agenda.dates.calendar_actions import Upload, add_file
from agenda.dates.day_rules import ClosureFacts, DayRules
from agenda.dates.model import ClosureKind
from agenda.meetings.facts import Plan
from agenda.meetings.model import Meeting
from tests.meetings.planning import planned
from tests.world import START, World

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
WINDOW = (date(2018, 11, 1), date(2020, 3, 1))
Span = tuple[str, str]


def at(text: str) -> datetime:
    """Read a moment as a clock in Amsterdam shows it: "2019-02-14 15:30"."""
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


def busy(
    session: Session,
    world: World,
    who: str,
    *spans: Span,
    flags: tuple[Flag, ...] = (),
    read: datetime = START,
) -> None:
    """Let someone give a calendar with these busy times."""
    blocks = [[int(at(edge).timestamp()) // 60 for edge in span] for span in spans]
    found = Busy(np.array(blocks, np.int64).reshape(-1, 2), flags)
    add_file(session, world.by(session, who), Upload("agenda.ics", found, WINDOW), read)


def on_workdays(first: date, last: date, begins: str, ends: str) -> list[Span]:
    """Give the same hours on each workday of a period."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [(f"{day} {begins}", f"{day} {ends}") for day in days if day.weekday() < 5]


def rules(session: Session, world: World, **asked: Any) -> None:
    """Let the body ask this of a day."""
    secretary = world.by(session, "secretary")
    rule_actions.set_rules(session, world.body(session), DayRules(**asked), 0, secretary, START)


def closed(session: Session, world: World, organisation: str | None, why: str, **facts: Any) -> None:
    """Keep the same time of every week free, for an organisation or for the body."""
    of = world.organisations[organisation] if organisation else None
    wanted = ClosureFacts(ClosureKind.WEEKLY, why, of, **facts)
    secretary = world.by(session, "secretary")
    rule_actions.add_closure(session, world.body(session), wanted, secretary, START)


def meeting_between(session: Session, world: World, first: date, last: date) -> Meeting:
    """Plan a meeting of two hours in Leiden, between two days."""
    return planned(session, world, Plan(window_from=first, window_until=last))


@dataclass(frozen=True)
class Moment:
    """A row of the screen: the moment, and all that is said of it."""

    starts_at: datetime
    text: str

    @property
    def day(self) -> date:
        return self.starts_at.date()

    @property
    def hour(self) -> time:
        return self.starts_at.time()


def moments(page: TestResponse) -> list[Moment]:
    """Read the proposals, or what comes nearest, in their order."""
    rows = re.findall(r'<tr><th scope="row"><time datetime="([^"]+)">(.*?)</tr>', page.text, re.S)
    return [
        Moment(datetime.fromisoformat(moment).astimezone(AMSTERDAM), plain(rest)) for moment, rest in rows
    ]


def day_of(page: TestResponse, day: date) -> str:
    """Read what the heat map says of a day."""
    found = re.search(rf'<button [^>]*value="{day}"[^>]*>(.*?)</button>', page.text, re.S)
    assert found, day
    return plain(found[1])


def hours_of(page: TestResponse) -> list[str]:
    """Read the rows of the day that is shown."""
    section = page.text.partition('id="hours-of-day"')[2].partition("</section>")[0]
    return [plain(row) for row in re.findall(r"<tr.*?</tr>", section, re.S)[1:]]


def plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())
