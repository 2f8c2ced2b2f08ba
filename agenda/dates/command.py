"""`find-dates`: the best dates for a problem in a JSON file; needs no database and no settings.

docs/find-dates.md tells what goes in and what comes out.
"""

from __future__ import annotations

import json
from datetime import time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
import numpy as np

from agenda.core import fetching
from agenda.core.clock import at_local
from agenda.core.document_command import read_or_refuse
from agenda.dates.busy import Blocks
from agenda.dates.holidays_known import school_holidays_unknown
from agenda.dates.overlay import overlay
from agenda.dates.problem_file import Person, Problem, read_problem
from agenda.dates.question import NO_BLOCKS, Holidays, Kind, Participant, Question
from agenda.dates.reading import Unreadable, read_busy
from agenda.dates.slots import Found, Reason, Slot, nearest, rank

DAY = timedelta(days=1)
WORDS = {Reason.REQUIRED_ABSENT: "required", Reason.NO_QUORUM: "quorum"}


@click.command("find-dates")
@click.argument("problem", type=click.Path(path_type=Path))
@click.option("--top", default=20, show_default=True, type=click.IntRange(1, 1_000), help="So many slots.")
def find_dates(problem: Path, top: int) -> None:
    """Print the best dates for a problem in a JSON file."""
    asked = read_or_refuse(problem, lambda content: read_problem(content, problem.parent))
    click.echo(json.dumps(answer(asked, top), indent=2))


def answer(problem: Problem, top: int) -> dict[str, Any]:
    """Give the document that the command prints."""
    participants, warnings = [], []
    for person in problem.people:
        busy, told = _calendar(person, problem.question)
        participants.append(Participant(person.id, np.concatenate([person.blocks, busy]), person.travel))
        warnings += told
    question = problem.question
    if question.school != Holidays.IGNORE and school_holidays_unknown(question.first, question.last):
        warnings.append(_warning(None, "holidays_unknown", "school holidays"))
    found = rank(overlay(question, participants), problem.needs)
    zone = ZoneInfo(question.zone)
    return {
        "slots": [_slot(one, zone) for one in found.best(top)],
        "considered": found.considered,
        "excluded": _excluded(found),
        "warnings": warnings,
        "nearest": [] if len(found.order) else [_near(one, zone) for one in nearest(found)],
    }


def _calendar(person: Person, question: Question) -> tuple[Blocks, list[dict[str, Any]]]:
    """Read a person's calendar; where that cannot be done no busy times, and a warning."""
    if person.calendar is None:
        return NO_BLOCKS, []
    # A meeting at the edge of the period has its travel, at most a day, outside it.
    begin = at_local(question.first - DAY, time(), question.zone)
    end = at_local(question.last + 2 * DAY, time(), question.zone)
    try:
        busy = read_busy(_content(person.calendar), begin, end, question.zone)
    except Unreadable as error:
        return NO_BLOCKS, [_warning(person.id, "unreadable_calendar", error.code)]
    return busy.blocks, [_warning(person.id, flag.code, flag.detail) for flag in busy.flags]


def _content(calendar: Path) -> bytes:
    """Give what is in a calendar's file, up to what is too much; raises Unreadable."""
    try:
        # A pipe or a device would keep us waiting.
        if calendar.is_file():
            with calendar.open("rb") as file:
                return file.read(fetching.MOST_BYTES + 1)
    except OSError as error:
        raise Unreadable("no_file") from error
    raise Unreadable("no_file")


def _warning(person: str | None, code: str, detail: str) -> dict[str, Any]:
    return {"person": person, "code": code, "detail": detail}


def _slot(slot: Slot, zone: ZoneInfo) -> dict[str, Any]:
    quorum = {
        need.id: [present, need.least]
        for need, present in zip(slot.needs, slot.present, strict=True)
        if need.kind == Kind.QUORUM
    }
    return {
        "starts_at": slot.starts_at.astimezone(zone).isoformat(),
        "ends_at": slot.ends_at.astimezone(zone).isoformat(),
        "free": slot.free,
        "absent": list(slot.absent),
        "quorum": quorum,
        "avoided": slot.avoided,
    }


def _excluded(found: Found) -> dict[str, int]:
    """Give the numbers of the contract; school holidays only where they are excluded."""
    asked = found.overlay.question.school == Holidays.EXCLUDE
    return {
        reason: number
        for reason, number in found.excluded.items()
        if asked or reason != Reason.SCHOOL_HOLIDAY
    }


def _near(slot: Slot, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "starts_at": slot.starts_at.astimezone(zone).isoformat(),
        "missing": [f"{WORDS.get(one.reason, one.reason)}: {one.name}" for one in slot.in_the_way],
    }
