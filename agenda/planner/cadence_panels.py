"""What the rhythm of a body shows on other pages."""

from __future__ import annotations

from flask import render_template
from sqlalchemy.orm import Session

from agenda.core.actor import Actor
from agenda.people.model import Body
from agenda.planner import burden_queries, cadence_words
from agenda.planner import cadence_queries as queries
from agenda.planner.cadence_pages import next_date
from agenda.planner.cadence_thin import thin_meetings
from agenda.web import here


def cadences_panel(session: Session, by: Actor) -> str | None:
    """Lead to the rhythms, and tell how many meetings are proposed for cancelling, on the planner's page."""
    bodies = burden_queries.bodies_seen_by(session, by)
    running = queries.running_cadences(session, bodies)
    if not running and not by.may("plan"):
        return None
    planned = [body for body in bodies if body.id in running and by.may("plan", body)]
    thin = [one for body in planned for one in thin_meetings(session, body, here.now()) if one.proposed]
    return render_template("planner/cadence_panel.html", number=len(running), thin=thin)


def body_panel(session: Session, body: Body) -> str:
    """Tell in which rhythm a body meets, and lead to its dates."""
    running = queries.running_cadence(session, body.id)
    return render_template(
        "planner/cadence_body_panel.html",
        body=body,
        cadence=running,
        next_date=next_date(running, body, here.now()),
        may_plan=here.actor().may("plan", body),
        words=cadence_words,
    )
