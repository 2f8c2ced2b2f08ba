"""The table of seats on a body's form: who is a member, whose turn it is when, which quorum."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from wtforms import Field, ValidationError

from agenda.people.facts import SeatFacts, seat_text
from agenda.people.model import Organisation, Seat

MOST = 100
# One figure more than MOST needs: what is longer stays wrong, and no number gets out of hand.
LONGEST = 4


# A seat as it stands in the database: organisation, place among the hosts, quorum.
Standing = tuple[int, int, int | None]


@dataclass(frozen=True)
class SeatRow:
    """One organisation in the table, as it was filled in."""

    organisation_id: int
    name: str
    member: bool
    turn: str
    quorum: str


class SeatsField(Field):
    """Reads `seat-7`, `turn-7` and `quorum-7` for each organisation; its data are the rows of the table."""

    _given: Any = None
    _organisations: Sequence[tuple[int, str]] = ()
    _standing: Sequence[Standing] = ()

    def offer(self, organisations: Iterable[Organisation]) -> None:
        """Name the organisations that can have a seat."""
        self._organisations = [(row.id, row.name) for row in organisations]

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Keep what was sent; it is read when the organisations are known."""
        self.process_errors = []
        self._given = formdata
        self._standing = _standing(data or ())

    @property
    def data(self) -> list[SeatRow]:
        """The rows of the table: members in the order of the hosts, then the others."""
        if self._given:
            return [self._sent(key, name) for key, name in self._organisations]
        return self._rows(self._standing)

    @data.setter
    def data(self, _value: Any) -> None:
        """Nothing to keep: the rows follow from what was sent."""

    def _rows(self, standing: Iterable[Standing]) -> list[SeatRow]:
        present = {key: (position, quorum) for key, position, quorum in standing}
        rows = []
        for key, name in self._organisations:
            position, quorum = present.get(key, (-1, None))
            turn = str(position + 1) if key in present else ""
            rows.append(SeatRow(key, name, key in present, turn, "" if quorum is None else str(quorum)))
        return sorted(rows, key=lambda row: (not row.member, int(row.turn or 0)))

    def seats(self) -> tuple[SeatFacts, ...]:
        """Give the seats in their order; those without a turn come after those with one."""
        return tuple(
            SeatFacts(row.organisation_id, int(row.quorum) if row.quorum else None)
            for row in _ordered(self.data)
        )

    def told(self, value: Any) -> str:
        """Write the seats on one line, to lay two versions beside each other."""
        rows = value if all(isinstance(row, SeatRow) for row in value) else self._rows(_standing(value))
        return ", ".join(
            seat_text(row.name, int(row.quorum) if row.quorum.isdecimal() else None) for row in _ordered(rows)
        )

    def pre_validate(self, form: Any) -> None:
        """Refuse a turn or a quorum that is no number."""
        faults = [fault for row in self.data if row.member for fault in _faults(row)]
        if faults:
            raise ValidationError(" ".join(faults))

    def _sent(self, key: int, name: str) -> SeatRow:
        return SeatRow(
            key,
            name,
            f"seat-{key}" in self._given,
            self._given.get(f"turn-{key}", "").strip()[:LONGEST],
            self._given.get(f"quorum-{key}", "").strip()[:LONGEST],
        )


def _standing(seats: Iterable[Seat]) -> list[Standing]:
    return [(seat.organisation_id, seat.position, seat.quorum) for seat in seats]


def _ordered(rows: Iterable[SeatRow]) -> list[SeatRow]:
    return sorted(
        (row for row in rows if row.member),
        key=lambda row: int(row.turn) if row.turn.isdecimal() else MOST + 1,
    )


def _faults(row: SeatRow) -> list[str]:
    wrong = []
    if row.turn and not (row.turn.isdecimal() and 1 <= int(row.turn) <= MOST):
        wrong.append(_("%(name)s: the turn is a number from 1 to %(most)s.", name=row.name, most=MOST))
    if row.quorum and not (row.quorum.isdecimal() and int(row.quorum) <= MOST):
        wrong.append(_("%(name)s: the quorum is a number of people.", name=row.name))
    return wrong
