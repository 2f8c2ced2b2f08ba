"""Which reminders are due; pure: occasions and rules in, reminders out.

A reminder is due on a civil day counted from its occasion, at eight in the morning where the body is;
one that announces something on the working day before, where that day is none. It goes once: its key
names kind, occasion, day and person. Of several days that have passed only the last counts, so that a
worker that slept says one thing once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from agenda.core.clock import at_local
from agenda.core.working_days import on_or_before

MORNING = time(8, 0)
FURTHEST_DAYS = 365

CALL_FOR_TOPICS = "call_for_topics"
AGENDA_DUE = "agenda_due"
THIN_AGENDA = "thin_agenda"
PAPERS_DUE = "papers_due"
LEAD_UNPREPARED = "lead_unprepared"
NO_ANSWER = "no_answer"
QUORUM_AT_RISK = "quorum_at_risk"
MEETING_TOMORROW = "meeting_tomorrow"
OUTCOMES_DUE = "outcomes_due"
DECISION_LIST_DUE = "decision_list_due"
RATIFICATION_DUE = "ratification_due"
COUNCILS_DUE = "councils_due"
ACTION_GIVEN = "action_given"
ACTION_DUE = "action_due"
TOPIC_WITHOUT_LEAD = "topic_without_lead"
TOPIC_UNTOUCHED = "topic_untouched"
POLL_UNANSWERED = "poll_unanswered"
ROUND_UNANSWERED = "round_unanswered"
BODY_REVIEW = "body_review"
BURDEN_OVER = "burden_over"
ESCALATED = "escalated"

# The days from the occasion with which a body begins; each body changes its own. In the order in which
# a letter and the page with rules name them.
USUAL_DAYS: Mapping[str, tuple[int, ...]] = {
    CALL_FOR_TOPICS: (-35,),
    AGENDA_DUE: (-2, 0),
    THIN_AGENDA: (-10,),
    PAPERS_DUE: (-5, -1),
    LEAD_UNPREPARED: (1, 4),
    NO_ANSWER: (-7, -2),
    QUORUM_AT_RISK: (-7, -3),
    MEETING_TOMORROW: (-1,),
    OUTCOMES_DUE: (1, 3),
    DECISION_LIST_DUE: (-3, 0, 3),
    RATIFICATION_DUE: (-14, -3, 1),
    COUNCILS_DUE: (-28, -14, -3),
    ACTION_GIVEN: (1,),
    ACTION_DUE: (-3, 0, 7),
    TOPIC_WITHOUT_LEAD: (-42, -14),
    TOPIC_UNTOUCHED: (90, 180),
    POLL_UNANSWERED: (-3, -1),
    ROUND_UNANSWERED: (-3, -1),
    BODY_REVIEW: (-30, -7),
    BURDEN_OVER: (-30, 0),
    ESCALATED: (1,),
}
# Where less of a meeting's time for topics is filled, in percent, its agenda is thin.
USUAL_SHARE = 50
KINDS = tuple(USUAL_DAYS)


@dataclass(frozen=True)
class Occasion:
    """Something to be reminded of, as long as its cause is there."""

    kind: str
    subject_kind: str
    subject_id: int
    body_id: int
    zone: str
    day: date
    # No reminder for a day before this moment: what came late is not nagged about at once.
    since: datetime
    people: frozenset[int]
    path: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Planned:
    """One reminder to one person, due at a moment."""

    occasion: Occasion
    days: int
    due_at: datetime
    person_id: int

    @property
    def key(self) -> str:
        """Name this reminder, for once and for all."""
        o = self.occasion
        return f"{o.kind}|{o.subject_kind}:{o.subject_id}|{o.day.isoformat()}|{self.days}|{self.person_id}"


def due_moment(day: date, days: int, zone: str) -> datetime | None:
    """Give eight in the morning, a number of civil days from a day, in UTC; None beyond the calendar.

    What must be known before its day is told on a working day before it: of a meeting on Monday on Friday,
    for on Monday morning it is too late to prepare.
    """
    try:
        asked = day + timedelta(days=days)
        return at_local(on_or_before(asked) if days < 0 else asked, MORNING, zone)
    except OverflowError:
        # One day typed in as 31-12-9999 must not silence everybody's reminders.
        return None


def plan(occasions: Iterable[Occasion], days: Mapping[tuple[int, str], Sequence[int]]) -> list[Planned]:
    """List every reminder, past and to come; `days` holds the days by body and kind."""
    return [
        Planned(occasion, offset, moment, person)
        for occasion in occasions
        for moment, offset in _moments(occasion, days.get((occasion.body_id, occasion.kind), ())).items()
        if moment >= occasion.since
        for person in sorted(occasion.people)
    ]


def _moments(occasion: Occasion, days: Sequence[int]) -> dict[datetime, int]:
    """Give the moments of an occasion with their days; of two days on one morning the nearest."""
    found = ((due_moment(occasion.day, offset, occasion.zone), offset) for offset in sorted(days))
    return {moment: offset for moment, offset in found if moment is not None}


def due(planned: Iterable[Planned], now: datetime, gone: Collection[str]) -> list[Planned]:
    """List what is due now and has not gone: for each occasion and person the last of its days."""
    last: dict[tuple[str, str, int, int], Planned] = {}
    for reminder in planned:
        if reminder.due_at > now:
            continue
        o = reminder.occasion
        place = (o.kind, o.subject_kind, o.subject_id, reminder.person_id)
        if place not in last or last[place].due_at < reminder.due_at:
            last[place] = reminder
    return sorted((r for r in last.values() if r.key not in gone), key=lambda r: (r.due_at, r.key))


def read_days(text: str) -> list[int] | None:
    """Read days as they are typed, "-7, -2"; None when that is not what stands there."""
    parts = [part.strip() for part in text.replace(";", ",").split(",") if part.strip()]
    try:
        found = sorted({int(part) for part in parts})
    except ValueError:
        return None
    return found if all(abs(day) <= FURTHEST_DAYS for day in found) else None
