"""Erasing a person: the history goes on with the role, and nothing says any more who that was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, delete, func, or_, select, update
from sqlalchemy.orm import Session

from agenda.accounts import tokens
from agenda.accounts.model import SignIn, SignInLink
from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.audit import AuditEntry
from agenda.core.clock import local_day
from agenda.core.problems import Conflict, Invalid
from agenda.core.text import one_line
from agenda.dates.model import BusyCalendar, DatePoll, MustAttend, Voter
from agenda.decisions.model import ActionItem
from agenda.invitations import push_actions
from agenda.invitations.model import AnswerToken, CalendarPush, Feed, Proposal, PushedEvent, Reply, Told
from agenda.mail.model import Incoming, Letter
from agenda.meetings.model import AgendaItem, Attendee, Meeting
from agenda.meetings.states import ends_at_in_sql
from agenda.people.model import Membership, Person
from agenda.planner.burden_model import BurdenBaseline
from agenda.publications.model import Paper
from agenda.retention import mentions
from agenda.retention.mentions import Mails
from agenda.retention.naming import Names
from agenda.retention.removals import EMPTY_LETTER, EMPTY_MESSAGE, forget_contents
from agenda.topics.model import Need, Topic, TopicGuest
from agenda.topics.round_model import RoundVoter, WrittenRound
from agenda.topics.rules import RUNNING
from agenda.topics.states import has_state

# RFC 2606: nothing under this name can ever be reached.
NOWHERE = "erased-{}@erased.invalid"
IDS_AT_ONCE = 500


@dataclass(frozen=True)
class Erased:
    """Who was erased when, the role under which the history goes on, and the addresses that were theirs."""

    person_id: int
    role: str
    addresses: frozenset[str]
    at: datetime


@dataclass(frozen=True)
class Preview:
    """What erasing somebody does, before it is done.

    why_not: the code of what stands in the way, None where nothing does. waiting: letters to others that
    name the person and did not leave yet.
    """

    names: Names
    mails: Mails
    words: list[mentions.Words]
    why_not: str | None
    waiting: int


def preview(session: Session, person: Person, by: Actor, now: datetime) -> Preview:
    """Look at what erasing somebody would do; nothing is changed."""
    by.must("administer")
    names = mentions.names_of(session, person)
    mails = mentions.mails_with(session, person, names)
    found = waiting(session, person, names, mails)
    number = len(found.letters) + len(found.incoming)
    return Preview(
        names,
        mails,
        mentions.words_with(session, names),
        why_not(session, person, by) or ("mails_wait" if number else None),
        number,
    )


def look_at_mails(session: Session, person: Person) -> Mails:
    """Find the mails that name somebody: the part of erasing that takes long, and changes nothing."""
    return mentions.mails_with(session, person, mentions.names_of(session, person))


def why_not(session: Session, person: Person, by: Actor) -> str | None:
    """Give the code of why somebody cannot be erased now; None where they can."""
    if person.erased_at is not None:
        return "erased_already"
    if person.id == by.person_id:
        return "not_oneself"
    if person.administrator:
        return "administrator_first"
    if person.room:
        return "hall_is_nobody"
    if session.scalar(select(CalendarPush.id).where(CalendarPush.person_id == person.id)) is not None:
        return "calendar_first"
    return None


def take_out_of_calendar(session: Session, person: Person, by: Actor, now: datetime, *, leave: bool) -> None:
    """Let the worker take our entries out of somebody's own calendar; with `leave` they stay there."""
    push_actions.end_for(session, person.id, by, now, take_out=not leave)


