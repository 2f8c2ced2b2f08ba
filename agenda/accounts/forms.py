"""The forms of signing in and of one's own profile."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, RadioField, StringField
from wtforms.validators import DataRequired, Length

from agenda.web.forms import LONGEST_LINE, Form, options, tidy_line

LONGEST_ADDRESS = 254


class SignInForm(Form):
    """The address that the link goes to."""

    email = EmailField(
        _l("E-mail address"),
        validators=[DataRequired(_l("Fill in your e-mail address.")), Length(max=LONGEST_ADDRESS)],
        filters=[tidy_line],
        render_kw={"autocomplete": "email", "maxlength": LONGEST_ADDRESS},
    )


class ProfileForm(Form):
    """One's own name and language."""

    name = StringField(
        _l("Name"),
        validators=[DataRequired(_l("Fill in your name.")), Length(max=LONGEST_LINE)],
        filters=[tidy_line],
        render_kw={"autocomplete": "name", "maxlength": LONGEST_LINE},
    )
    language = RadioField(
        _l("Language of pages and letters"),
        choices=options([("nl", "Nederlands"), ("en", "English")]),
        validators=[DataRequired()],
    )
