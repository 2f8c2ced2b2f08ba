"""Which mail no person wrote: out of office, receipts, lists (RFC 3834 and what programs add to it)."""

from __future__ import annotations

import re

from agenda.mail.message_head import Head

_SUBJECT = re.compile(
    r"(?i)^\W*(?:automatisch antwoord|automatische reactie|afwezig(?:heid)?\b.{0,3}[:\-]"
    r"|afwezigheids(?:bericht|assistent|melding)|niet aanwezig\b.{0,3}:"
    r"|automatic reply|auto(?:matic)?[- ]?(?:reply|response)|out of (?:the )?office|autoreply"
    r"|abwesend|automatische antwort|r[ée]ponse automatique)"
)
_PRECEDENCE = {"bulk", "junk", "list", "auto_reply"}


def is_automatic(head: Head) -> bool:
    """Tell whether a program sent this by itself; such a message is never answered (rule 36)."""
    submitted = head.first("auto-submitted").split(";")[0].strip().lower()
    if submitted and submitted != "no":
        return True
    if head.first("precedence").strip().lower() in _PRECEDENCE:
        return True
    named = ("x-autoreply", "x-autorespond", "x-autoresponse", "x-vacation", "list-id")
    return any(head.all(name) for name in named) or _SUBJECT.search(head.subject) is not None
