"""Where the tests keep what they write: in memory, where the machine has enough."""

import os
import shutil
from pathlib import Path

MEMORY = Path("/dev/shm")
NEEDED = 2 * 1024**3


def folder_in_memory() -> Path | None:
    """Memory that looks like a folder and may hold programs; None when it is too small or not there.

    Copying databases on a disk, and waiting until it has what was written, takes longer than most tests.
    """
    if not MEMORY.is_dir() or not os.access(MEMORY, os.W_OK):
        return None
    holds_programs = not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC
    return MEMORY if holds_programs and shutil.disk_usage(MEMORY).free > NEEDED else None
