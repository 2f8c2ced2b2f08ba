"""What councils were promised: writing it down, keeping it, and moving its day."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.core.problems import Conflict, Invalid
from agenda.decisions.model import Commitment, CommitmentMove
from agenda.meetings.model import AgendaItem, Meeting
from agenda.people.model import Body, Organisation


def promise(
    session: Session,
    body: Body,
    text: str,
    promised_on: date,
    meeting: Meeting | None,
    by: Actor,
    now: datetime,
    *,
    item: AgendaItem | None = None,
    council: Organisation | None = None,
) -> Commitment:
    """Write down what a council was promised, and by which day; without a council, those of all members.

    Invalid for a meeting of another body, an item of another meeting, or a council that has no seat.
    """
    by.must("record", body)
    if not text:
        raise Invalid("commitment_empty")
    if meeting is None and item is not None:
        meeting = item.meeting
    if meeting is not None and meeting.body_id != body.id:
        raise Invalid("commitment_elsewhere")
    if item is not None and meeting is not None and item.meeting_id != meeting.id:
        raise Invalid("commitment_elsewhere")
    if council is not None:
        _must_have_seat(body, council)
    commitment = Commitment(
        body_id=body.id,
        meeting_id=meeting.id if meeting else None,
        item_id=item.id if item else None,
        organisation_id=council.id if council else None,
        text=text,
        promised_on=promised_on,
        made_at=now,
        kept_how="",
    )
    session.add(commitment)
    session.flush()
    after = {"commitment": text, "promised_on": promised_on, "council": council.name if council else ""}
    audit.record(session, by, now, "promised", _subject(commitment), after=after)
    return commitment


def reword(
    session: Session,
    commitment: Commitment,
    text: str,
    council: Organisation | None,
    version: int | None,
    by: Actor,
    now: datetime,
) -> None:
    """Put a promise in other words, or to another council; the history keeps what stood there.

    The day is moved by itself, with a reason. Conflict for a promise that was kept.
    """
    by.must("record", commitment.body)
    commitment.expect(version)
    if commitment.kept_at is not None:
        raise Conflict("commitment_kept")
    if not text:
        raise Invalid("commitment_empty")
    if council is not None and council is not commitment.organisation:
        _must_have_seat(commitment.body, council)
    before = _told(commitment)
    commitment.text, commitment.organisation = text, council
    after = _told(commitment)
    if before != after:
        audit.record(session, by, now, "promise_reworded", _subject(commitment), before, after)


def keep(
    session: Session,
    commitment: Commitment,
    version: int | None,
    by: Actor,
    now: datetime,
    *,
    how: str = "",
    on: date | None = None,
) -> None:
    """Mark a promise as kept, on which day and how; its reminders stop by themselves.

    Invalid for a day that is still to come.
    """
    by.must("record", commitment.body)
    commitment.expect(version)
    if commitment.kept_at is not None:
        raise Conflict("commitment_kept")
    today = local_day(now, commitment.body.time_zone)
    if on is not None and on > today:
        raise Invalid("kept_in_future", field="kept_on")
    commitment.kept_at, commitment.kept_on, commitment.kept_how = now, on or today, how
    after = {"commitment": commitment.text, "kept_on": commitment.kept_on, "kept_how": how}
    audit.record(session, by, now, "promise_kept", _subject(commitment), after=after)


def move(
    session: Session,
    commitment: Commitment,
    to: date,
    why: str,
    version: int | None,
    by: Actor,
    now: datetime,
) -> None:
    """Promise another day, with the reason; both days stay visible."""
    by.must("record", commitment.body)
    commitment.expect(version)
    if commitment.kept_at is not None:
        raise Conflict("commitment_kept")
    if not why:
        raise Invalid("move_without_reason", field="why")
    if to == commitment.promised_on:
        raise Invalid("moved_to_same_day", field="moved_to")
    before = {"promised_on": commitment.promised_on}
    commitment.moves.append(
        CommitmentMove(
            moved_from=commitment.promised_on, moved_to=to, why=why, moved_at=now, moved_by=by.name
        )
    )
    commitment.promised_on = to
    after = {"promised_on": to, "commitment": commitment.text, "reason": why}
    audit.record(session, by, now, "promise_moved", _subject(commitment), before, after)


def reopen(session: Session, commitment: Commitment, version: int | None, by: Actor, now: datetime) -> None:
    """Undo marking a promise as kept."""
    by.must("record", commitment.body)
    commitment.expect(version)
    if commitment.kept_at is None:
        raise Conflict("commitment_open")
    before = {"kept_on": commitment.kept_on, "kept_how": commitment.kept_how}
    commitment.kept_at, commitment.kept_on, commitment.kept_how = None, None, ""
    after = {"commitment": commitment.text}
    audit.record(session, by, now, "promise_reopened", _subject(commitment), before, after)


def _must_have_seat(body: Body, council: Organisation) -> None:
    if council.id not in {seat.organisation_id for seat in body.seats}:
        raise Invalid("council_without_seat")


def _told(commitment: Commitment) -> dict[str, object]:
    return {
        "commitment": commitment.text,
        "council": commitment.organisation.name if commitment.organisation else "",
    }


def _subject(commitment: Commitment) -> tuple[str, int]:
    return "commitment", commitment.id
