"""The forms of the topics room."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from agenda.topics import words
from agenda.topics.model import Purpose, Topic, Treatment
from agenda.topics.queries import Offer
from agenda.topics.rules import (
    LONGEST,
    LONGEST_TEXT,
    LONGEST_TITLE,
    SETTLED_FOR_MEMBERS,
    SHORTEST,
    Particulars,
    is_web_address,
    read_links,
    written_links,
)
from agenda.web.forms import Form, IntegerField, number_or_none, options, plausible_day, tidy_line, tidy_text

LONGEST_LINKS = 20_000


class ChecksField(SelectMultipleField):
    """Any number of choices, each a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def _text(label: Any) -> TextAreaField:
    too_long = words.PROBLEMS["text_too_long"]
    return TextAreaField(
        label, filters=[tidy_text], validators=[Optional(), Length(max=LONGEST_TEXT, message=too_long)]
    )


def _title() -> StringField:
    return StringField(
        _l("Title"),
        filters=[tidy_line],
        validators=[
            DataRequired(words.PROBLEMS["title_missing"]),
            Length(max=LONGEST_TITLE, message=words.PROBLEMS["title_too_long"]),
        ],
    )


class QuickForm(Form):
    """A topic by its title alone."""

    title = _title()
    body = SelectField(_l("Body"), coerce=number_or_none)


class WithdrawForm(Form):
    """Why a topic is taken back."""

    why = TextAreaField(
        _l("Reason"),
        filters=[tidy_text],
        validators=[
            DataRequired(words.PROBLEMS["withdrawal_needs_reason"]),
            Length(max=LONGEST_TEXT, message=words.PROBLEMS["text_too_long"]),
        ],
    )


class LeadForm(Form):
    """Who leads a topic."""

    lead = SelectField(_l("Administrative lead"), coerce=number_or_none)


class TopicForm(Form):
    """Everything about a topic; fields have the names of `Particulars`."""

    title = _title()
    summary = _text(_l("Summary"))
    focus_area_id = SelectField(_l("Focus area"), coerce=number_or_none)
    intensified = BooleanField(
        _l("Extra consultation: the colleges intensify their cooperation on this topic")
    )
    closed = BooleanField(_l("Closed session: treated behind closed doors"))
    confidential = BooleanField(_l("Confidential: handled with discretion"))
    neutral_title = StringField(
        _l("Neutral title"),
        filters=[tidy_line],
        validators=[Optional(), Length(max=LONGEST_TITLE, message=words.PROBLEMS["title_too_long"])],
    )
    organisation_id = SelectField(_l("Submitted by"), coerce=number_or_none)
    lead_id = SelectField(_l("Administrative lead"), coerce=number_or_none)
    official_lead_id = SelectField(_l("Official lead"), coerce=number_or_none)
    purpose = RadioField(
        _l("Purpose"), choices=options((each.value, label) for each, label in words.PURPOSES.items())
    )
    treatment = RadioField(
        _l("Treatment"), choices=options((each.value, label) for each, label in words.TREATMENTS.items())
    )
    desired_result = _text(_l("Desired result"))
    requested_decision = _text(_l("Requested decision"))
    minutes = IntegerField(
        _l("Time needed, in minutes"),
        validators=[
            InputRequired(words.PROBLEMS["topic_length_impossible"]),
            NumberRange(SHORTEST, LONGEST, words.PROBLEMS["topic_length_impossible"]),
        ],
    )
    priority = SelectField(_l("Priority"), coerce=int, choices=options(words.PRIORITIES.items()))
    earliest = DateField(_l("Not before"), validators=[Optional(), plausible_day])
    deadline = DateField(_l("Deadline"), validators=[Optional(), plausible_day])
    predecessor_id = SelectField(_l("Comes after"), coerce=number_or_none)
    needed_portfolios = ChecksField(_l("Portfolios"))
    needed_people = ChecksField(_l("Certain people"), coerce=int)
    guests = ChecksField(_l("Guests"), coerce=int)
    links = TextAreaField(
        _l("Links"), filters=[tidy_text], validators=[Optional(), Length(max=LONGEST_LINKS)]
    )

    @classmethod
    def about(cls, topic: Topic | None, given: Particulars) -> TopicForm:
        """Make a form that holds what was sent, or else what is given."""
        values = {name: getattr(given, name) for name in Particulars.__dataclass_fields__}
        values |= {
            "purpose": given.purpose.value,
            "treatment": given.treatment.value,
            "links": written_links(given.links),
        }
        return cls(**values, version=topic.version if topic else None)

    def fill(self, offer: Offer, settled: bool) -> None:
        """Offer what there is to choose from; `settled` is whether this person may leave all open."""
        areas = [(each.id, each.name) for each in offer.areas]
        own = [(each.id, each.name) for each in offer.organisations]
        nobody = ("", _("Still to be named"))
        self.focus_area_id.choices = options([("", _("None yet")), *areas])
        # Left open is also what was submitted by the region jointly, and its lead cannot change that.
        is_open = settled or self.organisation_id.data is None
        self.organisation_id.choices = options([("", _("None")), *own] if is_open else own)
        self.lead_id.choices = options([nobody, *offer.leads])
        self.official_lead_id.choices = options([nobody, *offer.official_leads])
        self.predecessor_id.choices = options([("", _("No other topic")), *offer.predecessors])
        self.needed_people.choices = options(offer.people)
        self.needed_portfolios.choices = options((name, name) for name in offer.portfolios)
        self.guests.choices = options(offer.guests)
        if not settled:
            for name in SETTLED_FOR_MEMBERS:
                del self[name]

    def validate_deadline(self, field: DateField) -> None:
        """Refuse a deadline before the first possible day."""
        if field.data and self.earliest.data and field.data < self.earliest.data:
            raise ValidationError(str(words.PROBLEMS["deadline_before_earliest"]))

    def validate_links(self, field: TextAreaField) -> None:
        """Refuse whatever is no web address, naming the first that is wrong."""
        for link in read_links(field.data or ""):
            if not is_web_address(link.url):
                raise ValidationError(str(words.PROBLEMS["link_not_web"]) % {"link": link.url[:100]})

    def particulars(self, present: Particulars) -> Particulars:
        """Give what was filled in; as it is at `present` where this person may not say."""
        settled: dict[str, Any] = {
            name: self[name].data if name in self else getattr(present, name) for name in SETTLED_FOR_MEMBERS
        }
        return Particulars(
            title=str(self.title.data),
            summary=self.summary.data or "",
            focus_area_id=self.focus_area_id.data,
            organisation_id=self.organisation_id.data,
            desired_result=self.desired_result.data or "",
            requested_decision=self.requested_decision.data or "",
            purpose=Purpose(self.purpose.data),
            treatment=Treatment(self.treatment.data),
            minutes=int(self.minutes.data or 0),
            earliest=self.earliest.data,
            deadline=self.deadline.data,
            predecessor_id=self.predecessor_id.data,
            needed_people=tuple(self.needed_people.data or ()),
            needed_portfolios=tuple(self.needed_portfolios.data or ()),
            guests=tuple(self.guests.data or ()),
            links=read_links(self.links.data or ""),
            **settled,
        )
