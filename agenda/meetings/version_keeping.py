"""Keeping each agenda that people are told of: one version for every final agenda and every change after."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.meetings.agenda_numbers import numbers_in_order
from agenda.meetings.attendance import refresh_attendees
from agenda.meetings.model import Meeting
from agenda.meetings.version_facts import facts_of
from agenda.meetings.version_model import AgendaVersion

# An agenda is a Dutch paper, whatever the language of the screen it was made on.
MADE_FINAL_ANEW = "Opnieuw definitief gemaakt"
PARTICULARS_CHANGED = "Tijd of plaats gewijzigd"


def keep_first(session: Session, meeting: Meeting, by: Actor, now: datetime) -> None:
    """Number the items and keep the agenda that was made final just now; everyone hears of it."""
    _number(meeting)
    version = _keep(session, meeting, by.name, now, MADE_FINAL_ANEW if newest_of(session, meeting) else "")
    _tell(session, meeting, now)
    after = {"agenda_version": version.number}
    audit.record(session, by, now, "agenda_final", ("meeting", meeting.id), after=after)


def keep_change(
    session: Session, meeting: Meeting, why: str, by: Actor, now: datetime, consent: str = ""
) -> AgendaVersion | None:
    """Keep a final agenda as it became, with why and who as chair agreed; everyone hears of it.

    None while the agenda is a draft: of that nobody was told. Whoever changes what is printed of a final
    agenda, such as its papers, calls this in the same transaction.
    """
    if meeting.agenda_final_at is None:
        return None
    if newest_of(session, meeting) is None:
        _number(meeting)
    session.flush()
    version = _keep(session, meeting, by.name, now, why, consent)
    _tell(session, meeting, now)
    after = {"agenda_version": version.number, "change_reason": why, "consent": consent or None}
    audit.record(session, by, now, "agenda_changed", ("meeting", meeting.id), after=after)
    return version


def keep_as_it_was(session: Session, meeting: Meeting) -> None:
    """Number and keep a final agenda that was made before versions were kept; nothing for any other."""
    if meeting.agenda_final_at is None or newest_of(session, meeting) is not None:
        return
    _number(meeting)
    _keep(session, meeting, "", meeting.agenda_final_at, "")


def newest_of(session: Session, meeting: Meeting) -> AgendaVersion | None:
    """Give the version that holds now; None while there was never a final agenda."""
    query = select(AgendaVersion).where(AgendaVersion.meeting_id == meeting.id)
    return session.scalars(query.order_by(AgendaVersion.number.desc()).limit(1)).first()


def _number(meeting: Meeting) -> None:
    for item, number in zip(meeting.items, numbers_in_order(len(meeting.items)), strict=True):
        item.number = number


def _keep(
    session: Session, meeting: Meeting, made_by: str, now: datetime, why: str, consent: str = ""
) -> AgendaVersion:
    last = newest_of(session, meeting)
    version = AgendaVersion(
        meeting_id=meeting.id,
        number=last.number + 1 if last else 1,
        made_at=now,
        made_by=made_by,
        why=why,
        consent=consent,
        facts=facts_of(session, meeting),
    )
    session.add(version)
    session.flush()
    return version


def _tell(session: Session, meeting: Meeting, now: datetime) -> None:
    """Let everyone hear: letters are derived from the agenda, and guests come for what stands on it now."""
    meeting.agenda_revision += 1
    refresh_attendees(session, meeting, now)
