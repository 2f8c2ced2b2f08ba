"""What a meeting may become, when it can be, and who makes it quorate. Values in, values out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from agenda.core.problems import Conflict, Invalid
from agenda.meetings.model import Answer, MeetingState

SHORTEST, LONGEST = 15, 12 * 60
DRAFT, DATED, CONFIRMED = MeetingState.DRAFT, MeetingState.DATED, MeetingState.CONFIRMED
HELD, CLOSED, CANCELLED = MeetingState.HELD, MeetingState.CLOSED, MeetingState.CANCELLED
AHEAD = frozenset({DRAFT, DATED, CONFIRMED})

# In which states each action is possible; what else it asks stands with the action.
ALLOWED: Mapping[str, frozenset[MeetingState]] = {
    "edit": AHEAD,
    "set_date": AHEAD,
    "clear_date": frozenset({DATED}),
    "confirm": frozenset({DATED}),
    "cancel": AHEAD,
    "restore": frozenset({CANCELLED}),
    "close": frozenset({HELD}),
    "reopen": frozenset({CLOSED}),
    "change_attendees": AHEAD,
    "answer": frozenset({CONFIRMED}),
}
_QUARTER = re.compile(r"(\d{4})-([1-4])")


class MeetingFacts(Protocol):
    """What the state of a meeting follows from; the table's row has it all."""

    @property
    def starts_at(self) -> datetime | None: ...
    @property
    def minutes(self) -> int: ...
    @property
    def confirmed_at(self) -> datetime | None: ...
    @property
    def closed_at(self) -> datetime | None: ...
    @property
    def cancelled_at(self) -> datetime | None: ...


class AnswerFacts(Protocol):
    """What an attendee said, and to which revision."""

    @property
    def answer(self) -> Answer: ...
    @property
    def answered_revision(self) -> int | None: ...


class HasRevision(Protocol):
    """A meeting, as far as answers to it are concerned."""

    @property
    def revision(self) -> int: ...


def state_of(meeting: MeetingFacts, now: datetime) -> MeetingState:
    """Tell where a meeting stands at this moment; states.state_in_sql says the same to the database."""
    if meeting.cancelled_at:
        return CANCELLED
    if meeting.closed_at:
        return CLOSED
    if meeting.confirmed_at:
        over = meeting.starts_at is not None and ends_at(meeting.starts_at, meeting.minutes) <= now
        return HELD if over else CONFIRMED
    return DATED if meeting.starts_at else DRAFT


def ends_at(starts_at: datetime, minutes: int) -> datetime:
    """Give the end, in UTC: across a clock change the minutes that pass are what counts."""
    return starts_at.astimezone(UTC) + timedelta(minutes=minutes)


def is_to_come(meeting: MeetingFacts, now: datetime) -> bool:
    """Tell whether a meeting has a date and is not over yet."""
    return meeting.starts_at is not None and ends_at(meeting.starts_at, meeting.minutes) > now


def must_be_possible(action: str, state: MeetingState) -> None:
    """Raise Conflict unless the action is possible in this state."""
    if state not in ALLOWED[action]:
        raise Conflict(f"not_possible_when_{state.value}")


def moment(day: date, hour: time, zone: str) -> datetime:
    """Give the moment of a civil day and hour, in UTC.

    Raises Invalid for an hour that the clock change in spring skips. In autumn an hour comes
    twice; the first is meant (PEP 495, fold=0), because nobody wants to be an hour late.
    """
    local = datetime.combine(day, hour.replace(fold=0), ZoneInfo(zone))
    found = local.astimezone(UTC)
    if found.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise Invalid("hour_does_not_exist", hour=f"{hour:%H:%M}")
    return found


def in_window(day: date, window_from: date | None, window_until: date | None) -> bool:
    """Tell whether a day lies in the window; both of its days belong to it."""
    after_start = window_from is None or window_from <= day
    return after_start and (window_until is None or day <= window_until)


def check_window(window_from: date | None, window_until: date | None) -> None:
    """Raise Invalid unless the window has both days, in order, or none."""
    if (window_from is None) != (window_until is None):
        raise Invalid("window_half_open")
    if window_from and window_until and window_until < window_from:
        raise Invalid("window_upside_down")


def check_minutes(minutes: int) -> None:
    """Raise Invalid unless a meeting can last this long."""
    if not SHORTEST <= minutes <= LONGEST:
        raise Invalid("length_impossible", least=SHORTEST, most=LONGEST)


def current_answer(attendee: AnswerFacts, meeting: HasRevision) -> Answer:
    """Give the answer that counts: one to an earlier date or place is no answer to this one."""
    if attendee.answered_revision != meeting.revision:
        return Answer.NEEDS_ACTION
    return attendee.answer


def answered_earlier(attendee: AnswerFacts, meeting: HasRevision) -> bool:
    """Tell whether someone answered, but not to the meeting as it is now."""
    return attendee.answered_revision is not None and attendee.answered_revision != meeting.revision


@dataclass(frozen=True)
class Quarter:
    """Three months, written 2019-1."""

    year: int
    number: int

    @property
    def first_day(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last_day(self) -> date:
        after = self.next
        return after.first_day - timedelta(days=1)

    @property
    def months(self) -> tuple[date, ...]:
        return tuple(date(self.year, 3 * self.number - 2 + step, 1) for step in range(3))

    @property
    def next(self) -> Quarter:
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)

    @property
    def previous(self) -> Quarter:
        return Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number}"


def quarter_of(day: date) -> Quarter:
    """Name the quarter of a day."""
    return Quarter(day.year, (day.month + 2) // 3)


def quarter_named(text: str) -> Quarter | None:
    """Read "2019-1"; None when it is no quarter between the years 1900 and 2200."""
    found = _QUARTER.fullmatch(text)
    if found is None or not 1900 <= int(found[1]) <= 2200:
        return None
    return Quarter(int(found[1]), int(found[2]))


def exact_quarter(window_from: date | None, window_until: date | None) -> Quarter | None:
    """Name the quarter that a window is, if it is exactly one."""
    if window_from is None or window_until is None:
        return None
    quarter = quarter_of(window_from)
    return quarter if (quarter.first_day, quarter.last_day) == (window_from, window_until) else None


def next_step(state: MeetingState, topics: int, agenda_final: bool, outcomes_missing: int) -> str | None:
    """Name the one thing that is sensible to do next; None when there is only waiting left."""
    if state is DRAFT:
        return "choose_date"
    if state is DATED:
        return "send_invitations" if topics else "draft_agenda"
    if state is CONFIRMED:
        return None if agenda_final else "finish_agenda"
    if state is HELD:
        return "record_outcomes" if outcomes_missing else "close"
    return None
