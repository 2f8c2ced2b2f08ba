"""The letter of December 2018 to five councils, as a concept that waits for its clerk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from agenda.core.actor import System
from agenda.demo.clock import START
from agenda.meetings.model import Meeting
from agenda.people.model import Organisation
from agenda.publications.letter_actions import begin_letter, put_in_own_words
from agenda.publications.letter_choice import usual_choice
from agenda.publications.letter_model import Section
from agenda.publications.letterhead_actions import HEAD, set_letterhead

Row = Mapping[str, Any]


def write_letters(
    session: Session,
    heads: Sequence[Row],
    letters: Sequence[Row],
    organisations: Mapping[str, Organisation],
    meetings: Mapping[str, Meeting],
) -> None:
    """Set the letterheads, and compose each letter from what its meeting decided and promised."""
    session.flush()
    for row in heads:
        values = {name: row.get(name, "").strip() for name in HEAD}
        set_letterhead(session, organisations[row["organisation"]], values, None, System(), START)
    for row in letters:
        meeting = meetings[row["meeting"]]
        choice = replace(usual_choice(session, meeting, START), subject=row["subject"])
        letter = begin_letter(session, meeting, choice, System(), START)
        for name, words in row["words"].items():
            put_in_own_words(session, letter, Section(name), words.strip(), None, System(), START)
