"""What regional days show on the planner's own page."""

from __future__ import annotations

from flask import render_template
from sqlalchemy.orm import Session

from agenda.core.actor import Actor
from agenda.planner.regional_queries import days_of

SHOWN = 3


def regional_panel(session: Session, by: Actor) -> str | None:
    """Lead a secretary to laying out a regional day, and to the last ones."""
    if not by.may("plan"):
        return None
    return render_template("planner/regional_panel.html", days=days_of(session, by)[:SHOWN])
