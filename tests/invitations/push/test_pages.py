"""The page on which people connect their own calendar; of anybody else's it tells nothing."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import update
from werkzeug.test import TestResponse

from agenda.accounts.actions import begin
from agenda.accounts.guard import session_cookie
from agenda.core.runtime import Runtime
from agenda.core.vault import opened
from agenda.invitations.model import CalendarPush, PushedEvent
from tests.invitations.push.own import Own
from tests.invitations.region import ALDERMAN, Region
from tests.meetings.conftest import AsSomeone, as_someone
from tests.support.browser import assert_good_light_and_dark, each_view
from tests.support.live import served
from tests.support.radicale_server import PASSWORD, USER, CalendarServer

__all__ = ["as_someone"]

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HERE = "/profile/own-calendar"


@pytest.fixture
def runtime(runtime: Runtime, server: CalendarServer) -> Runtime:
    """A product whose settings allow this calendar server."""
    return replace(runtime, config=replace(runtime.config, calendar_networks=server.inside))


@pytest.fixture
def calendars(server: CalendarServer) -> CalendarServer:
    """A server with one calendar and a list of tasks."""
    for name in server.names():
        server.remove(name)
    server.make_calendar("werk")
    server.make_calendar("taken", kind="VTODO")
    return server


def find(as_someone: AsSomeone, address: str, password: str = PASSWORD) -> TestResponse:
    given = {"server": address, "user": USER, "password": password}
    return as_someone(ALDERMAN).post(f"{HERE}/find", data=given, follow_redirects=True)


def choose(as_someone: AsSomeone, page: TestResponse, name: str, who: str = ALDERMAN) -> TestResponse:
    """Choose one of the calendars that a page offers."""
    given = re.search(r'name="given"[^>]*value="([^"]+)"', page.text)
    offered = [html.unescape(found) for found in re.findall(r'type="radio" value="([^"]+)"', page.text)]
    assert given
    (chosen,) = [address for address in offered if address.endswith(f"/{name}/")]
    sent = {"given": html.unescape(given[1]), "calendar": chosen}
    return as_someone(who).post(f"{HERE}/choose", data=sent, follow_redirects=True)


def shown(page: TestResponse) -> str:
    """Give the words of the page, without its marks."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page.text)))


def test_who_has_none_is_told_what_it_is_for_and_how_to_connect_one(as_someone: AsSomeone) -> None:
    assert "Overleggen in uw eigen agenda laten zetten" in shown(as_someone(ALDERMAN).get("/profile"))
    assert "Uw agenda koppelen" in shown(as_someone(ALDERMAN).get(HERE))


def test_a_single_calendar_is_connected_at_once(
    as_someone: AsSomeone, calendars: CalendarServer, region: Region
) -> None:
    page = find(as_someone, calendars.address)
    assert "is gekoppeld" in shown(page)
    own = Own(region, calendars, name="werk")
    region.invite()
    own.write()
    assert len(own.entries) == 1
    assert "Er staat één overleg in dat nog komt." in shown(as_someone(ALDERMAN).get(HERE))
    assert "werkt" in shown(as_someone(ALDERMAN).get("/profile"))


def test_of_several_calendars_one_is_chosen(
    as_someone: AsSomeone, calendars: CalendarServer, runtime: Runtime, region: Region
) -> None:
    calendars.make_calendar("thuis")
    page = find(as_someone, calendars.address)
    assert PASSWORD not in html.unescape(page.text)
    assert "/taken/" not in page.text
    assert "is gekoppeld" in shown(choose(as_someone, page, "thuis"))
    push = Own(region, calendars).push
    assert push is not None
    assert opened(runtime.config.secret, push.secret).address == f"{calendars.address}/{USER}/thuis/"


def test_what_was_given_on_one_persons_page_is_of_no_use_to_another(
    as_someone: AsSomeone, calendars: CalendarServer, region: Region
) -> None:
    calendars.make_calendar("thuis")
    page = find(as_someone, calendars.address)
    assert "Dat duurde te lang" in shown(choose(as_someone, page, "thuis", who="secretary"))
    assert Own(region, calendars).push is None


