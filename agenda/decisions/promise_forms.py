"""The forms of what councils were promised."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from agenda.core.words import date_only
from agenda.meetings.model import Meeting
from agenda.people.model import Body, Organisation
from agenda.web import here
from agenda.web.forms import (
    LONGEST_LINE,
    Form,
    number_or_none,
    options,
    plausible_day,
    tidy_line,
    tidy_text,
)
from agenda.web.language import language

LONGEST_PROMISE = 500
LONGEST_REASON = 1_000


class WordsForm(Form):
    """What was promised, and to whom."""

    text = StringField(
        _l("What was promised"),
        filters=[tidy_line],
        validators=[InputRequired(_l("Write down what was promised.")), Length(max=LONGEST_PROMISE)],
    )
    council = SelectField(_l("To which council"), coerce=number_or_none)
    # Which council can be chosen, by number.
    councils: dict[int | None, str]

    def offer_councils(self, body: Body, now_has: Organisation | None = None) -> None:
        """Offer the councils of the members, and the one to which it was promised."""
        seated = [*(seat.organisation for seat in body.seats), *([now_has] if now_has else ())]
        self.councils = {None: _("All councils")} | {one.id: one.name for one in seated}
        self.council.choices = options([(key or "", name) for key, name in self.councils.items()])


class CommitmentForm(WordsForm):
    """What the councils were promised, by when, and in which meeting."""

    promised_on = DateField(
        _l("Promised by"), validators=[InputRequired(_l("Enter the day.")), plausible_day]
    )
    meeting = SelectField(_l("Promised in"), coerce=number_or_none)

    def fill(self, body: Body, meetings: Sequence[Meeting] | None) -> None:
        """Offer the councils of the members, and meetings; without meetings the item itself says it."""
        self.offer_councils(body)
        if meetings is None:
            del self["meeting"]
            return
        zone = ZoneInfo(here.runtime().config.time_zone)
        named = [
            (one.id, f"{one.title}, {date_only(one.starts_at, zone, language())}")
            for one in meetings
            if one.starts_at is not None
        ]
        self.meeting.choices = options([("", _("Not in a meeting")), *named])


class KeptForm(Form):
    """On which day a promise was kept, and how."""

    # Left open it is today.
    kept_on = DateField(_l("Kept on"), validators=[Optional(), plausible_day])
    how = StringField(
        _l("How"),
        filters=[tidy_line],
        validators=[Optional(), Length(max=LONGEST_LINE)],
        description=_l("For example by which letter, with its reference."),
    )


class MoveForm(Form):
    """Another day for a promise, and why."""

    moved_to = DateField(_l("New day"), validators=[InputRequired(_l("Enter the day.")), plausible_day])
    why = TextAreaField(
        _l("Reason"),
        filters=[tidy_text],
        validators=[InputRequired(_l("Give the reason.")), Length(max=LONGEST_REASON)],
    )
