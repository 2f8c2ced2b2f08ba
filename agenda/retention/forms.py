"""The forms of this room."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from agenda.retention.rules import LONGEST_AMOUNT, Period, Unit
from agenda.retention.words import UNITS
from agenda.web.forms import LONGEST_LINE, Form, IntegerField, options, tidy_line

GOES, STAYS = "goes", "stays"


class PeriodForm(Form):
    """How long one kind is kept."""

    way = RadioField(
        _l("What happens to it"),
        choices=options([(GOES, _l("It goes when the period is over")), (STAYS, _l("It is kept"))]),
        default=GOES,
    )
    amount = IntegerField(
        _l("How long"),
        validators=[
            Optional(),
            NumberRange(1, LONGEST_AMOUNT, _l("Fill in a whole number from %(min)s to %(max)s.")),
        ],
    )
    unit = SelectField(_l("In"), choices=options((unit.value, UNITS[unit]) for unit in Unit), default="years")
    # The period of which the dry run was shown: only that one can be settled.
    looked = HiddenField()

    def asked(self) -> Period | None:
        """Give the period that was filled in; None to keep it. ValueError where none was."""
        if self.way.data == STAYS:
            return None
        if self.amount.data is None:
            raise ValueError("no period")
        return Period(self.amount.data, Unit(self.unit.data))


class EraseForm(Form):
    """The name, typed over: erasing cannot be undone."""

    typed = StringField(
        _l("The name of this person"),
        validators=[DataRequired(_l("Fill this in.")), Length(max=LONGEST_LINE)],
        filters=[tidy_line],
        render_kw={"maxlength": LONGEST_LINE, "autocomplete": "off"},
    )
    # What the administrator read: mails newer than these are looked at while erasing.
    sure = BooleanField(
        _l("I know that this cannot be undone"), validators=[DataRequired(_l("Confirm this first."))]
    )
