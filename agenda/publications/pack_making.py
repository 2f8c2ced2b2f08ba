"""The worker's part of a pack: its front pages are set, and the papers taken up behind them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pikepdf

from agenda.core.problems import Conflict
from agenda.core.runtime import Runtime
from agenda.documents.content_rules import NotTaken
from agenda.documents.storage import place_of
from agenda.people.model import Person
from agenda.publications.lease import Lease, Made
from agenda.publications.model import Paper, PaperKind
from agenda.publications.pack_building import DONE, Mark, Pack, Part
from agenda.publications.pack_facts import PackFacts, PackPaper, pack_facts
from agenda.publications.paper_files import keep_file
from agenda.publications.papers import fingerprint
from agenda.publications.rendering import LOCALES, Page, of_whole_meeting, render, render_stamp
from agenda.publications.typesetting import NotTypeset, run_apart, typeset

# The front pages say on which page each paper begins, and how many they are themselves decides that: they are
# set once for a guess, and again where it was wrong.
_GUESS, _TRIES = 3, 3
GoOn = Callable[[], bool]


def make_pack(runtime: Runtime, paper_id: int, lease: Lease) -> Made:
    """Make the pack of one reader as things stand now, and keep it.

    Raises NotTypeset where that fails, and Conflict for a reader without access to the meeting.
    """
    made_at = runtime.clock()
    with runtime.read() as session:
        paper = session.get_one(Paper, paper_id)
        language = paper.language
        reader = session.get_one(Person, paper.person_id or 0)
        plan = pack_facts(session, paper.meeting, reader, made_at)
    with TemporaryDirectory(prefix="agenda-pack-") as name:
        folder = Path(name)
        counted = _counted(runtime, [one for one in plan.taken_up if not one.apart], folder, lease.go_on)
        facts, page = _front(plan, counted, language, made_at, folder, lease.go_on)
        stamp = ""
        if facts.limited:
            stamp = str(folder / "stamp.pdf")
            Path(stamp).write_bytes(_stamp(facts, language, made_at, lease.go_on))
        pack = Pack(
            parts=tuple(_part(runtime, one) for one in facts.taken_up if not one.broken and not one.apart),
            front=str(folder / "front.pdf"),
            stamp=stamp,
            title=page.title,
            language=LOCALES[language],
            marks=tuple(_marks(facts, language)),
            out=str(folder / "pack.pdf"),
        )
        _run(pack, folder, lease.go_on, lease)
        try:
            kept = keep_file(runtime.config, Path(pack.out), runtime.clock())
        except NotTaken:
            raise Conflict("pack_too_large") from None
    return Made(
        kept,
        page.title,
        fingerprint(plan, {}, language),
        facts.limited,
        facts.holds,
        len(facts.broken) + len(facts.apart),
    )


def _counted(
    runtime: Runtime, papers: Sequence[PackPaper], folder: Path, go_on: GoOn
) -> Mapping[int, int | None]:
    """Count the pages of each document; None for one that cannot be taken up."""
    parts = [_part(runtime, paper) for paper in papers]
    try:
        pages = _count(parts, folder, go_on)
    except NotTypeset as why:
        if why.code == "stopped":
            raise
        # One of them takes all with it: looked at alone, it takes only itself.
        pages = [_count_alone(part, folder, go_on) for part in parts]
    return {paper.document_id: count for paper, count in zip(papers, pages, strict=True)}


def _count(parts: Sequence[Part], folder: Path, go_on: GoOn) -> list[int | None]:
    there = [part for part in parts if Path(part.path).is_file()]
    counted = iter(_run(Pack(parts=tuple(there)), folder, go_on)["counted"] if there else [])
    return [next(counted) if part in there else None for part in parts]


def _count_alone(part: Part, folder: Path, go_on: GoOn) -> int | None:
    try:
        return _count([part], folder, go_on)[0]
    except NotTypeset as why:
        if why.code == "stopped":
            raise
        return None


def _run(pack: Pack, folder: Path, go_on: GoOn, lease: Lease | None = None) -> dict[str, list[int | None]]:
    """Let the program count or build; with a lease it tells how far that is."""
    source, target = folder / "pack.json", folder / "told"
    source.write_text(pack.to_json(), encoding="utf-8")

    def telling() -> bool:
        if lease is None:
            return go_on()
        return lease.go_on((target.read_text(encoding="utf-8").count(DONE), len(pack.parts)))

    run_apart("agenda.publications.pack_building", source, target, telling)
    told: dict[str, list[int | None]] = json.loads(target.read_text(encoding="utf-8").splitlines()[-1])
    return told


def _front(
    plan: PackFacts,
    counted: Mapping[int, int | None],
    language: str,
    made_at: datetime,
    folder: Path,
    go_on: GoOn,
) -> tuple[PackFacts, Page]:
    """Set the front pages to `front.pdf`, with the page on which each paper begins."""
    pages = _GUESS
    for _try in range(_TRIES):
        facts = placed(plan, counted, pages)
        page = render(PaperKind.PACK, facts, {}, language, made_at)
        content = typeset(page.html, language, page.title, made_at, go_on=go_on)
        (folder / "front.pdf").write_bytes(content)
        with pikepdf.open(folder / "front.pdf") as front:
            if len(front.pages) == pages:
                return facts, page
            pages = len(front.pages)
    raise NotTypeset("typesetting_failed")


def placed(plan: PackFacts, counted: Mapping[int, int | None], front: int) -> PackFacts:
    """Say of each document where it begins behind so many front pages, or that it is left out."""
    at, found = front + 1, {}
    for paper in plan.taken_up:
        pages = counted[paper.document_id] if not paper.apart else 0
        found[paper.document_id] = replace(
            paper, page=at if pages else 0, pages=pages or 0, broken=pages is None
        )
        at += pages or 0
    # The same document with another item began where it began; late it can be with one and not the other.
    chapters = [
        replace(
            chapter,
            papers=tuple(
                replace(found[one.document_id], late=one.late) if one.title else one for one in chapter.papers
            ),
        )
        for chapter in plan.chapters
    ]
    return replace(plan, chapters=tuple(chapters))


def _stamp(facts: PackFacts, language: str, made_at: datetime, go_on: GoOn) -> bytes:
    page = render_stamp(facts, language, made_at)
    return typeset(page.html, language, page.title, made_at, styles=("stamp.css",), go_on=go_on)


def _part(runtime: Runtime, paper: PackPaper) -> Part:
    return Part(
        title=paper.title,
        path=str(place_of(runtime.config.documents, paper.sha256)),
        enclosed_as=paper.file_name if paper.enclosed else "",
        stamped=paper.limited,
    )


def _marks(facts: PackFacts, language: str) -> list[Mark]:
    return [
        Mark(
            paper.title,
            paper.page - 1,
            f"{chapter.number}. {chapter.title}" if chapter.number else of_whole_meeting(language),
        )
        for chapter in facts.chapters
        for paper in chapter.papers
        if paper.page
    ]
