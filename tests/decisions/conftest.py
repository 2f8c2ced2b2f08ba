"""A meeting that was held, and browsers in which someone is signed in."""

from __future__ import annotations

import pytest

from agenda.core.runtime import Runtime
from tests.decisions.held import Held
from tests.meetings.conftest import as_someone
from tests.meetings.planning import AFTER, confirmed, put_on_agenda, topic
from tests.world import StandingClock, World

__all__ = ["as_someone"]


@pytest.fixture
def held(runtime: Runtime, world: World, clock: StandingClock) -> Held:
    with runtime.work() as session:
        meeting = confirmed(session, world)
        items = [
            put_on_agenda(session, meeting, topic(session, world, title))
            for title in ("Warmterotonde", "Studentenhuisvesting")
        ]
        made = Held(meeting.id, items[0].id, items[1].id)
    clock.at = AFTER
    return made
