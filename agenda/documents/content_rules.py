"""What a content is, seen from its first octets, and which kinds are taken. Values in, values out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import puremagic

HEAD_OCTETS = 8_192


class Family(StrEnum):
    """How a content must be looked into."""

    PDF = "pdf"
    ZIP = "zip"
    PICTURE = "picture"
    TEXT = "text"


@dataclass(frozen=True)
class Kind:
    """One kind of document that is taken: its media type and the extensions that it goes by."""

    media_type: str
    extensions: tuple[str, ...]
    family: Family


class NotTaken(Exception):
    """A content is refused; `code` names why and `facts` fill its sentence."""

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


_OPEN_XML = "application/vnd.openxmlformats-officedocument."
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
KINDS: Mapping[str, Kind] = {
    kind.extensions[0]: kind
    for kind in (
        Kind("application/pdf", (".pdf",), Family.PDF),
        Kind(f"{_OPEN_XML}wordprocessingml.document", (".docx",), Family.ZIP),
        Kind(f"{_OPEN_XML}spreadsheetml.sheet", (".xlsx",), Family.ZIP),
        Kind(f"{_OPEN_XML}presentationml.presentation", (".pptx",), Family.ZIP),
        Kind(f"{_OPEN_DOCUMENT}text", (".odt",), Family.ZIP),
        Kind(f"{_OPEN_DOCUMENT}spreadsheet", (".ods",), Family.ZIP),
        Kind(f"{_OPEN_DOCUMENT}presentation", (".odp",), Family.ZIP),
        Kind("image/png", (".png",), Family.PICTURE),
        Kind("image/jpeg", (".jpg", ".jpeg"), Family.PICTURE),
        Kind("text/plain", (".txt",), Family.TEXT),
        Kind("text/csv", (".csv",), Family.TEXT),
    )
}
# What a person may choose from, and what the sentence of a refusal names.
EXTENSIONS = tuple(extension for kind in KINDS.values() for extension in kind.extensions)
ALLOWED = ", ".join(extension.removeprefix(".") for extension in EXTENSIONS)
# Of an old kind: what takes their place is named by the refusal.
OLD = (".doc", ".xls", ".ppt")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Where a picture begins, and where nothing else may.
_PICTURES = {b"\x89PNG\r\n\x1a\n": ".png", b"\xff\xd8\xff": ".jpg"}
# Controls that no text has; a tab, line ends and a form feed are none of them.
_NO_TEXT = bytes(set(range(32)) - {9, 10, 12, 13})


def kind_named(extension: str) -> Kind | None:
    """Give the kind that goes by this extension."""
    return next((kind for kind in KINDS.values() if extension in kind.extensions), None)


def family_of(head: bytes, extension: str) -> tuple[Family, str]:
    """Tell what a content is by its first octets, and its extension where those tell it; or raise NotTaken.

    Only the very beginning counts: a PDF that begins with HTML is HTML to a browser.
    """
    if head.startswith(b"%PDF-"):
        return Family.PDF, ".pdf"
    if head.startswith(b"PK\x03\x04"):
        return Family.ZIP, ""
    if head.startswith(_OLE):
        raise NotTaken("document_encrypted_or_old")
    for begin, extension in _PICTURES.items():
        if head.startswith(begin):
            return Family.PICTURE, extension
    if is_text(head):
        return Family.TEXT, ""
    name = name_of(head)
    if extension and name:
        raise NotTaken("document_mismatch", extension=extension, found=name)
    raise NotTaken("document_kind", allowed=ALLOWED)


def is_text(piece: bytes) -> bool:
    """Tell whether a piece can be one of a text: no control octets in it."""
    return len(piece.translate(None, _NO_TEXT)) == len(piece)


def name_of(head: bytes) -> str:
    """Name in a few words what a content seems to be; "" when nobody knows."""
    try:
        found = puremagic.magic_string(head)
    except puremagic.PureError:
        return ""
    return str(found[0].name) if found else ""


def markup_in(head: bytes) -> str:
    """Name the markup that a text begins with, such as HTML, which a browser would run; else ""."""
    begin = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if begin.startswith((b"<!doctype html", b"<html", b"<script", b"<head", b"<body", b"<iframe")):
        return "HTML"
    if begin.startswith((b"<?xml", b"<svg")):
        return "XML"
    return ""


def match(extension: str, found: str) -> str:
    """Give the extension that goes with what the content is; NotTaken where the name says otherwise."""
    if not extension:
        return found
    kind = kind_named(found)
    if kind is None or extension not in kind.extensions:
        raise NotTaken("document_mismatch", extension=extension, found=found.removeprefix(".").upper())
    return extension
