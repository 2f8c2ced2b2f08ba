"""The page on which people give their calendars, and nobody else's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import select
from werkzeug.test import TestResponse

from agenda.accounts.actions import begin
from agenda.accounts.guard import session_cookie
from agenda.core.runtime import Runtime
from agenda.core.vault import Secret, opened
from agenda.dates import calendar_actions as actions
from agenda.dates.busy import Flag
from agenda.dates.calendar_reading import read_file
from agenda.dates.model import BusyCalendar
from tests.dates.calendars.test_calendar_reading import CALENDAR, WHO
from tests.meetings.conftest import AsSomeone
from tests.support.browser import assert_good_light_and_dark, each_view
from tests.support.live import served
from tests.world import START, StandingClock, World

HERE = "/profile/calendars"
ADDRESS = "https://agenda.leiden.example/geheim-7.ics"
SCRIPT = '<script>alert(1)</script>".ics'


def upload(content: bytes, name: str = "export.ics") -> dict[str, Any]:
    """Give what a browser sends; written out, because the test client leaves large files open."""
    name = name.replace('"', "%22")
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    return {
        "data": head.encode() + content + b"\r\n--x--\r\n",
        "content_type": "multipart/form-data; boundary=x",
    }


def calendars(runtime: Runtime) -> list[BusyCalendar]:
    with runtime.read() as session:
        return list(session.scalars(select(BusyCalendar).order_by(BusyCalendar.id)))


def shown(page: TestResponse) -> str:
    """Give the words of the page, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def test_who_has_no_calendar_is_told_how_to_give_one_and_what_is_kept(as_someone: AsSomeone) -> None:
    page = as_someone(WHO).get(HERE)
    text = shown(page)
    assert "Nog geen agenda" in text
    assert "nooit waar het over gaat" in text
    assert all(f"Waar staat het in {program}?" in text for program in ("Outlook", "Google", "Nextcloud"))
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_an_address_that_was_given_is_kept_encrypted_and_never_shown_again(
    as_someone: AsSomeone, runtime: Runtime
) -> None:
    client = as_someone(WHO)
    answer = client.post(f"{HERE}/address", data={"address": ADDRESS})
    assert (answer.status_code, answer.location) == (303, HERE)
    (calendar,) = calendars(runtime)
    assert opened(runtime.config.secret, calendar.secret or b"") == Secret(ADDRESS)
    page = client.get(HERE)
    assert "agenda.leiden.example" in page.text
    assert "wordt zo gelezen" in page.text
    assert "geheim-7" not in page.text


def test_a_server_is_given_with_name_and_password_which_are_never_shown_again(
    as_someone: AsSomeone, runtime: Runtime
) -> None:
    client = as_someone(WHO)
    given = {"server": "cloud.leiden.example", "user": "wethouder", "password": " Wacht woord "}
    assert client.post(f"{HERE}/server", data=given).status_code == 303
    (calendar,) = calendars(runtime)
    assert opened(runtime.config.secret, calendar.secret or b"") == Secret(
        "https://cloud.leiden.example", "wethouder", " Wacht woord "
    )
    assert "Wacht woord" not in client.get(HERE).text
    wrong = client.post(f"{HERE}/server", data=given | {"user": ""})
    assert wrong.status_code == 422
    assert "Wacht woord" not in wrong.text


