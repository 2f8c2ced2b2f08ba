"""Secrets that a browser or a mailed link holds; of each only a hash is kept."""

from __future__ import annotations

import hashlib
import re
import secrets

BITS = 256
_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")


def new_token() -> str:
    """Make a secret of 256 random bits, fit for an address or a cookie."""
    return secrets.token_urlsafe(BITS // 8)


def looks_right(token: str | None) -> bool:
    """Tell whether this can be a token at all."""
    return token is not None and _SHAPE.fullmatch(token) is not None


def digest(token: str) -> str:
    """Give what is kept of a token.

    A plain SHA-256 does: nobody can try 256 random bits one by one (NIST SP 800-63B, 5.1.2.2).
    """
    return hashlib.sha256(token.encode()).hexdigest()
