"""What a letter said of one reminder, in the letter's own words."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.mail.model import Letter
from agenda.mail.reading import read_letter
from agenda.reminders.digest import rest_path
from agenda.reminders.model import Reminder

# As the templates of the letter begin a line that says something.
BEGINS = "- "


def said_of(session: Session, reminder: Reminder, token: str) -> str:
    """Give the line of the letter above the link with this token; "" where the letter is no longer kept.

    The line itself, and not what is so by now: whoever has the link has the letter, and learns no more by it.
    """
    content = session.scalar(select(Letter.content).where(Letter.key == reminder.letter_key))
    return line_above(read_letter(content).text, rest_path(token.strip().lower())) if content else ""


def line_above(text: str, path: str) -> str:
    """Give what a letter's plain text says above the link to a path; "" where there is no such link."""
    said = ""
    for line in text.splitlines():
        if line.startswith(BEGINS):
            said = line.removeprefix(BEGINS)
        elif line.endswith(path):
            return said
    return ""
