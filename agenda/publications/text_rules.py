"""A body's own words in a paper: a fixed set of placeholders and nothing else. Values in, values out.

These texts are never read as a template: what stands between braces is looked up in a table, or it stays.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_PLACEHOLDER = re.compile(r"\{([^{}\n]{1,40})\}")
# Each placeholder under its Dutch and its English name: a clerk writes either in either language.
NAMES: Mapping[str, str] = {
    "gremium": "body",
    "datum": "date",
    "tijd": "time",
    "plaats": "place",
    "gastheer": "host",
    "naam": "name",
    "body": "body",
    "date": "date",
    "time": "time",
    "place": "place",
    "host": "host",
    "name": "name",
}


def unknown_placeholders(text: str) -> list[str]:
    """Give what stands between braces and means nothing, in its order, each once."""
    found = (name for name in _PLACEHOLDER.findall(text) if name.strip().lower() not in NAMES)
    return list(dict.fromkeys(found))


def filled(text: str, values: Mapping[str, str]) -> str:
    """Give the text with each placeholder replaced once; what a value holds is not looked at again."""

    def value(found: re.Match[str]) -> str:
        known = NAMES.get(found[1].strip().lower())
        return found[0] if known is None else values.get(known, "")

    return _PLACEHOLDER.sub(value, text)


def paragraphs(text: str) -> list[str]:
    """Give the paragraphs of a text: what blank lines set apart."""
    return [part.strip("\n") for part in re.split(r"\n[ \t]*\n+", text) if part.strip()]
