"""Signing our letters ourselves (RFC 6376), where no mail server does it for us."""

from __future__ import annotations

import os
from base64 import b64encode
from pathlib import Path

import dkim
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

BITS = 2048
# From and Subject twice: a second one that somebody adds on the way breaks the signature (RFC 6376 8.15).
SIGNED = (
    b"from",
    b"from",
    b"subject",
    b"subject",
    b"to",
    b"date",
    b"message-id",
    b"reply-to",
    b"in-reply-to",
    b"references",
    b"mime-version",
    b"content-type",
    b"auto-submitted",
    # RFC 8058 4: a signature that leaves them out lets others unsubscribe.
    b"list-unsubscribe",
    b"list-unsubscribe-post",
)
_LONGEST_STRING = 255


class UnusableKey(Exception):
    """The file holds no private RSA key of 1024 bits or more without a password; one sentence says so."""


def signed(content: bytes, key: bytes, domain: str, selector: str) -> bytes:
    """Return a letter with its DKIM-Signature on top; its other octets stay as they are."""
    header = dkim.sign(
        content,
        selector.encode(),
        domain.encode(),
        key,
        include_headers=list(SIGNED),
        canonicalize=(b"relaxed", b"relaxed"),
        linesep=b"\r\n",
    )
    return bytes(header) + content


def record(key: bytes, domain: str, selector: str) -> tuple[str, tuple[str, ...]]:
    """Return the name of the TXT record that belongs to a private key, and its value in strings of the DNS.

    Raises UnusableKey.
    """
    public = _loaded(key).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    value = f"v=DKIM1; k=rsa; p={b64encode(public).decode()}"
    strings = tuple(value[at : at + _LONGEST_STRING] for at in range(0, len(value), _LONGEST_STRING))
    return f"{selector}._domainkey.{domain}", strings


def make_key(file: Path) -> None:
    """Write a new private key that its owner alone may read; FileExistsError where the file is there."""
    key = rsa.generate_private_key(65_537, BITS)
    content = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        target.write(content)


def _loaded(key: bytes) -> rsa.RSAPrivateKey:
    try:
        found = load_pem_private_key(key, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise UnusableKey("This file holds no private key in PEM form without a password.") from None
    if not isinstance(found, rsa.RSAPrivateKey) or found.key_size < 1024:
        raise UnusableKey("This key is no RSA key of 1024 bits or more.")
    return found
