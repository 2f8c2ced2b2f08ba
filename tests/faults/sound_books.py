"""Books of a small run in which all is as it should be, for tests to spoil."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from typing import Any

from tests.faults.books import TABLES, Books, Row, Taken

NOW = datetime(2018, 12, 20, 9, tzinfo=UTC)
QUEUED = datetime(2018, 12, 19, 9, tzinfo=UTC)
STARTS = datetime(2019, 1, 10, 9, tzinfo=UTC)
TOMORROW = datetime(2018, 12, 21, 9, tzinfo=UTC)
READER = "lezer@leiden.example"


def sound_books() -> Books:
    """Give one meeting to come, one tomorrow and one called off, with all that goes with them."""
    tables: dict[str, list[Row]] = {name: [] for name in TABLES}
    books = Books(tables=tables, taken=[], contents={}, people=[], now=NOW)
    tables["person"] = [{"id": 1, "email": READER, "name": "Lezer"}]
    for key, title, starts_at in (
        (1, "Overleg 1", STARTS),
        (2, "Overleg 2", TOMORROW),
        (3, "Overleg 3", STARTS),
    ):
        _meeting(books, key, title, starts_at)
        _letter(books, key, key * 10, starts_at, "REQUEST", 0)
    _cancel(books, 3)
    _letter(books, 3, 40, STARTS, "CANCEL", 1)
    _answer(books)
    _reminder(books)
    tables["membership"] = [{"id": 1, "person_id": 1, "since": date(2018, 6, 7), "until": date(2019, 1, 31)}]
    tables["topic"] = [{"id": 1, "title": "Onderwerp 1"}]
    _trail(books, "topic", 1, "created", {"title": "Onderwerp 1"})
    tables["incoming"] = [
        {"id": 1, "content": b"Message-ID: <een@a.example>\r\n\r\nJa", "settled_at": NOW, "subject": "Ja"}
    ]
    tables["stored_file"] = [{"id": 1, "sha256": "aa", "reading": "read"}]
    tables["paper"] = [{"id": 1, "finished_at": NOW}]
    books.stored = frozenset({"aa"})
    books.mornings = [{"day": "2018-12-20"}]
    books.people += [
        {"what": "topic", "result": "confirmed", "title": "Onderwerp 1"},
        {"what": "plan", "result": "confirmed", "title": "Overleg 1"},
        {"what": "invited", "result": "confirmed", "meeting": 1},
        {"what": "cancel", "result": "confirmed", "meeting": 3, "why": "Vervalt 1"},
        {"what": "answer", "result": "confirmed", "remark": "link 1"},
        {"what": "message", "result": "confirmed", "id": "<een@a.example>"},
        {"what": "topic", "result": "refused", "title": "Onderwerp 2"},
    ]
    return books


def arrive(books: Books, identifier: str, content: bytes) -> None:
    """Let the mail server take a letter in."""
    name = hashlib.sha256(content).hexdigest()
    books.contents = {**books.contents, name: content}
    books.taken.append(Taken(identifier, READER, name, answered=True))


def letter_text(meeting: int, starts_at: datetime, method: str, sequence: int) -> bytes:
    """Write an invitation, or what calls it off."""
    written = "%Y%m%dT%H%M%SZ"
    lines = [
        "BEGIN:VCALENDAR",
        "PRODID:-//Books//EN",
        "VERSION:2.0",
        f"METHOD:{method}",
        "BEGIN:VEVENT",
        f"UID:meeting-{meeting}-20181219090000@leidseregio.example",
        f"SEQUENCE:{sequence}",
        f"DTSTAMP:{QUEUED.strftime(written)}",
        f"DTSTART:{starts_at.strftime(written)}",
        f"DTEND:{(starts_at + timedelta(hours=1)).strftime(written)}",
        "LOCATION:Stadhuis Leiden",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
    message = EmailMessage()
    message["To"], message["Subject"] = READER, f"Overleg {meeting}"
    message.set_content("Komt u?")
    message.add_alternative("\r\n".join(lines).encode(), maintype="text", subtype="calendar")
    return message.as_bytes()


def _meeting(books: Books, key: int, title: str, starts_at: datetime) -> None:
    facts = {"title": title, "minutes": 60, "venue": "Stadhuis Leiden"}
    books["meeting"].append(
        {
            "id": key,
            **facts,
            "starts_at": starts_at,
            "created_at": QUEUED,
            "confirmed_at": QUEUED,
            "cancelled_at": None,
            "cancelled_why": "",
            "revision": 0,
        }
    )
    _trail(books, "meeting", key, "created", {**facts, "starts_at": starts_at.isoformat()})
    _trail(books, "meeting", key, "confirmed", {})
    _trail(books, "meeting", key, "told", {"invitation": 1})
    books["attendee"].append(
        {
            "id": key,
            "meeting_id": key,
            "person_id": 1,
            "role": "member",
            "removed_at": None,
            "answer": "needs_action",
            "answer_remark": "",
            "answered_at": None,
            "answered_revision": None,
        }
    )
    books["told"].append({"id": key, "attendee_id": key, "told_at": QUEUED})


def _letter(books: Books, meeting: int, key: int, starts_at: datetime, method: str, sequence: int) -> None:
    content = letter_text(meeting, starts_at, method, sequence)
    identifier = f"<{key}@leidseregio.example>"
    name = f"meeting-{meeting}|{sequence}|{method}|{READER}|invitation|1"
    books["letter"].append(_row(key, name, identifier, content, "invitation", meeting))
    arrive(books, identifier, content)


def _row(key: int, name: str, identifier: str, content: bytes, kind: str, meeting: int | None) -> Row:
    return {
        "id": key,
        "key": name,
        "message_id": identifier,
        "content": content,
        "kind": kind,
        "lane": READER,
        "recipient": READER,
        "person_id": 1,
        "subject_kind": "meeting",
        "subject_id": meeting,
        "queued_at": QUEUED,
        "attempts": 1,
        "maybe_twice": False,
        "fate": "sent",
        "last_error": None,
    }


def _cancel(books: Books, key: int) -> None:
    row = next(row for row in books["meeting"] if row["id"] == key)
    row["cancelled_at"], row["cancelled_why"] = NOW, "Vervalt 1"
    _trail(books, "meeting", key, "cancelled", {"reason": "Vervalt 1"})
    _trail(books, "meeting", key, "told", {"cancellation": 1})


def _answer(books: Books) -> None:
    books["attendee"][0].update(
        answer="accepted", answer_remark="link 1", answered_at=NOW, answered_revision=0
    )
    _trail(books, "meeting", 1, "answered", {"answer": "accepted", "remark": "link 1"})


def _reminder(books: Books) -> None:
    name = "reminders:1:2018-12-20"
    content = f"To: {READER}\r\nSubject: Morgen\r\n\r\nMorgen is er overleg.".encode()
    books["letter"].append(_row(50, name, "<50@leidseregio.example>", content, "reminders", 2))
    arrive(books, "<50@leidseregio.example>", content)
    books["reminder"].append(
        {
            "id": 1,
            "key": "meeting_tomorrow|meeting:2|2018-12-21|-1|1",
            "kind": "meeting_tomorrow",
            "subject_id": 2,
            "person_id": 1,
            "letter_key": name,
        }
    )


def _trail(books: Books, kind: str, key: int, verb: str, after: dict[str, Any]) -> None:
    books["audit_entry"].append(
        {
            "id": len(books["audit_entry"]) + 1,
            "at": QUEUED,
            "actor_id": 1,
            "subject_kind": kind,
            "subject_id": key,
            "verb": verb,
            "before": {},
            "after": after,
        }
    )
