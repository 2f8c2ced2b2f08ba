"""Quorum, terms, turns."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agenda.people.model import Membership
from agenda.people.rules import (
    Expiry,
    expiry,
    holders_of_portfolios,
    is_active,
    needed,
    next_in_turn,
    overlaps,
    same_address,
)

DAYS = st.dates(date(2018, 1, 1), date(2020, 12, 31))


@pytest.mark.parametrize("members, half", [(0, 0), (1, 1), (2, 1), (3, 2), (4, 2), (5, 3), (8, 4)])
def test_at_least_half_of_a_college_must_be_there(members: int, half: int) -> None:
    assert needed(members) == half


@pytest.mark.parametrize("explicit", [0, 1, 5])
def test_a_quorum_that_was_set_goes_before_the_half(explicit: int) -> None:
    assert needed(8, explicit) == explicit


@given(st.integers(0, 1000))
def test_the_quorum_is_never_less_than_half_and_never_more_than_all(members: int) -> None:
    assert members <= 2 * needed(members)
    assert needed(members) <= members


def test_the_first_and_the_last_day_of_a_term_both_count() -> None:
    since, until = date(2018, 5, 1), date(2018, 5, 31)
    assert is_active(since, until, since)
    assert is_active(since, until, until)
    assert not is_active(since, until, date(2018, 4, 30))
    assert not is_active(since, until, date(2018, 6, 1))
    assert is_active(since, None, date(2099, 1, 1))


@given(DAYS, DAYS, DAYS, DAYS)
def test_two_terms_overlap_when_some_day_lies_in_both(a: date, b: date, c: date, d: date) -> None:
    (a, b), (c, d) = sorted((a, b)), sorted((c, d))
    shared = is_active(a, b, max(a, c)) and is_active(c, d, max(a, c))
    assert overlaps(a, b, c, d) is shared


@pytest.mark.parametrize(
    "last_day, told",
    [
        (None, Expiry.NEVER),
        (date(2018, 12, 17), Expiry.PAST),
        (date(2018, 12, 18), Expiry.SOON),
        (date(2019, 3, 18), Expiry.SOON),
        (date(2019, 3, 19), Expiry.LATER),
    ],
)
def test_the_end_of_a_body_is_announced_three_months_before(last_day: date | None, told: Expiry) -> None:
    assert expiry(last_day, date(2018, 12, 18)) is told


def test_hosts_take_turns_and_begin_again() -> None:
    order = ["Zoeterwoude", "Leiderdorp", "Leiden"]
    assert next_in_turn(order, None) == "Zoeterwoude"
    assert next_in_turn(order, "Zoeterwoude") == "Leiderdorp"
    assert next_in_turn(order, "Leiden") == "Zoeterwoude"
    assert next_in_turn(order, "Oegstgeest") == "Zoeterwoude"
    assert next_in_turn([], "Leiden") is None


def test_an_address_is_written_one_way() -> None:
    assert same_address("  Secretaris@Zoeterwoude.NL ") == "secretaris@zoeterwoude.nl"


def test_one_person_holds_several_portfolios_and_one_portfolio_has_several_holders() -> None:
    places = [
        Membership(person_id=1, portfolio="Wonen, verkeer en vervoer"),
        Membership(person_id=2, portfolio=" wonen ;"),
        Membership(person_id=3, portfolio=""),
    ]
    assert holders_of_portfolios(places) == {
        "wonen": frozenset({1, 2}),
        # "en" is part of a portfolio's name: the form for topics offers the same names.
        "verkeer en vervoer": frozenset({1}),
    }
