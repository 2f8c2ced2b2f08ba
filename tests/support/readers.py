"""Calendar readers of others, as witnesses of what we send: libical, ical.js and KCalendarCore."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.postgres import locked

SOURCES = Path(__file__).parents[1] / "readers"
NAMES = ("libical", "ical.js", "KCalendarCore")


@dataclass(frozen=True)
class Readers:
    """The three programs, ready to run; `read` gives for each what it finds in each calendar."""

    folder: Path

    def read(self, calendars: Iterable[bytes]) -> Mapping[str, Sequence[dict[str, Any]]]:
        """Let each program read all calendars in one go; AssertionError where one cannot."""
        place = self.folder / f"read-{os.getpid()}"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        files = []
        for number, content in enumerate(calendars):
            files.append(place / f"{number:04}.ics")
            files[-1].write_bytes(content)
        return {name: self._told(name, files) for name in NAMES}

    def accepted(self, calendar: bytes, address: str) -> bytes:
        """Give the answer with which KMail's library accepts an invitation for this address."""
        file = self.folder / f"invitation-{os.getpid()}.ics"
        file.write_bytes(calendar)
        ended = subprocess.run(
            [str(self.folder / "kcalendarcore_reader"), "--reply", address, str(file)],
            capture_output=True,
            check=True,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "LC_ALL": "C.UTF-8"},
        )
        return ended.stdout

    def _told(self, name: str, files: Sequence[Path]) -> list[dict[str, Any]]:
        command = {
            "libical": [self.folder / "libical_reader"],
            "ical.js": ["node", self.folder / "icaljs_reader.mjs"],
            "KCalendarCore": [self.folder / "kcalendarcore_reader"],
        }[name]
        ended = subprocess.run(
            [str(word) for word in (*command, *files)],
            capture_output=True,
            check=False,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "LC_ALL": "C.UTF-8"},
        )
        assert ended.returncode == 0, f"{name} cannot read what we send: {ended.stderr.decode()}"
        told = [json.loads(line) for line in ended.stdout.decode().splitlines()]
        assert len(told) == len(files), f"{name} read {len(told)} of {len(files)} calendars"
        return told


def made(run_folder: Path) -> Readers:
    """Make the three programs once for the whole run."""
    folder = run_folder / "readers"
    with locked(run_folder / "readers.lock"):
        if not (folder / "done").exists():
            folder.mkdir(exist_ok=True)
            _compile(folder)
            (folder / "done").touch()
    return Readers(folder)


def _compile(folder: Path) -> None:
    for name in ("package.json", "package-lock.json", "icaljs_reader.mjs"):
        shutil.copy(SOURCES / name, folder)
    _run(["npm", "ci", "--silent"], folder)
    _run(["gcc", "-O1", "-o", "libical_reader", str(SOURCES / "libical_reader.c"), "-lical"], folder)
    qt = subprocess.run(
        ["pkg-config", "--cflags", "--libs", "Qt5Gui"], capture_output=True, text=True, check=True
    )
    kde = ["-I/usr/include/KF5/KCalendarCore", "-I/usr/include/KF5", *qt.stdout.split(), "-lKF5CalendarCore"]
    source = str(SOURCES / "kcalendarcore_reader.cpp")
    _run(["g++", "-std=c++17", "-fPIC", "-o", "kcalendarcore_reader", source, *kde], folder)


def _run(command: Sequence[str], folder: Path) -> None:
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, f"{command[0]} failed: {ended.stdout[-1000:]}{ended.stderr[-2000:]}"
