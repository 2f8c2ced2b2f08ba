"""Packs for all readers of a meeting at once: for whom one is missing, asking for those, and stopping."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from agenda.accounts.actors import actor_for
from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.core.problems import Conflict
from agenda.meetings.model import Meeting
from agenda.people.model import Person
from agenda.publications import packs
from agenda.publications.model import Paper, PaperKind
from agenda.publications.pack_facts import Common
from agenda.publications.queries import Shown, shown_pack

# So many at one press: a reader who asks meanwhile waits behind these.
MOST_AT_ONCE = 100


@dataclass(frozen=True)
class Reader:
    """Somebody for whom a pack was or can be made."""

    person: Person
    pack: Shown | None
    # Invited still, and with access to the meeting: a pack can be made.
    can_have: bool

    @property
    def has_it(self) -> bool:
        """Whether the pack is there and says what is so now."""
        return self.pack is not None and self.pack.paper.file_id is not None and not self.pack.outdated

    @property
    def waiting(self) -> bool:
        """Whether it is on its way."""
        return self.pack is not None and self.pack.waiting

    @property
    def lacks_it(self) -> bool:
        """Whether one is to be asked for."""
        return self.can_have and not self.has_it and not self.waiting


def readers_of(session: Session, meeting: Meeting, now: datetime) -> list[Reader]:
    """List who is invited and who has a pack already, by name, each with the newest one."""
    found = packs.newest_packs(session, meeting)
    invited = {one.person_id: one.person for one in meeting.people}
    people = invited | {key: paper.person for key, paper in found.items() if paper.person is not None}
    today, common = local_day(now, meeting.time_zone), Common(session, meeting)
    return [
        Reader(
            person,
            shown_pack(session, found[key], now, common) if key in found else None,
            key in invited and packs.may_ask(meeting, actor_for(session, person, today)),
        )
        for key, person in sorted(people.items(), key=lambda one: one[1].name)
    ]


def ask_for_all(session: Session, meeting: Meeting, by: Actor, now: datetime) -> Sequence[Paper]:
    """Ask for a pack for each reader who lacks one as things stand, in the reader's own language.

    At most MOST_AT_ONCE, the first by name. Raises Conflict where nobody lacks one.
    """
    by.must("manage_documents", meeting.body)
    by.must("see_confidential", meeting.body)
    if meeting.starts_at is None:
        raise Conflict("paper_needs_date")
    lacking = [one.person for one in readers_of(session, meeting, now) if one.lacks_it]
    if not lacking:
        raise Conflict("packs_all_there")
    return [
        packs.ask_for_pack(session, meeting, person, person.language, by, now)
        for person in lacking[:MOST_AT_ONCE]
    ]


def stop_all(session: Session, meeting: Meeting, by: Actor, now: datetime) -> None:
    """Give up the packs that are still to be made, but for what readers asked for themselves."""
    by.must("manage_documents", meeting.body)
    by.must("see_confidential", meeting.body)
    of_others = or_(
        Paper.asked_by == by.name,
        Paper.asked_by != select(Person.name).where(Person.id == Paper.person_id).scalar_subquery(),
    )
    session.execute(
        delete(Paper)
        .where(
            Paper.meeting_id == meeting.id,
            Paper.kind == PaperKind.PACK,
            Paper.finished_at.is_(None),
            of_others,
        )
        .execution_options(synchronize_session=False)
    )
    audit.record(session, by, now, "packs_stopped", ("meeting", meeting.id))
