"""Four regional meetings are held on one day: the secretary lays it out, judges, accepts and takes back."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from agenda.meetings.model import Meeting
from tests.journeys.conftest import Live
from tests.journeys.test_story import agree, sign_in
from tests.support.browser import assert_good_screen, view

pytestmark = pytest.mark.browser

SECRETARY = "Bestuurssecretariaat Leiden"
DAY = date(2019, 2, 14)
PATIENCE = 30_000
# In no meeting at all, or free by then.
BY_NOON = re.compile(r"^(–|(1[01]\.\d\d|12\.00) uur)$")


def when(live: Live) -> dict[int, datetime | None]:
    """Tell when each meeting is."""
    with live.runtime.read() as session:
        return {one.id: one.starts_at for one in session.scalars(select(Meeting))}


def on_the_day(live: Live) -> int:
    return sum(at is not None and at.date() == DAY for at in when(live).values())


def test_several_meetings_are_held_on_one_day_in_one_place(browser: Browser, live: Live) -> None:
    before = when(live)
    with view(browser, 1280, base_url=live.address) as one:
        page = one.page
        page.set_default_timeout(PATIENCE)
        sign_in(page, SECRETARY)
        the_secretary_lays_it_out(page)
        somebody_leaves_early(page)
        assert when(live) == before
        assert_good_screen(page)
        held = the_day_is_accepted(page)
        assert on_the_day(live) == held
        it_is_taken_back(page)
        assert when(live) == before


def the_secretary_lays_it_out(page: Page) -> None:
    page.get_by_role("link", name="Minder overleggen", exact=True).first.click()
    page.get_by_role("link", name="Regiodag opzetten").click()
    page.get_by_role("button", name="Rooster maken").click()
    # Nothing is filled in yet: the form says so, and the focus is there.
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_label("Dag", exact=True).fill(DAY.isoformat())
    page.get_by_label("Gastgemeente").select_option(label="Leiden")
    page.get_by_label("Plaats", exact=True).fill("Stadhuis Leiden")
    page.get_by_label("Naam van zaal 1").fill("Raadzaal")
    page.get_by_label("Naam van zaal 2").fill("Trouwzaal")
    page.get_by_label("Plaatsen in zaal 2").fill("12")
    for number in range(4):
        page.get_by_role("group", name="Overleggen").get_by_role("checkbox").nth(number).press("Space")
    page.get_by_role("button", name="Rooster maken").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Regiodag 14 februari 2019")
    table = page.get_by_role("table", name="Rooster: tijden als rijen, zalen als kolommen")
    expect(table.get_by_role("columnheader", name="Trouwzaal")).to_be_visible()


def somebody_leaves_early(page: Page) -> None:
    page.get_by_role("link", name="Tijden van mensen en de volgorde").click()
    until = page.get_by_label("Wethouder Leiden 3: Tot")
    until.fill("12:00")
    assert_good_screen(page)
    page.get_by_role("button", name="Rooster maken").click()
    row = page.get_by_role("row", name="Wethouder Leiden 3")
    expect(row.get_by_role("cell").last).to_have_text(BY_NOON)


def the_day_is_accepted(page: Page) -> int:
    page.get_by_role("link", name="Overnemen …").click()
    rows = page.get_by_role("table", name="Overleggen die verschuiven").get_by_role("row").count() - 1
    assert rows >= 2
    assert_good_screen(page)
    page.get_by_role("button", name="Overnemen", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{rows} overleggen verplaatst")
    return rows


def it_is_taken_back(page: Page) -> None:
    page.get_by_role("button", name="Alles terugdraaien").click()
    agree(page)
    expect(page.get_by_text("Alles is weer zoals het was.")).to_be_visible()
