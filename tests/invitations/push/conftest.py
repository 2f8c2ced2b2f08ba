"""An alderman whose meetings are written into a calendar on a real CalDAV server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.invitations.conftest import region
from tests.invitations.push.own import Own
from tests.invitations.region import Region
from tests.support.radicale_server import CalendarServer, radicale

__all__ = ["region"]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CalendarServer]:
    with radicale(tmp_path_factory.mktemp("own-calendars")) as running:
        yield running


@pytest.fixture
def own(region: Region, server: CalendarServer) -> Iterator[Own]:
    """The alderman's own calendar, connected and empty."""
    made = Own(region, server)
    made.address = server.make_calendar(made.name)
    made.connect()
    yield made
    server.remove(made.name)
