"""What tests may ask for by name; tests/conftest.py takes it in with `pytest_plugins`."""

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from zlib import crc32

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.browser import chromium, view
from tests.support.postgres import Cluster, shared_cluster
from tests.support.smtp import MailServer

# Python's own are for programs that hold little: here each search for garbage walks all that is loaded.
GARBAGE_THRESHOLDS = (10_000, 20, 20)
DATABASES = ("sqlite", "postgres")
# Who asks for one of these asks for pages.
PAGES = frozenset({"app", "client"})
TEMPLATE = "agenda_template"
WITH_WORLD = "agenda_with_world"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what takes long: at the end no worker waits for another's last test.

    A page is asked for on one of both databases, half of them on each: what differs between them are the
    queries and actions under it, whose own tests run on both. AGENDA_THOROUGH=1 asks for every page on both.
    """
    if not os.environ.get("AGENDA_THOROUGH"):
        left_out = {item for item in items if _is_page_on_the_other(item)}
        config.hook.pytest_deselected(items=list(left_out))
        items[:] = [item for item in items if item not in left_out]
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def _is_page_on_the_other(item: pytest.Item) -> bool:
    assert isinstance(item, pytest.Function)
    kind = item.callspec.params.get("database_url") if hasattr(item, "callspec") else None
    if kind is None or PAGES.isdisjoint(item.fixturenames) or item.get_closest_marker("both_databases"):
        return False
    # The same choice in every process and in every run: a name does not change by itself.
    name = f"{item.path.name}::{item.name.replace(kind, '')}"
    return kind != DATABASES[crc32(name.encode()) % len(DATABASES)]


def pytest_collection_finish() -> None:
    """Leave what is loaded by now out of every search for garbage: it stays until the end anyway."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE_THRESHOLDS)


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that all workers of this test run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def postgres_cluster(run_folder: Path) -> Iterator[Cluster]:
    """The run's own PostgreSQL server; it stops when the run ends."""
    owner = os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()
    cluster = shared_cluster(run_folder, owner)
    yield cluster
    cluster.close()


@pytest.fixture(scope="session")
def migrate() -> Callable[[str], None]:
    """Brings an empty database up to date; conftest says how."""
    return lambda url: None


@pytest.fixture(scope="session")
def settled() -> Callable[[str], object]:
    """Fills a migrated database with the world; conftest says how."""
    return lambda url: None


@pytest.fixture
def postgres_url(
    request: pytest.FixtureRequest,
    postgres_cluster: Cluster,
    migrate: Callable[[str], None],
    settled: Callable[[str], object],
) -> Iterator[str]:
    """The address of a fresh, migrated PostgreSQL database, with the world for who asks for it."""

    def settle(url: str) -> None:
        migrate(url)
        settled(url)

    template, fill = (WITH_WORLD, settle) if "world" in request.fixturenames else (TEMPLATE, migrate)
    postgres_cluster.template(template, fill)
    with postgres_cluster.database(template) as url:
        yield url


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """A real SMTP server on loopback."""
    server = MailServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium."""
    with sync_playwright() as playwright, chromium(playwright) as started:
        yield started


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A light page, 1280 pixels wide, without cookies."""
    with view(browser) as one:
        yield one.page
