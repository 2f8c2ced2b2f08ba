"""Fifty people at work at once: how long their pages take, by waitress on SQLite and gunicorn on PostgreSQL.

    python -m benchmarks.people [PEOPLE [SECONDS]]

Everybody signs in, and then reads the start page, a meeting with its agenda, topics, the search, answers an
invitation and adds a topic, thinking one to three seconds between pages, over loopback, in the demonstration
region, with a worker beside. The table: median and 95th percentile of each page, in milliseconds; what
failed; the processors' time a request; the memory of the web processes (proportional set size, so that what
they share counts once). The people are threads of this process, on the machine that they ask.
"""

from __future__ import annotations

import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from itertools import chain
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import urlencode

import psutil
import urllib3

from config import ROOT
from tests.support.postgres import start

PEOPLE, SECONDS = 50, 60
THINKS = (1.0, 3.0)
STARTS_IN = 120.0
WORDS = ("warmtenet", "huisvesting", "onderwijs", "zoeterwoude", "besluit")
FAILED = 400


class Forms(HTMLParser):
    """The forms of a page, by where they go: each with what it would send as it stands."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: dict[str, dict[str, str]] = {}
        self.people: list[str] = []
        self._form: dict[str, str] = {}
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self._form = self.forms.setdefault(given.get("action", ""), {})
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and given.get("value"):
            if "selected" in given or self._select not in self._form:
                self._form[self._select] = given["value"]
        elif tag == "input" and name and given.get("type") not in ("radio", "checkbox"):
            self._form[name] = given.get("value", "")
        elif tag == "button" and name == "person":
            self.people.append(given["value"])


class Person:
    """Somebody with a browser: cookies, and a watch."""

    def __init__(self, port: int, number: int) -> None:
        self.pool = urllib3.HTTPConnectionPool("127.0.0.1", port, maxsize=1, retries=False, timeout=60)
        self.chance = random.Random(number)
        self.number = number
        self.cookies: dict[str, str] = {}
        self.spent: dict[str, list[float]] = defaultdict(list)
        self.failed: list[str] = []

    def ask(self, name: str, path: str, send: dict[str, str] | None = None) -> str:
        """Open a page, or send a form and open what it leads to; "" where that failed."""
        headers = {"Cookie": "; ".join(f"{key}={value}" for key, value in self.cookies.items())}
        body = None
        if send is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
            body = urlencode(send)
        begin = monotonic()
        try:
            answer = self.pool.urlopen("POST" if body else "GET", path, body, headers, redirect=False)
        except urllib3.exceptions.HTTPError as error:
            self.failed.append(f"{name}: {type(error).__name__}")
            return ""
        self.spent[name].append((monotonic() - begin) * 1000)
        for line in answer.headers.getlist("Set-Cookie"):
            key, _, value = line.partition(";")[0].partition("=")
            self.cookies[key] = value
        if answer.status >= FAILED:
            self.failed.append(f"{name}: {answer.status}")
            return ""
        return answer.data.decode() if body is None else "sent"

    def think(self) -> None:
        sleep(self.chance.uniform(*THINKS))

    def sign_in(self) -> None:
        forms = Forms(self.ask("sign-in page", "/sign-in"))
        token = forms.forms["/demo/sign-in"]["csrf_token"]
        who = forms.people[self.number % len(forms.people)]
        self.ask("sign in", "/demo/sign-in", {"csrf_token": token, "person": who})

    def work(self, until: float) -> None:
        """Do a day's work again and again until a moment."""
        self.think()
        self.sign_in()
        while monotonic() < until:
            for step in (self.start, self.meeting, self.topics, self.search):
                self.think()
                step()

    def start(self) -> None:
        self.ask("start page", "/")

    def meeting(self) -> None:
        meetings = re.findall(r'href="(/meetings/\d+)"', self.ask("meetings", "/meetings"))
        if not meetings:
            return
        chosen = self.chance.choice(meetings)
        self.think()
        page = self.ask("meeting", chosen)
        form = Forms(page).forms.get(f"{chosen}/answer")
        if form is not None:
            self.think()
            self.ask("answer", f"{chosen}/answer", form | {"answer": "accepted"})
        if f'href="{chosen}/agenda"' in page:
            self.think()
            self.ask("agenda", f"{chosen}/agenda")

    def topics(self) -> None:
        form = Forms(self.ask("topics", "/topics")).forms.get("/topics", {})
        if "title" in form and "csrf_token" in form:
            self.think()
            title = f"Onderwerp {self.number} {self.chance.random()}"
            self.ask("add a topic", "/topics", form | {"title": title})

    def search(self) -> None:
        self.ask("search", f"/search?q={self.chance.choice(WORDS)}")


