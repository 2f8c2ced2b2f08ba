"""A poll in a real browser: one tap a moment on a phone, with and without scripts; screens that are good."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from agenda.accounts.actions import begin
from agenda.accounts.guard import session_cookie
from agenda.dates.model import Choice
from agenda.meetings.model import Meeting
from agenda.people.model import Person
from tests.dates.polls.asking import ALDERMAN, MOMENTS, Poll
from tests.support.browser import Scheme, assert_good_screen, view
from tests.support.live import served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]
VIEWS: tuple[tuple[int, Scheme], ...] = ((1280, "light"), (320, "dark"))
ASKED = (ALDERMAN, "Wethouder Leiden 2", "Burgemeester Zoeterwoude", "Wethouder Voorschoten 1")


@pytest.fixture
def address(app: Flask, poll: Poll) -> Iterator[str]:
    """The application, served, with a poll of three moments with options in calendars."""
    poll.open(people=ASKED, open_answers=True, holds=True, note="Wij komen bijeen in Zoeterwoude.")
    poll.tell()
    with served(app) as served_at:
        yield served_at.replace("127.0.0.1", "localhost")


def signed_in(poll: Poll, address: str, who: str) -> dict[str, Any]:
    with poll.work() as session:
        person = session.get_one(Person, poll.world.people[who])
        token = begin(session, person, "Chromium", poll.clock())
    return {"name": session_cookie(poll.runtime.config), "value": token, "url": address}


def moment(page: Page, number: int) -> Any:
    """Give the part of the page about one moment."""
    return page.locator("li.lr-vote").nth(number)


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without"])
def test_an_alderman_answers_on_the_phone_with_one_tap_a_moment(
    poll: Poll, address: str, browser: Browser, javascript: bool
) -> None:
    with view(browser, 320, base_url=address, javascript=javascript) as phone:
        page = phone.page
        page.goto(poll.link())
        expect(page.get_by_text("0 van 3 beantwoord")).to_be_visible()
        for number, name in enumerate(("Ja", "Als het moet", "Nee")):
            moment(page, number).get_by_role("button", name=name).click()
            expect(page.get_by_text(f"{number + 1} van 3 beantwoord", exact=True)).to_be_visible()
        assert poll.said() == {0: Choice.YES, 1: Choice.IF_NEED_BE, 2: Choice.NO}
        pressed = moment(page, 0).get_by_role("button", name="Ja")
        expect(pressed).to_have_attribute("aria-pressed", "true")
        moment(page, 0).get_by_role("button", name="Nee").click()
        expect(moment(page, 0).get_by_role("button", name="Nee")).to_have_attribute("aria-pressed", "true")
        assert poll.said()[0] is Choice.NO
        if javascript:
            # Who goes through the moments by keyboard stays where they are, and hears that it was kept.
            expect(moment(page, 0).get_by_role("button", name="Nee")).to_be_focused()
            expect(page.get_by_role("status")).to_contain_text("Opgeslagen")


def test_a_secretary_opens_a_poll_sees_the_answers_and_chooses(
    poll: Poll, address: str, browser: Browser
) -> None:
    poll.vote(1)
    poll.vote(1, who="Wethouder Leiden 2")
    with view(browser, base_url=address) as desk:
        page = desk.page
        page.context.add_cookies([signed_in(poll, address, "secretary")])  # type: ignore[list-item]
        page.goto(f"/meetings/{poll.meeting_id}/poll")
        best = page.locator("li", has=page.get_by_text("Schikt het best"))
        best.get_by_role("link", name=re.compile("Kiezen")).click()
        expect(page.get_by_text(re.compile("uitnodigingen"))).to_be_visible()
        expect(page.get_by_text(re.compile("12 blokkades"))).to_be_visible()
        page.get_by_role("button", name="Kiezen en uitnodigen").click()
        expect(page.locator(".lr-flashes")).not_to_be_empty()
    with poll.work() as session:
        meeting = session.get_one(Meeting, poll.meeting_id)
        assert (meeting.starts_at, meeting.confirmed_at) == (MOMENTS[1], poll.clock())
    assert len(poll.tell()) == len(ASKED) * len(MOMENTS)


def test_every_screen_of_a_poll_is_good_on_desk_and_phone_in_light_and_dark(
    poll: Poll, address: str, browser: Browser
) -> None:
    poll.vote(0)
    poll.vote(0, Choice.NO, "Wethouder Leiden 2")
    poll.vote(1, Choice.IF_NEED_BE, "Burgemeester Zoeterwoude")
    with poll.work() as session:
        poll.voter(session).remark = "Tot uiterlijk 17.00 uur, daarna is er raad."
        voter = poll.voter(session).id
    here = f"/meetings/{poll.meeting_id}"
    slots = "&".join(f"slot=2019-03-{day:02}T10:00" for day in (4, 11, 18))
    cookie = signed_in(poll, address, "secretary")
    screens = [
        (f"{here}/poll", True),
        (f"{here}/poll/moments/{poll.slot_id()}/choose", True),
        (f"{here}/poll/voters/{voter}", True),
        (f"{here}/poll/withdraw", True),
        (here, True),
        (poll.link(), False),
    ]
    for path, secretary in screens:
        _look(browser, address, path, cookie if secretary else None)
    poll.do("choose", poll.slot_id())
    for path, secretary in ((f"{here}/poll", True), (poll.link(), False)):
        _look(browser, address, path, cookie if secretary else None)
    poll.meeting_id = 0
    poll.plan()
    _look(browser, address, f"/meetings/{poll.meeting_id}/poll/new?{slots}", cookie)


def _look(browser: Browser, address: str, path: str, cookie: dict[str, Any] | None) -> None:
    # One width a scheme: the other two tell little more, and a minute is saved.
    for width, scheme in VIEWS:
        with view(browser, width, scheme, base_url=address) as one:
            if cookie is not None:
                one.page.context.add_cookies([cookie])  # type: ignore[list-item]
            answer = one.page.goto(path)
            assert answer is not None
            assert answer.status == 200, path
            assert_good_screen(one.page)
