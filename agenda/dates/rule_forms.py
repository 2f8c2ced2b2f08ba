"""The forms for what a body asks of a day, and for times at which nobody can meet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, Field, RadioField, SelectField, StringField, TimeField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from agenda.dates.day_rules import WEEK, ClosureFacts, DayRules
from agenda.dates.holidays_known import REGIONS
from agenda.dates.model import Closure, ClosureKind, DayRule
from agenda.dates.rule_words import FIELDS, RULES, WEEKDAYS
from agenda.people.model import Organisation
from agenda.web.forms import (
    LONGEST_LINE,
    Form,
    IntegerField,
    number_or_none,
    options,
    plausible_day,
    tidy_line,
)

LONGEST_JOURNEY = 180
LONGEST_CLOSURE = timedelta(days=366)
A_TIME = _l("Fill in both hours, or neither.")
MONTH_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _holidays(label: Any) -> RadioField:
    return RadioField(label, choices=options((rule.value, RULES[rule]) for rule in DayRule))


class DayRulesForm(Form):
    """Opening hours for each weekday, holidays, and the usual travel time."""

    public_holidays = _holidays(FIELDS["public_holidays"])
    school_holidays = _holidays(FIELDS["school_holidays"])
    school_region = SelectField(
        FIELDS["school_region"], choices=options((region, region) for region in REGIONS)
    )
    travel_minutes = IntegerField(
        FIELDS["travel_minutes"],
        validators=[
            InputRequired(_l("Fill this in.")),
            NumberRange(0, LONGEST_JOURNEY, _l("Fill in a whole number from %(min)s to %(max)s.")),
        ],
    )

    def week(self) -> list[tuple[Any, Field, Field]]:
        """Give for each weekday its name and the fields of its hours."""
        return [(WEEKDAYS[day], self[f"opens{day}"], self[f"closes{day}"]) for day in WEEK]

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse half hours, hours that end before they begin, and a week without any."""
        good: bool = super().validate(extra_validators)
        for _name, opens, closes in self.week():
            if (opens.data is None) != (closes.data is None):
                closes.errors = [*closes.errors, A_TIME]
            elif opens.data is not None and time() < closes.data <= opens.data:
                closes.errors = [*closes.errors, _("These hours end before they begin.")]
            good = good and not closes.errors
        if good and not self.facts().hours:
            self.form_errors.append(_("Keep at least one day open."))
            return False
        return good

    def facts(self) -> DayRules:
        """Give what was filled in."""
        return DayRules(
            hours={
                day: (opens.data, closes.data)
                for day, (_name, opens, closes) in zip(WEEK, self.week(), strict=True)
                if opens.data is not None and closes.data is not None
            },
            public_holidays=DayRule(self.public_holidays.data),
            school_holidays=DayRule(self.school_holidays.data),
            school_region=self.school_region.data,
            travel_minutes=self.travel_minutes.data or 0,
        )


for _day in WEEK:
    setattr(DayRulesForm, f"opens{_day}", TimeField(_l("From"), validators=[Optional()]))
    setattr(DayRulesForm, f"closes{_day}", TimeField(_l("Until"), validators=[Optional()]))


