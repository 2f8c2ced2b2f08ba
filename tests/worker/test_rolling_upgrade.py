"""The code of today on a database that the code of tomorrow has brought up to date.

Tomorrow's is today's with one migration more, which adds as migrations may: a table, and columns with a
default or without a duty.
"""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from agenda import schema, steps
from agenda.core.database import Sessions, Unfit
from agenda.core.runtime import Runtime
from agenda.mail.model import Letter
from agenda.schema import Standing, judge
from agenda.topics.model import Topic
from tests.accounts.helpers import sign_in
from tests.mail.letters import outgoing, queue
from tests.support.postgres import Cluster
from tests.support.processes import LONG, ROOT, processes, wait_until
from tests.world import World

WAITING = text(
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
)
NEXT = '''"""What a later version adds"""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table("later", sa.Column("id", sa.Integer(), primary_key=True))
    op.add_column("letter", sa.Column("later", sa.String(), nullable=True))
    op.add_column("topic", sa.Column("later", sa.Integer(), nullable=False, server_default="0"))


def downgrade():
    op.drop_table("later")
'''


def upgraded_by_tomorrow(database_url: str, folder: Path, revision: str) -> None:
    """Bring a database up to date as a later version does, with one migration more under this name."""
    migrations = folder / "migrations"
    shutil.copytree(ROOT / "migrations", migrations, ignore=shutil.ignore_patterns("__pycache__"))
    later = NEXT.format(revision=revision, head=schema.newest())
    (migrations / "versions" / "later.py").write_text(later)
    config = schema.alembic_config(database_url)
    config.set_main_option("script_location", str(migrations))
    command.upgrade(config, "head")


def test_todays_code_serves_and_works_on_tomorrows_database(
    runtime: Runtime, world: World, client: FlaskClient, database_url: str, tmp_path: Path
) -> None:
    upgraded_by_tomorrow(database_url, tmp_path, "9999")
    assert schema.standing(runtime.sessions) is Standing.AHEAD
    assert schema.refusal(runtime.sessions) is None
    assert client.get("/readyz").status_code == 200
    clerk = sign_in(client, runtime, world, "clerk")
    assert clerk.get("/").status_code == 200
    saved = clerk.post("/topics", data={"title": "Van gisteren", "body": world.body_id})
    assert saved.status_code == 303
    queue(runtime, outgoing("a letter"))
    assert steps.tick(runtime)["delivered"] == 1
    with runtime.read() as session:
        assert session.scalars(select(Letter.fate)).all() == ["sent"]
        assert "Van gisteren" in session.scalars(select(Topic.title)).all()
    # Started anew, it brings nothing up to date, and takes nothing back.
    schema.upgrade(database_url)
    assert schema.standing(runtime.sessions) is Standing.AHEAD


def test_todays_code_refuses_a_database_from_which_tomorrows_took_something_away(
    runtime: Runtime, client: FlaskClient, database_url: str, tmp_path: Path
) -> None:
    upgraded_by_tomorrow(database_url, tmp_path, "z_9999")
    assert schema.standing(runtime.sessions) is Standing.BEYOND
    assert schema.refusal(runtime.sessions) == schema.BEYOND
    assert client.get("/readyz").status_code == 503
    schema.upgrade(database_url)
    assert schema.standing(runtime.sessions) is Standing.BEYOND


@pytest.mark.parametrize(("revision", "goes_on"), [("9999", True), ("z_9999", False)])
def test_a_process_that_runs_on_touches_nothing_that_is_not_for_it_any_more(
    database_url: str, tmp_path: Path, revision: str, goes_on: bool
) -> None:
    running = Sessions(database_url, fits=schema.fits)
    with running.work() as session:
        assert session.scalars(select(Topic)).all() == []
    upgraded_by_tomorrow(database_url, tmp_path, revision)
    touched = []
    for transaction in (running.work, running.read):
        try:
            with transaction() as session:
                touched.append(session.scalars(select(Topic)).all())
        except Unfit:
            continue
    assert touched == ([[], []] if goes_on else [])
    running.close()


def test_who_takes_away_waits_for_who_is_at_work_and_who_comes_then_waits_for_that(
    postgres_url: str, tmp_path: Path
) -> None:
    at_work, later = (Sessions(postgres_url, fits=schema.fits) for _ in range(2))
    onlooker = Sessions(postgres_url)

    def look() -> list[Topic]:
        with later.read() as session:
            return list(session.scalars(select(Topic)))

    def waiting() -> int:
        with onlooker.read() as session:
            return session.scalars(WAITING).one()

    with ThreadPoolExecutor(2) as others:
        with at_work.work() as session:
            upgrade = others.submit(upgraded_by_tomorrow, postgres_url, tmp_path, "z_9999")
            assert wait_until(lambda: waiting() == 1, LONG)
            looks = others.submit(look)
            assert wait_until(lambda: waiting() == 2, LONG)
            # It goes on as it began.
            assert session.scalars(select(Topic)).all() == []
        upgrade.result(LONG)
        with pytest.raises(Unfit):
            looks.result(LONG)
    for one in (at_work, later, onlooker):
        one.close()


@pytest.mark.slow
def test_two_machines_that_upgrade_at_once_both_find_it_done(
    postgres_cluster: Cluster, tmp_path: Path
) -> None:
    with postgres_cluster.database() as url, processes(tmp_path, url) as start:
        both = [start(f"machine-{number}", "db", "upgrade") for number in range(2)]
        assert [one.process.wait(LONG) for one in both] == [0, 0], [one.said.read_text() for one in both]
        assert schema.standing_at(url) is Standing.CURRENT


@given(
    known=st.lists(st.from_regex(r"[0-9]{4}", fullmatch=True), min_size=1, unique=True),
    number=st.from_regex(r"[0-9]{4}", fullmatch=True),
    epoch=st.sampled_from(["", "b_", "c_"]),
    other=st.sampled_from(["", "b_", "c_"]),
)
def test_code_goes_on_where_a_revision_it_does_not_know_is_of_its_own_epoch(
    known: list[str], number: str, epoch: str, other: str
) -> None:
    names = [epoch + one for one in known]
    found = judge(other + number, set(names), names[-1])
    if other + number == names[-1]:
        assert found is Standing.CURRENT
    elif other + number in names:
        assert found is Standing.BEHIND
    else:
        assert found is (Standing.AHEAD if epoch == other else Standing.BEYOND)
    assert judge(None, set(names), names[-1]) is Standing.BEHIND
