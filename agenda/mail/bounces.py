"""Delivery reports: a letter that another server gave back did not arrive, and somebody must know."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core.text import one_line
from agenda.mail.inbox import Outcome
from agenda.mail.model import Incoming, Letter
from agenda.mail.understood import Delivery, Understood
from config import Config


def note_delivery(
    session: Session, config: Config, incoming: Incoming, understood: Understood, now: datetime
) -> Outcome | None:
    """Write down what became of the letter that a report is about; None where this is no report.

    Only the Message-ID of the letter itself says which one it is, and only its own recipient counts: who
    never saw the letter can mark nobody as out of reach (CALENDAR-MAIL rules 25 and 32).
    """
    told = understood.delivery
    if told is None:
        return None
    letter = _letter(session, told)
    if letter is None:
        return Outcome("set_aside", "report_unknown")
    about = None
    if letter.subject_kind is not None and letter.subject_id is not None:
        about = (letter.subject_kind, letter.subject_id)
    words = one_line(told.diagnostic) or "the other mail server gave no reason"
    if letter.recipient in told.failed:
        if letter.fate == "sent":
            # As with a refusal at our own server: invitations.failures tells a secretary.
            letter.fate, letter.settled_at, letter.last_error = "failed", now, words
        return Outcome("handled", "delivery_failed", letter.person_id, letter.body_id, about)
    if letter.fate == "sent":
        letter.last_error = words
    return Outcome("handled", "delivery_delayed", letter.person_id, letter.body_id, about)


def _letter(session: Session, told: Delivery) -> Letter | None:
    if not told.of:
        return None
    found = session.scalars(select(Letter).where(Letter.message_id == told.of)).all()
    return next((one for one in found if one.recipient in {*told.failed, *told.delayed}), None)
