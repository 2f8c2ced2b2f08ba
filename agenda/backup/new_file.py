"""A file that is there whole or not at all, and for its owner's eyes only."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from agenda.documents.storage import keep_folder


class NotWritten(Exception):
    """The file was not made; the text says, for a person, why."""


@contextmanager
def new_file(path: Path, replace: bool = False) -> Iterator[IO[bytes]]:
    """Give a file to write in that gets its name when all went well, and is known to the disk by then.

    Until then it is called `path`.part, which a crash may leave behind and the next attempt takes over.
    Raises NotWritten where there is such a file already, unless `replace`, or another is writing it.
    """
    _must_be_free(path, replace)
    part = path.with_name(path.name + ".part")
    try:
        handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise NotWritten(f"{str(part)!r} cannot be written: {error.strerror}.") from error
    with os.fdopen(handle, "r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise NotWritten(f"{str(part)!r} is being written by another backup.") from error
        try:
            # What an attempt that was killed left in it, and whoever could read that.
            file.truncate()
            os.fchmod(file.fileno(), 0o600)
            yield file
            file.flush()
            os.fsync(file.fileno())
            _must_be_free(path, replace)
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    keep_folder(path.parent)


def _must_be_free(path: Path, replace: bool) -> None:
    if path.exists() and not (replace and path.is_file()):
        raise NotWritten(f"{str(path)!r} is there already; nothing was changed.")
