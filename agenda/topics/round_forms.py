"""The forms of a written round."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from agenda.people.queries import Attendee
from agenda.topics.round_actions import LONGEST_NOTE
from agenda.topics.round_model import Said, Silence
from agenda.topics.round_rules import LONGEST_REASON
from agenda.topics.round_words import SAID, SILENCES
from agenda.web.forms import LONGEST_TEXT, Form, number_or_none, options, plausible_day, tidy_text

_TOO_LONG = _l("Use at most %(max)d characters.")


class LastDayForm(Form):
    """Until which day people can answer."""

    last_day = DateField(_l("Answer by"), validators=[InputRequired(_l("Enter the day.")), plausible_day])


class NewRoundForm(LastDayForm):
    """What is put to the members."""

    proposal = TextAreaField(
        _l("Proposal"),
        filters=[tidy_text],
        validators=[
            InputRequired(_l("Write down what the members consent to.")),
            Length(max=LONGEST_TEXT, message=_TOO_LONG),
        ],
    )
    note = TextAreaField(
        _l("Note"), filters=[tidy_text], validators=[Length(max=LONGEST_NOTE, message=_TOO_LONG)]
    )


class WithdrawRoundForm(Form):
    """Why a round is withdrawn."""

    why = TextAreaField(
        _l("Reason"), filters=[tidy_text], validators=[Length(max=LONGEST_NOTE, message=_TOO_LONG)]
    )


class RemoveVoterForm(Form):
    """Why somebody is asked no longer."""

    why = TextAreaField(
        _l("Reason"),
        filters=[tidy_text],
        validators=[
            InputRequired(_l("Give the reason: it stands in the history.")),
            Length(max=LONGEST_NOTE, message=_TOO_LONG),
        ],
    )


class AddVoterForm(RemoveVoterForm):
    """Who is asked as well, and why."""

    person = SelectField(
        _l("Member"), coerce=number_or_none, validators=[InputRequired(_l("Choose a member."))]
    )

    def fill(self, people: Iterable[Attendee]) -> None:
        """Offer the members who could be asked."""
        named = [(one.person.id, f"{one.person.name}, {one.organisation.name}") for one in people]
        self.person.choices = options([("", ""), *named])


class AnswerForm(Form):
    """What a member says, through the secretariat."""

    said = RadioField(
        _l("Answer"),
        choices=options((each.value, SAID[each]) for each in Said),
        validators=[InputRequired(_l("Choose consent, discuss or abstain."))],
    )
    reason = TextAreaField(
        _l("Why it must be discussed"),
        filters=[tidy_text],
        validators=[Length(max=LONGEST_REASON, message=_TOO_LONG)],
    )


class SilenceForm(Form):
    """What silence counts as."""

    silence = RadioField(
        _l("Who does not answer"),
        choices=options((each.value, SILENCES[each]) for each in Silence),
        validators=[InputRequired(_l("Choose what silence counts as."))],
    )
