"""The necessity gate: what whoever plans a meeting sees first, and how often going on was argued."""

from __future__ import annotations

from flask import render_template
from sqlalchemy.orm import Session

from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.meetings.meeting_to_be import MeetingToBe
from agenda.meetings.rules import quarter_of
from agenda.meetings.words import GROUNDS
from agenda.meetings.words import quarter as quarter_name
from agenda.planner import burden_queries
from agenda.planner.gate_counts import new_meetings
from agenda.topics.round_queries import could_go_in_writing
from agenda.web import here

SHOWN = 6


def planning_panel(session: Session, wanted: MeetingToBe) -> str:
    """Show what could make another meeting of this body unneeded, and what it would cost."""
    body = wanted.body
    today = local_day(here.now(), body.time_zone)
    quarters = [quarter_of(today), quarter_of(today).next]
    by = here.actor()
    written = could_go_in_writing(session, body, by) if by.may("run_rounds", body) else []
    return render_template(
        "planner/gate.html",
        body=body,
        written=written[:SHOWN],
        more=max(0, len(written) - SHOWN),
        cost=burden_queries.cost_of(session, body, body.usual_minutes, today),
        quarter_name=quarter_name,
        budgets=[(quarter, burden_queries.budget_left(session, body, quarter)) for quarter in quarters],
    )


def cost_panel(session: Session, wanted: MeetingToBe) -> str | None:
    """Tell beside the length that is typed what the meeting would cost."""
    if wanted.minutes is None:
        return None
    today = local_day(here.now(), wanted.body.time_zone)
    cost = burden_queries.cost_of(session, wanted.body, wanted.minutes, today)
    return render_template("planner/gate_cost.html", cost=cost)


def reasons_panel(session: Session, by: Actor) -> str | None:
    """Count the grounds on which meetings were planned this quarter, on the planner's page."""
    bodies = burden_queries.bodies_seen_by(session, by)
    if not bodies:
        return None
    quarter = quarter_of(local_day(here.now(), bodies[0].time_zone))
    counted = new_meetings(session, bodies, quarter, quarter).of([body.id for body in bodies], quarter)
    return render_template("planner/gate_reasons.html", counted=counted.most_common(), grounds=GROUNDS)
