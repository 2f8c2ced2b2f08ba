"""Let faults befall the product, and tell what does not hold afterwards.

    python -m tests.faults [--minutes N] [--seed S] [--kills K]
                           [--database sqlite|postgres|both] [--into FOLDER]

Ends with 1 when anything did not hold. The same seed gives the same faults in the same order; the folder
keeps every journal, log, letter and table.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from pathlib import Path

from tests.faults.run import Result, Wanted, run

# With what comes before and after them they stay under 20 minutes.
MINUTES, KILLS = 12.0, 200
HEAD = ("run", "seed", "kills", "other faults", "requests", "confirmed", "letters", "repeats", "violations")


def main() -> int:
    """Do the runs, print the table, and give the exit code."""
    asked = _asked()
    # Told to stop, it ends what it started too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    kinds = ("sqlite", "postgres") if asked.database == "both" else (asked.database,)
    into = asked.into or a_folder()
    found = []
    for kind in kinds:
        wanted = Wanted(kind, asked.seed, asked.minutes * 60 / len(kinds), asked.kills // len(kinds))
        print(
            f"{kind}, seed {asked.seed}: {wanted.seconds:.0f} seconds, {wanted.kills} kills ...", flush=True
        )
        found.append(run(wanted, into / f"{kind}-{asked.seed}"))
    tell(found)
    return int(any(result.violations for result in found))


def a_folder() -> Path:
    """Make a folder that PostgreSQL, which is never root, can reach too."""
    folder = Path(tempfile.mkdtemp(prefix="agenda-faults-"))
    folder.chmod(0o755)
    return folder


def tell(found: list[Result]) -> None:
    """Print the table, the faults by kind, and each violation with what repeats it."""
    rows = [HEAD, *(_row(result) for result in found)]
    widths = [max(len(str(row[n])) for row in rows) for n in range(len(HEAD))]
    for row in rows:
        print("  ".join(str(cell).ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    for result in found:
        befell = ", ".join(f"{kind} {number}" for kind, number in sorted(result.faults.items()))
        print(f"\n{result.wanted.kind}: {befell}\nkept in {result.folder}")
        for violation in result.violations:
            print(f"  {violation}")
        if result.violations:
            w = result.wanted
            print(
                f"  again: python -m tests.faults --database {w.kind} --seed {w.seed}"
                f" --minutes {w.seconds / 60:g} --kills {w.kills}"
            )


def _row(result: Result) -> tuple[object, ...]:
    kills = sum(number for kind, number in result.faults.items() if kind.startswith("kill"))
    return (
        result.wanted.kind,
        result.wanted.seed,
        kills,
        result.faults.total() - kills,
        result.asked.total(),
        result.changes,
        result.letters,
        result.repeats,
        len(result.violations),
    )


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.faults", description="Let faults befall the product."
    )
    parser.add_argument("--minutes", type=float, default=MINUTES, help="how long they go on, in all")
    parser.add_argument("--seed", type=int, default=1, help="the same seed, the same faults")
    parser.add_argument("--kills", type=int, default=KILLS, help="how many SIGKILLs, in all")
    parser.add_argument("--database", choices=("sqlite", "postgres", "both"), default="both")
    parser.add_argument("--into", type=Path, help="the folder that keeps what happened")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
