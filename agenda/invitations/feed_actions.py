"""A person's feeds: made, renewed, revoked; and kept as text that only a change renews."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.database import get
from agenda.core.problems import Conflict, NotFound
from agenda.invitations import feed_queries as queries
from agenda.invitations import feeds
from agenda.invitations.model import Feed
from agenda.mail.tokens import link_token, token_hash
from agenda.people.model import Body, Person
from config import Config

# That somebody fetched it is not worth a write each time.
NOTED_EVERY = timedelta(hours=1)


def make_feed(session: Session, config: Config, body_id: int | None, by: Actor, now: datetime) -> Feed:
    """Give the actor an address for their own meetings, or for those of a body in which they sit.

    Raises Conflict where there is one, NotFound for a body that is not theirs.
    """
    if by.person_id is None:
        raise NotFound("not_found")
    body = None
    if body_id is not None:
        body = get(session, Body, body_id)
        by.must("see", body)
    person = get(session, Person, by.person_id)
    # The person's row is locked: two presses of the button make one address.
    session.scalars(select(Person.id).where(Person.id == person.id).with_for_update()).one()
    if any(known.body_id == body_id for known in queries.feeds_of(session, person.id)):
        raise Conflict("feed_exists")
    serial = session.scalar(select(func.count()).select_from(Feed).where(Feed.person_id == person.id)) or 0
    feed = Feed(
        person_id=person.id,
        body_id=body_id,
        serial=serial + 1,
        token_hash=token_hash(token(config, person.id, serial + 1)),
        made_at=now,
        content=b"",
        made_of="",
        etag="",
    )
    session.add(feed)
    session.flush()
    _note(session, by, now, "feed_made", person, body)
    return feed


def renew_feed(session: Session, config: Config, feed_id: int, by: Actor, now: datetime) -> Feed:
    """Replace an address by a new one; the old one ends at once."""
    feed = _own(session, feed_id, by)
    feed.revoked_at = now
    session.flush()
    return make_feed(session, config, feed.body_id, by, now)


def revoke_feed(session: Session, feed_id: int, by: Actor, now: datetime) -> None:
    """End an address: whoever has it gets nothing any more."""
    feed = _own(session, feed_id, by)
    feed.revoked_at = now
    _note(session, by, now, "feed_revoked", feed.person, feed.body)


def token(config: Config, person_id: int, serial: int) -> str:
    """Return the secret in an address: to be shown to its owner alone."""
    return link_token(config.secret, "feed", person_id, serial)


def refresh(session: Session, config: Config, feed: Feed, now: datetime) -> bool:
    """Make a feed's text anew where something changed since; tell whether there is anything to write down."""
    state = queries.made_of(session, config, now)
    noted = feed.fetched_at is not None and now - feed.fetched_at < NOTED_EVERY
    if feed.made_of == state:
        if not noted:
            feed.fetched_at = now
        return not noted
    name = feed.body.name if feed.body else feed.person.name
    text = feeds.content(config, name, queries.entries(session, feed, now), now)
    etag = feeds.etag_of(text)
    if etag != feed.etag:
        feed.content, feed.etag, feed.changed_at = text, etag, now
    feed.made_of, feed.fetched_at = state, now
    return True


def _own(session: Session, feed_id: int, by: Actor) -> Feed:
    feed = get(session, Feed, feed_id)
    if feed.person_id != by.person_id or feed.revoked_at is not None:
        raise NotFound("not_found")
    return feed


def _note(session: Session, by: Actor, now: datetime, verb: str, person: Person, body: Body | None) -> None:
    after = {"body": body.name} if body else {}
    audit.record(session, by, now, verb, ("person", person.id), after=after)
