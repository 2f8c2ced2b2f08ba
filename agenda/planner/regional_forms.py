"""The forms of a regional day: the day with its rooms and meetings, and what is said of single people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    Field,
    SelectField,
    SelectMultipleField,
    StringField,
    TimeField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from agenda.planner.regional_actions import DayFacts
from agenda.planner.regional_model import RegionalDay
from agenda.web.forms import (
    LONGEST_LINE,
    Form,
    IntegerField,
    number_or_none,
    options,
    plausible_day,
    row_number,
    tidy_line,
)

MOST_ROOMS = 6
MOST_SEATS = 2_000
LONGEST_CHANGE_OVER = 60
OPENS, CLOSES = time(9), time(17, 30)
PAUSE = (time(12, 30), time(13, 15))
CHANGE_OVER = 15
ENDS_FIRST = _l("These hours end before they begin.")


class DayForm(Form):
    """The day, the place with its rooms, the hours, and which meetings."""

    day = DateField(_l("Day"), validators=[InputRequired(_l("Enter the day.")), plausible_day])
    host_id = SelectField(_l("Host"), coerce=number_or_none, validators=[InputRequired(_l("Choose one."))])
    place = StringField(
        _l("Place"),
        filters=[tidy_line],
        validators=[DataRequired(_l("Enter the place.")), Length(max=LONGEST_LINE)],
        render_kw={"maxlength": LONGEST_LINE},
    )
    opens = TimeField(_l("From"), validators=[InputRequired(_l("Enter the hour."))])
    closes = TimeField(_l("Until"), validators=[InputRequired(_l("Enter the hour."))])
    pause_begins = TimeField(_l("Break from"), validators=[Optional()])
    pause_ends = TimeField(_l("Break until"), validators=[Optional()])
    change_over = IntegerField(
        _l("Minutes between two meetings"),
        validators=[
            InputRequired(_l("Fill this in.")),
            NumberRange(0, LONGEST_CHANGE_OVER, _l("Fill in a whole number from %(min)s to %(max)s.")),
        ],
    )
    meetings = SelectMultipleField(
        _l("Meetings"),
        coerce=row_number,
        validators=[InputRequired(_l("Choose at least one meeting."))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def offer(self, hosts: Iterable[tuple[int, str]], meetings: Iterable[tuple[int, str]]) -> None:
        """Offer the places and the meetings; the hours are the usual ones until others are filled in."""
        self.host_id.choices = options(hosts)
        self.meetings.choices = options(meetings)

    def fill_usual(self) -> None:
        """Begin with what is usual."""
        self.opens.data, self.closes.data = OPENS, CLOSES
        self.pause_begins.data, self.pause_ends.data = PAUSE
        self.change_over.data = CHANGE_OVER

    def fill(self, day: RegionalDay) -> None:
        """Show a day as it was laid out."""
        self.version.data = str(day.version)
        for name in ("day", "host_id", "place", "opens", "closes", "change_over"):
            self[name].data = getattr(day, name)
        self.pause_begins.data, self.pause_ends.data = day.pause_begins, day.pause_ends
        self.meetings.data = [int(number) for number in day.meetings]
        for (room, seats), (called, holds) in zip(self.rooms(), day.rooms, strict=False):
            room.data, seats.data = called, holds

    def rooms(self) -> list[tuple[Field, Field]]:
        """Give for each room the fields of its name and its seats."""
        return [(self[f"room{number}"], self[f"seats{number}"]) for number in range(MOST_ROOMS)]

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse half a break, hours that end before they begin, and a day without rooms."""
        good: bool = super().validate(extra_validators)
        if (self.pause_begins.data is None) != (self.pause_ends.data is None):
            self.pause_ends.errors = [*self.pause_ends.errors, _("Fill in both hours, or neither.")]
        for begins, ends in ((self.opens, self.closes), (self.pause_begins, self.pause_ends)):
            if begins.data is not None and ends.data is not None and ends.data <= begins.data:
                ends.errors = [*ends.errors, ENDS_FIRST]
            good = good and not ends.errors
        first = self.rooms()[0][0]
        names = [room.data for room, _seats in self.rooms() if room.data]
        if not names:
            first.errors = [*first.errors, _("Name at least one room.")]
        elif len(set(names)) < len(names):
            first.errors = [*first.errors, _("Give each room another name.")]
        return good and not first.errors

    def facts(self) -> DayFacts:
        """Give what was filled in, once it is valid."""
        said = self.data
        return DayFacts(
            day=said["day"],
            host_id=said["host_id"],
            place=said["place"],
            rooms=[(room.data, seats.data) for room, seats in self.rooms() if room.data],
            opens=said["opens"],
            closes=said["closes"],
            pause_begins=said["pause_begins"],
            pause_ends=said["pause_ends"],
            change_over=said["change_over"],
            meetings=said["meetings"] or [],
        )


