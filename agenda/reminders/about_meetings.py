"""An occasion about a meeting, whatever it is that must be heard of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from agenda.meetings.model import Meeting
from agenda.reminders.rules import Occasion


def about_meeting(
    meeting: Meeting,
    kind: str,
    on: date,
    since: datetime,
    people: Iterable[int],
    path: str = "",
    **facts: object,
) -> Occasion:
    """Give an occasion about a dated meeting: its days are counted from `on`, and it is acted on at `path`.

    path: what follows the address of the meeting's own page. facts: what its line says beside the meeting's
    title, moment and place; a `day` of its own takes the place of that moment.
    """
    return Occasion(
        kind=kind,
        subject_kind="meeting",
        subject_id=meeting.id,
        body_id=meeting.body_id,
        zone=meeting.time_zone,
        day=on,
        since=since,
        people=frozenset(people),
        path=f"/meetings/{meeting.id}{path}",
        facts={"meeting": meeting.title, "day": meeting.starts_at, "place": meeting.venue} | facts,
    )
