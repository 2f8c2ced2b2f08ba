"""The forms with which people let their meetings be put in their own calendar."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, RadioField, StringField
from wtforms.validators import InputRequired, Length

from agenda.web.forms import Form, tidy_line

LONGEST_ADDRESS = 2_000
LONGEST_WORD = 200


class ServerForm(Form):
    """A calendar server, with the name and password for it."""

    server = StringField(
        _l("Address of the server or of the calendar"),
        filters=[tidy_line],
        validators=[InputRequired(_l("Fill in the address.")), Length(max=LONGEST_ADDRESS)],
        # A field of type url would refuse addresses without https.
        render_kw={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"},
    )
    user = StringField(
        _l("User name"),
        filters=[tidy_line],
        validators=[InputRequired(_l("Fill in the user name.")), Length(max=LONGEST_WORD)],
        render_kw={"autocomplete": "off", "autocapitalize": "none"},
    )
    password = PasswordField(
        _l("App password"),
        validators=[InputRequired(_l("Fill in the password.")), Length(max=LONGEST_WORD)],
        # A browser must not fill in the password of this site.
        render_kw={"autocomplete": "new-password"},
    )


class ChoiceForm(Form):
    """One of the calendars that were found; `given` holds address, name and password, sealed."""

    calendar = RadioField(_l("Which calendar?"), choices=[], validate_choice=False)
    given = HiddenField()
