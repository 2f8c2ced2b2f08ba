"""A body with a rhythm: every second Thursday of the month at ten, two hours, for the tests."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from sqlalchemy.orm import Session

from agenda.planner.cadence_actions import Rule, Seen, set_cadence
from agenda.planner.cadence_model import Cadence
from tests.world import START, World

SECOND_THURSDAY = "FREQ=MONTHLY;BYDAY=2TH"


def rule(**changed: Any) -> Rule:
    """Give a rhythm, with some of it changed."""
    facts = {
        "rule": SECOND_THURSDAY,
        "first_day": date(2019, 1, 1),
        "starts": time(10),
        "minutes": 120,
        # From December the whole of spring can be judged.
        "judge_days": 120,
    }
    return Rule(**facts | changed)


def with_rhythm(session: Session, world: World, seen: Seen | None = None, **changed: Any) -> Cadence:
    """Let the body meet in a rhythm."""
    by = world.by(session, "secretary")
    return set_cadence(session, world.body(session), rule(**changed), seen, by, START)