def erase(
    session: Session,
    person: Person,
    typed: str,
    version: int | None,
    seen: Mails,
    zone: str,
    by: Actor,
    now: datetime,
) -> Erased:
    """Erase somebody for good, in this transaction; once that is committed it must be written into the book.

    typed: the name, typed over by the administrator. seen: the mails found before; only newer ones are read
    here. Raises Changed, Invalid where the name is another one, and Conflict with the code of `why_not`.
    """
    by.must("administer")
    session.execute(select(Person.id).where(Person.id == person.id).with_for_update())
    session.refresh(person)
    refusal = why_not(session, person, by)
    if refusal is not None:
        raise Conflict(refusal)
    person.expect(version)
    if one_line(typed).casefold() != one_line(person.name).casefold():
        raise Invalid("name_differs", field="typed")
    names = mentions.names_of(session, person)
    mails = mentions.mails_with(session, person, names, seen)
    found = waiting(session, person, names, mails)
    if found.letters or found.incoming:
        raise Conflict("mails_wait")
    _leave_what_is_to_come(session, person, zone, now)
    _end_doors(session, person, names, now)
    _forget_own(session, person)
    _empty_mails(session, mails, now)
    # Before names are replaced: by number, whatever others are called.
    session.execute(update(AuditEntry).where(AuditEntry.actor_id == person.id).values(actor_name=names.role))
    _clear_own_history(session, person)
    person.name, person.email = names.role, NOWHERE.format(person.id)
    person.undeliverable_since, person.erased_at = None, now
    session.flush()
    mentions.replace_names(session, names)
    # What is in memory may be older than what was just written past it.
    session.expire_all()
    audit.record(session, by, now, "erased", ("person", person.id), {}, {"role": names.role})
    return Erased(person.id, names.role, names.addresses, now)


def waiting(session: Session, person: Person, names: Names, mails: Mails) -> Mails:
    """Give those mails that still wait: the bytes of a letter are frozen (RELIABILITY I3)."""
    letters: set[int] = set()
    incoming: set[int] = set()
    ids = sorted(mails.letters)
    for at in range(0, len(ids), IDS_AT_ONCE):
        part = Letter.id.in_(ids[at : at + IDS_AT_ONCE])
        other = (Letter.person_id.is_(None) | (Letter.person_id != person.id)) & Letter.recipient.not_in(
            names.addresses
        )
        leaving = Letter.leased_until.is_not(None)
        letters |= set(
            session.scalars(select(Letter.id).where(part, Letter.settled_at.is_(None), or_(other, leaving)))
        )
    ids = sorted(mails.incoming)
    for at in range(0, len(ids), IDS_AT_ONCE):
        part = Incoming.id.in_(ids[at : at + IDS_AT_ONCE])
        incoming |= set(session.scalars(select(Incoming.id).where(part, Incoming.settled_at.is_(None))))
    return Mails(frozenset(letters), frozenset(incoming))


def _leave_what_is_to_come(session: Session, person: Person, zone: str, now: datetime) -> None:
    """Take somebody out of whatever is still to happen; nobody writes to them about that."""
    today = local_day(now, zone)
    ahead = (Membership.person_id == person.id, Membership.since > today)
    session.execute(delete(Membership).where(*ahead))
    open_ones = or_(Membership.until.is_(None), Membership.until > today)
    for place in session.scalars(select(Membership).where(Membership.person_id == person.id, open_ones)):
        place.until = today
    to_come = select(Meeting.id).where(or_(Meeting.starts_at.is_(None), ends_at_in_sql() > now))
    invited = (Attendee.person_id == person.id, Attendee.meeting_id.in_(to_come))
    for attendee in session.scalars(select(Attendee).where(*invited, Attendee.removed_at.is_(None))):
        attendee.removed_at = now
    _execute(session, MustAttend, delete, MustAttend.meeting_id.in_(to_come), person)
    for table in (TopicGuest, Need):
        _execute(session, table, delete, has_running_topic(table), person)
    for lead in (Topic.lead_id, Topic.official_lead_id):
        running = select(Topic).where(lead == person.id, has_state(*RUNNING))
        for topic in session.scalars(running):
            setattr(topic, lead.key, None)
    for item in session.scalars(
        select(AgendaItem)
        .join(AgendaItem.meeting)
        .where(AgendaItem.lead_id == person.id, Meeting.closed_at.is_(None))
    ):
        item.lead_id = None
    undone = (ActionItem.owner_id == person.id, ActionItem.done_at.is_(None), ActionItem.dropped_at.is_(None))
    for action in session.scalars(select(ActionItem).where(*undone)):
        action.owner_id = None
    asked = select(Voter).join(Voter.poll).where(Voter.person_id == person.id, DatePoll.closed_at.is_(None))
    for voter in session.scalars(asked):
        voter.removed_at = voter.removed_at or now
    rounds = select(RoundVoter).join(RoundVoter.round)
    for one in session.scalars(
        rounds.where(RoundVoter.person_id == person.id, WrittenRound.ended_at.is_(None))
    ):
        one.removed_at = one.removed_at or now
    session.flush()


