"""What a poll shows on the start page and on its meeting's page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core import words as spoken
from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.dates import poll_queries as queries
from agenda.dates import poll_words as words
from agenda.dates.model import DatePoll, Voter
from agenda.dates.poll_actions import ending_of
from agenda.dates.poll_grid import grid_of
from agenda.dates.poll_letters import vote_path
from agenda.meetings.model import Meeting
from agenda.web import here
from agenda.web.language import language
from agenda.web.panels import Task


def vote_panel(session: Session, meeting: Meeting) -> str | None:
    """Lead someone who is asked to their own page of the poll."""
    voter = queries.voter_of(session, meeting.id, here.actor().person_id)
    if voter is None or ending_of(voter.poll, here.now()) is not None:
        return None
    moments = [slot for slot in voter.poll.slots if slot.dropped_at is None]
    left = len(queries.unanswered(voter, here.now()))
    return render_template(
        "dates/vote_panel.html", poll=voter.poll, moments=len(moments), left=left, address=_vote_page(voter)
    )


def poll_panel(session: Session, meeting: Meeting) -> str | None:
    """Tell the secretary how the last poll of a meeting stands."""
    if not here.actor().may("plan", meeting.body):
        return None
    poll = queries.latest_poll(session, meeting.id)
    if poll is None:
        return None
    return render_template(
        "dates/poll_panel.html",
        meeting=meeting,
        poll=poll,
        grid=grid_of(session, poll, here.now()),
        words=words,
    )


def tasks(session: Session, by: Actor, now: datetime) -> Iterator[Task]:
    """Name the polls that wait for someone's answers, and for a secretary those that wait for a choice."""
    for voter in queries.asked_of(session, by.person_id, now):
        zone, poll = voter.poll.meeting.time_zone, voter.poll
        number = len([slot for slot in poll.slots if slot.dropped_at is None])
        until = spoken.date_only(poll.deadline, ZoneInfo(zone), language())
        yield Task(
            text=ngettext(
                "Date poll: one moment, answer before %(until)s",
                "Date poll: %(num)d moments, answer before %(until)s",
                number,
                until=until,
            ),
            url=_vote_page(voter),
            tone="warn",
            due=local_day(poll.deadline, zone),
            detail=poll.meeting.title,
        )
    yield from _to_choose(session, by, now)


def _to_choose(session: Session, by: Actor, now: datetime) -> Iterator[Task]:
    bodies = by.bodies("plan")
    query = (
        select(DatePoll)
        .join(Meeting, DatePoll.meeting_id == Meeting.id)
        .where(DatePoll.closed_at.is_(None), DatePoll.deadline <= now)
        .order_by(DatePoll.deadline)
    )
    if bodies is not None:
        query = query.where(Meeting.body_id.in_(bodies))
    for poll in session.scalars(query):
        if ending_of(poll, now) is None:
            yield Task(
                text=_("Choose a moment: %(title)s", title=poll.meeting.title),
                url=url_for("dates.poll", meeting_id=poll.meeting_id),
                tone="warn",
                due=local_day(poll.deadline, poll.meeting.time_zone),
                detail=_("The time to answer the poll is over."),
            )


def _vote_page(voter: Voter) -> str:
    """Give the page on which this voter answers; only ever shown to themselves."""
    return vote_path(here.runtime().config, voter.id, voter.serial)
