"""What is done with documents: adding one, a new version, its name and facts, and removing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.core.problems import Conflict, Invalid
from agenda.documents.model import Document, DocumentVersion, Secrecy, StoredFile
from agenda.people.model import Body


@dataclass(frozen=True)
class Content:
    """A content that lies in its place, with the name under which it was sent."""

    sha256: str
    size: int
    media_type: str
    file_name: str


@dataclass(frozen=True)
class Facts:
    """What is set of a document itself: its title and the two facts that are no legal act."""

    title: str
    closed: bool = False
    confidential: bool = False


@dataclass(frozen=True)
class SecrecyFacts:
    """A duty of secrecy as it is imposed: on which ground, by whom, who may lift it, since when."""

    ground: str
    imposed_by: str
    may_lift: str
    since: date


def add_document(
    session: Session, body: Body, content: Content, facts: Facts, by: Actor, now: datetime
) -> Document:
    """Give a body a document with its first version."""
    by.must("manage_documents", body)
    if not facts.title:
        raise Invalid("document_title_missing")
    document = Document(
        body_id=body.id,
        title=facts.title,
        closed=facts.closed,
        confidential=facts.confidential,
        created_at=now,
        created_by=by.name,
    )
    session.add(document)
    session.flush()
    document.body = body
    _add_version(session, document, 1, content, "", by, now)
    _record(session, document, "document_added", by, now, after=_said(facts) | {"file": content.file_name})
    return document


def add_version(
    session: Session, document: Document, content: Content, remark: str, by: Actor, now: datetime
) -> DocumentVersion:
    """Let another content be what readers get; of two at the same time the later one is the higher number."""
    by.must("manage_documents", document.body)
    _must_be_there(document)
    # Holds others back until this one is written: the numbers follow each other.
    session.execute(select(Document.id).where(Document.id == document.id).with_for_update())
    last = session.scalar(
        select(func.max(DocumentVersion.number)).where(DocumentVersion.document_id == document.id)
    )
    made = _add_version(session, document, (last or 0) + 1, content, remark, by, now)
    after = {"document_version": made.number, "file": content.file_name, "remark": remark or None}
    _record(session, document, "version_added", by, now, after=after)
    return made


def change(
    session: Session, document: Document, facts: Facts, version: int | None, by: Actor, now: datetime
) -> None:
    """Give a document another title, or say otherwise whether it is of a closed session or confidential."""
    by.must("manage_documents", document.body)
    document.expect(version)
    _must_be_there(document)
    if not facts.title:
        raise Invalid("document_title_missing")
    before = Facts(document.title, document.closed, document.confidential)
    if before == facts:
        return
    document.title, document.closed, document.confidential = facts.title, facts.closed, facts.confidential
    _record(session, document, "document_changed", by, now, _said(before), _said(facts))


def limit(
    session: Session, document: Document, closed: bool, confidential: bool, by: Actor, now: datetime
) -> None:
    """Let a document be limited as what it belongs to is; what it is already stays.

    Whoever may limit that needs no permission of its own: it must not stay readable beside it.
    """
    set_limits(session, document, document.closed or closed, document.confidential or confidential, by, now)


def set_limits(
    session: Session, document: Document, closed: bool, confidential: bool, by: Actor, now: datetime
) -> None:
    """Say anew whether a document is of a closed session or confidential, also of one that was removed.

    The room that asks it has judged whether this person may.
    """
    before = Facts(document.title, document.closed, document.confidential)
    after = replace(before, closed=closed, confidential=confidential)
    if after != before:
        document.closed, document.confidential = closed, confidential
        _record(session, document, "document_changed", by, now, _said(before), _said(after))


def impose_secrecy(
    session: Session, document: Document, facts: SecrecyFacts, version: int | None, by: Actor, now: datetime
) -> Secrecy:
    """Record that secrecy is imposed on a document; Conflict where it holds already."""
    by.must("manage_documents", document.body)
    document.expect(version)
    _must_be_there(document)
    if document.secrecy is not None:
        raise Conflict("secrecy_holds")
    if facts.since > local_day(now, document.body.time_zone):
        raise Invalid("secrecy_ahead", field="since")
    made = Secrecy(
        document=document,
        ground=facts.ground,
        imposed_by=facts.imposed_by,
        may_lift=facts.may_lift,
        since=facts.since,
        recorded_at=now,
    )
    session.add(made)
    _touch(document)
    after = {
        "ground": facts.ground,
        "imposed_by": facts.imposed_by,
        "may_lift": facts.may_lift,
        "since": facts.since,
    }
    _record(session, document, "secrecy_imposed", by, now, after=after)
    return made


def lift_secrecy(
    session: Session,
    document: Document,
    who: str,
    why: str,
    version: int | None,
    by: Actor,
    now: datetime,
) -> None:
    """Record that the secrecy on a document is lifted, by whom and why; Conflict where there is none."""
    by.must("manage_documents", document.body)
    document.expect(version)
    _must_be_there(document)
    secrecy = document.secrecy
    if secrecy is None:
        raise Conflict("secrecy_lifted_already")
    secrecy.lifted_at, secrecy.lifted_by, secrecy.lifted_why = now, who, why
    _touch(document)
    after = {"lifted_by": who, "reason": why}
    _record(session, document, "secrecy_lifted", by, now, after=after)


def remove(
    session: Session, document: Document, why: str, version: int | None, by: Actor, now: datetime
) -> None:
    """Take a document away from its readers, with the reason; nothing of it is lost."""
    by.must("manage_documents", document.body)
    document.expect(version)
    _must_be_there(document)
    document.removed_at, document.removed_why = now, why
    _record(session, document, "document_removed", by, now, after={"reason": why})


def put_back(session: Session, document: Document, version: int | None, by: Actor, now: datetime) -> None:
    """Undo the removal of a document."""
    by.must("manage_documents", document.body)
    document.expect(version)
    if document.removed_at is None:
        raise Conflict("document_there")
    document.removed_at, document.removed_why = None, ""
    _record(session, document, "document_put_back", by, now)


def note_download(session: Session, version: DocumentVersion, by: Actor, now: datetime) -> None:
    """Write down that somebody got a version of a document that not everybody may read."""
    after = {"document_version": version.number}
    _record(session, version.document, "downloaded", by, now, after=after)


def _add_version(
    session: Session,
    document: Document,
    number: int,
    content: Content,
    remark: str,
    by: Actor,
    now: datetime,
) -> DocumentVersion:
    made = DocumentVersion(
        document=document,
        number=number,
        file=_stored(session, content, now),
        file_name=content.file_name,
        uploaded_at=now,
        uploaded_by=by.name,
        uploaded_by_id=by.person_id,
        remark=remark,
    )
    session.add(made)
    session.flush()
    return made


def _stored(session: Session, content: Content, now: datetime) -> StoredFile:
    """Give the row of a content: the one that is there, or a new one."""
    same = select(StoredFile).where(StoredFile.sha256 == content.sha256)
    found = session.scalars(same).one_or_none()
    if found is not None:
        return found
    made = StoredFile(sha256=content.sha256, size=content.size, media_type=content.media_type, stored_at=now)
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        # Somebody else sent the same at the same moment.
        return session.scalars(same).one()
    return made


def _must_be_there(document: Document) -> None:
    if document.removed_at is not None:
        raise Conflict("document_removed")


def _touch(document: Document) -> None:
    """Let who looked at the document before see that it changed, also where only its secrecy did."""
    flag_modified(document, "title")


def _said(facts: Facts) -> dict[str, Any]:
    return {
        "document_title": facts.title,
        "document_closed": facts.closed,
        "document_confidential": facts.confidential,
    }


def _record(
    session: Session,
    document: Document,
    verb: str,
    by: Actor,
    now: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    audit.record(session, by, now, verb, ("document", document.id), before, after)
