"""How searches and their advice are spoken of on screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from agenda.planner.solving.necessity import Need
from agenda.planner.solving.pricing import Breach
from agenda.planner.solving.problem import Aim, Why

Texts = Mapping[str, Any]

AIMS: Mapping[Aim, Any] = {
    Aim.UNTREATED_PRIORITY: _l("Treat all topics"),
    Aim.MEETINGS_HELD: _l("Fewest meetings"),
    Aim.NEW_MEETINGS: _l("Fewest new meetings"),
    Aim.PERSON_MINUTES: _l("Least of people's time"),
    Aim.WAITING: _l("Soonest"),
}
NEEDS: Mapping[Need, Any] = {
    Need.ONLY_HERE: _l("These topics can be treated in no other meeting, for their days and people:"),
    Need.NO_ROOM: _l("Without it there is no room for %(time)s of topics, such as:"),
    Need.TOGETHER: _l("With one meeting less the topics do not fit together: that is proven."),
    Need.UNPROVEN: _l("No plan without it was found in the time there was."),
}
WHYS: Mapping[Why, Any] = {
    Why.NO_MEETING_FITS: _l("No meeting fits: its people or its days."),
    Why.TOO_LONG: _l("It takes longer than any meeting has room."),
    Why.PREDECESSOR_UNTREATED: _l("The topic that comes before it is not treated."),
    Why.NO_ROOM: _l("There is no room left in the meetings it fits."),
}
BREACHES: Mapping[Breach, Any] = {
    Breach.WRONG_BODY: _l("%(topic)s belongs to another body."),
    Breach.PEOPLE_ABSENT: _l("Whoever %(topic)s cannot do without is not there."),
    Breach.TOO_EARLY: _l("%(topic)s can only be treated later."),
    Breach.TOO_LATE: _l("%(topic)s must be treated before that day."),
    Breach.TOO_FULL: _l("The meeting is %(time)s too full."),
    Breach.BEFORE_PREDECESSOR: _l("%(topic)s comes before the topic it follows from."),
    Breach.NOT_APART: _l("%(topic)s meets a topic it must stay apart from."),
}
FAILURES: Texts = {
    "search_failed": _l("The search failed. Ask for it again; if it fails again, tell the administrator."),
    "stopped_before_it_began": _l("The search was stopped before it began."),
}
PROBLEMS: Texts = {
    "bodies_missing": _l("Choose at least one body."),
    "period_impossible": _l("Choose a first and a last day, at most a year apart."),
    "new_date_of_other_body": _l("Choose the body of every new date among the bodies."),
    "new_date_outside_period": _l("A new date lies in the past or outside the period."),
    "search_still_running": _l("The search is still running. Stop it first."),
    "no_topic_stays": _l("Let at least one topic stay where it is."),
    "nothing_to_accept": _l("Choose at least one meeting to cancel."),
    "topic_not_planned_any_more": _l("A topic does not stand on its agenda any more. Search again."),
    "topics_left_behind": _l("These topics would be left behind on the cancelled meeting: %(titles)s."),
    "item_cannot_move": _l("%(title)s cannot move to another meeting."),
    "advice_outdated": _l("Something changed since the search. Search again for advice that holds."),
    "advice_breaks_rules": _l(
        "This part of the advice does not fit without the rest. Accept it wholly, or choose other meetings."
    ),
    "undone_already": _l("This was undone already."),
    "undo_too_late": _l("This can only be undone within a day."),
    "answered_meanwhile": _l(
        "Somebody answered an invitation in between, so this cannot be undone in one step any more."
    ),
    "baseline_frozen_already": _l("The baseline of this body was frozen already."),
    "quarter_not_over": _l("Only a quarter that is over can be the baseline."),
    "nothing_that_quarter": _l("The body had no meetings yet in that quarter."),
    "quarter_unknown": _l("Choose a quarter."),
    "budget_impossible": _l("Choose a number between 0 and %(most)d."),
    "instead_of_itself": _l("A body cannot come in its own place."),
    "no_body_ended_why": _l("Choose the body that ends, or give a reason of at least %(least)d signs."),
    "meeting_has_begun": _l("One of the meetings has begun."),
}
VERBS: Texts = {
    "agenda_ordered": _l("put the agenda in order"),
    "baseline_frozen": _l("froze the baseline"),
    "term_set": _l("set budget and review"),
}
FIELDS: Texts = {
    "quarter": _l("Quarter"),
    "most_meetings": _l("At most so many meetings a quarter"),
    "review_on": _l("Review on"),
    "instead_of": _l("Came in the place of"),
    "why_none_ended": _l("Why no other body ended"),
}
