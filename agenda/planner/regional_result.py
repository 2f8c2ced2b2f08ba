"""What the laying out of a regional day came to, as its row keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from agenda.planner.solving.regional_problem import (
    DayAim,
    DayFigures,
    DayPlan,
    LeftOut,
    Placed,
    WhyOut,
)


@dataclass(frozen=True)
class Savings:
    """Journeys there and back, and the minutes they take: as planned now, and on the regional day."""

    trips_now: int = 0
    trips_then: int = 0
    minutes_now: int = 0
    minutes_then: int = 0


@dataclass(frozen=True)
class Result:
    """The plan, the fingerprint of everything that it is true for, and what it saved when it was made."""

    rests_on: str
    plan: DayPlan
    savings: Savings

    def to_json(self) -> dict[str, Any]:
        """Write it down."""
        plan = self.plan
        return {
            "rests_on": self.rests_on,
            "placed": {name: [at.start, at.room] for name, at in plan.placed.items()},
            "left_out": {name: [one.why, list(one.who)] for name, one in plan.left_out.items()},
            "attended": {name: list(taken) for name, taken in plan.attended.items()},
            "figures": list(plan.figures.in_order),
            "bounds": list(plan.bounds.in_order),
            "proven": list(plan.proven),
            "seconds": round(plan.seconds, 2),
            "savings": asdict(self.savings),
        }


def result_of(written: Mapping[str, Any]) -> Result:
    """Read what was written down."""
    plan = DayPlan(
        placed={name: Placed(start, room) for name, (start, room) in written["placed"].items()},
        left_out={name: LeftOut(WhyOut(why), tuple(who)) for name, (why, who) in written["left_out"].items()},
        attended={name: tuple(taken) for name, taken in written["attended"].items()},
        figures=DayFigures(*written["figures"]),
        bounds=DayFigures(*written["bounds"]),
        proven=tuple(map(DayAim, written["proven"])),
        seconds=written["seconds"],
    )
    return Result(written["rests_on"], plan, Savings(**written["savings"]))
