"""How each kind of data goes: whole rows, or what is personal in them.

A row that something else still points at stays. Where a row itself keeps something from happening twice (a
letter's key, a message's fingerprint, the number in a feed's secret) the row stays and is emptied.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, String, Table, and_, delete, exists, func, literal, or_, select, update
from sqlalchemy import cast as as_type
from sqlalchemy.orm import Session

from agenda.accounts.model import SignIn, SignInLink
from agenda.core.audit import AuditEntry
from agenda.core.database import Base, Versioned
from agenda.dates.model import BusyCalendar, DatePoll, Vote, Voter
from agenda.documents.model import Document, DocumentVersion, Secrecy, StoredFile
from agenda.invitations.model import Feed, Proposal, Reply
from agenda.mail.model import Incoming, Letter
from agenda.mail.understood import IncomingKind, Understood
from agenda.meetings.model import AgendaItem, AgendaStep, Attendee, Meeting
from agenda.meetings.paper_model import MeetingPaper
from agenda.meetings.table_model import TableNote
from agenda.operations.model import Dismissed
from agenda.planner.burden_model import BurdenBaseline
from agenda.planner.regional_model import RegionalDay
from agenda.planner.run_model import PlanningRun
from agenda.publications.letter_model import LetterCopy
from agenda.publications.model import Paper, PaperKind
from agenda.reminders.model import Reminder
from agenda.reminders.queries import still_told
from agenda.topics.paper_model import TopicPaper

Condition = ColumnElement[bool]
EMPTY_LETTER: Mapping[str, Any] = {
    # A letter's key holds its reader's address. What is so old is never queued again.
    "key": literal("emptied:") + as_type(Letter.__table__.c.id, String),
    "recipient": "",
    "recipient_name": "",
    "lane": "",
    "person_id": None,
    "subject": "",
    "content": b"",
    "last_error": None,
}
EMPTY_MESSAGE: Mapping[str, Any] = {
    "content": b"",
    "sender": "",
    "sender_name": "",
    "subject": "",
    "note": "",
    "person_id": None,
    "understood": Understood(kind=IncomingKind.TEXT).as_json(),
}


@dataclass(frozen=True)
class Removal:
    """What goes of one table.

    moment: from when the period counts. where: what else must hold. emptied: what its columns become; without
    it the row itself goes, or `instead` does it. spared: rows that are needed still, by number, where SQL
    cannot tell. shown: what names a row to an administrator.
    """

    row: type[Base]
    moment: ColumnElement[Any]
    where: tuple[Condition, ...] = ()
    emptied: Mapping[str, Any] | None = None
    spared: Callable[[Session, datetime], frozenset[int]] | None = None
    instead: Callable[[Session, Sequence[int]], None] | None = None
    shown: ColumnElement[str] | None = None

    @property
    def key(self) -> ColumnElement[int]:
        """The number of a row."""
        return cast("ColumnElement[int]", self.table.primary_key.columns[0])

    @property
    def table(self) -> Table:
        return cast(Table, self.row.__table__)

    def due(self, before: datetime) -> Condition:
        """Tell in SQL which rows are of before a moment and may go."""
        # Emptied rows stay in place, so whatever points at them may go on doing so.
        free = () if self.emptied is not None or self.instead is not None else _not_pointed_at(self.table)
        return and_(self.moment < before, *self.where, *free)

    def remove(self, session: Session, ids: Sequence[int]) -> None:
        """Let these rows go, or what is personal in them."""
        if self.instead is not None:
            self.instead(session, ids)
        elif self.emptied is None:
            session.execute(delete(self.table).where(self.key.in_(ids)))
        else:
            values = dict(self.emptied)
            if issubclass(self.row, Versioned):
                # Who has it open is told that it changed.
                values["version"] = self.table.c.version + 1
            session.execute(update(self.table).where(self.key.in_(ids)).values(values))


def _not_pointed_at(table: Table) -> tuple[Condition, ...]:
    """Tell in SQL that no row of whatever table needs this one; what goes with it by itself may."""
    found = []
    for other in Base.metadata.sorted_tables:
        for foreign in other.foreign_keys:
            if foreign.column.table is table and foreign.ondelete != "CASCADE":
                found.append(~exists(select(1).where(foreign.parent == foreign.column)))
    return tuple(found)


def forget_contents(session: Session, file_ids: Sequence[int]) -> None:
    """Forget stored contents that nothing has any more; the sweep takes them off the disk within two days."""
    if file_ids:
        free = _not_pointed_at(cast(Table, StoredFile.__table__))
        session.execute(delete(StoredFile).where(StoredFile.id.in_(file_ids), *free))


def _remove_packs(session: Session, ids: Sequence[int]) -> None:
    files = [key for key in session.scalars(select(Paper.file_id).where(Paper.id.in_(ids))) if key]
    session.execute(delete(Paper).where(Paper.id.in_(ids)))
    forget_contents(session, files)


def _remove_papers(session: Session, ids: Sequence[int]) -> None:
    versions = select(DocumentVersion.file_id).where(DocumentVersion.document_id.in_(ids))
    files = list(session.scalars(versions))
    session.execute(delete(TopicPaper).where(TopicPaper.document_id.in_(ids)))
    session.execute(delete(DocumentVersion).where(DocumentVersion.document_id.in_(ids)))
    session.execute(delete(Document).where(Document.id.in_(ids)))
    forget_contents(session, files)


def _without_people(session: Session, ids: Sequence[int]) -> None:
    for baseline in session.scalars(select(BurdenBaseline).where(BurdenBaseline.body_id.in_(ids))):
        baseline.figures = {name: value for name, value in baseline.figures.items() if name != "people"}


def _on_an_agenda() -> Condition:
    through_topic = (
        select(1)
        .select_from(TopicPaper)
        .join(AgendaItem, AgendaItem.topic_id == TopicPaper.topic_id)
        .where(TopicPaper.document_id == Document.id)
    )
    return or_(exists(select(1).where(MeetingPaper.document_id == Document.id)), exists(through_topic))


_POLL_CLOSED = (
    select(DatePoll.closed_at)
    .join(Voter, Voter.poll_id == DatePoll.id)
    .where(Voter.id == Vote.voter_id, DatePoll.settled_at.is_not(None))
    .scalar_subquery()
)
_VOTERS_POLL_CLOSED = (
    select(DatePoll.closed_at)
    .where(DatePoll.id == Voter.poll_id, DatePoll.settled_at.is_not(None))
    .scalar_subquery()
)
_MEETING_CLOSED = (
    select(Meeting.closed_at)
    .join(AgendaItem, AgendaItem.meeting_id == Meeting.id)
    .where(AgendaItem.id == TableNote.item_id)
    .scalar_subquery()
)
_MEETING_BEGAN = select(Meeting.starts_at).where(Meeting.id == Attendee.meeting_id).scalar_subquery()

# By the names in register.KINDS.
REMOVALS: Mapping[str, tuple[Removal, ...]] = {
    "sign_in_links": (Removal(SignInLink, SignInLink.__table__.c.expires_at),),
    "sign_ins": (Removal(SignIn, func.coalesce(SignIn.ended_at, SignIn.seen_at)),),
    "letters": (
        Removal(
            Letter,
            Letter.__table__.c.settled_at,
            # Of a letter to a council its copy goes on telling what became of it.
            where=(Letter.recipient != "", ~exists(select(1).where(LetterCopy.mail_key == Letter.key))),
            emptied=EMPTY_LETTER,
            shown=Letter.__table__.c.subject,
        ),
    ),
    "incoming": (
        Removal(
            Incoming,
            Incoming.__table__.c.settled_at,
            where=(or_(Incoming.sender != "", Incoming.subject != ""),),
            emptied=EMPTY_MESSAGE,
            shown=Incoming.__table__.c.subject,
        ),
    ),
    "reminders": (Removal(Reminder, Reminder.__table__.c.sent_at, spared=still_told),),
    "busy_times": (Removal(BusyCalendar, func.coalesce(BusyCalendar.read_at, BusyCalendar.added_at)),),
    "ended_feeds": (
        Removal(
            Feed,
            Feed.__table__.c.revoked_at,
            where=(Feed.made_of != "",),
            emptied={"content": b"", "made_of": "", "etag": ""},
        ),
    ),
    "poll_votes": (
        Removal(Vote, _POLL_CLOSED),
        Removal(Voter, _VOTERS_POLL_CLOSED, where=(Voter.remark != "",), emptied={"remark": ""}),
    ),
    "answer_remarks": (
        Removal(
            Attendee, _MEETING_BEGAN, where=(Attendee.answer_remark != "",), emptied={"answer_remark": ""}
        ),
        Removal(Reply, Reply.__table__.c.received_at, where=(Reply.comment != "",), emptied={"comment": ""}),
        Removal(
            Proposal,
            Proposal.__table__.c.settled_at,
            where=(Proposal.comment != "",),
            emptied={"comment": ""},
        ),
    ),
    "table_notes": (Removal(TableNote, _MEETING_CLOSED),),
    "agenda_steps": (Removal(AgendaStep, AgendaStep.__table__.c.at),),
    "packs": (
        Removal(
            Paper,
            Paper.__table__.c.finished_at,
            where=(Paper.kind.in_((PaperKind.PACK, PaperKind.GUEST_INVITATION)),),
            instead=_remove_packs,
            shown=Paper.__table__.c.title,
        ),
    ),
    "removed_papers": (
        Removal(
            Document,
            Document.__table__.c.removed_at,
            where=(~_on_an_agenda(), ~exists(select(1).where(Secrecy.document_id == Document.id))),
            instead=_remove_papers,
            shown=Document.__table__.c.title,
        ),
    ),
    "planner_runs": (Removal(PlanningRun, PlanningRun.__table__.c.finished_at),),
    "regional_days": (
        Removal(RegionalDay, RegionalDay.__table__.c.made_at, where=(RegionalDay.accepted_id.is_(None),)),
    ),
    "baseline_people": (
        Removal(
            BurdenBaseline,
            BurdenBaseline.__table__.c.frozen_at,
            where=(as_type(BurdenBaseline.figures, String).like('%"people"%'),),
            instead=_without_people,
        ),
    ),
    "let_be": (Removal(Dismissed, Dismissed.__table__.c.at),),
    "trail": (Removal(AuditEntry, AuditEntry.__table__.c.at),),
}
