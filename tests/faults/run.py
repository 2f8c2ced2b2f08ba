"""One run: people at work in a house that faults befall, quiet afterwards, and what does not hold then."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as hour
from pathlib import Path

from agenda.core.clock import system_clock
from agenda.documents import storage
from tests.faults import attendees, books, checks
from tests.faults.attendees import Attendees
from tests.faults.books import ZONE, Books
from tests.faults.house import House, patiently
from tests.faults.journal import Journal, lines
from tests.faults.reminder_checks import no_reminder_is_missed, reminded_on
from tests.faults.secretaries import Secretary
from tests.faults.weather import LEASE, Weather

A_RETRY = timedelta(minutes=61)
# How long everything may take to come right, once nothing is wrong any more.
QUIET_SECONDS = 90.0
MORNING_SECONDS, LEASES = 20.0, 4
SOME_CHANGES = 10
LOOK_SECONDS = 2.0


@dataclass(frozen=True)
class Wanted:
    """What a run is asked to be. seconds: how long faults go on; mornings: how many days quietly follow."""

    kind: str
    seed: int
    seconds: float
    kills: int
    mornings: int = 2


@dataclass(frozen=True)
class Result:
    """What became of it; `folder` keeps every journal, log and table."""

    wanted: Wanted
    folder: Path
    faults: Counter[str]
    asked: Counter[str]
    letters: int
    repeats: int
    violations: list[str]

    @property
    def changes(self) -> int:
        """How many changes the product confirmed."""
        return self.asked["confirmed"]


def run(wanted: Wanted, folder: Path) -> Result:
    """Do one run in an empty folder, which it keeps."""
    folder.mkdir(parents=True, exist_ok=True)
    house = House(folder, wanted.kind, wanted.seed)
    try:
        house.start()
        weather = Weather(house, wanted.seed)
        _work(house, weather, wanted)
        _come_to_rest(house)
        _let_mornings_pass(house, weather, wanted.mornings)
        for program in house.programs:
            program.end()
        found = read(house)
        books.keep(found.tables, folder / "tables.json")
    finally:
        house.stop()
        house.remove()
    return _result(wanted, folder, weather.counted, found)


def _work(house: House, weather: Weather, wanted: Wanted) -> None:
    """Let people work while faults befall the house."""
    journal, stop = Journal(house.folder / "people.jsonl"), threading.Event()
    people: list[threading.Thread] = [Secretary(house, journal, n, wanted.seed, stop) for n in (1, 2)]
    people += [
        Attendees(house, journal, way, n, wanted.seed, stop)
        for n, way in enumerate((attendees.LINK, attendees.LINK, attendees.MAIL), 1)
    ]
    for one in people:
        one.start()
    try:
        weather.go_on(wanted.seconds, wanted.kills)
        _go_on_in_calm(journal)
    finally:
        stop.set()
        for one in people:
            one.join(90)
        journal.close()


def _go_on_in_calm(journal: Journal) -> None:
    """Let people work on until something was done, also where faults left them no chance."""
    until = time.monotonic() + QUIET_SECONDS
    while time.monotonic() < until:
        if sum(line["result"] == "confirmed" for line in lines(journal.file)) >= SOME_CHANGES:
            return
        time.sleep(LOOK_SECONDS)


def _come_to_rest(house: House) -> None:
    """Let time pass until every letter has ended and everyone knows, or for as long as that may take."""
    _wait(house, QUIET_SECONDS, lambda found: not checks.violations(found, checks.WAITED_FOR), A_RETRY)


def _let_mornings_pass(house: House, weather: Weather, mornings: int) -> None:
    """Let days begin on which nothing else moves, and a worker is killed in the midst of reminding."""
    journal = Journal(house.folder / "mornings.jsonl")
    for number in range(mornings):
        now = house.now()
        day = _day_before_a_meeting(read(house, whole=False))
        house.wind(datetime.combine(day, hour(9), ZONE) - now)
        journal.write(day=day.isoformat())
        if number % 2 == 0:
            time.sleep(1.0)
            weather.counted["kill worker"] += house.workers[number % 2].kill()

        # What was in hand when a worker was killed, or could not be delivered, goes again after a lease.
        for _lease in range(LEASES):
            if _wait(house, MORNING_SECONDS, _all_reminded):
                break
            house.wind(LEASE)
    journal.close()


def _all_reminded(found: Books) -> bool:
    return not checks.violations(found, (*checks.WAITED_FOR, no_reminder_is_missed))


def _day_before_a_meeting(found: Books) -> date:
    """Give the first day from tomorrow on which a meeting is announced; tomorrow where there is none."""
    tomorrow = found.now.astimezone(ZONE).date() + timedelta(days=1)
    days = [
        reminded_on(row["starts_at"])
        for row in found["meeting"]
        if row["starts_at"] is not None and row["confirmed_at"] is not None and row["cancelled_at"] is None
    ]
    return min((day for day in days if day >= tomorrow), default=tomorrow)


def _wait(house: House, seconds: float, good: Callable[[Books], bool], wind: timedelta | None = None) -> bool:
    """Look until all is good, for at most so long; let time pass between looks where that is asked."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        house.watch()
        time.sleep(LOOK_SECONDS)
        if good(read(house, whole=False)):
            return True
        if wind is not None:
            house.wind(wind)
    return False


def read(house: House, whole: bool = True) -> Books:
    """Open the books of a house; `whole` with what lies on the disk and what the database says of itself."""
    folder = house.folder
    tables = patiently(lambda: books.tables(house.database.direct_url))
    found = Books(
        tables=tables,
        taken=books.taken(folder),
        contents=books.contents(folder),
        people=list(lines(folder / "people.jsonl")),
        now=house.now(),
        mornings=list(lines(folder / "mornings.jsonl")),
    )
    if whole:
        _look_at_the_disk(house, found)
    return found


def _look_at_the_disk(house: House, found: Books) -> None:
    documents = house.var / "documents"
    known = {row["sha256"] for row in found["stored_file"]}
    # Long after: what a broken upload left behind is swept away by then.
    later = system_clock() + timedelta(days=2)
    for _twice in range(2):
        storage.sweep(documents, lambda sha256: sha256 in known, later)
    files = [path for path in documents.rglob("*") if path.is_file()] if documents.is_dir() else []
    whole = {path.name for path in files if hashlib.sha256(path.read_bytes()).hexdigest() == path.name}
    found.stored = frozenset(whole & known)
    found.left_over = tuple(str(path.relative_to(house.var)) for path in files if path.name not in known)
    found.broken = tuple(house.database.faults())


def _result(wanted: Wanted, folder: Path, faults: Counter[str], found: Books) -> Result:
    return Result(
        wanted=wanted,
        folder=folder,
        faults=faults + Counter(f"SMTP {line['kind']}" for line in lines(folder / "befell.jsonl")),
        asked=Counter(line["result"] for line in found.people),
        letters=len({one.id for one in found.taken}),
        repeats=len(found.taken) - len({one.id for one in found.taken}),
        violations=checks.violations(found),
    )
