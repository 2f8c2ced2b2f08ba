"""The checks see what is wrong: each fault put into sound books is found, and by the check it is for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from tests.faults import checks, letter_checks, reminder_checks, state_checks
from tests.faults.books import Books, Row, tables
from tests.faults.checks import Check
from tests.faults.sound_books import STARTS, arrive, letter_text, sound_books
from tests.world import World

Spoil = Callable[[Books], object]


def drop(table: str, **which: object) -> Spoil:
    """Let rows go."""

    def spoil(books: Books) -> None:
        gone = [row for row in books[table] if all(row[name] == value for name, value in which.items())]
        assert gone
        for row in gone:
            books[table].remove(row)

    return spoil


def change(table: str, key: int, **to: object) -> Spoil:
    """Let a row say something else."""

    def spoil(books: Books) -> None:
        row_of(books, table, key).update(to)

    return spoil


def row_of(books: Books, table: str, key: int) -> Row:
    return next(row for row in books[table] if row["id"] == key)


def never_arrives(number: int) -> Spoil:
    """Let the mail server have no such letter."""

    def spoil(books: Books) -> None:
        books.taken[:] = [one for one in books.taken if one.id != f"<{number}@leidseregio.example>"]

    return spoil


def arrives_as(identifier: str, content: bytes) -> Spoil:
    """Let a letter arrive that nobody meant to send like this."""
    return lambda books: arrive(books, identifier, content)


def the_same_under_another_name(books: Books) -> None:
    content = letter_text(1, STARTS, "REQUEST", 0)
    books["letter"].append(
        {**row_of(books, "letter", 10), "id": 60, "message_id": "<60@leidseregio.example>"}
    )
    arrive(books, "<60@leidseregio.example>", content)


def two_letters_of_reminders(books: Books) -> None:
    books["letter"].append(
        {**row_of(books, "letter", 50), "id": 61, "message_id": "<61@leidseregio.example>"}
    )


def twice_in_the_ledger(books: Books) -> None:
    books["reminder"].append({**books["reminder"][0], "id": 2})


def the_wrong_way_round(books: Books) -> None:
    books.taken[0], books.taken[1] = books.taken[1], books.taken[0]


def said(**line: object) -> Spoil:
    """Let somebody have seen something that is not so."""
    return lambda books: books.people.append(line)


def trail(verb: str, kind: str, key: int, **after: object) -> Spoil:
    """Let the trail tell what did not happen."""

    def spoil(books: Books) -> None:
        like = books["audit_entry"][0]
        books["audit_entry"].append(
            {**like, "id": 99, "subject_kind": kind, "subject_id": key, "verb": verb, "after": after}
        )

    return spoil


def forgotten_after_a_move(to: datetime) -> Spoil:
    """Let a meeting move, and an answer to it be gone."""

    def spoil(books: Books) -> None:
        trail("dated", "meeting", 1, starts_at=to.isoformat())(books)
        row_of(books, "meeting", 1)["starts_at"] = to
        row_of(books, "attendee", 1).update(answer="needs_action", answer_remark="", answered_at=None)

    return spoil


LATER = STARTS + timedelta(days=1)
FAULTS: list[tuple[Check, Spoil]] = [
    (state_checks.what_was_confirmed_is_there, drop("topic", id=1)),
    (state_checks.what_was_confirmed_is_there, drop("meeting", id=1)),
    (state_checks.what_was_confirmed_is_there, drop("audit_entry", verb="created", subject_kind="topic")),
    (state_checks.what_was_confirmed_is_there, drop("audit_entry", verb="answered")),
    (state_checks.what_was_confirmed_is_there, drop("incoming", id=1)),
    (state_checks.what_was_confirmed_is_there, change("meeting", 3, cancelled_why="")),
    (state_checks.what_was_confirmed_is_there, said(what="paper", result="confirmed", title="Stuk")),
    (
        state_checks.what_was_refused_is_not_there,
        said(what="topic", result="refused", title="Onderwerp 1"),
    ),
    (state_checks.the_trail_tells_every_meeting, change("meeting", 1, starts_at=LATER)),
    (state_checks.the_trail_tells_every_meeting, drop("audit_entry", verb="confirmed", subject_id=1)),
    (state_checks.the_trail_tells_every_meeting, trail("created", "meeting", 7, title="Nergens")),
    (state_checks.the_trail_tells_every_answer, change("attendee", 1, answer="declined")),
    (state_checks.the_trail_tells_every_answer, drop("audit_entry", verb="answered")),
    (state_checks.the_trail_tells_every_answer, forgotten_after_a_move(LATER)),
    (state_checks.every_topic_has_its_beginning, drop("audit_entry", verb="created", subject_kind="topic")),
    (state_checks.every_topic_has_its_beginning, trail("created", "topic", 7)),
    (state_checks.everyone_told_is_in_the_trail, drop("audit_entry", verb="told", subject_id=1)),
    (state_checks.everyone_told_is_in_the_trail, drop("letter", id=20)),
    (state_checks.files_and_tables_agree, lambda books: setattr(books, "stored", frozenset())),
    (state_checks.files_and_tables_agree, lambda books: setattr(books, "left_over", ("incoming/x",))),
    (state_checks.files_and_tables_agree, lambda books: setattr(books, "broken", ("row 1 missing",))),
    (letter_checks.no_letter_is_lost, never_arrives(10)),
    (letter_checks.no_letter_is_lost, drop("letter", id=10)),
    (letter_checks.no_letter_is_lost, change("letter", 10, content=b"something else")),
    (letter_checks.every_letter_comes_to_an_end, change("letter", 10, fate=None)),
    (letter_checks.every_letter_comes_to_an_end, change("incoming", 1, settled_at=None)),
    (letter_checks.every_letter_comes_to_an_end, change("paper", 1, finished_at=None)),
    (letter_checks.every_letter_comes_to_an_end, change("stored_file", 1, reading="waiting")),
    (letter_checks.no_letter_has_two_names, the_same_under_another_name),
    (
        letter_checks.a_repeat_is_the_same_and_known,
        arrives_as("<10@leidseregio.example>", letter_text(1, STARTS, "REQUEST", 0)),
    ),
    (
        letter_checks.a_repeat_is_the_same_and_known,
        arrives_as("<10@leidseregio.example>", letter_text(1, LATER, "REQUEST", 0)),
    ),
    (letter_checks.letters_keep_their_order, the_wrong_way_round),
    (letter_checks.everyone_knows_the_latest, change("meeting", 1, starts_at=LATER)),
    (letter_checks.everyone_knows_the_latest, change("meeting", 1, venue="Elders")),
    (letter_checks.everyone_knows_the_latest, change("meeting", 3, cancelled_at=None)),
    (letter_checks.everyone_knows_the_latest, never_arrives(40)),
    (reminder_checks.no_reminder_goes_twice, two_letters_of_reminders),
    (reminder_checks.no_reminder_goes_twice, twice_in_the_ledger),
    (reminder_checks.the_ledger_of_reminders_is_true, drop("letter", id=50)),
    (reminder_checks.the_ledger_of_reminders_is_true, drop("reminder", id=1)),
    (reminder_checks.no_reminder_is_missed, drop("reminder", id=1)),
]


def test_sound_books_hold() -> None:
    assert checks.violations(sound_books()) == []


@pytest.mark.parametrize(("check", "spoil"), FAULTS, ids=lambda one: getattr(one, "__name__", None))
def test_each_fault_is_seen_by_the_check_that_it_is_for(check: Check, spoil: Spoil) -> None:
    books = sound_books()
    spoil(books)
    assert list(check(books))


def test_no_check_is_left_without_a_fault_that_it_sees() -> None:
    assert {check for check, _spoil in FAULTS} == set(checks.CHECKS)


AFTER_THE_SEAT = STARTS + timedelta(days=30)


def test_whose_seat_ended_before_the_day_of_a_moved_meeting_keeps_what_they_said() -> None:
    books = sound_books()
    trail("dated", "meeting", 1, starts_at=AFTER_THE_SEAT.isoformat())(books)
    assert list(state_checks.the_trail_tells_every_answer(books)) == []
    row_of(books, "attendee", 1)["answer"] = "needs_action"
    assert len(list(state_checks.the_trail_tells_every_answer(books))) == 1


def test_and_is_asked_anew_when_it_moves_back() -> None:
    books = sound_books()
    trail("dated", "meeting", 1, starts_at=AFTER_THE_SEAT.isoformat())(books)
    forgotten_after_a_move(STARTS)(books)
    assert list(state_checks.the_trail_tells_every_answer(books)) == []


def test_the_days_of_a_seat_are_days_from_each_database(database_url: str, world: World) -> None:
    seats = tables(database_url)["membership"]
    assert seats
    assert {type(seat["since"]) for seat in seats} == {date}
