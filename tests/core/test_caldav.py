"""Which calendars there are behind an address, what they are called, and which may be written."""

from __future__ import annotations

import pytest

from agenda.core.caldav import Calendar, calendars, is_calendar
from agenda.core.fetching import Request, fetcher
from agenda.core.network_guard import NotFetched, web_address
from agenda.core.problems import Invalid
from tests.support.scripted_server import Asked, Server, serving

HEAD = '<multistatus xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">'
ONE = (
    "<response><href>{href}</href><propstat><prop><resourcetype><collection/><C:calendar/></resourcetype>"
    "<displayname>{name}</displayname>{more}</prop><status>HTTP/1.1 200 OK</status></propstat></response>"
)
RIGHTS = "<current-user-privilege-set>{}</current-user-privilege-set>"
HOME = (
    "<response><href>/</href><propstat><prop><C:calendar-home-set><href>/home/</href></C:calendar-home-set>"
    "</prop></propstat></response>"
)


def right(*names: str) -> str:
    return RIGHTS.format("".join(f"<privilege><{name}/></privilege>" for name in names))


def found(*listed: str) -> list[Calendar]:
    """Find the calendars on a server that lists these."""

    def behave(asked: Asked) -> None:
        inside = "".join(listed) if asked.path == "/home/" else HOME
        asked.answer("207 Multi-Status", f"{HEAD}{inside}</multistatus>".encode())

    with serving(behave) as server:
        return [_relative(one, server) for one in calendars(fetcher(server.inside), Request(server.address))]


def _relative(one: Calendar, server: Server) -> Calendar:
    return Calendar(one.address.removeprefix(server.address), one.name, one.may_write, one.transparent)


@pytest.mark.parametrize(
    "more, may_write",
    [
        ("", True),
        (right(), True),
        (right("read", "write"), True),
        (right("all"), True),
        (right("read", "bind", "unbind", "write-content"), True),
        (right("read"), False),
        (right("read", "write-properties"), False),
        (right("read", "write-content"), False),
    ],
)
def test_a_calendar_may_be_written_where_the_server_says_so_or_says_nothing(
    more: str, may_write: bool
) -> None:
    assert found(ONE.format(href="/home/werk/", name="Werk &amp; meer", more=more)) == [
        Calendar("/home/werk/", "Werk & meer", may_write, transparent=False)
    ]


def test_lists_of_tasks_are_no_calendars_and_free_ones_are_told() -> None:
    tasks = '<C:supported-calendar-component-set><C:comp name="VTODO"/></C:supported-calendar-component-set>'
    free = "<C:schedule-calendar-transp><C:transparent/></C:schedule-calendar-transp>"
    assert found(
        ONE.format(href="/home/taken/", name="Taken", more=tasks),
        ONE.format(href="/home/vrij/", name="", more=free),
        ONE.format(href="https://elders.example/", name="Elders", more=""),
    ) == [Calendar("/home/vrij/", "", may_write=True, transparent=True)]


@pytest.mark.parametrize("listed, there", [(ONE.format(href="/", name="", more=""), True), ("", False)])
def test_whether_there_is_a_calendar_at_an_address(listed: str, there: bool) -> None:
    body = f"{HEAD}{listed}</multistatus>".encode()
    with serving(lambda asked: asked.answer("207 Multi-Status", body)) as server:
        assert is_calendar(fetcher(server.inside), Request(server.address)) is there


def test_an_address_at_which_we_are_refused_is_not_called_empty() -> None:
    refused = pytest.raises(NotFetched, match="not_authorised")
    with serving(lambda asked: asked.answer("401 Unauthorized")) as server, refused:
        is_calendar(fetcher(server.inside), Request(server.address))


@pytest.mark.parametrize(
    "typed, asked",
    [
        ("cloud.leiden.example", "https://cloud.leiden.example"),
        ("webcal://cloud.leiden.example/a", "https://cloud.leiden.example/a"),
        (" http://cloud.leiden.example:81/a#b ", "http://cloud.leiden.example:81/a"),
    ],
)
def test_an_address_is_asked_as_it_was_meant(typed: str, asked: str) -> None:
    assert web_address(typed) == asked


@pytest.mark.parametrize("typed", ["", "agenda", "ftp://a.example", "https://ik:geheim@a.nl", "a b.nl"])
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(Invalid, match="no_web_address"):
        web_address(typed)
