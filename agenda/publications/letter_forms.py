"""The forms of council letters: what they tell, their words, their copies, their heads, and sending them."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from agenda.publications.letter_model import Way
from agenda.web.forms import (
    LONGEST_LINE,
    LONGEST_TEXT,
    Form,
    options,
    plausible_day,
    row_number,
    tidy_line,
    tidy_text,
)

LONGEST_ADDRESS = 254
MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def _line(label: Any, *validators: Any) -> StringField:
    return StringField(
        label, filters=[tidy_line], validators=[*(validators or [Optional()]), Length(max=LONGEST_LINE)]
    )


class Checkboxes(SelectMultipleField):
    """A choice of several, each with a box of its own."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ChoiceForm(Form):
    """What a letter tells."""

    subject = _line(_l("Subject"), InputRequired(_l("Give the letter a subject.")))
    dated_on = DateField(
        _l("Date of the letter"), validators=[InputRequired(_l("Enter the day.")), plausible_day]
    )
    language = SelectField(
        _l("Language of the letter"), choices=options([("nl", "Nederlands"), ("en", "English")])
    )
    decisions = Checkboxes(_l("Decisions"), coerce=row_number)
    focus_areas = Checkboxes(_l("Focus areas"), coerce=row_number)
    commitments = Checkboxes(_l("What is promised to the councils"), coerce=row_number)
    tells_promised_days = BooleanField(_l("Tell by when it was promised"))
    tells_next_meeting = BooleanField(_l("Tell where and when the colleges meet again"))


class WordsForm(Form):
    """Words in the place of the composed text of one section."""

    text = TextAreaField(_l("Text"), filters=[tidy_text], validators=[Optional(), Length(max=LONGEST_TEXT)])


class CopyForm(Form):
    """What differs between the copies."""

    reference = _line(_l("Reference"))
    secretary = _line(_l("Name of the municipal secretary"))
    mayor = _line(_l("Name of the mayor"))


class LetterheadForm(Form):
    """How a municipality's letters look and where they go."""

    sender = _line(_l("Sender"))
    address = TextAreaField(
        _l("Postal address"), filters=[tidy_text], validators=[Optional(), Length(max=500)]
    )
    contact = TextAreaField(_l("Contact"), filters=[tidy_text], validators=[Optional(), Length(max=500)])
    place = _line(_l("Place before the date"))
    reference_pattern = _line(_l("Pattern of the reference"))
    council_mailbox = StringField(
        _l("Mailbox of the council clerk"),
        filters=[tidy_line],
        validators=[Optional(), Length(max=LONGEST_ADDRESS)],
    )
    secretary = _line(_l("Name of the municipal secretary"))
    mayor = _line(_l("Name of the mayor"))

    def validate_council_mailbox(self, field: StringField) -> None:
        """Refuse what no mail can be sent to."""
        if field.data and not MAILBOX.fullmatch(field.data):
            raise ValidationError(_l("This is not a mail address."))


class PdfsForm(Form):
    """Where somebody is while the PDFs are asked for: sending the letters, or reading them."""

    sending = BooleanField()


class SendForm(Form):
    """How the letters leave, and which promises are kept by them."""

    way = RadioField(
        _l("How the letters leave"),
        choices=options(
            [
                (Way.MAIL.value, _l("By mail to the council clerks, as PDF")),
                (Way.OWN.value, _l("They were sent in another way")),
            ]
        ),
        validators=[InputRequired(_l("Choose how the letters leave."))],
    )
    sent_on = DateField(_l("Sent on"), validators=[Optional(), plausible_day])
    kept = Checkboxes(_l("Kept by this letter"), coerce=row_number)

    def validate_sent_on(self, field: DateField) -> None:
        """Ask for the day of what was sent in another way."""
        if self.way.data == Way.OWN.value and field.data is None:
            raise ValidationError(_l("Enter the day."))
