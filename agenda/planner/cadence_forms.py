"""The forms of a cadence, and of cancelling a thin meeting."""

from __future__ import annotations

from datetime import date, time
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from agenda.meetings.rules import LONGEST, SHORTEST
from agenda.planner import cadence_words as words
from agenda.planner.cadence_actions import MOST_DAYS, Rule, Seen
from agenda.planner.cadence_model import USUAL_DAYS, USUAL_SHARE, Cadence
from agenda.planner.cadence_rrule import (
    LONGEST_RULE,
    MONTHS,
    MOST_MONTHS,
    MOST_WEEKS,
    Pattern,
    pattern_of,
    tidy,
    written,
)
from agenda.web.forms import (
    LONGEST_LINE,
    LONGEST_TEXT,
    Form,
    IntegerField,
    key,
    options,
    plausible_day,
    tidy_line,
    tidy_text,
)

THURSDAY = 3
USUAL_START = time(10)
# What the dates follow from.
DATING = frozenset(
    "kind weeks weekday every_months nth nth_weekday months rule first_day last_day starts".split()
)
REASON = _l("There are too few topics for this meeting.")


class Kind(StrEnum):
    """In which way somebody says how often."""

    WEEKS = "weeks"
    NTH = "nth"
    OWN = "own"


class CadenceForm(Form):
    """How often, from when until when, at what hour, and what counts as thin."""

    cadence_id = HiddenField(validators=[Optional()])
    kind = RadioField(
        _l("How often"),
        choices=options(
            [
                (Kind.WEEKS.value, _l("Every so many weeks")),
                (Kind.NTH.value, _l("A fixed weekday of the month")),
                (Kind.OWN.value, _l("A rule of one's own")),
            ]
        ),
        validators=[InputRequired(_l("Choose how often."))],
    )
    weeks = IntegerField(
        _l("Once in so many weeks"),
        validators=[Optional(), NumberRange(1, MOST_WEEKS, _l("Between 1 and 52."))],
    )
    weekday = SelectField(_l("On which day"), coerce=int)
    every_months = IntegerField(
        _l("Once in so many months"),
        validators=[Optional(), NumberRange(1, MOST_MONTHS, _l("Between 1 and 12."))],
    )
    nth = SelectField(_l("Which"), coerce=int)
    nth_weekday = SelectField(_l("Weekday"), coerce=int)
    months = SelectMultipleField(
        _l("In these months"),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    rule = StringField(
        _l("Rule"),
        filters=[tidy_line],
        validators=[Length(max=LONGEST_RULE, message=_l("A rule has at most 250 characters."))],
    )
    first_day = DateField(_l("First day"), validators=[InputRequired(_l("Enter the day.")), plausible_day])
    last_day = DateField(_l("Last day"), validators=[Optional(), plausible_day])
    starts = TimeField(_l("Start"), validators=[InputRequired(_l("Enter the time."))])
    minutes = IntegerField(
        _l("Length in minutes"),
        validators=[
            InputRequired(_l("Enter the minutes.")),
            NumberRange(SHORTEST, LONGEST, _l("Between 15 and 720 minutes.")),
        ],
    )
    venue = StringField(_l("Venue"), filters=[tidy_line], validators=[Length(max=LONGEST_LINE)])
    thin_below = IntegerField(
        _l("Thin below (percent)"),
        validators=[
            InputRequired(_l("Enter a percentage.")),
            NumberRange(1, 100, _l("Between 1 and 100 percent.")),
        ],
    )
    judge_days = IntegerField(
        _l("Judged from (days before)"),
        validators=[
            InputRequired(_l("Enter the days.")),
            NumberRange(0, MOST_DAYS, _l("Between 0 and 366 days.")),
        ],
    )

    def offer(self) -> None:
        """Offer weekdays and months in the reader's words."""
        days = options(list(words.weekdays().items()))
        self.weekday.choices, self.nth_weekday.choices = days, days
        self.nth.choices = options(words.nth_choices())
        names = words.month_names()
        self.months.choices = options([(month, names[month]) for month in MONTHS])

    @property
    def pattern(self) -> str:
        """The rule that is filled in, by the way that was chosen."""
        if self.kind.data == Kind.OWN.value:
            return tidy(self.rule.data or "")
        months = tuple(self.months.data or ())
        if self.kind.data == Kind.NTH.value:
            return written(Pattern(self.every_months.data or 1, self.nth_weekday.data, self.nth.data, months))
        return written(Pattern(self.weeks.data or 1, self.weekday.data, None, months))

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for what belongs to the way that was chosen."""
        fine = bool(super().validate(extra_validators))
        kind = self.kind.data
        asked: list[tuple[Any, bool, str]] = [
            (self.rule, kind == Kind.OWN.value, _("Enter a rule.")),
            (self.weeks, kind == Kind.WEEKS.value, _("Enter how many weeks.")),
            (self.every_months, kind == Kind.NTH.value, _("Enter how many months.")),
            (self.months, kind != Kind.OWN.value, _("Choose at least one month.")),
        ]
        for field, wanted, text in asked:
            if wanted and not field.data and not field.errors:
                field.errors = [text]
                fine = False
        return fine

    def makes_dates(self) -> bool:
        """Tell whether enough is filled in well to say which dates it makes; leave the rest unsaid."""
        self.validate()
        for field in self:
            if field.short_name not in DATING:
                field.errors = ()
        return not any(field.errors for field in self)

    def wanted(self) -> Rule:
        """Give what was filled in; only once it is valid."""
        return Rule(
            rule=self.pattern,
            first_day=self.first_day.data or date.min,
            starts=self.starts.data or USUAL_START,
            minutes=self.minutes.data or 0,
            last_day=self.last_day.data,
            venue=self.venue.data or "",
            thin_below=self.thin_below.data or 0,
            judge_days=self.judge_days.data or 0,
        )

    def seen(self) -> Seen | None:
        """Give which cadence stood on the screen."""
        version = self.seen_version()
        try:
            number = key(str(self.cadence_id.data or ""))
        except ValueError:
            return None
        return Seen(number, version) if version is not None else None


class CancelThinForm(Form):
    """Why a thin meeting is cancelled, and which proposal that was."""

    rests_on = HiddenField(validators=[Optional(), Length(max=64)])
    why = TextAreaField(
        _l("Reason"),
        filters=[tidy_text],
        validators=[InputRequired(_l("Enter a reason.")), Length(max=LONGEST_TEXT)],
    )


def usual(today: date, minutes: int) -> dict[str, Any]:
    """Give what stands in the form for a body without a rhythm."""
    return {
        "kind": Kind.NTH.value,
        "weeks": 4,
        "weekday": THURSDAY,
        "every_months": 1,
        "nth": 2,
        "nth_weekday": THURSDAY,
        "months": list(MONTHS),
        "first_day": today,
        "starts": USUAL_START,
        "minutes": minutes,
        "thin_below": USUAL_SHARE,
        "judge_days": USUAL_DAYS,
    }


def as_kept(cadence: Cadence, today: date) -> dict[str, Any]:
    """Give what stands in the form for the rhythm that a body has."""
    kept = usual(today, cadence.minutes) | {
        name: getattr(cadence, name)
        for name in (
            "first_day",
            "last_day",
            "starts",
            "minutes",
            "venue",
            "thin_below",
            "judge_days",
            "version",
        )
    }
    kept |= {"cadence_id": cadence.id, "rule": cadence.rule, "kind": Kind.OWN.value}
    pattern = pattern_of(cadence.rule)
    if pattern is None:
        return kept
    kept |= {"months": list(pattern.months or MONTHS), "rule": ""}
    if pattern.nth is None:
        return kept | {"kind": Kind.WEEKS.value, "weeks": pattern.every, "weekday": pattern.weekday}
    return kept | {
        "kind": Kind.NTH.value,
        "every_months": pattern.every,
        "nth": pattern.nth,
        "nth_weekday": pattern.weekday,
    }
