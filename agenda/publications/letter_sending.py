"""Sending the letters to all councils at one moment: by mail, or marked as sent in another way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.clock import at_local, local_day
from agenda.core.problems import Changed, Conflict, Invalid
from agenda.decisions.model import Commitment
from agenda.decisions.promise_actions import keep
from agenda.mail.actions import Outgoing, post
from agenda.mail.compose import Attachment, Mailbox, UnsafeLetter, render_letter
from agenda.meetings.after_closing import outcomes_leave
from agenda.publications.letter_actions import must_be_open
from agenda.publications.letter_facts import head_of, kept_head, letterhead_of
from agenda.publications.letter_model import CouncilLetter, LetterCopy, LetterState, Way
from agenda.publications.letter_pdfs import ask_for_pdfs, files_of
from agenda.publications.letter_printing import Printed, file_name, printed_letter
from config import Config

KIND = "council_letter"
NOON = time(12)
COUNCIL = {"nl": "Griffie {name}", "en": "Council clerk of {name}"}


def mailbox_of(session: Session, copy: LetterCopy) -> str:
    """Give the mailbox of the council clerk of a copy; "" while nobody set it."""
    head = letterhead_of(session, copy.organisation_id)
    return head.council_mailbox if head is not None else ""


def must_be_sendable(session: Session, letter: CouncilLetter, by: Actor) -> None:
    """Raise unless the letter is agreed, all of it is open, and this person may send it."""
    by.must("record", letter.body)
    if letter.state is not LetterState.AGREED:
        raise Conflict(f"council_letter_{letter.state.value}")
    must_be_open(session, letter)


def send(
    session: Session,
    config: Config,
    letter: CouncilLetter,
    kept: Sequence[int],
    version: int | None,
    by: Actor,
    now: datetime,
) -> None:
    """Queue the letter to the council clerk of every municipality, at one moment, once.

    Conflict while a PDF is not made as its copy reads now, or a mailbox is missing. `kept` are the promises
    that are kept by it.
    """
    must_be_sendable(session, letter, by)
    letter.expect(version)
    missing = [copy.organisation.name for copy in letter.copies if not mailbox_of(session, copy)]
    if missing:
        raise Conflict("council_letter_no_mailbox", councils=", ".join(missing))
    files, printed = files_of(session, config, letter), printed_letter(session, letter)
    for copy in letter.copies:
        _post(session, config, copy, printed[copy.id], files[copy.id].read_bytes(), now)
    _sent(session, letter, Way.MAIL, now, kept, by, now)


def mark_sent(
    session: Session,
    letter: CouncilLetter,
    sent_on: date,
    kept: Sequence[int],
    version: int | None,
    by: Actor,
    now: datetime,
) -> None:
    """Write down that all councils got the letter in another way, on that day; Invalid for a day to come."""
    must_be_sendable(session, letter, by)
    letter.expect(version)
    zone = letter.body.time_zone
    if sent_on > local_day(now, zone):
        raise Invalid("council_letter_sent_later", field="sent_on")
    # Whoever reads it afterwards gets it as it left.
    ask_for_pdfs(session, letter, by, now)
    at = now if sent_on == local_day(now, zone) else at_local(sent_on, NOON, zone)
    _sent(session, letter, Way.OWN, at, kept, by, now)


def take_back(session: Session, letter: CouncilLetter, version: int | None, by: Actor, now: datetime) -> None:
    """Undo that the letter was marked as sent; Conflict for one that left by mail."""
    by.must("record", letter.body)
    letter.expect(version)
    if letter.sent_way is not Way.OWN:
        raise Conflict("council_letter_left_by_mail" if letter.sent_way else "council_letter_not_sent")
    letter.sent_at, letter.sent_by, letter.sent_way = None, "", None
    for copy in letter.copies:
        copy.sent_head = None
    session.flush()
    _record(session, letter, by, now, "council_letter_taken_back")


def _post(
    session: Session, config: Config, copy: LetterCopy, printed: Printed, pdf: bytes, now: datetime
) -> None:
    letter = copy.letter
    text = render_letter(
        KIND,
        letter.language,
        zone=ZoneInfo(letter.body.time_zone),
        sender=printed.head.sender,
        subject=letter.subject,
        municipality=copy.organisation.name,
        reference=copy.reference,
        dated_on=letter.dated_on,
    )
    address = mailbox_of(session, copy)
    outgoing = Outgoing(
        key=f"{KIND}|{letter.id}|{copy.id}",
        kind=KIND,
        recipient=Mailbox(COUNCIL[letter.language].format(name=copy.organisation.name), address),
        text=text,
        body_id=letter.body_id,
        about=("council_letter", letter.id),
        attachments=(Attachment(file_name(printed, "pdf"), pdf),),
    )
    try:
        post(session, config, outgoing, now)
    except UnsafeLetter as error:
        raise Conflict("council_letter_bad_mailbox", council=copy.organisation.name) from error
    copy.sent_to, copy.mail_key = address, outgoing.key


def _sent(
    session: Session,
    letter: CouncilLetter,
    way: Way,
    at: datetime,
    kept: Sequence[int],
    by: Actor,
    now: datetime,
) -> None:
    for copy in letter.copies:
        copy.sent_head = kept_head(head_of(session, copy))
    letter.sent_at, letter.sent_by, letter.sent_way = at, by.name, way
    outcomes_leave(letter.meeting, now)
    session.flush()
    _record(session, letter, by, now, "council_letter_sent")
    for key in kept:
        commitment = session.get(Commitment, key)
        if commitment is None or commitment.body_id != letter.body_id:
            raise Changed
        if commitment.kept_at is None:
            keep(session, commitment, None, by, now, how=letter.subject)


def _record(session: Session, letter: CouncilLetter, by: Actor, now: datetime, verb: str) -> None:
    about = {"council_letter": letter.subject, "way": letter.sent_way}
    audit.record(session, by, now, verb, ("council_letter", letter.id), after=about)
    audit.record(session, by, now, verb, ("meeting", letter.meeting_id))
