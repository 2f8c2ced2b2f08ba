"""What must hold of the tables: what was confirmed is there, and the trail tells it, no more and no less."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from tests.faults.books import ZONE, Books, Row
from tests.faults.journal import Line

FIELDS = ("title", "starts_at", "minutes", "venue")
# Where the demonstration's story ends and a run begins.
BEGAN = datetime(2018, 12, 18, 8, tzinfo=UTC)
CHANGES = {"created", "edited", "dated", "date_cleared"}


def what_was_confirmed_is_there(books: Books) -> Iterator[str]:
    """Each change that somebody was told is done stands in its table and in the trail, once."""
    there = _Traces(books)
    for line in books.people:
        if line["result"] == "confirmed":
            number = there.number(line)
            if number != 1:
                yield f"confirmed and {number} times there: {line}"


def what_was_refused_is_not_there(books: Books) -> Iterator[str]:
    """What somebody was told is not done was not done; what nobody knows is done once or not at all."""
    there = _Traces(books)
    for line in books.people:
        number = there.number(line) if line["what"] not in {"invite", "invited"} else 0
        if (line["result"] == "refused" and number) or (line["result"] == "unknown" and number > 1):
            yield f"{line['result']} and {number} times there: {line}"


class _Traces:
    """How often the tables and the trail show what somebody did."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self.trail: Counter[tuple[Any, ...]] = Counter()
        for row in books["audit_entry"]:
            kind, key, verb = row["subject_kind"], row["subject_id"], row["verb"]
            self.trail[kind, key, verb] += 1
            for name, value in row["after"].items():
                if isinstance(value, str):
                    self.trail[kind, key, verb, name, _moment(name, value)] += 1
                    self.trail[verb, name, value] += 1
        self.titles = {
            table: Counter(row["title"] for row in books[table]) for table in ("topic", "meeting", "document")
        }
        self.received = Counter(_message_id(row["content"]) for row in books["incoming"])
        self.meetings = {row["id"]: row for row in books["meeting"]}
        self.outcomes = Counter(row["outcome_text"] for row in books["agenda_item"])

    def meeting(self, line: Line, name: str) -> Any:
        """Give a fact of the meeting that somebody changed; None where it is not there."""
        return self.meetings.get(line["meeting"], {}).get(name)

    def number(self, line: Line) -> int:
        """Tell how often this is there; more than once, or only in one of two places, is a fault."""
        found: dict[str, Callable[[Line], int]] = {
            "topic": lambda it: _both(
                self.titles["topic"][it["title"]], self.trail["created", "title", it["title"]]
            ),
            "plan": lambda it: _both(
                self.titles["meeting"][it["title"]], self.trail["created", "title", it["title"]]
            ),
            "paper": lambda it: self.titles["document"][it["title"]],
            "invite": lambda it: 1,
            "invited": lambda it: _both(
                int(self.meeting(it, "confirmed_at") is not None),
                self.trail["meeting", it["meeting"], "confirmed"],
            ),
            "move": lambda it: self.trail[
                "meeting", it["meeting"], "dated", "starts_at", _moment("starts_at", it["starts_at"])
            ],
            "edit": lambda it: self.trail["meeting", it["meeting"], "edited", "venue", it["venue"]],
            "cancel": lambda it: _both(
                int(self.meeting(it, "cancelled_why") == it["why"]),
                self.trail["meeting", it["meeting"], "cancelled", "reason", it["why"]],
            ),
            "outcome": lambda it: self.outcomes[it["text"]],
            "answer": lambda it: self.trail["answered", "remark", it["remark"]],
            "message": lambda it: self.received[it["id"]],
        }
        return found[line["what"]](line)


def _both(one: int, other: int) -> int:
    """Give the number where two places agree, and otherwise one that is no right answer to anything."""
    return one if one == other else 100 + one + other


def _moment(name: str, value: str) -> object:
    return datetime.fromisoformat(value).astimezone(UTC) if name == "starts_at" else value


def _message_id(content: bytes) -> str:
    for line in content.split(b"\n\n")[0].replace(b"\r", b"").split(b"\n"):
        if line.lower().startswith(b"message-id:"):
            return line.split(b":", 1)[1].strip().decode()
    return ""


