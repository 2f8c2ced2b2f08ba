"""Counting a poll against the obvious way, and what voters and calendars are owed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agenda.dates.model import Choice
from agenda.dates.poll_forms import civil, moments_of
from agenda.dates.poll_rules import (
    Ending,
    Member,
    Stand,
    Tally,
    Told,
    Truth,
    best,
    hold_owed,
    tally,
    usual_deadline,
    vote_token,
    what_is_owed,
)
from agenda.mail.tokens import token_hash
from agenda.people.rules import needed

NOW = datetime(2018, 12, 18, 8, tzinfo=UTC)
AMSTERDAM = "Europe/Amsterdam"
COLLEGES = (1, 2, 3)
MEMBERS = st.lists(
    st.builds(Member, st.integers(1, 40), st.sampled_from([*COLLEGES, 9, None]), st.booleans()),
    max_size=12,
    unique_by=lambda member: member.id,
)
QUORUMS = st.fixed_dictionaries({college: st.none() | st.integers(0, 4) for college in COLLEGES})
VOTES = st.dictionaries(
    st.tuples(st.integers(1, 40), st.integers(0, 3)), st.sampled_from(list(Choice)), max_size=40
)


def counted(said: list[Choice | None], choice: Choice | None) -> int:
    return len([one for one in said if one is choice])


@given(MEMBERS, VOTES, QUORUMS, st.integers(1, 4))
def test_counting_agrees_with_asking_each_voter_in_turn(
    members: list[Member],
    votes: dict[tuple[int, int], Choice],
    quorums: dict[int, int | None],
    number: int,
) -> None:
    slots = {place: NOW + timedelta(days=place + 1) for place in range(number)}
    found = tally(slots, members, votes, quorums)
    assert [one.slot for one in found] == list(slots)
    for one in found:
        said = [votes.get((member.id, one.slot)) for member in members]
        assert one.yes == counted(said, Choice.YES)
        assert one.if_need_be == counted(said, Choice.IF_NEED_BE)
        assert one.no == counted(said, Choice.NO)
        assert one.unanswered == counted(said, None)
        stands = {college.college: college for college in one.colleges}
        for college in COLLEGES:
            sitting = [m for m in members if m.voting and m.college == college]
            if not sitting:
                assert college not in stands
                continue
            least = needed(len(sitting), quorums[college])
            can = sum(votes.get((m.id, one.slot)) in (Choice.YES, Choice.IF_NEED_BE) for m in sitting)
            cannot = sum(votes.get((m.id, one.slot)) is Choice.NO for m in sitting)
            expected = Stand.MET if can >= least else Stand.POSSIBLE
            if len(sitting) - cannot < least:
                expected = Stand.LOST
            assert stands[college].stand is expected
        assert one.quorate == all(college.stand is Stand.MET for college in one.colleges)
    top = best(found, NOW)
    candidates = [one for one in found if one.yes + one.if_need_be]
    assert (top is None) == (not candidates)
    for one in candidates:
        assert top is not None
        assert not better(one, top)


def better(one: Tally, other: Tally) -> bool:
    """Quorum in every college first, then most yes, fewest no, earliest."""
    for mine, theirs in ((one.quorate, other.quorate), (one.yes, other.yes), (-one.no, -other.no)):
        if mine != theirs:
            return mine > theirs
    return one.starts_at < other.starts_at


def test_a_moment_that_has_passed_is_not_the_best() -> None:
    slots = {1: NOW - timedelta(days=1), 2: NOW + timedelta(days=1)}
    votes = {(7, 1): Choice.YES, (7, 2): Choice.IF_NEED_BE}
    found = best(tally(slots, [Member(7, 1, True)], votes, {1: None}), NOW)
    assert found is not None
    assert found.slot == 2


FIRST, SECOND = NOW + timedelta(days=10), NOW + timedelta(days=11)
TRUTH = Truth((FIRST, SECOND), NOW + timedelta(days=7))
TOLD = Told(TRUTH.moments, TRUTH.deadline, 1)


@pytest.mark.parametrize(
    ("told", "truth", "kind"),
    [
        (None, TRUTH, "ask"),
        (None, Truth(TRUTH.moments, TRUTH.deadline, asked=False), None),
        (None, Truth(TRUTH.moments, TRUTH.deadline, ending=Ending.WITHDRAWN), None),
        (TOLD, TRUTH, None),
        (TOLD, Truth((FIRST,), TRUTH.deadline), "changed"),
        (TOLD, Truth(TRUTH.moments, NOW + timedelta(days=8)), "changed"),
        (TOLD, Truth(TRUTH.moments, TRUTH.deadline, ending=Ending.CHOSEN), None),
        (TOLD, Truth(TRUTH.moments, TRUTH.deadline, ending=Ending.WITHDRAWN), "ended"),
        (TOLD, Truth(TRUTH.moments, TRUTH.deadline, ending=Ending.DATED), "ended"),
        (TOLD, Truth(TRUTH.moments, TRUTH.deadline, ending=Ending.DATED, invited=True), None),
        (TOLD, Truth(TRUTH.moments, TRUTH.deadline, ending=Ending.CANCELLED, invited=True), None),
        (TOLD, Truth(TRUTH.moments, TRUTH.deadline, asked=False), "ended"),
        (Told(TRUTH.moments, TRUTH.deadline, 2, ended=True), TRUTH, "ask"),
        (Told(TRUTH.moments, TRUTH.deadline, 2, ended=True), Truth((), NOW, asked=False), None),
    ],
)
def test_a_voter_is_owed_what_differs(told: Told | None, truth: Truth, kind: str | None) -> None:
    owed = what_is_owed(told, truth)
    assert (owed.kind if owed else None) == kind
    if owed:
        # Each letter has a number of its own, and once told nothing more is owed.
        assert owed.told.serial == (told.serial + 1 if told else 1)
        assert what_is_owed(owed.told, truth) is None


@given(st.lists(st.booleans(), max_size=20))
def test_a_calendar_is_told_each_turn_once_with_a_rising_sequence(wishes: list[bool]) -> None:
    hold, sequences = None, []
    for wanted in wishes:
        owed = hold_owed(hold, wanted)
        if owed is not None:
            assert owed.cancelled is not wanted
            sequences.append(owed.sequence)
            hold = owed
        assert hold_owed(hold, wanted) is None
    assert sequences == list(range(len(sequences)))
    assert hold is None or hold.cancelled is not wishes[-1]


@pytest.mark.parametrize(
    ("now", "first", "expected"),
    [
        ("2018-12-18T09:00+01:00", "2019-02-14T15:30+01:00", "2018-12-25T17:00+01:00"),
        # Over both clock changes it stays five in the afternoon.
        ("2019-03-27T09:00+01:00", "2019-05-14T15:30+02:00", "2019-04-03T17:00+02:00"),
        ("2019-10-23T09:00+02:00", "2019-12-03T15:30+01:00", "2019-10-30T17:00+01:00"),
        # Never after the first moment.
        ("2018-12-18T09:00+01:00", "2018-12-21T10:00+01:00", "2018-12-20T17:00+01:00"),
        ("2018-12-18T09:00+01:00", "2018-12-21T19:00+01:00", "2018-12-21T17:00+01:00"),
        # And never in the past.
        ("2018-12-18T20:00+01:00", "2018-12-19T10:00+01:00", "2018-12-19T03:00+01:00"),
        ("2018-12-18T09:00+01:00", None, "2018-12-25T17:00+01:00"),
    ],
)
def test_the_usual_deadline_is_a_week_ahead_at_five(now: str, first: str | None, expected: str) -> None:
    moment = datetime.fromisoformat(first) if first else None
    found = usual_deadline(moment, datetime.fromisoformat(now), AMSTERDAM)
    assert found == datetime.fromisoformat(expected)


@given(st.integers(1, 400), st.integers(0, 60 * 24 * 30))
def test_a_usual_deadline_lies_between_now_and_the_first_moment(days: int, minutes: int) -> None:
    now = NOW + timedelta(days=days)
    first = now + timedelta(minutes=minutes + 5)
    assert now <= usual_deadline(first, now, AMSTERDAM) <= first


@pytest.mark.parametrize("zone", [AMSTERDAM, "Europe/London"])
def test_moments_in_an_address_are_civil_times_of_the_body(zone: str) -> None:
    (found,) = moments_of(["2019-02-14T15:30", "2019-02-14T15:30"], zone)
    assert found.astimezone(ZoneInfo(zone)).strftime("%d %H:%M") == "14 15:30"
    assert civil(found, zone) == "2019-02-14T15:30"


def test_what_is_no_moment_is_left_out() -> None:
    wrong = ["", "morgen", "2019-02-30T10:00", "0001-01-01T00:00", "9999-12-31T23:59", "2019-02-14T15:30Z"]
    # March skips this hour.
    assert moments_of([*wrong, "2019-03-31T02:30"], AMSTERDAM) == []


def test_a_token_is_long_and_its_case_does_not_matter() -> None:
    token = vote_token(b"secret", 7, 1)
    assert len(token) == 32
    assert token_hash(token.upper()) == token_hash(token)
    assert len({vote_token(b"secret", voter, serial) for voter in (7, 8) for serial in (1, 2)}) == 4
