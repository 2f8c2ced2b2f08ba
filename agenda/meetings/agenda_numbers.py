"""What the items of a final agenda are called at the table. Values in, values out."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import count, takewhile

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def numbers_in_order(items: int) -> list[str]:
    """Number so many items in the order in which they stand: "1", "2", "3"."""
    return [str(place) for place in range(1, items + 1)]


def late_number(before: str, taken: Collection[str]) -> str:
    """Give the number of an item that comes after the item called `before`: "3a", or the next free letter.

    Nothing else changes its number: what was printed stays true. After "3a" comes "3b", after "3z" "3aa";
    before the first item stands "0a".
    """
    base = base_of(before)
    return next(number for tail in _tails() if (number := base + tail) not in taken)


def base_of(number: str) -> str:
    """Give the number that a late item was added to: "3" of "3a"; "0" where there is none."""
    return "".join(takewhile(str.isdigit, number)) or "0"


def printed_order(number: str) -> tuple[int, int, str]:
    """Give what sorts items as they were printed, whatever the order at the table: "3", "3a", "3aa", "4"."""
    base = base_of(number)
    tail = number.removeprefix(base)
    return int(base), len(tail), tail


def _tails() -> Iterator[str]:
    """Give "a" to "z", then "aa", "ab" and on."""
    for place in count(1):
        tail = ""
        while place:
            place, letter = divmod(place - 1, len(LETTERS))
            tail = LETTERS[letter] + tail
        yield tail
