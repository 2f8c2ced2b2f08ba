"""Write the golden texts of papers anew: `python -m tests.publications.regenerate`, then read the change."""

from __future__ import annotations

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from agenda.publications.typesetting import typeset
from tests.publications.samples import MADE, SAMPLES, page

GOLDEN = Path(__file__).parent / "golden"


def text_of(pdf: Path) -> str:
    """Give the words of a PDF as they stand on its pages."""
    told = subprocess.run(
        ["pdftotext", "-layout", "-enc", "UTF-8", str(pdf), "-"], check=True, capture_output=True, text=True
    )
    return "\n".join(line.rstrip() for line in told.stdout.split("\n")).replace("\f", "\n=== page ===\n")


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        for name in SAMPLES:
            file = Path(folder) / f"{name}.pdf"
            file.write_bytes(typeset(*page(name), MADE))
            (GOLDEN / f"{name}.txt").write_text(text_of(file), encoding="utf-8")
