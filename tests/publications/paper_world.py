"""A meeting with an open, a closed and a guest's item, with documents and outcomes, for tests of papers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.decisions.model import ActionItem, Commitment, Decision, Reservation
from agenda.documents.model import Document, DocumentVersion, StoredFile
from agenda.meetings.attendance import add_attendee
from agenda.meetings.model import ItemOutcome, Meeting
from agenda.meetings.paper_model import MeetingPaper
from agenda.topics.model import TopicGuest
from tests.meetings.planning import AFTER, VALENTINE, confirmed, put_on_agenda, topic
from tests.world import START, World

SECRET = "Geheime grondaankoop"
GUEST = "Gedeputeerde"


@dataclass(frozen=True)
class Held:
    """Ids of what was made."""

    meeting: int
    open_item: int
    closed_item: int
    guest_item: int


def held_meeting(session: Session, world: World, closed: bool = True) -> Held:
    """Hold a meeting about an open item, a closed one under a neutral title, and one with a guest."""
    meeting = confirmed(session, world)
    plain = put_on_agenda(session, meeting, topic(session, world, "Warmterotonde"), ItemOutcome.AGREED)
    secret = put_on_agenda(session, meeting, topic(session, world, SECRET), ItemOutcome.DECIDED)
    secret.closed, secret.outcome_text = True, f"{SECRET} gaat door."
    invited = topic(session, world, "Provinciale wegen")
    invited.guests.append(TopicGuest(person_id=world.people[GUEST]))
    with_guest = put_on_agenda(session, meeting, invited, ItemOutcome.NOTED)
    add_attendee(session, meeting, world.person(session, GUEST), world.by(session, "secretary"), START)
    _attach(session, world, meeting, plain.id, "Startnotitie")
    _attach(session, world, meeting, plain.id, "Vertrouwelijke bijlage", confidential=True)
    _attach(session, world, meeting, secret.id, f"{SECRET}, taxatie")
    _attach(session, world, meeting, with_guest.id, "Wegenkaart", late_why="Kwam later.")
    session.add_all(
        [
            _decision(meeting, 1, plain.id, "Wij onderzoeken warmte."),
            _decision(meeting, 2, secret.id, f"{SECRET}: wij kopen."),
            ActionItem(
                body_id=world.body_id, meeting=meeting, item_id=plain.id, text="Bellen", made_at=START
            ),
            Commitment(
                body_id=world.body_id,
                meeting=meeting,
                item_id=secret.id,
                text=f"{SECRET} melden",
                promised_on=date(2019, 3, 1),
                made_at=START,
            ),
            Reservation(
                item_id=secret.id,
                organisation_id=world.organisations["Leiden"],
                text=f"{SECRET}: eerst de raad.",
                recorded_at=START,
            ),
        ]
    )
    meeting.agenda_final_at = VALENTINE - timedelta(days=7)
    if closed:
        meeting.closed_at = AFTER
    session.flush()
    return Held(meeting.id, plain.id, secret.id, with_guest.id)


def later_meeting(session: Session, world: World, at: datetime) -> Meeting:
    """Plan a later meeting of the same body."""
    meeting = confirmed(session, world)
    meeting.title, meeting.starts_at = "Overleg in maart", at
    session.flush()
    return meeting


def _file(session: Session) -> StoredFile:
    """Give the content that every paper here has."""
    known = session.scalar(select(StoredFile).where(StoredFile.sha256 == "0" * 64))
    if known is None:
        known = StoredFile(sha256="0" * 64, size=1, media_type="application/pdf", stored_at=START)
        session.add(known)
    return known


def _attach(
    session: Session,
    world: World,
    meeting: Meeting,
    item_id: int,
    title: str,
    confidential: bool = False,
    late_why: str = "",
) -> None:
    document = Document(
        body_id=world.body_id, title=title, created_at=START, created_by="clerk", confidential=confidential
    )
    session.add(document)
    session.flush()
    session.add(
        DocumentVersion(
            document=document,
            number=1,
            file=_file(session),
            file_name="stuk.pdf",
            uploaded_at=START,
            uploaded_by="clerk",
        )
    )
    session.add(
        MeetingPaper(
            meeting_id=meeting.id,
            item_id=item_id,
            document_id=document.id,
            position=0,
            attached_at=START,
            late_why=late_why,
        )
    )


def _decision(meeting: Meeting, position: int, item_id: int, text: str) -> Decision:
    return Decision(
        meeting=meeting, position=position, agenda_item_id=item_id, text=text, recorded_at=VALENTINE
    )
