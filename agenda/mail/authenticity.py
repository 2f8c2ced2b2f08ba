"""Whether our own mail server found a message to come from whom it says (RFC 8601, CALENDAR-MAIL rule 32)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

LONGEST = 8_000
_COMMENT = re.compile(r"\([^()]{0,1000}\)")
_QUOTED = re.compile(r'"([^"]{0,500})"')
_RESULT = re.compile(r"\b(dmarc|dkim|spf)[ \t]*(?:/[ \t]*\d+)?[ \t]*=[ \t]*([a-z]+)")
_PROPERTY = re.compile(r"\b(header\.from|header\.d|header\.i|smtp\.mailfrom)[ \t]*=[ \t]*([^\s;]{1,320})")
_METHODS = {"dmarc": ("header.from",), "dkim": ("header.d", "header.i"), "spf": ("smtp.mailfrom",)}


class Verdict(StrEnum):
    """What is known of a message's sender."""

    ALIGNED = "aligned"
    UNALIGNED = "unaligned"
    # No server of ours says anything of it.
    UNCHECKED = "unchecked"


def checked(authentication: Sequence[str], authserv_id: str, sender: str) -> Verdict:
    """Tell whether the sender's domain stands for a message.

    `authentication` holds its Authentication-Results headers, topmost first. Only the topmost one of our own
    server counts: what stands further down was there before the message reached us, and anybody can write it.
    """
    if not authserv_id:
        return Verdict.UNCHECKED
    own = next((found for value in authentication if (found := _of_server(value, authserv_id))), None)
    if own is None:
        return Verdict.UNCHECKED
    domain = sender.rpartition("@")[2].lower()
    passed = (_passed(part, domain) for part in own.split(";")[1:])
    return Verdict.ALIGNED if domain and any(passed) else Verdict.UNALIGNED


def _of_server(value: str, authserv_id: str) -> str | None:
    """Give a header's text without comments and quotes if it is our server's, else None."""
    plain = _QUOTED.sub(r"\1", _COMMENT.sub(" ", value[:LONGEST])).lower()
    said = plain.split(";")[0].split()
    return plain if said and said[0] == authserv_id.lower() else None


def _passed(part: str, domain: str) -> bool:
    result = _RESULT.search(part)
    if result is None or result[2] != "pass":
        return False
    wanted = _METHODS[result[1]]
    named = [value.rpartition("@")[2].strip(".") for name, value in _PROPERTY.findall(part) if name in wanted]
    return any(_aligned(name, domain) for name in named)


def _aligned(one: str, other: str) -> bool:
    """Tell whether one domain is the other or lies below it, with two labels at least.

    Without a list of public suffixes this is as near as one gets to RFC 7489's relaxed alignment.
    """
    shorter, longer = sorted((one, other), key=len)
    return "." in shorter and (longer == shorter or longer.endswith(f".{shorter}"))
