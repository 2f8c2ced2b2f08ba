"""After a restore: whoever was erased since the backup was made is erased again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core.actor import Actor
from agenda.core.audit import AuditEntry
from agenda.core.database import LARGEST_KEY
from agenda.core.speech import mark as _l
from agenda.core.speech import speak
from agenda.mail import actions as mail
from agenda.mail.model import Incoming, Letter
from agenda.people.model import Person
from agenda.retention import erased_people, erasing, mentions
from agenda.retention.erased_people import Erasure
from agenda.retention.erasing import Erased
from agenda.retention.mentions import LANGUAGE, Mails

# An erasing bears the moment at which it began, and a backup that one too: who was being erased while it was
# made may be in it.
UNDER_WAY = timedelta(hours=1)
WHY = _l("It names somebody who was erased after the backup was made.")


@dataclass(frozen=True)
class Again:
    """Who was erased again, and the numbers of those of whom nobody but a person can tell who they are."""

    erased: tuple[Erased, ...] = ()
    doubtful: tuple[int, ...] = ()
    administrators_left: bool = True


def erase_again(
    session: Session,
    erasures: Sequence[Erasure],
    made_at: datetime,
    secret: bytes,
    zone: str,
    by: Actor,
    now: datetime,
) -> Again:
    """Erase whoever was erased later than `made_at` and is here again, in this transaction.

    Only who is the same person by an address: a number alone may be somebody else's. Nobody else may be at
    work on this database.
    """
    by.must("administer")
    erased, doubtful = [], []
    for number in sorted({one.person for one in erasures if one.at > made_at - UNDER_WAY}):
        person = session.get(Person, number) if 0 < number <= LARGEST_KEY else None
        mine = [one for one in erasures if one.person == number and one.at > made_at - UNDER_WAY]
        if person is None or person.erased_at is not None or _is_newer(session, number, mine):
            continue
        if person.room or not any(erased_people.is_about(secret, one, person.email) for one in mine):
            doubtful.append(number)
            continue
        seen = _clear_the_way(session, person, by, now)
        erased.append(erasing.erase(session, person, person.name, None, seen, zone, by, now))
    remaining = session.scalar(select(Person.id).where(Person.administrator).limit(1))
    return Again(tuple(erased), tuple(doubtful), remaining is not None)


def _is_newer(session: Session, number: int, erasures: Sequence[Erasure]) -> bool:
    """Tell whether somebody was added under this number after all these erasings."""
    added = select(AuditEntry.at).where(
        AuditEntry.subject_kind == "person", AuditEntry.subject_id == number, AuditEntry.verb == "created"
    )
    return any(at > max(one.at for one in erasures) for at in session.scalars(added))


def _clear_the_way(session: Session, person: Person, by: Actor, now: datetime) -> Mails:
    """Do what had been done before the first erasing, and is undone by the backup; gives the mails found."""
    person.administrator = False
    erasing.take_out_of_calendar(session, person, by, now, leave=True)
    names = mentions.names_of(session, person)
    seen = mentions.mails_with(session, person, names)
    waiting = erasing.waiting(session, person, names, seen)
    why = speak("retention", LANGUAGE, WHY)
    for key in sorted(waiting.letters):
        # No worker has it: the lease is of the house that the backup was made in.
        letter = session.get_one(Letter, key)
        letter.lease = letter.leased_until = None
        mail.discard(session, key, by, now, why)
    for key in sorted(waiting.incoming):
        message = session.get_one(Incoming, key)
        message.settled_at, message.fate = now, "done"
    session.flush()
    return seen
