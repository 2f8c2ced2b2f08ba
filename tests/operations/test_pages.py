"""What watches the product, and what an administrator can do about what failed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from agenda import steps, worker
from agenda.app import create_app
from agenda.core.audit import AuditEntry
from agenda.core.database import Sessions
from agenda.core.runtime import Runtime
from agenda.dates.model import BusyCalendar, CalendarKind
from agenda.documents.model import Reading, StoredFile
from agenda.mail import actions as mail
from agenda.mail.model import Letter
from agenda.mail.transports import Permanent
from agenda.operations.failures import Kind, failures
from agenda.operations.model import Dismissed
from agenda.planner.run_model import PlanningRun
from agenda.worker import Job, Turns
from tests.mail.letters import letter, outgoing, queue, through
from tests.meetings.conftest import AsSomeone
from tests.meetings.counting import Statements
from tests.world import StandingClock, World

ADMINISTRATOR = "administrator"


@pytest.fixture
def administrator(as_someone: AsSomeone) -> FlaskClient:
    return as_someone(ADMINISTRATOR)


def all_jobs_ran(runtime: Runtime) -> None:
    """Let a worker have done each job once."""
    quiet = [replace(job, step=lambda _runtime, _stopped: 0) for job in worker.JOBS]
    turns = Turns(runtime, quiet, name="machine-a:1")
    for job in quiet:
        turns.perform(job)


def refused(_letter: object, before_data: Callable[[], None]) -> None:
    raise Permanent("550 5.1.1 no such user")


def let_a_letter_fail(runtime: Runtime, key: str = "a letter") -> int:
    (number,) = queue(runtime, outgoing(key))
    mail.deliver_one(through(runtime, refused))
    return number


def test_a_fresh_region_says_that_no_worker_has_worked_yet(administrator: FlaskClient) -> None:
    page = administrator.get("/operations").text
    assert "Er heeft nog geen worker gewerkt" in page
    assert "Niets is mislukt" in page
    assert "Alles loopt" not in page


def test_while_all_goes_well_the_page_says_so_and_the_start_page_is_silent(
    runtime: Runtime, administrator: FlaskClient
) -> None:
    all_jobs_ran(runtime)
    page = administrator.get("/operations").text
    assert "Alles loopt" in page
    assert "Brieven versturen" in page
    assert "machine-a:1" in page
    assert ">loopt achter<" not in page
    assert "De dienst vraagt aandacht" not in administrator.get("/").text


def test_only_administrators_see_how_the_service_runs(as_someone: AsSomeone) -> None:
    for who in ("secretary", "clerk", "Wethouder Leiden 1"):
        assert as_someone(who).get("/operations").status_code == 403
        assert "De dienst vraagt aandacht" not in as_someone(who).get("/").text


def test_a_job_that_did_not_succeed_for_too_long_is_late(
    runtime: Runtime, clock: StandingClock, administrator: FlaskClient
) -> None:
    all_jobs_ran(runtime)
    clock.at += timedelta(minutes=9)
    # A search may take its half hour, and clearing away is done once an hour.
    late = administrator.get("/readyz", environ_base={"REMOTE_ADDR": "127.0.0.1"}).json["jobs"]
    assert late["deliver"]["late"]
    assert late["tell"]["late"]
    assert not late["plan"]["late"]
    assert not late["sweep"]["late"]
    assert ">loopt achter<" in administrator.get("/operations").text
    assert "De dienst vraagt aandacht" in administrator.get("/").text


def test_a_job_that_fails_is_shown_with_its_fault_until_it_succeeds(
    runtime: Runtime, clock: StandingClock, administrator: FlaskClient
) -> None:
    all_jobs_ran(runtime)
    broken = [True]

    def step(_runtime: Runtime, _stopped: steps.Stopped) -> int:
        if broken:
            raise OSError("imap://agenda:geheim-woord@mail.example is away")
        return 1

    job = Job("mailbox", step, seconds=20)
    Turns(runtime, [job]).perform(job)
    page = administrator.get("/operations").text
    assert "één keer mislukt" in page
    assert "mail.example is away" in page
    assert "geheim-woord" not in page
    broken.clear()
    clock.at += timedelta(seconds=20)
    Turns(runtime, [job]).perform(job)
    page = administrator.get("/operations").text
    assert "één keer mislukt" not in page
    assert "mail.example is away" in page


def test_a_letter_that_failed_goes_again_when_the_administrator_says_so(
    runtime: Runtime, administrator: FlaskClient
) -> None:
    number = let_a_letter_fail(runtime)
    page = administrator.get("/operations").text
    assert "550 5.1.1 no such user" in page
    assert administrator.post(f"/operations/letter/{number}/retry").status_code == 303
    steps.deliver(runtime)
    assert letter(runtime, "a letter").fate == "sent"
    assert "550 5.1.1" not in administrator.get("/operations").text
    assert administrator.post(f"/operations/letter/{number}/retry").status_code == 404


def test_a_failure_is_left_as_it_is_only_with_a_reason_which_is_kept(
    runtime: Runtime, clock: StandingClock, administrator: FlaskClient
) -> None:
    number = let_a_letter_fail(runtime)
    address = f"/operations/letter/{number}/let-be"
    assert "Een fout laten rusten" in administrator.get(address).text
    refused_page = administrator.post(address, data={"why": "  \n "})
    assert refused_page.status_code == 422
    assert "Zeg in een paar woorden waarom" in refused_page.text
    assert administrator.post(address, data={"why": "Is gebeld"}).status_code == 303
    assert "550 5.1.1" not in administrator.get("/operations").text
    with runtime.read() as session:
        assert session.scalars(select(Dismissed.why)).all() == ["Is gebeld"]
        entry = session.scalars(select(AuditEntry).where(AuditEntry.verb == "failure_let_be")).one()
        assert (entry.subject_kind, entry.subject_id, entry.after) == ("letter", number, {"why": "Is gebeld"})
    # It fails once more, a day later: that is news again.
    clock.at += timedelta(days=1)
    with runtime.work() as session:
        session.get_one(Letter, number).settled_at = clock.at
    assert "550 5.1.1" in administrator.get("/operations").text


def test_all_of_a_kind_are_tried_again_and_what_cannot_be_stays(
    runtime: Runtime, administrator: FlaskClient
) -> None:
    for key in ("one", "two"):
        let_a_letter_fail(runtime, key)
    number = let_a_letter_fail(runtime, "too late")
    with runtime.work() as session:
        session.get_one(Letter, number).expires_at = runtime.clock() - timedelta(hours=1)
    told = administrator.post("/operations/letter/retry", follow_redirects=True).text
    assert "2 worden binnen een minuut opnieuw geprobeerd" in told
    assert steps.deliver(runtime) == 2
    with runtime.read() as session:
        assert [f.key for f in failures(session, runtime.clock())] == [number]


def test_texts_searches_and_calendars_that_failed_are_tried_again_too(
    runtime: Runtime, world: World, administrator: FlaskClient
) -> None:
    now = runtime.clock()
    with runtime.work() as session:
        file = StoredFile(
            sha256="0" * 64,
            size=3,
            media_type="application/pdf",
            stored_at=now,
            reading=Reading.FAILED,
            reading_why="given_up",
            attempts=3,
        )
        run = PlanningRun(
            asked_at=now,
            asked_by="Secretaris",
            bodies=[world.body_id],
            first_day=now.date(),
            last_day=now.date(),
            seconds=5,
            attempts=3,
            finished_at=now,
            failed="search_failed",
        )
        calendar = BusyCalendar(
            person_id=world.people["Wethouder Leiden 1"],
            kind=CalendarKind.ADDRESS,
            name="outlook.example",
            added_at=now,
            tried_at=now,
            next_read_at=now + timedelta(hours=6),
            failure="unreachable",
            failures=4,
        )
        session.add_all([file, run, calendar])
        session.flush()
        keys = {Kind.TEXT: file.id, Kind.SEARCH: run.id, Kind.CALENDAR: calendar.id}
    page = administrator.get("/operations").text
    assert "De worker is drie keer gestopt tijdens het lezen" in page
    assert "outlook.example" in page
    for kind, key in keys.items():
        assert administrator.post(f"/operations/{kind.value}/{key}/retry").status_code == 303
    with runtime.read() as session:
        assert session.get_one(StoredFile, keys[Kind.TEXT]).reading is Reading.WAITING
        again = session.get_one(PlanningRun, keys[Kind.SEARCH])
        assert (again.finished_at, again.failed, again.attempts) == (None, "", 0)
        assert session.get_one(BusyCalendar, keys[Kind.CALENDAR]).next_read_at == now


def test_the_page_asks_as_many_questions_for_a_hundred_failures_as_for_one(
    runtime: Runtime, administrator: FlaskClient
) -> None:
    let_a_letter_fail(runtime, "first")
    administrator.get("/operations")
    with Statements(runtime) as few:
        administrator.get("/operations")
    for number in range(30):
        let_a_letter_fail(runtime, f"letter {number}")
    with Statements(runtime) as many:
        administrator.get("/operations")
    assert many.number == few.number


def test_readyz_tells_a_stranger_only_whether_pages_can_be_served(client: FlaskClient) -> None:
    stranger = client.get("/readyz", environ_base={"REMOTE_ADDR": "198.51.100.7"})
    assert (stranger.status_code, stranger.json) == (200, {"status": "ready"})
    behind_a_proxy = client.get("/readyz", headers={"X-Forwarded-For": "198.51.100.7"})
    assert behind_a_proxy.json == {"status": "ready"}


def test_readyz_tells_the_machine_itself_how_far_each_queue_lags(
    runtime: Runtime, clock: StandingClock, client: FlaskClient
) -> None:
    all_jobs_ran(runtime)
    queue(runtime, outgoing("a letter"))
    clock.at += timedelta(seconds=20)
    told = client.get("/readyz").json
    assert told["status"] == "well"
    assert told["queues"]["letters"] == {"waiting": 1, "lag_seconds": 20, "late": False}
    assert told["jobs"]["deliver"]["last_success"] is not None
    clock.at += timedelta(minutes=20)
    told = client.get("/readyz").json
    assert told["status"] == "degraded"
    assert told["queues"]["letters"]["late"]


def test_letters_that_are_held_on_purpose_are_not_late(
    runtime: Runtime, world: World, clock: StandingClock, client: FlaskClient
) -> None:
    queue(runtime, outgoing("a letter"))
    with runtime.work() as session:
        mail.hold(session, world.by(session, ADMINISTRATOR), clock.at, "na herstel")
    clock.at += timedelta(hours=5)
    all_jobs_ran(runtime)
    told = client.get("/readyz").json
    assert told["queues"]["letters"]["waiting"] == 1
    assert told["status"] == "well"


def test_without_a_database_readyz_says_no_and_the_process_lives(runtime: Runtime) -> None:
    elsewhere = Sessions("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    away = create_app(replace(runtime, sessions=elsewhere)).test_client()
    told = away.get("/readyz")
    assert (told.status_code, told.json["status"], told.json["database"]) == (503, "not ready", False)
    assert away.get("/healthz").status_code == 200
    elsewhere.close()


def test_metrics_are_for_who_watches_this_machine_and_for_nobody_else(
    runtime: Runtime, client: FlaskClient
) -> None:
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "198.51.100.7"}).status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 404
    assert client.get("/metrics").status_code == 200
    watched = create_app(replace(runtime, config=replace(runtime.config, metrics_token="t" * 20)))
    watcher = watched.test_client()
    assert watcher.get("/metrics").status_code == 404
    assert watcher.get("/metrics", headers={"Authorization": "Bearer " + "u" * 20}).status_code == 404
    far = {"REMOTE_ADDR": "198.51.100.7"}
    assert (
        watcher.get("/metrics", headers={"Authorization": "Bearer " + "t" * 20}, environ_base=far).status_code
        == 200
    )


def test_metrics_name_endpoints_and_never_addresses(
    runtime: Runtime, app: Flask, administrator: FlaskClient
) -> None:
    all_jobs_ran(runtime)
    let_a_letter_fail(runtime)
    administrator.get("/answer/abcdefghijklmnop234567")
    administrator.get("/meetings/12345")
    told = administrator.get("/metrics").text
    assert 'endpoint="meetings.show"' in told
    assert 'agenda_job_last_success_timestamp_seconds{job="deliver"}' in told
    assert 'agenda_queue_waiting{queue="letters"} 0.0' in told
    assert 'agenda_letters_total{fate="failed"} 1.0' in told
    assert "abcdefghijklmnop" not in told
    assert "12345" not in told
    assert "wethouder" not in told
