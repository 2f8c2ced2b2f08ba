"""The ranking gives what counting minute by minute and person by person gives."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agenda.dates import slots
from agenda.dates.changes import changes_that_help
from agenda.dates.overlay import overlay
from agenda.dates.question import Kind, Need, Participant, Question
from agenda.dates.slots import Day, Found, Reason, Slot, nearest, rank
from tests.dates.ranking.questions import needs, people, questions
from tests.dates.ranking.reference import Moment, moments

THOROUGH = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def drawn(data: st.DataObject) -> tuple[Found, list[Moment]]:
    """Draw a case; the ranking of it, and what the reference sees."""
    question = data.draw(questions())
    those = data.draw(people(question))
    wanted = data.draw(needs(those))
    return rank(overlay(question, those), wanted), moments(question, those, wanted)


def same(slot: Slot, moment: Moment, found: Found) -> bool:
    """Tell whether a slot says of a start what the reference says."""
    question = found.overlay.question
    reasons = [one.reason for one in slot.in_the_way if one.need is None]
    lacking = [(one.need.kind, one.lacking) for one in slot.in_the_way if one.need]
    return (
        slot.starts_at == moment.starts_at
        and slot.ends_at == moment.starts_at + timedelta(minutes=question.minutes)
        and slot.day == moment.day
        and slot.free == len(found.overlay.people) - len(moment.absent)
        and slot.absent == moment.absent
        and slot.present == moment.present
        and slot.avoided == moment.avoided
        and slot.unwanted == question.unwanted.get(moment.day)
        and slot.short_notice == (moment.day < question.prepared_from)
        and reasons == list(moment.fixed)
        and sorted(lacking) == sorted(moment.lacking)
    )


@THOROUGH
@given(st.data())
def test_every_start_that_counts_stands_in_order(data: st.DataObject) -> None:
    found, all_moments = drawn(data)
    wanted = sorted((one for one in all_moments if one.reason is None), key=lambda one: one.rank)
    best = found.best(len(wanted) + 1)
    assert [one.starts_at for one in best] == [one.starts_at for one in wanted]
    assert all(same(slot, moment, found) for slot, moment in zip(best, wanted, strict=True))
    assert found.days == len({one.day for one in wanted})


@THOROUGH
@given(st.data())
def test_every_start_that_does_not_count_is_counted_under_its_first_reason(data: st.DataObject) -> None:
    found, all_moments = drawn(data)
    assert found.considered == len(all_moments)
    for reason, number in found.excluded.items():
        assert number == sum(1 for one in all_moments if one.reason == reason)
    assert sum(found.excluded.values()) + len(found.order) == found.considered


@THOROUGH
@given(st.data())
def test_the_nearest_are_those_that_fail_by_least(data: st.DataObject) -> None:
    found, all_moments = drawn(data)
    wanted = sorted((one for one in all_moments if one.reason is not None), key=lambda one: one.distance)[:5]
    near = nearest(found)
    assert [one.starts_at for one in near] == [one.starts_at for one in wanted]
    assert all(same(slot, moment, found) for slot, moment in zip(near, wanted, strict=True))


@THOROUGH
@given(st.data())
def test_each_day_shows_its_best_start_or_why_there_is_none(data: st.DataObject) -> None:
    found, all_moments = drawn(data)
    days = slots.days(found)
    assert [one.day for one in days] == list(found.overlay.days)
    for one in days:
        looks_right(one, [moment for moment in all_moments if moment.day == one.day], found)


@THOROUGH
@given(st.data())
def test_a_change_gives_as_many_days_as_ranking_again(data: st.DataObject) -> None:
    question = data.draw(questions())
    always = Participant("bezet", np.array([[0, 10**8]]))
    those = [*data.draw(people(question)), always]
    wanted = [*data.draw(needs(those)), Need("bezet", frozenset({"bezet"}), 1, Kind.REQUIRED)]
    helps = changes_that_help(question, those, wanted, question.last)
    told = {
        tuple(change.need.id for change in one.changes if change.need): one.days
        for one in helps
        if all(change.need for change in one.changes)
    }
    singles = {(need.id,): days_without(question, those, wanted, (need.id,)) for need in wanted}
    if any(singles.values()) or any(len(one.changes) == 1 for one in helps):
        assert told == {which: number for which, number in singles.items() if number}
    else:
        assert all(days_without(question, those, wanted, which) == number for which, number in told.items())


def days_without(
    question: Question, those: list[Participant], wanted: list[Need], changed: tuple[str, ...]
) -> int:
    """Count the days with a date once these needs ask less: a quorum one less, others nothing."""
    asked = [
        replace(need, least=need.least - 1 if need.kind == Kind.QUORUM else 0) if need.id in changed else need
        for need in wanted
    ]
    return rank(overlay(question, those), asked).days


def looks_right(day: Day, today: list[Moment], found: Found) -> None:
    """Check one day against what the reference sees on it."""
    counting = [one for one in today if one.reason is None]
    assert day.starts == len(counting)
    if not today:
        assert (day.slot, day.why) == (None, Reason.NOTHING_OPEN)
        return
    assert day.slot is not None
    if counting:
        best = min(counting, key=lambda one: one.rank)
        assert (day.why, day.name) == (None, "")
    else:
        best = min(today, key=lambda one: one.distance)
        assert day.why == best.reason
    assert same(day.slot, best, found)
