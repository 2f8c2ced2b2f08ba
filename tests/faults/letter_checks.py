"""What must hold of letters: none lost, none doubled under another name, each reader knows the latest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

from tests.faults.books import Books, Entry, Row, Taken

# Its own reader, or a secretary, sees that it did not arrive.
NOT_ARRIVED = {"failed", "expired", "discarded"}


def no_letter_is_lost(books: Books) -> Iterator[str]:
    """Every letter that is said to be sent is with the mail server, word for word."""
    arrived = defaultdict(set)
    for one in books.taken:
        arrived[one.id].add(one.sha256)
    ours = {row["message_id"]: row for row in books["letter"]}
    for identifier, row in ours.items():
        # Without an attempt: the demonstration's story had sent it before there was a mail server.
        if row["fate"] == "sent" and row["attempts"]:
            if identifier not in arrived:
                yield f"letter {row['id']} ({row['key']}) is sent and nowhere"
            elif any(books.contents[name] != row["content"] for name in arrived[identifier]):
                yield f"letter {row['id']} ({row['key']}) arrived as another"
    for identifier in arrived.keys() - ours.keys():
        yield f"the mail server has {identifier}, which nobody wrote"


def every_letter_comes_to_an_end(books: Books) -> Iterator[str]:
    """What is queued ends as sent, failed, expired or discarded; what came in ends too."""
    for row in books["letter"]:
        if row["fate"] is None:
            yield f"letter {row['id']} ({row['key']}) is still on its way: {row['last_error']}"
    for row in books["incoming"]:
        if row["settled_at"] is None:
            yield f"message {row['id']} ({row['subject']}) waits for ever"
    for row in books["paper"]:
        if row["finished_at"] is None:
            yield f"paper {row['id']} is never made"
    for row in books["stored_file"]:
        if row["reading"] == "waiting":
            yield f"the text of file {row['id']} is never read"


def no_letter_has_two_names(books: Books) -> Iterator[str]:
    """The same thing told to the same reader has one Message-ID, however often it came."""
    keys = {row["message_id"]: row["key"] for row in books["letter"]}
    names: defaultdict[tuple[object, ...], set[str]] = defaultdict(set)
    for one in books.taken:
        entry = books.entry(one.sha256)
        if entry is not None and "|repeat|" not in keys.get(one.id, ""):
            names[one.to, books.subject(one.sha256), entry].add(one.id)
    for (to, subject, _entry), found in names.items():
        if len(found) > 1:
            yield f"{to} was told {subject!r} under {len(found)} Message-IDs"


def a_repeat_is_the_same_and_known(books: Books) -> Iterator[str]:
    """A letter that came twice is the same to the letter, and we know that it may have."""
    flagged = {row["message_id"]: row["maybe_twice"] for row in books["letter"]}
    times: defaultdict[str, list[Taken]] = defaultdict(list)
    for one in books.taken:
        times[one.id].append(one)
    for identifier, found in times.items():
        if len({one.sha256 for one in found}) > 1:
            yield f"{identifier} came with two contents"
        if len(found) > 1 and not flagged.get(identifier, True):
            yield f"{identifier} came {len(found)} times and nobody knows"


def letters_keep_their_order(books: Books) -> Iterator[str]:
    """One reader's letters arrive in the order in which they were written."""
    numbers = {row["message_id"]: row["id"] for row in books["letter"]}
    lanes = {row["message_id"]: row["lane"] for row in books["letter"]}
    last: dict[str, int] = {}
    seen: set[str] = set()
    for one in books.taken:
        if one.id in seen or one.id not in numbers:
            continue
        seen.add(one.id)
        lane, number = lanes[one.id], numbers[one.id]
        if number < last.get(lane, 0):
            yield f"{lane} got letter {number} after letter {last[lane]}"
        last[lane] = max(number, last.get(lane, 0))


def everyone_knows_the_latest(books: Books) -> Iterator[str]:
    """The last that each attendee's calendar got of a meeting to come is what holds."""
    people = {row["id"]: row for row in books["person"]}
    known = _last_entries(books)
    fates = _last_fates(books)
    for meeting in books["meeting"]:
        if meeting["confirmed_at"] is None or meeting["starts_at"] is None:
            continue
        ends_at = meeting["starts_at"] + timedelta(minutes=meeting["minutes"])
        if ends_at <= books.now:
            continue
        for attendee in (row for row in books["attendee"] if row["meeting_id"] == meeting["id"]):
            address = people[attendee["person_id"]]["email"].lower()
            if fates.get((meeting["id"], attendee["person_id"])) in NOT_ARRIVED:
                continue
            last = known.get((meeting["id"], address))
            if last is None and (meeting["id"], attendee["person_id"]) in fates:
                # The demonstration's story told it before there was a mail server.
                continue
            wrong = _differs(meeting, attendee, ends_at, last)
            if wrong:
                yield f"{address} does not know of meeting {meeting['id']}: {wrong}"


def _differs(meeting: Row, attendee: Row, ends_at: object, last: Entry | None) -> str:
    if meeting["cancelled_at"] is not None or attendee["removed_at"] is not None:
        return "it is off" if last is not None and last.method != "CANCEL" else ""
    if last is None:
        return "never invited"
    if last.method != "REQUEST":
        return "it is on"
    if (last.starts_at, last.ends_at) != (meeting["starts_at"], ends_at):
        return f"it is at {meeting['starts_at']}, not {last.starts_at}"
    return "" if last.place == meeting["venue"] else f"it is in {meeting['venue']!r}, not {last.place!r}"


def _last_entries(books: Books) -> dict[tuple[int, str], Entry]:
    """Give by meeting and address what a calendar holds: the highest SEQUENCE, the last of those."""
    found: dict[tuple[int, str], Entry] = {}
    for one in books.taken:
        entry = books.entry(one.sha256)
        if entry is None or not entry.uid.startswith("meeting-"):
            continue
        place = (int(entry.uid.split("-")[1]), one.to)
        if place not in found or entry.sequence >= found[place].sequence:
            found[place] = entry
    return found


def _last_fates(books: Books) -> dict[tuple[int, int], str]:
    return {
        (row["subject_id"], row["person_id"]): row["fate"]
        for row in books["letter"]
        if row["subject_kind"] == "meeting" and row["kind"] != "reminders"
    }
