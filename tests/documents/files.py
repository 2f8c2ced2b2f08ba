"""Files to send: real papers, small, and hostile ones."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO

import docx
import pikepdf

CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
)
WORD_DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def pdf(text: str = "Notitie", **more: object) -> bytes:
    """Give a PDF of one page; `more` goes into its root, such as an OpenAction."""
    made = pikepdf.new()
    made.add_blank_page()
    made.docinfo["/Title"] = text
    for name, value in more.items():
        made.Root[f"/{name}"] = made.make_indirect(value)
    return _saved(made)


def pdf_with_password(user: str = "", owner: str = "eigenaar") -> bytes:
    made = pikepdf.new()
    made.add_blank_page()
    return _saved(made, encryption=pikepdf.Encryption(owner=owner, user=user))


def pdf_with_file(name: str, content: bytes) -> bytes:
    """Give a PDF in which another file travels along."""
    made = pikepdf.new()
    made.add_blank_page()
    made.attachments[name] = pikepdf.AttachedFileSpec(made, content, filename=name)
    return _saved(made)


def word(text: str = "Notitie") -> bytes:
    made = docx.Document()
    made.add_paragraph(text)
    target = BytesIO()
    made.save(target)
    return target.getvalue()


def zipped(parts: Mapping[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def office(main: str, **more: bytes | str) -> bytes:
    """Give a file of Office Open XML with this main part, such as "xl/workbook.xml"."""
    return zipped({"[Content_Types].xml": CONTENT_TYPES, main: "<x/>"} | more)


def open_document(kind: str) -> bytes:
    return zipped({"mimetype": f"application/vnd.oasis.opendocument.{kind}", "content.xml": "<x/>"})


def zip_bomb() -> bytes:
    """Give forty kilobytes that call themselves a Word file and unpack to 40 MB."""
    return office("word/document.xml", **{f"word/{n}.xml": bytes(10_000_000) for n in range(4)})


def lying_zip_bomb() -> bytes:
    """Give a file that unpacks to 30 MB and says that it does to a few octets."""
    made = bytearray(office("word/document.xml", **{"word/big.xml": bytes(30_000_000)}))
    size = (30_000_000).to_bytes(4, "little")
    while (at := made.find(size)) >= 0:
        made[at : at + 4] = (30).to_bytes(4, "little")
    return bytes(made)


def _saved(made: pikepdf.Pdf, **how: object) -> bytes:
    target = BytesIO()
    made.save(target, **(how or {"deterministic_id": True}))
    return target.getvalue()
