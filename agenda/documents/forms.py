"""The forms of documents."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired, MultipleFileField
from wtforms import BooleanField, DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from agenda.documents.actions import Facts, SecrecyFacts
from agenda.documents.model import Document
from agenda.documents.words import GROUNDS, OTHER_GROUND
from agenda.web.forms import LONGEST_LINE, LONGEST_TEXT, Form, options, plausible_day, tidy_line, tidy_text

REASON = [InputRequired(_l("Give the reason.")), Length(max=LONGEST_TEXT)]


class LimitsForm(Form):
    """The two facts that can be set with a document at once; secrecy is a legal act of its own."""

    closed = BooleanField(
        _l("Belongs to a closed session"),
        description=_l("Only members, secretaries and clerks read it, and guests of the item."),
    )
    confidential = BooleanField(
        _l("To be handled confidentially"),
        description=_l("Only members, secretaries and clerks read it; guests do not."),
    )


class UploadForm(LimitsForm):
    """Files to add to one place, and the facts that hold for all of them."""

    files = MultipleFileField(_l("Files"), validators=[FileRequired(_l("Choose one or more files."))])
    late_why = TextAreaField(
        _l("Why it comes after the agenda was final"),
        filters=[tidy_text],
        validators=[
            InputRequired(_l("The agenda is final. Say why this comes afterwards.")),
            Length(max=LONGEST_TEXT),
        ],
    )

    @classmethod
    def asking(cls, late: bool, **begin: Any) -> UploadForm:
        """Give the form; it asks why only where the papers come late."""
        form = cls(**begin)
        if not late:
            del form.late_why
        return form

    @property
    def why(self) -> str:
        """Why the papers come late; "" where they come in time."""
        return str(self.late_why.data or "") if "late_why" in self else ""


class VersionForm(Form):
    """One file that takes the place of the one that readers get now."""

    file = FileField(_l("File"), validators=[FileRequired(_l("Choose a file."))])
    remark = StringField(
        _l("What is different"), filters=[tidy_line], validators=[Optional(), Length(max=LONGEST_LINE)]
    )


class DocumentForm(LimitsForm):
    """A document's own particulars."""

    title = StringField(
        _l("Title"),
        filters=[tidy_line],
        validators=[InputRequired(_l("Give the document a title.")), Length(max=LONGEST_LINE)],
    )

    @classmethod
    def about(cls, document: Document, **how: Any) -> DocumentForm:
        """Give the form with what is saved now."""
        return cls(
            title=document.title,
            closed=document.closed,
            confidential=document.confidential,
            version=document.version,
            **how,
        )

    @property
    def facts(self) -> Facts:
        """What was filled in."""
        return Facts(str(self.title.data or ""), bool(self.closed.data), bool(self.confidential.data))


class SecrecyForm(Form):
    """A duty of secrecy as it was imposed."""

    ground = SelectField(_l("Ground"), validators=[InputRequired(_l("Choose the ground."))])
    own_ground = StringField(
        _l("Ground in your own words"), filters=[tidy_line], validators=[Length(max=LONGEST_LINE)]
    )
    imposed_by = StringField(
        _l("Imposed by"),
        description=_l("The college, the mayor, the council or a committee."),
        filters=[tidy_line],
        validators=[InputRequired(_l("Fill in who imposed it.")), Length(max=LONGEST_LINE)],
    )
    may_lift = StringField(
        _l("May be lifted by"),
        filters=[tidy_line],
        validators=[InputRequired(_l("Fill in who may lift it.")), Length(max=LONGEST_LINE)],
    )
    since = DateField(_l("Since"), validators=[InputRequired(_l("Enter the day.")), plausible_day])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = ((one, one) for one in GROUNDS)
        self.ground.choices = options([("", _l("Choose")), *listed, (OTHER_GROUND, _l("Another ground"))])

    def validate_own_ground(self, field: StringField) -> None:
        """Ask for words where none of the listed grounds is chosen."""
        if self.ground.data == OTHER_GROUND and not field.data:
            raise ValidationError(_l("Describe the ground."))

    @property
    def facts(self) -> SecrecyFacts:
        """What was filled in; only of a form that is valid."""
        ground = self.own_ground.data if self.ground.data == OTHER_GROUND else self.ground.data
        assert self.since.data is not None  # noqa: S101 - a valid form has it
        return SecrecyFacts(str(ground), str(self.imposed_by.data), str(self.may_lift.data), self.since.data)


class LiftForm(Form):
    """The end of a duty of secrecy."""

    who = StringField(
        _l("Lifted by"),
        filters=[tidy_line],
        validators=[InputRequired(_l("Fill in who lifted it.")), Length(max=LONGEST_LINE)],
    )
    why = TextAreaField(_l("Reason"), filters=[tidy_text], validators=REASON)


class RemoveForm(Form):
    """Why a document is taken away."""

    why = TextAreaField(_l("Reason"), filters=[tidy_text], validators=REASON)