def the_trail_tells_every_meeting(books: Books) -> Iterator[str]:
    """Told from the first entry to the last, the trail ends with the meeting as it is."""
    told: defaultdict[int, Row] = defaultdict(dict)
    happened: defaultdict[int, set[str]] = defaultdict(set)
    for row in books["audit_entry"]:
        if row["subject_kind"] == "meeting":
            happened[row["subject_id"]].add(row["verb"])
            if row["verb"] in CHANGES:
                told[row["subject_id"]].update(row["after"])
    meetings = {row["id"]: row for row in books["meeting"]}
    for key in told.keys() - meetings.keys():
        yield f"the trail tells of meeting {key}, which is not there"
    for key, row in meetings.items():
        if row["created_at"] < BEGAN:
            continue
        for name in FIELDS:
            said, is_so = told[key].get(name), row[name]
            if name == "starts_at" and said is not None:
                said = datetime.fromisoformat(said).astimezone(UTC)
            if (said or None) != (is_so or None):
                yield f"meeting {key}: the trail says {name} {said!r}, it is {is_so!r}"
        for verb, name in (("confirmed", "confirmed_at"), ("cancelled", "cancelled_at")):
            if (verb in happened[key]) != (row[name] is not None):
                yield f"meeting {key}: {name} is {row[name]}, the trail tells otherwise"


def the_trail_tells_every_answer(books: Books) -> Iterator[str]:
    """The last answer in the trail is the attendee's answer, and each answer by mail that counted is one.

    Who has no seat on a day to which the meeting moves is off the list, and asked anew when it moves back.
    """
    said: defaultdict[tuple[int, int], Row] = defaultdict(dict)
    off_the_list: set[tuple[int, int]] = set()
    for row in sorted(books["audit_entry"], key=lambda row: row["id"]):
        if row["subject_kind"] != "meeting":
            continue
        if row["verb"] == "answered":
            said[row["subject_id"], row["actor_id"]].update(row["after"])
        elif row["verb"] == "dated":
            moved_to = datetime.fromisoformat(row["after"]["starts_at"])
            for place in [place for place in said if place[0] == row["subject_id"]]:
                if not _has_seat(books, place[1], moved_to):
                    off_the_list.add(place)
                elif place in off_the_list:
                    off_the_list.remove(place)
                    said[place] = {"answer": "needs_action", "remark": ""}
    for row in books["attendee"]:
        last = said.get((row["meeting_id"], row["person_id"]))
        ran = row["answered_at"] is not None and row["answered_at"] >= BEGAN
        if last is None and ran and row["answer"] != "needs_action":
            yield f"attendee {row['id']} answers {row['answer']}, and the trail does not know"
        if last is not None and last.get("answer", row["answer"]) != row["answer"]:
            yield f"attendee {row['id']} answers {row['answer']}, the trail says {last['answer']}"
        if last is not None and last.get("remark", "") != row["answer_remark"]:
            yield f"attendee {row['id']} says {row['answer_remark']!r}, the trail {last.get('remark')!r}"


def _has_seat(books: Books, person: int, at: datetime) -> bool:
    """Tell whether a seat of theirs counts on this day; who never had one was invited by hand."""
    seats = [row for row in books["membership"] if row["person_id"] == person]
    day = at.astimezone(ZONE).date()
    return not seats or any(
        row["since"] <= day and (row["until"] is None or day <= row["until"]) for row in seats
    )


def every_topic_has_its_beginning(books: Books) -> Iterator[str]:
    """Each topic has one entry that it was created, and each such entry its topic."""
    created = Counter(
        row["subject_id"]
        for row in books["audit_entry"]
        if row["subject_kind"] == "topic" and row["verb"] == "created"
    )
    topics = {row["id"] for row in books["topic"]}
    for key in topics | created.keys():
        if created[key] != 1 or key not in topics:
            yield f"topic {key} is created {created[key]} times in the trail, there: {key in topics}"


def everyone_told_is_in_the_trail(books: Books) -> Iterator[str]:
    """As many letters about meetings were queued as the trail says were told."""
    queued = Counter(
        row["subject_id"]
        for row in books["letter"]
        if row["subject_kind"] == "meeting" and ("|REQUEST|" in row["key"] or "|CANCEL|" in row["key"])
    )
    told: Counter[int] = Counter()
    for row in books["audit_entry"]:
        if row["subject_kind"] == "meeting" and row["verb"] == "told":
            told[row["subject_id"]] += sum(n for n in row["after"].values() if isinstance(n, int))
        if row["subject_kind"] == "meeting" and row["verb"] == "sent_again":
            told[row["subject_id"]] += 1
    for key in queued.keys() | told.keys():
        if queued[key] != told[key]:
            yield f"meeting {key}: {queued[key]} letters, and {told[key]} in the trail"


def files_and_tables_agree(books: Books) -> Iterator[str]:
    """Every file that the tables speak of lies whole on the disk, and nothing else does; both are sound."""
    for row in books["stored_file"]:
        if row["sha256"] not in books.stored:
            yield f"file {row['id']} is not on the disk, or is another"
    yield from (f"left over: {name}" for name in books.left_over)
    yield from books.broken
