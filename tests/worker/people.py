"""Somebody who is signed in at one of the web processes, and works there."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode


class Browser:
    """Somebody who is signed in; each request is a connection of its own."""

    def __init__(self, port: int, cookie: str) -> None:
        self.port = port
        self.cookies = cookie
        page, headers = self.ask("GET", "/topics")[1:]
        self.cookies += "; " + "; ".join(one.split(";")[0] for one in headers)
        found = re.search(r'name="csrf-token" content="([^"]+)"', page)
        assert found, page
        self.token = found.group(1)

    def ask(self, verb: str, path: str, **fields: str) -> tuple[int, str, list[str]]:
        """The status, the page, and the cookies that came with it."""
        line = HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": self.cookies, "Host": "localhost"}
        if fields:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        line.request(verb, path, body=urlencode(fields) if fields else None, headers=headers)
        answer = line.getresponse()
        page = answer.read().decode()
        line.close()
        return answer.status, page, answer.headers.get_all("Set-Cookie") or []

    def send(self, path: str, **fields: str) -> int:
        """Send a form; the status of the answer."""
        return self.ask("POST", path, csrf_token=self.token, **fields)[0]

    def submit(self, title: str) -> int:
        """Submit a topic; the status of the answer."""
        return self.send("/topics/new", title=title, minutes="20")


class Visitors(threading.Thread):
    """Somebody who submits topics one after the other, where `doors` says that the product is open.

    As a proxy does, they try the next door where nobody opens; what they sent is never sent twice.
    """

    def __init__(self, doors: Callable[[], Sequence[int]], cookie: str, name: str) -> None:
        super().__init__()
        self.doors, self.cookie, self.who = doors, cookie, name
        self.ended = threading.Event()
        # By title, the door at which it was confirmed; and the other answers, "cut off" for none.
        self.confirmed: dict[str, int] = {}
        self.others: list[str] = []

    def run(self) -> None:
        browsers: dict[int, Browser] = {}
        number = 0
        while not self.ended.wait(0.1):
            number += 1
            title = f"Onderwerp {number} van {self.who}"
            for door in self.doors():
                try:
                    browser = browsers.get(door) or Browser(door, self.cookie)
                    browsers[door] = browser
                    status = browser.submit(title)
                except ConnectionRefusedError:
                    continue
                except (OSError, HTTPException) as error:
                    self.others.append(f"cut off: {error!r}")
                    break
                if status == 303:
                    self.confirmed[title] = door
                else:
                    self.others.append(str(status))
                break

    def at(self, door: int) -> int:
        """How many were confirmed at this door."""
        return list(self.confirmed.values()).count(door)

    def end(self) -> None:
        """Let them go home."""
        self.ended.set()
        self.join()


class Watcher(threading.Thread):
    """Who asks a web process again and again whether it is ready, from the first answer on."""

    def __init__(self, door: int) -> None:
        super().__init__()
        self.door = door
        self.ended = threading.Event()
        self.answers: list[int] = []

    def run(self) -> None:
        while not self.ended.wait(0.3):
            try:
                line = HTTPConnection("127.0.0.1", self.door, timeout=60)
                line.request("GET", "/readyz", headers={"Host": "localhost"})
                self.answers.append(line.getresponse().status)
                line.close()
            except ConnectionRefusedError:
                continue

    def end(self) -> None:
        """Stop asking."""
        self.ended.set()
        self.join()
