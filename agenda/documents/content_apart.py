"""What a file is, looked into in a process of its own: a hostile one cannot take the web process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from codecs import getincrementaldecoder
from contextlib import suppress
from pathlib import Path

from agenda.documents.content_rules import (
    ALLOWED,
    HEAD_OCTETS,
    KINDS,
    OLD,
    Family,
    Kind,
    NotTaken,
    family_of,
    is_text,
    kind_named,
    markup_in,
    match,
)
from agenda.documents.names import extension as extension_of

# For a machine that is so busy that the child's seconds of processor take longer.
MOST_SECONDS = 40.0
_PIECE = 65_536
_ROOT = Path(__file__).parents[2]


def kind_of(path: Path, name: str) -> tuple[Kind, str]:
    """Tell which kind a file is, and the extension it goes by; NotTaken with a code for why it is refused."""
    extension = extension_of(name)
    if extension in OLD:
        raise NotTaken("document_encrypted_or_old")
    if extension and kind_named(extension) is None:
        raise NotTaken("document_extension", extension=extension, allowed=ALLOWED)
    with path.open("rb") as file:
        head = file.read(HEAD_OCTETS)
    if not head:
        raise NotTaken("document_empty")
    family, found = family_of(head, extension)
    if family is Family.TEXT:
        found = _text(path, head, extension)
    elif family in (Family.PDF, Family.ZIP):
        found = _asked(family, path)
        if not found:
            raise NotTaken("document_kind", allowed=ALLOWED)
    extension = match(extension, found)
    return KINDS[found], extension


def _text(path: Path, head: bytes, extension: str) -> str:
    """Read a text to its end: it must be UTF-8, and be called a text."""
    markup = markup_in(head)
    if extension not in (".txt", ".csv"):
        if extension:
            raise NotTaken("document_mismatch", extension=extension, found=markup or "TXT")
        raise NotTaken("document_kind", allowed=ALLOWED)
    if markup:
        raise NotTaken("document_mismatch", extension=extension, found=markup)
    # Bit by bit, for a character may stand on the border of two pieces.
    decoder = getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while piece := file.read(_PIECE):
                if not is_text(piece):
                    raise NotTaken("document_no_text")
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as fault:
            raise NotTaken("document_no_text") from fault
    return extension


def _asked(family: Family, path: Path) -> str:
    # A new interpreter and not a fork: it has no database connection, socket or secret of ours to lose.
    child = subprocess.Popen(  # noqa: S603 - our own interpreter, our own words
        [sys.executable, "-m", "agenda.documents.content_look", family.value, str(path)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=_ROOT,
        env={"PYTHONUTF8": "1"},
        start_new_session=True,
    )
    try:
        said, _ = child.communicate(timeout=MOST_SECONDS)
    except subprocess.TimeoutExpired:
        raise NotTaken("document_bomb") from None
    finally:
        if child.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.communicate()
    if child.returncode:
        # Time, memory, or a fault in a library: for the sender it is the same.
        raise NotTaken("document_bomb" if child.returncode < 0 else "document_damaged")
    answer = json.loads(said)
    if "code" in answer:
        raise NotTaken(answer["code"], **answer["facts"])
    return str(answer["extension"])
