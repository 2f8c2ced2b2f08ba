"""Ratification (bekrachtiging): which college or council must agree to an agreement, and what it said."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.core.problems import Conflict, Invalid
from agenda.decisions.model import (
    Decision,
    DecisionKind,
    Ratification,
    RatificationResult,
    RatifyingOrgan,
)
from agenda.decisions.rules import check_said
from agenda.meetings.after_closing import outcomes_leave
from agenda.meetings.deadline_queries import terms_of
from agenda.meetings.deadline_rules import days_after
from agenda.meetings.model import Meeting
from agenda.people.model import Organisation, OrganisationKind
from agenda.people.queries import seats_of

# A municipality's organ: the number of the organisation, and which of the two.
Organ = tuple[int, RatifyingOrgan]


@dataclass(frozen=True)
class Said:
    """What an organ said and on which day; a result of None where it has not spoken yet."""

    result: RatificationResult | None
    said_on: date | None = None
    remark: str = ""


def day_of(meeting: Meeting) -> date:
    """Name the day on which a meeting decided."""
    if meeting.starts_at is None:
        raise Conflict("meeting_not_begun")
    return local_day(meeting.starts_at, meeting.time_zone)


def usual_due_day(session: Session, meeting: Meeting) -> date:
    """Give the day by which organs ratify what a meeting agreed, unless another is chosen for them."""
    asked = terms_of(session, [meeting.body])[meeting.body_id]
    return days_after(day_of(meeting), asked.ratification_days_after)


def municipalities_of(session: Session, body_id: int) -> list[Organisation]:
    """List the members of a body that have a college and a council, in the order of their seats."""
    organisations = [seat.organisation for seat in seats_of(session, body_id)]
    return [one for one in organisations if one.kind == OrganisationKind.MUNICIPALITY]


def ask_usual(session: Session, decision: Decision) -> None:
    """Put an agreement to the college of each member municipality, within the time the body asks."""
    due = usual_due_day(session, decision.meeting)
    for organisation in municipalities_of(session, decision.meeting.body_id):
        decision.ratifications.append(
            Ratification(organisation=organisation, organ=RatifyingOrgan.COLLEGE, due_on=due)
        )


def choose_organs(
    session: Session,
    decision: Decision,
    wanted: Collection[Organ],
    due_on: date,
    version: int | None,
    by: Actor,
    now: datetime,
) -> None:
    """Set who must ratify an agreement, and by when those who have not spoken do.

    Raises Conflict where one that has spoken would be left out, and Invalid for no organ at all or for
    one of no member.
    """
    by.must("record", decision.meeting.body)
    session.refresh(decision, ["version"], with_for_update=True)
    decision.expect(version)
    if decision.kind is not DecisionKind.AGREEMENT:
        raise Conflict("not_an_agreement")
    known = {one.id: one for one in municipalities_of(session, decision.meeting.body_id)}
    held = {(one.organisation_id, one.organ): one for one in decision.ratifications}
    if not wanted:
        raise Invalid("organs_missing", field="organs")
    if any(key not in held and key[0] not in known for key in wanted):
        raise Invalid("organ_unknown", field="organs")
    before = _asked(decision)
    for key, row in held.items():
        if key not in wanted:
            if row.result is not None:
                raise Conflict("organ_has_spoken", organisation=row.organisation.name)
            decision.ratifications.remove(row)
        elif row.result is None:
            row.due_on = due_on
    for organisation_id, organ in sorted(set(wanted) - held.keys()):
        decision.ratifications.append(
            Ratification(organisation=known[organisation_id], organ=organ, due_on=due_on)
        )
    after = _asked(decision)
    if audit.changes(before, after):
        # Whoever has the list open as it was is told so.
        flag_modified(decision, "kind")
        session.flush()
        audit.record(session, by, now, "organs_chosen", ("decision", decision.id), before, after)


def note_said(
    session: Session, ratification: Ratification, said: Said, version: int | None, by: Actor, now: datetime
) -> None:
    """Write down what an organ said, or correct it; each earlier reading stays in the history.

    Raises Invalid, with the field, for a day on which it cannot have spoken or for no reason, and
    Conflict for a decision that another has taken the place of.
    """
    decision = ratification.decision
    meeting = decision.meeting
    by.must("record", meeting.body)
    ratification.expect(version)
    if decision.superseded_by_id is not None:
        raise Conflict("decision_superseded")
    check_said(said.result, said.said_on, said.remark, day_of(meeting), local_day(now, meeting.time_zone))
    before = _told(ratification)
    ratification.result = said.result
    ratification.said_on = said.said_on if said.result else None
    ratification.remark = said.remark.strip() if said.result else ""
    after = _told(ratification)
    if not audit.changes(before, after):
        return
    if said.result is not None:
        outcomes_leave(meeting, now)
    session.flush()
    about = {"organ": _name(ratification)}
    subject = ("decision", decision.id)
    audit.record(session, by, now, "ratification_noted", subject, before, after | about)


def must_be_unspoken(decision: Decision) -> None:
    """Raise Conflict once an organ has said something about an agreement."""
    if any(one.result is not None for one in decision.ratifications):
        raise Conflict("ratification_has_begun")


def _asked(decision: Decision) -> dict[str, Any]:
    rows = sorted(decision.ratifications, key=lambda one: (one.organisation.name, one.organ))
    return {"organs": "; ".join(f"{_name(one)}: {one.due_on or '–'}" for one in rows)}


def _name(ratification: Ratification) -> str:
    # A trail is read in every language: the word is the Dutch one, as on the papers.
    word = "college" if ratification.organ is RatifyingOrgan.COLLEGE else "raad"
    return f"{word} {ratification.organisation.name}"


def _told(ratification: Ratification) -> dict[str, Any]:
    return {
        "result": ratification.result,
        "said_on": ratification.said_on,
        "ratification_remark": ratification.remark,
    }
