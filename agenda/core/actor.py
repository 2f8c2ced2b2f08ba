"""Who acts, as every room sees it; the accounts room fills it in."""

from __future__ import annotations

from typing import Protocol

from agenda.core.problems import Forbidden


class HasBodyId(Protocol):
    """Anything that stands for a body by its number."""

    @property
    def id(self) -> int: ...


class Actor(Protocol):
    """Someone, or the product itself, on whose behalf something is done."""

    @property
    def person_id(self) -> int | None: ...

    @property
    def name(self) -> str: ...

    @property
    def administrator(self) -> bool: ...

    def may(self, permission: str, body: HasBodyId | None = None) -> bool:
        """Tell whether the permission holds for this body."""

    def must(self, permission: str, body: HasBodyId | None = None) -> None:
        """Raise Forbidden, or NotFound where the body may not even be known, unless `may`."""

    def bodies(self, permission: str) -> frozenset[int] | None:
        """Give the bodies for which the permission holds; None for all."""


def must_be_administrator(by: Actor) -> None:
    """Raise Forbidden unless somebody looks after the whole."""
    if not by.administrator:
        raise Forbidden("forbidden")


class System:
    """The product itself, at work on what was decided earlier."""

    person_id: int | None = None
    name = "Agendering"
    administrator = True

    def may(self, permission: str, body: HasBodyId | None = None) -> bool:
        """Allow what the product was told to do."""
        return True

    def must(self, permission: str, body: HasBodyId | None = None) -> None:
        """Refuse nothing."""

    def bodies(self, permission: str) -> frozenset[int] | None:
        """Give all bodies."""
        return None
