"""The text of papers: read apart, kept once, given up when it must be; whatever a file holds."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import docx
import pikepdf
import pytest
import weasyprint
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from agenda.core.runtime import Runtime
from agenda.documents import text_reading
from agenda.documents.model import Reading, StoredFile
from agenda.documents.storage import place_of
from agenda.documents.text_apart import Interrupted, NotRead, read_apart
from agenda.documents.text_reading import read_next, read_texts, take
from agenda.documents.text_rules import (
    MOST_CHARACTERS,
    SHEET,
    SLIDES,
    WORD,
    gathered,
    tidied,
)
from tests.world import StandingClock

PDF = "application/pdf"
ODT = "application/vnd.oasis.opendocument.text"
STORED = datetime(2018, 12, 18, tzinfo=UTC)


def zipped(**parts: str | bytes) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def pdf() -> bytes:
    second = '<p style="page-break-before:always">Tweede bladzijde</p>'
    pages = f"<p>Regionale energie&shy;strategie van Zoë</p>{second}"
    made: bytes = weasyprint.HTML(string=pages).write_pdf()
    return made


def locked_pdf() -> bytes:
    made = BytesIO()
    with pikepdf.open(BytesIO(pdf())) as opened:
        opened.save(made, encryption=pikepdf.Encryption(user="geheim", owner="geheim"))
    return made.getvalue()


def word() -> bytes:
    document = docx.Document()
    document.add_paragraph("Regionale energiestrategie")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Leiden", "Zoeterwoude"
    document.sections[0].header.paragraphs[0].text = "Briefhoofd"
    made = BytesIO()
    document.save(made)
    return made.getvalue()


def sheet() -> bytes:
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    strings = f"<sst {space}><si><t>Leiden</t></si><si><r><t>Zoeter</t></r><r><t>woude</t></r></si></sst>"
    cells = f'<worksheet {space}><c t="inlineStr"><is><t>Los</t></is></c><c><v>42</v></c></worksheet>'
    return zipped(**{"xl/sharedStrings.xml": strings, "xl/worksheets/sheet1.xml": cells})


def slides() -> bytes:
    def slide(text: str) -> str:
        return f'<p:sld xmlns:p="p" xmlns:a="a"><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sld>'

    names = {f"ppt/slides/slide{number}.xml": slide(f"Dia {number}") for number in (10, 2, 1)}
    return zipped(**names, **{"ppt/notesSlides/notesSlide1.xml": slide("Notitie")})


def odt(**more: str) -> bytes:
    text = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
    line = "<text:p>Een<text:s/>zin<text:span> erin</text:span>.</text:p>"
    content = f'<x xmlns:text="{text}"><text:h>Kop</text:h>{line}</x>'
    return zipped(**{"content.xml": content, **more})


def read(tmp_path: Path, content: bytes, media_type: str) -> str:
    path = tmp_path / "content"
    path.write_bytes(content)
    return read_apart(path, media_type)


@pytest.mark.parametrize(
    ("make", "media_type", "expected"),
    [
        (pdf, PDF, ["Regionale energiestrategie van Zoë", "Tweede bladzijde"]),
        (word, WORD, ["Regionale energiestrategie\n", "Leiden\n", "Zoeterwoude", "Briefhoofd"]),
        (sheet, SHEET, ["Leiden\nZoeterwoude", "Los"]),
        (slides, SLIDES, ["Notitie", "Dia 1\n\nDia 2\n\nDia 10"]),
        (odt, ODT, ["Kop\nEen zin erin."]),
        (lambda: "﻿Zoë\r\nen\x00 meer".encode(), "text/plain", ["Zoë\nen meer"]),
        (lambda: b"naam;bedrag\nLeiden;5", "text/csv", ["naam;bedrag\nLeiden;5"]),
    ],
)
def test_each_format_gives_its_text(
    tmp_path: Path, make: Callable[[], bytes], media_type: str, expected: list[str]
) -> None:
    found = read(tmp_path, make(), media_type)
    for part in expected:
        assert part in found, found


def _entities() -> bytes:
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    return zipped(**{"content.xml": f'<!DOCTYPE x [<!ENTITY l0 "lol">{lines}]><x>&l11;</x>'})


def _outside() -> bytes:
    return zipped(**{"content.xml": '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>'})


def _unpacks_to_far_more() -> bytes:
    made = BytesIO()
    with (
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("content.xml", "w") as part,
    ):
        for _ in range(400):
            part.write(bytes(1_000_000))
    return made.getvalue()


def _loops() -> bytes:
    """Give a PDF whose pages are its own parents."""
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>endobj\ntrailer<</Root 1 0 R>>"
    )


@pytest.mark.parametrize(
    ("make", "media_type", "why"),
    [
        (locked_pdf, PDF, "locked"),
        (lambda: b"<html><script>alert(1)</script>", PDF, "unreadable"),
        (lambda: b"", PDF, "unreadable"),
        (_loops, PDF, "unreadable"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1_000), WORD, "locked"),
        (lambda: odt(**{"META-INF/manifest.xml": "<manifest:encryption-data/>"}), ODT, "locked"),
        (_entities, ODT, "unreadable"),
        (_outside, ODT, "unreadable"),
        (_unpacks_to_far_more, ODT, "unreadable"),
        (lambda: zipped(**{"a.xml": "x"}), WORD, "unreadable"),
        (lambda: word()[:2_000], WORD, "unreadable"),
    ],
)
def test_a_file_made_to_harm_is_no_text_and_says_why(
    tmp_path: Path, make: Callable[[], bytes], media_type: str, why: str
) -> None:
    with pytest.raises(NotRead, match=f"^{why}$"):
        read(tmp_path, make(), media_type)


def test_a_reading_that_is_told_to_stop_ends_its_process_at_once(tmp_path: Path) -> None:
    path = tmp_path / "content"
    path.write_bytes(pdf())
    with pytest.raises(Interrupted):
        read_apart(path, PDF, stopped=lambda: True)


def test_a_reading_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    path = tmp_path / "content"
    path.write_bytes(pdf())
    with pytest.raises(NotRead, match="took_too_long"):
        read_apart(path, PDF, seconds=0)


def test_a_long_text_is_cut_at_a_stated_length(tmp_path: Path) -> None:
    assert len(read(tmp_path, b"woord " * 1_000_000, "text/plain")) <= MOST_CHARACTERS


@given(st.text(max_size=500))
def test_a_tidied_text_can_be_kept_and_stays_as_it_is(text: str) -> None:
    tidy = tidied(text)
    assert tidied(tidy) == tidy
    assert "\x00" not in tidy
    tidy.encode()


def test_words_broken_at_the_end_of_a_line_are_joined_and_ligatures_undone() -> None:
    assert tidied("verga-\n  dering o\ufb03cieel\nnoord-\nZuid  x") == "vergadering officieel\nnoord-\nZuid x"
    assert gathered(["a" * MOST_CHARACTERS, "b"]) == "a" * MOST_CHARACTERS


def store(runtime: Runtime, content: bytes | None, media_type: str = "text/plain") -> int:
    """Keep a file as an upload does; None for one whose content is not in its place."""
    sha256 = hashlib.sha256(content or b"weg").hexdigest()
    if content is not None:
        place = place_of(runtime.config.documents, sha256)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    with runtime.work() as session:
        file = StoredFile(sha256=sha256, size=1, media_type=media_type, stored_at=STORED)
        session.add(file)
        session.flush()
        return file.id


def state(runtime: Runtime, file_id: int) -> tuple[Reading, str, str]:
    with runtime.read() as session:
        file = session.get_one(StoredFile, file_id)
        return file.reading, file.reading_why, file.text


def test_what_waits_is_read_once_in_its_order(runtime: Runtime) -> None:
    text = store(runtime, "Zoë".encode())
    picture = store(runtime, b"x", "image/png")
    broken = store(runtime, b"<html>", PDF)
    assert read_texts(runtime) == 3
    assert read_texts(runtime) == 0
    assert state(runtime, text) == (Reading.READ, "", "Zoë")
    assert state(runtime, picture) == (Reading.WITHOUT_TEXT, "", "")
    assert state(runtime, broken) == (Reading.FAILED, "unreadable", "")


def test_a_file_whose_worker_ended_is_taken_again_and_given_up_after_three_times(
    runtime: Runtime, clock: StandingClock
) -> None:
    file_id = store(runtime, b"tekst")
    for attempt in (1, 2, 3):
        with runtime.work() as session:
            taken = take(session, clock())
            assert taken is not None
            assert taken.attempt == attempt
        # While somebody may be at work on it nobody else begins.
        clock.wind(minutes=4)
        with runtime.work() as session:
            assert take(session, clock()) is None
        clock.wind(minutes=2)
    assert not read_next(runtime)
    assert state(runtime, file_id) == (Reading.FAILED, "given_up", "")


def test_a_slow_worker_does_not_write_over_the_one_that_took_over(
    runtime: Runtime, clock: StandingClock
) -> None:
    file_id = store(runtime, b"tekst")
    with runtime.work() as session:
        slow = take(session, clock())
    assert slow is not None
    clock.wind(minutes=6)
    assert read_texts(runtime) == 1
    text_reading._keep(runtime, slow, reading=Reading.FAILED, reading_why="took_too_long")
    assert state(runtime, file_id) == (Reading.READ, "", "tekst")


def test_a_content_that_is_away_for_a_while_is_read_when_it_is_back(
    runtime: Runtime, clock: StandingClock
) -> None:
    file_id = store(runtime, None)
    read_texts(runtime)
    assert state(runtime, file_id)[0] is Reading.WAITING
    with runtime.read() as session:
        sha256 = session.scalars(select(StoredFile.sha256)).one()
    place = place_of(runtime.config.documents, sha256)
    place.parent.mkdir(parents=True)
    place.write_bytes(b"terug")
    clock.wind(minutes=6)
    read_texts(runtime)
    assert state(runtime, file_id) == (Reading.READ, "", "terug")


def test_a_worker_told_to_stop_leaves_the_file_as_it_was(runtime: Runtime) -> None:
    file_id = store(runtime, pdf(), PDF)
    asked = iter([False, True])
    assert read_texts(runtime, stopped=lambda: next(asked, True)) == 0
    with runtime.read() as session:
        file = session.get_one(StoredFile, file_id)
        assert (file.reading, file.attempts, file.heard_at) == (Reading.WAITING, 0, None)
    assert read_texts(runtime) == 1
