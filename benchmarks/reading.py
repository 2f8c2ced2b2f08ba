"""How long it takes to read calendars for busy time, beside other readers; all must find the same blocks.

Run: python -m benchmarks.reading. Measures 40 calendars of 200 events, and a thousand (60 MB), over a
quarter: ours, the reference (icalendar and recurring-ical-events), libical where gcc and libical-dev are
installed, and ical.js where npm is. Prints the best of several rounds and the aims.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from time import perf_counter

from agenda.dates.ics_busy import read_fast
from agenda.dates.ics_reference import read_reference
from agenda.dates.ics_times import Unknown
from agenda.dates.reading import Busy, read_busy
from benchmarks.reading_calendars import FIRST, LAST, ZONE, office_calendar

CALENDARS, MANY = 40, 1_000
ROUNDS, REFERENCE_ROUNDS, MANY_ROUNDS = 9, 2, 3
AIM_TIMES, AIM_SECONDS, AIM_MEGABYTES = 25, 3.0, 300
HERE = Path(__file__).parent
ICAL_JS = "ical.js@2"

# A calendar's blocks, and for each calendar those.
Found = list[list[list[int]]]


def best(work: Callable[[], list[Busy]], rounds: int) -> tuple[float, Found]:
    """Do the work several times; the best time in seconds, and what was found."""
    spent = []
    for _ in range(rounds):
        begin = perf_counter()
        found = work()
        spent.append(perf_counter() - begin)
    return min(spent), [busy.blocks.tolist() for busy in found]


def told(words: Iterable[str | Path], paths: list[Path], rounds: int) -> tuple[float, Found]:
    """Run another reader's program; its best time and what it found."""
    bounds = [str(int(FIRST.timestamp())), str(int(LAST.timestamp())), str(rounds)]
    said = subprocess.run([*words, *bounds, *paths], check=True, capture_output=True, text=True).stdout
    seconds, *lines = said.splitlines()
    found: Found = [[] for _ in paths]
    for line in lines:
        number, begin, end = map(int, line.split())
        found[number].append([begin, end])
    return float(seconds), found


def libical(folder: Path) -> list[str | Path] | None:
    """Compile the program with libical; None when that is not installed."""
    program = folder / "libical_busy"
    words = ["gcc", "-O2", "-o", program, HERE / "libical_busy.c", "-lical"]
    if not shutil.which("gcc") or subprocess.run(words, check=False, capture_output=True).returncode:
        return None
    return [program]


def ical_js(folder: Path) -> list[str | Path] | None:
    """Install ical.js into the folder; None when there is no npm, or nothing to install from."""
    npm = shutil.which("npm")
    install = [npm or "npm", "install", "--silent", "--prefix", str(folder), ICAL_JS]
    if not npm or subprocess.run(install, check=False, capture_output=True).returncode:
        return None
    return ["node", shutil.copy(HERE / "icaljs_busy.mjs", folder)]


def row(name: str, seconds: float, ours: float) -> None:
    """Print a reader's line."""
    print(f"{name:44} {seconds * 1000:10.1f} {seconds / ours:8.1f}")


def compare(contents: list[bytes], paths: list[Path], folder: Path) -> None:
    """Print all readers on the same calendars; end the program when they differ."""
    ours, found = best(lambda: [read_busy(one, FIRST, LAST, ZONE) for one in contents], ROUNDS)
    row("ours", ours, ours)
    slow, expected = best(
        lambda: [read_reference(one, FIRST, LAST, ZONE) for one in contents], REFERENCE_ROUNDS
    )
    row(f"icalendar, recurring-ical-events (aim {AIM_TIMES})", slow, ours)
    same("the reference", found, expected)
    for name, program in (("libical (aim 1)", libical(folder)), ("ical.js", ical_js(folder))):
        if program is None:
            print(f"{name}: not installed, skipped")
            continue
        seconds, others = told(program, paths, ROUNDS)
        row(name, seconds, ours)
        same(name, found, others)
    blocks = sum(map(len, found))
    print(
        f"{blocks} blocks, the same from all; {fallbacks(contents)} of {len(contents)} needed the reference"
    )


def same(name: str, found: Found, others: Found) -> None:
    """End the program when another reader found something else."""
    if found != others:
        differ = [number for number, pair in enumerate(zip(found, others, strict=True)) if pair[0] != pair[1]]
        sys.exit(f"{name} found other blocks than ours in calendars {differ}")


def fallbacks(contents: list[bytes]) -> int:
    """Count the calendars that the fast reader does not know enough of."""
    count = 0
    for content in contents:
        try:
            read_fast(content, FIRST, LAST, ZONE, lambda: None)
        except Unknown:
            count += 1
    return count


def many(paths: list[Path], folder: Path) -> None:
    """Print a thousand calendars, each read from its file, in a process of its own for its memory."""
    words = [sys.executable, "-m", "benchmarks.reading", "many", str(folder)]
    said = subprocess.run(words, check=True, capture_output=True, text=True, cwd=HERE.parent).stdout
    seconds, megabytes = map(float, said.split())
    size = sum(path.stat().st_size for path in paths) / 1_000_000
    print(f"\n{len(paths)} calendars, {size:.0f} MB: {seconds:.2f} s (aim {AIM_SECONDS:.0f}),", end=" ")
    print(f"{megabytes:.0f} MB peak (aim {AIM_MEGABYTES})")
    if program := libical(folder):
        print(f"libical: {told(program, paths, MANY_ROUNDS)[0]:.2f} s")


def read_many(folder: Path) -> None:
    """Read all calendars of the folder; tell the best time and the most memory."""
    spent = []
    for _ in range(MANY_ROUNDS):
        begin = perf_counter()
        for path in sorted(folder.glob("*.ics")):
            read_busy(path.read_bytes(), FIRST, LAST, ZONE)
        spent.append(perf_counter() - begin)
    print(min(spent), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def main() -> None:
    """Print the tables."""
    if sys.argv[1:2] == ["many"]:
        read_many(Path(sys.argv[2]))
        return
    print(f"{f'reading {CALENDARS} calendars of 200 events':44} {'best ms':>10} {'x ours':>8}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = [folder / f"{number:04}.ics" for number in range(MANY)]
        for number, path in enumerate(paths):
            path.write_bytes(office_calendar(number))
        compare([path.read_bytes() for path in paths[:CALENDARS]], paths[:CALENDARS], folder)
        many(paths, folder)


if __name__ == "__main__":
    main()
