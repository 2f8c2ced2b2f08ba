"""The secrets in links that letters carry: made from the settings' secret, of which only a hash is kept."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b32encode

_OCTETS = 20


def link_token(secret: bytes, purpose: str, key: int, serial: int) -> str:
    """Return the 160-bit token of one row for one purpose; a new serial makes the old token worthless."""
    digest = hmac.new(secret, f"{purpose}:{key}:{serial}".encode(), hashlib.sha256).digest()
    return b32encode(digest[:_OCTETS]).decode().lower()


def token_hash(token: str) -> str:
    """Return what is kept of a token, the same for upper and lower case (CALENDAR-MAIL rule 32)."""
    return hashlib.sha256(token.strip().lower().encode("utf-8", "replace")).hexdigest()
