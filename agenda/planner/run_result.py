"""What a search came to, as the row of its run keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from agenda.planner.solving.necessity import Need, Reason, Waiver
from agenda.planner.solving.problem import Aim, Figures, Plan, Progress


@dataclass(frozen=True)
class Result:
    """The plan, what it was before, why each meeting is needed, and what would save one more.

    `rests_on` is the fingerprint of everything that the answer is true for.
    """

    rests_on: str
    plan: Plan
    before: Figures
    reasons: Mapping[str, Reason]
    waivers: tuple[Waiver, ...]
    # Whether every deadline was tried; False when the time was up before.
    all_tried: bool

    def to_json(self) -> dict[str, Any]:
        """Write it down."""
        return {
            "rests_on": self.rests_on,
            "treated": dict(self.plan.treated),
            "figures": list(self.plan.figures.in_order),
            "bounds": list(self.plan.bounds.in_order),
            "proven": list(self.plan.proven),
            "seconds": self.plan.seconds,
            "before": list(self.before.in_order),
            "reasons": {
                place: [one.need, list(one.subjects), one.minutes] for place, one in self.reasons.items()
            },
            "waivers": [[one.subject, one.until.isoformat(), one.meetings_held] for one in self.waivers],
            "all_tried": self.all_tried,
        }


def result_of(written: Mapping[str, Any]) -> Result:
    """Read what was written down."""
    plan = Plan(
        treated=written["treated"],
        figures=Figures(*written["figures"]),
        bounds=Figures(*written["bounds"]),
        proven=tuple(map(Aim, written["proven"])),
        seconds=written["seconds"],
    )
    return Result(
        written["rests_on"],
        plan,
        Figures(*written["before"]),
        {
            place: Reason(Need(need), tuple(subjects), minutes)
            for place, (need, subjects, minutes) in written["reasons"].items()
        },
        tuple(Waiver(subject, date.fromisoformat(day), held) for subject, day, held in written["waivers"]),
        written["all_tried"],
    )


def progress_to_json(progress: Progress) -> dict[str, Any]:
    """Write down how far a search is."""
    return {
        "aim": progress.aim,
        "figures": list(progress.plan.figures.in_order),
        "bounds": list(progress.plan.bounds.in_order),
        "seconds": round(progress.plan.seconds, 1),
    }


@dataclass(frozen=True)
class Standing:
    """How far a search is: the aim in hand, the best so far, the bound, and the seconds it took."""

    aim: Aim
    best: Figures
    bound: Figures
    seconds: float


def standing_of(written: Mapping[str, Any]) -> Standing:
    """Read how far a search is."""
    return Standing(
        Aim(written["aim"]), Figures(*written["figures"]), Figures(*written["bounds"]), written["seconds"]
    )
