"""Each paper as it is printed: its words beside the golden ones, and what both standards ask of the file."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from agenda.publications.model import PaperKind
from agenda.publications.rendering import render
from agenda.publications.typesetting import NotTypeset, typeset
from tests.publications.regenerate import GOLDEN, text_of
from tests.publications.samples import AGENDA, MADE, SAMPLES, item, page

# Each costs a second or two.
pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Set every sample once."""
    folder = tmp_path_factory.mktemp("papers")
    for name in SAMPLES:
        (folder / f"{name}.pdf").write_bytes(typeset(*page(name), MADE))
    return {name: folder / f"{name}.pdf" for name in SAMPLES}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_paper_says_what_the_golden_one_says(papers: Mapping[str, Path], name: str) -> None:
    assert text_of(papers[name]) == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


def test_every_paper_can_be_read_aloud(papers: Mapping[str, Path]) -> None:
    """Matterhorn's checkpoints of PDF/UA-1 and more, by a checker that is not ours."""
    outloud = Path(sys.executable).with_name("outloud")
    told = subprocess.run([outloud, "--fail-on", "error", *papers.values()], capture_output=True, text=True)
    assert told.returncode == 0, told.stdout


@pytest.mark.parametrize("name", ["agenda.en", "decision_list.nl"])
def test_a_paper_claims_both_standards_and_holds_all_that_it_shows(
    papers: Mapping[str, Path], name: str
) -> None:
    subprocess.run(["qpdf", "--check", str(papers[name])], check=True, capture_output=True)
    with pikepdf.open(papers[name]) as pdf, pdf.open_metadata() as known:
        assert known.pdfa_status == "3A"
        assert known["pdfuaid:part"] == "1"
        assert str(known["dc:title"]) == page(name)[2] == str(pdf.docinfo.Title)
        # PDF/A-3 explains every word that is not its own.
        assert b"pdfaExtension:schemas" in pdf.Root.Metadata.read_bytes()
        assert pdf.Root.Lang == ("en-GB" if name.endswith("en") else "nl-NL")
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert [str(one.S) for one in pdf.Root.OutputIntents] == ["/GTS_PDFA1"]
    fonts = subprocess.run(["pdffonts", str(papers[name])], check=True, capture_output=True, text=True).stdout
    lines = fonts.splitlines()[2:]
    assert any("Source-Sans-3" in line for line in lines)
    assert all(line.split()[-5:-2] == ["yes", "yes", "yes"] for line in lines), fonts


def test_the_parts_of_a_paper_are_told_apart(papers: Mapping[str, Path]) -> None:
    told = subprocess.run(
        ["pdfinfo", "-struct-text", str(papers["agenda.nl"])], check=True, capture_output=True, text=True
    ).stdout
    found = {line.split()[0].rstrip(":") for line in told.splitlines() if line.strip()}
    assert found >= {"H1", "H2", "H3", "P", "Table", "THead", "TBody", "TR", "TH", "TD", "L", "LI", "LBody"}
    # Running heads and page numbers are no part of the text, nor is the mark of the region.
    assert "pagina" not in told
    assert "Figure" not in told


def test_a_long_agenda_says_its_heads_again_on_every_page(tmp_path: Path) -> None:
    facts = replace(AGENDA, items=tuple(item(1 + number, f"Punt {number}", 2) for number in range(60)))
    made = render(PaperKind.AGENDA, facts, {}, "nl", MADE)
    file = tmp_path / "lang.pdf"
    file.write_bytes(typeset(made.html, "nl", made.title, MADE))
    pages = text_of(file).split("=== page ===")
    with_items = [page for page in pages if "Punt " in page]
    assert len(with_items) == 3
    assert all("Agendapunt" in page and "Behandeling" in page for page in with_items)
    assert all(f"pagina {number} van {len(pages)}" in text for number, text in enumerate(pages, 1))


def test_nothing_is_fetched_from_elsewhere() -> None:
    for address in ("http://127.0.0.1:9/x.png", "file:///etc/passwd", "product:../../config.py", "image:no"):
        with pytest.raises(NotTypeset, match="typesetting_failed"):
            typeset(f"<html lang='nl'><img src='{address}' alt='x'></html>", "nl", "Stuk", MADE)


def test_a_paper_that_nobody_waits_for_any_more_is_stopped() -> None:
    with pytest.raises(NotTypeset, match="stopped"):
        typeset("<p>tekst</p>" * 20_000, "nl", "Stuk", MADE, go_on=lambda: False)


def test_without_its_library_the_typesetter_says_so() -> None:
    """On a machine without Pango importing WeasyPrint fails; the rest of the product never imports it."""
    code = (
        "import runpy, sys; sys.modules['weasyprint'] = None; "
        "runpy.run_module('agenda.publications.typesetter', run_name='__main__')"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 4
    plain = "import sys, agenda.app, agenda.worker; sys.exit('weasyprint' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", plain], check=False).returncode == 0
