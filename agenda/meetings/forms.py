"""The forms of the meetings room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    SelectField,
    SelectMultipleField,
    StringField,
    SubmitField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from agenda.meetings.planning_reason import LONGEST_REASON
from agenda.meetings.rules import LONGEST, SHORTEST
from agenda.meetings.words import GROUNDS, PERIODS, STATES
from agenda.web.forms import (
    LONGEST_LINE,
    Form,
    IntegerField,
    number_or_none,
    options,
    plausible_day,
    row_number,
    tidy_line,
    tidy_text,
)

Choices = Sequence[tuple[Any, Any]]


class FilterForm(Form):
    """Which meetings to list; its values stand in the address bar."""

    class Meta:
        csrf = False

    body = SelectField(_l("Body"), coerce=number_or_none, validators=[Optional()])
    host = SelectField(_l("Host"), coerce=number_or_none, validators=[Optional()])
    state = SelectField(
        _l("State"),
        choices=options([("", _l("Any state")), *((state.value, text) for state, text in STATES.items())]),
        validators=[Optional()],
    )
    period = SelectField(_l("Period"), choices=options(list(PERIODS.items())), validators=[Optional()])
    mine = BooleanField(_l("Only my meetings"))
    show = SubmitField(_l("Show"))

    def fill(self, bodies: Choices, hosts: Choices) -> None:
        """Offer the bodies and hosts that there are."""
        self.body.choices = options([("", _l("All bodies")), *bodies])
        self.host.choices = options([("", _l("Any host")), *hosts])


class ParticularsForm(Form):
    """What a meeting is, besides its date."""

    title = StringField(
        _l("Title"), filters=[tidy_line], validators=[InputRequired(), Length(max=LONGEST_LINE)]
    )
    host = SelectField(_l("Host"), coerce=number_or_none, validators=[Optional()])
    venue = StringField(_l("Venue"), filters=[tidy_line], validators=[Length(max=LONGEST_LINE)])
    minutes = IntegerField(
        _l("Length in minutes"), validators=[InputRequired(), NumberRange(min=SHORTEST, max=LONGEST)]
    )
    window_from = DateField(_l("First day"), validators=[Optional(), plausible_day])
    window_until = DateField(_l("Last day"), validators=[Optional(), plausible_day])

    def fill(self, hosts: Choices) -> None:
        """Offer the members as hosts."""
        self.host.choices = options([("", _l("Not known yet")), *hosts])


class PlanForm(ParticularsForm):
    """A new meeting: a quarter, a period of one's own, or a date."""

    quarter = SelectField(_l("Quarter"), validators=[Optional()])
    day = DateField(_l("Date"), validators=[Optional(), plausible_day])
    start = TimeField(_l("Start"), validators=[Optional()])
    ground = SelectField(_l("Why another meeting is needed"), validators=[InputRequired()])
    frame = SelectField(_l("Agenda to begin with"), validators=[Optional()])
    topics = SelectMultipleField(
        _l("Topics to put on it at once"),
        coerce=row_number,
        validators=[Optional()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    reason = TextAreaField(
        _l("Explanation"), filters=[tidy_text], validators=[InputRequired(), Length(max=LONGEST_REASON)]
    )

    def offer_grounds(self) -> None:
        """Offer the grounds on which a meeting is planned."""
        self.ground.choices = options(
            [("", _l("Choose a reason")), *((one.value, text) for one, text in GROUNDS.items())]
        )

    def offer_quarters(self, quarters: Choices) -> None:
        """Offer the quarters ahead."""
        self.quarter.choices = options([*quarters, ("", _l("Another period, or a date"))])

    def offer_agenda(self, frames: Choices, topics: Choices) -> None:
        """Offer what the agenda can begin with, and the topics that can be put on it at once."""
        self.frame.choices = options([("", _l("As usual in this body")), *frames])
        self.topics.choices = options(topics)


class CancelForm(Form):
    """Why a meeting is called off, and what replaces it."""

    why = TextAreaField(
        _l("Reason"),
        filters=[tidy_text],
        validators=[
            InputRequired(_l("Give the reason: everyone who was invited reads it.")),
            Length(max=1_000),
        ],
    )
    successor = SelectField(_l("Replaced by"), coerce=number_or_none, validators=[Optional()])

    def fill(self, meetings: Choices) -> None:
        """Offer the meetings that can replace it."""
        self.successor.choices = options([("", _l("No other meeting")), *meetings])


class AttendeeForm(Form):
    """Who is invited besides those who sit in the body."""

    person = SelectField(_l("Person"), coerce=number_or_none, validators=[InputRequired()])

    def fill(self, people: Choices) -> None:
        """Offer the people who are not invited yet."""
        self.person.choices = options([("", ""), *people])
