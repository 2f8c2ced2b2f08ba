"""What goes at night, what stays, and what happens when it is broken off."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from agenda import steps, worker
from agenda.accounts.model import SignIn
from agenda.core.audit import AuditEntry, record
from agenda.core.problems import Changed, Forbidden, Invalid
from agenda.core.runtime import Runtime
from agenda.decisions.model import Commitment
from agenda.documents import actions as documents
from agenda.documents.actions import Facts
from agenda.documents.model import Document, StoredFile
from agenda.mail import actions as mail
from agenda.mail.model import Letter
from agenda.meetings import actions as meetings
from agenda.meetings import agenda_actions
from agenda.meetings.facts import Plan
from agenda.meetings.model import Meeting
from agenda.operations.model import JobState
from agenda.planner.accepting_model import AcceptedChange
from agenda.planner.burden_model import BurdenBaseline
from agenda.planner.run_model import PlanningRun
from agenda.publications.model import Paper, PaperKind
from agenda.reminders.model import Reminder
from agenda.retention import actions, queries
from agenda.retention.model import Removal, RetentionRule
from agenda.retention.register import BY_NAME, KINDS
from agenda.retention.rules import Period, Unit
from agenda.topics import actions as topics
from agenda.topics import paper_actions as topic_papers
from agenda.worker import Turns
from tests.documents.papers import stored
from tests.mail.letters import letter, outgoing, queue
from tests.meetings.conftest import AsSomeone
from tests.world import StandingClock, World

YEAR = Period(1, Unit.YEARS)


def settle(runtime: Runtime, world: World, name: str, period: Period | None = YEAR) -> None:
    with runtime.work() as session:
        known = queries.rule_of(session, BY_NAME[name])
        by = world.by(session, "administrator")
        version = known.version if known else None
        actions.settle(session, BY_NAME[name], period, version, by, runtime.clock())


def sent(runtime: Runtime, *keys: str) -> None:
    queue(runtime, *(outgoing(key) for key in keys))
    mail.deliver_all(runtime)


def protocol(runtime: Runtime) -> list[tuple[str, int]]:
    with runtime.read() as session:
        return [(line.kind, line.number) for line in session.scalars(select(Removal).order_by(Removal.id))]


def test_nothing_goes_of_a_kind_for_which_nobody_settled_a_period(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    sent(runtime, "old")
    clock.wind(days=5_000)
    assert steps.retain(runtime) == 0
    assert letter(runtime, "old").content


def test_a_letter_is_emptied_the_day_after_its_period_and_its_row_stays(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    settle(runtime, world, "letters")
    sent(runtime, "old")
    clock.at = datetime(2019, 12, 18, 22, 59, tzinfo=UTC)
    assert steps.retain(runtime) == 0
    # Midnight in Amsterdam.
    clock.at = datetime(2019, 12, 18, 23, 0, tzinfo=UTC)
    assert steps.retain(runtime) == 1
    assert steps.retain(runtime) == 0
    with runtime.read() as session:
        row = session.scalars(select(Letter)).one()
        assert (row.recipient, row.recipient_name, row.subject, row.content) == ("", "", "", b"")
        assert row.fate == "sent"
        assert "wethouder" not in row.key
    assert protocol(runtime) == [("letters", 1)]


def test_a_letter_that_waits_never_goes(runtime: Runtime, world: World, clock: StandingClock) -> None:
    settle(runtime, world, "letters")
    queue(runtime, outgoing("waits"))
    clock.wind(days=5_000)
    assert steps.retain(runtime) == 0
    assert letter(runtime, "waits").recipient


def test_an_emptied_letter_and_message_can_still_be_looked_at(
    runtime: Runtime, world: World, clock: StandingClock, as_someone: AsSomeone
) -> None:
    settle(runtime, world, "letters")
    sent(runtime, "old")
    clock.wind(days=400)
    steps.retain(runtime)
    administrator = as_someone("administrator")
    assert "Inhoud verwijderd" in administrator.get("/letters").text
    assert "Inhoud verwijderd" in administrator.get("/letters/1").text
    assert administrator.get("/letters/1/body").status_code == 200


@pytest.mark.parametrize("way", ["moment by moment", "at once"])
def test_the_trail_goes_in_batches_and_the_protocol_counts_each_once(
    runtime: Runtime, world: World, clock: StandingClock, way: str
) -> None:
    settle(runtime, world, "trail")
    with runtime.work() as session:
        by = world.by(session, "secretary")
        for number in range(25):
            record(session, by, clock(), "edited", ("topic", number), {"title": "a"}, {"title": "b"})
    clock.wind(days=400)
    with runtime.work() as session:
        record(session, world.by(session, "secretary"), clock(), "edited", ("topic", 99), {"a": 1}, {"a": 2})
    most = 4 if way == "moment by moment" else 500
    # The settling itself is in the trail too, and of the same age.
    assert actions.remove_due(runtime, batch=most) == 26
    assert protocol(runtime) == [("trail", 26)]
    with runtime.read() as session:
        assert session.scalars(select(AuditEntry.subject_id)).all() == [99]


def test_told_to_stop_it_begins_no_further_batch_and_goes_on_another_time(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    settle(runtime, world, "letters")
    sent(runtime, *(f"old {number}" for number in range(7)))
    clock.wind(days=400)
    asked = iter([False, True])
    assert actions.remove_due(runtime, stopped=lambda: next(asked, True), batch=3) == 3
    assert actions.remove_due(runtime, batch=3) == 4
    assert protocol(runtime) == [("letters", 7)]


def test_a_fault_in_a_batch_undoes_that_batch_alone(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    settle(runtime, world, "letters")
    sent(runtime, *(f"old {number}" for number in range(6)))
    clock.wind(days=400)
    seen = iter([False, False])

    def stopped() -> bool:
        # Runs out before the third batch, as a power cut would.
        return next(seen)

    with pytest.raises(StopIteration):
        actions.remove_due(runtime, stopped=stopped, batch=2)
    assert protocol(runtime) == [("letters", 4)]
    with runtime.read() as session:
        left = session.scalar(select(func.count()).where(Letter.recipient != ""))
    assert left == 2


def test_a_search_that_an_accepted_change_rests_on_stays(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    settle(runtime, world, "planner_runs")
    with runtime.work() as session:
        day = clock().date()
        runs = [
            PlanningRun(
                asked_at=clock(),
                asked_by="secretary",
                bodies=[world.body_id],
                first_day=day,
                last_day=day,
                new_dates=[],
                seconds=1,
                finished_at=clock(),
            )
            for _ in range(2)
        ]
        session.add_all(runs)
        session.flush()
        kept = runs[0].id
        session.add(
            AcceptedChange(
                run_id=kept,
                accepted_at=clock(),
                actor_name="secretary",
                why="",
                moves=[],
                cancelled=[],
                made=[],
                moved=[],
                freed=[],
                orders=[],
                left=[],
            )
        )
    clock.wind(days=400)
    assert steps.retain(runtime) == 1
    with runtime.read() as session:
        assert session.scalars(select(PlanningRun.id)).all() == [kept]


def test_packs_go_with_their_contents_and_published_papers_stay(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    settle(runtime, world, "packs")
    folder = runtime.config.documents
    with runtime.work() as session:
        meeting = Meeting(
            body_id=world.body_id, title="GCO", minutes=90, time_zone="Europe/Amsterdam", created_at=clock()
        )
        session.add(meeting)
        session.flush()
        for number, kind in enumerate((PaperKind.PACK, PaperKind.DECISION_LIST)):
            name = str(number) * 64
            place = folder / name[:2] / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(b"%PDF-")
            os.utime(place, (clock().timestamp(), clock().timestamp()))
            file = StoredFile(sha256=name, size=5, media_type="application/pdf", stored_at=clock(), text="")
            session.add(file)
            session.flush()
            session.add(
                Paper(
                    meeting_id=meeting.id,
                    kind=kind,
                    language="nl",
                    everything=True,
                    asked_at=clock(),
                    asked_by="secretary",
                    finished_at=clock(),
                    file_id=file.id,
                )
            )
    clock.wind(days=400)
    assert steps.retain(runtime) == 1
    assert steps.sweep(runtime) == 1
    with runtime.read() as session:
        assert session.scalars(select(Paper.kind)).all() == [PaperKind.DECISION_LIST]
    assert [path.name[0] for path in folder.rglob("*") if path.is_file()] == ["1"]


def test_a_baseline_loses_its_people_and_keeps_its_figures(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    settle(runtime, world, "baseline_people")
    with runtime.work() as session:
        figures = {"meetings": 3, "organisations": {"1": 90}, "people": {"5": {"meetings": 2}}}
        session.add(
            BurdenBaseline(
                body_id=world.body_id,
                quarter="2018-4",
                frozen_at=clock(),
                frozen_by="secretary",
                figures=figures,
            )
        )
    clock.wind(days=400)
    assert steps.retain(runtime) == 1
    assert steps.retain(runtime) == 0
    with runtime.read() as session:
        kept = session.scalars(select(BurdenBaseline)).one().figures
    assert kept == {"meetings": 3, "organisations": {"1": 90}}


def test_a_session_that_holds_stays_and_one_that_ended_long_ago_goes(
    runtime: Runtime, world: World, clock: StandingClock, as_someone: AsSomeone
) -> None:
    settle(runtime, world, "sign_ins", Period(4, Unit.MONTHS))
    as_someone("secretary")
    clock.wind(days=150)
    clerk = as_someone("clerk")
    assert steps.retain(runtime) == 1
    with runtime.read() as session:
        assert session.scalars(select(SignIn.person_id)).all() == [world.people["clerk"]]
    assert clerk.get("/").status_code == 200


def test_a_reminder_whose_cause_is_still_there_goes_no_second_time_when_its_line_is_old(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    settle(runtime, world, "reminders")
    with runtime.work() as session:
        session.add_all(
            Commitment(
                body_id=world.body_id,
                text=text,
                promised_on=date(2018, 12, 21),
                made_at=clock() - timedelta(days=30),
            )
            for text in ("stays open", "is kept")
        )
    assert steps.remind(runtime) > 0
    clock.wind(days=400)
    # The last reminder of each, which goes once.
    steps.remind(runtime)
    with runtime.work() as session:
        query = select(Commitment).where(Commitment.text == "is kept")
        session.scalars(query).one().kept_at = clock()
    clock.wind(days=400)
    with runtime.read() as session:
        before = session.scalar(select(func.count()).select_from(Reminder)) or 0
    gone = steps.retain(runtime)
    assert 0 < gone < before
    assert steps.remind(runtime) == 0


def test_the_dry_run_tells_exactly_what_the_night_takes(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    sent(runtime, "one", "two", "three")
    clock.wind(days=300)
    sent(runtime, "young")
    clock.wind(days=100)
    with runtime.read() as session:
        due = queries.what_is_due(session, BY_NAME["letters"], YEAR, "Europe/Amsterdam", clock())
    assert (due.number, due.examples) == (3, ["one", "two", "three"])
    assert due.oldest == datetime(2018, 12, 18, 8, 0, tzinfo=UTC)
    settle(runtime, world, "letters")
    assert steps.retain(runtime) == due.number


def test_every_kind_can_be_looked_at_and_let_go_on_both_databases(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    with runtime.work() as session:
        by = world.by(session, "administrator")
        assert actions.settle_as_proposed(session, by, clock()) == len(KINDS)
        assert actions.settle_as_proposed(session, by, clock()) == 0
    clock.wind(days=15_000)
    with runtime.read() as session:
        found = queries.standings(session, "Europe/Amsterdam", clock())
    # The settling of each kind stands in the trail.
    assert {one.kind.name: one.due.number for one in found if one.due.number} == {"trail": len(KINDS)}
    assert steps.retain(runtime) == len(KINDS)


def test_a_period_has_bounds_and_only_administrators_settle_it(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        by = world.by(session, "administrator")
        with pytest.raises(Invalid, match="period_out_of_bounds"):
            actions.settle(session, BY_NAME["sign_ins"], Period(1, Unit.DAYS), None, by, runtime.clock())
        with pytest.raises(Forbidden):
            actions.settle(
                session, BY_NAME["letters"], YEAR, None, world.by(session, "secretary"), runtime.clock()
            )


def test_the_second_of_two_administrators_is_told_that_the_first_settled_it(
    runtime: Runtime, world: World
) -> None:
    settle(runtime, world, "letters")
    with runtime.read() as session:
        seen = queries.rule_of(session, BY_NAME["letters"])
        assert seen is not None
    settle(runtime, world, "letters", Period(2, Unit.YEARS))
    for version in (seen.version, None):
        with pytest.raises(Changed), runtime.work() as session:
            by = world.by(session, "administrator")
            actions.settle(session, BY_NAME["letters"], YEAR, version, by, runtime.clock())
    with runtime.read() as session:
        assert session.scalars(select(RetentionRule)).one().period == Period(2, Unit.YEARS)
        trail = select(AuditEntry.after).where(AuditEntry.verb == "retention_settled").order_by(AuditEntry.id)
        assert [after.get("period") for after in session.scalars(trail)] == ["1 years", "2 years"]


def test_kept_until_somebody_says_otherwise_nothing_goes(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    settle(runtime, world, "letters", None)
    sent(runtime, "old")
    clock.wind(days=5_000)
    assert steps.retain(runtime) == 0


def test_the_worker_does_it_once_a_day(runtime: Runtime, world: World, clock: StandingClock) -> None:
    (job,) = (job for job in worker.JOBS if job.name == "retention")
    settle(runtime, world, "letters")
    sent(runtime, "old")
    clock.wind(days=400)
    turns = Turns(runtime, [job], name="machine-a:1")
    turns.perform(job)
    with runtime.read() as session:
        assert session.scalars(select(JobState.done)).all() == [1]
    clock.wind(hours=23)
    turns.perform(job)
    with runtime.read() as session:
        assert session.scalars(select(JobState.ran_at)).one() == clock.at - timedelta(hours=23)


KILLED = """
import sys
from datetime import datetime, timezone
from pathlib import Path
from agenda.core.database import Sessions
from agenda.core.runtime import Runtime
from agenda.mail.transports import FolderTransport
from agenda.retention import actions
from tests.conftest import make_config
folder, url = Path(sys.argv[1]), sys.argv[2]
clock = lambda: datetime(2020, 6, 1, tzinfo=timezone.utc)
runtime = Runtime(Sessions(url), clock, FolderTransport(folder), make_config(folder, url))
def stopped():
    print("batch", flush=True)
    return False
