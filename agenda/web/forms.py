"""The form all others grow from."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.validators import Optional

from agenda.core.text import clean, one_line

LONGEST_TEXT = 5_000
LONGEST_LINE = 200


def tidy_line(value: Any) -> Any:
    """Strip what a line may not hold: control characters, line breaks, outer blanks."""
    return one_line(value).strip() if isinstance(value, str) else value


def tidy_text(value: Any) -> Any:
    """Strip what a text may not hold, keeping its lines."""
    return clean(value).strip() if isinstance(value, str) else value


class Form(FlaskForm):
    """A form with CSRF protection and the version of what it edits."""

    version = HiddenField(validators=[Optional()])

    def seen_version(self) -> int | None:
        """Give the version that the person saw; None for something new."""
        value = str(self.version.data or "")
        return int(value) if value.isdigit() else None
