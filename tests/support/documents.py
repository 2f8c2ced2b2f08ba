"""JSON documents to change at one place at a time."""

from __future__ import annotations

import copy
import json
from typing import Any

GONE = object()


def changed(document: dict[str, Any], *change: Any) -> dict[str, Any]:
    """Give a copy; `change` is a path and the value to stand there, or GONE."""
    asked = copy.deepcopy(document)
    if change:
        *path, last, value = change
        place: Any = asked
        for step in path:
            place = place[step]
        if value is GONE:
            del place[last]
        else:
            place[last] = value
    return asked


def written(asked: Any) -> bytes:
    """Give the bytes of its file."""
    return json.dumps(asked).encode()
