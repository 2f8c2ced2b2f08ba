"""The forms of the agenda editor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from agenda.meetings.agenda_editing import LONGEST_ITEM, ItemText
from agenda.meetings.agenda_late import LONGEST_NAME, LONGEST_REASON, Late
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


def _reason() -> TextAreaField:
    return TextAreaField(
        _l("Reason"),
        filters=[tidy_text],
        validators=[
            InputRequired(_l("Give the reason: everyone who was invited reads it.")),
            Length(max=LONGEST_REASON),
        ],
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

    closed = BooleanField(_l("Closed session: treated behind closed doors"))
    confidential = BooleanField(_l("Confidential: handled with discretion"))
    neutral_title = StringField(
        _l("Neutral title"), filters=[tidy_line], validators=[Optional(), Length(max=LONGEST_LINE)]
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
            closed=bool(self.closed.data),
            confidential=bool(self.confidential.data),
            neutral_title=self.neutral_title.data or "",
        )


class FinalItemForm(ItemForm):
    """An item of a final agenda: what is changed about it needs a reason."""

    why = _reason()


class WithdrawForm(Form):
    """Why an item is taken off a final agenda."""

    why = _reason()


class LateForm(Form):
    """An urgent item for a final agenda: an open topic, or a title of its own."""

    topic = SelectField(_l("Open topic"), coerce=number_or_none, validators=[Optional()])
    title = StringField(
        _l("Or a title of its own"), filters=[tidy_line], validators=[Length(max=LONGEST_LINE)]
    )
    minutes = IntegerField(
        _l("Minutes"), default=5, validators=[InputRequired(), NumberRange(min=0, max=LONGEST_ITEM)]
    )
    after = SelectField(_l("Comes after"), coerce=number_or_none, validators=[Optional()])
    why = _reason()
    consent = StringField(
        _l("Who agreed as chair"),
        filters=[tidy_line],
        validators=[InputRequired(_l("Name who agreed as chair.")), Length(max=LONGEST_NAME)],
    )
    # The agenda as it was on screen.
    seen = HiddenField()

    def offer(self, topics: Sequence[tuple[int, str]], places: Sequence[tuple[int, str]]) -> None:
        """Offer the open topics, and the items after which it can come."""
        self.topic.choices = options([("", _l("None")), *topics])
        self.after.choices = options([("", _l("The last topic")), *places])

    def validate_title(self, field: StringField) -> None:
        """Ask for a topic or a title, and not for both."""
        if bool(self.topic.data) == bool(field.data):
            raise ValidationError(_("Choose an open topic, or give a title."))

    def late(self) -> Late:
        """Give why it cannot wait, and where it comes."""
        return Late(self.why.data or "", self.consent.data or "", self.after.data or 0)


def as_saved(item: AgendaItem) -> dict[str, Any]:
    """Give an item as the form shows it."""
    return {
        "title": item.title,
        "minutes": item.minutes,
        "purpose": item.purpose.value if item.purpose else "",
        "treatment": item.treatment.value if item.treatment else "",
        "lead": item.lead_id,
        "requested_decision": item.requested_decision,
        "closed": item.closed,
        "confidential": item.confidential,
        "neutral_title": item.neutral_title,
    }
