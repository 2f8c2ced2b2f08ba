"""One pack of many papers: front pages, then every paper behind its bookmark, as a program of its own.

`python -m agenda.publications.pack_building SPEC` reads a JSON file (see `Pack`) and writes the pack.
It runs apart from the worker within limits on time and memory: papers come from outside, and a page of
theirs must not cost the worker its life.

Pages are taken over as they are and never rendered; only their structure is read into memory. What is no PDF
is enclosed as a file, behind a bookmark to the page that names it.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import AttachedFileSpec, Name, OutlineItem, Page, Pdf, Rectangle

MOST_MEMORY = 1_500_000_000
MOST_SECONDS = 120
# Exit statuses of the program, as the worker reads them.
PROBLEM = 3


@dataclass(frozen=True)
class Part:
    """One paper of a pack."""

    title: str
    path: str
    file_name: str
    media_type: str
    # The page of the front matter, from 0, that announces a paper which is enclosed and has no pages here.
    announced_on: int = 0
    # Under which title parts are gathered in the bookmarks; "" for none.
    chapter: str = ""
    # Handed out to one reader: the stamp is laid over each of its pages.
    stamped: bool = False


@dataclass(frozen=True)
class Pack:
    """What goes into a pack, in its order."""

    front: str
    # A one-page PDF, laid over each page of stamped parts; "" where none is.
    stamp: str
    title: str
    language: str
    parts: tuple[Part, ...]
    out: str

    def to_json(self) -> str:
        """Write it down for the program."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Pack:
        """Read what `to_json` wrote."""
        said: dict[str, Any] = json.loads(text)
        return cls(**{**said, "parts": tuple(Part(**part) for part in said["parts"])})


@dataclass(frozen=True)
class Unusable(Exception):
    """A paper that cannot be taken up, by its title."""

    title: str


def build(pack: Pack) -> int:
    """Write the pack to `pack.out`; how many pages it has. Raises Unusable for a broken paper."""
    with Pdf.open(pack.front) as made:
        stamp = Pdf.open(pack.stamp) if pack.stamp else None
        begins: list[int] = []
        sources: list[Pdf] = []
        for part in pack.parts:
            if part.media_type == "application/pdf":
                begins.append(len(made.pages))
                sources.append(_opened(part))
                made.pages.extend(sources[-1].pages)
                if part.stamped and stamp is not None:
                    _stamp(made.pages[begins[-1] :], stamp)
            else:
                begins.append(part.announced_on)
                _enclose(made, part)
        _bookmarks(made, pack, begins)
        _name(made, pack)
        made.save(pack.out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return len(made.pages)


def _opened(part: Part) -> Pdf:
    try:
        return Pdf.open(part.path)
    except (pikepdf.PdfError, pikepdf.PasswordError, OSError):
        raise Unusable(part.title) from None


def _stamp(pages: Sequence[Page], stamp: Pdf) -> None:
    for page in pages:
        box = page.trimbox
        # A page of any size has the stamp across its middle, as large as fits.
        page.add_overlay(stamp.pages[0], Rectangle(*(float(edge) for edge in box)))


def _enclose(made: Pdf, part: Part) -> None:
    spec = AttachedFileSpec.from_filepath(made, Path(part.path), description=part.title)
    spec.filename = part.file_name
    made.attachments[part.file_name] = spec


def _bookmarks(made: Pdf, pack: Pack, begins: Sequence[int]) -> None:
    with made.open_outline() as outline:
        for chapter, parts in _chapters(pack, begins):
            items = [OutlineItem(part.title, begin, "Fit") for part, begin in parts]
            if not chapter:
                outline.root.extend(items)
                continue
            above = OutlineItem(chapter, parts[0][1], "Fit")
            above.children.extend(items)
            outline.root.append(above)


def _chapters(pack: Pack, begins: Sequence[int]) -> Iterator[tuple[str, list[tuple[Part, int]]]]:
    gathered: list[tuple[str, list[tuple[Part, int]]]] = []
    for part, begin in zip(pack.parts, begins, strict=True):
        if not gathered or gathered[-1][0] != part.chapter:
            gathered.append((part.chapter, []))
        gathered[-1][1].append((part, begin))
    yield from gathered


def _name(made: Pdf, pack: Pack) -> None:
    with made.open_metadata() as metadata:
        metadata["dc:title"] = pack.title
        # The papers of others do not keep to the rules of the front pages.
        for claim in ("pdfaid:part", "pdfaid:conformance", "pdfuaid:part"):
            if claim in metadata:
                del metadata[claim]
    made.Root.Lang = pikepdf.String(pack.language)
    made.Root.PageMode = Name.UseOutlines


def main(arguments: list[str] | None = None) -> int:
    """Build the pack that a file describes, within the limits; 3 where a paper cannot be taken up."""
    path = (sys.argv[1:] if arguments is None else arguments)[0]
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    try:
        pages = build(Pack.from_json(Path(path).read_text()))
    except Unusable as unusable:
        sys.stdout.write(json.dumps({"unusable": unusable.title}))
        return PROBLEM
    sys.stdout.write(json.dumps({"pages": pages}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
