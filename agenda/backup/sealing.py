"""A stream that only a passphrase opens, in the age format: any program that knows age opens it too.

Source: https://c2sp.org/age (age-encryption.org/v1), the scrypt recipient and the STREAM of 64 KiB pieces.
Each piece is sealed with its number and whether it is the last: nothing can be changed, moved, or cut off
without being noticed. No more than two pieces are in memory.
"""

from __future__ import annotations

import hmac
import os
import re
from base64 import b64decode, b64encode
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

VERSION = b"age-encryption.org/v1"
# 128 MiB for a moment, and about half a second for each guess.
WORK = 17
# Other programs choose by the machine; more would need gigabytes.
MOST_WORK = 20
PIECE = 64 * 1024
_TAG = 16
_NONCE = 16
_LONGEST_LINE = 128
_STANZA = re.compile(rb"-> scrypt ([A-Za-z0-9+/]{22}) ([1-9][0-9]?)")
_NO_NONCE = bytes(12)


class Unsealable(Exception):
    """It cannot be opened; `code` is wrong_passphrase, damaged, or another_way."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Sink(Protocol):
    """What can be written to."""

    def write(self, data: bytes, /) -> object: ...


class Source(Protocol):
    """What can be read from, bit by bit."""

    def read(self, size: int, /) -> bytes: ...


class SealedWriter:
    """Seals what is written to it; only `close` makes it whole. `work`: log2 of what a guess costs."""

    def __init__(self, sink: Sink, passphrase: str, work: int = WORK) -> None:
        self._sink = sink
        file_key, nonce = os.urandom(16), os.urandom(_NONCE)
        sink.write(_header(file_key, passphrase, work) + nonce)
        self._pieces = _Pieces(file_key, nonce)
        self._waiting = bytearray()

    def write(self, data: bytes, /) -> int:
        """Take in bytes; they are sealed a piece at a time."""
        self._waiting += data
        # The last piece is sealed as such, so a full one waits until something follows it.
        while len(self._waiting) > PIECE:
            self._sink.write(self._pieces.seal(bytes(self._waiting[:PIECE]), last=False))
            del self._waiting[:PIECE]
        return len(data)

    def close(self) -> None:
        """Seal what is left as the last piece."""
        self._sink.write(self._pieces.seal(bytes(self._waiting), last=True))


class SealedReader:
    """Opens what a passphrase sealed; raises Unsealable, for a fault further on while it is read."""

    def __init__(self, source: Source, passphrase: str) -> None:
        self._source = source
        file_key = _file_key(source, passphrase)
        nonce = _exactly(source, _NONCE)
        self._pieces = _Pieces(file_key, nonce)
        self._next = _up_to(source, PIECE + _TAG)
        self._open = b""
        self._at = 0
        self._ended = False

    def read(self, size: int, /) -> bytes:
        """Give so many bytes, or fewer at the end."""
        found = bytearray()
        while len(found) < size and (self._at < len(self._open) or self._more()):
            part = self._open[self._at : self._at + size - len(found)]
            found += part
            self._at += len(part)
        return bytes(found)

    def _more(self) -> bool:
        if self._ended:
            return False
        piece, self._next = self._next, _up_to(self._source, PIECE + _TAG)
        self._ended = not self._next
        first = self._pieces.number == 0
        self._open, self._at = self._pieces.open(piece, last=self._ended), 0
        if not self._open and not first:
            # Only a stream with nothing in it ends with an empty piece.
            raise Unsealable("damaged")
        return bool(self._open)


class _Pieces:
    """Seals or opens pieces, each with its number."""

    def __init__(self, file_key: bytes, nonce: bytes) -> None:
        self._cipher = ChaCha20Poly1305(_derived(file_key, nonce, b"payload"))
        self.number = 0

    def seal(self, piece: bytes, last: bool) -> bytes:
        return self._cipher.encrypt(self._nonce(last), piece, None)

    def open(self, piece: bytes, last: bool) -> bytes:
        try:
            return self._cipher.decrypt(self._nonce(last), piece, None)
        except InvalidTag as error:
            raise Unsealable("damaged") from error

    def _nonce(self, last: bool) -> bytes:
        nonce = self.number.to_bytes(11, "big") + bytes([last])
        self.number += 1
        return nonce


def is_sealed(beginning: bytes) -> bool:
    """Tell by its first bytes whether something is in the age format."""
    return beginning.startswith(VERSION + b"\n")


def _header(file_key: bytes, passphrase: str, work: int) -> bytes:
    salt = os.urandom(16)
    wrapped = ChaCha20Poly1305(_wrap_key(passphrase, salt, work)).encrypt(_NO_NONCE, file_key, None)
    stanza = b"-> scrypt " + _plain64(salt) + b" %d\n" % work + _plain64(wrapped) + b"\n"
    head = VERSION + b"\n" + stanza + b"---"
    return head + b" " + _plain64(_mac(file_key, head)) + b"\n"


def _file_key(source: Source, passphrase: str) -> bytes:
    version, stanza, wrapped, end = (_line(source) for _ in range(4))
    found = _STANZA.fullmatch(stanza)
    if version != VERSION:
        raise Unsealable("damaged")
    if found is None or int(found[2]) > MOST_WORK:
        # Sealed for a key instead of a passphrase, or so that only a larger machine opens it.
        raise Unsealable("another_way")
    key = _wrap_key(passphrase, _from_plain64(found[1]), int(found[2]))
    try:
        file_key = ChaCha20Poly1305(key).decrypt(_NO_NONCE, _from_plain64(wrapped), None)
    except InvalidTag as error:
        raise Unsealable("wrong_passphrase") from error
    head = b"\n".join((version, stanza, wrapped, b"---"))
    if not end.startswith(b"--- ") or not hmac.compare_digest(end[4:], _plain64(_mac(file_key, head))):
        raise Unsealable("damaged")
    return file_key


def _wrap_key(passphrase: str, salt: bytes, work: int) -> bytes:
    kdf = Scrypt(salt=VERSION + b"/scrypt" + salt, length=32, n=1 << work, r=8, p=1)
    return kdf.derive(passphrase.encode())


def _derived(file_key: bytes, salt: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=salt or None, info=purpose).derive(file_key)


def _mac(file_key: bytes, head: bytes) -> bytes:
    return hmac.digest(_derived(file_key, b"", b"header"), head, "sha256")


def _plain64(data: bytes) -> bytes:
    return b64encode(data).rstrip(b"=")


def _from_plain64(text: bytes) -> bytes:
    try:
        return b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except ValueError as error:
        raise Unsealable("damaged") from error


def _line(source: Source) -> bytes:
    line = bytearray()
    while (one := source.read(1)) != b"\n":
        if not one or len(line) >= _LONGEST_LINE:
            raise Unsealable("damaged")
        line += one
    return bytes(line)


def _exactly(source: Source, size: int) -> bytes:
    found = _up_to(source, size)
    if len(found) < size:
        raise Unsealable("damaged")
    return found


def _up_to(source: Source, size: int) -> bytes:
    """Read so many bytes, also from what gives fewer at a time."""
    found = bytearray()
    while len(found) < size and (part := source.read(size - len(found))):
        found += part
    return bytes(found)
