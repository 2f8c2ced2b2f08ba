"""What came out of a meeting, as the decision list and the minutes in short say it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from agenda.decisions.model import (
    ActionItem,
    Commitment,
    Decision,
    DecisionKind,
    Ratification,
    RatificationResult,
    RatifyingOrgan,
    Rectification,
    Reservation,
)
from agenda.meetings.model import AgendaItem, ItemKind, ItemOutcome, Meeting
from agenda.meetings.sight import Sight, title_of
from agenda.meetings.table_model import Recusal
from agenda.publications.model import Adoption
from agenda.publications.paper_facts import Head, head_of, numbers_of, seen_items
from agenda.publications.presence_facts import PresenceFacts, presence_facts

Row = TypeVar("Row", Reservation, Recusal)
Told = TypeVar("Told")


@dataclass(frozen=True)
class RatificationFacts:
    """What one college or council said, or has to say yet."""

    organisation: str
    organ: RatifyingOrgan
    result: RatificationResult | None
    said_on: date | None
    due_on: date | None
    remark: str


@dataclass(frozen=True)
class CorrectionFacts:
    """A correction after the meeting: both readings, and why."""

    before: str
    after: str
    why: str
    made_at: datetime


@dataclass(frozen=True)
class DecisionFacts:
    """One decision with all that belongs to it."""

    reference: str
    item: str
    text: str
    kind: DecisionKind
    ratifications: tuple[RatificationFacts, ...]
    superseded_by: str
    corrections: tuple[CorrectionFacts, ...]

    @property
    def ratified(self) -> int:
        """How many organs have ratified it, with or without a reservation."""
        done = (RatificationResult.RATIFIED, RatificationResult.WITH_RESERVATION)
        return sum(one.result in done for one in self.ratifications)


@dataclass(frozen=True)
class ActionFacts:
    """Something that someone does."""

    text: str
    owner: str
    due_on: date | None
    done: bool
    item: str


@dataclass(frozen=True)
class CommitmentFacts:
    """Something promised; to one council, or to those of all members where `council` is empty."""

    text: str
    council: str
    promised_on: date
    kept: bool


@dataclass(frozen=True)
class OutcomeFacts:
    """What came of one item."""

    number: str
    title: str
    seen: bool
    kind: ItemKind
    outcome: ItemOutcome | None = None
    text: str = ""
    decisions: tuple[str, ...] = ()
    reservations: tuple[tuple[str, str], ...] = ()
    recusals: tuple[str, ...] = ()
    corrections: tuple[CorrectionFacts, ...] = ()


@dataclass(frozen=True)
class AdoptionFacts:
    """In which meeting a decision list was adopted."""

    on: date
    meeting: str
    changes: str


@dataclass(frozen=True)
class RecordFacts:
    """The record of a meeting: the decision list and the minutes each print their part of it."""

    head: Head
    items: tuple[OutcomeFacts, ...]
    decisions: tuple[DecisionFacts, ...]
    # Internal to the body: empty in what anybody may read.
    actions: tuple[ActionFacts, ...]
    commitments: tuple[CommitmentFacts, ...]
    presence: PresenceFacts
    adoption: AdoptionFacts | None
    closed: bool
    # How many decisions are left out for this reader.
    withheld: int


def record_facts(session: Session, meeting: Meeting, sight: Sight) -> RecordFacts:
    """Gather what came out of a meeting, for a reader with this sight."""
    head, numbers, seen = head_of(meeting, sight), numbers_of(meeting), seen_items(meeting, sight)
    decisions = session.scalars(
        select(Decision)
        .where(Decision.meeting_id == meeting.id)
        .options(
            selectinload(Decision.ratifications).joinedload(Ratification.organisation),
            joinedload(Decision.superseded_by).joinedload(Decision.meeting),
        )
        .order_by(Decision.position)
    ).all()
    told = [one for one in decisions if _may_tell(one.agenda_item_id, seen)]
    corrections = _corrections(session, meeting)
    return RecordFacts(
        head=head,
        items=tuple(_outcomes(session, meeting, sight, numbers, seen, told, corrections, head)),
        decisions=tuple(
            _decision(one, head, numbers, [each for each in corrections if each.decision_id == one.id])
            for one in told
        ),
        actions=_actions(session, meeting, numbers) if sight.everything else (),
        commitments=_commitments(session, meeting, seen),
        presence=presence_facts(session, meeting, sight),
        adoption=_adoption(session, meeting),
        closed=meeting.closed_at is not None,
        withheld=len(decisions) - len(told),
    )


def _may_tell(item_id: int | None, seen: set[int]) -> bool:
    return item_id is None or item_id in seen


def reference_of(head_reference: str, position: int) -> str:
    """Give the name by which a decision is cited, such as 2018-12-13/2."""
    return f"{head_reference}/{position}"


def _decision(
    one: Decision, head: Head, numbers: dict[int, str], corrections: Iterable[Rectification]
) -> DecisionFacts:
    later = one.superseded_by
    return DecisionFacts(
        reference=reference_of(head.reference, one.position),
        item=numbers.get(one.agenda_item_id or 0, ""),
        text=one.text,
        kind=one.kind,
        ratifications=tuple(
            RatificationFacts(
                each.organisation.name, each.organ, each.result, each.said_on, each.due_on, each.remark
            )
            for each in one.ratifications
        ),
        superseded_by=reference_of(head_of(later.meeting, Sight()).reference, later.position)
        if later
        else "",
        corrections=_printed(corrections),
    )


def _outcomes(
    session: Session,
    meeting: Meeting,
    sight: Sight,
    numbers: dict[int, str],
    seen: set[int],
    decisions: list[Decision],
    corrections: list[Rectification],
    head: Head,
) -> Iterable[OutcomeFacts]:
    reservations = _by_item(
        session.scalars(
            select(Reservation)
            .join(Reservation.item)
            .where(AgendaItem.meeting_id == meeting.id, Reservation.withdrawn_at.is_(None))
            .options(joinedload(Reservation.organisation))
            .order_by(Reservation.id)
        ),
        lambda one: (one.organisation.name, one.text),
    )
    recusals = _by_item(
        session.scalars(
            select(Recusal)
            .join(Recusal.item)
            .where(AgendaItem.meeting_id == meeting.id)
            .options(joinedload(Recusal.attendee))
            .order_by(Recusal.id)
        ),
        lambda one: one.attendee.person.name,
    )
    for item in meeting.items:
        if item.id not in seen:
            yield OutcomeFacts(numbers[item.id], title_of(item, sight), False, item.kind)
            continue
        yield OutcomeFacts(
            number=numbers[item.id],
            title=item.title,
            seen=True,
            kind=item.kind,
            outcome=item.outcome,
            text=item.outcome_text,
            decisions=tuple(
                reference_of(head.reference, one.position)
                for one in decisions
                if one.agenda_item_id == item.id
            ),
            reservations=tuple(reservations.get(item.id, ())),
            recusals=tuple(recusals.get(item.id, ())),
            corrections=_printed(
                each for each in corrections if each.item_id == item.id and each.decision_id is None
            ),
        )


def _by_item(rows: Iterable[Row], told: Callable[[Row], Told]) -> dict[int, list[Told]]:
    found: dict[int, list[Told]] = {}
    for row in rows:
        found.setdefault(row.item_id, []).append(told(row))
    return found


def _corrections(session: Session, meeting: Meeting) -> list[Rectification]:
    query = (
        select(Rectification).where(Rectification.meeting_id == meeting.id).order_by(Rectification.made_at)
    )
    return list(session.scalars(query))


def _printed(corrections: Iterable[Rectification]) -> tuple[CorrectionFacts, ...]:
    return tuple(CorrectionFacts(one.before, one.after, one.why, one.made_at) for one in corrections)


def _actions(session: Session, meeting: Meeting, numbers: dict[int, str]) -> tuple[ActionFacts, ...]:
    query = (
        select(ActionItem)
        .where(ActionItem.meeting_id == meeting.id, ActionItem.dropped_at.is_(None))
        .options(joinedload(ActionItem.owner))
        .order_by(ActionItem.due_on.is_(None), ActionItem.due_on, ActionItem.id)
    )
    return tuple(
        ActionFacts(
            one.text,
            one.owner.name if one.owner else "",
            one.due_on,
            one.done_at is not None,
            numbers.get(one.item_id or 0, ""),
        )
        for one in session.scalars(query)
    )


def _commitments(session: Session, meeting: Meeting, seen: set[int]) -> tuple[CommitmentFacts, ...]:
    query = (
        select(Commitment)
        .where(Commitment.meeting_id == meeting.id)
        .options(joinedload(Commitment.organisation))
        .order_by(Commitment.promised_on, Commitment.id)
    )
    return tuple(
        CommitmentFacts(
            one.text,
            one.organisation.name if one.organisation else "",
            one.promised_on,
            one.kept_at is not None,
        )
        for one in session.scalars(query)
        if _may_tell(one.item_id, seen)
    )


def _adoption(session: Session, meeting: Meeting) -> AdoptionFacts | None:
    one = session.scalar(select(Adoption).where(Adoption.meeting_id == meeting.id))
    return AdoptionFacts(one.adopted_on, one.adopted_in.title, one.changes) if one else None
