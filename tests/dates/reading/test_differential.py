"""The fast reader finds to the minute what the reference finds, on calendars made up by chance."""

from __future__ import annotations

from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agenda.dates.ics_busy import read_fast
from agenda.dates.ics_reference import read_reference
from agenda.dates.ics_times import Unknown
from tests.dates.reading.calendars import FIRST, LAST, calendar
from tests.dates.reading.texts import AMSTERDAM, HERE

WINDOW = (FIRST.replace(tzinfo=HERE), LAST.replace(tzinfo=HERE), AMSTERDAM)


def never() -> None:
    """Let the reading go on."""


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32))
def test_both_readers_find_the_same_blocks(seed):
    content = calendar(Random(seed))
    try:
        found = read_fast(content, *WINDOW, never)
    except Unknown:
        return
    expected = read_reference(content, *WINDOW)
    if any(flag.code == "event_unreadable" for flag in expected.flags):
        return
    assert found.blocks.tolist() == expected.blocks.tolist(), content.decode()


def test_the_reference_is_rarely_needed():
    needed = 0
    for seed in range(400):
        try:
            read_fast(calendar(Random(seed)), *WINDOW, never)
        except Unknown:
            needed += 1
    assert needed < 20
