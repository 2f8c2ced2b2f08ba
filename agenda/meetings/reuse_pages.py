"""Beside a draft agenda: what earlier meetings left unfinished, to take over in one step."""

from __future__ import annotations

from flask import Flask, render_template, request
from sqlalchemy.orm import Session

from agenda.meetings import reuse_actions, version_words
from agenda.meetings.agenda_pages import Answered, change_agenda, seen_agenda
from agenda.meetings.agenda_steps import fingerprint
from agenda.meetings.blueprint import pages
from agenda.meetings.model import Meeting
from agenda.meetings.reuse_queries import unfinished
from agenda.web import here
from agenda.web.forms import key
from agenda.web.panels import offer_panel


def offer(app: Flask) -> None:
    """Offer the panel beside a draft agenda."""
    offer_panel(app, "agenda_beside", _unfinished_panel, order=10)


@pages.post("/meetings/<int:meeting_id>/agenda/unfinished")
def carry_over(meeting_id: int) -> Answered:
    """Take over the chosen items of earlier meetings."""
    chosen = set(request.form.getlist("item", type=key))
    return change_agenda(
        meeting_id,
        lambda session, meeting: reuse_actions.carry_over(
            session, meeting, chosen, here.actor(), here.now(), seen_agenda()
        ),
    )


def _unfinished_panel(session: Session, meeting: Meeting) -> str | None:
    found = unfinished(session, meeting, here.actor(), here.now())
    if not found:
        return None
    return render_template(
        "meetings/panel_unfinished.html",
        meeting=meeting,
        seen=fingerprint(meeting.items),
        free=[one for one in found if one.free],
        waiting=[one for one in found if not one.free],
        deferral=version_words.deferral,
    )
