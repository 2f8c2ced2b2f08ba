"""Who may read a document. Values in, values out."""

from __future__ import annotations

from typing import Protocol

from agenda.core.actor import Actor, HasBodyId


class HasLimits(Protocol):
    """A document, as far as reading it is concerned."""

    @property
    def body(self) -> HasBodyId: ...
    @property
    def closed(self) -> bool: ...
    @property
    def confidential(self) -> bool: ...
    @property
    def secrecy(self) -> object | None: ...


def is_limited(document: HasLimits) -> bool:
    """Tell whether any of the three facts keeps a document from readers of its body."""
    return document.closed or document.confidential or document.secrecy is not None


def may_read(document: HasLimits, by: Actor) -> bool:
    """Tell whether a role in the body lets this person read the document; guests come beside this."""
    permission = "see_confidential" if is_limited(document) else "see"
    return by.may(permission, document.body)


def guest_may_read(document: HasLimits) -> bool:
    """Tell whether a guest of an item that has this document may read it.

    The guest is in the room when the doors close; confidential handling and secrecy do not include guests.
    """
    return not document.confidential and document.secrecy is None
