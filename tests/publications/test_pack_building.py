"""The program that puts a pack together: what it takes up, what it takes off, and what it survives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, String

from agenda.publications.pack_building import Mark, Pack, Part, build, count
from agenda.publications.pack_facts import Chapter, PackFacts, PackPaper
from agenda.publications.pack_making import placed
from tests.documents.files import pdf, pdf_with_password
from tests.publications.samples import HEAD

PDF = "application/pdf"


def written(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    return str(path)


def hostile(path: Path) -> str:
    """Write a page that runs a script when it is opened, and two links of which one starts a program."""
    made = pikepdf.new()
    made.add_blank_page()
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    page = made.pages[0].obj
    page.AA = Dictionary(O=script)
    box = Array([0, 0, 9, 9])
    launch = Dictionary(S=Name.Launch, F=String("calc.exe"))
    link = Dictionary(S=Name.URI, URI=String("https://leiden.example"))
    page.Annots = Array(
        [
            made.make_indirect(
                Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=box, A=action, AA=Dictionary(U=script))
            )
            for action in (launch, link)
        ]
    )
    made.Root.OpenAction = script
    made.save(path)
    return str(path)


def looping(path: Path) -> str:
    """Write a tree of pages that has itself as a branch."""
    made = pikepdf.new()
    made.add_blank_page()
    made.Root.Pages.Kids.append(made.Root.Pages)
    made.save(path)
    return str(path)


def test_pages_are_passed_on_without_what_they_would_do_by_themselves(tmp_path: Path) -> None:
    front = written(tmp_path / "front.pdf", pdf("Voorin"))
    pack = Pack(
        parts=(Part("Stuk", hostile(tmp_path / "stuk.pdf")),),
        front=front,
        title="Pak",
        marks=(Mark("Stuk", 1, "2. Wegen"),),
        out=str(tmp_path / "out.pdf"),
    )
    assert build(pack) == 2
    content = (tmp_path / "out.pdf").read_bytes()
    with pikepdf.open(tmp_path / "out.pdf") as made:
        page = made.pages[1].obj
        assert Name.AA not in page
        assert [str(note.A.S) if Name.A in note else "" for note in page.Annots] == ["", "/URI"]
        assert all(Name.AA not in note for note in page.Annots)
        assert Name.OpenAction not in made.Root
        with made.open_outline() as outline:
            assert [(one.title, [below.title for below in one.children]) for one in outline.root] == [
                ("2. Wegen", ["Stuk"])
            ]
    assert b"calc.exe" not in content


def test_what_cannot_be_taken_up_is_told_apart(tmp_path: Path) -> None:
    parts = [
        Part("Goed", written(tmp_path / "a", pdf())),
        Part("Geen pdf", written(tmp_path / "b", b"<html>")),
        Part("Leeg", written(tmp_path / "c", b"")),
        Part("Op slot", written(tmp_path / "d", pdf_with_password("geheim"))),
        Part("Afgekapt", written(tmp_path / "e", b"%PDF-1.7\n1 0 obj\n<<")),
        Part("Word", written(tmp_path / "f", b"PK"), enclosed_as="word.docx"),
        Part("Weg", str(tmp_path / "weg")),
    ]
    assert count(parts) == [1, None, None, None, None, 0, None]


def test_a_tree_of_pages_without_end_comes_to_an_end(tmp_path: Path) -> None:
    pack = Pack(
        parts=(Part("Kring", looping(tmp_path / "kring.pdf")), Part("Goed", written(tmp_path / "a", pdf())))
    )
    told = subprocess.run(
        [sys.executable, "-m", "agenda.publications.pack_building"],
        input=pack.to_json(),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert told.stdout.splitlines()[-1].endswith(", 1]}")


def test_a_pack_is_written_down_and_read_again() -> None:
    pack = Pack(
        (Part("Zoë's stuk", "/x", "1 é.docx", True),), "f", "s", "t", "en-GB", (Mark("a", 3, "b"),), "o"
    )
    assert Pack.from_json(pack.to_json()) == pack


documents = st.integers(1, 6).map(lambda number: PackPaper(number, f"Stuk {number}", media_type=PDF))


@given(
    st.lists(st.lists(documents | st.just(PackPaper()), max_size=4), max_size=5),
    st.dictionaries(st.integers(1, 6), st.none() | st.integers(0, 40)),
    st.integers(1, 9),
)
def test_each_document_begins_where_the_one_before_it_ends(
    papers: list[list[PackPaper]], known: dict[int, int | None], front: int
) -> None:
    counted = {number: known.get(number, 1) for number in range(1, 7)}
    chapters = tuple(Chapter("1", "Punt", tuple(some)) for some in papers)
    facts = placed(PackFacts(HEAD, "Zoë", False, (), (), None, 1, chapters, ()), counted, front)
    at = front + 1
    for paper in facts.taken_up:
        pages = counted[paper.document_id]
        assert paper.broken is (pages is None)
        assert (paper.page, paper.pages) == ((at, pages) if pages else (0, 0))
        at += pages or 0
    # The same document says the same page wherever it stands, and what is not known stays so.
    stands = {
        (one.document_id, one.page) for chapter in facts.chapters for one in chapter.papers if one.title
    }
    assert len(stands) == len({number for number, _page in stands})
    assert [bool(one.title) for c in facts.chapters for one in c.papers] == [
        bool(one.title) for some in papers for one in some
    ]


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_a_stamp_lies_on_each_page_of_its_part_once(tmp_path: Path, turned: int) -> None:
    with pikepdf.open(written(tmp_path / "a.pdf", pdf())) as source:
        source.add_blank_page(page_size=(1200, 300))
        for page in source.pages:
            page.rotate(turned, relative=False)
        source.save(tmp_path / "part.pdf")
    other = written(tmp_path / "b.pdf", pdf("Open"))
    pack = Pack(
        parts=(Part("Geheim", str(tmp_path / "part.pdf"), stamped=True), Part("Open", other)),
        front=written(tmp_path / "front.pdf", pdf("Voorin")),
        stamp=written(tmp_path / "stamp.pdf", pdf("Merk")),
        out=str(tmp_path / "out.pdf"),
    )
    assert build(pack) == 4
    with pikepdf.open(tmp_path / "out.pdf") as made:
        over = [list(page.obj.get("/Resources", {}).get("/XObject", {}).values()) for page in made.pages]
        assert [len(one) for one in over] == [0, 1, 1, 0]
        # One stamp for all pages, not one each.
        assert over[1][0].objgen == over[2][0].objgen
