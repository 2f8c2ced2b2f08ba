"""The problem that `fewest-meetings` solves, read from its file; docs/fewest-meetings.md tells the keys."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from agenda.core.json_document import NO_DAY, Value, read_json
from agenda.planner.solving.problem import Occasion, Problem, Subject

MOST_MEETINGS, MOST_TOPICS, MOST_NAMES = 2_000, 20_000, 5_000
# All that fits in a day.
MOST_MINUTES = 24 * 60
LEAST_PRIORITY, MOST_PRIORITY = 1, 5
REQUIRED = ("time_zone", "meetings", "topics")
MEETING = ("id", "body", "starts_at", "minutes", "attendees")
MEETING_DEFAULTS: Mapping[str, Any] = {"reserved_minutes": 0, "unavailable": [], "planned": False}
TOPIC = ("id", "minutes")
TOPIC_DEFAULTS: Mapping[str, Any] = {
    "bodies": [],
    "needs": [],
    "guests": [],
    "earliest": None,
    "deadline": None,
    "priority": 3,
    "after": [],
    "apart_from": [],
    "in_writing": False,
}


def read_problem(content: bytes) -> Problem:
    """Read a problem; raises DocumentFaults with everything that is wrong."""
    document = read_json(content)
    fields = document.fields(REQUIRED, {})
    zone = fields["time_zone"].zone()
    meetings: dict[str, str] = {}
    topics: dict[str, str] = {}
    occasions = tuple(_occasion(one, zone, meetings) for one in fields["meetings"].items(MOST_MEETINGS))
    given = fields["topics"].items(MOST_TOPICS)
    read = [_subject(one, topics) for one in given]
    for _, references in read:
        for value, name in references:
            if name and name not in topics:
                value.wrong("is the id of no topic")
    document.stop()
    return Problem(occasions, tuple(subject for subject, _ in read), zone)


def _occasion(given: Value, zone: str, known: dict[str, str]) -> Occasion:
    fields = given.fields(MEETING, MEETING_DEFAULTS)
    starts_at = fields["starts_at"].moment(zone)
    faults = len(given.faults)
    minutes = fields["minutes"].whole(1, MOST_MINUTES)
    reserved = fields["reserved_minutes"].whole(0, MOST_MINUTES)
    if reserved > minutes and len(given.faults) == faults:
        fields["reserved_minutes"].wrong("must be at most the minutes of the meeting")
    return Occasion(
        id=_id(fields["id"], given.place, known),
        body=fields["body"].text(),
        starts_at=starts_at,
        day=starts_at.astimezone(ZoneInfo(zone or "UTC")).date() if starts_at.date() != NO_DAY else NO_DAY,
        minutes=minutes,
        reserved=reserved,
        attendees=frozenset(_names(fields["attendees"])),
        unavailable=frozenset(_names(fields["unavailable"])),
        planned=fields["planned"].truth(),
    )


def _subject(given: Value, known: dict[str, str]) -> tuple[Subject, list[tuple[Value, str]]]:
    """Read a topic, and beside it what it says of other topics, with the place where it says so."""
    fields = given.fields(TOPIC, TOPIC_DEFAULTS)
    earliest, deadline = _day(fields["earliest"]), _day(fields["deadline"])
    if earliest is not None and deadline is not None and NO_DAY != deadline < earliest:
        fields["deadline"].wrong("must not be before earliest")
    name = _id(fields["id"], given.place, known)
    after = [(one, one.text()) for one in fields["after"].items(MOST_NAMES)]
    apart = [(one, one.text()) for one in fields["apart_from"].items(MOST_NAMES)]
    for one, other in (*after, *apart):
        if name and other == name:
            one.wrong("is the topic itself")
    subject = Subject(
        id=name,
        minutes=fields["minutes"].whole(1, MOST_MINUTES),
        bodies=frozenset(_names(fields["bodies"])),
        needs=tuple(frozenset([one]) for one in _names(fields["needs"])),
        guests=frozenset(_names(fields["guests"])),
        earliest=earliest,
        deadline=deadline,
        priority=fields["priority"].whole(LEAST_PRIORITY, MOST_PRIORITY),
        after=frozenset(other for _, other in after),
        apart_from=frozenset(other for _, other in apart),
        in_writing=fields["in_writing"].truth(),
    )
    return subject, after + apart


def _id(given: Value, place: str, known: dict[str, str]) -> str:
    """Read an id; `known` holds where each stands."""
    name = given.text()
    if name and known.setdefault(name, place) != place:
        given.wrong(f"is the id of {known[name]} too")
    return name


def _names(given: Value) -> list[str]:
    return [one.text() for one in given.items(MOST_NAMES)]


def _day(given: Value) -> date | None:
    return None if given.value is None else given.day()
