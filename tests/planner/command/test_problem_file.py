"""The file that fewest-meetings reads: what is understood, and every fault with its place."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from agenda.core.json_document import DocumentFaults
from agenda.planner.problem_file import read_problem
from tests.planner.command.example import PROBLEM, problem
from tests.support.documents import GONE, written

RESERVED = "meetings[0].reserved_minutes: must be at most the minutes of the meeting"
DAY = "topics[0].deadline: must be a date such as 2019-01-31, between 1973 and 2099"
MOMENT = (
    "meetings[0].starts_at: must be a time with an offset such as 2019-01-31T09:00:00+01:00,"
    " or a date, between 1973 and 2099"
)
MEETING, TOPIC = ("meetings", 0), ("topics", 0)


def faults(content: bytes) -> tuple[str, ...]:
    """Give what is wrong with a file."""
    with pytest.raises(DocumentFaults) as refused:
        read_problem(content)
    return refused.value.faults


def test_everything_in_the_file_is_understood() -> None:
    found = read_problem(written(PROBLEM))
    (occasion,), (subject,) = found.occasions, found.subjects
    assert (occasion.room, occasion.day, occasion.planned) == (100, date(2019, 2, 12), True)
    assert occasion.present == {"leiden.mayor", "zoeterwoude.mayor"}
    assert subject.needs == (frozenset({"leiden.mayor"}),)
    assert (subject.earliest, subject.deadline) == (date(2019, 1, 15), date(2019, 2, 28))


def test_what_is_left_out_has_its_default() -> None:
    topic = {"id": "Van der Ven, Zoë", "minutes": 15}
    (subject,) = read_problem(written(problem("topics", [topic]))).subjects
    assert (subject.priority, subject.bodies, subject.needs, subject.in_writing) == (
        3,
        frozenset(),
        (),
        False,
    )


def test_the_day_of_a_meeting_is_the_local_one() -> None:
    late = problem(*MEETING, "starts_at", "2019-02-12T23:30:00Z")
    assert read_problem(written(late)).occasions[0].day == date(2019, 2, 13)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ((*MEETING, "minutes", 0), "meetings[0].minutes: must be at least 1"),
        ((*MEETING, "minutes", 10**9), "meetings[0].minutes: must be at most 1440"),
        ((*MEETING, "minutes", 1e9), "meetings[0].minutes: must be a whole number"),
        ((*MEETING, "reserved_minutes", 121), RESERVED),
        ((*MEETING, "starts_at", "12 februari"), MOMENT),
        ((*MEETING, "starts_at", GONE), "meetings[0].starts_at: is missing"),
        ((*MEETING, "attendees", "leiden.mayor"), "meetings[0].attendees: must be a list"),
        ((*MEETING, "room", "Kaag"), "meetings[0].room: is not a key that is known here"),
        ((*MEETING, "planned", "yes"), "meetings[0].planned: must be true or false"),
        ((*TOPIC, "minutes", -5), "topics[0].minutes: must be at least 1"),
        ((*TOPIC, "priority", 6), "topics[0].priority: must be at most 5"),
        ((*TOPIC, "deadline", "2019-01-01"), "topics[0].deadline: must not be before earliest"),
        ((*TOPIC, "deadline", "2019-02-29"), DAY),
        ((*TOPIC, "after", ["nothing"]), "topics[0].after[0]: is the id of no topic"),
        ((*TOPIC, "after", ["heat-network"]), "topics[0].after[0]: is the topic itself"),
        ((*TOPIC, "apart_from", [7]), "topics[0].apart_from[0]: must be a text"),
        ((*TOPIC, "id", ""), "topics[0].id: must be a text"),
        (("time_zone", "Mars/Olympus"), "time_zone: must be a time zone, such as Europe/Amsterdam"),
        (("topics", GONE), "topics: is missing"),
        (("budget", 4), "budget: is not a key that is known here"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_place(change: tuple[Any, ...], fault: str) -> None:
    assert faults(written(problem(*change))) == (fault,)


def test_an_id_stands_once() -> None:
    twice = PROBLEM["topics"] * 2
    assert faults(written(problem("topics", twice))) == ("topics[1].id: is the id of topics[0] too",)


def test_all_faults_are_named_at_once() -> None:
    document = problem(*MEETING, "minutes", 0)
    document["topics"][0]["priority"] = 0
    assert len(faults(written(document))) == 2


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff", b"[" * 100_000, b'{"topics": NaN}', b"null"])
def test_what_is_no_problem_at_all_is_refused(content: bytes) -> None:
    assert faults(content)
