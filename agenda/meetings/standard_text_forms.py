"""The form of a standard text."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from agenda.meetings.standard_text_model import StandardText
from agenda.meetings.standard_text_rules import LONGEST_NAME, LONGEST_TEXT, Words, places_of
from agenda.meetings.standard_text_words import PLACES
from agenda.web.forms import Form, options, tidy_line, tidy_text


class TextForm(Form):
    """A standard text: its name, its words, and where it is offered."""

    name = StringField(
        _l("Name"), filters=[tidy_line], validators=[InputRequired(), Length(max=LONGEST_NAME)]
    )
    text = TextAreaField(
        _l("Text"),
        filters=[tidy_text],
        validators=[InputRequired(_l("Write the text.")), Length(max=LONGEST_TEXT)],
    )
    places = SelectMultipleField(
        _l("Where it is offered"),
        choices=options((place.value, text) for place, text in PLACES.items()),
        validators=[InputRequired(_l("Choose at least one place where the text is offered."))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def words(self) -> Words:
        """Give what was filled in."""
        return Words(self.name.data or "", self.text.data or "", places_of(self.places.data or ()))


def form_of(text: StandardText) -> TextForm:
    """Show a text as it is kept."""
    data = {"name": text.name, "text": text.text, "places": list(text.places), "version": text.version}
    return TextForm(formdata=None, data=data)
