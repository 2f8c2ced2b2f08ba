"""The advice of a search beside today's plan: what stays, goes and moves, and what that saves."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from agenda.meetings.candidates import Candidate
from agenda.planner.accepting import Wanted
from agenda.planner.new_meetings import NewMeeting
from agenda.planner.posing import Place, Posed
from agenda.planner.run_result import Result
from agenda.planner.solving.fits import why_untreated
from agenda.planner.solving.necessity import Need
from agenda.planner.solving.pricing import Fault, faults, load_of, minutes_of, priced
from agenda.planner.solving.problem import Figures, Why

NOBODYS = ""


@dataclass(frozen=True)
class Move:
    """A topic goes to another meeting, or onto its first agenda where it has no source."""

    topic: Candidate
    minutes: int
    source: Place | None
    target: Place


@dataclass(frozen=True)
class Staying:
    """A meeting that is held, planned already or not: its topics, those that arrive, and why it is needed."""

    meeting: Place
    remaining: Sequence[Candidate]
    arriving: Sequence[Move]
    need: Need
    forced_by: Sequence[Candidate]
    lacking: int
    used: int
    room: int


@dataclass(frozen=True)
class Going:
    """A meeting that need not be held, where its topics go, and what takes its place."""

    meeting: Place
    moves: Sequence[Move]
    successor: Place | None


@dataclass(frozen=True)
class Waiting:
    """A topic that, if it may wait until a day, saves one meeting more."""

    topic: Candidate
    deadline: date | None
    until: date


@dataclass(frozen=True)
class Saved:
    """How many minutes of meeting somebody has today, and with the advice."""

    name: str
    before: int
    after: int

    @property
    def minutes(self) -> int:
        """How many fewer those are."""
        return self.before - self.after


@dataclass(frozen=True)
class Advice:
    """Everything the page shows."""

    posed: Posed
    result: Result
    staying: Sequence[Staying]
    going: Sequence[Going]
    waiting: Sequence[Waiting]
    untreated: Sequence[tuple[Candidate, Why]]
    people: Sequence[Saved]
    municipalities: Sequence[Saved]

    @property
    def before(self) -> Figures:
        """What today's plan costs."""
        return self.result.before

    @property
    def after(self) -> Figures:
        """What the proposed plan costs."""
        return self.result.plan.figures

    @property
    def topics(self) -> Sequence[tuple[Candidate, Place]]:
        """Every topic with the meeting that the advice gives it, by time."""
        found = [
            (self.posed.topics[topic], self.posed.meetings[place])
            for topic, place in self.result.plan.treated.items()
        ]
        return sorted(found, key=lambda pair: (str(pair[1].starts_at), pair[0].title))


def advice_of(posed: Posed, result: Result) -> Advice:
    """Put the advice together; `posed` must be what the result rests on."""
    treated = result.plan.treated
    held = set(treated.values())
    minutes = {one.id: one.minutes for one in posed.problem.subjects}
    moves = [
        Move(
            posed.topics[topic],
            minutes[topic],
            posed.meetings[posed.today[topic]] if topic in posed.today else None,
            posed.meetings[place],
        )
        for topic, place in treated.items()
        if posed.today.get(topic) != place
    ]
    return Advice(
        posed=posed,
        result=result,
        staying=[_staying(posed, result, place, moves, minutes) for place in posed.meetings if place in held],
        going=[
            _going(posed, place, moves, held)
            for place, one in posed.meetings.items()
            if place not in held and not isinstance(one, NewMeeting)
        ],
        waiting=[
            Waiting(posed.topics[one.subject], posed.topics[one.subject].deadline, one.until)
            for one in result.waivers
        ],
        untreated=[
            (posed.topics[topic], why) for topic, why in why_untreated(posed.problem, treated).items()
        ],
        people=_saved_by_person(posed, treated),
        municipalities=_saved_by_municipality(posed, treated),
    )


