"""The problem that `find-dates` solves, read from its file; docs/find-dates.md tells what each key means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from agenda.core.json_document import NO_DAY, NO_HOUR, Value, read_json
from agenda.dates.busy import Blocks
from agenda.dates.holidays_known import REGIONS, public_holidays, school_holidays
from agenda.dates.question import Closed, Holidays, Kind, Need, Question
from agenda.dates.starts import minute_after, minute_before

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_DAYS = 3 * 366
MOST_PEOPLE, MOST_BUSY, MOST_CLOSED = 5_000, 20_000, 5_000
MOST_STARTS = 200_000
MOST_NAME = 1_000
DAY = 24 * 60
HALF = "half"
STAND_IN_DAY = date(2000, 1, 1)
REQUIRED = ("time_zone", "from", "until", "minutes", "hours", "people")
DEFAULTS: Mapping[str, Any] = {
    "step_minutes": 15,
    "public_holidays": Holidays.EXCLUDE,
    "school_holidays": Holidays.AVOID,
    "school_region": "Midden",
    "closed": [],
    "quorum": {},
}
PERSON_DEFAULTS: Mapping[str, Any] = {
    "group": None,
    "required": False,
    "calendar": None,
    "busy": [],
    "travel_minutes": 0,
}


@dataclass(frozen=True, eq=False)
class Person:
    """Someone in the problem; `calendar` is the file with more busy times than `blocks`."""

    id: str
    group: str | None
    required: bool
    calendar: Path | None
    blocks: Blocks
    travel: int


@dataclass(frozen=True, eq=False)
class Problem:
    """What is asked, of whom, and which quorum each group needs."""

    question: Question
    people: tuple[Person, ...]
    quorum: Mapping[str, int]

    @property
    def needs(self) -> tuple[Need, ...]:
        """Give the quorums and the required people as needs, in the order of the file."""
        members = members_of(self.people)
        quorums = [
            Need(group, frozenset(members[group]), least, Kind.QUORUM) for group, least in self.quorum.items()
        ]
        required = [
            Need(one.id, frozenset({one.id}), 1, Kind.REQUIRED) for one in self.people if one.required
        ]
        return (*quorums, *required)


def read_problem(content: bytes, folder: Path) -> Problem:
    """Read a problem whose calendars lie in `folder`; raises DocumentFaults with everything that is wrong."""
    document = read_json(content)
    fields = document.fields(REQUIRED, DEFAULTS)
    zone = fields["time_zone"].zone()
    question = _question(fields, zone)
    known: dict[str, str] = {}
    people = tuple(_person(one, zone, folder, known) for one in fields["people"].items(MOST_PEOPLE))
    quorum = _quorum(fields["quorum"], members_of(people))
    document.stop()
    return Problem(question, people, quorum)


def members_of(people: Sequence[Person]) -> dict[str, list[str]]:
    """List the people of each group."""
    members: dict[str, list[str]] = {}
    for one in people:
        if one.group is not None:
            members.setdefault(one.group, []).append(one.id)
    return members


def _question(fields: Mapping[str, Value], zone: str) -> Question:
    first, last = _period(fields["from"], fields["until"])
    hours = _hours(fields["hours"])
    step = fields["step_minutes"].whole(1, DAY)
    if _number_of_starts(first, last, hours, step) > MOST_STARTS:
        fields["step_minutes"].wrong(f"makes more than {MOST_STARTS} possible starts")
    return Question(
        zone=zone,
        first=first,
        last=last,
        minutes=fields["minutes"].whole(1, DAY),
        step=step,
        hours={day: (_time(opens), _time(closes)) for day, (opens, closes) in hours.items()},
        closed=tuple(_closed(one, zone) for one in fields["closed"].items(MOST_CLOSED)),
        public_holidays=public_holidays(first, last),
        public=Holidays(fields["public_holidays"].choice(tuple(Holidays))),
        school_holidays=school_holidays(first, last, fields["school_region"].choice(REGIONS)),
        school=Holidays(fields["school_holidays"].choice(tuple(Holidays))),
    )


def _period(begins: Value, ends: Value) -> tuple[date, date]:
    first, last = begins.day(), ends.day()
    if NO_DAY not in (first, last):
        if first <= last < first + timedelta(MOST_DAYS):
            return first, last
        ends.wrong(
            "must not be before from" if last < first else f"must be less than {MOST_DAYS} days after from"
        )
    return STAND_IN_DAY, STAND_IN_DAY


def _hours(given: Value) -> dict[int, tuple[int, int]]:
    """Read the opening hours per weekday, in minutes after midnight."""
    hours = {}
    for name, one in given.entries():
        opens, closes = (end.hour() for end in one.pair())
        if name not in WEEKDAYS:
            one.wrong(f"is no day: the days are {', '.join(WEEKDAYS)}")
        elif NO_HOUR not in (opens, closes):
            hours[WEEKDAYS.index(name)] = opens, closes
            if closes <= opens:
                one.wrong("must close after it opens")
    return hours


def _number_of_starts(first: date, last: date, hours: Mapping[int, tuple[int, int]], step: int) -> int:
    weeks = (last - first).days // 7 + 1
    return sum(weeks * ((closes - opens) // step + 1) for opens, closes in hours.values())


def _time(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)


def _closed(given: Value, zone: str) -> Closed:
    fields = given.fields(("from", "until"), {"why": "closed"})
    starts_at, ends_at = _stretch(fields["from"], fields["until"], zone)
    return Closed(starts_at, ends_at, fields["why"].text())


def _stretch(begins: Value, ends: Value, zone: str) -> tuple[datetime, datetime]:
    starts_at, ends_at = begins.moment(zone), ends.moment(zone, ends=True)
    if NO_DAY not in (starts_at.date(), ends_at.date()) and ends_at <= starts_at:
        ends.wrong("must be after the start")
    return starts_at, ends_at


def _person(given: Value, zone: str, folder: Path, known: dict[str, str]) -> Person:
    """Read a person; `known` holds where each id stands."""
    fields = given.fields(("id",), PERSON_DEFAULTS)
    busy = [_stretch(*one.pair(), zone) for one in fields["busy"].items(MOST_BUSY)]
    name, group, calendar = fields["id"].text(), fields["group"], fields["calendar"]
    if name and known.setdefault(name, given.place) != given.place:
        fields["id"].wrong(f"is the id of {known[name]} too")
    return Person(
        id=name,
        group=None if group.value is None else group.text(),
        required=fields["required"].truth(),
        calendar=None if calendar.value is None else _beside(calendar, folder),
        blocks=np.array([(minute_before(a), minute_after(b)) for a, b in busy], np.int64).reshape(-1, 2),
        travel=fields["travel_minutes"].whole(0, DAY),
    )


def _beside(given: Value, folder: Path) -> Path:
    """Give the file in the folder of the problem; a name that leads out of it is a fault."""
    name, inside = given.text(MOST_NAME), folder.resolve()
    try:
        found = (inside / name).resolve()
    except (OSError, RuntimeError):
        # Links that lead to each other.
        found = Path()
    if name and (".." in Path(name).parts or not found.is_relative_to(inside)):
        given.wrong("must be a file beside the problem file")
    return found


def _quorum(given: Value, members: Mapping[str, Sequence[str]]) -> dict[str, int]:
    quorum = {}
    for group, one in given.entries():
        size = len(members.get(group, ()))
        if not size:
            one.wrong("is a group that nobody is in")
        elif one.value == HALF:
            quorum[group] = (size + 1) // 2
        elif isinstance(one.value, str):
            one.wrong(f"must be a whole number or {HALF}")
        else:
            quorum[group] = one.whole(0, size)
    return quorum
