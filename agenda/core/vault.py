"""Addresses and passwords of others' calendars, kept so that the database alone does not give them away."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

# A key of its own: what else is made from the settings' secret opens nothing here.
PURPOSE = b"busy calendars"


class SecretLost(Exception):
    """It was kept under another secret key than that of the settings now."""


@dataclass(frozen=True)
class Secret:
    """Where a calendar is, and with which name and password, if any."""

    address: str = field(repr=False)
    user: str = ""
    password: str = field(default="", repr=False)


def sealed(key: bytes, secret: Secret) -> bytes:
    """Encrypt for the database, different each time; `key` is the settings' secret."""
    return _fernet(key).encrypt(json.dumps([secret.address, secret.user, secret.password]).encode())


def opened(key: bytes, kept: bytes) -> Secret:
    """Decrypt what the database keeps; raises SecretLost."""
    try:
        return Secret(*json.loads(_fernet(key).decrypt(kept)))
    except InvalidToken:
        raise SecretLost from None


def _fernet(key: bytes) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(key)
    return Fernet(urlsafe_b64encode(derived))
