"""What is decided about two topics that are alike, and what comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core.audit import history
from agenda.core.database import get
from agenda.core.problems import Changed, Conflict, Forbidden, NotFound
from agenda.core.runtime import Runtime
from agenda.people.model import Role
from agenda.topics import actions as topics
from agenda.topics import facts
from agenda.topics import likeness_actions as actions
from agenda.topics import likeness_queries as queries
from agenda.topics.likeness_actions import Seen
from agenda.topics.likeness_merging import Choice, Summary
from agenda.topics.likeness_model import TopicPair, Verdict
from agenda.topics.model import Purpose, Topic, TopicState, Treatment, TurnResult
from agenda.topics.rules import Link, Particulars, state_of
from agenda.topics.states import has_state
from tests.topics.likeness.twins import HERE, THERE, both, seat, seen, submit, twins
from tests.world import START, TODAY, World

Numbers = tuple[int, int]
BOTH = Choice(summary=Summary.BOTH)


@pytest.fixture
def numbers(runtime: Runtime, world: World) -> Numbers:
    """Two topics that are alike, and a clerk who works for both bodies."""
    seat(runtime, world, "clerk", Role.CLERK)
    return twins(runtime, world)


def told(found: Sequence[queries.Alike]) -> list[Numbers]:
    return [(one.low.id, one.high.id) for one in found]


def judge(runtime: Runtime, world: World, numbers: Numbers, verdict: Verdict, who: str = "clerk") -> None:
    with runtime.work() as session:
        by = world.by(session, who)
        actions.judge(session, both(session, numbers), verdict, seen(session, numbers), by, START)


def merge(runtime: Runtime, world: World, numbers: Numbers, choice: Choice = BOTH) -> None:
    """Let the first go on and the second close."""
    with runtime.work() as session:
        kept, gone = both(session, numbers)
        actions.merge(session, kept, gone, choice, seen(session, numbers), world.by(session, "clerk"), START)


def undo(session: Session, world: World, numbers: Numbers, later: timedelta = timedelta()) -> None:
    pair = queries.pair_between(session, *numbers)
    assert pair is not None
    actions.undo(session, pair, pair.version, world.by(session, "clerk"), START + later)


def test_each_who_edits_one_and_sees_both_finds_the_pair(
    runtime: Runtime, world: World, numbers: Numbers
) -> None:
    seat(runtime, world, "outsider", Role.READER, world.body_id)
    with runtime.read() as session:
        for who in ("clerk", "outsider"):
            by = world.by(session, who)
            assert told(queries.open_pairs(session, by, TODAY).shown) == [numbers], who
            assert queries.count_open(session, by, TODAY) == 1
            for topic in both(session, numbers):
                assert told(queries.twins_of(session, topic, by, TODAY)) == [numbers]


@pytest.mark.parametrize("who", ["secretary", "outsider", "Wethouder Leiden 1", "reader", "administrator"])
def test_who_sees_one_body_or_edits_none_finds_nothing(
    runtime: Runtime, world: World, numbers: Numbers, who: str
) -> None:
    with runtime.read() as session:
        by = world.by(session, who)
        assert queries.open_pairs(session, by, TODAY).shown == []
        assert queries.count_open(session, by, TODAY) == 0
        assert [queries.twins_of(session, one, by, TODAY) for one in both(session, numbers)] == [[], []]


def test_two_in_one_body_are_found_too_and_told_apart(
    runtime: Runtime, world: World, numbers: Numbers
) -> None:
    with runtime.work() as session:
        third = submit(session, world.body_id, HERE).id
        found = queries.open_pairs(session, world.by(session, "clerk"), TODAY).shown
        assert [one.across for one in found if third in (one.low.id, one.high.id)].count(False) == 1


def test_of_two_that_follow_each_other_it_is_known_that_they_are_alike(
    runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        first = submit(session, world.body_id, HERE)
        submit(session, world.body_id, f"Vervolg: {HERE}", predecessor_id=first.id)
        assert queries.open_pairs(session, world.by(session, "clerk"), TODAY).shown == []


def test_what_is_not_current_any_more_is_like_nothing(
    runtime: Runtime, world: World, numbers: Numbers
) -> None:
    with runtime.work() as session:
        clerk = world.by(session, "clerk")
        topics.withdraw(session, get(session, Topic, numbers[1]), "Vervallen", None, clerk, START)
        assert queries.open_pairs(session, clerk, TODAY).shown == []
        assert queries.twins_of(session, get(session, Topic, numbers[1]), clerk, TODAY) == []


def test_people_of_both_are_told_holders_of_a_portfolio_too(runtime: Runtime, world: World) -> None:
    holder = world.people["Wethouder Leiden 2"]
    with runtime.work() as session:
        submit(session, world.body_id, HERE, needed_portfolios=("duurzaamheid",))
        submit(session, world.other_body_id, THERE, guests=(holder,))
    seat(runtime, world, "clerk", Role.CLERK)
    with runtime.read() as session:
        (found,) = queries.open_pairs(session, world.by(session, "clerk"), TODAY).shown
        assert found.pair.likeness.people == {holder}


def test_the_number_of_pairs_is_not_reckoned_in_passing_among_very_many_topics(
    runtime: Runtime, world: World, numbers: Numbers
) -> None:
    with runtime.work() as session:
        session.add_all(
            Topic(
                body_id=world.body_id,
                title=f"Los {number}",
                purpose=Purpose.INFORM,
                treatment=Treatment.CONSENT,
                minutes=5,
                priority=3,
                created_at=START,
            )
            for number in range(queries.MOST_TO_COUNT)
        )
        session.flush()
        clerk = world.by(session, "clerk")
        assert queries.count_open(session, clerk, TODAY) is None
        assert told(queries.twins_of(session, get(session, Topic, numbers[0]), clerk, TODAY)) == [numbers]


def test_what_is_not_the_same_is_not_shown_again_to_either(
    runtime: Runtime, world: World, numbers: Numbers
) -> None:
    seat(runtime, world, "secretary", Role.READER)
    judge(runtime, world, numbers, Verdict.DIFFERENT)
    with runtime.read() as session:
        for who in ("clerk", "secretary"):
            by = world.by(session, who)
            assert queries.open_pairs(session, by, TODAY).shown == []
            assert queries.twins_of(session, get(session, Topic, numbers[0]), by, TODAY) == []


def test_another_wording_brings_the_question_back_a_comma_does_not(
    runtime: Runtime, world: World, numbers: Numbers
) -> None:
    judge(runtime, world, numbers, Verdict.DIFFERENT)
    for title, asked in ((f"{HERE}!", []), ("Warmtenet, geheim tracé, restwarmte, kosten", [numbers])):
        with runtime.work() as session:
            topic, clerk = get(session, Topic, numbers[0]), world.by(session, "clerk")
            given = replace(facts.particulars(topic), title=title)
            topics.edit_topic(session, topic, given, None, clerk, START)
            found = queries.open_pairs(session, clerk, TODAY).shown
            assert told(found) == asked
    assert found[0].judged is not None
    assert found[0].judged.decided_by == "clerk"


def test_a_link_stands_on_both_for_whoever_sees_both_and_for_nobody_else(
    runtime: Runtime, world: World, numbers: Numbers
) -> None:
    seat(runtime, world, "Wethouder Leiden 1", Role.MEMBER)
    judge(runtime, world, numbers, Verdict.LINKED)
    with runtime.read() as session:
        for topic in both(session, numbers):
            for who in ("clerk", "Wethouder Leiden 1", "administrator"):
                assert len(queries.decided_of(session, topic, world.by(session, who))) == 1, who
            for who in ("secretary", "outsider", "stranger"):
                assert queries.decided_of(session, topic, world.by(session, who)) == [], who
            assert history(session, "topic", topic.id)[0].verb == "created"


def test_the_other_secretariat_hears_of_a_link_for_a_week_who_decided_does_not(
    runtime: Runtime, world: World, numbers: Numbers
) -> None:
    seat(runtime, world, "secretary", Role.READER)
    judge(runtime, world, numbers, Verdict.LINKED)
    with runtime.read() as session:
        heard = {
            who: len(queries.news_for(session, world.by(session, who), START + timedelta(hours=1)))
            for who in ("secretary", "clerk", "outsider", "Wethouder Leiden 1")
        }
        assert heard == {"secretary": 1, "clerk": 0, "outsider": 0, "Wethouder Leiden 1": 0}
        week = START + queries.NEWS
        assert queries.news_for(session, world.by(session, "secretary"), week) == []


@pytest.mark.parametrize("verdict", [Verdict.DIFFERENT, Verdict.LINKED])
def test_a_decision_can_be_taken_back_and_the_trail_keeps_all(
    runtime: Runtime, world: World, numbers: Numbers, verdict: Verdict
) -> None:
    judge(runtime, world, numbers, verdict)
    with runtime.work() as session:
        undo(session, world, numbers, timedelta(days=400))
        clerk = world.by(session, "clerk")
        assert told(queries.open_pairs(session, clerk, TODAY).shown) == [numbers]
        pair = session.scalars(select(TopicPair)).one()
        trail = history(session, "topic_pair", pair.id)
        assert [(entry.verb, entry.actor_name) for entry in trail] == [
            ("undone", "clerk"),
            (verdict.value, "clerk"),
        ]
        with pytest.raises(Conflict, match="pair_undone_already"):
            undo(session, world, numbers)


@pytest.mark.parametrize(
    ("who", "refusal"),
    [("secretary", NotFound), ("outsider", NotFound), ("stranger", NotFound), ("administrator", Forbidden)],
)
def test_nobody_decides_about_what_they_do_not_see_or_edit(
    runtime: Runtime, world: World, numbers: Numbers, who: str, refusal: type[Exception]
) -> None:
    for verdict in (Verdict.DIFFERENT, Verdict.LINKED):
        with pytest.raises(refusal):
            judge(runtime, world, numbers, verdict, who)
    with runtime.read() as session:
        kept, gone = both(session, numbers)
        with pytest.raises(refusal):
            actions.merge(session, kept, gone, BOTH, Seen(), world.by(session, who), START)


def test_merging_asks_for_the_right_to_edit_both(runtime: Runtime, world: World, numbers: Numbers) -> None:
    seat(runtime, world, "secretary", Role.READER)
    with runtime.work() as session:
        kept, gone = both(session, numbers)
        with pytest.raises(Forbidden):
            actions.merge(session, kept, gone, BOTH, Seen(), world.by(session, "secretary"), START)
    judge(runtime, world, numbers, Verdict.LINKED, "secretary")


def test_merged_topics_go_on_as_one_with_what_stands_about_both(runtime: Runtime, world: World) -> None:
    seat(runtime, world, "clerk", Role.CLERK)
    people = world.people
    here = {
        "summary": "Waar komt de leiding?",
        "deadline": date(2020, 3, 1),
        "earliest": date(2020, 2, 29),
        "needed_people": (people["Wethouder Leiden 1"],),
        "needed_portfolios": ("wonen",),
        "links": (Link("Kaart", "https://kaart.example/"),),
        "minutes": 20,
        "priority": 2,
    }
    there = {
        "summary": "Wat kost het?",
        "deadline": date(2020, 2, 28),
        "lead_id": people["Wethouder Leiden 2"],
        "official_lead_id": people["outsider"],
        "guests": (people["Gedeputeerde"],),
        "needed_people": (people["Burgemeester Leiden"], people["stranger"]),
        "needed_portfolios": ("duurzaamheid",),
        "links": (Link("Zelfde kaart", "https://kaart.example/"), Link("Nota", "https://nota.example/")),
        "desired_result": "Eén tracé.",
        "minutes": 45,
        "priority": 4,
        "intensified": True,
    }
    with runtime.work() as session:
        numbers = (
            submit(session, world.body_id, HERE, **here).id,
            submit(session, world.other_body_id, THERE, **there).id,
        )
    merge(runtime, world, numbers)
    with runtime.read() as session:
        kept, gone = both(session, numbers)
        now = facts.particulars(kept)
        assert (kept.title, now.summary) == (HERE, "Waar komt de leiding?\n\nWat kost het?")
        assert (now.deadline, now.earliest) == (date(2020, 2, 28), None)
        assert now.lead_id == people["Wethouder Leiden 2"]
        assert set(now.needed_people) == {people["Wethouder Leiden 1"], people["Burgemeester Leiden"]}
        # Without a seat in the body that goes on one comes as a guest.
        assert set(now.guests) == {people["Gedeputeerde"], people["stranger"], people["outsider"]}
        assert now.official_lead_id is None
        assert now.needed_portfolios == ("duurzaamheid", "wonen")
        assert [link.label for link in now.links] == ["Kaart", "Nota"]
        assert (now.minutes, now.priority, now.intensified) == (45, 4, True)
        assert now.desired_result == "Eén tracé."
        assert (state_of(gone), gone.merged_into_id) == (TopicState.MERGED, kept.id)
        assert session.scalars(select(Topic.id).where(has_state(TopicState.MERGED))).all() == [gone.id]
        assert THERE not in str([entry.after for entry in history(session, "topic", kept.id)])
        assert HERE not in str([entry.after for entry in history(session, "topic", gone.id)])


def test_the_title_and_summary_of_the_one_that_closes_can_stay(
    runtime: Runtime, world: World, numbers: Numbers
) -> None:
    merge(runtime, world, numbers, Choice(title_of_gone=True, summary=Summary.GONE))
    with runtime.read() as session:
        assert get(session, Topic, numbers[0]).title == THERE


def test_both_histories_are_read_from_the_one_that_goes_on(
    runtime: Runtime, world: World, numbers: Numbers
) -> None:
    merge(runtime, world, numbers)
    with runtime.read() as session:
        (pair,) = queries.decided_of(session, get(session, Topic, numbers[0]), world.by(session, "clerk"))
        assert pair.kept_id == numbers[0]
        verbs = [entry.verb for entry in history(session, "topic", numbers[1])]
        assert verbs == ["closed", "created"]


def test_a_closed_topic_can_neither_be_changed_nor_planned(
    runtime: Runtime, world: World, numbers: Numbers
) -> None:
    merge(runtime, world, numbers)
    with runtime.work() as session:
        gone, clerk = get(session, Topic, numbers[1]), world.by(session, "clerk")
        for verb in (
            lambda: topics.edit_topic(session, gone, Particulars("Anders"), None, clerk, START),
            lambda: topics.withdraw(session, gone, "Vervallen", None, clerk, START),
            lambda: topics.reopen(session, gone, None, clerk, START),
        ):
            with pytest.raises(Conflict, match="topic_is_closed"):
                verb()
        with pytest.raises(Conflict, match="topic_not_free"):
            topics.plan_turn(session, gone, START)
        with pytest.raises(Conflict, match="topic_is_done"):
            topics.assign_lead(session, gone, None, None, clerk, START)


def test_what_is_on_an_agenda_or_in_a_round_does_not_close_the_other_way_round_it_can(
    runtime: Runtime, world: World, numbers: Numbers
) -> None:
    with runtime.work() as session:
        topics.plan_turn(session, get(session, Topic, numbers[1]), START)
    with pytest.raises(Conflict, match="merged_is_engaged"):
        merge(runtime, world, numbers)
    merge(runtime, world, (numbers[1], numbers[0]))
    with runtime.read() as session:
        kept, gone = get(session, Topic, numbers[1]), get(session, Topic, numbers[0])
        assert (state_of(kept), state_of(gone)) == (TopicState.PLANNED, TopicState.MERGED)


def test_of_two_that_are_both_engaged_neither_closes(
    runtime: Runtime, world: World, numbers: Numbers
) -> None:
    with runtime.work() as session:
        topics.plan_turn(session, get(session, Topic, numbers[0]), START)
        get(session, Topic, numbers[1]).in_writing_since = START
    for each in (numbers, (numbers[1], numbers[0])):
        with pytest.raises(Conflict, match="both_are_engaged"):
            merge(runtime, world, each)


def test_what_has_been_treated_or_what_others_come_after_does_not_close(
    runtime: Runtime, world: World, numbers: Numbers
) -> None:
    with runtime.work() as session:
        submit(session, world.other_body_id, "Besluit over de kosten", predecessor_id=numbers[1])
    with pytest.raises(Conflict, match="others_come_after"):
        merge(runtime, world, numbers)
    with runtime.work() as session:
        turn = topics.plan_turn(session, get(session, Topic, numbers[0]), START)
        topics.conclude_turn(session, turn, TurnResult.TREATED, START)
    with pytest.raises(Conflict, match="merge_needs_current_topics"):
        merge(runtime, world, (numbers[1], numbers[0]))


def test_a_merger_is_undone_within_a_day_and_all_is_as_it_was(
    runtime: Runtime, world: World, numbers: Numbers
) -> None:
    with runtime.read() as session:
        before = [facts.particulars(topic) for topic in both(session, numbers)]
    merge(runtime, world, numbers, Choice(title_of_gone=True))
    with runtime.work() as session:
        undo(session, world, numbers, timedelta(days=1))
    with runtime.read() as session:
        assert [facts.particulars(topic) for topic in both(session, numbers)] == before
        assert [state_of(topic) for topic in both(session, numbers)] == [TopicState.OPEN] * 2
    # And they can be merged once more.
    merge(runtime, world, numbers)


def test_a_merger_of_yesterday_stays(runtime: Runtime, world: World, numbers: Numbers) -> None:
    merge(runtime, world, numbers)
    with runtime.work() as session, pytest.raises(Conflict, match="merge_undo_too_late"):
        undo(session, world, numbers, timedelta(days=1, seconds=1))


@pytest.mark.parametrize("what", ["edited", "planned"])
def test_a_merger_stays_once_something_happened_to_the_topic(
    runtime: Runtime, world: World, numbers: Numbers, what: str
) -> None:
    merge(runtime, world, numbers)
    with runtime.work() as session:
        kept, clerk = get(session, Topic, numbers[0]), world.by(session, "clerk")
        if what == "edited":
            given = replace(facts.particulars(kept), minutes=55)
            topics.edit_topic(session, kept, given, None, clerk, START)
        else:
            topics.plan_turn(session, kept, START)
    with runtime.work() as session, pytest.raises(Conflict, match="topic_changed_meanwhile"):
        undo(session, world, numbers)


def test_only_who_may_merge_takes_a_merger_apart(runtime: Runtime, world: World, numbers: Numbers) -> None:
    seat(runtime, world, "secretary", Role.READER)
    merge(runtime, world, numbers)
    with runtime.work() as session:
        pair = queries.pair_between(session, *numbers)
        assert pair is not None
        with pytest.raises(Forbidden):
            actions.undo(session, pair, pair.version, world.by(session, "secretary"), START)
    with pytest.raises(Conflict, match="pair_is_merged"):
        judge(runtime, world, numbers, Verdict.LINKED)


def test_who_decides_second_is_told_who_was_first(runtime: Runtime, world: World, numbers: Numbers) -> None:
    seat(runtime, world, "secretary", Role.READER)
    with runtime.read() as session:
        on_screen = seen(session, numbers)
    judge(runtime, world, numbers, Verdict.LINKED)
    with runtime.work() as session, pytest.raises(Conflict, match="pair_decided_meanwhile") as refused:
        by = world.by(session, "secretary")
        actions.judge(session, both(session, numbers), Verdict.DIFFERENT, on_screen, by, START)
    assert refused.value.facts == {"who": "clerk"}
    with runtime.read() as session:
        assert session.scalars(select(TopicPair.verdict)).all() == [Verdict.LINKED]


def test_what_was_changed_after_it_was_seen_is_not_merged(
    runtime: Runtime, world: World, numbers: Numbers
) -> None:
    with runtime.read() as session:
        on_screen = seen(session, numbers)
    with runtime.work() as session:
        gone, clerk = get(session, Topic, numbers[1]), world.by(session, "clerk")
        topics.edit_topic(session, gone, Particulars("Warmtenet: nieuw"), None, clerk, START)
    with runtime.work() as session, pytest.raises(Changed):
        kept, gone = both(session, numbers)
        actions.merge(session, kept, gone, BOTH, on_screen, world.by(session, "clerk"), START)


def test_summaries_of_5000_characters_do_not_fit_below_each_other_and_one_stays(
    runtime: Runtime, world: World
) -> None:
    seat(runtime, world, "clerk", Role.CLERK)
    with runtime.work() as session:
        numbers = (
            submit(session, world.body_id, "Bezoek van der Ven, Zoë", summary="é" * 5_000).id,
            submit(session, world.other_body_id, "Van der Ven, Zoë: bezoek", summary="ë" * 5_000).id,
        )
    merge(runtime, world, numbers, Choice(summary=Summary.GONE))
    with runtime.read() as session:
        assert get(session, Topic, numbers[0]).summary == "ë" * 5_000


def test_a_body_that_loses_its_topic_is_counted_by_who_does_not_see_the_other(
    runtime: Runtime, world: World, numbers: Numbers
) -> None:
    with runtime.read() as session:
        here, there = both(session, numbers)
        # Of the other body the outsider does not see this one; the clerk sees both.
        assert queries.left_behind(session, here, there, START) == 1
        assert queries.left_behind(session, there, here, START) == 17
        assert queries.left_behind(session, here, here, START) == 0
