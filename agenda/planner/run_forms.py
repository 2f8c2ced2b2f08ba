"""The forms of a search for fewer meetings, and of accepting its advice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from agenda.web.forms import LONGEST_TEXT, Form, key, options, plausible_day, tidy_text

REASON = _l("The topics are treated in fewer meetings.")


def _row(value: Any) -> int:
    """Read the number of a row, from the form or from the choices."""
    return key(str(value))


class AskForm(Form):
    """Over which bodies and days is sought."""

    bodies = SelectMultipleField(
        _l("Bodies"),
        coerce=_row,
        validators=[InputRequired(_l("Choose at least one body."))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    first = DateField(_l("From"), validators=[InputRequired(_l("Enter the day.")), plausible_day])
    last = DateField(
        _l("Up to and including"), validators=[InputRequired(_l("Enter the day.")), plausible_day]
    )

    def fill(self, bodies: Sequence[tuple[int, str]], first: date, last: date) -> None:
        """Offer the bodies, and the days that are usual."""
        self.bodies.choices = options(bodies)
        if not self.is_submitted():
            self.bodies.data = [body for body, _name in bodies]
            self.first.data, self.last.data = first, last


class AcceptForm(Form):
    """Which meetings are cancelled, and what people read as the reason."""

    cancel = SelectMultipleField(
        _l("Cancel"), coerce=_row, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    why = TextAreaField(
        _l("Reason"),
        filters=[tidy_text],
        validators=[InputRequired(_l("Enter a reason.")), Length(max=LONGEST_TEXT)],
    )

    def fill(self, meetings: Sequence[tuple[int, Any]]) -> None:
        """Offer the meetings that need not be held."""
        self.cancel.choices = options(meetings)
