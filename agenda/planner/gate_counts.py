"""How many meetings were newly planned, and on what grounds: by body and quarter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core.clock import at_local, local_day
from agenda.meetings.model import Meeting
from agenda.meetings.planning_reason import Ground, PlanningReason
from agenda.meetings.rules import Quarter, quarter_of
from agenda.people.model import Body

DAY = timedelta(days=1)
Place = tuple[int, Quarter]


@dataclass(frozen=True)
class NewMeetings:
    """How often which ground was given for meetings of a body that were planned in a quarter.

    None stands for meetings that were planned without being asked why.
    """

    counted: Mapping[Place, Counter[Ground | None]]

    def of(self, body_ids: Collection[int], quarter: Quarter) -> Counter[Ground | None]:
        """Count by ground for these bodies together, in one quarter."""
        found: Counter[Ground | None] = Counter()
        for body_id in body_ids:
            found.update(self.counted.get((body_id, quarter), {}))
        return found


def new_meetings(session: Session, bodies: Sequence[Body], first: Quarter, last: Quarter) -> NewMeetings:
    """Count what was planned from one quarter to another, cancelled meetings too, by the body's own days."""
    zones = {body.id: body.time_zone for body in bodies}
    query = (
        select(Meeting.body_id, Meeting.created_at, PlanningReason.ground)
        .outerjoin(PlanningReason, PlanningReason.meeting_id == Meeting.id)
        # The edges are those of each body's own days: a day more is read on both sides.
        .where(
            Meeting.body_id.in_(zones),
            Meeting.created_at >= at_local(first.first_day - DAY, time(), "UTC"),
            Meeting.created_at < at_local(last.last_day + 2 * DAY, time(), "UTC"),
        )
    )
    counted: dict[Place, Counter[Ground | None]] = {}
    for body_id, created_at, ground in session.execute(query):
        quarter = quarter_of(local_day(created_at, zones[body_id]))
        counted.setdefault((body_id, quarter), Counter())[ground] += 1
    return NewMeetings(counted)