actions.remove_due(runtime, stopped=stopped, batch=1)
"""


def test_killed_in_the_middle_nothing_is_half_done_and_the_next_night_goes_on(
    runtime: Runtime, world: World, clock: StandingClock, database_url: str, tmp_path: Path
) -> None:
    settle(runtime, world, "letters")
    sent(runtime, *(f"old {number}" for number in range(60)))
    root = Path(__file__).resolve().parents[2]
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path), database_url], stdout=subprocess.PIPE, cwd=root
    )
    assert child.stdout is not None
    for _ in range(20):
        assert child.stdout.readline() == b"batch\n"
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    with runtime.read() as session:
        emptied = session.scalar(select(func.count()).where(Letter.recipient == "")) or 0
        counted = session.scalar(select(func.sum(Removal.number))) or 0
    assert 19 <= emptied == counted
    clock.at = datetime(2020, 6, 2, tzinfo=UTC)
    assert steps.retain(runtime) == 60 - emptied


def test_a_removed_document_goes_with_its_content_unless_it_was_on_an_agenda(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    settle(runtime, world, "removed_papers")
    with runtime.work() as session:
        by, now = world.by(session, "secretary"), clock()
        loose, planned = (
            topics.quick_add(session, world.body(session), title, by, now) for title in ("loose", "planned")
        )
        meeting = meetings.create_meeting(
            session, world.body(session), Plan(starts_at=now + timedelta(days=30), venue="Raadzaal"), by, now
        )
        agenda_actions.add_topic(session, meeting, planned, by, now)
        for topic in (loose, planned):
            content = stored(runtime, f"Stuk {topic.id}".encode())
            document = topic_papers.add_paper(session, topic, content, Facts(topic.title), by, now)
            session.flush()
            documents.remove(session, document, "dubbel", document.version, by, now)
    steps.refresh_search(runtime)
    clock.wind(days=400)
    assert steps.retain(runtime) == 1
    steps.sweep(runtime)
    with runtime.read() as session:
        assert session.scalars(select(Document.title)).all() == ["planned"]
        assert session.scalar(select(func.count()).select_from(StoredFile)) == 1
    assert len([path for path in runtime.config.documents.rglob("*") if path.is_file()]) == 1
