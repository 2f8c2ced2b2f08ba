"""A program that looks into one file and ends: `python -m agenda.documents.content_look KIND FILE`.

Writes JSON: the extension that the content goes by, or the code and the facts of why it is refused. It is run
by content_apart, and may be ended whatever the file does to it.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

from agenda.documents import content_pdf, content_zip
from agenda.documents.content_rules import Family, NotTaken

CPU_SECONDS = 20
MOST_MEMORY = 1_500_000_000


def limit() -> None:
    """Let the system hold this process to its time and memory, and let it write nothing."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def look(family: str, path: Path) -> dict[str, object]:
    """Tell what a file is, or why it is refused."""
    try:
        found = content_pdf.look(path) if family == Family.PDF else content_zip.look(path)
    except NotTaken as refused:
        return {"code": refused.code, "facts": refused.facts}
    return {"extension": found}


if __name__ == "__main__":
    limit()
    try:
        said = look(sys.argv[1], Path(sys.argv[2]))
    except (MemoryError, RecursionError):
        said = {"code": "document_bomb", "facts": {}}
    sys.stdout.write(json.dumps(said))
