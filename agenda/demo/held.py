"""A meeting held before the demonstration begins: all answered, came as they did, and it was closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from agenda.core.actor import System
from agenda.meetings import attendance, substitutes, table_actions
from agenda.meetings.model import Answer, Meeting
from agenda.meetings.version_keeping import keep_as_it_was
from agenda.people.model import Person
from agenda.topics.model import Topic

# People come in a little before a meeting begins.
EARLY = timedelta(minutes=5)


def close_held(
    session: Session,
    meeting: Meeting,
    starts_at: datetime,
    presence: Sequence[Mapping[str, Any]],
    people: Mapping[str, Person],
    topics: Mapping[str, Topic],
) -> None:
    """Let everyone have answered, note who came as the rows tell it, and close the meeting a day later.

    Without rows nobody noted presence.
    """
    meeting.agenda_final_at = starts_at - timedelta(days=7)
    for attendee in meeting.attendees:
        attendee.answer = Answer.ACCEPTED
        attendee.answered_at = meeting.created_at + timedelta(days=2)
        attendee.answered_revision = meeting.revision
    session.flush()
    if presence:
        _note_presence(session, meeting, starts_at, presence, people, topics)
    meeting.closed_at = starts_at + timedelta(minutes=meeting.minutes, days=1)
    session.flush()
    keep_as_it_was(session, meeting)
    for item in meeting.items:
        if item.turn is not None:
            item.turn.concluded_at = meeting.closed_at


def _note_presence(
    session: Session,
    meeting: Meeting,
    begun: datetime,
    rows: Sequence[Mapping[str, Any]],
    people: Mapping[str, Person],
    topics: Mapping[str, Topic],
) -> None:
    by = System()
    known = {people[row["person"]].id: row for row in rows}
    invited = {attendee.person_id: attendee for attendee in meeting.attendees}
    for person_id, row in known.items():
        attendee = invited[person_id]
        if "substitute" in row:
            stand_in, at = people[row["substitute"]], row["declined_at"]
            chosen = substitutes.name_substitute(session, attendee, stand_in.id, by, at)
            attendance.answer(session, chosen, Answer.ACCEPTED, "", at)
        elif "declined_at" in row:
            attendance.answer(session, attendee, Answer.DECLINED, row["remark"], row["declined_at"])
    coming = [attendee for attendee in meeting.people if attendee.answer is Answer.ACCEPTED]
    arrivals = {one.id: known.get(one.person_id, {}).get("arrived_at", begun - EARLY) for one in coming}
    for attendee in sorted(coming, key=lambda one: (arrivals[one.id], one.id)):
        table_actions.arrive(session, attendee, by, arrivals[attendee.id])
    for person_id, row in known.items():
        if "keeps_out_of" in row:
            topic = topics[row["keeps_out_of"]]
            item = next(item for item in meeting.items if item.topic is topic)
            table_actions.recuse(session, item, invited[person_id], row["remark"], by, begun)
        if "left_at" in row:
            table_actions.leave(session, invited[person_id], by, row["left_at"])
