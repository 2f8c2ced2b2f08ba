"""Letters that did not arrive: the person is marked, and the secretary hears of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session, aliased, defer

from agenda.core.clock import local_day
from agenda.mail.actions import Outgoing, post
from agenda.mail.compose import Mailbox, render_letter
from agenda.mail.model import Letter
from agenda.mail.queries import SIGN_IN
from agenda.people.model import Membership, Person, Role
from agenda.people.queries import on_day
from config import Config

KIND = "undeliverable"
LOOK_BACK = timedelta(days=30)


def note_failures(session: Session, config: Config, now: datetime) -> int:
    """Mark who a letter could not be delivered to, and tell the body's secretaries; how many letters failed.

    Without a secretary, or for a letter about no body, the administrators hear of it.
    """
    failed = _unnoted(session, now)
    if not failed:
        return 0
    people = {
        p.id: p for p in session.scalars(select(Person).where(Person.id.in_([f.person_id for f in failed])))
    }
    for letter in failed:
        person = people.get(letter.person_id or 0)
        if person is not None and person.email == letter.recipient and letter.fate == "failed":
            person.undeliverable_since = person.undeliverable_since or letter.settled_at
        for reader in _readers(session, config, letter, now):
            _report(session, config, letter, reader, now)
    return len(failed)


def _unnoted(session: Session, now: datetime) -> Sequence[Letter]:
    """List what failed and was reported to nobody yet; the report's own failure is reported to nobody."""
    report = aliased(Letter)
    reported = exists().where(
        report.kind == KIND, report.subject_kind == "letter", report.subject_id == Letter.id
    )
    query = (
        select(Letter)
        .where(
            Letter.settled_at > now - LOOK_BACK,
            or_(
                and_(Letter.fate == "failed", Letter.kind != KIND),
                # A sign-in link that came too late was asked again by its reader.
                and_(Letter.fate == "expired", Letter.kind.not_in((KIND, SIGN_IN))),
            ),
            Letter.person_id.is_not(None),
            ~reported,
        )
        .order_by(Letter.id)
        .options(defer(Letter.content))
    )
    return session.scalars(query).all()


def _readers(session: Session, config: Config, letter: Letter, now: datetime) -> Sequence[Person]:
    today = local_day(now, config.time_zone)
    secretaries = select(Membership.person_id).where(
        Membership.body_id == letter.body_id, Membership.role == Role.SECRETARY, on_day(today)
    )
    found = session.scalars(select(Person).where(Person.id.in_(secretaries)).order_by(Person.id)).all()
    readers = [person for person in found if person.id != letter.person_id]
    if readers:
        return readers
    administrators = select(Person).where(Person.administrator, Person.id != letter.person_id)
    return session.scalars(administrators.order_by(Person.id)).all()


def _report(session: Session, config: Config, letter: Letter, reader: Person, now: datetime) -> None:
    text = render_letter(
        KIND,
        reader.language,
        zone=ZoneInfo(config.time_zone),
        sender=config.mail_name,
        recipient=f"{letter.recipient_name} <{letter.recipient}>",
        undelivered_subject=letter.subject,
        server_words=letter.last_error or "",
        link=f"{config.base_url}/letters/{letter.id}",
    )
    outgoing = Outgoing(
        key=f"{KIND}:{letter.id}:{reader.id}",
        kind=KIND,
        recipient=Mailbox(reader.name, reader.email),
        text=text,
        person_id=reader.id,
        body_id=letter.body_id,
        about=("letter", letter.id),
    )
    post(session, config, outgoing, now)
