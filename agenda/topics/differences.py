"""What differs between two fillings of a form, in the words of its labels."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from agenda.core.words import date_only
from agenda.web import here
from agenda.web.forms import Form
from agenda.web.language import language

Difference = tuple[str, str, str]


def differences(mine: Form, theirs: Form) -> list[Difference]:
    """List every field that differs: its label, what I filled in, what was saved meanwhile."""
    pairs = [(field, theirs[field.short_name]) for field in mine if field.short_name in theirs]
    told = [
        (str(field.label.text), _told(field), _told(other))
        for field, other in pairs
        if field.short_name not in {"version", "csrf_token"}
    ]
    return [row for row in told if row[1] != row[2]]


def _told(field: Any) -> str:
    value: object = field.data
    choices = {str(each.value): str(each.label) for each in getattr(field, "choices", None) or []}
    if isinstance(value, list | tuple):
        return ", ".join(sorted(choices.get(str(each), str(each)) for each in value))
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, date):
        return date_only(value, ZoneInfo(here.runtime().config.time_zone), language())
    text = "" if value is None else str(value)
    return choices.get(text, text)
