"""A real CalDAV server: Radicale, in a process of its own on loopback."""

from __future__ import annotations

import base64
import http.client
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path

from config import Inside

USER, PASSWORD = "wethouder", "app-wachtwoord: é"
SETTINGS = """
[server]
hosts = 127.0.0.1:{port}
[auth]
type = htpasswd
htpasswd_filename = {folder}/users
htpasswd_encryption = plain
delay = 0
[storage]
filesystem_folder = {folder}/collections
[logging]
level = error
"""
MAKE_CALENDAR = """<?xml version="1.0"?>
<C:mkcalendar xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><set><prop>
<C:supported-calendar-component-set><C:comp name="{kind}"/></C:supported-calendar-component-set>
</prop></set></C:mkcalendar>"""


@dataclass(frozen=True)
class CalendarServer:
    """Where it listens, and how a test fills it."""

    port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def inside(self) -> tuple[Inside, ...]:
        return (Inside(ip_network("127.0.0.1"), self.port),)

    def make_calendar(self, name: str, kind: str = "VEVENT") -> str:
        """Add an empty calendar; gives its address."""
        path = f"/{USER}/{name}/"
        assert self._ask("MKCALENDAR", path, MAKE_CALENDAR.format(kind=kind)) == 201
        return self.address + path

    def put(self, name: str, entry: str) -> None:
        """Put one entry into a calendar: the lines between BEGIN:VEVENT and END:VEVENT."""
        uid = next(line for line in entry.splitlines() if line.startswith("UID:"))[4:]
        lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Test//NL", "BEGIN:VEVENT"]
        lines += ["DTSTAMP:20181218T080000Z", *entry.strip().splitlines(), "END:VEVENT", "END:VCALENDAR", ""]
        assert self._ask("PUT", f"/{USER}/{name}/{uid}.ics", "\r\n".join(lines)) == 201

    def names(self) -> list[str]:
        """Name the calendars that there are."""
        listed = self._answer("PROPFIND", f"/{USER}/", "", Depth="1")[1]
        return re.findall(rf"<href>/{USER}/([^/<]+)/</href>", listed)

    def entries(self, name: str) -> dict[str, str]:
        """Give what stands in a calendar: path to text."""
        listed = self._answer("PROPFIND", f"/{USER}/{name}/", "", Depth="1")[1]
        paths = re.findall(r"<href>(/[^<]+\.ics)</href>", listed)
        return {path: self._answer("GET", path)[1] for path in paths}

    def write(self, path: str, content: str) -> None:
        """Let the owner's program write an entry."""
        assert self._ask("PUT", path, content) in {201, 204}

    def throw_away(self, path: str) -> None:
        """Let the owner throw an entry away."""
        assert self._ask("DELETE", path) in {200, 204}

    def remove(self, name: str) -> None:
        """Take a calendar away."""
        self._ask("DELETE", f"/{USER}/{name}/")

    def _ask(self, method: str, path: str, body: str = "") -> int:
        return self._answer(method, path, body)[0]

    def _answer(self, method: str, path: str, body: str = "", **headers: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        token = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        connection.request(method, path, body.encode(), {"Authorization": f"Basic {token}", **headers})
        answer = connection.getresponse()
        status, content = answer.status, answer.read().decode()
        connection.close()
        return status, content


@contextmanager
def radicale(folder: Path) -> Iterator[CalendarServer]:
    """Run Radicale with one user until the test is over."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (folder / "users").write_text(f"{USER}:{PASSWORD}\n", encoding="utf-8")
    settings = folder / "settings"
    settings.write_text(SETTINGS.format(port=port, folder=folder))
    process = subprocess.Popen([sys.executable, "-m", "radicale", "--config", str(settings)])
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None, "Radicale did not start"
            time.sleep(0.05)
        yield CalendarServer(port)
    finally:
        process.terminate()
        process.wait(10)
