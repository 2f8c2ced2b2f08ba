"""The forms of a poll, and how moments are read from the address and from fields."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, TextAreaField, TimeField
from wtforms.validators import InputRequired, Length, Optional

from agenda.core.problems import Invalid
from agenda.dates.poll_actions import LONGEST_NOTE
from agenda.meetings.attendance import LONGEST_REMARK
from agenda.meetings.rules import moment
from agenda.web.forms import EARLIEST_DAY, LATEST_DAY, Form, plausible_day, tidy_text
from agenda.web.shell import sentence

_LENGTH = len("2019-02-14T15:30")
_TOO_LONG = _l("Use at most %(max)d characters.")


class MomentForm(Form):
    """A day and an hour."""

    day = DateField(_l("Day"), validators=[InputRequired(_l("Enter the day.")), plausible_day])
    hour = TimeField(_l("Starts at"), validators=[InputRequired(_l("Enter the time it starts."))])


class DeadlineForm(Form):
    """Until when people can answer."""

    until_day = DateField(
        _l("Answer before"), validators=[InputRequired(_l("Enter the day.")), plausible_day]
    )
    until_hour = TimeField(_l("Time"), validators=[InputRequired(_l("Enter the time."))])


class NewPollForm(DeadlineForm):
    """What is asked besides the moments and the people."""

    day = DateField(_l("Another day"), validators=[Optional(), plausible_day])
    hour = TimeField(_l("Starts at"), validators=[Optional()])
    note = TextAreaField(
        _l("Note"), filters=[tidy_text], validators=[Length(max=LONGEST_NOTE, message=_TOO_LONG)]
    )
    open_answers = BooleanField(_l("Those asked see each other's answers"))
    holds = BooleanField(_l("Put each moment in people's calendars as an option"))


class RemarkForm(Form):
    """What a voter wants to add."""

    remark = TextAreaField(
        _l("Remark"), filters=[tidy_text], validators=[Length(max=LONGEST_REMARK, message=_TOO_LONG)]
    )


class WithdrawForm(Form):
    """Why a poll is withdrawn."""

    why = TextAreaField(
        _l("Reason"),
        filters=[tidy_text],
        validators=[InputRequired(_l("Give the reason.")), Length(max=LONGEST_NOTE, message=_TOO_LONG)],
    )


def moments_of(texts: Iterable[str], zone: str) -> list[datetime]:
    """Read moments as "2019-02-14T15:30", civil times of the zone, in order; what is none is left out."""
    found = set()
    for text in texts:
        try:
            read = datetime.fromisoformat(text) if len(text) == _LENGTH else None
            if read is not None and EARLIEST_DAY <= read.date() <= LATEST_DAY:
                found.add(moment(read.date(), read.time(), zone))
        except (ValueError, Invalid):
            continue
    return sorted(found)


def civil(moment: datetime, zone: str) -> str:
    """Write a moment as it stands in an address: "2019-02-14T15:30"."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")


def moment_in(day: DateField, hour: TimeField, zone: str) -> datetime | None:
    """Give the moment of two fields; None, with the reason beside the field, where there is none."""
    if day.data is None or hour.data is None:
        return None
    try:
        return moment(day.data, hour.data, zone)
    except Invalid as problem:
        hour.errors = [sentence(problem.code, problem.facts)]
        return None
