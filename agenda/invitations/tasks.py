"""What needs a secretary now about letters: those that could not be delivered, and what came in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.invitations.tray_queries import waiting
from agenda.mail.queries import failed_since
from agenda.mail.rules import State
from agenda.meetings.model import Answer, Attendee, AttendeeRole, Meeting
from agenda.web.panels import Task

# After that it was seen, or it helps nobody any more.
FRESH = timedelta(days=7)


def failed_letters(session: Session, by: Actor, now: datetime) -> Iterator[Task]:
    """Name the letters of the last days that could not be delivered, to who may see them."""
    bodies = by.bodies("see_letters")
    if bodies == frozenset():
        return
    failed = [
        letter
        for letter in failed_since(session, now - FRESH)
        if letter.fate == State.FAILED and (bodies is None or letter.body_id in bodies)
    ]
    if failed:
        yield Task(
            text=ngettext(
                "One letter could not be delivered", "%(num)d letters could not be delivered", len(failed)
            ),
            url=url_for("mail.index", state=State.FAILED.value),
            tone="neg",
            detail=_("To: %(names)s", names=", ".join(sorted({letter.recipient_name for letter in failed}))),
        )


def incoming_messages(session: Session, by: Actor, now: datetime) -> Iterator[Task]:
    """Name how many messages wait for a decision, to who may take it."""
    number = waiting(session, by) if by.may("invite") else 0
    if number:
        yield Task(
            text=ngettext("One message waits for you", "%(num)d messages wait for you", number),
            url=url_for("inbox.index"),
            tone="warn",
        )


def refused_halls(session: Session, by: Actor, now: datetime) -> Iterator[Task]:
    """Name the meetings ahead whose hall refused, to who plans them."""
    query = (
        select(Attendee)
        .join(Attendee.meeting)
        .where(
            Attendee.role == AttendeeRole.ROOM,
            Attendee.removed_at.is_(None),
            Attendee.answer == Answer.DECLINED,
            Attendee.answered_revision == Meeting.revision,
            Meeting.body_id.in_(by.bodies("plan") or ()),
            Meeting.cancelled_at.is_(None),
            Meeting.starts_at > now,
        )
        .options(contains_eager(Attendee.meeting))
    )
    for hall in session.scalars(query):
        meeting = hall.meeting
        yield Task(
            text=_("The hall is not available: %(meeting)s", meeting=meeting.title),
            url=url_for("meetings.show", meeting_id=meeting.id),
            tone="neg",
            due=local_day(meeting.starts_at, meeting.time_zone) if meeting.starts_at else None,
            happens=True,
        )
