"""References, standing and order of decisions: values in, values out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agenda.core.problems import Invalid
from agenda.decisions.model import DecisionKind, RatificationResult
from agenda.decisions.rules import (
    Standing,
    check_said,
    comes_before,
    days_late,
    reference_in,
    reference_of,
    standing_of,
    tally,
)

RATIFIED, RESERVED = RatificationResult.RATIFIED, RatificationResult.WITH_RESERVATION
REFUSED = RatificationResult.REFUSED
MET_ON, TODAY = date(2018, 12, 13), date(2019, 1, 20)
RESULTS = st.sampled_from([None, *RatificationResult])


@dataclass
class Organ:
    result: RatificationResult | None = None
    due_on: date | None = None


@dataclass
class Met:
    starts_at: datetime | None
    time_zone: str = "Europe/Amsterdam"


@dataclass
class Taken:
    meeting: Met
    meeting_id: int
    position: int


@dataclass
class Made:
    kind: DecisionKind = DecisionKind.AGREEMENT
    superseded_by_id: int | None = None
    ratifications: list[Organ] = field(default_factory=list)


def made(*results: RatificationResult | None) -> Made:
    return Made(ratifications=[Organ(result) for result in results])


@given(st.lists(RESULTS, max_size=10))
def test_an_agreement_is_in_force_only_when_each_organ_ratified_it(
    results: list[RatificationResult | None],
) -> None:
    standing = standing_of(made(*results))
    assert (standing is Standing.IN_FORCE) == (bool(results) and set(results) == {RATIFIED})
    assert (standing is Standing.REFUSED) == (REFUSED in results)


@given(st.lists(RESULTS, max_size=10))
def test_the_tally_counts_each_organ_once(results: list[RatificationResult | None]) -> None:
    counted = tally([Organ(result) for result in results])
    assert (
        counted.ratified + counted.reserved + counted.refused + counted.silent
        == counted.asked
        == len(results)
    )
    assert counted.complete == (standing_of(made(*results)) is Standing.IN_FORCE)


def test_four_of_five_are_no_majority() -> None:
    assert standing_of(made(RATIFIED, RATIFIED, RATIFIED, RATIFIED, None)) is Standing.WAITING
    assert standing_of(made(RATIFIED, RATIFIED, RATIFIED, RATIFIED, RESERVED)) is Standing.WAITING
    assert standing_of(made(RATIFIED, RATIFIED, RATIFIED, RATIFIED, REFUSED)) is Standing.REFUSED


def test_a_decision_of_the_body_itself_waits_for_nobody_and_a_superseded_one_is_no_longer_in_force() -> None:
    assert standing_of(Made(DecisionKind.DECISION)) is Standing.IN_FORCE
    assert standing_of(Made(DecisionKind.DECISION, superseded_by_id=7)) is Standing.SUPERSEDED
    assert standing_of(Made(superseded_by_id=7, ratifications=[Organ(REFUSED)])) is Standing.SUPERSEDED


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2018-12-13T14:30:00+00:00", "2018-12-13"),
        # Just after midnight in Amsterdam, in winter and in summer.
        ("2018-12-12T23:10:00+00:00", "2018-12-13"),
        ("2019-06-12T22:10:00+00:00", "2019-06-13"),
        # The nights on which the clock changes, and the leap day.
        ("2019-03-31T00:30:00+00:00", "2019-03-31"),
        ("2019-10-27T00:59:00+00:00", "2019-10-27"),
        ("2020-02-29T14:30:00+00:00", "2020-02-29"),
    ],
)
def test_a_reference_is_the_civil_day_of_the_meeting_and_the_place(moment: str, day: str) -> None:
    taken = Taken(Met(datetime.fromisoformat(moment)), 1, 12)
    assert reference_of(taken) == f"{day}/12"


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)), st.integers(1, 999))
def test_a_reference_is_read_back(day: date, position: int) -> None:
    assert reference_in(f"{day.isoformat()}/{position}") == (day, position)
    assert reference_in(f" {day.isoformat()} ") == (day, None)


@pytest.mark.parametrize(
    "text", ["", "2018", "2018-13-01/1", "2018-12-13/", "2018-12-13/2x", "9999-12-31/1", "0001-01-01"]
)
def test_what_is_no_reference_is_not_read(text: str) -> None:
    assert reference_in(text) is None


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 3), st.integers(1, 3)), min_size=2, max_size=8))
def test_a_later_decision_only_takes_the_place_of_earlier_ones_so_there_are_no_circles(
    places: list[tuple[int, int, int]],
) -> None:
    start = datetime(2018, 12, 13, 14, 30, tzinfo=UTC)
    taken = [Taken(Met(start + timedelta(days=day)), meeting, place) for day, meeting, place in places]
    for one in taken:
        assert not comes_before(one, one)
        for other in taken:
            assert not (comes_before(one, other) and comes_before(other, one))
            for third in taken:
                if comes_before(one, other) and comes_before(other, third):
                    assert comes_before(one, third)


def test_an_organ_is_late_from_the_day_after_the_last_one_until_it_speaks() -> None:
    assert days_late(Organ(due_on=TODAY), TODAY) == 0
    assert days_late(Organ(due_on=TODAY), TODAY + timedelta(days=1)) == 1
    assert days_late(Organ(REFUSED, TODAY), TODAY + timedelta(days=9)) == 0
    assert days_late(Organ(), TODAY) == 0


@pytest.mark.parametrize(
    ("result", "said_on", "remark", "field"),
    [
        (RATIFIED, None, "", "said_on"),
        (RATIFIED, TODAY + timedelta(days=1), "", "said_on"),
        (RATIFIED, MET_ON - timedelta(days=1), "", "said_on"),
        (RESERVED, TODAY, "  ", "remark"),
        (REFUSED, TODAY, "", "remark"),
    ],
)
def test_what_an_organ_cannot_have_said_is_refused_with_its_field(
    result: RatificationResult, said_on: date | None, remark: str, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        check_said(result, said_on, remark, MET_ON, TODAY)
    assert refused.value.facts["field"] == field


def test_what_an_organ_can_have_said_passes() -> None:
    check_said(RATIFIED, MET_ON, "", MET_ON, TODAY)
    check_said(REFUSED, TODAY, "Te duur.", MET_ON, TODAY)
    check_said(None, None, "", MET_ON, TODAY)
