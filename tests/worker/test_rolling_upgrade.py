"""The code of today beside that of tomorrow, on a database that tomorrow's has brought up to date.

Tomorrow's is today's with one migration more, which adds as migrations may: a table, and columns with a
default or without a duty. Both are real processes.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from agenda import schema
from agenda.core.runtime import Runtime
from agenda.mail.model import Letter
from agenda.schema import Standing, judge
from tests.mail.letters import outgoing, queue
from tests.support.postgres import Cluster
from tests.support.processes import LONG, ROOT, processes, settings_of, wait_until
from tests.world import World

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


def tomorrow(folder: Path, revision: str) -> Path:
    """Give the code of a later version, with one migration more under this name."""
    code = folder / "tomorrow"
    code.mkdir()
    for name in ("agenda", "templates"):
        (code / name).symlink_to(ROOT / name)
    # It finds its migrations beside itself.
    shutil.copy(ROOT / "config.py", code / "config.py")
    shutil.copytree(ROOT / "migrations", code / "migrations", ignore=shutil.ignore_patterns("__pycache__"))
    (code / "migrations" / "versions" / "later.py").write_text(
        NEXT.format(revision=revision, head=schema.newest())
    )
    return code


def agenda(code: Path, folder: Path, database_url: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run one command of this code to its end."""
    return subprocess.run(
        [sys.executable, "-m", "agenda", *words],
        cwd=code,
        env=settings_of(folder, database_url),
        capture_output=True,
        text=True,
        timeout=LONG,
        check=False,
    )


def next_name(epoch: str) -> str:
    return f"{epoch}9999"


@pytest.mark.slow
def test_todays_code_serves_and_works_on_tomorrows_database(
    runtime: Runtime, world: World, database_url: str, tmp_path: Path
) -> None:
    code = tomorrow(tmp_path, next_name(""))
    upgraded = agenda(code, tmp_path, database_url, "db", "upgrade")
    assert upgraded.returncode == 0, upgraded.stderr
    assert schema.standing(runtime.sessions) is Standing.AHEAD
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    queue(runtime, outgoing("a letter"))
    with processes(tmp_path, database_url) as start:
        start("today-web", "serve", "--port", str(port))
        start("today-worker", "worker")
        assert wait_until(lambda: answers(port), LONG)
        assert wait_until(lambda: any((tmp_path / "mail").glob("*.eml")), LONG)
    with runtime.read() as session:
        assert session.scalars(select(Letter.fate)).all() == ["sent"]
    # Started anew, today's code finds nothing to bring up to date, and tomorrow's goes on beside it.
    for each in (ROOT, code):
        again = agenda(each, tmp_path, database_url, "db", "upgrade")
        assert (again.returncode, again.stdout) == (0, "The database is up to date.\n"), again.stderr
        assert agenda(each, tmp_path, database_url, "tick").returncode == 0


@pytest.mark.slow
def test_two_machines_that_upgrade_at_once_both_find_it_done(
    postgres_cluster: Cluster, tmp_path: Path
) -> None:
    with postgres_cluster.database() as url, processes(tmp_path, url) as start:
        both = [start(f"machine-{number}", "db", "upgrade") for number in range(2)]
        assert [one.process.wait(LONG) for one in both] == [0, 0], [one.said.read_text() for one in both]
        assert schema.standing_at(url) is Standing.CURRENT


def answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.mark.slow
def test_todays_code_refuses_a_database_from_which_tomorrows_took_something_away(
    runtime: Runtime, database_url: str, tmp_path: Path
) -> None:
    code = tomorrow(tmp_path, next_name("z-"))
    assert agenda(code, tmp_path, database_url, "db", "upgrade").returncode == 0
    for words in (("tick",), ("db", "upgrade")):
        refused = agenda(ROOT, tmp_path, database_url, *words)
        assert refused.returncode == 1
        assert schema.BEYOND in refused.stderr
    assert schema.standing(runtime.sessions) is Standing.BEYOND


@given(
    known=st.lists(st.from_regex(r"[0-9]{4}", fullmatch=True), min_size=1, unique=True),
    number=st.from_regex(r"[0-9]{4}", fullmatch=True),
    epoch=st.sampled_from(["", "b-", "c-"]),
    other=st.sampled_from(["", "b-", "c-"]),
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
