"""The PDFs of a council letter: asked for, made by the worker, given while they read as the letter does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from agenda.core.actor import Actor
from agenda.core.problems import Conflict
from agenda.publications.letter_model import CouncilLetter, LetterCopy
from agenda.publications.letter_printing import fingerprint_of, printed_letter
from agenda.publications.model import Paper, PaperKind
from agenda.publications.paper_files import path_of
from agenda.publications.queries import Shown
from config import Config


@dataclass(frozen=True)
class Pdfs:
    """The newest PDF of each copy of a letter, made or on its way, by the number of the copy."""

    found: Mapping[int, Shown]
    copies: int

    @property
    def there(self) -> set[int]:
        """The copies that have a PDF which says what the copy says now."""
        return {key for key, one in self.found.items() if one.paper.file_id is not None and not one.outdated}

    @property
    def waiting(self) -> bool:
        """Whether one is still to be made."""
        return any(one.waiting for one in self.found.values())


def pdfs_of(session: Session, letter: CouncilLetter) -> Pdfs:
    """Tell how the PDF of each copy stands; one that says something else than its copy now is outdated."""
    query = (
        select(Paper)
        .where(Paper.copy_id.in_([copy.id for copy in letter.copies]))
        .options(joinedload(Paper.file))
        .order_by(Paper.id)
    )
    newest = {paper.copy_id: paper for paper in session.scalars(query) if paper.copy_id is not None}
    printed = printed_letter(session, letter) if newest else {}
    now = {key: fingerprint_of(one) for key, one in printed.items()}
    found = {
        key: Shown(paper, paper.file_id is not None and now[key] != paper.rests_on, None)
        for key, paper in newest.items()
    }
    return Pdfs(found, len(letter.copies))


def ask_for_pdfs(session: Session, letter: CouncilLetter, by: Actor, now: datetime) -> None:
    """Have the worker make each PDF of a letter that is not there as the letter reads now.

    For whoever may read the letter. One that waits already is not asked for again, and one that was
    overtaken or failed goes.
    """
    pdfs = pdfs_of(session, letter)
    coming = {key for key, one in pdfs.found.items() if one.waiting}
    wanted = [copy.id for copy in letter.copies if copy.id not in pdfs.there | coming]
    old = select(Paper).where(Paper.copy_id.in_(wanted))
    for paper in session.scalars(old).all():
        session.delete(paper)
    for key in wanted:
        session.add(
            Paper(
                meeting_id=letter.meeting_id,
                kind=PaperKind.COUNCIL_LETTER,
                language=letter.language,
                everything=False,
                copy_id=key,
                asked_at=now,
                asked_by=by.name,
            )
        )
    session.flush()


def file_of(session: Session, config: Config, copy: LetterCopy) -> Path:
    """Give where the PDF of one copy lies; Conflict while it is not there as the letter reads now."""
    return _place(config, pdfs_of(session, copy.letter).found.get(copy.id))


def files_of(session: Session, config: Config, letter: CouncilLetter) -> dict[int, Path]:
    """Give where the PDF of each copy lies; Conflict while one is not there as the letter reads now."""
    found = pdfs_of(session, letter).found
    return {copy.id: _place(config, found.get(copy.id)) for copy in letter.copies}


def _place(config: Config, found: Shown | None) -> Path:
    if found is None or found.paper.file is None or found.outdated:
        raise Conflict("council_letter_pdfs_missing")
    return path_of(config, found.paper.file)
