"""While the database is away or busy each page says so, keeps what was typed, and goes on afterwards."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser
from sqlalchemy import make_url, select, text

from agenda.accounts.actions import begin
from agenda.accounts.guard import session_cookie
from agenda.core.database import CommitInDoubt, Sessions
from agenda.core.runtime import Runtime
from agenda.topics.model import Topic
from tests.accounts.helpers import sign_in
from tests.support.browser import assert_good_light_and_dark, screenshot, view
from tests.support.live import served
from tests.support.postgres import Cluster
from tests.support.proxy import A_LOOK, Line, line_to
from tests.world import World


@pytest.fixture(params=["postgres"])
def database_url(postgres_url: str) -> str:
    """Give a database on PostgreSQL: SQLite is a file and does not go away."""
    return postgres_url


@pytest.fixture
def line(postgres_cluster: Cluster) -> Iterator[Line]:
    """Give the line between the pages and the database."""
    with line_to(str(postgres_cluster.folder / ".s.PGSQL.5432")) as one:
        yield one


@pytest.fixture
def behind_the_line(runtime: Runtime, line: Line) -> Iterator[Runtime]:
    """Give a runtime whose database can be taken away."""
    name = make_url(runtime.config.database_url).database
    sessions = Sessions(f"postgresql+psycopg://agenda@127.0.0.1:{line.port}/{name}", statement_seconds=2)
    yield replace(runtime, sessions=sessions)
    sessions.close()


@pytest.fixture
def clerk(
    behind_the_line: Runtime, runtime: Runtime, new_app: Callable[[Runtime], Flask], world: World
) -> FlaskClient:
    """Give the clerk's browser, on pages whose database can be taken away."""
    app = new_app(behind_the_line)
    app.config.update(WTF_CSRF_ENABLED=False)
    return sign_in(app.test_client(), runtime, world, "clerk")


def titles(runtime: Runtime) -> list[str]:
    with runtime.read() as session:
        return sorted(session.scalars(select(Topic.title)))


def kept(page: str) -> dict[str, str]:
    """Give what the page holds to be sent again."""
    return {
        name: unescape(value)
        for name, value in re.findall(r'<textarea name="(\w+)" hidden>\n(.*?)</textarea>', page, re.S)
    }


def test_a_page_says_that_the_data_cannot_be_reached_and_when_to_try_again(
    clerk: FlaskClient, line: Line
) -> None:
    assert clerk.get("/topics").status_code == 200
    line.becomes("refused")
    answer = clerk.get("/topics?q=warmte")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "Er is niets gewijzigd" in answer.text
    assert 'href="/topics?q=warmte"' in answer.text
    line.becomes("open")
    assert clerk.get("/topics?q=warmte").status_code == 200


def test_a_program_hears_it_as_a_problem(clerk: FlaskClient, line: Line) -> None:
    line.becomes("refused")
    answer = clerk.get("/topics", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.content_type) == (503, "application/problem+json")
    assert answer.json is not None
    assert answer.json["code"] == "database_away"


def test_what_was_typed_is_kept_and_sent_again_once_the_database_is_back(
    clerk: FlaskClient, line: Line, runtime: Runtime
) -> None:
    before = titles(runtime)
    typed = {"title": 'Warmte "rotonde" <b>', "minutes": "20", "csrf_token": "x"}
    line.becomes("refused")
    answer = clerk.post("/topics/new", data=typed)
    assert answer.status_code == 503
    assert kept(answer.text) == typed
    assert titles(runtime) == before
    line.becomes("open")
    again = clerk.post("/topics/new", data=kept(answer.text))
    assert again.status_code == 303
    assert titles(runtime) == sorted([*before, typed["title"]])


def test_a_connection_that_ended_while_nobody_asked_is_not_noticed_by_readers(
    clerk: FlaskClient, runtime: Runtime, postgres_cluster: Cluster
) -> None:
    assert clerk.get("/topics").status_code == 200
    postgres_cluster.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        f"WHERE datname = '{make_url(runtime.config.database_url).database}'"
    )
    assert clerk.get("/topics").status_code == 200


def test_a_page_that_waits_for_somebody_elses_rows_ends_in_time_and_changes_nothing(
    clerk: FlaskClient, runtime: Runtime
) -> None:
    before = titles(runtime)
    with runtime.work() as session:
        session.execute(text("LOCK TABLE topic IN EXCLUSIVE MODE"))
        answer = clerk.post("/topics/new", data={"title": "Nieuw", "minutes": "20"})
    assert answer.status_code == 503
    assert "te druk" in answer.text
    assert titles(runtime) == before


def test_lost_at_the_very_end_it_is_said_that_it_may_be_kept(behind_the_line: Runtime, line: Line) -> None:
    with pytest.raises(CommitInDoubt), behind_the_line.work() as session:
        session.execute(text("CREATE TABLE kept (id integer)"))
        line.becomes("refused")
        time.sleep(5 * A_LOOK)


@pytest.mark.browser
@pytest.mark.slow
def test_somebody_fills_in_a_form_while_the_database_goes_and_sends_it_once_it_is_back(
    behind_the_line: Runtime,
    runtime: Runtime,
    new_app: Callable[[Runtime], Flask],
    world: World,
    line: Line,
    browser: Browser,
) -> None:
    with runtime.work() as session:
        token = begin(session, world.person(session, "clerk"), "a test", runtime.clock())
    with served(new_app(behind_the_line)) as address, view(browser, 320) as phone:
        page, site = phone.page, address.replace("127.0.0.1", "localhost")
        page.context.add_cookies([{"name": session_cookie(runtime.config), "value": token, "url": site}])
        page.goto(f"{site}/topics/new")
        page.get_by_label("Titel", exact=True).fill("Warmte voor vijf gemeenten")
        page.locator("#summary").fill("Eerste regel\n\n<b>Tweede</b> regel")
        line.becomes("refused")
        page.locator("main form button[type=submit]").last.click()
        page.get_by_role("heading", name="Een ogenblik").wait_for()
        assert_good_light_and_dark(page)
        screenshot(page, "database-away-320")
        page.set_viewport_size({"width": 1280, "height": 900})
        screenshot(page, "database-away-1280")
        line.becomes("open")
        page.get_by_role("button", name="Opnieuw versturen").click()
        page.get_by_role("heading", name="Warmte voor vijf gemeenten").wait_for()
    with runtime.read() as session:
        topic = session.scalars(select(Topic).where(Topic.title == "Warmte voor vijf gemeenten")).one()
        assert topic.summary == "Eerste regel\n\n<b>Tweede</b> regel"
