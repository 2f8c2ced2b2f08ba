"""Secretaries at work: each plans meetings, sees them through, and writes down what the product confirmed."""

from __future__ import annotations

import random
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.faults.books import ZONE
from tests.faults.browsing import Away, Browser, became, choices, form_with
from tests.faults.house import House
from tests.faults.journal import Journal

# The secretariat of Leiden and the body that it serves, in the demonstration's region.
SECRETARY, BODY = 12, 2
MOST_OPEN = 4


@dataclass
class Own:
    """A meeting of this secretary, as far as she knows it."""

    key: int
    starts_at: datetime
    sent: bool = False
    moments: set[str] = field(default_factory=set)


class Secretary(threading.Thread):
    """Plans, invites, moves, changes, cancels and records until told to stop."""

    def __init__(self, house: House, journal: Journal, number: int, seed: int, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.house, self.journal, self.number, self.stopping = house, journal, number, stop
        self.dice = random.Random(seed * 1_000 + number)
        self.browser = Browser(house.base, self.dice)
        self.meetings: list[Own] = []
        self.topics: list[int] = []
        self.done = 0
        self.signed_in = False
        # Where the last form that was sent led to.
        self.location = ""

    def run(self) -> None:
        """Do one thing after another."""
        while not self.stopping.is_set():
            with suppress(Away):
                self._something()
            self.stopping.wait(self.dice.uniform(0.1, 0.6))

    def _something(self) -> None:
        if not self.signed_in:
            self.browser.sign_in(SECRETARY)
            self.signed_in = True
        now = self.house.now() if self.dice.random() < 0.2 or not self.meetings else None
        if now is not None:
            self._record_what_is_over(now)
        open_ones = [one for one in self.meetings if not one.sent]
        sent = [one for one in self.meetings if one.sent]
        roll = self.dice.random()
        if roll < 0.25 or not self.topics:
            self._add_topic()
        elif roll < 0.32:
            self._add_paper()
        elif open_ones and roll < 0.62:
            self._invite(open_ones[0])
        elif sent and roll < 0.75:
            self._move(self.dice.choice(sent))
        elif sent and roll < 0.85:
            self._edit(self.dice.choice(sent))
        elif sent and roll < 0.9:
            self._cancel(self.dice.choice(sent))
        elif len(self.meetings) < MOST_OPEN:
            self._plan()

    def _mark(self, what: str) -> str:
        self.done += 1
        return f"{what} {self.number}.{self.done}"

    def _send(
        self, what: str, path: str, values: dict[str, object], files: object = None, **facts: object
    ) -> str:
        """Send a form, and write down what came of it."""
        self.location = ""
        try:
            answer = self.browser.post(path, values, files)
            result, status = became(answer), answer.status_code
            self.location = answer.headers.get("Location", "")
        except Away:
            result, status = "unknown", 0
        self.journal.write(what=what, result=result, status=status, by=self.name, **facts)
        if result == "unknown":
            self.signed_in = False
        return result

    def _add_topic(self) -> None:
        title = self._mark("Onderwerp")
        form = form_with(self.browser.get("/topics"), "title", "/topics")
        self._send("topic", "/topics", {**form, "title": title, "body": BODY}, title=title)
        page = self.browser.get("/topics?q=" + title.replace(" ", "+"))
        for link in page.xpath(f'//a[starts-with(@href, "/topics/")][contains(., "{title}")]/@href'):
            if link.split("/")[2].isdigit():
                self.topics.append(int(link.split("/")[2]))
                break

    def _add_paper(self) -> None:
        topic = self.dice.choice(self.topics)
        path = f"/topics/{topic}/papers"
        form = form_with(self.browser.get(path), "files")
        form.pop("files", None)
        title = self._mark("Stuk").replace(" ", "-").replace(".", "-")
        content = f"{title}\n{self.dice.random()}\n".encode() * self.dice.randint(1, 2_000)
        self._send("paper", path, form, {"files": (f"{title}.txt", content, "text/plain")}, title=title)

    def _plan(self) -> None:
        title, start = self._mark("Overleg"), self._moment()
        path = f"/meetings/new?body={BODY}"
        page = self.browser.get(path)
        form = form_with(page, "ground")
        values = {
            **form,
            "title": title,
            "quarter": "",
            "day": f"{start:%Y-%m-%d}",
            "start": f"{start:%H:%M}",
            "minutes": 60,
            "venue": "Stadhuis Leiden",
            "ground": choices(page, "ground")[0],
            "reason": "Het kan niet wachten.",
        }
        topics = choices(page, "topics")
        if topics:
            values["topics"] = [self.dice.choice(topics)]
        if self._send("plan", path, values, title=title, starts_at=start.isoformat()) == "confirmed":
            key = self.location.rsplit("/", 1)[1].split("#")[0].split("?")[0]
            self.meetings.append(Own(int(key), start, moments={start.isoformat()}))

    def _invite(self, one: Own) -> None:
        path = f"/meetings/{one.key}/invitations"
        form = form_with(self.browser.get(path), "version", path)
        result = self._send("invite", path, form, meeting=one.key)
        # It comes back to the page, sent or not: the page tells.
        one.sent = result != "refused"
        if result == "confirmed":
            page = self.browser.get(path)
            if page.xpath('//div[contains(@class, "lr-alert--flash")][contains(@class, "--ok")]'):
                self.journal.write(what="invited", result="confirmed", meeting=one.key, by=self.name)

    def _move(self, one: Own) -> None:
        start = self._moment()
        if start.isoformat() in one.moments:
            return
        one.moments.add(start.isoformat())
        path = f"/meetings/{one.key}/date"
        form = form_with(self.browser.get(path), "outside_window")
        values = {**form, "day": f"{start:%Y-%m-%d}", "hour": f"{start:%H:%M}", "minutes": 60}
        facts = {"meeting": one.key, "starts_at": start.isoformat()}
        if self._send("move", path, {**values, "outside_window": "y"}, None, **facts) == "confirmed":
            one.starts_at = start

    def _edit(self, one: Own) -> None:
        venue = self._mark("Zaal")
        path = f"/meetings/{one.key}/edit"
        form = form_with(self.browser.get(path), "venue")
        self._send("edit", path, {**form, "venue": venue}, meeting=one.key, venue=venue)

    def _cancel(self, one: Own) -> None:
        why = self._mark("Vervalt")
        path = f"/meetings/{one.key}/cancel"
        form = form_with(self.browser.get(path), "why")
        if self._send("cancel", path, {**form, "why": why}, meeting=one.key, why=why) == "confirmed":
            self.meetings.remove(one)

    def _record_what_is_over(self, now: datetime) -> None:
        for one in [one for one in self.meetings if one.starts_at + timedelta(hours=1, minutes=1) < now]:
            self.meetings.remove(one)
            with suppress(Away):
                self._record(one)

    def _record(self, one: Own) -> None:
        page = self.browser.get(f"/meetings/{one.key}/outcomes")
        for form in page.forms:
            parts = (form.action or "").split("/")
            if len(parts) != 5 or parts[3] != "outcomes":
                continue
            text, item = self._mark("Uitkomst"), parts[4]
            values = {**dict(form.form_values()), f"item{item}-outcome": "agreed", f"item{item}-text": text}
            self._send("outcome", form.action, values, meeting=one.key, item=int(item), text=text)

    def _moment(self) -> datetime:
        """Choose a moment on a working day within two weeks."""
        day = self.house.now().astimezone(ZONE).replace(second=0, microsecond=0)
        day += timedelta(days=self.dice.randint(2, 13))
        while day.weekday() > 4:
            day += timedelta(days=1)
        return day.replace(hour=self.dice.randint(8, 16), minute=self.dice.choice((0, 15, 30, 45)))
