"""What a file says, piece by piece, by its format. Only the reader apart (text_reader) calls this.

A file may be made to harm: nothing here is safe for the web or the worker itself.
"""

from __future__ import annotations

import codecs
import re
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any
from xml.sax.handler import ContentHandler, feature_namespaces

import docx
from defusedxml.expatreader import create_parser
from pypdf import PdfReader

from agenda.documents.text_rules import OPEN_DOCUMENTS, PLAIN, SHEET, SLIDES, WORD

# What an office file may hold unpacked; a zip that lies about it ends in an error.
MOST_UNPACKED = 300_000_000
MOST_ENTRIES = 10_000
# After so long a PDF gives the pages that were read until then.
PDF_SECONDS = 30.0
_PIECE = 65_536
_WORD_PARTS = re.compile(r"/word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml")
_SHEET_PARTS = re.compile(r"xl/(sharedStrings|worksheets/[^/]+)\.xml")
_SLIDE_PARTS = re.compile(r"ppt/(slides|notesSlides)/[^/]+\.xml")
_NUMBER = re.compile(r"\d+")


class Locked(Exception):
    """The file opens only with a password."""


class Unreadable(Exception):
    """The file is not what it says it is, or more than may be read."""


def pieces(path: Path, media_type: str) -> Iterator[str]:
    """Give the text of a file in its order; Locked, Unreadable, or whatever its library raises."""
    if media_type == "application/pdf":
        return _pdf(path)
    if media_type == WORD:
        return _word(path)
    if media_type == SHEET:
        return _zipped(path, _SHEET_PARTS, _sheet)
    if media_type == SLIDES:
        return _zipped(path, _SLIDE_PARTS, _slide)
    if media_type in OPEN_DOCUMENTS:
        return _open_document(path)
    if media_type in PLAIN:
        return _plain(path)
    raise Unreadable


def _pdf(path: Path) -> Iterator[str]:
    reader = PdfReader(path)
    if reader.is_encrypted and not reader.decrypt(""):
        raise Locked
    until = time.process_time() + PDF_SECONDS
    failed = 0
    for page in reader.pages:
        try:
            yield page.extract_text() + "\n"
        except MemoryError:
            raise
        except Exception as error:
            # One broken page does not take the others along.
            failed += 1
            if failed == len(reader.pages):
                raise Unreadable from error
        if time.process_time() > until:
            return


def _word(path: Path) -> Iterator[str]:
    _bounded(path)
    package = docx.Document(str(path)).part.package
    parts = [part for part in package.iter_parts() if _WORD_PARTS.fullmatch(part.partname)]
    # The document itself first, then notes, headers and footers.
    for part in sorted(parts, key=lambda one: (one.partname != "/word/document.xml", one.partname)):
        yield from _spoken(part.blob, _OfficeText())
        yield "\n"


def _zipped(path: Path, wanted: re.Pattern[str], handler: Callable[[], _Text]) -> Iterator[str]:
    _bounded(path)
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if wanted.fullmatch(name)]
        for name in sorted(names, key=_by_number):
            with archive.open(name) as stream:
                yield from _read_through(stream, handler())
            yield "\n"


def _by_number(name: str) -> tuple[str, int]:
    found = _NUMBER.search(name)
    return (_NUMBER.sub("", name), int(found.group()[:9]) if found else 0)


def _open_document(path: Path) -> Iterator[str]:
    _bounded(path)
    with zipfile.ZipFile(path) as archive:
        if "META-INF/manifest.xml" in archive.namelist():
            with archive.open("META-INF/manifest.xml") as stream:
                if b"encryption-data" in stream.read(1_000_000):
                    raise Locked
        with archive.open("content.xml") as stream:
            yield from _read_through(stream, _OpenText())


def _plain(path: Path) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8-sig")(errors="replace")
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            yield decoder.decode(piece)
    yield decoder.decode(b"", final=True)


def _bounded(path: Path) -> None:
    """Raise Unreadable for an archive that unpacks into more than a paper ever is."""
    if not zipfile.is_zipfile(path):
        # An office file with a password is no zip but an older container, named by its first octets.
        with path.open("rb") as stream:
            raise Locked if stream.read(8) == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" else Unreadable
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise Unreadable


class _Text(ContentHandler):
    """Gathers the characters inside elements of some names, with a blank or a line end after others."""

    holders: frozenset[str] = frozenset()
    lines: frozenset[str] = frozenset()
    blanks: frozenset[str] = frozenset()

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0
        self.found: list[str] = []

    def startElementNS(self, name: tuple[str | None, str], qname: str | None, attrs: Any) -> None:  # noqa: N802
        if name[1] in self.holders:
            self.depth += 1
        elif name[1] in self.blanks:
            self.found.append(" ")

    def endElementNS(self, name: tuple[str | None, str], qname: str | None) -> None:  # noqa: N802
        if name[1] in self.holders:
            self.depth -= 1
        if name[1] in self.lines:
            self.found.append("\n")

    def characters(self, content: str) -> None:
        if self.depth:
            self.found.append(content)

    def taken(self) -> str:
        """Give what was gathered since the last time."""
        text = "".join(self.found)
        self.found.clear()
        return text


class _OfficeText(_Text):
    holders = frozenset({"t"})
    lines = frozenset({"p"})
    blanks = frozenset({"tab", "br", "cr"})


class _SheetText(_Text):
    # Numbers stand in <v> without <t>: only words are sought after.
    holders = frozenset({"t"})
    lines = frozenset({"si", "is"})


class _OpenText(_Text):
    holders = frozenset({"p", "h"})
    lines = frozenset({"p", "h"})
    blanks = frozenset({"s", "tab", "line-break"})


def _sheet() -> _Text:
    return _SheetText()


def _slide() -> _Text:
    return _OfficeText()


def _spoken(content: bytes, handler: _Text) -> Iterator[str]:
    parser = _parser(handler)
    for start in range(0, len(content), _PIECE):
        parser.feed(content[start : start + _PIECE])
        yield handler.taken()
    parser.close()
    yield handler.taken()


def _read_through(stream: IO[bytes], handler: _Text) -> Iterator[str]:
    parser = _parser(handler)
    while piece := stream.read(_PIECE):
        parser.feed(piece)
        yield handler.taken()
    parser.close()
    yield handler.taken()


def _parser(handler: _Text) -> Any:
    # Office files have no document type: one that has is made to harm.
    parser = create_parser(forbid_dtd=True)
    parser.setFeature(feature_namespaces, True)
    parser.setContentHandler(handler)
    return parser