def test_of_a_file_only_the_busy_times_are_kept(as_someone: AsSomeone, runtime: Runtime) -> None:
    client = as_someone(WHO)
    assert client.post(f"{HERE}/file", **upload(CALENDAR)).status_code == 303
    (calendar,) = calendars(runtime)
    assert (calendar.name, calendar.secret, calendar.next_read_at) == ("export.ics", None, None)
    text = shown(client.get(HERE))
    assert "gelezen zojuist, tot en met 18 maart 2020" in text
    assert "één uur" in text
    assert "Vertrouwelijk" not in text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Kies een bestand."),
        (b"<html>", "Dit is geen agenda."),
        (b"BEGIN:VCALENDAR\r\n" + b"x" * 5_000_000, "groter dan 5 MB"),
        (
            b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\nEND:VEVENT\r\n" * 100_000 + b"END:VCALENDAR",
            "meer dan 20 000 afspraken",
        ),
        (b"/etc/passwd", "Dit is geen agenda."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(
    as_someone: AsSomeone, runtime: Runtime, content: bytes, sentence: str
) -> None:
    answer = as_someone(WHO).post(f"{HERE}/file", **upload(content, "a.ics" if content else ""))
    assert answer.status_code == 422
    assert sentence in shown(answer)
    assert calendars(runtime) == []


@pytest.mark.parametrize("typed", ["", "agenda", "ftp://x.example/a.ics", "x" * 2_001])
def test_an_address_that_is_none_is_refused_beside_its_field(
    as_someone: AsSomeone, runtime: Runtime, typed: str
) -> None:
    answer = as_someone(WHO).post(f"{HERE}/address", data={"address": typed})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert calendars(runtime) == []


def test_script_in_the_name_of_a_file_is_text(as_someone: AsSomeone, runtime: Runtime) -> None:
    client = as_someone(WHO)
    client.post(f"{HERE}/file", **upload(CALENDAR, SCRIPT))
    assert "<script>alert" not in client.get(HERE).text
    assert len(calendars(runtime)) == 1


def test_nobody_reaches_the_calendars_of_another(as_someone: AsSomeone, runtime: Runtime) -> None:
    as_someone(WHO).post(f"{HERE}/address", data={"address": ADDRESS})
    (calendar,) = calendars(runtime)
    for who in ("Wethouder Leiden 2", "secretary", "administrator", "stranger"):
        client = as_someone(who)
        assert "agenda.leiden.example" not in client.get(HERE).text
        for verb in ("read", "remove"):
            assert client.post(f"{HERE}/{calendar.id}/{verb}").status_code == 404
    assert len(calendars(runtime)) == 1


def test_script_in_the_name_of_a_time_zone_is_text(as_someone: AsSomeone) -> None:
    client = as_someone(WHO)
    content = CALENDAR.replace(b"DTSTART:20190212T090000Z", b'DTSTART;TZID="<script>":20190212T090000')
    client.post(f"{HERE}/file", **upload(content.replace(b"100000Z", b"100000")))
    page = client.get(HERE)
    assert "Onbekende tijdzone" in page.text
    assert "<script>”" not in page.text


def test_removing_a_calendar_removes_all_of_it(as_someone: AsSomeone, runtime: Runtime) -> None:
    client = as_someone(WHO)
    client.post(f"{HERE}/file", **upload(CALENDAR))
    (calendar,) = calendars(runtime)
    client.post(f"{HERE}/{calendar.id}/remove")
    assert calendars(runtime) == []
    assert "is verwijderd, met alle bezette tijden" in client.get(HERE).text


def test_read_now_asks_the_other_server_once_a_minute_at_most(
    as_someone: AsSomeone, runtime: Runtime, clock: StandingClock
) -> None:
    client = as_someone(WHO)
    client.post(f"{HERE}/address", data={"address": ADDRESS})
    with runtime.work() as session:
        (calendar,) = session.scalars(select(BusyCalendar))
        calendar.tried_at, calendar.next_read_at = START, START + timedelta(hours=1)
        number = calendar.id
    clock.wind(seconds=30)
    client.post(f"{HERE}/{number}/read")
    assert calendars(runtime)[0].next_read_at == START + timedelta(hours=1)
    clock.wind(minutes=1)
    client.post(f"{HERE}/{number}/read")
    assert calendars(runtime)[0].next_read_at == clock()


def test_a_calendar_that_fails_for_days_stands_on_the_start_page_of_its_owner(
    as_someone: AsSomeone, runtime: Runtime, clock: StandingClock
) -> None:
    client = as_someone(WHO)
    client.post(f"{HERE}/address", data={"address": ADDRESS})
    with runtime.work() as session:
        (calendar,) = session.scalars(select(BusyCalendar))
        calendar.failure, calendar.failures, calendar.tried_at = "not_found", 2, START
    assert "kan niet worden gelezen" not in client.get("/").text
    clock.wind(days=3)
    assert "Uw agenda agenda.leiden.example kan niet worden gelezen" in shown(client.get("/"))
    assert "kan niet worden gelezen" not in as_someone("secretary").get("/").text


def test_the_profile_leads_to_the_calendars(as_someone: AsSomeone) -> None:
    page = as_someone(WHO).get("/profile")
    assert f'href="{HERE}"' in page.text


@pytest.fixture
def address(app: Flask, runtime: Runtime, world: World) -> Iterator[str]:
    """The application, served, with a calendar in every state."""
    found, days = read_file(CALENDAR, "Europe/Amsterdam", START)
    with runtime.work() as session:
        by = world.by(session, WHO)
        actions.add_file(
            session, by, actions.Upload("Mijn agenda, export van december.ics", found, days), START
        )
        for number, failure in enumerate(("", "not_authorised", "waits")):
            secret = Secret(f"https://agenda{number}.leiden.example/")
            calendar = actions.add_address(session, runtime.config.secret, by, secret, START)
            if failure == "waits":
                continue
            actions.take_over(calendar, found, days, START - timedelta(days=2))
            flag = Flag("unknown_time_zone", "Customized Time Zone")
            calendar.flags = [{"code": flag.code, "detail": flag.detail}]
            calendar.failure, calendar.failures = failure, 3 if failure else 0
    with served(app) as served_at:
        yield served_at.replace("127.0.0.1", "localhost")


@pytest.mark.browser
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_page_is_good_on_desk_and_phone_in_light_and_dark(
    address: str, runtime: Runtime, world: World, browser: Browser
) -> None:
    with runtime.work() as session:
        token = begin(session, world.person(session, WHO), "Chromium", START)
        empty = begin(session, world.person(session, "secretary"), "Chromium", START)
    for secret in (token, empty):
        cookie = {"name": session_cookie(runtime.config), "value": secret, "url": address}
        for view in each_view(browser, base_url=address, widths=(1280, 320), schemes=("light",)):
            view.page.context.add_cookies([cookie])  # type: ignore[list-item]
            answer = view.page.goto(HERE)
            assert answer is not None
            assert answer.status == 200
            assert_good_light_and_dark(view.page)
