"""What must hold of reminders: none missed, none doubled, and the ledger is the truth."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from agenda.core.working_days import on_or_before
from tests.faults.books import ZONE, Books, Row

MORNING = time(8)
TOMORROW = "meeting_tomorrow"


def no_reminder_goes_twice(books: Books) -> Iterator[str]:
    """One letter of reminders a person a day, and each reminder in one of them."""
    for key, number in Counter(row["key"] for row in books["reminder"]).items():
        if number > 1:
            yield f"reminder {key} went {number} times"
    days: defaultdict[tuple[str, date], set[str]] = defaultdict(set)
    for row in books["letter"]:
        if row["kind"] == "reminders":
            days[row["recipient"], row["queued_at"].astimezone(ZONE).date()].add(row["message_id"])
    for (recipient, day), names in days.items():
        if len(names) > 1:
            yield f"{recipient} was reminded {len(names)} times on {day}"


def the_ledger_of_reminders_is_true(books: Books) -> Iterator[str]:
    """Each reminder stands in the ledger with its letter, and each letter with its reminders."""
    letters = {row["key"] for row in books["letter"] if row["kind"] == "reminders"}
    noted = {row["letter_key"] for row in books["reminder"]}
    yield from (f"reminders in {key}, which nobody wrote" for key in sorted(noted - letters))
    yield from (f"{key} reminds of nothing" for key in sorted(letters - noted))


def no_reminder_is_missed(books: Books) -> Iterator[str]:
    """On a morning on which only the clock moved, all who must be were reminded of the meetings at hand."""
    noted = {(r["kind"], r["subject_id"], r["person_id"]) for r in books["reminder"] if r["kind"] == TOMORROW}
    for morning in books.mornings:
        for meeting, person in expected_on(books, date.fromisoformat(morning["day"])):
            if (TOMORROW, meeting, person) not in noted:
                yield f"on {morning['day']} nobody reminded {person} of meeting {meeting}"


def expected_on(books: Books, day: date) -> Iterator[tuple[int, int]]:
    """Give (meeting, person) of everyone to be reminded on this day of a meeting that is at hand."""
    told = {row["attendee_id"]: row["told_at"] for row in books["told"]}
    eight = datetime.combine(day, MORNING, ZONE)
    for meeting in books["meeting"]:
        if meeting["starts_at"] is None or meeting["confirmed_at"] is None or meeting["cancelled_at"]:
            continue
        if reminded_on(meeting["starts_at"]) != day:
            continue
        for attendee in books["attendee"]:
            if (
                attendee["meeting_id"] != meeting["id"]
                or attendee["removed_at"]
                or attendee["role"] == "room"
            ):
                continue
            heard = told.get(attendee["id"])
            if heard is not None and heard <= eight and not _stays_away(attendee, meeting):
                yield meeting["id"], attendee["person_id"]


def reminded_on(starts_at: datetime) -> date:
    """Give the last working day before a meeting: of one on Monday people hear on Friday."""
    return on_or_before(starts_at.astimezone(ZONE).date() - timedelta(days=1))


def _stays_away(attendee: Row, meeting: Row) -> bool:
    return attendee["answer"] == "declined" and attendee["answered_revision"] == meeting["revision"]
