"""What a council letter tells, gathered from what is true now and open to everyone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from agenda.core.clock import local_day
from agenda.decisions.model import (
    Commitment,
    Decision,
    Ratification,
    RatificationResult,
    RatifyingOrgan,
    Reservation,
)
from agenda.meetings.model import AgendaItem, ItemKind, ItemOutcome, Meeting
from agenda.meetings.sight import OPEN, sees
from agenda.people.model import Body, Membership, Organisation, OrganisationKind, Person
from agenda.people.queries import on_day
from agenda.publications.letter_composing import composed
from agenda.publications.letter_model import CouncilLetter, LetterCopy, Letterhead, OwnWords, Section
from agenda.publications.letter_rules import (
    DecisionFacts,
    LetterFacts,
    NextMeeting,
    Part,
    PromiseFacts,
    Ratified,
    is_role_name,
    is_title,
    print_of,
)

RATIFIED = frozenset({RatificationResult.RATIFIED, RatificationResult.WITH_RESERVATION})
# What becomes of these is told later, when it is there.
UNFINISHED = frozenset({ItemOutcome.DEFERRED, ItemOutcome.WITHDRAWN, ItemOutcome.REFERRED})


@dataclass(frozen=True)
class Head:
    """A letterhead as it is printed."""

    sender: str
    address: tuple[str, ...]
    contact: tuple[str, ...]
    place: str


@dataclass(frozen=True)
class Written:
    """One section as it stands now, beside what the facts of today would say."""

    part: Part
    composed: str
    own: OwnWords | None

    @property
    def changed_since(self) -> bool:
        """Whether the facts changed after the clerk put other words in their place."""
        return self.own is not None and self.own.replaces != print_of(self.composed)


def municipalities(body: Body) -> list[Organisation]:
    """List the members of a body that have a council, in the order of their seats."""
    return [
        seat.organisation for seat in body.seats if seat.organisation.kind is OrganisationKind.MUNICIPALITY
    ]


def is_open(item: AgendaItem | None) -> bool:
    """Tell whether everybody may read what came of an item; what belongs to no item is open."""
    return item is None or sees(item, OPEN)


def item_of(session: Session, commitment: Commitment) -> AgendaItem | None:
    """Give the item under which something was promised; None where it was under none."""
    return session.get(AgendaItem, commitment.item_id) if commitment.item_id is not None else None


def promises_of(session: Session, meeting: Meeting) -> Sequence[Commitment]:
    """List what was promised in a meeting, and what its body still owes from elsewhere."""
    query = (
        select(Commitment)
        .where(
            Commitment.body_id == meeting.body_id,
            or_(Commitment.meeting_id == meeting.id, Commitment.kept_at.is_(None)),
        )
        .order_by(Commitment.promised_on, Commitment.id)
    )
    return session.scalars(query).all()


def facts_of(session: Session, letter: CouncilLetter) -> LetterFacts:
    """Gather what the letter tells; what is closed or confidential stays out, whoever chose it."""
    meeting = letter.meeting
    promises = [one for one in letter.commitments if is_open(item_of(session, one))]
    return LetterFacts(
        language=letter.language,
        body=letter.body.name,
        members=tuple(one.name for one in municipalities(letter.body)),
        met_on=local_day(meeting.starts_at, meeting.time_zone) if meeting.starts_at else None,
        met_in=meeting.host.name if meeting.host else "",
        focus_areas=tuple(area.name for area in letter.focus_areas),
        found=tuple(
            item.outcome_text
            for item in meeting.items
            if item.kind is ItemKind.TOPIC
            and item.outcome_text
            and item.outcome not in UNFINISHED
            and is_open(item)
        ),
        decisions=tuple(
            DecisionFacts(one.text, _ratified(one.ratifications), _reservations(session, one))
            for one in letter.decisions
            if is_open(one.item)
        ),
        promises=tuple(PromiseFacts(one.text, one.promised_on) for one in promises),
        tells_promised_days=letter.tells_promised_days,
        next_meeting=_next(session, meeting) if letter.tells_next_meeting else None,
    )


def written(session: Session, letter: CouncilLetter) -> list[Written]:
    """Give every section as it reads now: as it was agreed, in the clerk's own words, or composed."""
    own = {one.section: one for one in letter.own_words}
    agreed = {one.section: one for one in agreed_parts(letter) or ()}
    found = []
    for part in composed(facts_of(session, letter)):
        words = own.get(part.section)
        now = Part(part.section, part.heading, words.text) if words is not None else part
        if letter.agreed_parts is not None:
            now = agreed.get(part.section, Part(part.section, part.heading, ""))
        found.append(Written(now, part.text, words))
    return found


def differs_by_now(session: Session, letter: CouncilLetter) -> bool:
    """Tell whether the facts or the clerk's words would make another text now than was agreed."""
    if letter.agreed_parts is None:
        return False
    return any(
        (one.own.text if one.own is not None else one.composed) != one.part.text
        for one in written(session, letter)
    )


