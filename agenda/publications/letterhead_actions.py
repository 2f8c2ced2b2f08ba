"""Setting the letterhead of a municipality."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.problems import Changed, NotFound
from agenda.people.model import Body, Organisation
from agenda.publications.letter_facts import letterhead_of
from agenda.publications.letter_model import Letterhead
from agenda.publications.letter_rules import check_pattern

HEAD = ("sender", "address", "contact", "place", "reference_pattern", "council_mailbox", "secretary", "mayor")


def set_letterhead(
    session: Session,
    organisation: Organisation,
    values: Mapping[str, str],
    version: int | None,
    by: Actor,
    now: datetime,
) -> Letterhead:
    """Set how a municipality's letters look and where they go; Changed when somebody else was first."""
    must_set_letterhead(session, organisation, by)
    check_pattern(values["reference_pattern"])
    found = letterhead_of(session, organisation.id)
    if (found is None) != (version is None):
        raise Changed
    before: dict[str, Any] = {}
    if found is None:
        found = Letterhead(organisation_id=organisation.id)
    else:
        found.expect(version)
        before = {name: getattr(found, name) for name in HEAD}
    for name in HEAD:
        setattr(found, name, values[name])
    try:
        with session.begin_nested():
            session.add(found)
            session.flush()
    except IntegrityError as error:
        raise Changed from error
    subject = ("organisation", organisation.id)
    audit.record(session, by, now, "letterhead_set", subject, before, {name: values[name] for name in HEAD})
    return found


def must_set_letterhead(session: Session, organisation: Organisation, by: Actor) -> None:
    """Raise unless this person records for a body in which the municipality has a seat."""
    bodies = session.scalars(
        select(Body).where(Body.seats.any(organisation_id=organisation.id)).order_by(Body.id)
    ).all()
    if any(by.may("record", body) for body in bodies):
        return
    seen = [body for body in bodies if by.may("see", body)]
    if not seen:
        raise NotFound("not_found")
    by.must("record", seen[0])
