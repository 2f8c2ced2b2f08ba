"""The forms of the people room."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, cast

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp

from agenda.people.facts import BodyFacts, MembershipFacts, OrganisationFacts, PersonFacts
from agenda.people.model import Body, Organisation, OrganisationKind, Role
from agenda.people.rules import TOOI_ID
from agenda.people.seats import SeatsField
from agenda.people.words import FIELDS, KINDS, LANGUAGES, ROLES
from agenda.web.forms import (
    LONGEST_LINE,
    LONGEST_TEXT,
    Form,
    IntegerField,
    options,
    plausible_day,
    tidy_line,
    tidy_text,
)

FILL_IN = _l("Fill this in.")
CHOOSE = _l("Choose one.")
A_NUMBER = _l("Fill in a whole number from %(min)s to %(max)s.")
A_DAY = _l("Fill in a date.")
LONGEST_MEETING = 480


def _line(label: Any, required: bool = True) -> StringField:
    checks = [DataRequired(FILL_IN) if required else Optional(), Length(max=LONGEST_LINE)]
    return StringField(label, validators=checks, filters=[tidy_line], render_kw={"maxlength": LONGEST_LINE})


class DayField(DateField):
    """A day; says in plain words when it is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day; ValueError with a sentence when there is none in it."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(str(A_DAY)) from error


class OrganisationForm(Form):
    """A municipality, province or partner."""

    kind = RadioField(
        FIELDS["kind"],
        choices=options((kind.value, KINDS[kind]) for kind in OrganisationKind),
        default="municipality",
    )
    name = _line(FIELDS["name"])
    tooi_id = StringField(
        FIELDS["tooi_id"],
        validators=[Optional(), Regexp(f"^{TOOI_ID.pattern}$", message=_l("Write it as gm0638."))],
        filters=[tidy_line],
    )
    venue = _line(FIELDS["venue"], required=False)
    room = EmailField(
        FIELDS["room"],
        validators=[Optional(), Length(max=254)],
        filters=[tidy_line],
        render_kw={"maxlength": 254},
    )

    def facts(self) -> OrganisationFacts:
        """Give what was filled in."""
        return OrganisationFacts(
            OrganisationKind(self.kind.data),
            self.name.data or "",
            self.tooi_id.data or None,
            self.venue.data or "",
            self.room.data or "",
        )


class BodyForm(Form):
    """A standing consultation with its seats."""

    name = _line(FIELDS["name"])
    purpose = TextAreaField(
        FIELDS["purpose"], validators=[Optional(), Length(max=LONGEST_TEXT)], filters=[tidy_text]
    )
    usual_minutes = IntegerField(
        FIELDS["usual_minutes"],
        default=120,
        validators=[InputRequired(FILL_IN), NumberRange(15, LONGEST_MEETING, A_NUMBER)],
    )
    papers_days_before = IntegerField(
        FIELDS["papers_days_before"],
        default=7,
        validators=[InputRequired(FILL_IN), NumberRange(0, 60, A_NUMBER)],
    )
    expires_on = DayField(FIELDS["expires_on"], validators=[Optional(), plausible_day])
    organiser = _line(FIELDS["organiser"], required=False)
    list_attendees = BooleanField(FIELDS["list_attendees"])

    seats = SeatsField(FIELDS["seats"])

    def facts(self) -> BodyFacts:
        """Give what was filled in."""
        return BodyFacts(
            name=self.name.data or "",
            purpose=self.purpose.data or "",
            usual_minutes=self.usual_minutes.data or 0,
            papers_days_before=self.papers_days_before.data or 0,
            expires_on=self.expires_on.data,
            organiser=self.organiser.data or "",
            list_attendees=bool(self.list_attendees.data),
            seats=self.seats.seats(),
        )


class PersonForm(Form):
    """A person."""

    name = _line(FIELDS["name"])
    email = EmailField(
        FIELDS["email"],
        validators=[DataRequired(FILL_IN), Length(max=254)],
        filters=[tidy_line],
        render_kw={"maxlength": 254},
    )
    language = RadioField(FIELDS["language"], choices=options(LANGUAGES.items()), default="nl")
    administrator = BooleanField(_l("Administrator: keeps people and bodies, and releases held mail"))

    def facts(self) -> PersonFacts:
        """Give what was filled in."""
        return PersonFacts(
            self.name.data or "",
            self.email.data or "",
            self.language.data or "",
            bool(self.administrator.data),
        )


class MembershipForm(Form):
    """A person's place in a body."""

    body_id = SelectField(FIELDS["body"], coerce=int, validators=[DataRequired(CHOOSE)])
    organisation_id = SelectField(FIELDS["organisation"], coerce=int, validators=[DataRequired(CHOOSE)])
    role = RadioField(
        FIELDS["role"], choices=options((role.value, ROLES[role]) for role in Role), default="member"
    )
    title = _line(FIELDS["title"], required=False)
    portfolio = _line(FIELDS["portfolio"], required=False)
    voting = BooleanField(_l("Counts for the quorum and decides along"))
    since = DayField(FIELDS["since"], validators=[InputRequired(FILL_IN), plausible_day])
    until = DayField(FIELDS["until"], validators=[Optional(), plausible_day])

    def offer(self, bodies: Iterable[Body], organisations: Iterable[Organisation]) -> None:
        """Fill the choices."""
        self.body_id.choices = options((body.id, body.name) for body in bodies)
        self.organisation_id.choices = options((row.id, row.name) for row in organisations)

    def facts(self) -> MembershipFacts:
        """Give what was filled in."""
        return MembershipFacts(
            body_id=self.body_id.data,
            organisation_id=self.organisation_id.data,
            role=Role(self.role.data),
            since=cast(date, self.since.data),
            until=self.until.data,
            title=self.title.data or "",
            portfolio=self.portfolio.data or "",
            voting=bool(self.voting.data),
        )


class EndForm(Form):
    """The last day of a membership."""

    until = DayField(_l("Last day"), validators=[InputRequired(FILL_IN), plausible_day])


class ImportForm(Form):
    """A file with people."""

    file = FileField(_l("CSV file"), validators=[DataRequired(_l("Choose a file."))])