def agreed_parts(letter: CouncilLetter) -> list[Part] | None:
    """Give the text as it was agreed; None for a concept."""
    if letter.agreed_parts is None:
        return None
    return [Part(Section(one["section"]), one["heading"], one["text"]) for one in letter.agreed_parts]


def left_out(session: Session, letter: CouncilLetter) -> tuple[list[Decision], list[Commitment]]:
    """List what was chosen and is not open to everyone: it does not stand in the composed text."""
    return (
        [one for one in letter.decisions if not is_open(one.item)],
        [one for one in letter.commitments if not is_open(item_of(session, one))],
    )


def head_of(session: Session, copy: LetterCopy) -> Head:
    """Give the letterhead of a copy: as it left, or as it is set today."""
    if copy.sent_head is not None:
        return read_head(copy.sent_head)
    found = letterhead_of(session, copy.organisation_id)
    name = copy.organisation.name
    usual = f"Gemeente {name}" if copy.letter.language == "nl" else f"Municipality of {name}"
    if found is None:
        return Head(usual, (), (), name)
    return Head(found.sender or usual, _lines(found.address), _lines(found.contact), found.place or name)


def kept_head(head: Head) -> dict[str, Any]:
    """Write a letterhead down, to keep."""
    return asdict(head)


def read_head(kept: dict[str, Any]) -> Head:
    """Read a letterhead that was kept."""
    return Head(kept["sender"], tuple(kept["address"]), tuple(kept["contact"]), kept["place"])


def letterhead_of(session: Session, organisation_id: int) -> Letterhead | None:
    """Give the letterhead of a municipality; None while nobody set it."""
    query = select(Letterhead).where(Letterhead.organisation_id == organisation_id)
    return session.scalars(query).one_or_none()


def signatory(session: Session, body: Body, organisation_id: int, role: str, day: date) -> str:
    """Name who signs for a municipality as "secretary" or "mayor"; "" where only the role is known."""
    head = letterhead_of(session, organisation_id)
    if head is not None and (given := str(getattr(head, role))):
        return given
    query = (
        select(Membership.title, Person.name)
        .join(Membership.person)
        .where(Membership.body_id == body.id, Membership.organisation_id == organisation_id, on_day(day))
        .order_by(Membership.id)
    )
    names = [name for title, name in session.execute(query) if is_title(title, role)]
    return next((name for name in names if not is_role_name(name)), "")


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.split("\n") if line.strip())


def _ratified(rows: Sequence[Ratification]) -> tuple[Ratified, ...]:
    found = []
    for organ in RatifyingOrgan:
        asked = [row for row in rows if row.organ is organ]
        if asked:
            found.append(
                Ratified(
                    total=len(asked),
                    ratified=sum(row.result in RATIFIED for row in asked),
                    councils=organ is RatifyingOrgan.COUNCIL,
                    with_reservation=_names(asked, RatificationResult.WITH_RESERVATION),
                    refused=_names(asked, RatificationResult.REFUSED),
                )
            )
    return tuple(found)


def _names(rows: Sequence[Ratification], result: RatificationResult) -> tuple[str, ...]:
    return tuple(row.organisation.name for row in rows if row.result is result)


def _reservations(session: Session, decision: Decision) -> tuple[str, ...]:
    if decision.agenda_item_id is None:
        return ()
    query = (
        select(Organisation.name)
        .join(Reservation, Reservation.organisation_id == Organisation.id)
        .where(Reservation.item_id == decision.agenda_item_id, Reservation.withdrawn_at.is_(None))
        .order_by(Organisation.name)
    )
    return tuple(session.scalars(query))


def _next(session: Session, meeting: Meeting) -> NextMeeting | None:
    """Find when the body meets again; a date of which nobody was told yet is no date to a council."""
    after = local_day(meeting.starts_at, meeting.time_zone) if meeting.starts_at else meeting.window_until
    if after is None:
        return None
    query = select(Meeting).where(
        Meeting.body_id == meeting.body_id, Meeting.id != meeting.id, Meeting.cancelled_at.is_(None)
    )
    coming = []
    for one in session.scalars(query):
        told = _told(one)
        first = told.day or (told.window[0] if told.window else None)
        last = told.day or (told.window[1] if told.window else None)
        if first is not None and last is not None and last > after:
            coming.append((max(first, after), one.id, told))
    return min(coming, key=lambda found: found[:2])[2] if coming else None


def _told(meeting: Meeting) -> NextMeeting:
    place = meeting.host.name if meeting.host else ""
    if meeting.starts_at is not None and (meeting.confirmed_at is not None or meeting.window_from is None):
        return NextMeeting(place, day=local_day(meeting.starts_at, meeting.time_zone))
    if meeting.window_from is not None and meeting.window_until is not None:
        return NextMeeting(place, window=(meeting.window_from, meeting.window_until))
    return NextMeeting(place)
