"""The forms of a search for fewer meetings, and of accepting its advice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, Field, SelectField, SelectMultipleField, TextAreaField, TimeField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from agenda.core.problems import Invalid
from agenda.meetings.rules import moment
from agenda.people.model import Body
from agenda.planner.new_meetings import NewDate
from agenda.web.forms import (
    LONGEST_TEXT,
    Form,
    number_or_none,
    options,
    plausible_day,
    row_number,
    tidy_text,
)
from agenda.web.shell import sentence

REASON = _l("The topics are treated in fewer meetings.")
# So many new dates can be named at once.
NEW_DATES = range(1, 5)


class AskForm(Form):
    """Over which bodies and days is sought."""

    bodies = SelectMultipleField(
        _l("Bodies"),
        coerce=row_number,
        validators=[InputRequired(_l("Choose at least one body."))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    first = DateField(_l("From"), validators=[InputRequired(_l("Enter the day.")), plausible_day])
    last = DateField(
        _l("Up to and including"), validators=[InputRequired(_l("Enter the day.")), plausible_day]
    )

    rhythm = BooleanField(_l("Also the free dates of a body's own rhythm"))
    open_topics = BooleanField(_l("Also topics that stand on no agenda yet"))

    def fill(self, bodies: Sequence[Body], first: date, last: date) -> None:
        """Offer the bodies, and the days that are usual."""
        named = [(body.id, body.name) for body in bodies]
        self.zones = {body.id: body.time_zone for body in bodies}
        self.usual = {body.id: body.usual_minutes for body in bodies}
        self.bodies.choices = options(named)
        body: Any
        for body, _day, _start in self.new_rows():
            body.choices = options(named)
        if not self.is_submitted():
            self.bodies.data = list(self.zones)
            self.first.data, self.last.data = first, last

    def new_rows(self) -> list[tuple[Field, Field, Field]]:
        """Give for each new date the fields of its body, day and start."""
        return [(self[f"body{row}"], self[f"day{row}"], self[f"start{row}"]) for row in NEW_DATES]

    def has_new(self) -> bool:
        """Tell whether anything of a new date is filled in."""
        return any(field.raw_data and any(field.raw_data) for row in self.new_rows() for field in row[1:])

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse new dates that are half filled in, and hours that the clock change skips."""
        good: bool = super().validate(extra_validators)
        self.dates: list[NewDate] = []
        for body, day, start in self.new_rows():
            if (day.data is None) != (start.data is None):
                start.errors = [*start.errors, _("Fill in both the day and the start, or neither.")]
            elif day.data is not None and body.data not in self.zones:
                body.errors = [*body.errors, _("Choose a body.")]
            elif day.data is not None and not day.errors:
                try:
                    starts_at = moment(day.data, start.data, self.zones[body.data])
                    self.dates.append(NewDate(body.data, starts_at, self.usual[body.data]))
                except Invalid as problem:
                    start.errors = [*start.errors, sentence(problem.code, problem.facts)]
            good = good and not start.errors and not body.errors
        return good


for _row_number in NEW_DATES:
    setattr(
        AskForm, f"body{_row_number}", SelectField(_l("Body"), coerce=number_or_none, validate_choice=False)
    )
    setattr(AskForm, f"day{_row_number}", DateField(_l("Day"), validators=[Optional(), plausible_day]))
    setattr(AskForm, f"start{_row_number}", TimeField(_l("Start"), validators=[Optional()]))


class AcceptForm(Form):
    """Which meetings are cancelled, and what people read as the reason."""

    cancel = SelectMultipleField(
        _l("Cancel"), coerce=row_number, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    why = TextAreaField(
        _l("Reason"),
        filters=[tidy_text],
        validators=[InputRequired(_l("Enter a reason.")), Length(max=LONGEST_TEXT)],
    )

    def fill(self, meetings: Sequence[tuple[int, Any]]) -> None:
        """Offer the meetings that need not be held."""
        self.cancel.choices = options(meetings)
