"""Two thin meetings of which one is enough, for the tests of advice and of accepting."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from agenda.meetings import actions, agenda_actions
from agenda.meetings.model import Meeting
from tests.meetings.agenda_world import planned_meeting, topic
from tests.world import START, World

EARLIER = datetime(2019, 2, 7, 14, 30, tzinfo=UTC)
LATER = datetime(2019, 3, 7, 14, 30, tzinfo=UTC)


def two_thin_meetings(session: Session, world: World, *, confirmed: bool = True) -> tuple[Meeting, Meeting]:
    """Plan two meetings with one topic each: the heat network in February, student housing in March."""
    found = []
    by = world.by(session, "secretary")
    for starts_at, title in ((EARLIER, "Warmterotonde"), (LATER, "Studentenhuisvesting")):
        meeting = planned_meeting(session, world, starts_at=starts_at)
        agenda_actions.add_topic(session, meeting, topic(session, world, title), by, START)
        if confirmed:
            actions.confirm(session, meeting, by, START)
        found.append(meeting)
    session.flush()
    return found[0], found[1]


def topics_of(meeting: Meeting) -> list[str]:
    """Name the topics on an agenda, in their order."""
    return [item.title for item in meeting.items if item.topic_id is not None]
