"""What can be done about a thin agenda: cancel, merge, settle in writing or leave it; a person decides."""

from __future__ import annotations

from flask import render_template

from agenda.meetings import queries as meetings
from agenda.meetings.model import ItemKind, Meeting
from agenda.meetings.rules import AHEAD, state_of
from agenda.planner.cadence_rules import is_thin, share
from agenda.planner.cadence_thin import filled_of, thin_meeting
from agenda.reminders import queries, rules
from agenda.reminders.agendas import shares_of
from agenda.reminders.blueprint import pages
from agenda.topics.model import Topic
from agenda.topics.round_rules import IN_WRITING
from agenda.web import here


@pages.get("/meetings/<int:meeting_id>/thin")
def thin_agenda(meeting_id: int) -> str:
    """Show how full an agenda is, and the ways to go on; nothing happens by itself."""
    by, now = here.actor(), here.now()
    with here.read() as session:
        meeting = meetings.meeting_for(session, meeting_id, by)
        by.must("draft_agenda", meeting.body)
        filled, room = filled_of(meeting.items, meeting.minutes)
        below = shares_of(session, {meeting.body_id})[meeting.body_id]
        open_still = state_of(meeting, now) in AHEAD and meeting.agenda_final_at is None
        return render_template(
            "reminders/thin.html",
            meeting=meeting,
            filled=filled,
            room=room,
            percent=share(filled, room),
            below=below,
            is_thin=open_still and is_thin(filled, room, below),
            # Where its topics could go, as the rhythm of its body looks for it.
            found=thin_meeting(session, meeting, now) if by.may("plan", meeting.body) else None,
            in_writing=_in_writing(meeting),
            kind=rules.THIN_AGENDA,
            left=(rules.THIN_AGENDA, "meeting", meeting.id) in queries.switched_off(session),
            may_plan=by.may("plan", meeting.body),
        )


def _in_writing(meeting: Meeting) -> list[Topic]:
    """List the topics on an agenda that could be settled without a meeting."""
    topics = [item.topic for item in meeting.items if item.kind is ItemKind.TOPIC and item.topic is not None]
    return [one for one in topics if one.treatment in IN_WRITING and not one.intensified]
