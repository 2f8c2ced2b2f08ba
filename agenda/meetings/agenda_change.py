"""One change to an agenda, from asking permission to the step and the audit entry it leaves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.core.problems import Conflict
from agenda.meetings import agenda_steps as steps
from agenda.meetings.attendance import refresh_attendees
from agenda.meetings.model import AgendaItem, Meeting, MeetingState
from agenda.meetings.rules import state_of
from agenda.topics.model import Topic, TopicGuest

Facts = Mapping[str, Any]


class Change:
    """Holds the agenda of one meeting while it is changed, and knows what it was before.

    Raises NotFound or Forbidden without permission, and Conflict for a meeting that is over and
    done with, for a final agenda unless `on_final` says that this change is one of those which that
    allows, or when the agenda is no longer the one with fingerprint `seen`.
    """

    def __init__(
        self,
        session: Session,
        meeting: Meeting,
        by: Actor,
        now: datetime,
        seen: str | None = None,
        *,
        on_final: bool = False,
    ) -> None:
        by.must("draft_agenda", meeting.body)
        self.session, self.meeting, self.by, self.now = session, meeting, by, now
        hold(session, meeting)
        must_be_changeable(meeting, now)
        if meeting.agenda_final_at is not None and not on_final:
            raise Conflict("agenda_is_final")
        if seen is not None and seen != steps.fingerprint(meeting.items):
            raise Conflict("agenda_changed_meanwhile")
        self.before = steps.snapshot(meeting.items)

    def done(self, verb: str, about: str, before: Facts | None = None, after: Facts | None = None) -> None:
        """Keep the step and write the audit entry; nothing when nothing differs."""
        self.session.flush()
        if steps.snapshot(self.meeting.items) == self.before:
            return
        steps.keep_step(self.session, self.meeting, verb, about, self.before, self.by, self.now)
        self.guests_follow()
        self.record(verb, before, after)
        self.tell_topics()

    def record(self, verb: str, before: Facts | None = None, after: Facts | None = None) -> None:
        """Write the audit entry alone."""
        told = {key: value for key, value in (after or {}).items() if value not in ("", None)}
        audit.record(self.session, self.by, self.now, verb, ("meeting", self.meeting.id), before, told)

    def tell_topics(self) -> None:
        """Let the history of each topic tell that it came on this agenda, or was taken off."""
        was = {row["topic_id"] for row in self.before}
        now = {item.topic_id for item in self.meeting.items}
        for verb, topics in (("planned", now - was), ("taken_off", was - now)):
            for topic_id in sorted(key for key in topics if key is not None):
                self.tell_topic(verb, topic_id)

    def tell_topic(self, verb: str, topic_id: int) -> None:
        """Let the history of one topic tell what this change did to it."""
        about = ("topic", topic_id)
        audit.record(self.session, self.by, self.now, verb, about, after=named(self.meeting))

    def guests_follow(self) -> None:
        """Let the list of attendees hold the guests of the topics that are on the agenda now."""
        # Once invitations have left, a draft moves nobody: guests hear of a final agenda only.
        if self.meeting.confirmed_at is None:
            refresh_attendees(self.session, self.meeting, self.now)


def named(meeting: Meeting) -> dict[str, Any]:
    """Name a meeting in the history of a topic: its title, and its day where it has one."""
    day = local_day(meeting.starts_at, meeting.time_zone) if meeting.starts_at else None
    return {"meeting": meeting.title, "on": day}


def hold(session: Session, meeting: Meeting) -> None:
    """Wait for whoever is changing this meeting, then read it anew with its items.

    The number of queries does not grow with the items.
    """
    session.execute(select(Meeting.id).where(Meeting.id == meeting.id).with_for_update())
    session.scalars(
        select(Meeting)
        .where(Meeting.id == meeting.id)
        .options(
            selectinload(Meeting.attendees),
            selectinload(Meeting.items).options(
                joinedload(AgendaItem.lead),
                joinedload(AgendaItem.turn),
                joinedload(AgendaItem.topic).options(
                    joinedload(Topic.focus_area),
                    selectinload(Topic.guests).joinedload(TopicGuest.person),
                    selectinload(Topic.turns),
                ),
            ),
        )
        .execution_options(populate_existing=True)
    ).one()


def hold_open(session: Session, meeting: Meeting, now: datetime) -> None:
    """Keep a meeting from being closed while something is recorded; Conflict where it is closed already."""
    session.refresh(meeting, ["closed_at", "cancelled_at", "version"], with_for_update=True)
    must_be_changeable(meeting, now)


def must_be_changeable(meeting: Meeting, now: datetime) -> None:
    """Raise Conflict for a meeting that is closed or cancelled."""
    state = state_of(meeting, now)
    if state in (MeetingState.CLOSED, MeetingState.CANCELLED):
        raise Conflict(f"not_possible_when_{state.value}")
