"""One pack of many papers: front pages, then every paper behind its bookmark, as a program of its own.

It reads one JSON object from standard input: a `Pack` to build, or where that has no front pages the papers
whose pages are to be counted. To standard output goes one line for each paper that is done, and at last what
came of it: see `main`. It runs apart from the worker within limits on time and memory: papers come from
outside, and a page of theirs must not cost the worker its life.

Pages are taken over as they are and never rendered; only their structure is read into memory. What is no PDF
is enclosed as a file.
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
# A paper of more pages than this is no paper.
MOST_PAGES = 5_000
OUT_OF_MEMORY = 3
DONE = "done"
# Actions that a page may hold and that a reader's program must not do by itself.
_FORBIDDEN = frozenset({"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/GoToE"})


@dataclass(frozen=True)
class Part:
    """One paper of a pack; `path` is where its content lies."""

    title: str
    path: str
    # As an enclosed file is called; "" for a PDF, whose pages are taken up.
    enclosed_as: str = ""
    # Handed out to one reader: the stamp is laid over each of its pages.
    stamped: bool = False


@dataclass(frozen=True)
class Mark:
    """A bookmark to a page, from 0, gathered with its neighbours under the title of their chapter."""

    title: str
    page: int
    chapter: str = ""


@dataclass(frozen=True)
class Pack:
    """What goes into a pack, in its order."""

    parts: tuple[Part, ...]
    front: str = ""
    # A one-page PDF, laid over each page of stamped parts; "" where none is.
    stamp: str = ""
    title: str = ""
    language: str = "nl-NL"
    marks: tuple[Mark, ...] = ()
    out: str = ""

    def to_json(self) -> str:
        """Write it down for the program."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Pack:
        """Read what `to_json` wrote."""
        said: dict[str, Any] = json.loads(text)
        parts = tuple(Part(**part) for part in said["parts"])
        return cls(**{**said, "parts": parts, "marks": tuple(Mark(**mark) for mark in said["marks"])})


def count(parts: Sequence[Part]) -> list[int | None]:
    """Count the pages of each paper: None for one that cannot be taken up, 0 for one to enclose."""
    found = []
    for part in parts:
        found.append(0 if part.enclosed_as else _pages_of(part))
        _say(DONE)
    return found


def _pages_of(part: Part) -> int | None:
    try:
        with _opened(part) as source, Pdf.new() as tried:
            pages = len(source.pages)
            if not 0 < pages <= MOST_PAGES:
                return None
            # Some are broken only where they are used.
            tried.pages.extend(source.pages)
            for page in tried.pages:
                _ = page.trimbox
            return pages
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  # however it is broken, it cannot be taken up
        return None


def build(pack: Pack) -> int:
    """Write the pack to `pack.out`; how many pages it has."""
    with Pdf.open(pack.front) as made:
        stamp = _stamp_in(made, pack)
        # They are read from until the pack is saved.
        sources: list[Pdf] = []
        for part in pack.parts:
            if part.enclosed_as:
                _enclose(made, part)
            else:
                begins = len(made.pages)
                sources.append(_opened(part))
                made.pages.extend(sources[-1].pages)
                for page in made.pages[begins:]:
                    _make_quiet(page)
                    if part.stamped:
                        _leave_files_out(page)
                    if part.stamped and stamp is not None:
                        # A page of any size has the stamp across it, as large as fits.
                        page.add_overlay(stamp, Rectangle(*(float(edge) for edge in page.trimbox)))
            _say(DONE)
        _bookmarks(made, pack.marks)
        _name(made, pack)
        made.save(pack.out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return len(made.pages)


def _opened(part: Part) -> Pdf:
    # Read where it lies: mapped into memory, large papers together would count against the limit.
    return Pdf.open(part.path, access_mode=pikepdf.AccessMode.stream)


def _stamp_in(made: Pdf, pack: Pack) -> pikepdf.Object | None:
    """Take the stamp over once, however many pages bear it."""
    if not pack.stamp:
        return None
    with Pdf.open(pack.stamp) as stamp:
        return made.copy_foreign(stamp.pages[0].as_form_xobject())


def _make_quiet(page: Page) -> None:
    """Take away what a page would do by itself: a pack passes on pages, no programs."""
    if Name.AA in page.obj:
        del page.obj[Name.AA]
    notes = page.obj.get(Name.Annots)
    for note in list(notes) if isinstance(notes, pikepdf.Array) else []:
        if not isinstance(note, pikepdf.Dictionary):
            continue
        if Name.AA in note:
            del note[Name.AA]
        action = note.get(Name.A)
        if isinstance(action, pikepdf.Dictionary) and str(action.get(Name.S)) in _FORBIDDEN:
            del note[Name.A]


def _leave_files_out(page: Page) -> None:
    """Take away the files that hang on a page: they would bear nobody's name."""
    notes = page.obj.get(Name.Annots)
    if isinstance(notes, pikepdf.Array):
        kept = [
            note
            for note in list(notes)
            if not isinstance(note, pikepdf.Dictionary) or note.get(Name.Subtype) != Name.FileAttachment
        ]
        page.obj[Name.Annots] = pikepdf.Array(kept)


def _enclose(made: Pdf, part: Part) -> None:
    spec = AttachedFileSpec.from_filepath(made, Path(part.path), description=part.title)
    spec.filename = part.enclosed_as
    made.attachments[part.enclosed_as] = spec


def _bookmarks(made: Pdf, marks: Sequence[Mark]) -> None:
    with made.open_outline() as outline:
        for chapter, found in _chapters(marks):
            items = [OutlineItem(mark.title, mark.page, "Fit") for mark in found]
            if not chapter:
                outline.root.extend(items)
                continue
            above = OutlineItem(chapter, found[0].page, "Fit")
            above.children.extend(items)
            outline.root.append(above)


def _chapters(marks: Sequence[Mark]) -> Iterator[tuple[str, list[Mark]]]:
    gathered: list[tuple[str, list[Mark]]] = []
    for mark in marks:
        if not gathered or gathered[-1][0] != mark.chapter:
            gathered.append((mark.chapter, []))
        gathered[-1][1].append(mark)
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


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Do what standard input asks: the last line is {"counted": [...]} or {"pages": n}."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pack = Pack.from_json(sys.stdin.read())
    _say(json.dumps({"pages": build(pack)} if pack.front else {"counted": count(pack.parts)}))


if __name__ == "__main__":
    try:
        main()
    except MemoryError:
        sys.exit(OUT_OF_MEMORY)
