"""The forms of the agenda editor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from agenda.meetings.agenda_actions import LONGEST_ITEM, ItemText
from agenda.meetings.model import AgendaItem
from agenda.topics.model import Purpose, Treatment
from agenda.topics.words import PURPOSES, TREATMENTS
from agenda.web.forms import (
    LONGEST_LINE,
    LONGEST_TEXT,
    Form,
    IntegerField,
    number_or_none,
    options,
    tidy_line,
    tidy_text,
)


class FreeItemForm(Form):
    """An item that is no topic."""

    title = StringField(
        _l("Title"), filters=[tidy_line], validators=[InputRequired(), Length(max=LONGEST_LINE)]
    )
    minutes = IntegerField(
        _l("Minutes"), default=5, validators=[InputRequired(), NumberRange(min=0, max=LONGEST_ITEM)]
    )


class ItemForm(FreeItemForm):
    """An item as it stands on this agenda; the topic behind it stays as it is."""

    purpose = SelectField(
        _l("Purpose"),
        choices=options([("", _l("None")), *((purpose.value, text) for purpose, text in PURPOSES.items())]),
        validators=[Optional()],
    )
    treatment = SelectField(
        _l("Treatment"),
        choices=options([("", _l("None")), *((way.value, text) for way, text in TREATMENTS.items())]),
        validators=[Optional()],
    )
    lead = SelectField(_l("Lead"), coerce=number_or_none, validators=[Optional()])
    requested_decision = TextAreaField(
        _l("Requested decision"), filters=[tidy_text], validators=[Length(max=LONGEST_TEXT)]
    )

    def fill(self, people: Sequence[tuple[int, Any]]) -> None:
        """Offer those who are invited as lead."""
        self.lead.choices = options([("", _l("Lead still to be named")), *people])

    def wanted(self) -> ItemText:
        """Give what was filled in."""
        return ItemText(
            title=self.title.data or "",
            minutes=self.minutes.data or 0,
            purpose=Purpose(self.purpose.data) if self.purpose.data else None,
            treatment=Treatment(self.treatment.data) if self.treatment.data else None,
            lead_id=self.lead.data,
            requested_decision=self.requested_decision.data or "",
        )


def as_saved(item: AgendaItem) -> dict[str, Any]:
    """Give an item as the form shows it."""
    return {
        "title": item.title,
        "minutes": item.minutes,
        "purpose": item.purpose.value if item.purpose else "",
        "treatment": item.treatment.value if item.treatment else "",
        "lead": item.lead_id,
        "requested_decision": item.requested_decision,
    }
