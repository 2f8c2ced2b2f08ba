"""The forms with which people give a calendar."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from agenda.web.forms import Form, tidy_line

LONGEST_ADDRESS = 2_000
LONGEST_WORD = 200


class AddressForm(Form):
    """A published calendar."""

    address = StringField(
        _l("Address of the calendar"),
        filters=[tidy_line],
        validators=[InputRequired(_l("Fill in the address.")), Length(max=LONGEST_ADDRESS)],
        # A field of type url would refuse webcal: and addresses without https.
        render_kw={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"},
    )


class ServerForm(Form):
    """A calendar server that asks for a name and a password."""

    server = StringField(
        _l("Address of the server or of the calendar"),
        filters=[tidy_line],
        validators=[InputRequired(_l("Fill in the address.")), Length(max=LONGEST_ADDRESS)],
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


class FileForm(Form):
    """A calendar in a file."""

    file = FileField(_l("Calendar file (.ics)"), validators=[FileRequired(_l("Choose a file."))])
