"""What is taken and what is refused, by what the content is and not by what it is called."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pikepdf
import pytest

from agenda.documents import content_apart
from agenda.documents.content_apart import kind_of
from agenda.documents.content_rules import NotTaken
from tests.documents import files

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def script() -> pikepdf.Dictionary:
    return pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))


def launch() -> pikepdf.Dictionary:
    return pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("cmd.exe"))


NESTED = files.office(
    "word/document.xml", **{"word/embeddings/a.docx": files.zipped({"b.zip": files.zipped({"c": "c"})})}
)


def look(tmp_path: Path, content: bytes, name: str) -> tuple[str, str]:
    path = tmp_path / "content"
    path.write_bytes(content)
    kind, extension = kind_of(path, name)
    return kind.media_type.rpartition("/")[2], extension


@pytest.mark.parametrize(
    ("content", "name", "kind", "extension"),
    [
        (files.pdf(), "notitie.pdf", "pdf", ".pdf"),
        (files.pdf(), "notitie", "pdf", ".pdf"),
        (files.pdf_with_password(user=""), "niet te wijzigen.pdf", "pdf", ".pdf"),
        (files.pdf_with_file("gegevens.csv", b"a;b"), "raadsbrief.pdf", "pdf", ".pdf"),
        (files.word(), "notitie.docx", "document", ".docx"),
        (files.office("xl/workbook.xml"), "begroting.xlsx", "sheet", ".xlsx"),
        (files.office("ppt/presentation.xml"), "plan.pptx", "presentation", ".pptx"),
        (files.open_document("text"), "notitie.odt", "text", ".odt"),
        (files.open_document("spreadsheet"), "begroting.ods", "spreadsheet", ".ods"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "kaart.png", "png", ".png"),
        (b"\xff\xd8\xff\xe0" + bytes(50), "foto.JPEG", "jpeg", ".jpeg"),
        ("één;twee\r\n".encode(), "lijst.csv", "csv", ".csv"),
        ("é".encode() * 40_000, "lang.txt", "plain", ".txt"),
    ],
)
def test_papers_are_taken_for_what_they_are(
    tmp_path: Path, content: bytes, name: str, kind: str, extension: str
) -> None:
    found, ends_in = look(tmp_path, content, name)
    assert (found.rpartition(".")[2], ends_in) == (kind, extension)


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "leeg.pdf", "document_empty"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "notitie.pdf", "document_mismatch"),
        (b"<html>%PDF-1.7", "notitie.pdf", "document_mismatch"),
        (b"  <svg onload=alert(1)>", "plaatje.txt", "document_mismatch"),
        (files.pdf(), "notitie.docx", "document_mismatch"),
        (files.word(), "notitie.pdf", "document_mismatch"),
        (files.word(), "notitie.docm", "document_extension"),
        (b"What lies in it is not looked at", "notitie.doc", "document_encrypted_or_old"),
        (b"MZ\x90\x00" + bytes(500), "notitie.pdf", "document_mismatch"),
        (b"MZ\x90\x00" + bytes(500), "notitie.exe", "document_extension"),
        (b"\x00\x01\x02", "notitie", "document_kind"),
        (files.zipped({"a.txt": "a"}), "alles.docx", "document_kind"),
        (OLE, "oud.docx", "document_encrypted_or_old"),
        ("café".encode("latin-1"), "lijst.csv", "document_no_text"),
        (b"PK\x03\x04" + bytes(100), "stuk.docx", "document_damaged"),
        (b"%PDF-1.7\nrommel", "stuk.pdf", "document_damaged"),
        (files.pdf_with_password(user="geheim"), "dicht.pdf", "document_password"),
        (files.pdf(OpenAction=script()), "script.pdf", "document_script"),
        (files.pdf(AA=pikepdf.Dictionary(WC=script())), "bij sluiten.pdf", "document_script"),
        (files.pdf(OpenAction=launch()), "start.pdf", "document_script"),
        (files.pdf_with_file("factuur.exe", b"MZ"), "bijlage.pdf", "document_program"),
        (files.pdf_with_file("factuur.txt", b"MZ\x90\x00"), "bijlage.pdf", "document_program"),
        (files.office("word/document.xml", **{"word/vbaProject.bin": b"x"}), "m.docx", "document_macros"),
        (files.office("word/document.xml", **{"word/a.bin": b"MZ\x90"}), "p.docx", "document_program"),
        (files.zip_bomb(), "bom.docx", "document_bomb"),
        (NESTED, "nest.docx", "document_bomb"),
        (
            files.zipped({f"word/{n}": "" for n in range(10_001)} | {"[Content_Types].xml": ""}),
            "delen.docx",
            "document_bomb",
        ),
    ],
)
def test_hostile_or_useless_files_are_refused_with_the_reason(
    tmp_path: Path, content: bytes, name: str, code: str
) -> None:
    with pytest.raises(NotTaken) as refused:
        look(tmp_path, content, name)
    assert refused.value.code == code


def test_a_zip_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotTaken) as refused:
        look(tmp_path, files.lying_zip_bomb(), "bom.docx")
    assert refused.value.code in {"document_bomb", "document_damaged"}


def test_a_script_deep_inside_an_object_is_found(tmp_path: Path) -> None:
    annotation = pikepdf.Array([pikepdf.Dictionary(A=pikepdf.Dictionary(Next=pikepdf.Array([script()])))])
    with pytest.raises(NotTaken) as refused:
        look(tmp_path, files.pdf(PieceInfo=pikepdf.Dictionary(X=annotation)), "diep.pdf")
    assert refused.value.code == "document_script"


def test_a_file_that_keeps_the_reader_busy_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pipe that never ends stands for a file that is never read to its end."""
    monkeypatch.setattr(content_apart, "MOST_SECONDS", 0.5)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    begun = time.monotonic()
    with pytest.raises(NotTaken) as refused:
        content_apart._asked(content_apart.Family.PDF, pipe)
    assert refused.value.code == "document_bomb"
    assert time.monotonic() - begun < 5
