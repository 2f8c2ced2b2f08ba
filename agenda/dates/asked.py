"""What the address of the screen that chooses a date asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField
from wtforms.validators import NumberRange, Optional

from agenda.core.problems import Invalid
from agenda.dates.changes import HALF_AN_HOUR, TWO_WEEKS, Help, Step
from agenda.dates.day_rules import LONGEST_PERIOD
from agenda.dates.finding import Case, Wanted
from agenda.meetings.rules import LONGEST, SHORTEST, moment
from agenda.web.forms import Form, IntegerField, plausible_day

MOST_TICKED = 60


class SearchForm(Form):
    """How long, and in which period; its values stand in the address."""

    class Meta:
        csrf = False

    minutes = IntegerField(
        _l("Length in minutes"),
        # The form for a date of one's own stands on the same page.
        id="search-minutes",
        validators=[Optional(), NumberRange(SHORTEST, LONGEST, _l("Between 15 and 720 minutes."))],
    )
    first = DateField(_l("First day"), validators=[Optional(), plausible_day])
    last = DateField(_l("Last day"), validators=[Optional(), plausible_day])

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse a period that ends before it begins, or is longer than a year."""
        if not super().validate(extra_validators):
            return False
        first, last = self.first.data, self.last.data
        if first is not None and last is not None:
            if last < first:
                self.last.errors = [_("The last day comes before the first.")]
            elif last - first > LONGEST_PERIOD:
                self.last.errors = [_("Look a year ahead at most.")]
        return not self.last.errors


@dataclass(frozen=True)
class Asked:
    """What the address asks for: how to look, which day to show, which moments are ticked for a poll.

    `tried` tells that something was changed: who must be there then stands in the address.
    """

    wanted: Wanted
    form: SearchForm
    tried: bool
    day: date | None
    ticked: tuple[datetime, ...]


def read_asked(zone: str) -> Asked:
    """Read the address; what cannot be read is left out, or said beside its field."""
    tried = "tried" in request.args
    form = SearchForm(request.args if tried else None)
    wanted = Wanted()
    if tried and form.validate():
        must = frozenset(request.args.getlist("must"))
        wanted = Wanted(form.minutes.data, form.first.data, form.last.data, must)
    return Asked(wanted, form, tried, _day(request.args.get("day", "")), tuple(_ticked(zone)))


def fill(asked: Asked, case: Case) -> None:
    """Let the form show how was looked, where it says nothing itself."""
    if asked.form.errors:
        return
    question = case.question
    asked.form.process(data={"minutes": question.minutes, "first": question.first, "last": question.last})


def values(case: Case, asked: Asked, **changed: Any) -> dict[str, Any]:
    """Give what an address needs to look in the same way, with a few things changed."""
    question = case.question
    return {
        "tried": 1,
        "minutes": question.minutes,
        "first": question.first.isoformat(),
        "last": question.last.isoformat(),
        "must": sorted(one.need.id for one in case.needed if one.asked),
        "slot": [local(starts_at, case) for starts_at in asked.ticked],
        **changed,
    }


def with_help(case: Case, asked: Asked, found: Help) -> dict[str, Any]:
    """Give what an address needs to look with these changes made."""
    question = case.question
    changed: dict[str, Any] = {}
    must = {one.need.id for one in case.needed if one.asked}
    for one in found.changes:
        if one.step is Step.SHORTER:
            changed["minutes"] = question.minutes - HALF_AN_HOUR
        elif one.step is Step.LONGER_PERIOD:
            changed["last"] = (question.last + TWO_WEEKS).isoformat()
        elif one.need is not None:
            must.discard(one.need.id)
    return values(case, asked, **changed, must=sorted(must))


def local(starts_at: datetime, case: Case) -> str:
    """Write a moment as an address has it: 2019-02-14T15:30."""
    return f"{starts_at.astimezone(case.zone):%Y-%m-%dT%H:%M}"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _ticked(zone: str) -> list[datetime]:
    found = set()
    for text in request.args.getlist("slot")[:MOST_TICKED]:
        try:
            at = datetime.strptime(text, "%Y-%m-%dT%H:%M")  # noqa: DTZ007 - civil, placed in its zone below
            found.add(moment(at.date(), at.time(), zone))
        except (ValueError, OverflowError, Invalid):
            continue
    return sorted(found)
