"""The forms of papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length

from agenda.meetings.model import Meeting
from agenda.publications.model import PaperKind, Place
from agenda.publications.papers import Wanted
from agenda.web.forms import LONGEST_TEXT, Form, key, options, row_number, tidy_text

_TOO_LONG = _l("At most 5,000 characters.")


class AskForm(Form):
    """Which papers to make."""

    papers = SelectMultipleField(_l("Papers"))

    def offer(self, possible: Sequence[Wanted]) -> None:
        """Offer what can be made."""
        self.papers.choices = options([(name_of(one), "") for one in possible])

    @property
    def wanted(self) -> list[Wanted]:
        """What was chosen."""
        return [wanted_by(name) for name in self.papers.data or ()]


class AdoptForm(Form):
    """In which meeting the decision list was adopted."""

    adopted_in = SelectField(
        _l("Adopted in"),
        coerce=row_number,
        validators=[InputRequired(_l("Choose a later meeting of the same body that has begun."))],
    )
    changes = TextAreaField(
        _l("With which changes"),
        filters=[tidy_text],
        validators=[Length(max=LONGEST_TEXT, message=_TOO_LONG)],
    )

    def offer(self, meetings: Sequence[tuple[Meeting, str]]) -> None:
        """Offer the later meetings, each under its words."""
        self.adopted_in.choices = options([(meeting.id, label) for meeting, label in meetings])


class TextsForm(Form):
    """The words at each place of a paper."""

    introduction = TextAreaField(
        _l("Introduction"), filters=[tidy_text], validators=[Length(max=LONGEST_TEXT, message=_TOO_LONG)]
    )
    closing = TextAreaField(
        _l("Closing"), filters=[tidy_text], validators=[Length(max=LONGEST_TEXT, message=_TOO_LONG)]
    )
    footer = TextAreaField(
        _l("At the foot"), filters=[tidy_text], validators=[Length(max=LONGEST_TEXT, message=_TOO_LONG)]
    )

    @property
    def texts(self) -> Mapping[Place, str]:
        """What was filled in."""
        return {place: self[place.value].data or "" for place in Place}


def name_of(wanted: Wanted) -> str:
    """Give the value that stands for a paper in a form, such as agenda-nl-all or guest_invitation-en-12."""
    whom = str(wanted.person_id) if wanted.person_id else "inside" if wanted.everything else "all"
    return f"{wanted.kind.value}-{wanted.language}-{whom}"


def wanted_by(name: str) -> Wanted:
    """Read such a value; only for one that was offered."""
    kind, language, whom = name.split("-")
    person_id = key(whom) if whom.isdigit() else None
    return Wanted(PaperKind(kind), language, whom == "inside", person_id)
