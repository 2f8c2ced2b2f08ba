"""What differs between two versions of an agenda. Values in, values out.

A version is what version_facts keeps, as a reader may see it (version_queries).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

Row = Mapping[str, Any]
Key = tuple[str, int, int]

# Of place and time, and of an item, in the order in which a reader looks for them.
MEETING_FIELDS = ("title", "starts_at", "minutes", "host", "venue", "papers")
ITEM_FIELDS = (
    "title",
    "minutes",
    "purpose",
    "treatment",
    "lead",
    "guests",
    "requested_decision",
    "closed",
    "confidential",
    "papers",
)
# Above this many comparisons of words, texts are shown whole: two texts of the same few words over and over.
MOST_COMPARISONS = 200_000


class What(StrEnum):
    """What happened to an item."""

    ADDED = "added"
    WITHDRAWN = "withdrawn"
    REMOVED = "removed"
    MOVED = "moved"
    CHANGED = "changed"


class Part(StrEnum):
    """What happened to a piece of text."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True)
class FieldChange:
    """One field that differs, as it was and became."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True)
class ItemChange:
    """One item that differs; `was` is None for one that came, `row` is as it was for one that went."""

    what: tuple[What, ...]
    row: Row
    was: Row | None = None
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """All that differs: of place and time, and of the items in their new order, those that went last."""

    meeting: tuple[FieldChange, ...]
    items: tuple[ItemChange, ...]

    def __bool__(self) -> bool:
        return bool(self.meeting or self.items)


def compare(old: Row, new: Row) -> Comparison:
    """Tell what differs between two versions."""
    before, after = keyed(old["items"]), keyed(new["items"])
    moved = _moved([key for key in before if key in after], [key for key in after if key in before])
    items = []
    for key, row in after.items():
        if key not in before:
            items.append(ItemChange((What.ADDED,), row))
            continue
        change = _item(before[key], row, moved=key in moved)
        if change is not None:
            items.append(change)
    items += [ItemChange((What.REMOVED,), row, row) for key, row in before.items() if key not in after]
    return Comparison(_fields(MEETING_FIELDS, old, new), tuple(items))


def keyed(rows: Sequence[Row]) -> dict[Key, Row]:
    """Name each item so that it is found again in another version: by its topic, else by its own number.

    A topic may stand on an agenda twice: withdrawn, and then added late.
    """
    seen: Counter[tuple[str, int]] = Counter()
    found = {}
    for row in rows:
        name = ("topic", row["topic_id"]) if row["topic_id"] else (row["kind"], row["id"])
        found[(*name, seen[name])] = row
        seen[name] += 1
    return found


def _item(was: Row, row: Row, moved: bool) -> ItemChange | None:
    withdrawn = bool(row["withdrawn_at"]) and not was["withdrawn_at"]
    # A withdrawn item takes no time: that it is withdrawn says so.
    fields = tuple(one for one in _fields(ITEM_FIELDS, was, row) if not (withdrawn and one.name == "minutes"))
    what = [What.WITHDRAWN] if withdrawn else []
    what += [What.MOVED] if moved else []
    what += [What.CHANGED] if fields else []
    return ItemChange(tuple(what), row, was, fields) if what else None


def _fields(names: Sequence[str], old: Row, new: Row) -> tuple[FieldChange, ...]:
    return tuple(
        FieldChange(name, old[name], new[name])
        for name in names
        if name in old and name in new and old[name] != new[name]
    )


def _moved(old: Sequence[Key], new: Sequence[Key]) -> frozenset[Key]:
    """Find the fewest items whose moving explains the new order."""
    # The longest common subsequence stays where it is (Wagner and Fischer, 1974); agendas are short.
    best: list[list[int]] = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            same = old[i] == new[j]
            best[i][j] = best[i + 1][j + 1] + 1 if same else max(best[i + 1][j], best[i][j + 1])
    stays, i, j = set(), 0, 0
    while i < len(old) and j < len(new):
        if old[i] == new[j]:
            stays.add(old[i])
            i, j = i + 1, j + 1
        elif best[i + 1][j] >= best[i][j + 1]:
            i += 1
        else:
            j += 1
    return frozenset(new) - stays


def word_by_word(before: str, after: str) -> list[tuple[Part, str]]:
    """Part two texts in what stayed, what went and what came; the pieces together are both texts again."""
    old, new = _words(before), _words(after)
    if _comparisons(old, new) > MOST_COMPARISONS:
        return [(part, text) for part, text in ((Part.GONE, before), (Part.NEW, after)) if text]
    parts: list[tuple[Part, str]] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            parts.append((Part.SAME, "".join(old[i1:i2])))
            continue
        gone, came = "".join(old[i1:i2]), "".join(new[j1:j2])
        parts += [(part, text) for part, text in ((Part.GONE, gone), (Part.NEW, came)) if text]
    return parts


def _words(text: str) -> list[str]:
    """Part a text in words, each with the blanks after it."""
    return re.findall(r"\s*\S+\s*|\s+", text)


def _comparisons(old: Sequence[str], new: Sequence[str]) -> int:
    counted = Counter(new)
    return sum(times * counted[word] for word, times in Counter(old).items())
