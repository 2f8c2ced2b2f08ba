"""What a file may be called."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agenda.documents.names import LONGEST_NAME, MOST_OCTETS, extension, safe_name, title_of


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Besluitenlijst december.pdf", "Besluitenlijst december.pdf"),
        ("Van der Ven, Zoë – notitie (2).docx", "Van der Ven, Zoë – notitie (2).docx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\griffie\\notitie.pdf", "notitie.pdf"),
        ("/tmp/x/..", "document"),
        ("no\x00ti\rt\nie.pdf", "noti t ie.pdf"),
        ("notitie\u202efdp.exe", "notitiefdp.exe"),
        ("CON.pdf", "_CON.pdf"),
        ("com1", "_com1"),
        ('a<b>:"c|d?e*.pdf', "a-b---c-d-e-.pdf"),
        ("   .pdf", "pdf"),
        ("", "document"),
        ("\u200e\u200f", "document"),
    ],
)
def test_a_name_loses_what_hides_misleads_or_breaks(sent: str, kept: str) -> None:
    assert safe_name(sent) == kept


def test_an_endless_name_keeps_its_extension() -> None:
    name = safe_name("é" * 300 + ".docx")
    assert name.endswith(".docx")
    assert len(name) <= LONGEST_NAME
    assert len(name.encode()) <= MOST_OCTETS


@given(st.text(max_size=400))
def test_whatever_is_sent_becomes_a_name_that_every_system_can_keep(sent: str) -> None:
    name = safe_name(sent)
    assert 0 < len(name) <= LONGEST_NAME + 1
    assert len(name.encode()) <= MOST_OCTETS + 1
    assert not set(name) & set('/\\<>:"|?*')
    assert not {unicodedata.category(each) for each in name} & {"Cc", "Cf", "Cs"}
    assert name not in {".", ".."}
    assert safe_name(name) == name


def test_a_title_is_the_name_without_its_extension() -> None:
    assert title_of("Notitie_warmtenet_v2.pdf") == "Notitie warmtenet v2"
    assert title_of("pdf") == "pdf"
    assert extension("notitie.PDF") == ".pdf"
    assert extension("v1.2 concept") == ""
