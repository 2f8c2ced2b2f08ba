"""The forms with which outcomes, decisions and what organs say are written down."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from agenda.decisions.model import DecisionKind
from agenda.decisions.rules import LONGEST_REASON
from agenda.decisions.words import KINDS, RESULT_CHOICES
from agenda.meetings.model import AgendaItem, ItemOutcome
from agenda.meetings.words import OUTCOMES
from agenda.people.model import Organisation
from agenda.web.forms import LONGEST_TEXT, Form, number_or_none, options, plausible_day, tidy_line, tidy_text

_TOO_LONG = _l("Keep it under %(max)d characters.")


class OutcomeForm(Form):
    """What came of one agenda item."""

    outcome = SelectField(_l("Outcome"), validators=[InputRequired(_l("Choose what came out."))])
    text = TextAreaField(
        _l("What was agreed"),
        filters=[tidy_text],
        validators=[Optional(), Length(max=LONGEST_TEXT, message=_TOO_LONG)],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Nothing is chosen beforehand: a slip of the hand must not become an outcome.
        outcomes = ((one.value, OUTCOMES[one]) for one in ItemOutcome)
        self.outcome.choices = options([("", _l("Choose")), *outcomes])


class WhyForm(Form):
    """Why something that was recorded is corrected."""

    why = TextAreaField(
        _l("Why it is rectified"),
        filters=[tidy_text],
        validators=[
            InputRequired(_l("Give the reason: everyone who reads the decision reads it.")),
            Length(max=LONGEST_REASON, message=_TOO_LONG),
        ],
    )


class RectifyOutcomeForm(OutcomeForm, WhyForm):
    """Another outcome for an item, with the reason."""


class DecisionWordsForm(Form):
    """The words of a decision."""

    text = TextAreaField(
        _l("Decision"),
        filters=[tidy_text],
        validators=[
            InputRequired(_l("Write down what was decided.")),
            Length(max=LONGEST_TEXT, message=_TOO_LONG),
        ],
    )


class DecisionForm(DecisionWordsForm):
    """One decision: its words, and whether it still asks for ratification."""

    kind = SelectField(
        _l("Kind of decision"),
        choices=options((one.value, KINDS[one]) for one in (DecisionKind.DECISION, DecisionKind.AGREEMENT)),
        default=DecisionKind.DECISION.value,
    )

    def chosen_kind(self) -> DecisionKind | None:
        """Give the kind that was sent; None where the form had none."""
        return DecisionKind(self.kind.data) if self.kind.raw_data else None


class RectifyDecisionForm(DecisionWordsForm, WhyForm):
    """Other words for a decision, with the reason."""


class LeftOutForm(DecisionForm, WhyForm):
    """A decision that was left out, with the reason why it comes now."""

    item = SelectField(_l("Item"), coerce=number_or_none, validators=[Optional()])

    def fill(self, items: Iterable[AgendaItem]) -> None:
        """Offer the items of the meeting."""
        self.item.choices = options([("", _l("No item")), *((one.id, one.title) for one in items)])


class ReservationForm(Form):
    """What a college holds back about the outcome of an item."""

    college = SelectField(
        _l("College"), coerce=number_or_none, validators=[InputRequired(_l("Choose a college."))]
    )
    text = TextAreaField(
        _l("Reservation"),
        filters=[tidy_text],
        validators=[
            InputRequired(_l("Write down what the college holds back.")),
            Length(max=LONGEST_TEXT, message=_TOO_LONG),
        ],
    )

    def fill(self, colleges: Iterable[Organisation]) -> None:
        """Offer the members of the body."""
        self.college.choices = options([("", _l("Choose")), *((one.id, one.name) for one in colleges)])


class SaidForm(Form):
    """What a college or council said about an agreement."""

    result = RadioField(
        _l("What came of it"),
        choices=options(RESULT_CHOICES),
        validators=[InputRequired(_l("Choose what came of it."))],
    )
    said_on = DateField(_l("Decided on"), validators=[Optional(), plausible_day])
    remark = TextAreaField(
        _l("Reservation, or why it was not ratified"),
        filters=[tidy_text],
        validators=[Length(max=LONGEST_TEXT, message=_TOO_LONG)],
    )


class OrgansForm(Form):
    """Which colleges and councils must ratify an agreement, and by when."""

    organs = SelectMultipleField(
        _l("Who must ratify it"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    due_on = DateField(_l("By"), validators=[InputRequired(_l("Enter the day.")), plausible_day])


class EarlierForm(Form):
    """The earlier decision whose place is taken."""

    earlier = RadioField(
        _l("Earlier decision"),
        coerce=number_or_none,
        validators=[InputRequired(_l("Choose the earlier decision."))],
    )


class SearchForm(Form):
    """Words to look for among earlier decisions."""

    q = StringField(_l("Search"), filters=[tidy_line], validators=[Optional(), Length(max=200)])