@contextmanager
def site(folder: Path, database_url: str, words: list[str], port: int) -> Iterator[psutil.Process]:
    """Serve the demonstration region, with a worker; gives the web's first process."""
    environment = {
        "PATH": os.environ["PATH"],
        "AGENDA_DEMO": "1",
        "AGENDA_VAR": str(folder),
        "AGENDA_DATABASE_URL": database_url,
        "PORT": str(port),
        "WEB_CONCURRENCY": "3",
    }
    python = [sys.executable, "-m", "agenda"]
    for command in (["db", "upgrade"], ["demo", "load"]):
        subprocess.run([*python, *command], cwd=ROOT, env=environment, check=True, capture_output=True)
    with (folder / "log").open("w") as log:
        running = [
            subprocess.Popen(each, cwd=ROOT, env=environment, stderr=log, stdout=log)
            for each in (words, [*python, "worker"])
        ]
        try:
            _wait_for(port)
            yield psutil.Process(running[0].pid)
        finally:
            for one in running:
                one.terminate()
            for one in running:
                one.wait()


def _wait_for(port: int) -> None:
    end = monotonic() + STARTS_IN
    while monotonic() < end:
        try:
            urllib3.request("GET", f"http://127.0.0.1:{port}/healthz", retries=False, timeout=5)
        except urllib3.exceptions.HTTPError:
            sleep(0.2)
        else:
            return
    raise RuntimeError("the web server does not answer")


def cpu_and_memory(web: psutil.Process) -> tuple[float, float]:
    """Tell the processors' seconds and the megabytes of a process and its children."""
    family = [web, *web.children(recursive=True)]
    times = [one.cpu_times() for one in family]
    return sum(t.user + t.system for t in times), sum(one.memory_full_info().pss for one in family) / 1e6


def measure(name: str, database_url: str, words: list[str], port: int, people: int, seconds: int) -> bool:
    """Let them work, and print the table; whether nothing failed."""
    with (
        tempfile.TemporaryDirectory() as folder,
        site(Path(folder), database_url or f"sqlite:///{folder}/agenda.sqlite", words, port) as web,
    ):
        everybody = [Person(port, number) for number in range(people)]
        until = monotonic() + seconds
        threads = [threading.Thread(target=one.work, args=(until,)) for one in everybody]
        before, _ = cpu_and_memory(web)
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        after, memory = cpu_and_memory(web)
    pages: dict[str, list[float]] = defaultdict(list)
    for one in everybody:
        for page, spent in one.spent.items():
            pages[page].extend(spent)
    told = list(chain.from_iterable(pages.values()))
    failed = list(chain.from_iterable(one.failed for one in everybody))
    print(f"{name}, {people} people, {seconds} s{'':6}{'number':>8} {'median ms':>10} {'95th ms':>10}")
    for page, spent in (*sorted(pages.items()), ("all", told)):
        high = statistics.quantiles(spent, n=20)[-1] if len(spent) > 1 else spent[0]
        print(f"{page:44} {len(spent):6} {statistics.median(spent):10.0f} {high:10.0f}")
    print(f"failed: {len(failed)} {sorted(set(failed))}")
    print(
        f"processors: {(after - before) / len(told) * 1000:.0f} ms a request; memory: {memory:.0f} MB",
        flush=True,
    )
    return not failed


def main(people: int = PEOPLE, seconds: int = SECONDS, port: int = 8117) -> int:
    """Print both tables; 1 when anything failed."""
    python = [sys.executable, "-m", "agenda", "serve", "--port", str(port)]
    good = measure("waitress and SQLite", "", python, port, people, seconds)
    print()
    cluster = start(os.getpid())
    gunicorn = [str(Path(sys.executable).with_name("gunicorn")), "--bind", f"127.0.0.1:{port}"]
    with cluster.database() as url:
        good = measure("gunicorn, 3 processes, and PostgreSQL", url, gunicorn, port, people, seconds) and good
    cluster.close()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
