"""Forms of the table: notes of an item, and the hours that somebody was there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.validators import Length, Optional

from agenda.core.problems import Invalid
from agenda.decisions.table_actions import DECIDING, Noted
from agenda.meetings.model import AgendaItem, ItemOutcome
from agenda.meetings.table_actions import Hours
from agenda.meetings.table_model import Presence, TableNote
from agenda.meetings.words import OUTCOMES
from agenda.web.forms import LONGEST_TEXT, Form, key, options, tidy_line, tidy_text

LONGEST_CHANGE = 64


class NoteForm(Form):
    """What is written down of one item."""

    outcome = RadioField(_l("Outcome"), validators=[Optional()])
    decision = TextAreaField(
        _l("Decision or agreement"), filters=[tidy_text], validators=[Optional(), Length(max=LONGEST_TEXT)]
    )
    remarks = TextAreaField(
        _l("Remarks"), filters=[tidy_text], validators=[Optional(), Length(max=LONGEST_TEXT)]
    )
    # The browser's own name for this change.
    change = HiddenField(filters=[tidy_line], validators=[Optional(), Length(max=LONGEST_CHANGE)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        outcomes = ((one.value, OUTCOMES[one]) for one in ItemOutcome)
        self.outcome.choices = options([("", _l("Still open")), *outcomes])
        self.outcome.data = self.outcome.data or ""

    def noted(self) -> Noted:
        """Give what was written down."""
        return Noted(
            outcome=ItemOutcome(self.outcome.data) if self.outcome.data else None,
            decision=self.decision.data or "",
            remarks=self.remarks.data or "",
        )


def form_of(item: AgendaItem, note: TableNote | None) -> NoteForm:
    """Show what was noted of an item; where nothing was, what stands as its outcome."""
    if note is not None:
        outcome, decision, remarks = note.outcome, note.decision, note.remarks
    else:
        outcome, remarks = item.outcome, ""
        decision = "" if item.outcome in DECIDING else item.outcome_text
    return NoteForm(
        formdata=None,
        outcome=outcome.value if outcome else "",
        decision=decision,
        remarks=remarks,
        version=note.version if note else 0,
    )


@dataclass(frozen=True)
class Row:
    """One line of the form of hours, as it was typed."""

    id: str = ""
    arrived: str = ""
    left: str = ""


def rows_of(stretches: Sequence[Presence], zone: str) -> list[Row]:
    """Show when somebody was there, with an empty line for one time more."""

    def shown(moment: datetime | None) -> str:
        return f"{moment.astimezone(ZoneInfo(zone)):%H:%M}" if moment else ""

    return [*(Row(str(one.id), shown(one.arrived_at), shown(one.left_at)) for one in stretches), Row()]


def rows_sent(form: MultiDict[str, str]) -> list[Row]:
    """Give the lines as they were sent."""
    columns = (form.getlist(name) for name in ("row", "arrived", "left"))
    return [Row(*(tidy_line(cell) for cell in cells)) for cells in zip(*columns, strict=False)]


def hours_of(rows: Sequence[Row]) -> list[Hours]:
    """Read the lines; an empty one is none. Raises Invalid for what is no hour."""
    return [
        Hours(_hour(row.arrived), _hour(row.left) if row.left else None, _row(row.id))
        for row in rows
        if row.arrived or row.left
    ]


def _hour(text: str) -> time:
    try:
        found = time.fromisoformat(text)
    except ValueError:
        raise Invalid("hour_unreadable") from None
    if found.tzinfo is not None:
        raise Invalid("hour_unreadable")
    return found.replace(second=0, microsecond=0)


def _row(text: str) -> int | None:
    try:
        return key(text)
    except ValueError:
        return None