def test_a_wrong_password_is_told_beside_the_password(
    as_someone: AsSomeone, calendars: CalendarServer, region: Region
) -> None:
    page = find(as_someone, calendars.address, password="verkeerd")
    assert page.status_code == 422
    assert "App-wachtwoord: De server laat ons niet binnen" in shown(page)
    assert "verkeerd" not in page.text
    assert Own(region, calendars).push is None


@pytest.mark.parametrize(
    "address, told",
    [
        ("geen adres", "Dit is geen webadres"),
        ("http://127.0.0.1:1/", "Dit adres mag van hieruit niet worden benaderd"),
        ("http://169.254.169.254/latest/", "Dit adres mag van hieruit niet worden benaderd"),
        ("{server}/niemand/nergens/", "laat ons niet binnen"),
        ("{server}/" + USER + "/taken/", "Op deze server staat geen agenda met afspraken"),
    ],
)
def test_an_address_that_leads_nowhere_is_told_in_words(
    as_someone: AsSomeone, calendars: CalendarServer, address: str, told: str
) -> None:
    page = find(as_someone, address.replace("{server}", calendars.address))
    assert page.status_code == 422
    assert told in shown(page)


def test_who_moved_or_threw_away_a_meeting_is_told_what_that_means(
    as_someone: AsSomeone, own: Own, region: Region
) -> None:
    region.invite()
    own.write()
    own.change("SUMMARY:Gezamenlijk collegeoverleg", "SUMMARY:Regio")
    own.later()
    assert "Door u verplaatst of hernoemd" in shown(as_someone(ALDERMAN).get(HERE))
    own.throw_away()
    own.later()
    page = shown(as_someone(ALDERMAN).get(HERE))
    assert "Door u verwijderd" in page
    assert "Door u verplaatst" not in page


def test_a_calendar_that_fails_for_a_day_is_something_to_do(
    as_someone: AsSomeone, own: Own, region: Region
) -> None:
    own.write()
    own.server.remove(own.name)
    own.later()
    assert "kunnen niet in" not in shown(as_someone(ALDERMAN).get("/"))
    region.clock.wind(days=1)
    assert "kunnen niet in" in shown(as_someone(ALDERMAN).get("/"))
    assert "Op dit adres staat geen agenda" in shown(as_someone(ALDERMAN).get("/profile"))


@pytest.mark.parametrize("meetings, left", [("leave", 1), ("take_out", 0)])
def test_who_ends_it_says_what_becomes_of_the_meetings(
    as_someone: AsSomeone, own: Own, region: Region, meetings: str, left: int
) -> None:
    region.invite()
    own.write()
    as_someone(ALDERMAN).post(f"{HERE}/end", data={"meetings": meetings})
    own.write()
    assert len(own.entries) == left
    assert own.push is None


def test_another_person_sees_nothing_of_it_and_ends_nothing(as_someone: AsSomeone, own: Own) -> None:
    assert "Agenda van de wethouder" not in as_someone("secretary").get(HERE).text
    assert as_someone("secretary").post(f"{HERE}/end", data={"meetings": "leave"}).status_code == 404
    assert as_someone("secretary").post(f"{HERE}/write").status_code == 404
    assert own.push is not None


@pytest.mark.browser
@pytest.mark.parametrize("state", ["works", "fails"])
def test_the_page_is_good_on_desk_and_phone_in_light_and_dark(
    app: Flask, own: Own, region: Region, runtime: Runtime, browser: Browser, state: str
) -> None:
    region.invite()
    own.write()
    with region.work() as session:
        if state == "fails":
            session.execute(update(CalendarPush).values(failure="not_authorised", failures=3))
        else:
            session.execute(update(PushedEvent).values(changed_at=region.clock()))
    with region.work() as session:
        token = begin(session, region.world.person(session, ALDERMAN), "a test", region.clock())
    with served(app) as served_at:
        address = served_at.replace("127.0.0.1", "localhost")
        cookie = {"name": session_cookie(runtime.config), "value": token, "url": address}
        for view in each_view(browser, base_url=address, widths=(1280, 320), schemes=("light",)):
            view.page.context.add_cookies([cookie])  # type: ignore[list-item]
            for path in (HERE, "/profile") if state == "works" else (HERE,):
                answer = view.page.goto(path)
                assert answer is not None
                assert answer.status == 200
                assert_good_light_and_dark(view.page)
