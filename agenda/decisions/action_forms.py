"""The forms of action items."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from agenda.people.model import Person
from agenda.web.forms import LONGEST_TEXT, Form, number_or_none, options, plausible_day, tidy_text

LONGEST_REMARK = 1_000


class ActionForm(Form):
    """What will be done, by whom and by when."""

    text = TextAreaField(
        _l("Action item"),
        filters=[tidy_text],
        validators=[InputRequired(_l("Write down what will be done.")), Length(max=LONGEST_TEXT)],
    )
    owner = SelectField(_l("Owner"), coerce=number_or_none)
    due_on = DateField(_l("Due"), validators=[Optional(), plausible_day])
    # Who can be chosen, by number.
    names: dict[int | None, str]

    def fill(self, people: Sequence[Person], now_has: Person | None = None) -> None:
        """Offer who belongs to the body, and who has it now."""
        self.names = {person.id: person.name for person in (*people, *([now_has] if now_has else ()))}
        self.owner.choices = options([("", _("Still to be named")), *self.names.items()])


class DoneForm(Form):
    """What came of an action."""

    remark = TextAreaField(
        _l("Remark"), filters=[tidy_text], validators=[Optional(), Length(max=LONGEST_REMARK)]
    )


class HandOverForm(Form):
    """Who takes an action over."""

    owner = SelectField(
        _l("New owner"), coerce=number_or_none, validators=[InputRequired(_l("Choose somebody."))]
    )

    def fill(self, people: Sequence[Person], now_has: Person | None) -> None:
        """Offer who belongs to the body, except who has it now."""
        others = [(person.id, person.name) for person in people if now_has is None or person.id != now_has.id]
        self.owner.choices = options([("", _("Choose")), *others])


class DropForm(Form):
    """Why an action is dropped."""

    why = TextAreaField(
        _l("Reason"),
        filters=[tidy_text],
        validators=[InputRequired(_l("Give the reason.")), Length(max=LONGEST_REMARK)],
    )
