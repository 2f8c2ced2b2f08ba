"""What reading a calendar gives: when someone is busy and what was guessed; nothing of what they do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Blocks = NDArray[np.int64]
MOST_FLAGS = 20


class Unreadable(Exception):
    """The calendar cannot be read; `code` says why in our own word, never in a parser's."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Flag:
    """Something the reader had to guess or leave out; `detail` is cleaned, short and never a title."""

    code: str
    detail: str


@dataclass(frozen=True)
class Busy:
    """When a calendar's owner is busy.

    `blocks` has shape (n, 2): start and end in whole minutes since 1970 UTC, start included, end excluded,
    rounded outward, sorted, merged and cut to the window.
    """

    blocks: Blocks
    flags: tuple[Flag, ...]


def told(flags: Iterable[Flag]) -> tuple[Flag, ...]:
    """Return each flag once, and no more than a person would read."""
    return tuple(dict.fromkeys(flags))[:MOST_FLAGS]


def merged(blocks: Blocks) -> Blocks:
    """Put blocks in order, and join those that overlap or touch."""
    if len(blocks) < 2:
        return blocks
    blocks = blocks[np.argsort(blocks[:, 0], kind="stable")]
    reached = np.maximum.accumulate(blocks[:, 1])
    fresh = np.flatnonzero(np.append(True, blocks[1:, 0] > reached[:-1]))
    last = np.append(fresh[1:], len(blocks)) - 1
    return np.stack((blocks[fresh, 0], reached[last]), axis=1)
