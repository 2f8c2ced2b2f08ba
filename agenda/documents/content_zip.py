"""Looking into an office file, which is a zip: what it is, and whether it is a trap.

Runs in a process of its own (content_look), which may be ended at any moment.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO

from agenda.documents.content_rules import NotTaken

MOST_ENTRIES = 10_000
MOST_UNPACKED = 400_000_000
# A zip packs to a thousandth at most; sheets full of the same reach a fiftieth, texts a tenth.
MOST_RATIO = 150
RATIO_COUNTS_FROM = 20_000_000
MOST_NESTED = 50_000_000
_PIECE = 65_536
_MAIN_PARTS = {"word/document.xml": ".docx", "xl/workbook.xml": ".xlsx", "ppt/presentation.xml": ".pptx"}
_OPEN_DOCUMENTS = {
    b"application/vnd.oasis.opendocument.text": ".odt",
    b"application/vnd.oasis.opendocument.spreadsheet": ".ods",
    b"application/vnd.oasis.opendocument.presentation": ".odp",
}
_ARCHIVES = (b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ\x00")
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!")
# What the names of parts tell of macros, in Microsoft's formats and in ODF.
_MACRO_PARTS = ("vbaproject", "vbadata", "/activex/", "macrosheets/")
_MACRO_FOLDERS = ("basic/", "scripts/")


@dataclass
class Unpacked:
    """How much came out of one file and everything in it."""

    packed: int
    octets: int = 0
    entries: int = 0

    def count(self, octets: int) -> None:
        """Count what came out; NotTaken once it is more than any paper holds."""
        self.octets += octets
        swollen = self.octets > RATIO_COUNTS_FROM and self.octets > MOST_RATIO * max(1, self.packed)
        if self.octets > MOST_UNPACKED or swollen:
            raise NotTaken("document_bomb")


def look(path: Path) -> str:
    """Give the extension of the office file that this is; NotTaken for another zip, a bomb or macros."""
    with path.open("rb") as file:
        return _look(file, Unpacked(path.stat().st_size), depth=0)


def _look(file: IO[bytes], unpacked: Unpacked, depth: int) -> str:
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            unpacked.entries += len(parts)
            if unpacked.entries > MOST_ENTRIES or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise NotTaken("document_bomb")
            _no_macros(archive, parts)
            for part in parts:
                _unpack(archive, part, unpacked, depth)
            return _kind(archive, parts)
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError, OSError) as fault:
        raise NotTaken("document_damaged") from fault


def _no_macros(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    for part in parts:
        if part.flag_bits & 1:
            raise NotTaken("document_password")
        name = part.filename.lower()
        if any(word in f"/{name}" for word in _MACRO_PARTS) or name.startswith(_MACRO_FOLDERS):
            raise NotTaken("document_macros")
        if name == "[content_types].xml":
            with archive.open(part) as stream:
                if b"macroenabled" in stream.read(1_000_000).lower():
                    raise NotTaken("document_macros")


def _unpack(archive: zipfile.ZipFile, part: zipfile.ZipInfo, unpacked: Unpacked, depth: int) -> None:
    """Unpack one part to the end, for what it says of its own size may be a lie."""
    kept = bytearray()
    nested = False
    with archive.open(part) as stream:
        begin = True
        while piece := stream.read(_PIECE):
            unpacked.count(len(piece))
            if begin:
                begin = False
                if piece.startswith(_PROGRAMS) and "/media/" not in part.filename:
                    raise NotTaken("document_program")
                nested = piece.startswith(_ARCHIVES)
                # A sheet inside a text is usual; an archive inside that sheet is not.
                if nested and (depth or not piece.startswith(b"PK")):
                    raise NotTaken("document_bomb")
            if nested:
                kept += piece
                if len(kept) > MOST_NESTED:
                    raise NotTaken("document_bomb")
    if nested and not _look(BytesIO(bytes(kept)), unpacked, depth + 1):
        raise NotTaken("document_nested")


def _kind(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> str:
    names = {part.filename for part in parts}
    if "[Content_Types].xml" in names:
        return next((found for main, found in _MAIN_PARTS.items() if main in names), "")
    if "mimetype" in names:
        if "META-INF/manifest.xml" in names and b"manifest:encryption-data" in _begin(
            archive, "META-INF/manifest.xml", 1_000_000
        ):
            raise NotTaken("document_password")
        return _OPEN_DOCUMENTS.get(_begin(archive, "mimetype", 100).strip(), "")
    return ""


def _begin(archive: zipfile.ZipFile, name: str, octets: int) -> bytes:
    with archive.open(name) as stream:
        return stream.read(octets)
