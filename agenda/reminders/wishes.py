"""Why a reminder stays at home; pure: what people asked for in, reasons out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from agenda.reminders import rules
from agenda.reminders.moments import Wish
from agenda.reminders.rules import Planned

# One person and one thing: person, kind, kind of subject, subject.
Place = tuple[int, str, str, int]
# In the place of a subject: everything of a kind.
ANYTHING = ("", 0)


class Why(StrEnum):
    """Why a reminder did not leave."""

    CAUSE_GONE = "cause_gone"
    GATHERED_ANEW = "gathered_anew"
    OFF_BY_SECRETARY = "off_by_secretary"
    SNOOZED = "snoozed"
    NOT_ABOUT_THIS = "not_about_this"
    NOT_THIS_KIND = "not_this_kind"
    IN_CALENDAR = "in_calendar"


class Rest(StrEnum):
    """For how long somebody wants to hear nothing of a thing."""

    THREE_DAYS = "three_days"
    NEXT_WEEK = "next_week"
    NEVER = "never"
    KIND = "kind"


@dataclass(frozen=True)
class Wishes:
    """What everybody asked for: hours and leave, what was put to rest until when, alarms in calendars."""

    when: Mapping[int, Wish] = field(default_factory=dict)
    # Until a day, from which on it is said again; None for good.
    resting: Mapping[Place, date | None] = field(default_factory=dict)
    alarms: frozenset[int] = frozenset()

    def wish_of(self, person_id: int) -> Wish:
        """Give when a person wants letters: what they chose, or the usual."""
        return self.when.get(person_id, Wish())

    def why_not(self, reminder: Planned, today: date) -> Why | None:
        """Tell why this person is not reminded of this today; None where they are."""
        o = reminder.occasion
        return self.why_not_about((reminder.person_id, o.kind, o.subject_kind, o.subject_id), today)

    def why_not_about(self, place: Place, today: date) -> Why | None:
        """Tell why a person is not reminded of a thing today; None where they are."""
        person, kind = place[:2]
        if (person, kind, *ANYTHING) in self.resting:
            return Why.NOT_THIS_KIND
        if place in self.resting:
            until = self.resting[place]
            if until is None:
                return Why.NOT_ABOUT_THIS
            if today < until:
                return Why.SNOOZED
        if kind == rules.MEETING_TOMORROW and person in self.alarms:
            return Why.IN_CALENDAR
        return None


def woken(planned: Iterable[Planned], wishes: Wishes) -> Iterator[Planned]:
    """Give one more reminder for each thing that rests: on the day on which its rest ends."""
    seen: set[Place] = set()
    for reminder in planned:
        o = reminder.occasion
        place = (reminder.person_id, o.kind, o.subject_kind, o.subject_id)
        until = wishes.resting.get(place)
        if until is None or place in seen:
            continue
        seen.add(place)
        days = (until - o.day).days
        moment = rules.due_moment(o.day, days, o.zone)
        if moment is not None:
            yield Planned(o, days, moment, reminder.person_id)


def rests_until(rest: Rest, today: date) -> date | None:
    """Give the day on which somebody hears of it again; None where they do not."""
    if rest is Rest.THREE_DAYS:
        return today + timedelta(days=3)
    if rest is Rest.NEXT_WEEK:
        return today + timedelta(days=7 - today.weekday())
    return None
