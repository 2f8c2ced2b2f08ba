"""Who is named where: in columns, in the free words of people, and in mails that went out or came in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from agenda.core.audit import AuditEntry
from agenda.core.speech import mark as _l
from agenda.core.speech import speak
from agenda.mail.model import Incoming, Letter
from agenda.people.model import Membership, Organisation, Person
from agenda.retention.naming import Names, texts_of
from agenda.retention.places import Sort, places
from agenda.retention.rules import named

# The history is in Dutch, as what stands around it.
LANGUAGE = "nl"
ERASED = _l("%(role)s (erased)")
SOMEBODY = _l("Participant")
A_BATCH = 200
MOST_WORDS = 100
AROUND = 60


@dataclass(frozen=True)
class Mails:
    """The mails that name somebody, as far as was looked; what is newer must still be looked at."""

    letters: frozenset[int] = frozenset()
    incoming: frozenset[int] = frozenset()
    last_letter: int = 0
    last_incoming: int = 0


@dataclass(frozen=True)
class Words:
    """One free text in which somebody is named: a person must judge whether that may stay."""

    table: str
    column: str
    key: int
    text: str


def names_of(session: Session, person: Person) -> Names:
    """Gather what somebody is and was called, from the register and from its history."""
    names, addresses = {person.name}, {person.email}
    query = select(AuditEntry.before, AuditEntry.after).where(
        AuditEntry.subject_kind == "person", AuditEntry.subject_id == person.id
    )
    for before, after in session.execute(query):
        for known in (before, after):
            names |= {known["name"]} if isinstance(known.get("name"), str) else set()
            addresses |= {known["email"]} if isinstance(known.get("email"), str) else set()
    others = set(session.scalars(select(Person.name).where(Person.id != person.id)))
    names.discard("")
    addresses -= {"", *session.scalars(select(Person.email).where(Person.id != person.id))}
    return Names(
        names=frozenset(names),
        addresses=frozenset(addresses),
        role=_role(session, person, others),
        alone=not names & others,
        inside=not any(name in other for name in names for other in others),
    )


def _role(session: Session, person: Person, taken: set[str]) -> str:
    query = (
        select(Membership.title, Organisation.name)
        .join(Membership.organisation)
        .where(Membership.person_id == person.id)
        .order_by(Membership.until.is_not(None), Membership.since.desc(), Membership.id)
    )
    titles = [(title, organisation) for title, organisation in session.execute(query)]
    role = named(speak("retention", LANGUAGE, SOMEBODY), titles)
    text, number = speak("retention", LANGUAGE, ERASED, role=role), 1
    while text in taken:
        number += 1
        text = speak("retention", LANGUAGE, ERASED, role=f"{role} {number}")
    return text


def words_with(session: Session, names: Names) -> list[Words]:
    """List the free texts in which somebody is named, so that a person can look at them first."""
    texts, found = names.names | names.addresses, []
    for place in places(Sort.WORDS):
        key = place.table.primary_key.columns[0]
        query = select(key, place.column).where(place.may_hold(texts)).order_by(key).limit(MOST_WORDS)
        for number, text in session.execute(query):
            if names.stands_in(text):
                found.append(Words(place.table.name, place.column.name, number, _around(text, texts)))
                if len(found) == MOST_WORDS:
                    return found
    return found


def _around(text: str, wanted: frozenset[str]) -> str:
    at = min((i for one in wanted if (i := text.casefold().find(one.casefold())) >= 0), default=0)
    begin, end = max(0, at - AROUND), at + 2 * AROUND
    return ("…" if begin else "") + text[begin:end] + ("…" if end < len(text) else "")


def replace_names(session: Session, names: Names) -> int:
    """Put the role in the place of the name wherever the product itself wrote it; in how many fields."""
    texts, changed = names.names | names.addresses, 0
    for place in places(Sort.NAMES):
        keys = list(place.table.primary_key.columns)
        query = select(*keys, place.column).where(place.may_hold(texts))
        for *key, value in session.execute(query).all():
            new = names.replaced(value)
            if new != value:
                same = [column == number for column, number in zip(keys, key, strict=True)]
                session.execute(place.table.update().where(*same).values({place.column.name: new}))
                changed += 1
    return changed


def mails_with(session: Session, person: Person, names: Names, since: Mails = Mails()) -> Mails:
    """Find the mails to, from or about somebody; with `since`, only the newer ones are read."""
    letters = _letters(session, person, names, since.last_letter)
    incoming = _incoming(session, person, names, since.last_incoming)
    return Mails(
        since.letters | frozenset(letters),
        since.incoming | frozenset(incoming),
        max(since.last_letter, session.scalar(select(func.max(Letter.id))) or 0),
        max(since.last_incoming, session.scalar(select(func.max(Incoming.id))) or 0),
    )


def _letters(session: Session, person: Person, names: Names, after: int) -> Iterator[int]:
    # A letter to a mailbox belongs to nobody's number: that is no match, and not unknown.
    own = or_(func.coalesce(Letter.person_id, 0) == person.id, Letter.recipient.in_(names.addresses))
    yield from session.scalars(select(Letter.id).where(own, Letter.id > after))
    columns = (Letter.id, Letter.content, Letter.subject, Letter.recipient_name)
    query = select(*columns).where(Letter.id > after, ~own, Letter.recipient != "")
    for key, content, *texts in session.execute(query.execution_options(yield_per=A_BATCH)):
        if _stands_in(names, content, texts):
            yield key


def _incoming(session: Session, person: Person, names: Names, after: int) -> Iterator[int]:
    columns = (Incoming.id, Incoming.person_id, Incoming.content, Incoming.understood, Incoming.sender)
    query = select(*columns, Incoming.sender_name, Incoming.subject, Incoming.note)
    query = query.where(Incoming.id > after).execution_options(yield_per=A_BATCH)
    for key, person_id, content, understood, *texts in session.execute(query):
        said = json.dumps(understood, ensure_ascii=False)
        if person_id == person.id or _stands_in(names, content, [*texts, said]):
            yield key


def _stands_in(names: Names, content: bytes, texts: Sequence[str]) -> bool:
    return any(names.stands_in(text) for text in texts) or any(
        names.stands_in(text) for text in texts_of(content)
    )
