"""Versions of an agenda as a reader may see them: closed items neutral, and only papers that are theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core.actor import Actor
from agenda.core.problems import NotFound
from agenda.documents.model import Document
from agenda.meetings.model import Meeting
from agenda.meetings.paper_queries import readable_papers
from agenda.meetings.sight import NEUTRAL_TITLE, Sight, sees, sight_of
from agenda.meetings.timing import Slot, timetable
from agenda.meetings.version_model import AgendaVersion
from agenda.meetings.version_rules import Comparison, compare

Row = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """One item of a version: `row` holds what may be seen of it."""

    row: Row

    @property
    def minutes(self) -> int:
        return int(self.row["minutes"])


@dataclass(frozen=True)
class Shown:
    """One version as a reader sees it."""

    version: AgendaVersion
    facts: Row
    why: str
    slots: Sequence[Slot[Line]]

    @property
    def number(self) -> int:
        return self.version.number


def versions_of(session: Session, meeting: Meeting, by: Actor) -> list[Shown]:
    """List the versions of an agenda, the newest first."""
    query = select(AgendaVersion).where(AgendaVersion.meeting_id == meeting.id)
    rows = session.scalars(query.order_by(AgendaVersion.number)).all()
    sight = sight_of(meeting, by)
    mine = _readable(session, rows, by)
    found = []
    last: AgendaVersion | None = None
    for version in rows:
        facts = _facts_for(version.facts, meeting, sight, mine)
        found.append(Shown(version, facts, _why_for(version, last, facts), _slots(facts)))
        last = version
    return found[::-1]


def version_numbered(found: Sequence[Shown], number: int | None) -> Shown:
    """Give one of these versions; NotFound when there is none of that number."""
    for one in found:
        if one.number == number:
            return one
    raise NotFound("not_found")


def compared(old: Shown, new: Shown) -> Comparison:
    """Tell what differs between two versions, as far as their reader may see it."""
    return compare(old.facts, new.facts)


def _facts_for(facts: Mapping[str, Any], meeting: Meeting, sight: Sight, mine: AbstractSet[int]) -> Row:
    # What is closed by now was not always so, and what was closed then may be open by now: either hides it.
    hidden = {item.id for item in meeting.items if not sees(item, sight)}
    rows = [_row_for(row, row["id"] in hidden, sight, mine) for row in facts["items"]]
    return {**facts, "items": rows, "papers": _papers(facts["papers"], mine)}


def _row_for(row: Row, hidden: bool, sight: Sight, mine: AbstractSet[int]) -> Row:
    limited = row["closed"] or row["confidential"]
    if not hidden and (not limited or sight.everything or row["id"] in sight.items):
        return {**row, "hidden": False, "papers": _papers(row["papers"], mine)}
    return {
        **row,
        "hidden": True,
        "title": row["neutral_title"] or NEUTRAL_TITLE,
        "purpose": None,
        "treatment": None,
        "lead": "",
        "guests": [],
        "requested_decision": "",
        "late_why": "",
        "withdrawn_why": "",
        "papers": [],
    }


def _papers(rows: Sequence[Row], mine: AbstractSet[int]) -> list[Row]:
    return [row for row in rows if row["document_id"] in mine]


def _readable(session: Session, versions: Sequence[AgendaVersion], by: Actor) -> frozenset[int]:
    """Tell which documents of these versions this person may read, in one query."""
    documents = {
        paper["document_id"]
        for version in versions
        for paper in (
            *version.facts["papers"],
            *(one for row in version.facts["items"] for one in row["papers"]),
        )
    }
    if not documents:
        return frozenset()
    query = select(Document.id).where(Document.id.in_(documents), readable_papers(by))
    return frozenset(session.scalars(query))


def _why_for(version: AgendaVersion, last: AgendaVersion | None, shown: Row) -> str:
    """Give the reason of a change, unless it is about an item that this reader may not see."""
    hidden = {row["id"] for row in shown["items"] if row["hidden"]}
    if last is None or not hidden:
        return version.why
    changed = compare(last.facts, version.facts).items
    return "" if any(change.row["id"] in hidden for change in changed) else version.why


def _slots(facts: Row) -> list[Slot[Line]]:
    starts_at = datetime.fromisoformat(facts["starts_at"]) if facts["starts_at"] else None
    return timetable(starts_at, facts["minutes"], [Line(row) for row in facts["items"]])
