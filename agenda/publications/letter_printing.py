"""A copy of a council letter as it is printed: everything on it, as HTML for the PDF and as a Word file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path

from docxtpl import DocxTemplate
from jinja2.sandbox import SandboxedEnvironment
from sqlalchemy.orm import Session

from agenda.publications.letter_composing import GREETING, SALUTATION
from agenda.publications.letter_facts import Head, head_of, written
from agenda.publications.letter_model import CouncilLetter, LetterCopy, LetterState
from agenda.publications.letter_period import day_of
from agenda.publications.letter_rules import Block, Part, blocks
from agenda.publications.papers import Draft, fingerprint
from agenda.publications.rendering import LOCALES, Page, templates

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "publications"
STYLES = ("letter.css",)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True)
class Labels:
    """The words that every letter has, in its language."""

    to: str
    reference: str
    date: str
    subject: str
    behalf: str
    secretary: str
    mayor: str
    concept: str


LABELS = {
    "nl": Labels(
        to="De gemeenteraad van {name}",
        reference="Kenmerk",
        date="Datum",
        subject="Onderwerp",
        behalf="Het college van burgemeester en wethouders van {name},",
        secretary="gemeentesecretaris",
        mayor="burgemeester",
        concept="Concept",
    ),
    "en": Labels(
        to="The municipal council of {name}",
        reference="Reference",
        date="Date",
        subject="Subject",
        behalf="The executive of the municipality of {name},",
        secretary="municipal secretary",
        mayor="mayor",
        concept="Draft",
    ),
}


@dataclass(frozen=True)
class Signatory:
    """Who signs: a role, and a name where it is known."""

    role: str
    name: str


@dataclass(frozen=True)
class Printed:
    """Everything that stands on one copy; its parts are the same for every council."""

    language: str
    organisation: str
    head: Head
    reference: str
    dated_on: date
    subject: str
    parts: tuple[Part, ...]
    signatories: tuple[Signatory, ...]
    concept: bool

    @property
    def labels(self) -> Labels:
        return LABELS[self.language]

    @property
    def title(self) -> str:
        return f"{self.subject} - {self.organisation}"

    @property
    def day(self) -> str:
        return day_of(self.dated_on, self.language)

    @property
    def place_and_day(self) -> str:
        return f"{self.head.place}, {self.day}" if self.head.place else self.day

    @property
    def salutation(self) -> str:
        return SALUTATION[self.language]

    @property
    def greeting(self) -> str:
        return GREETING[self.language]

    @property
    def to(self) -> str:
        return self.labels.to.format(name=self.organisation)

    @property
    def behalf(self) -> str:
        return self.labels.behalf.format(name=self.organisation)

    def read(self) -> list[tuple[str, list[Block]]]:
        """Give the headings with their paragraphs and lists."""
        return [(part.heading, blocks(part.text)) for part in self.parts]


def printed_letter(session: Session, letter: CouncilLetter) -> dict[int, Printed]:
    """Give what stands on each copy, by the number of the copy."""
    parts = tuple(one.part for one in written(session, letter) if blocks(one.part.text))
    return {copy.id: _printed(session, letter, copy, parts) for copy in letter.copies}


def _printed(session: Session, letter: CouncilLetter, copy: LetterCopy, parts: tuple[Part, ...]) -> Printed:
    labels = LABELS[letter.language]
    return Printed(
        language=letter.language,
        organisation=copy.organisation.name,
        head=head_of(session, copy),
        reference=copy.reference,
        dated_on=letter.dated_on,
        subject=letter.subject,
        parts=parts,
        signatories=(Signatory(labels.secretary, copy.secretary), Signatory(labels.mayor, copy.mayor)),
        concept=letter.state is LetterState.CONCEPT,
    )


def file_name(printed: Printed, kind: str) -> str:
    """Name the file of a copy, plainly: "raadsbrief-leiden-2018-12-18.pdf"."""
    plain = unicodedata.normalize("NFKD", printed.organisation).encode("ascii", "ignore").decode().lower()
    slug = re.sub("[^a-z0-9]+", "-", plain).strip("-")[:40] or "gemeente"
    stem = "raadsbrief" if printed.language == "nl" else "council-letter"
    return f"{stem}-{slug}-{printed.dated_on.isoformat()}.{kind}"


def fingerprint_of(printed: Printed) -> str:
    """Give a name that is another one as soon as a copy would say anything else."""
    return fingerprint(printed, {}, printed.language)


def draft_copy(session: Session, copy: LetterCopy) -> Draft:
    """Write a copy as things stand now, ready to be set."""
    printed = printed_letter(session, copy.letter)[copy.id]
    template = templates(printed.language).get_template("letter.html")
    html = template.render(letter=printed, locale=LOCALES[printed.language])
    return Draft(Page(html, printed.title), fingerprint_of(printed), styles=STYLES)


def as_word(printed: Printed) -> bytes:
    """Fill the product's own Word template with a copy.

    The template is a file of ours and nobody can upload one; a sandbox renders it all the same.
    """
    template = DocxTemplate(TEMPLATES / f"letter.{printed.language}.docx")
    context = {"letter": printed, "lines": _word_lines(printed)}
    template.render(context, jinja_env=SandboxedEnvironment(), autoescape=True)
    properties = template.docx.core_properties
    properties.title, properties.author = printed.title, printed.head.sender
    made = BytesIO()
    template.save(made)
    return made.getvalue()


def _word_lines(printed: Printed) -> Sequence[tuple[str, str]]:
    """Give the body line by line, each with what it is: Word knows paragraphs only."""
    found = []
    for heading, read in printed.read():
        if heading:
            found.append(("heading", heading))
        for block in read:
            if block.is_list:
                found.extend(("item", line) for line in block.lines)
            else:
                found.append(("text", "\n".join(block.lines)))
    return found
