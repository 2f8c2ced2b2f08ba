"""Reads of documents: which ones somebody may read."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, true
from sqlalchemy.orm import Session

from agenda.core.actor import Actor
from agenda.documents.model import Document, Secrecy, StoredFile


def readable(by: Actor) -> ColumnElement[bool]:
    """Give the condition on Document that rules.may_read is for one; guests come beside this."""
    return and_(_in_bodies(by, "see"), or_(_open_to_readers(), _in_bodies(by, "see_confidential")))


def guests_may_read() -> ColumnElement[bool]:
    """Give the condition on Document that rules.guest_may_read is for one."""
    return and_(Document.confidential.is_(False), ~_secret())


def limited_documents() -> tuple[Select[int], Select[int]]:
    """Give the ids of documents that are not open to every reader of their body: by sight, and by secrecy.

    They are few among many: whoever judges thousands of documents compares with these.
    """
    by_sight = select(Document.id).where(or_(Document.closed, Document.confidential))
    secret = select(Secrecy.document_id).where(Secrecy.lifted_at.is_(None))
    return by_sight, secret


def _open_to_readers() -> ColumnElement[bool]:
    return and_(Document.closed.is_(False), Document.confidential.is_(False), ~_secret())


def _secret() -> ColumnElement[bool]:
    return exists().where(Secrecy.document_id == Document.id, Secrecy.lifted_at.is_(None))


def _in_bodies(by: Actor, permission: str) -> ColumnElement[bool]:
    bodies = by.bodies(permission)
    return true() if bodies is None else Document.body_id.in_(bodies)


def is_stored(session: Session, sha256: str) -> bool:
    """Tell whether the database speaks of a content."""
    return session.scalar(select(StoredFile.id).where(StoredFile.sha256 == sha256)) is not None