def has_running_topic(table: type[TopicGuest] | type[Need]) -> Any:
    """Tell in SQL whether a row belongs to a topic that is not concluded."""
    return table.topic_id.in_(select(Topic.id).where(has_state(*RUNNING)))


def _execute(session: Session, table: Any, verb: Any, where: Any, person: Person) -> None:
    session.execute(verb(table).where(table.person_id == person.id, where))


def _end_doors(session: Session, person: Person, names: Names, now: datetime) -> None:
    """End every way in, and every link that was sent."""
    hashes = [tokens.digest(address) for address in names.addresses]
    session.execute(
        delete(SignInLink).where(or_(SignInLink.person_id == person.id, SignInLink.address_hash.in_(hashes)))
    )
    session.execute(delete(SignIn).where(SignIn.person_id == person.id))
    attendees = select(Attendee.id).where(Attendee.person_id == person.id)
    session.execute(
        update(AnswerToken)
        .where(AnswerToken.attendee_id.in_(attendees), AnswerToken.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    # A feed's row stays: its number keeps an old secret from coming back.
    ended = {"revoked_at": func.coalesce(Feed.revoked_at, now), "content": b"", "made_of": "", "etag": ""}
    session.execute(update(Feed).where(Feed.person_id == person.id).values(**ended))
    # Those of others are made anew when they are asked for, without the name.
    session.execute(update(Feed).where(Feed.made_of != "").values(content=b"", made_of="", etag=""))


def _forget_own(session: Session, person: Person) -> None:
    """Let go what is about somebody alone; answers and votes stay, as those of the role."""
    attendees = select(Attendee.id).where(Attendee.person_id == person.id)
    session.execute(delete(PushedEvent).where(PushedEvent.attendee_id.in_(attendees)))
    session.execute(delete(Told).where(Told.attendee_id.in_(attendees)))
    for table, column in ((Attendee, "answer_remark"), (Reply, "comment"), (Proposal, "comment")):
        mine = table.id if table is Attendee else cast(Any, table).attendee_id
        values: Mapping[str, Any] = {column: ""}
        session.execute(update(table).where(mine.in_(attendees)).values(values))
    silent: Mapping[str, Any] = {"token_hash": None, "told": None, "told_at": None}
    session.execute(update(Voter).where(Voter.person_id == person.id).values(remark="", **silent))
    session.execute(update(RoundVoter).where(RoundVoter.person_id == person.id).values(**silent))
    session.execute(delete(BusyCalendar).where(BusyCalendar.person_id == person.id))
    own = select(Paper.id, Paper.file_id).where(Paper.person_id == person.id)
    papers = session.execute(own).all()
    session.execute(delete(Paper).where(Paper.id.in_([key for key, _ in papers])))
    forget_contents(session, [file for _, file in papers if file is not None])
    for baseline in session.scalars(select(BurdenBaseline)):
        people = baseline.figures.get("people", {})
        if str(person.id) in people:
            rest = {key: value for key, value in people.items() if key != str(person.id)}
            baseline.figures = {**baseline.figures, "people": rest}
    session.flush()


def _empty_mails(session: Session, mails: Mails, now: datetime) -> None:
    letters, messages = cast(Table, Letter.__table__), cast(Table, Incoming.__table__)
    ended = {
        "fate": func.coalesce(letters.c.fate, "discarded"),
        "settled_at": func.coalesce(letters.c.settled_at, now),
        "lease": None,
        "leased_until": None,
    }
    for table, ids, values in (
        (letters, sorted(mails.letters), {**EMPTY_LETTER, **ended}),
        (messages, sorted(mails.incoming), {**EMPTY_MESSAGE, "version": messages.c.version + 1}),
    ):
        for at in range(0, len(ids), IDS_AT_ONCE):
            part = ids[at : at + IDS_AT_ONCE]
            session.execute(update(table).where(table.c.id.in_(part)).values(values))


def _clear_own_history(session: Session, person: Person) -> None:
    """Keep of the history of somebody's own record that it changed, and not from what into what."""
    own = select(AuditEntry).where(AuditEntry.subject_kind == "person", AuditEntry.subject_id == person.id)
    for entry in session.scalars(own):
        entry.before, entry.after = {}, {}
    session.flush()
