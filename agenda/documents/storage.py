"""Where the contents lie: one file a content, named by its hash, outside the database and the web root.

A content is written whole and known to the disk before the database speaks of it. So a crash in between
leaves a file that nobody refers to, which does no harm and is swept away after a day.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from agenda.documents.content_rules import NotTaken

_PIECE = 1 << 20
# An upload that takes longer than this has failed.
ORPHANS_LAST = timedelta(days=1)
_INCOMING = "incoming"
_LEAVING = "leaving"


class Source(Protocol):
    """What can be read bit by bit, such as a part of a form."""

    def read(self, size: int = -1, /) -> bytes: ...


@dataclass(frozen=True)
class Received:
    """One content on the disk, not in its place yet."""

    path: Path
    sha256: str
    size: int


def place_of(folder: Path, sha256: str) -> Path:
    """Tell where the content with this hash lies."""
    return folder / sha256[:2] / sha256


@contextmanager
def received(folder: Path, source: Source, most: int) -> Iterator[Received]:
    """Write a content beside the others while it is read, and hash it on the way.

    Raises NotTaken once it is larger than `most` octets, without reading on. What `settle` has not put in
    its place is gone at the end.
    """
    incoming = folder / _INCOMING
    incoming.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=incoming)
    path = Path(name)
    try:
        digest, size = hashlib.sha256(), 0
        with os.fdopen(handle, "wb") as file:
            while piece := source.read(_PIECE):
                size += len(piece)
                if size > most:
                    raise NotTaken("document_too_large", most=f"{most // 1_000_000}")
                digest.update(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        yield Received(path, digest.hexdigest(), size)
    finally:
        path.unlink(missing_ok=True)


def settle(folder: Path, content: Received, now: datetime) -> None:
    """Put a content in its place, for good: after this a power cut does not lose it."""
    place = place_of(folder, content.sha256)
    place.parent.mkdir(parents=True, exist_ok=True)
    content.path.chmod(0o640)
    os.utime(content.path, (now.timestamp(), now.timestamp()))
    # Over an equal one that is there already: its age begins anew, and the sweep leaves it alone.
    content.path.replace(place)
    for changed in (place.parent, folder):
        keep_folder(changed)


def sweep(folder: Path, is_known: Callable[[str], bool], now: datetime) -> int:
    """Remove files of a day old that nobody refers to; how many.

    `is_known` tells whether the database speaks of a hash.
    """
    gone = 0
    _put_back(folder)
    for path in _files(folder):
        if not _is_old(path, now) or (path.parent.name != _INCOMING and is_known(path.name)):
            continue
        gone += _take_out(folder, path, now)
    return gone


def _take_out(folder: Path, path: Path, now: datetime) -> bool:
    """Move a file out of its place and look again: the same content may have come anew in between."""
    leaving = folder / _LEAVING
    leaving.mkdir(exist_ok=True)
    out = leaving / path.name
    try:
        path.replace(out)
        if not _is_old(out, now):
            out.replace(path)
            return False
        out.unlink()
    except FileNotFoundError:
        return False
    return True


def _put_back(folder: Path) -> None:
    """Bring back what a sweep that was broken off had moved: nobody knows whether it was rightly."""
    leaving = folder / _LEAVING
    for out in sorted(leaving.iterdir()) if leaving.is_dir() else ():
        place = place_of(folder, out.name)
        if place.parent.is_dir() and not place.exists():
            out.replace(place)
        else:
            out.unlink()


def _files(folder: Path) -> Iterator[Path]:
    for inside in sorted(folder.iterdir()) if folder.is_dir() else ():
        if inside.is_dir() and inside.name != _LEAVING:
            yield from sorted(path for path in inside.iterdir() if path.is_file())


def _is_old(path: Path, now: datetime) -> bool:
    with suppress(FileNotFoundError):
        return path.stat().st_mtime < (now - ORPHANS_LAST).timestamp()
    return False


def keep_folder(folder: Path) -> None:
    """Let the disk know of the names in a folder too, not only of what is in the files."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
