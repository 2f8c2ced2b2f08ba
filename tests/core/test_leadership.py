"""Who leads on PostgreSQL, and how that ends where the line to the database is open and dead."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import make_url

from agenda.core.database import Sessions
from agenda.core.leadership import SILENCE_SECONDS, LeadLost, leadership, leadership_throughout
from agenda.core.runtime import Runtime
from tests.support.postgres import Cluster
from tests.support.processes import LONG, wait_until
from tests.support.proxy import Line, line_to


@pytest.fixture
def database_url(postgres_url: str) -> str:
    """Give PostgreSQL: beside SQLite a file's lock tells who leads."""
    return postgres_url


@pytest.fixture
def line(postgres_cluster: Cluster) -> Iterator[Line]:
    with line_to(str(postgres_cluster.folder / ".s.PGSQL.5432")) as one:
        yield one


@pytest.fixture
def far(runtime: Runtime, line: Line) -> Iterator[Sessions]:
    """Give the database by the line that can be cut."""
    name = make_url(runtime.config.database_url).database
    sessions = Sessions(f"postgresql+psycopg://agenda@127.0.0.1:{line.port}/{name}")
    yield sessions
    sessions.close()


@pytest.mark.slow
def test_a_leader_that_is_cut_off_gives_up_and_another_leads(
    runtime: Runtime, far: Sessions, line: Line
) -> None:
    with pytest.raises(LeadLost), leadership(replace(runtime, sessions=far)) as still_there:
        assert still_there is not None
        still_there()
        assert not leads(runtime)
        line.becomes("silent")
        with pytest.raises(LeadLost):
            still_there()
        assert wait_until(lambda: leads(runtime), LONG)
        line.becomes("open")
        # It does not come back by itself: it must be elected anew.
        still_there()


@pytest.mark.slow
def test_work_that_takes_longer_than_a_leader_may_be_silent_keeps_the_lead(runtime: Runtime) -> None:
    with leadership_throughout(runtime) as lead:
        assert lead is not None
        time.sleep(SILENCE_SECONDS + 1)
        assert not leads(runtime)
        lead()
    assert leads(runtime)


def test_work_that_failed_does_not_keep_the_lead(runtime: Runtime) -> None:
    with pytest.raises(ZeroDivisionError), leadership(runtime):
        raise ZeroDivisionError
    other = replace(runtime, sessions=Sessions(runtime.config.database_url))
    assert wait_until(lambda: leads(other), LONG)
    other.sessions.close()


def leads(runtime: Runtime) -> bool:
    with leadership(runtime) as lead:
        return lead is not None