class ClosureForm(Form):
    """What every closure has: what it is, for whom, and the hours."""

    why = StringField(
        _l("What it is"),
        filters=[tidy_line],
        validators=[InputRequired(_l("Fill this in.")), Length(max=LONGEST_LINE)],
        render_kw={"maxlength": LONGEST_LINE},
    )
    organisation_id = SelectField(_l("For whom"), coerce=number_or_none, validators=[Optional()])
    begins = TimeField(_l("From"), validators=[Optional()])
    ends = TimeField(_l("Until"), validators=[Optional()])

    def offer(self, seats: Iterable[Organisation]) -> None:
        """Offer the body itself and the organisations that have a seat."""
        own = ("", _l("Only for this body"))
        self.organisation_id.choices = options([own, *((row.id, row.name) for row in seats)])

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse half hours, and what ends before it begins."""
        good = super().validate(extra_validators)
        begins, ends = self.begins.data, self.ends.data
        if (begins is None) != (ends is None):
            self.ends.errors = [*self.ends.errors, A_TIME]
        elif begins is not None and ends is not None and time() < ends <= begins:
            self.ends.errors = [*self.ends.errors, _("These hours end before they begin.")]
        return good and not self.ends.errors

    def facts(self) -> ClosureFacts:
        """Give what was filled in."""
        raise NotImplementedError

    def _facts(self, kind: ClosureKind, **more: Any) -> ClosureFacts:
        return ClosureFacts(
            kind=kind,
            why=self.why.data or "",
            organisation_id=self.organisation_id.data,
            begins=self.begins.data,
            ends=self.ends.data,
            **more,
        )


class WeeklyForm(ClosureForm):
    """The same hours every week, such as those of a college's own meeting."""

    weekday = SelectField(
        FIELDS["weekday"],
        coerce=number_or_none,
        choices=options([("", ""), *WEEKDAYS.items()]),
        validators=[InputRequired(_l("Choose one."))],
    )
    first_day = DateField(FIELDS["closed_from"], validators=[Optional(), plausible_day])
    last_day = DateField(FIELDS["closed_until"], validators=[Optional(), plausible_day])

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse a last day before the first."""
        return _in_order(self, super().validate(extra_validators))

    def facts(self) -> ClosureFacts:
        """Give what was filled in."""
        return self._facts(
            ClosureKind.WEEKLY,
            weekday=self.weekday.data,
            first_day=self.first_day.data,
            last_day=self.last_day.data,
        )


class YearlyForm(ClosureForm):
    """The same day every year, such as 3 October in Leiden."""

    day_of_month = IntegerField(
        _l("Day"), validators=[InputRequired(_l("Fill this in.")), NumberRange(1, 31, _l("Enter the day."))]
    )
    month = SelectField(_l("Month"), coerce=number_or_none, validators=[InputRequired(_l("Choose one."))])

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse a day that no year has."""
        good = super().validate(extra_validators)
        if good and (self.day_of_month.data or 0) > MONTH_LENGTHS[self.month.data - 1]:
            self.day_of_month.errors = [_("That month has no such day.")]
        return good and not self.day_of_month.errors

    def facts(self) -> ClosureFacts:
        """Give what was filled in."""
        return self._facts(ClosureKind.YEARLY, month=self.month.data, day_of_month=self.day_of_month.data)


class OnceForm(ClosureForm):
    """A day or a stretch of days that does not come again."""

    first_day = DateField(
        FIELDS["closed_from"], validators=[InputRequired(_l("Enter the day.")), plausible_day]
    )
    last_day = DateField(FIELDS["closed_until"], validators=[Optional(), plausible_day])

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse a last day before the first, or more than a year after it."""
        good = _in_order(self, super().validate(extra_validators))
        first, last = self.first_day.data, self.last_day.data
        if good and first is not None and last is not None and last - first > LONGEST_CLOSURE:
            self.last_day.errors = [_("This is longer than a year.")]
        return good and not self.last_day.errors

    def facts(self) -> ClosureFacts:
        """Give what was filled in."""
        first = self.first_day.data
        return self._facts(ClosureKind.ONCE, first_day=first, last_day=self.last_day.data or first)


FORMS: dict[ClosureKind, type[ClosureForm]] = {
    ClosureKind.WEEKLY: WeeklyForm,
    ClosureKind.YEARLY: YearlyForm,
    ClosureKind.ONCE: OnceForm,
}


def _in_order(form: Any, good: bool) -> bool:
    first, last = form.first_day.data, form.last_day.data
    if first is not None and last is not None and last < first:
        form.last_day.errors = [*form.last_day.errors, _("The last day comes before the first.")]
    return good and not form.last_day.errors


def closure_form(kind: ClosureKind, row: Closure | None, months: Iterable[str]) -> ClosureForm:
    """Give the form of this kind, filled with a closure that stands."""
    form = FORMS[kind](obj=row)
    if isinstance(form, YearlyForm):
        form.month.choices = options([("", ""), *enumerate(months, 1)])
    return form
