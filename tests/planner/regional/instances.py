"""Regional days of realistic size: portfolio meetings of five municipalities in a few rooms."""

from __future__ import annotations

import random

from agenda.planner.solving.regional_problem import DayMeeting, DayPerson, DayProblem, Room

MUNICIPALITIES = ("leiden", "leiderdorp", "oegstgeest", "voorschoten", "zoeterwoude")
TRAVEL = {"leiden": 15, "leiderdorp": 12, "oegstgeest": 25, "voorschoten": 20, "zoeterwoude": 0}
SIZES = {"small": (3, 40, 2), "usual": (8, 40, 3), "large": (15, 120, 4), "crowded": (15, 40, 3)}
OPENS, CLOSES, PAUSE = 540, 1050, (750, 795)


def portfolio_day(meetings: int, people: int, rooms: int, seed: int = 0) -> DayProblem:
    """Give a day of so many meetings: of each municipality one person must come, and one or two may."""
    chance = random.Random(seed)
    crews = {
        name: [f"{name}.{number}" for number in range(people // len(MUNICIPALITIES))]
        for name in MUNICIPALITIES
    }
    found = []
    for number in range(meetings):
        required = {chance.choice(crew[: max(3, len(crew) // 3)]) for crew in crews.values()}
        optional = {chance.choice(crew) for crew in crews.values() for _ in range(2)}
        found.append(
            DayMeeting(
                id=f"m{number}",
                minutes=chance.choice((45, 60, 60, 90)),
                required=frozenset(required),
                optional=frozenset(optional - required),
                after=frozenset({f"m{chance.randrange(number)}"})
                if number and chance.random() < 0.1
                else frozenset(),
            )
        )
    return DayProblem(
        opens=OPENS,
        closes=CLOSES,
        rooms=tuple(Room(f"r{number}", 20 if number else None) for number in range(rooms)),
        meetings=tuple(found),
        people=tuple(
            _person(name, municipality, chance) for municipality, crew in crews.items() for name in crew
        ),
        pause=PAUSE,
        change_over=10,
    )


def _person(name: str, municipality: str, chance: random.Random) -> DayPerson:
    busy = OPENS + 15 * chance.randrange(34)
    return DayPerson(
        id=name,
        begins=OPENS + 60 if chance.random() < 0.05 else None,
        ends=CLOSES - 150 if chance.random() < 0.1 else None,
        busy=((busy, busy + 60),) if chance.random() < 0.15 else (),
        travel=TRAVEL[municipality],
    )
