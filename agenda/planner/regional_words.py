"""How regional days are spoken of on screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from agenda.planner.regional_view import WhyMissed
from agenda.planner.solving.regional_problem import DayAim, WhyOut

Texts = Mapping[str, Any]

AIMS: Mapping[DayAim, Any] = {
    DayAim.LEFT_OUT: _l("As many meetings as possible"),
    DayAim.MISSED: _l("Fewest people who miss a meeting"),
    DayAim.GAPS: _l("Least waiting"),
    DayAim.TRAVEL: _l("Least travel"),
    DayAim.END: _l("Earliest end"),
}
WHYS: Mapping[WhyOut, Any] = {
    WhyOut.NO_COMMON_WINDOW: _l(
        "There is no moment within the hours of the day and of whoever cannot be missed."
    ),
    WhyOut.PERSON_BUSY: _l("At every moment somebody who cannot be missed is taken; at the best one:"),
    WhyOut.NO_ROOM: _l("There is no room free that holds everyone."),
    WhyOut.PREDECESSOR_LEFT_OUT: _l("The meeting that it must come after is not held that day."),
}
MISSED: Mapping[WhyMissed, Any] = {
    WhyMissed.WINDOW: _l("is not there at that hour"),
    WhyMissed.BUSY: _l("has another appointment"),
    WhyMissed.ELSEWHERE: _l("is in another room"),
}
PROBLEMS: Texts = {
    "regional_day_over": _l("Choose a day that is still to come."),
    "regional_hours_impossible": _l("These hours do not exist on that day, or end before they begin."),
    "regional_rooms_missing": _l("Name at least one room."),
    "regional_meetings_missing": _l("Choose at least one meeting."),
    "regional_too_many_meetings": _l("Choose at most %(most)d meetings for one day."),
    "regional_meeting_cannot_move": _l(
        "One of the meetings cannot move any more: it has begun, was cancelled, or its agenda is final."
    ),
    "regional_zones_differ": _l("Choose meetings in one time zone."),
    "regional_order_in_a_ring": _l("Some meetings wait for each other. Let one of them go first."),
    "regional_day_not_reckoned": _l("Let the timetable be made first."),
    "regional_day_outdated": _l("Something changed since the timetable was made. Let it be made again."),
    "regional_day_accepted": _l("This day was accepted. Undo that first."),
    "regional_day_stands": _l("Every meeting stands there already. There is nothing to move."),
    "former_moment_passed": _l(
        "The moment at which one of the meetings was to be held before has passed, so it cannot go back."
    ),
}
