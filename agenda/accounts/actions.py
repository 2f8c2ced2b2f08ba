"""Ask for a link, sign in, sign out: one verb a function."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from agenda.accounts import letters, lifetimes, tokens
from agenda.accounts.model import SignIn, SignInLink
from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.database import get
from agenda.core.problems import Gone, Invalid, NotFound
from agenda.core.text import one_line
from agenda.people.model import Person
from agenda.people.rules import LANGUAGES, same_address
from config import Config

LONGEST_BROWSER = 200


def ask_link(session: Session, email: str, browser: str, now: datetime, config: Config) -> None:
    """Mail a sign-in link to the person with this address, if there is one.

    Does the same work when there is none, and says nothing: who asks cannot tell (ASVS 6.3.8).
    """
    address = same_address(email)
    _forget_old_links(session, now)
    if _asked_lately(session, address, now) >= lifetimes.LINKS_PER_HOUR:
        return
    person = session.scalar(select(Person).where(Person.email == address, Person.room.is_(False)))
    token = tokens.new_token()
    link = SignInLink(
        person_id=person.id if person else None,
        address_hash=tokens.digest(address),
        token_hash=tokens.digest(token),
        browser_hash=tokens.digest(browser),
        asked_at=now,
        expires_at=now + lifetimes.LINK,
    )
    session.add(link)
    session.flush()
    if person:
        letters.post_link(session, link, person, token, now, config)
    else:
        letters.post_nowhere(session, link, token, now, config)


def sign_in_by_link(session: Session, token: str, browser: str | None, agent: str, now: datetime) -> str:
    """Use a mailed link and give the token of the new session.

    Raises Gone when the link is unknown, used, too old, or was asked for in another browser.
    """
    link = session.scalar(select(SignInLink).where(SignInLink.token_hash == tokens.digest(token)))
    if link is None or link.person_id is None or not browser or link.browser_hash != tokens.digest(browser):
        raise Gone("link_unusable")
    # Two clicks at the same moment: the condition lets one of them through.
    used = session.execute(
        update(SignInLink)
        .where(SignInLink.id == link.id, SignInLink.used_at.is_(None), SignInLink.expires_at > now)
        .values(used_at=now)
    )
    if used.rowcount != 1:  # type: ignore[attr-defined]
        raise Gone("link_unusable")
    _use_up_other_links(session, link.person_id, now)
    return begin(session, session.get_one(Person, link.person_id), agent, now)


def begin(session: Session, person: Person, agent: str, now: datetime) -> str:
    """Sign a person in and give the session's token, which is kept nowhere else."""
    token = tokens.new_token()
    row = SignIn(
        person_id=person.id,
        token_hash=tokens.digest(token),
        began_at=now,
        seen_at=now,
        browser=one_line(agent)[:LONGEST_BROWSER],
    )
    session.add(row)
    session.flush()
    return token


def note_seen(session: Session, sign_in_id: int, now: datetime) -> None:
    """Write down that a session was used just now."""
    session.execute(
        update(SignIn).where(SignIn.id == sign_in_id, SignIn.ended_at.is_(None)).values(seen_at=now)
    )


def end(session: Session, sign_in_id: int, by: Actor, now: datetime) -> None:
    """End one of one's own sessions; NotFound for anybody else's."""
    row = session.get(SignIn, sign_in_id)
    if row is None or row.person_id != by.person_id:
        raise NotFound("not_found")
    row.ended_at = row.ended_at or now


def end_everywhere(session: Session, by: Actor, now: datetime) -> None:
    """End every session of this person and make their unused links worthless."""
    session.execute(
        update(SignIn).where(SignIn.person_id == by.person_id, SignIn.ended_at.is_(None)).values(ended_at=now)
    )
    if by.person_id is not None:
        _use_up_other_links(session, by.person_id, now)


def end_everywhere_for(session: Session, person_id: int, by: Actor, now: datetime) -> None:
    """End every session of someone else, such as after a lost telephone; for administrators."""
    by.must("administer")
    person = get(session, Person, person_id)
    session.execute(
        update(SignIn).where(SignIn.person_id == person.id, SignIn.ended_at.is_(None)).values(ended_at=now)
    )
    _use_up_other_links(session, person.id, now)
    audit.record(session, by, now, "signed_out", ("person", person.id))


def change_profile(
    session: Session, by: Actor, name: str, language: str, version: int | None, now: datetime
) -> Person:
    """Change one's own name and language; Changed when someone else did so in between."""
    if by.person_id is None:
        raise NotFound("not_found")
    if language not in LANGUAGES or not one_line(name):
        raise Invalid("profile_incomplete")
    person = get(session, Person, by.person_id)
    person.expect(version)
    before = {"name": person.name, "language": person.language}
    person.name, person.language = one_line(name), language
    after = {"name": person.name, "language": person.language}
    if before != after:
        audit.record(session, by, now, "edited", ("person", person.id), before, after)
    session.flush()
    return person


def _asked_lately(session: Session, address: str, now: datetime) -> int:
    query = select(func.count()).where(
        SignInLink.address_hash == tokens.digest(address), SignInLink.asked_at > now - lifetimes.HOUR
    )
    return session.scalar(query) or 0


def _forget_old_links(session: Session, now: datetime) -> None:
    session.execute(delete(SignInLink).where(SignInLink.expires_at < now - lifetimes.LINK_MEMORY))


def _use_up_other_links(session: Session, person_id: int, now: datetime) -> None:
    session.execute(
        update(SignInLink)
        .where(SignInLink.person_id == person_id, SignInLink.used_at.is_(None))
        .values(used_at=now)
    )
