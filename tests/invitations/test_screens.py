"""The room's screens are readable and usable on a desk and on a phone, in light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser

from agenda.accounts.actions import begin
from agenda.accounts.guard import session_cookie
from agenda.meetings.model import Answer
from agenda.people.model import Person
from tests.invitations.region import ALDERMAN, GUEST, Region
from tests.meetings.agenda_world import EVENING
from tests.support.browser import assert_good_light_and_dark, each_view
from tests.support.live import served

pytestmark = pytest.mark.browser


@pytest.fixture
def address(app: Flask, region: Region) -> Iterator[str]:
    """The application, served, with a meeting of which nobody was told (1) and one that moved (2)."""
    region.plan()
    region.put_on_agenda("Warmterotonde: trekker en planning", needs=["duurzaamheid"], guests=[GUEST])
    region.invite(starts_at=EVENING + timedelta(days=7))
    region.put_on_agenda("Studentenhuisvesting", needs=["wonen"])
    region.make_final()
    region.tell()
    region.answer(ALDERMAN, Answer.ACCEPTED, "Tot uiterlijk 17.00 uur, daarna is er raad.")
    region.move(EVENING + timedelta(days=8))
    with served(app) as served_at:
        yield served_at.replace("127.0.0.1", "localhost")


def signed_in(region: Region, address: str, who: str) -> dict[str, object]:
    """A browser's cookies in which this person is signed in."""
    with region.work() as session:
        person = session.get_one(Person, region.world.people[who])
        token = begin(session, person, "Chromium", region.clock())
    cookie = {
        "name": session_cookie(region.runtime.config),
        "value": token,
        "domain": "localhost",
        "path": "/",
        "expires": -1,
        "httpOnly": True,
        "secure": False,
        "sameSite": "Lax",
    }
    return {"cookies": [cookie], "origins": []}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_screen_is_good_on_desk_and_phone_in_light_and_dark(
    region: Region, address: str, browser: Browser
) -> None:
    first, second = region.meeting_id - 1, region.meeting_id
    screens = [
        (f"/meetings/{first}/invitations", "secretary"),
        (f"/meetings/{second}/invitations", "secretary"),
        (f"/meetings/{second}", ALDERMAN),
        (f"/answer/{region.token(ALDERMAN)}", None),
    ]
    for path, who in screens:
        state = signed_in(region, address, who) if who else None
        for view in each_view(
            browser, base_url=address, storage_state=state, widths=(1280, 320), schemes=("light",)
        ):
            answer = view.page.goto(path)
            assert answer is not None
            assert answer.status == 200
            assert_good_light_and_dark(view.page)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_alderman_answers_on_the_phone_without_javascript(
    region: Region, address: str, browser: Browser
) -> None:
    context = browser.new_context(
        viewport={"width": 320, "height": 640}, java_script_enabled=False, locale="nl-NL"
    )
    page = context.new_page()
    page.goto(f"{address}/answer/{region.token(ALDERMAN)}")
    page.get_by_role("button", name="Ik ben verhinderd").click()
    assert page.get_by_text("Genoteerd is dat u verhinderd bent.").is_visible()
    with region.work() as session:
        assert region.attendee(session, ALDERMAN).answer is Answer.DECLINED
    context.close()
