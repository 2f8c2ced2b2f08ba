"""What the colleges of the demonstration said about the agreements of the joint meeting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core.actor import System
from agenda.decisions.model import Decision, Ratification, RatificationResult
from agenda.decisions.ratification_actions import Said, note_said
from agenda.demo.clock import START
from agenda.meetings.model import Meeting
from agenda.people.model import Organisation


def add_ratifications(
    session: Session,
    rows: Iterable[Mapping[str, Any]],
    organisations: Mapping[str, Organisation],
    meetings: Mapping[str, Meeting],
) -> None:
    """Write down what organs said, row by row; those that stand in no row are still to speak."""
    for row in rows:
        asked = session.scalars(
            select(Ratification)
            .join(Decision, Ratification.decision_id == Decision.id)
            .where(
                Decision.meeting_id == meetings[row["meeting"]].id,
                Decision.position == row["number"],
                Ratification.organisation_id == organisations[row["organisation"]].id,
                Ratification.organ == row["organ"],
            )
        ).one()
        said = Said(RatificationResult(row["result"]), row["said_on"], row.get("remark", ""))
        note_said(session, asked, said, None, System(), START)
