"""The book of the erased: who was erased when, kept outside the database, which a backup takes back in time.

A line has a person's number, a moment, and hashes of the addresses made with the secret key: who has the book
alone learns nobody's name. It lies beside the contents of documents, which all machines see, and a copy of it
beside each backup. Nothing ever takes a line away.
"""

from __future__ import annotations

import fcntl
import hmac
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from agenda.documents.storage import keep_folder

BOOK = "erased-people.jsonl"
WHAT = "person"
_ADDRESS, _KEY = b"the address of who was erased: ", b"which secret key the book of the erased belongs to"
_KEY_DIGITS = 16


@dataclass(frozen=True)
class Erasure:
    """One erasing. key: tells secret keys apart. known_by: of each address, none where that is not known."""

    person: int
    at: datetime
    key: str = ""
    known_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Book:
    """What a book says, and how many of its lines nobody can read, such as one that a crash cut short."""

    erasures: tuple[Erasure, ...] = ()
    unreadable: int = 0

    def __add__(self, other: Book) -> Book:
        together = dict.fromkeys((*self.erasures, *other.erasures))
        return Book(tuple(together), self.unreadable + other.unreadable)


def erasure_of(secret: bytes, person: int, addresses: Iterable[str], at: datetime) -> Erasure:
    """Make the line about an erasing; the addresses themselves are not in it."""
    known_by = tuple(sorted(_hash(secret, address) for address in addresses))
    return Erasure(person, at.astimezone(UTC), _key(secret), known_by)


def is_about(secret: bytes, erasure: Erasure, address: str) -> bool:
    """Tell whether who has this address now is who was erased; False too where that cannot be told."""
    return erasure.key == _key(secret) and _hash(secret, address) in erasure.known_by


def read(folder: Path) -> Book:
    """Read the book in a folder, an empty one where there is none; raises OSError."""
    try:
        return _parsed((folder / BOOK).read_bytes())
    except FileNotFoundError:
        return Book()


def must_take_lines(folder: Path) -> None:
    """Raise OSError where nothing could be written into the book."""
    folder.mkdir(parents=True, exist_ok=True)
    os.close(_opened(folder))


def write_down(folder: Path, erasures: Iterable[Erasure]) -> None:
    """Write what is not in the book yet, so that a power cut does not lose it; raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    with os.fdopen(_opened(folder), "r+b", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        content = file.read()
        known = set(_parsed(content).erasures)
        lines = b"".join(_line(one) for one in dict.fromkeys(erasures) if one not in known)
        if not lines:
            return
        if content and not content.endswith(b"\n"):
            # A crash cut the last line short: what follows begins one of its own.
            lines = b"\n" + lines
        try:
            while lines:
                lines = lines[file.write(lines) :]
            os.fsync(file.fileno())
        except OSError:
            os.ftruncate(file.fileno(), len(content))
            raise
    keep_folder(folder)


def _opened(folder: Path) -> int:
    return os.open(folder / BOOK, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)


def _parsed(content: bytes) -> Book:
    found, unreadable = [], 0
    for line in content.splitlines():
        try:
            said = json.loads(line)
            at = datetime.fromisoformat(said["at"])
            if said["what"] != WHAT or type(said["person"]) is not int or at.tzinfo is None:
                raise ValueError(line)
            found.append(Erasure(said["person"], at, str(said["key"]), tuple(map(str, said["known_by"]))))
        except (ValueError, KeyError, TypeError):
            unreadable += bool(line.strip())
    return Book(tuple(found), unreadable)


def _line(one: Erasure) -> bytes:
    said = {
        "what": WHAT,
        "person": one.person,
        "at": one.at.astimezone(UTC).isoformat(),
        "key": one.key,
        "known_by": one.known_by,
    }
    return json.dumps(said).encode() + b"\n"


def _hash(secret: bytes, address: str) -> str:
    return hmac.digest(secret, _ADDRESS + address.casefold().encode(), "sha256").hex()


def _key(secret: bytes) -> str:
    return hmac.digest(secret, _KEY, "sha256").hex()[:_KEY_DIGITS]
