"""The warning on an administrator's start page counts what the page about the service shows, and cheaply."""

from __future__ import annotations

from datetime import timedelta

from agenda.core.actor import System
from agenda.core.runtime import Runtime
from agenda.dates.model import BusyCalendar, CalendarKind
from agenda.documents.model import Reading, StoredFile
from agenda.mail.actions import hold, release
from agenda.mail.model import MailboxState
from agenda.operations.failures import LOOK_BACK, Kind, dismiss, failures, how_many
from agenda.operations.health import look, troubles
from agenda.operations.rules import PATIENCE
from agenda.planner.run_model import PlanningRun
from tests.mail.letters import outgoing, queue
from tests.meetings.conftest import AsSomeone
from tests.meetings.counting import Statements
from tests.operations.test_pages import all_jobs_ran, let_a_letter_fail
from tests.world import StandingClock, World

# The whole page with everything on it asks 28 times at most; each queue and each kind of failure by itself
# would be seventeen more.
MOST = 32


def counted(runtime: Runtime) -> tuple[int, int]:
    """Give what the start page counts, late and failed; it is what the page about the service shows."""
    now = runtime.clock()
    with runtime.read() as session:
        # The page has its line to the database already.
        session.connection()
        with Statements(runtime) as asked:
            found = troubles(session, runtime, now), how_many(session, now)
    assert asked.number == 3
    with runtime.read() as session:
        assert found == (look(runtime, now).troubles, len(failures(session, now)))
    return found


def test_it_counts_late_queues_up_to_the_second_and_no_letters_that_are_held(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    # No worker worked yet: that is one.
    assert counted(runtime) == (1, 0)
    queue(runtime, outgoing("a letter"))
    with runtime.work() as session:
        session.add(stored(runtime, Reading.WAITING))
    clock.at += PATIENCE
    all_jobs_ran(runtime)
    assert counted(runtime) == (0, 0)
    clock.wind(seconds=1)
    assert counted(runtime) == (2, 0)
    with runtime.work() as session:
        hold(session, System(), clock(), "Onderhoud")
    assert counted(runtime) == (1, 0)
    with runtime.work() as session:
        release(session, System(), clock())
    assert counted(runtime) == (2, 0)
    clock.wind(days=1)
    assert counted(runtime)[0] > 10


def test_it_counts_each_kind_of_failure_until_it_is_let_be_or_old(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    now = clock()
    number = let_a_letter_fail(runtime)
    assert counted(runtime)[1] == 1
    with runtime.work() as session:
        session.add_all(
            [
                stored(runtime, Reading.FAILED),
                MailboxState(name="agenda@mail.example", tried_at=now, failure="no_connection", failures=2),
                PlanningRun(
                    asked_at=now,
                    asked_by="Secretaris",
                    bodies=[world.body_id],
                    first_day=now.date(),
                    last_day=now.date(),
                    seconds=5,
                    finished_at=now,
                    failed="search_failed",
                ),
                BusyCalendar(
                    person_id=world.people["Wethouder Leiden 1"],
                    kind=CalendarKind.ADDRESS,
                    name="outlook.example",
                    added_at=now,
                    tried_at=now,
                    next_read_at=now + timedelta(hours=6),
                    failure="unreachable",
                    failures=4,
                ),
            ]
        )
    assert counted(runtime)[1] == 5
    clock.wind(minutes=1)
    with runtime.work() as session:
        by = world.by(session, "administrator")
        dismiss(session, Kind.LETTER, number, "Is gebeld", by, clock())
        # Of another kind with the same number: that says nothing of this one.
        dismiss(session, Kind.PAPER, number, "Is gebeld", by, clock())
    assert counted(runtime)[1] == 4
    clock.at = now + LOOK_BACK
    assert counted(runtime)[1] == 0


def test_an_administrators_start_page_asks_no_more_of_the_service_than_that(
    runtime: Runtime, as_someone: AsSomeone
) -> None:
    all_jobs_ran(runtime)
    client = as_someone("administrator")
    client.get("/")
    with Statements(runtime) as asked:
        client.get("/")
    assert asked.number <= MOST, asked.number


def stored(runtime: Runtime, reading: Reading) -> StoredFile:
    """A file whose text is still to be read, or could not be."""
    return StoredFile(
        sha256="0" * 64, size=3, media_type="application/pdf", stored_at=runtime.clock(), reading=reading
    )
