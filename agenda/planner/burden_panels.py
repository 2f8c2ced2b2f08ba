"""What the burden shows on other pages, and which bodies are up for review."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from flask import render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.meetings.rules import quarter_of
from agenda.people.model import Body
from agenda.planner import burden_queries as queries
from agenda.planner.burden_facts import facts_of
from agenda.planner.burden_rules import reckon
from agenda.web import here
from agenda.web.panels import Task

# So long before a review the secretary sees it coming.
REVIEW_AHEAD = timedelta(days=30)


def burden_panel(session: Session, by: Actor) -> str | None:
    """Show what this quarter costs, on the planner's page."""
    bodies = queries.bodies_seen_by(session, by)
    if not bodies:
        return None
    quarter = quarter_of(local_day(here.now(), bodies[0].time_zone))
    facts = facts_of(session, bodies, quarter.first_day, quarter.last_day, here.now())
    return render_template("planner/burden_panel.html", total=reckon(facts.held, facts.settled))


def body_panel(session: Session, body: Body) -> str:
    """Lead from a body to what it costs."""
    quarter = quarter_of(local_day(here.now(), body.time_zone))
    return render_template(
        "planner/burden_body_panel.html", body=body, budget=queries.budget_left(session, body, quarter)
    )


def review_tasks(session: Session, by: Actor, now: datetime) -> Iterator[Task]:
    """Name the bodies about whose going on must be decided soon."""
    bodies = by.bodies("plan")
    if bodies == frozenset():
        return
    today = local_day(now, here.runtime().config.time_zone)
    for body, term in queries.due_for_review(session, bodies, today, today + REVIEW_AHEAD):
        yield Task(
            text=_("Does %(body)s go on?", body=body.name),
            url=url_for("planner.body_burden", body_id=body.id),
            tone="warn",
            due=queries.first_day(body, term),
            detail=_("Look at what it costs and brings, and end, merge or extend it."),
        )
