"""A period as a heat map: how many can be there on each day at its best hour."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date
from flask_babel import gettext as _
from flask_babel import ngettext

from agenda.core import words
from agenda.core.clock import local_day
from agenda.dates.choice_words import SHUT, obstacle
from agenda.dates.queries import Choice
from agenda.dates.slots import Day

# From which share of the people on a day gets which shade; everyone is the deepest.
SHADES = ((1.0, 5), (0.95, 4), (0.85, 3), (0.7, 2), (0.0, 1))


@dataclass(frozen=True)
class Cell:
    """One day: what stands in it, what a screen reader hears, and what is asked when it is tapped."""

    number: int
    kinds: Sequence[str]
    text: str = ""
    said: str = ""
    value: str | None = None
    chosen: bool = False


@dataclass(frozen=True)
class Month:
    """One month of weeks."""

    name: str
    weeks: Sequence[tuple[int, Sequence[Cell | None]]]


def months(choice: Choice, chosen: date | None, language: str) -> list[Month]:
    """Lay out the months in which the period lies."""
    cells = {day.day: _cell(choice, day, chosen, language) for day in choice.days}
    first, last = choice.case.question.first, choice.case.question.last
    return [_month(month, cells, language) for month in _firsts(first, last)]


def shade(free: int, people: int) -> int:
    """Give the depth of a shade, 1 to 5, for so many of the people."""
    share = free / people if people else 1
    return next(depth for least, depth in SHADES if share >= least)


def _firsts(first: date, last: date) -> Iterator[date]:
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _month(first: date, cells: Mapping[date, Cell], language: str) -> Month:
    def cell(day: date) -> Cell | None:
        if day.month != first.month:
            return None
        return cells.get(day) or Cell(day.day, ["outside"])

    return Month(
        name=str(format_date(first, "LLLL y", locale=language)),
        weeks=[
            (week[0].isocalendar().week, [cell(day) for day in week])
            for week in Calendar().monthdatescalendar(first.year, first.month)
        ],
    )


def _cell(choice: Choice, day: Day, chosen: date | None, language: str) -> Cell:
    present = choice.case.meeting.starts_at
    now_here = present is not None and local_day(present, choice.case.question.zone) == day.day
    marks = ["present"] if now_here else []
    said = [_("the present date")] if now_here else []
    if day.slot is None:
        return Cell(day.day.day, ["shut", *marks], "", "; ".join([*said, _("no opening hours")]))
    value = day.day.isoformat()
    if day.why in SHUT:
        return Cell(
            day.day.day, ["shut", *marks], "–", "; ".join([*said, day.name]), value, chosen == day.day
        )
    slot = day.slot
    clock = words.clock(slot.starts_at, choice.case.zone, language)
    told = _("of %(people)s can, best at %(clock)s", people=choice.people, clock=clock)
    if day.starts:
        kinds = [f"heat-{shade(slot.free, choice.people)}"]
        told += "; " + ngettext("one start", "%(num)d starts", day.starts)
    else:
        kinds = ["lacking"]
        told += "; " + ", ".join(obstacle(one) for one in slot.in_the_way)
    if slot.avoided:
        kinds.append("avoided")
        said.append(slot.avoided)
    return Cell(
        day.day.day, [*kinds, *marks], str(slot.free), "; ".join([told, *said]), value, chosen == day.day
    )
