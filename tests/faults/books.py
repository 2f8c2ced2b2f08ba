"""All that can be known after a run: the tables as they lie there, what the mail server has, who saw what.

It reads plain tables and none of the product's models or rules: who checks must not repeat a mistake.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar
from sqlalchemy import create_engine, text

from tests.faults.journal import Line, lines

Row = dict[str, Any]
ZONE = ZoneInfo("Europe/Amsterdam")
TABLES = (
    "agenda_item",
    "attendee",
    "audit_entry",
    "document",
    "document_version",
    "incoming",
    "letter",
    "meeting",
    "membership",
    "paper",
    "person",
    "reminder",
    "reply",
    "stored_file",
    "told",
    "topic",
)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?")
_JSON = {"before", "after", "facts"}
# SQLite gives days as text where no model says what they are.
_DAYS = {"since", "until"}


@dataclass(frozen=True)
class Entry:
    """A meeting as it stands in a calendar message."""

    method: str
    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    place: str
    text: str


@dataclass(frozen=True)
class Taken:
    """A letter as the mail server took it in."""

    id: str
    to: str
    sha256: str
    answered: bool


@dataclass
class Books:
    """Everything of one run, ready to be compared."""

    tables: Mapping[str, list[Row]]
    taken: list[Taken]
    contents: Mapping[str, bytes]
    people: list[Line]
    now: datetime
    # Mornings on which nothing but the clock moved, so that it is known who had to be reminded.
    mornings: list[Line] = field(default_factory=list)
    # What the disk and the database themselves show.
    stored: frozenset[str] = frozenset()
    left_over: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()

    def __getitem__(self, table: str) -> list[Row]:
        return self.tables[table]

    def entry(self, sha256: str) -> Entry | None:
        """Read the calendar message in a letter; None where it has none."""
        message = message_from_bytes(self.contents[sha256], policy=policy.default)
        for part in message.walk():
            if part.get_content_type() == "text/calendar":
                return _entry(part.get_content())
        return None

    def subject(self, sha256: str) -> str:
        """Give the subject of a letter."""
        return str(message_from_bytes(self.contents[sha256], policy=policy.default)["Subject"])


def _entry(calendar: str) -> Entry:
    found = Calendar.from_ical(calendar)
    event = found.walk("VEVENT")[0]
    return Entry(
        method=str(found["METHOD"]),
        uid=str(event["UID"]),
        sequence=int(event.get("SEQUENCE", 0)),
        starts_at=event["DTSTART"].dt.astimezone(UTC),
        ends_at=event["DTEND"].dt.astimezone(UTC),
        place=str(event.get("LOCATION", "")),
        text=str(event.get("DESCRIPTION", "")),
    )


def tables(url: str) -> dict[str, list[Row]]:
    """Read every table that is checked, as it lies there."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = {
            table: [
                {name: _plain(name, value) for name, value in row.items()}
                for row in connection.execute(text(f"SELECT * FROM {table} ORDER BY id")).mappings()
            ]
            for table in TABLES
        }
    engine.dispose()
    return found


def keep(found: Mapping[str, list[Row]], file: Path) -> None:
    """Write tables down for who wants to know how something came about."""
    file.write_text(json.dumps(found, default=_told, ensure_ascii=False, indent=1))


def _told(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, memoryview):
        return bytes(value)
    if isinstance(value, str) and name in _JSON:
        return json.loads(value)
    if isinstance(value, str) and name in _DAYS:
        return date.fromisoformat(value)
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return value


def taken(folder: Path) -> list[Taken]:
    """Give the letters that the mail server took in, in their order."""
    return [Taken(**line) for line in lines(folder / "smtp.jsonl")]


def contents(folder: Path) -> dict[str, bytes]:
    """Give the bytes of those letters."""
    return {file.stem: file.read_bytes() for file in (folder / "letters").glob("*.eml")}
