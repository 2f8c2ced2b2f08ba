"""What the screens of papers show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from agenda.core.actor import Actor
from agenda.core.audit import AuditEntry
from agenda.core.problems import NotFound
from agenda.meetings.model import AgendaItem, Attendee, Meeting
from agenda.publications.model import Paper, PaperKind
from agenda.publications.pack_facts import Common
from agenda.publications.packs import is_pack_outdated, still_reads
from agenda.publications.papers import OF_MEETING, Known, Wanted, is_outdated, may_have, newest, wanted_of
from agenda.topics.model import Topic, TopicGuest


@dataclass(frozen=True)
class Shown:
    """A paper in a list."""

    paper: Paper
    outdated: bool
    # When something of the meeting changed last since the paper was made; None where only words did.
    changed_at: datetime | None

    @property
    def waiting(self) -> bool:
        """Whether it is still to be made."""
        return self.paper.finished_at is None


def meeting_with_papers(session: Session, meeting_id: int) -> Meeting:
    """Give a meeting with all that its papers say, in few queries; NotFound where there is none."""
    meeting = session.scalar(
        select(Meeting)
        .where(Meeting.id == meeting_id)
        .options(
            joinedload(Meeting.body),
            joinedload(Meeting.host),
            selectinload(Meeting.items).joinedload(AgendaItem.lead),
            selectinload(Meeting.items)
            .joinedload(AgendaItem.topic)
            .selectinload(Topic.guests)
            .joinedload(TopicGuest.person),
            selectinload(Meeting.attendees).joinedload(Attendee.person),
            selectinload(Meeting.attendees).joinedload(Attendee.organisation),
        )
    )
    if meeting is None:
        raise NotFound("not_found")
    return meeting


def papers_of(session: Session, meeting: Meeting, by: Actor) -> list[Paper]:
    """List the newest of each paper of a meeting that somebody may have, in the order of its making."""
    query = (
        select(Paper)
        .where(Paper.meeting_id == meeting.id, Paper.kind.in_(OF_MEETING))
        .options(joinedload(Paper.person), joinedload(Paper.file))
        .order_by(Paper.id)
    )
    found = [paper for paper in session.scalars(query) if may_have(paper, by)]
    if not by.may("manage_documents", meeting.body):
        # Who only reads has no use for what is being made, or did not work.
        found = [paper for paper in found if paper.file_id is not None and still_reads(session, paper, by)]
    kinds = list(type(found[0].kind)) if found else []
    return sorted(
        newest(found).values(),
        key=lambda one: (kinds.index(one.kind), one.language != "nl", not one.everything, one.id),
    )


def shown(session: Session, meeting: Meeting, papers: Sequence[Paper]) -> list[Shown]:
    """Tell of each paper whether it is outdated, and since when."""
    found: list[Shown] = []
    known: Known = {}
    for paper in papers:
        made_at = paper.finished_at
        if made_at is None or paper.file_id is None:
            found.append(Shown(paper, False, None))
            continue
        outdated = is_outdated(session, paper, known)
        changed_at = _changed_since(session, meeting, made_at) if outdated else None
        found.append(Shown(paper, outdated, changed_at))
    return found


def shown_pack(session: Session, paper: Paper, now: datetime, common: Common | None = None) -> Shown:
    """Tell of a pack whether it would be another one if it were made now."""
    made = paper.finished_at is not None and paper.file_id is not None
    return Shown(paper, made and is_pack_outdated(session, paper, now, common), None)


def as_they_are(papers: Sequence[Paper]) -> list[Shown]:
    """Show papers to who only reads: whether they are outdated is not theirs to mend."""
    return [Shown(paper, False, None) for paper in papers]


def earlier_of(session: Session, paper: Paper) -> Sequence[Paper]:
    """List the other makings of the same paper, newest first."""
    wanted: Wanted = wanted_of(paper)
    query = (
        select(Paper)
        .where(
            Paper.meeting_id == paper.meeting_id,
            Paper.kind == wanted.kind,
            Paper.language == wanted.language,
            Paper.everything.is_(wanted.everything),
            Paper.person_id.is_(None) if wanted.person_id is None else Paper.person_id == wanted.person_id,
            Paper.id != paper.id,
            Paper.file_id.is_not(None),
        )
        .options(joinedload(Paper.file))
        .order_by(Paper.id.desc())
    )
    return session.scalars(query).all()


def own_invitations(session: Session, by: Actor, now: datetime) -> list[Paper]:
    """Give a guest the newest invitation to each meeting that is to come."""
    query = (
        select(Paper)
        .join(Paper.meeting)
        .where(
            Paper.person_id == by.person_id,
            Paper.kind == PaperKind.GUEST_INVITATION,
            Paper.file_id.is_not(None),
            Meeting.starts_at > now,
        )
        .options(joinedload(Paper.meeting))
        .order_by(Paper.id)
    )
    found = {paper.meeting_id: paper for paper in session.scalars(query) if may_have(paper, by)}
    return [paper for paper in found.values() if still_reads(session, paper, by)]


def paper_for(session: Session, paper_id: int, by: Actor) -> Paper:
    """Give a paper; NotFound unless this person may have it."""
    paper = session.get(Paper, paper_id)
    if paper is None or not may_have(paper, by):
        raise NotFound("not_found")
    return paper


def _changed_since(session: Session, meeting: Meeting, moment: datetime) -> datetime | None:
    found: datetime | None = session.scalar(
        select(func.max(AuditEntry.at)).where(
            AuditEntry.subject_kind == "meeting",
            AuditEntry.subject_id == meeting.id,
            AuditEntry.at > moment,
            AuditEntry.verb != "outgoing_thrown_away",
        )
    )
    return found
