"""The secrets in links that letters carry: made from the settings' secret, of which only a hash is kept."""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import b32encode
from collections.abc import Iterable

_OCTETS = 20
_REPLY = re.compile(r"agenda\+([a-z2-7]{16,64})@(.+)", re.IGNORECASE)


def link_token(secret: bytes, purpose: str, key: int, serial: int) -> str:
    """Return the 160-bit token of one row for one purpose; a new serial makes the old token worthless."""
    digest = hmac.new(secret, f"{purpose}:{key}:{serial}".encode(), hashlib.sha256).digest()
    return b32encode(digest[:_OCTETS]).decode().lower()


def token_hash(token: str) -> str:
    """Return what is kept of a token, the same for upper and lower case (CALENDAR-MAIL rule 32)."""
    return hashlib.sha256(token.strip().lower().encode("utf-8", "replace")).hexdigest()


def same_token(token: str, stored_hash: str) -> bool:
    """Tell in constant time whether this is the token that was stored, whatever its case."""
    return hmac.compare_digest(token_hash(token), stored_hash)


def reply_address(token: str, mail_from: str) -> str:
    """Return the address at which answers arrive: agenda+TOKEN at the domain of `mail_from`."""
    return f"agenda+{token}@{mail_from.rpartition('@')[2]}"


def tokens_in(addressed: Iterable[str], domain: str) -> tuple[str, ...]:
    """Give the tokens in the reply addresses of ours that a message was sent to (CALENDAR-MAIL rule 19)."""
    found = (_REPLY.fullmatch(address) for address in addressed)
    return tuple(dict.fromkeys(m[1].lower() for m in found if m and m[2].lower() == domain.lower()))
