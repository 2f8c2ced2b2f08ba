"""What somebody saw happen, one line each, on the disk before anything else goes on."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Line = dict[str, Any]


class Journal:
    """Lines that outlive whoever wrote them; safe to write from several threads."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._lock = threading.Lock()
        self._out = file.open("a", encoding="utf-8")

    def write(self, **line: Any) -> None:
        """Add one line, for good."""
        with self._lock:
            self._out.write(json.dumps(line, ensure_ascii=False) + "\n")
            self._out.flush()
            os.fsync(self._out.fileno())

    def close(self) -> None:
        self._out.close()


def lines(file: Path) -> Iterator[Line]:
    """Give what was written; a last line that was cut off is left out."""
    if not file.exists():
        return
    for line in file.read_bytes().split(b"\n")[:-1]:
        yield json.loads(line)
