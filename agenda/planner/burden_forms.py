"""Forms about what a body may cost and what it came in the place of, and the bodies that they are about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from wtforms import DateField, SelectField, TextAreaField
from wtforms.validators import Length, NumberRange, Optional

from agenda.core.actor import Actor
from agenda.core.database import get
from agenda.people.model import Body
from agenda.planner.burden_actions import LONGEST_REASON, MOST_MEETINGS
from agenda.planner.burden_model import BodyTerm
from agenda.web import here
from agenda.web.forms import Form, IntegerField, number_or_none, options, plausible_day, tidy_text

Named = Sequence[tuple[int, str]]


class OfTermForm(Form):
    """A form about the term of a body."""

    def see_again(self, saved: BodyTerm | None, told: str) -> None:
        """Tell that somebody else was first; to save once more is then a choice, what was filled in stays."""
        self.form_errors.append(told)
        self.version.data = str(saved.version) if saved else ""


class TermForm(OfTermForm):
    """What a body may cost, and until when it is taken for granted."""

    most_meetings = IntegerField(
        _l("At most so many meetings a quarter"),
        validators=[Optional(), NumberRange(0, MOST_MEETINGS, _l("Between 0 and 99."))],
    )
    review_on = DateField(_l("Review on"), validators=[Optional(), plausible_day])
    instead_of = SelectField(_l("Came in the place of"), coerce=number_or_none, validators=[Optional()])
    why_none_ended = TextAreaField(
        _l("Why no other body ended"), filters=[tidy_text], validators=[Length(max=LONGEST_REASON)]
    )

    @classmethod
    def of(cls, term: BodyTerm | None) -> TermForm:
        """Give the form as it was saved last."""
        if term is None:
            return cls(formdata=None)
        return cls(
            formdata=None,
            most_meetings=term.most_meetings,
            review_on=term.review_on,
            instead_of=term.instead_of_id,
            why_none_ended=term.why_none_ended,
            version=term.version,
        )

    def offer(self, bodies: Named) -> None:
        """Offer the bodies in whose place one can have come."""
        self.instead_of.choices = options([("", _l("No other body")), *bodies])


class ReplacingForm(OfTermForm):
    """Which body ends for a new one, or why none does."""

    instead_of = SelectField(_l("Ends for this one"), coerce=number_or_none, validators=[Optional()])
    last_day = DateField(_l("Last day of that body"), validators=[Optional(), plausible_day])
    why_none_ended = TextAreaField(
        _l("Why no other body ends"), filters=[tidy_text], validators=[Length(max=LONGEST_REASON)]
    )

    def offer(self, bodies: Named) -> None:
        """Offer the bodies that can end."""
        self.instead_of.choices = options([("", _l("No other body")), *bodies])


def bodies_beside(session: Session, body: Body, by: Actor, going_on: date | None = None) -> Named:
    """Name the other bodies that one sees, by name; only those that have not ended on a day, where given."""
    query = select(Body).where(Body.id != body.id).order_by(Body.name)
    if going_on is not None:
        query = query.where(or_(Body.expires_on.is_(None), Body.expires_on >= going_on))
    return [(one.id, one.name) for one in session.scalars(query) if by.may("see", one)]


def body_seen(session: Session, body_id: int) -> Body:
    """Give a body that the reader may see; NotFound else."""
    body = get(session, Body, body_id)
    here.actor().must("see", body)
    return body
