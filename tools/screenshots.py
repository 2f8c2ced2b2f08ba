"""The pictures in the README, taken of the demonstration: a date, an agenda just drafted, a meeting answered.

python -m tools.screenshots      writes docs/date.png, docs/agenda.png and docs/meeting.png
"""

import re
import socket
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from agenda import schema, steps
from agenda.app import create_app
from agenda.core.database import Sessions
from agenda.core.runtime import Runtime
from agenda.demo.clock import demo_clock
from agenda.demo.start import load_demo
from agenda.mail.transports import FolderTransport
from agenda.meetings import attendance
from agenda.meetings.model import Answer, Meeting
from config import load
from tests.support.browser import chromium, view
from tests.support.live import served

DOCS = Path(__file__).resolve().parent.parent / "docs"
WIDTH = 1280
HEIGHT = 1080
SECRETARY = "Secretaris Zoeterwoude"


def main() -> None:
    """Take the pictures in a demonstration of their own, in a folder that is thrown away."""
    DOCS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
        probe.close()
        config = load({"AGENDA_DEMO": "1", "AGENDA_VAR": folder, "PORT": str(port)})
        schema.upgrade(config.database_url)
        sessions = Sessions(config.database_url)
        runtime = Runtime(sessions, demo_clock(sessions), FolderTransport(Path(folder) / "mail"), config)
        load_demo(runtime)
        try:
            with (
                served(create_app(runtime), port=port) as address,
                sync_playwright() as playwright,
                chromium(playwright) as browser,
                view(browser, WIDTH, base_url=address) as one,
            ):
                take(one.page, runtime)
        finally:
            sessions.close()


def take(page: Page, runtime: Runtime) -> None:
    """Walk from a date to the answers, and stop three times for a picture."""
    page.goto("/sign-in")
    page.get_by_role("button", name=SECRETARY, exact=True).click()
    page.get_by_role("link", name=re.compile("^Kies een datum:")).click()
    page.locator("#days").evaluate("heading => heading.scrollIntoView()")
    picture(page, "date", height=450)
    page.get_by_role("button", name="Kiezen").first.click()
    page.get_by_role("link", name="Agenda opstellen").click()
    page.get_by_role("button", name="Conceptagenda maken").click()
    page.get_by_text("120 van 120 minuten").wait_for()
    picture(page, "agenda")
    page.get_by_role("button", name="Agenda definitief maken").click()
    meeting_id = int(page.url.partition("/meetings/")[2].partition("/")[0])
    page.goto(f"/meetings/{meeting_id}/invitations")
    page.get_by_role("button", name=re.compile("uitnodigingen versturen")).click()
    confirm = page.locator("dialog[open]").get_by_role("button")
    if confirm.count():
        confirm.first.click()
    page.get_by_text("Opnieuw versturen").first.wait_for()
    answers_come_in(runtime, meeting_id)
    page.goto(f"/meetings/{meeting_id}")
    picture(page, "meeting")


def answers_come_in(runtime: Runtime, meeting_id: int) -> None:
    """Let most come, some not, and some wait."""
    steps.tick(runtime)
    with runtime.work() as session:
        for number, attendee in enumerate(session.get_one(Meeting, meeting_id).attendees):
            if number % 4:
                said = Answer.DECLINED if number % 11 == 1 else Answer.ACCEPTED
                attendance.answer(session, attendee, said, "", runtime.clock())


def picture(page: Page, name: str, height: int = HEIGHT) -> None:
    """Save what the window shows of the page as docs/NAME.png."""
    page.mouse.move(0, 0)
    page.set_viewport_size({"width": WIDTH, "height": height})
    page.screenshot(path=DOCS / f"{name}.png")
    page.set_viewport_size({"width": WIDTH, "height": 900})


if __name__ == "__main__":
    main()
