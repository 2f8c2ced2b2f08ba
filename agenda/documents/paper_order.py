"""The order of papers at one place. Values in, values out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar


class HasPosition(Protocol):
    """A document at its place in a list."""

    position: int


Paper = TypeVar("Paper", bound=HasPosition)


def move_among(papers: Sequence[Paper], paper: Paper, step: int) -> None:
    """Move one paper so many places; at the end of the list nothing happens."""
    order = [one for one in papers if one is not paper]
    order.insert(min(max(papers.index(paper) + step, 0), len(order)), paper)
    for position, one in enumerate(order):
        one.position = position
