"""By when colleges and councils must have said whether they ratify what a meeting agreed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from flask import Flask, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload

from agenda.core.actor import Actor
from agenda.decisions.model import Decision, Ratification, RatificationResult
from agenda.decisions.rules import tally
from agenda.meetings.deadlines import Deadline, offer_deadlines
from agenda.meetings.model import Meeting
from agenda.meetings.sight_queries import seen_by


def offer(app: Flask) -> None:
    """Offer the step of ratification on the timeline of a meeting."""
    offer_deadlines(app, deadlines)


def deadlines(session: Session, meetings: Sequence[Meeting], by: Actor, _now: datetime) -> Iterator[Deadline]:
    """Name for each meeting the first day by which a silent organ must speak; done once all spoke.

    Who refused has ended an agreement: the others need not speak about it.
    """
    query = (
        select(Ratification)
        .join(Ratification.decision)
        .join(Decision.meeting)
        .options(
            contains_eager(Ratification.decision).contains_eager(Decision.meeting),
            joinedload(Ratification.organisation),
        )
        .where(
            Decision.meeting_id.in_([meeting.id for meeting in meetings]),
            Decision.superseded_by_id.is_(None),
            Ratification.due_on.is_not(None),
            seen_by(by, Meeting.body_id, Decision.agenda_item_id),
        )
        .order_by(Ratification.id)
    )
    asked: defaultdict[Meeting, defaultdict[Decision, list[Ratification]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for one in session.scalars(query):
        asked[one.decision.meeting][one.decision].append(one)
    for meeting, agreements in asked.items():
        yield _step(meeting, agreements)


def _step(meeting: Meeting, agreements: Mapping[Decision, Sequence[Ratification]]) -> Deadline:
    organs = [one for rows in agreements.values() for one in rows]
    # What one organ refused is not in force, whatever the others say: they are not chased any more.
    waiting = [rows for rows in agreements.values() if not tally(rows).refused]
    silent = [one for rows in waiting for one in rows if one.result is None]
    days = [one.due_on for one in silent or organs if one.due_on is not None]
    return Deadline(
        meeting_id=meeting.id,
        key="ratification",
        text=_told(agreements),
        due=min(days) if silent else max(days),
        url=_address(meeting, agreements),
        done=not silent,
        done_on=None if silent else max((one.said_on for one in organs if one.said_on), default=None),
        who=_names(silent),
    )


def _told(agreements: Mapping[Decision, Sequence[Ratification]]) -> str:
    """Tell how far it is: one agreement by its organs, several by how many of them all organs ratified."""
    counts = [tally(rows) for rows in agreements.values()]
    if len(counts) == 1:
        told = _("Ratified: %(done)d of %(whole)d", done=counts[0].ratified, whole=counts[0].asked)
    else:
        done = sum(one.complete for one in counts)
        told = _("Agreements ratified by all: %(done)d of %(whole)d", done=done, whole=len(counts))
    refusing = [
        one for rows in agreements.values() for one in rows if one.result is RatificationResult.REFUSED
    ]
    if refusing:
        told = _("%(told)s; refused by %(names)s", told=told, names=_names(refusing))
    return str(told)


def _address(meeting: Meeting, agreements: Mapping[Decision, Sequence[Ratification]]) -> str:
    if len(agreements) > 1:
        return url_for("decisions.ratifications_of_body", body_id=meeting.body_id)
    (decision,) = agreements
    return url_for("decisions.show", decision_id=decision.id, _anchor="ratification")


def _names(organs: Sequence[Ratification]) -> str:
    return ", ".join(dict.fromkeys(one.organisation.name for one in organs))
