"""Things to find: one of every kind, open and limited, each with a word of its own."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from agenda.core.runtime import Runtime
from agenda.decisions.model import ActionItem, Commitment, Decision
from agenda.documents.model import Document, DocumentVersion, Reading, Secrecy, StoredFile
from agenda.meetings.model import AgendaItem, Attendee, AttendeeRole, ItemKind, Meeting
from agenda.meetings.paper_model import MeetingPaper
from agenda.search.asked import Asked
from agenda.search.indexing import bring_up_to_date
from agenda.search.queries import Found, find
from agenda.search.rules import question
from agenda.topics.model import Topic, TopicGuest
from agenda.topics.round_model import Silence, WrittenRound
from tests.topics.backlog import add
from tests.world import START, World

HELD_AT = datetime(2018, 12, 13, 13, 0, tzinfo=UTC)
# In every text, so that one question finds all that somebody may find.
EVERYWHERE = "zilverdraad"
# What comes of a thing that is limited says so; nobody else may learn that it is there.
LIMITS = ("open", "closed", "confidential")


def meeting_of(session: Session, body_id: int, title: str = "Overleg") -> Meeting:
    meeting = Meeting(
        body_id=body_id,
        title=title,
        starts_at=HELD_AT,
        minutes=120,
        time_zone="Europe/Amsterdam",
        created_at=START,
        agenda_final_at=START,
    )
    session.add(meeting)
    session.flush()
    return meeting


def item_of(session: Session, meeting: Meeting, topic: Topic | None, title: str, limit: str) -> AgendaItem:
    item = AgendaItem(
        meeting_id=meeting.id,
        position=len(meeting.items),
        kind=ItemKind.TOPIC,
        title=title,
        minutes=10,
        topic_id=topic.id if topic else None,
        outcome_text=f"Besproken {EVERYWHERE}",
        closed=limit == "closed",
        confidential=limit == "confidential",
    )
    session.add(item)
    session.flush()
    return item


def document_of(
    session: Session, body_id: int, title: str, text: str, limit: str = "open", name: str = "stuk.pdf"
) -> Document:
    document = Document(
        body_id=body_id,
        title=title,
        created_at=START,
        created_by="clerk",
        closed=limit == "closed",
        confidential=limit == "confidential",
    )
    session.add(document)
    session.flush()
    add_version(session, document, text, name)
    if limit == "secret":
        session.add(
            Secrecy(
                document_id=document.id,
                ground="persoonlijke levenssfeer",
                imposed_by="college",
                may_lift="college",
                since=date(2018, 12, 1),
                recorded_at=START,
            )
        )
    return document


def add_version(session: Session, document: Document, text: str, name: str = "stuk.pdf") -> StoredFile:
    number = len(document.versions) + 1
    file = StoredFile(
        sha256=f"{document.id:032x}{number:032x}",
        size=len(text),
        media_type="application/pdf",
        stored_at=START,
        reading=Reading.READ,
        text=text,
    )
    session.add(file)
    session.flush()
    document.versions.append(
        DocumentVersion(
            number=number, file_id=file.id, file_name=name, uploaded_at=START, uploaded_by="clerk"
        )
    )
    session.flush()
    return file


def plant(session: Session, world: World, body_id: int) -> None:
    """Put one of every kind in a body; what hangs on an item, on one of each kind of item."""
    topic = Topic(
        body_id=body_id,
        title=f"Onderwerp {EVERYWHERE}",
        purpose="inform",
        treatment="discussion",
        minutes=10,
        priority=3,
        created_at=START,
    )
    session.add(topic)
    session.flush()
    session.add(
        WrittenRound(
            topic_id=topic.id,
            title=f"Ronde {EVERYWHERE}",
            proposal="Instemmen",
            papers=[],
            silence=Silence.CONSENT,
            opened_at=START,
            last_day=date(2019, 1, 10),
        )
    )
    meeting = meeting_of(session, body_id)
    for position, limit in enumerate(LIMITS):
        item = item_of(session, meeting, topic if limit == "closed" else None, f"Punt {limit}", limit)
        session.add_all(
            [
                Decision(
                    meeting_id=meeting.id,
                    agenda_item_id=item.id,
                    position=position,
                    text=f"Besluit {limit} {EVERYWHERE}",
                    recorded_at=START,
                ),
                ActionItem(
                    body_id=body_id,
                    item_id=item.id,
                    text=f"Actie {limit} {EVERYWHERE}",
                    made_at=START,
                ),
                Commitment(
                    body_id=body_id,
                    item_id=item.id,
                    text=f"Toezegging {limit} {EVERYWHERE}",
                    promised_on=date(2019, 2, 1),
                    made_at=START,
                ),
            ]
        )
        document = document_of(session, body_id, f"Nota {limit}", f"Tekst {EVERYWHERE}", limit)
        session.add(
            MeetingPaper(
                meeting_id=meeting.id, item_id=item.id, document_id=document.id, position=0, attached_at=START
            )
        )
    document_of(session, body_id, "Nota secret", f"Geheim {EVERYWHERE}", "secret")
    session.flush()


def come_as_guest(session: Session, world: World, who: str, item: AgendaItem) -> None:
    """Let somebody come to the meeting for this item's topic."""
    session.add_all(
        [
            TopicGuest(topic_id=item.topic_id, person_id=world.people[who]),
            Attendee(meeting_id=item.meeting_id, person_id=world.people[who], role=AttendeeRole.GUEST),
        ]
    )


def look(runtime: Runtime, world: World, who: str, words: str, **filters: Any) -> Found:
    """Search as somebody, after the worker has looked."""
    bring_up_to_date(runtime)
    return look_now(runtime, world, who, words, **filters)


def look_now(runtime: Runtime, world: World, who: str, words: str, page: int = 1, **filters: Any) -> Found:
    """Search as somebody, whatever the worker knows by now."""
    with runtime.read() as session:
        asked = Asked(q=words, **filters)
        return find(session, world.by(session, who), asked, question(words), page)


def added(runtime: Runtime, world: World, title: str, **more: Any) -> int:
    with runtime.work() as session:
        return add(session, world, title, **more).id