def wanted_of(advice: Advice, chosen: Collection[int], why: str) -> Wanted:
    """Give what accepting comes to when these meetings are cancelled: all of the advice, or a part."""
    whole = {going.meeting.id for going in advice.going} <= set(chosen)
    cancelled = {
        going.meeting.id: going.successor.id if going.successor is not None else None
        for going in advice.going
        if going.meeting.id in chosen
    }
    moves: dict[int, int] = {}
    added: dict[int, int] = {}
    if whole:
        for topic, place in advice.result.plan.treated.items():
            if topic not in advice.posed.today:
                added[int(topic)] = int(place)
            elif advice.posed.today[topic] != place:
                moves[int(topic)] = int(place)
    else:
        for going in advice.going:
            if going.meeting.id in chosen:
                moves |= {move.topic.id: move.target.id for move in going.moves}
    places = {number: advice.posed.meetings[str(number)] for number in [*moves.values(), *added.values()]}
    new = {number: one.moment for number, one in places.items() if isinstance(one, NewMeeting)}
    touched = (set(cancelled) | set(places)) - set(new)
    seen = {number: advice.posed.meetings[str(number)].version for number in touched}
    return Wanted(moves, cancelled, why, seen, added, new)


def after(posed: Posed, wanted: Wanted) -> dict[str, str]:
    """Give where everything stands once this is accepted."""
    changed = {**wanted.moves, **wanted.added}
    return dict(posed.today) | {str(topic): str(place) for topic, place in changed.items()}


def with_move(advice: Advice, topic: str, place: str) -> tuple[Figures, list[Fault]]:
    """Reckon what the advice costs with one topic in another meeting, and which rules that breaks."""
    treated = dict(advice.result.plan.treated) | {topic: place}
    return priced(advice.posed.problem, treated), faults(advice.posed.problem, treated)


def _staying(
    posed: Posed, result: Result, place: str, moves: Sequence[Move], minutes: Mapping[str, int]
) -> Staying:
    meeting = posed.meetings[place]
    here = [topic for topic, at in result.plan.treated.items() if at == place]
    reason = result.reasons[place]
    return Staying(
        meeting=meeting,
        remaining=[posed.topics[topic] for topic in here if posed.today.get(topic) == place],
        arriving=[move for move in moves if move.target is meeting],
        need=reason.need,
        forced_by=[posed.topics[topic] for topic in reason.subjects],
        lacking=reason.minutes,
        used=sum(minutes[topic] for topic in here),
        room=next(one.room for one in posed.problem.occasions if one.id == place),
    )


def _going(posed: Posed, place: str, moves: Sequence[Move], held: Collection[str]) -> Going:
    meeting = posed.meetings[place]
    mine = [move for move in moves if move.source is meeting]
    received: Counter[int] = Counter()
    for move in mine:
        received[move.target.id] += move.minutes
    if received:
        successor = posed.meetings[str(received.most_common(1)[0][0])]
        return Going(meeting, mine, successor)
    kin = [one for key, one in posed.meetings.items() if key in held and one.body_id == meeting.body_id]
    later = [one for one in kin if _starts(one) > _starts(meeting)]
    return Going(meeting, mine, min(later, key=_starts, default=None))


def _starts(meeting: Place) -> str:
    return meeting.starts_at.isoformat() if meeting.starts_at is not None else ""


def _saved_by_person(posed: Posed, treated: Mapping[str, str]) -> list[Saved]:
    before, then = minutes_of(posed.problem, posed.today), minutes_of(posed.problem, treated)
    names = {
        str(one.person_id): one.person.name for meeting in posed.meetings.values() for one in meeting.people
    }
    found = [Saved(names[person], before[person], then[person]) for person in before | then]
    return sorted(found, key=lambda one: (-one.minutes, one.name))


def _saved_by_municipality(posed: Posed, treated: Mapping[str, str]) -> list[Saved]:
    """Add the minutes of people up by the organisation that they come for."""
    spent: list[dict[str, int]] = []
    for plan in (posed.today, treated):
        sums: dict[str, int] = defaultdict(int)
        load = load_of(posed.problem, plan)
        for occasion in posed.problem.occasions:
            if occasion.id in load:
                for attendee in posed.meetings[occasion.id].people:
                    name = attendee.organisation.name if attendee.organisation else NOBODYS
                    sums[name] += occasion.reserved + load[occasion.id]
        spent.append(sums)
    before, then = spent
    found = [Saved(name, before.get(name, 0), then.get(name, 0)) for name in {**before, **then}]
    return sorted(found, key=lambda one: (-one.minutes, one.name))
