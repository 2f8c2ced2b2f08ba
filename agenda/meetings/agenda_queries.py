"""What the agenda editor shows, in a number of queries that does not grow with the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from agenda.core.actor import Actor
from agenda.core.problems import NotFound
from agenda.meetings import agenda_backlog, agenda_steps
from agenda.meetings.agenda_backlog import Hint
from agenda.meetings.agenda_moves import is_at_table
from agenda.meetings.agenda_ready import Unready, ready_check
from agenda.meetings.candidates import Why
from agenda.meetings.deferrals import Deferral, deferrals_of
from agenda.meetings.model import AgendaItem, AgendaStep, Attendee, Meeting, MeetingState
from agenda.meetings.rules import state_of
from agenda.meetings.sight import Sight, sight_of
from agenda.meetings.timing import Slot, Total, timetable, total
from agenda.meetings.version_keeping import newest_of
from agenda.meetings.version_model import AgendaVersion
from agenda.topics.model import Topic, TopicGuest

SHOWN_AT_ONCE = 10


@dataclass(frozen=True)
class AgendaPage:
    """One agenda with everything beside it; `hints` is empty for who may only look."""

    meeting: Meeting
    slots: Sequence[Slot[AgendaItem]]
    total: Total
    seen: str
    may_change: bool
    is_open: bool
    unready: Sequence[Unready]
    last_step: AgendaStep | None
    hints: Sequence[Hint]
    # What this reader may see of the items.
    sight: Sight
    # The version that holds, and when each deferred item was deferred.
    newest: AgendaVersion | None
    deferred: Mapping[int, Deferral]
    # Whether the order of a final agenda can be changed: on the day itself.
    at_table: bool

    @property
    def may_order(self) -> bool:
        """Whether rows can be moved."""
        return self.is_open or self.at_table

    @property
    def may_reopen(self) -> bool:
        """Whether a final agenda can be a draft again: until the invitations have left."""
        return self.may_change and not self.is_open and self.meeting.confirmed_at is None

    @property
    def left_out(self) -> Mapping[Why, Sequence[Hint]]:
        """Group the topics that do not fit by the reason."""
        groups: dict[Why, list[Hint]] = {why: [] for why in Why}
        for hint in self.hints:
            if hint.why is not None:
                groups[hint.why].append(hint)
        return {why: found for why, found in groups.items() if found}

    @property
    def told(self) -> int:
        """Count who gets the agenda once it is final; 0 while no invitations have left."""
        if self.meeting.confirmed_at is None:
            return 0
        return len(self.meeting.people)

    def to_add(self, wanted: str) -> tuple[Sequence[Hint], int]:
        """Give the first topics to add whose title holds these words, and how many more there are."""
        parts = wanted.casefold().split()
        found = [
            hint
            for hint in self.hints
            if hint.why is not Why.PLANNED_ELSEWHERE
            and all(part in hint.topic.title.casefold() for part in parts)
        ]
        return found[:SHOWN_AT_ONCE], max(0, len(found) - SHOWN_AT_ONCE)


def agenda_of(session: Session, meeting_id: int, by: Actor, now: datetime) -> AgendaPage:
    """Give one agenda with all that its page shows; NotFound when it is not theirs to see."""
    meeting = meeting_with_agenda(session, meeting_id, by)
    over = state_of(meeting, now) in (MeetingState.CLOSED, MeetingState.CANCELLED)
    may_change = by.may("draft_agenda", meeting.body) and not over
    is_open = may_change and meeting.agenda_final_at is None
    at_table = may_change and not is_open and is_at_table(meeting, now)
    last_step = agenda_steps.last_step(session, meeting) if is_open or at_table else None
    if last_step is not None and not is_open and last_step.verb != agenda_steps.AT_TABLE:
        last_step = None
    return AgendaPage(
        meeting=meeting,
        slots=timetable(meeting.starts_at, meeting.minutes, meeting.items),
        total=total(meeting.minutes, meeting.items),
        seen=agenda_steps.fingerprint(meeting.items),
        may_change=may_change,
        is_open=is_open,
        unready=ready_check(meeting),
        last_step=last_step,
        hints=agenda_backlog.hints(session, meeting, now) if is_open else (),
        sight=sight_of(meeting, by),
        newest=newest_of(session, meeting),
        deferred=deferrals_of(session, meeting.items),
        at_table=at_table,
    )


def meeting_with_agenda(session: Session, meeting_id: int, by: Actor) -> Meeting:
    """Give one meeting with its agenda and attendees; NotFound when it is not theirs to see."""
    meeting = session.scalars(
        select(Meeting)
        .where(Meeting.id == meeting_id)
        .options(
            joinedload(Meeting.body),
            selectinload(Meeting.attendees).joinedload(Attendee.person),
            selectinload(Meeting.items).options(
                joinedload(AgendaItem.lead),
                joinedload(AgendaItem.topic).options(
                    joinedload(Topic.focus_area),
                    selectinload(Topic.guests).joinedload(TopicGuest.person),
                ),
            ),
        )
    ).one_or_none()
    if meeting is None:
        raise NotFound("not_found")
    by.must("see", meeting.body)
    return meeting


def item_of(meeting: Meeting, item_id: int) -> AgendaItem:
    """Give one item of this agenda; NotFound when it is not on it (any more)."""
    item = next((item for item in meeting.items if item.id == item_id), None)
    if item is None:
        raise NotFound("not_found")
    return item


def people_to_lead(meeting: Meeting, item: AgendaItem) -> list[tuple[int, str]]:
    """List who can lead an item: those who are invited, and who leads it now."""
    people = {a.person_id: a.person.name for a in meeting.people}
    if item.lead is not None:
        people.setdefault(item.lead.id, item.lead.name)
    return sorted(people.items(), key=lambda pair: pair[1])