for _number in range(MOST_ROOMS):
    setattr(
        DayForm,
        f"room{_number}",
        StringField(
            _l("Room"),
            filters=[tidy_line],
            validators=[Length(max=LONGEST_LINE)],
            render_kw={"maxlength": LONGEST_LINE},
        ),
    )
    setattr(
        DayForm,
        f"seats{_number}",
        IntegerField(
            _l("Seats"),
            validators=[
                Optional(),
                NumberRange(1, MOST_SEATS, _l("Fill in a whole number from %(min)s to %(max)s.")),
            ],
        ),
    )


class WishesForm(Form):
    """What is said of single meetings and people; the fields are made for those of one day."""

    numbers: tuple[Sequence[str], Sequence[str]] = ((), ())

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse hours that end before they begin."""
        good: bool = super().validate(extra_validators)
        for person in self.numbers[1]:
            begins, ends = self[f"begins_{person}"], self[f"ends_{person}"]
            if begins.data is not None and ends.data is not None and ends.data <= begins.data:
                ends.errors = [*ends.errors, ENDS_FIRST]
                good = False
        return good

    def fill(self, day: RegionalDay) -> None:
        """Show what was said before."""
        self.version.data = str(day.version)
        for meeting in self.numbers[0]:
            said = day.meetings.get(meeting, {})
            self[f"fixed_{meeting}"].data = _hour(said.get("fixed"))
            self[f"after_{meeting}"].data = said.get("after")
        for person in self.numbers[1]:
            said = day.people.get(person, {})
            self[f"begins_{person}"].data = _hour(said.get("begins"))
            self[f"ends_{person}"].data = _hour(said.get("ends"))
            self[f"may_miss_{person}"].data = bool(said.get("may_miss"))
            self[f"comes_anyway_{person}"].data = bool(said.get("comes_anyway"))

    def of_meetings(self) -> dict[str, dict[str, Any]]:
        """Give what is said of each meeting."""
        return {one: self._said(one, ("fixed", "after")) for one in self.numbers[0]}

    def of_people(self) -> dict[str, dict[str, Any]]:
        """Give what is said of each person."""
        names = ("begins", "ends", "may_miss", "comes_anyway")
        return {one: self._said(one, names) for one in self.numbers[1]}

    def _said(self, number: str, names: Iterable[str]) -> dict[str, Any]:
        found = {name: self[f"{name}_{number}"].data for name in names}
        return {
            name: f"{value:%H:%M}" if isinstance(value, time) else value
            for name, value in found.items()
            if value not in (None, False)
        }


def wishes_form(meetings: Mapping[str, str], people: Iterable[str]) -> WishesForm:
    """Make the form for these meetings, by number with their titles, and these people."""
    fields: dict[str, Any] = {"numbers": (tuple(meetings), tuple(people))}
    for number in meetings:
        others = [("", _("Any order")), *((one, name) for one, name in meetings.items() if one != number)]
        fields[f"fixed_{number}"] = TimeField(_l("Begins at"), validators=[Optional()])
        fields[f"after_{number}"] = SelectField(
            _l("Only after"), coerce=number_or_none, choices=options(others), validators=[Optional()]
        )
    for number in fields["numbers"][1]:
        fields[f"begins_{number}"] = TimeField(_l("From"), validators=[Optional()])
        fields[f"ends_{number}"] = TimeField(_l("Until"), validators=[Optional()])
        fields[f"may_miss_{number}"] = BooleanField(_l("Can be missed"))
        fields[f"comes_anyway_{number}"] = BooleanField(_l("Is there anyway"))
    return type("WishesOfDay", (WishesForm,), fields)()  # type: ignore[no-any-return]


def _hour(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None
