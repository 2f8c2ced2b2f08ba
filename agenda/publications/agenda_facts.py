"""What the agenda and an invitation to a guest say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agenda.meetings.model import AgendaItem, ItemKind, Meeting
from agenda.meetings.sight import OPEN, Sight, is_guest_of, sees, title_of
from agenda.meetings.timing import Slot, timetable
from agenda.meetings.version_model import AgendaVersion
from agenda.people.model import Person
from agenda.publications.paper_facts import (
    Attached,
    Head,
    Readable,
    attachments_of,
    head_of,
    numbers_of,
    readable_for_guests,
    readable_in,
)
from agenda.topics.model import Purpose, Treatment


@dataclass(frozen=True)
class ItemFacts:
    """One item as it is printed."""

    number: str
    title: str
    # Whether the reader sees it as it is; else all but number, title and times is left out.
    seen: bool
    starts_at: datetime
    ends_at: datetime
    kind: ItemKind
    closed: bool = False
    confidential: bool = False
    purpose: Purpose | None = None
    treatment: Treatment | None = None
    lead: str = ""
    summary: str = ""
    desired_result: str = ""
    requested_decision: str = ""
    papers: tuple[Attached, ...] = ()
    guests: tuple[str, ...] = ()
    late: bool = False
    late_why: str = ""
    late_consent: str = ""
    # Taken off a final agenda: it keeps its number and place, and takes no time.
    withdrawn: bool = False
    withdrawn_why: str = ""

    @property
    def annotated(self) -> bool:
        """Whether there is more to tell of it than stands in the list."""
        told = (
            self.summary,
            self.desired_result,
            self.requested_decision,
            self.papers,
            self.guests,
            self.lead,
        )
        return self.late or bool(self.withdrawn_why) or any(told)


@dataclass(frozen=True)
class AgendaFacts:
    """An agenda with annotated items."""

    head: Head
    items: tuple[ItemFacts, ...]
    papers: tuple[Attached, ...]
    # When it was made final, and which version that is; None for a concept.
    final_at: datetime | None
    version: int


@dataclass(frozen=True)
class GuestFacts:
    """An invitation to one guest: the guest's own items and nothing else."""

    head: Head
    name: str
    items: tuple[ItemFacts, ...]
    final: bool


def agenda_facts(
    session: Session, meeting: Meeting, sight: Sight, readable: Readable | None = None
) -> AgendaFacts:
    """Gather what an agenda says to a reader with this sight, who reads these documents by their titles."""
    found = attachments_of(session, meeting, sight, readable or readable_in(sight))
    version = session.scalar(
        select(func.max(AgendaVersion.number)).where(AgendaVersion.meeting_id == meeting.id)
    )
    numbers = numbers_of(meeting)
    return AgendaFacts(
        head=head_of(meeting, sight),
        items=tuple(
            _item(slot, numbers[slot.item.id], sight, found.items.get(slot.item.id, ()))
            for slot in timetable(meeting.starts_at, meeting.minutes, meeting.items)
        ),
        papers=found.general,
        final_at=meeting.agenda_final_at,
        version=version or 1,
    )


def guest_facts(session: Session, meeting: Meeting, guest: Person) -> GuestFacts:
    """Gather what an invitation says to a guest of one or more items."""
    own = frozenset(item.id for item in meeting.items if is_guest_of(item, guest.id))
    sight = Sight(items=own)
    found = attachments_of(session, meeting, sight, readable_for_guests)
    numbers = numbers_of(meeting)
    return GuestFacts(
        head=head_of(meeting, OPEN),
        name=guest.name,
        items=tuple(
            _item(slot, numbers[slot.item.id], sight, found.items.get(slot.item.id, ()))
            for slot in timetable(meeting.starts_at, meeting.minutes, meeting.items)
            if slot.item.id in own
        ),
        final=meeting.agenda_final_at is not None,
    )


def guests_of(meeting: Meeting) -> list[Person]:
    """Give the invited guests of the meeting's topics, each once."""
    invited = {one.person_id for one in meeting.people}
    found = {
        guest.person_id: guest.person
        for item in meeting.items
        if item.topic is not None
        for guest in item.topic.guests
        if guest.person_id in invited
    }
    return sorted(found.values(), key=lambda person: person.name)


def _item(slot: Slot[AgendaItem], number: str, sight: Sight, papers: tuple[Attached, ...]) -> ItemFacts:
    item = slot.item
    if slot.start is None or slot.end is None:
        raise ValueError("a meeting without a date has no times")
    withdrawn = item.withdrawn_at is not None
    if not sees(item, sight):
        title = title_of(item, sight)
        return ItemFacts(number, title, False, slot.start, slot.end, item.kind, withdrawn=withdrawn)
    topic = item.topic
    return ItemFacts(
        number=number,
        title=item.title,
        seen=True,
        starts_at=slot.start,
        ends_at=slot.end,
        kind=item.kind,
        closed=item.closed,
        confidential=item.confidential,
        purpose=item.purpose,
        treatment=item.treatment,
        lead=item.lead.name if item.lead else "",
        summary=topic.summary if topic else "",
        desired_result=topic.desired_result if topic else "",
        requested_decision=item.requested_decision,
        papers=papers,
        guests=tuple(guest.person.name for guest in topic.guests) if topic else (),
        late=item.late_at is not None,
        late_why=item.late_why,
        late_consent=item.late_consent,
        withdrawn=withdrawn,
        withdrawn_why=item.outcome_text if withdrawn else "",
    )
