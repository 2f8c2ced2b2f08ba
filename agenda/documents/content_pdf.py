"""Looking into a PDF: whether it opens without a password, and whether it does more than show pages.

Runs in a process of its own (content_look), which may be ended at any moment.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path

import pikepdf

from agenda.documents.content_rules import NotTaken

# Actions that a page may have are only those that lead somewhere (ISO 32000-2, table 201).
_ACTIVE = {
    "/JavaScript",
    "/Launch",
    "/ImportData",
    "/SubmitForm",
    "/Rendition",
    "/RichMediaExecute",
    "/Movie",
}
_ACTIVE_KEYS = ("/JS", "/XFA", "/RichMediaContent", "/RichMediaSettings")
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_PROGRAM_NAMES = tuple(
    ".exe .com .scr .pif .bat .cmd .ps1 .vbs .vbe .js .jse .wsf .hta .msi .jar .lnk .dll .reg .sh"
    " .html .htm .svg .docm .xlsm .pptm .iso .img .zip .7z .rar .pdf".split()
)
_OFFICE_NAMES = (".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp")
_DEEPEST = 60


def look(path: Path) -> str:
    """Give ".pdf" for a PDF that only shows pages; NotTaken for one with a password, scripts or programs."""
    try:
        with pikepdf.open(path, suppress_warnings=True) as pdf:
            for one in pdf.objects:
                _look_at(one)
            if not len(pdf.pages):
                raise NotTaken("document_damaged")
    except pikepdf.PasswordError as fault:
        raise NotTaken("document_password") from fault
    except (pikepdf.PdfError, ValueError, RuntimeError, zlib.error) as fault:
        raise NotTaken("document_damaged") from fault
    return ".pdf"


def _look_at(top: pikepdf.Object) -> None:
    for one in _direct(top):
        keys = set(one.keys())
        if keys & set(_ACTIVE_KEYS) or str(one.get("/S", "")) in _ACTIVE:
            raise NotTaken("document_script")
        if "/EF" in keys:
            _embedded(one)


def _direct(top: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """Give every dictionary that stands in an object itself; what it refers to comes by its own."""
    waiting = [(top, 0)]
    while waiting:
        one, depth = waiting.pop()
        if depth > _DEEPEST:
            raise NotTaken("document_damaged")
        if isinstance(one, pikepdf.Stream | pikepdf.Dictionary):
            yield one
            inside = [one.get(name) for name in one.keys()]  # noqa: SIM118 - not a dict
        elif isinstance(one, pikepdf.Array):
            inside = list(one)
        else:
            continue
        waiting += [
            (each, depth + 1) for each in inside if isinstance(each, pikepdf.Object) and not each.is_indirect
        ]


def _embedded(specification: pikepdf.Object) -> None:
    """Refuse a file in the file that can be run; the data of a paper may go along with it (PDF/A-3)."""
    names = [str(specification.get(key, "")).lower().strip() for key in ("/F", "/UF")]
    if any(name.endswith(_PROGRAM_NAMES) for name in names):
        raise NotTaken("document_program")
    office = any(name.endswith(_OFFICE_NAMES) for name in names)
    files = specification.get("/EF")
    if not isinstance(files, pikepdf.Dictionary):
        return
    for key in files.keys():  # noqa: SIM118 - not a dict
        stream = files.get(key)
        if isinstance(stream, pikepdf.Stream) and _begin(stream).startswith(_PROGRAMS) and not office:
            raise NotTaken("document_program")


def _begin(stream: pikepdf.Stream) -> bytes:
    raw = stream.read_raw_bytes()
    if "FlateDecode" in str(stream.get("/Filter", "")):
        return zlib.decompressobj().decompress(raw, 64)
    return raw[:64]
