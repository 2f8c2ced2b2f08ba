"""The reader of texts as a program of its own, which may be ended whatever a file does to it.

Called as `python -m agenda.documents.text_reader MEDIA_TYPE PATH`, it writes the text in UTF-8 to standard
output, and says by its status why it could not.
"""

from __future__ import annotations

import logging
import resource
import sys
from pathlib import Path

from agenda.documents.text_formats import Locked, pieces
from agenda.documents.text_rules import LOCKED, OUT_OF_MEMORY, UNREADABLE, gathered, tidied

CPU_SECONDS = 60
MOST_MEMORY = 1024 * 1024 * 1024
# No more than this can be written: the longest text in its widest letters.
MOST_WRITTEN = 16 * 1024 * 1024


def limit() -> None:
    """Let the system hold this process to its time, its memory and its output."""
    for what, most in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_FSIZE, MOST_WRITTEN),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def read(media_type: str, path: Path) -> int:
    """Write the text of a file; the status that says how it went."""
    try:
        text = tidied(gathered(pieces(path, media_type)))
    except MemoryError:
        return OUT_OF_MEMORY
    except Locked:
        return LOCKED
    except Exception:  # noqa: BLE001 - whatever a library stumbles over, the file is to blame
        return UNREADABLE
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    limit()
    # Libraries tell at length what is odd about a file.
    logging.disable()
    sys.exit(read(sys.argv[1], Path(sys.argv[2])))
