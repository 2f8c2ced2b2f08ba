"""The meetings' screens in a real Chromium: accessible, nothing overlaps, nothing scrolls sideways."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser

from agenda.accounts.actions import begin
from agenda.accounts.guard import session_cookie
from agenda.core.runtime import Runtime
from agenda.meetings import actions, attendance
from agenda.meetings.facts import Plan
from agenda.meetings.model import Answer
from tests.meetings.planning import confirmed, dated, planned, put_on_agenda, topic
from tests.support.browser import assert_good_light_and_dark, each_view
from tests.support.live import served
from tests.world import START, World

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def database_url(tmp_path: Path, settled_sqlite: tuple[Path, World]) -> str:
    """One database is enough to look at screens."""
    file = tmp_path / "agenda.sqlite"
    file.write_bytes(settled_sqlite[0].read_bytes())
    return f"sqlite:///{file}"


def a_year_of_meetings(runtime: Runtime, world: World) -> list[str]:
    """Plan meetings in every state, and give the addresses of their screens."""
    with runtime.work() as session:
        secretary = world.by(session, "secretary")
        draft, tentative, gone, sent = (
            planned(session, world),
            dated(session, world),
            confirmed(session, world),
            confirmed(session, world),
        )
        planned(session, world, Plan(window_from=date(2019, 1, 7), window_until=date(2019, 2, 15)))
        for number in range(4):
            put_on_agenda(
                session, sent, topic(session, world, f"Onderwerp {number} " + "woningbouwafspraken " * 4)
            )
        said = (Answer.ACCEPTED, Answer.DECLINED, Answer.TENTATIVE)
        for number, attendee in enumerate(sent.attendees[:12]):
            remark = "Die avond is er raad, maar ik probeer te komen." if number % 2 else ""
            attendance.answer(session, attendee, said[number % 3], remark, START)
        actions.cancel(
            session, gone, "Te weinig onderwerpen om voor bijeen te komen.", draft.id, secretary, START
        )
        numbers = [draft.id, tentative.id, gone.id, sent.id]
        edited = sent.id
    screens = [f"/meetings/{number}?people=1" for number in numbers]
    lists = ["/meetings", "/meetings?view=quarter&q=2019-1", "/meetings?state=closed", "/meetings/new"]
    return [*lists, *screens, f"/meetings/{edited}/edit", f"/meetings/{edited}/cancel"]


def test_every_screen_is_good_in_light_and_dark_from_phone_to_desk(
    runtime: Runtime, world: World, app: Flask, browser: Browser
) -> None:
    addresses = a_year_of_meetings(runtime, world)
    with runtime.work() as session:
        token = begin(session, world.person(session, "secretary"), "Chromium", START)
    with served(app) as address_served:
        base_url = address_served.replace("127.0.0.1", "localhost")
        for view in each_view(browser, base_url=base_url, widths=(1280, 320), schemes=("light",)):
            cookie = {"name": session_cookie(runtime.config), "value": token, "url": base_url}
            view.page.context.add_cookies([cookie])  # type: ignore[list-item]
            for address in addresses:
                answer = view.page.goto(address)
                assert answer
                assert answer.status == 200
                assert_good_light_and_dark(view.page)
