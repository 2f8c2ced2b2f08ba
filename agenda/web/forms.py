"""The form all others grow from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField
from wtforms import IntegerField as AnyIntegerField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import Optional, ValidationError

from agenda.core.database import LARGEST_KEY
from agenda.core.text import clean, one_line

LONGEST_TEXT = 5_000
LONGEST_LINE = 200
LONGEST_NUMBER = 10
# Further away a day is a slip of the pen, and reckoning with it runs out of the calendar.
EARLIEST_DAY, LATEST_DAY = date(1900, 1, 1), date(2199, 12, 31)


def tidy_line(value: Any) -> Any:
    """Strip what a line may not hold: control characters, line breaks, outer blanks."""
    return one_line(value).strip() if isinstance(value, str) else value


def tidy_text(value: Any) -> Any:
    """Strip what a text may not hold, keeping its lines."""
    return clean(value).strip() if isinstance(value, str) else value


def plausible_day(_form: Any, field: DateField) -> None:
    """Refuse a day of another age, such as one in the year 20019."""
    if field.data is not None and not EARLIEST_DAY <= field.data <= LATEST_DAY:
        raise ValidationError(_l("Check the year."))


def key(text: str) -> int:
    """Read the number of a row, as `request.args.get(name, type=key)`; ValueError where it can be none."""
    if not (text.isascii() and text.isdigit()) or len(text) > LONGEST_NUMBER or int(text) > LARGEST_KEY:
        raise ValueError("no key")
    return int(text)


def row_number(value: Any) -> int:
    """Read the number of a row, from the form or from the choices; ValueError where it can be none."""
    return key(str(value))


def number_or_none(value: Any) -> int | None:
    """Read a choice that may be left open."""
    return int(value) if value not in (None, "", "None") else None


def options(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    """Offer values with the words for them, as fields of choice take them."""
    return [SelectChoice(value, label) for value, label in pairs]


class IntegerField(AnyIntegerField):
    """A whole number of a size that can be reckoned with."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number; ValueError with a sentence when it is none, or a number without end."""
        if valuelist and len(valuelist[0].strip()) > LONGEST_NUMBER:
            raise ValueError(self.gettext("Not a valid integer value."))
        super().process_formdata(valuelist)


class Form(FlaskForm):  # type: ignore[misc]  # the library ships no types
    """A form with CSRF protection and the version of what it edits."""

    version = HiddenField(validators=[Optional()])

    def seen_version(self) -> int | None:
        """Give the version that the person saw; None for something new."""
        try:
            return key(str(self.version.data or ""))
        except ValueError:
            return None
