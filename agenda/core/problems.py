"""Refusals: one family, one code each, turned into a page or problem+json at the edge."""

from __future__ import annotations

from typing import Any


class Problem(Exception):
    """What was asked cannot be done; `code` names why and `facts` fill its sentence."""

    status = 400

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class Invalid(Problem):
    """What was entered is wrong."""

    status = 422


class Forbidden(Problem):
    """This person may not do this."""

    status = 403


class NotFound(Problem):
    """There is no such thing, or not for this person: both look the same from outside."""

    status = 404


class Conflict(Problem):
    """It was possible before, and no longer is."""

    status = 409


class Changed(Conflict):
    """Someone else saved in between: nothing of theirs is overwritten."""

    def __init__(self) -> None:
        super().__init__("changed_meanwhile")


class Gone(Problem):
    """It was there and has ended, such as a link that was used."""

    status = 410
