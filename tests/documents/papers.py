"""Documents that are there already, for tests of who may do what with them."""

from __future__ import annotations

from io import BytesIO

from sqlalchemy.orm import Session

from agenda.core.runtime import Runtime
from agenda.documents import actions, storage
from agenda.documents.actions import Content, Facts, SecrecyFacts
from agenda.documents.model import Document
from tests.world import START, TODAY, World

SECRECY = SecrecyFacts("Woo 5.1 lid 2 b", "het college van Leiden", "de raad van Leiden", TODAY)


def stored(runtime: Runtime, octets: bytes = b"Notitie", name: str = "notitie.txt") -> Content:
    """Put a content in its place."""
    folder = runtime.config.documents
    with storage.received(folder, BytesIO(octets), 50_000_000) as content:
        storage.settle(folder, content, START)
    return Content(content.sha256, content.size, "text/plain", name)


def add(
    session: Session, runtime: Runtime, world: World, title: str = "Notitie", limit: str = "", **facts: bool
) -> Document:
    """Give the world's body a document; `limit` is "closed", "confidential", "secrecy" or nothing."""
    by = world.by(session, "clerk")
    facts = facts | ({limit: True} if limit in {"closed", "confidential"} else {})
    content = stored(runtime, title.encode())
    document = actions.add_document(session, world.body(session), content, Facts(title, **facts), by, START)
    if limit == "secrecy":
        actions.impose_secrecy(session, document, SECRECY, None, by, START)
    return document


def added(runtime: Runtime, world: World, title: str = "Notitie", limit: str = "", **facts: bool) -> int:
    """Do so in a transaction of its own, and give the document's number."""
    with runtime.work() as session:
        return add(session, runtime, world, title, limit, **facts).id
