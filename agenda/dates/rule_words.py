"""How a body's rules for dates are spoken of: labels, history, refusals, and a closure in one line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Any

from babel.dates import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from agenda.core.audit import AuditEntry
from agenda.dates.closures import Closing
from agenda.dates.model import ClosureKind, DayRule
from agenda.web import history
from agenda.web.history import Line

Texts = Mapping[Any, Any]

WEEKDAYS: Texts = {
    0: _l("Monday"),
    1: _l("Tuesday"),
    2: _l("Wednesday"),
    3: _l("Thursday"),
    4: _l("Friday"),
    5: _l("Saturday"),
    6: _l("Sunday"),
}
EACH: Texts = {
    0: _l("every Monday"),
    1: _l("every Tuesday"),
    2: _l("every Wednesday"),
    3: _l("every Thursday"),
    4: _l("every Friday"),
    5: _l("every Saturday"),
    6: _l("every Sunday"),
}
KINDS: Texts = {
    ClosureKind.WEEKLY: _l("Every week"),
    ClosureKind.YEARLY: _l("Every year"),
    ClosureKind.ONCE: _l("Once"),
}
RULES: Texts = {
    DayRule.EXCLUDE: _l("never on such a day"),
    DayRule.AVOID: _l("only if nothing else suits"),
    DayRule.IGNORE: _l("a day like any other"),
}
VERBS: Texts = {
    "date_rules_set": _l("changed what is asked of a day"),
    "journeys_set": _l("changed the travel times"),
    "closure_added": _l("added a time at which nobody can meet"),
    "closure_edited": _l("changed a time at which nobody can meet"),
    "closure_removed": _l("removed a time at which nobody can meet"),
    "closure_restored": _l("put back a time at which nobody can meet"),
}
FIELDS: Texts = {
    **{f"hours_{day}": name for day, name in WEEKDAYS.items()},
    "public_holidays": _l("Public holidays"),
    "school_holidays": _l("School holidays"),
    "school_region": _l("Region of the school holidays"),
    "travel_minutes": _l("Usual travel time in minutes"),
    "closure": _l("What it is"),
    "closed_for": _l("For whom"),
    "closed_how_often": _l("How often"),
    "weekday": _l("Day of the week"),
    "day_of_year": _l("Day of the year"),
    "closed_from": _l("First day"),
    "closed_until": _l("Last day"),
    "hours": _l("Hours"),
}
VALUES: Mapping[str, Texts] = {
    "public_holidays": RULES,
    "school_holidays": RULES,
    "closed_how_often": KINDS,
    "weekday": WEEKDAYS,
}
PROBLEMS: Texts = {
    "closure_not_there": _l("This was removed in the meantime. Put it back first."),
}


def lines(entries: Iterable[AuditEntry]) -> list[Line]:
    """Tell what happened to a body's rules, in the reader's words."""
    return history.lines(entries, VERBS, FIELDS, lambda _name, value: str(value))


def hours(begins: time | None, ends: time | None, language: str) -> str:
    """Write hours in figures, as in "09.00 tot 17.30 uur"; whole days are so called."""
    if begins is None or ends is None:
        return str(_("the whole day"))
    figures = "%H.%M" if language == "nl" else "%H:%M"
    return str(_("%(begins)s to %(ends)s", begins=begins.strftime(figures), ends=ends.strftime(figures)))


def when(closure: Closing, language: str) -> str:
    """Tell when a closure holds: "elke dinsdag, 09.00 tot 12.00 uur"."""
    parts = [_days(closure, language), hours(closure.begins, closure.ends, language)]
    if closure.kind is ClosureKind.WEEKLY and (closure.first_day or closure.last_day):
        parts.append(_within(closure, language))
    return ", ".join(parts)


def _days(closure: Closing, language: str) -> str:
    if closure.kind is ClosureKind.WEEKLY:
        return str(EACH[closure.weekday])
    if closure.kind is ClosureKind.YEARLY:
        # A leap year, so that 29 February can be said.
        day = date(2000, closure.month or 1, closure.day_of_month or 1)
        return str(_("every year on %(day)s", day=format_date(day, "d MMMM", locale=language)))
    first, last = closure.first_day, closure.last_day
    if first is None or last is None or first == last:
        return _spoken(first, language)
    return str(_("%(first)s to %(last)s", first=_spoken(first, language), last=_spoken(last, language)))


def _within(closure: Closing, language: str) -> str:
    if closure.first_day and closure.last_day:
        first, last = _spoken(closure.first_day, language), _spoken(closure.last_day, language)
        return str(_("from %(first)s to %(last)s", first=first, last=last))
    if closure.first_day:
        return str(_("from %(day)s on", day=_spoken(closure.first_day, language)))
    return str(_("until %(day)s", day=_spoken(closure.last_day, language)))


def _spoken(day: date | None, language: str) -> str:
    return str(format_date(day, "d MMMM y", locale=language)) if day else ""
