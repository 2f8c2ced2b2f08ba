"""How long it takes to rank the dates of a quarter, from busy times to the twenty best dates.

Run: python -m benchmarks.ranking. Prints a table of medians, beside asking each person at each start in plain
Python with bisect; both must name the same dates.
"""

from __future__ import annotations

import random
import statistics
import sys
from bisect import bisect_left
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from time import perf_counter

import numpy as np

from agenda.dates.changes import changes_that_help
from agenda.dates.holidays_known import public_holidays, school_holidays
from agenda.dates.overlay import overlay
from agenda.dates.question import Kind, Need, Participant, Question
from agenda.dates.slots import Found, days, nearest, rank
from agenda.dates.starts import possible_starts

FIRST, LAST = date(2019, 1, 1), date(2019, 3, 31)
BUSY, COLLEGES, TOP = 200, 5, 20
ROUNDS = 31
AIMS = {40: 1.0, 1_000: 8.0}


def question() -> Question:
    """Ask for two hours in the first quarter of 2019, every quarter of an hour."""
    return Question(
        zone="Europe/Amsterdam",
        first=FIRST,
        last=LAST,
        minutes=120,
        hours=dict.fromkeys(range(5), (time(9), time(17, 30))),
        public_holidays=public_holidays(FIRST, LAST),
        school_holidays=school_holidays(FIRST, LAST),
    )


def crowd(size: int) -> tuple[list[Participant], list[Need]]:
    """Give people with 200 busy times each in five colleges, of which half must come, and one required."""
    chance = random.Random(size)
    midnight = int(datetime.combine(FIRST, time(), UTC).timestamp()) // 60
    people = []
    for number in range(size):
        begins = sorted(
            midnight + chance.randrange(90) * 1440 + chance.randrange(8 * 4, 18 * 4) * 15 for _ in range(BUSY)
        )
        blocks = np.array([(begin, begin + chance.choice((30, 60, 90))) for begin in begins], np.int64)
        people.append(Participant(f"lid{number}", blocks, chance.choice((0, 20))))
    names = [one.id for one in people]
    colleges = [frozenset(names[n::COLLEGES]) for n in range(COLLEGES)]
    needs = [Need(f"college{n}", those, len(those) // 2, Kind.QUORUM) for n, those in enumerate(colleges)]
    return people, [*needs, Need(names[0], frozenset(names[:1]), 1, Kind.REQUIRED)]


def one_by_one(asked: Question, people: Sequence[Participant], needs: Sequence[Need]) -> list[datetime]:
    """Ask each person at each start; the twenty best."""
    calendars = [_joined(one) for one in people]
    midnight = datetime(1970, 1, 1, tzinfo=UTC)
    found = []
    starts = possible_starts(asked)
    for begin, number in zip(starts.minutes.tolist(), starts.day.tolist(), strict=True):
        day = FIRST + timedelta(number)
        if day in asked.public_holidays:
            continue
        end = begin + asked.minutes
        free = set()
        for one, (begins, ends) in zip(people, calendars, strict=True):
            # The last busy time that begins before the meeting and its travel are over.
            place = bisect_left(begins, end + one.travel) - 1
            if place < 0 or ends[place] <= begin - one.travel:
                free.add(one.id)
        if all(len(need.people & free) >= need.least for need in needs):
            found.append((day in asked.school_holidays, -len(free), begin))
    return [midnight + timedelta(minutes=begin) for _, _, begin in sorted(found)[:TOP]]


def _joined(one: Participant) -> tuple[list[int], list[int]]:
    begins: list[int] = []
    ends: list[int] = []
    for begin, end in one.blocks.tolist():
        if ends and begin <= ends[-1]:
            ends[-1] = max(ends[-1], end)
        else:
            begins.append(begin)
            ends.append(end)
    return begins, ends


def median(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Do the work several times; the median in milliseconds."""
    spent = []
    for _ in range(rounds):
        begin = perf_counter()
        work()
        spent.append((perf_counter() - begin) * 1000)
    return statistics.median(spent)


def measure(size: int) -> bool:
    """Print the lines of so many people; False when both ways do not name the same dates."""
    asked, (people, needs) = question(), crowd(size)
    laid = overlay(asked, people)
    found = rank(laid, needs)

    def best() -> Found:
        ranked = rank(laid, needs)
        ranked.best(TOP)
        return ranked

    building, ranking = median(lambda: overlay(asked, people)), median(best)
    plain = median(lambda: one_by_one(asked, people, needs), 3)
    print(
        f"{size:5} people, {found.considered} starts, {len(found.order)} that count{'':6} {'median ms':>10}"
    )
    print(f"{'  calendars laid over the starts':44} {building:10.2f}")
    print(f"{f'  ranked, {TOP} best with who is absent':44} {ranking:10.2f}   aim: {AIMS[size]}")
    print(f"{'  both together':44} {building + ranking:10.2f}")
    print(f"{'  person by person in plain Python':44} {plain:10.1f}   {plain / (building + ranking):.0f} x")
    print(f"{'  every day of the quarter (heat map)':44} {median(lambda: days(found)):10.2f}")
    print(f"{'  the five nearest':44} {median(lambda: nearest(found)):10.2f}")
    return one_by_one(asked, people, needs) == [one.starts_at for one in found.best(TOP)]


def stuck() -> None:
    """Print how long it takes to find what would help when nothing fits."""
    asked, (people, _) = question(), crowd(40)
    everyone = [Need(one.id, frozenset({one.id}), 1, Kind.REQUIRED) for one in people]
    helps = changes_that_help(asked, people, everyone, LAST)
    spent = median(lambda: changes_that_help(asked, people, everyone, LAST), 5)
    print(f"{'40 people all required, what would help':44} {spent:10.2f}   {len(helps)} found")


def main() -> int:
    """Print the tables; 1 when a date differs."""
    same = [measure(size) for size in AIMS]
    stuck()
    return 0 if all(same) else 1


if __name__ == "__main__":
    sys.exit(main())
