"""The ranking as one would write it down first: every minute of every day, every person, one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from agenda.dates.question import Holidays, Kind, Need, Participant, Question

MINUTE = timedelta(minutes=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Moment:
    """A start: its day, who is absent, what is in the way, and what orders it."""

    starts_at: datetime
    day: date
    absent: tuple[str, ...]
    present: tuple[int, ...]
    avoided: str | None
    fixed: tuple[str, ...]
    lacking: tuple[tuple[str, int], ...]
    wishes: tuple[int, int]

    @property
    def reason(self) -> str | None:
        """Name the first thing in the way."""
        if self.fixed:
            return self.fixed[0]
        kinds = {kind for kind, _ in self.lacking}
        if Kind.REQUIRED in kinds:
            return "required_absent"
        return "no_quorum" if kinds else None

    @property
    def rank(self) -> tuple[object, ...]:
        """Order the starts."""
        return (self.avoided is not None, len(self.absent), self.wishes, self.starts_at)

    @property
    def distance(self) -> tuple[object, ...]:
        """Order the starts that do not count."""
        return (len(self.fixed), sum(number for _, number in self.lacking), self.rank)


def moments(question: Question, people: Sequence[Participant], needs: Sequence[Need]) -> list[Moment]:
    """Look at every start, in order of time."""
    return [_moment(question, people, needs, starts_at, day) for starts_at, day in _starts(question)]


def _starts(question: Question) -> list[tuple[datetime, date]]:
    zone = ZoneInfo(question.zone)
    opened: dict[datetime, tuple[date, int]] = {}
    minute = datetime.combine(question.first, time(), UTC) - timedelta(days=1)
    while minute < datetime.combine(question.last, time(), UTC) + timedelta(days=2):
        local = minute.astimezone(zone)
        opens, closes = question.hours.get(local.weekday(), (time(), time()))
        if question.first <= local.date() <= question.last and local.weekday() in question.hours:
            clock = local.time()
            if opens <= clock and (clock < closes or closes == time()):
                since = (local.hour - opens.hour) * 60 + local.minute - opens.minute
                opened[minute] = local.date(), since
        minute += MINUTE
    return [
        (minute, day)
        for minute, (day, since) in opened.items()
        if since % question.step == 0
        and (question.not_before is None or minute >= question.not_before)
        and all(opened.get(minute + n * MINUTE, (None,))[0] == day for n in range(question.minutes))
    ]


def _moment(
    question: Question,
    people: Sequence[Participant],
    needs: Sequence[Need],
    starts_at: datetime,
    day: date,
) -> Moment:
    ends_at = starts_at + question.minutes * MINUTE
    absent = tuple(one.id for one in people if not _is_free(one, starts_at, ends_at))
    present = tuple(
        sum(1 for one in people if one.id in need.people and one.id not in absent) for need in needs
    )
    names = [
        (rule, days[day], code)
        for rule, days, code in (
            (question.public, question.public_holidays, "public_holiday"),
            (question.school, question.school_holidays, "school_holiday"),
        )
        if day in days
    ]
    fixed = [code for rule, _, code in names if rule == Holidays.EXCLUDE]
    if any(one.starts_at < ends_at and starts_at < one.ends_at for one in question.closed):
        fixed.append("closed")
    local = starts_at.astimezone(ZoneInfo(question.zone)).time()
    usual = question.usual_hours
    return Moment(
        starts_at=starts_at,
        day=day,
        absent=absent,
        present=present,
        avoided=", ".join(name for rule, name, _ in names if rule == Holidays.AVOID) or None,
        fixed=tuple(fixed),
        lacking=tuple(
            (need.kind, need.least - there)
            for need, there in zip(needs, present, strict=True)
            if there < need.least
        ),
        wishes=(
            (day in question.unwanted) + (day < question.prepared_from),
            usual.index(local) if local in usual else len(usual),
        ),
    )


def _is_free(person: Participant, starts_at: datetime, ends_at: datetime) -> bool:
    leaves, returns = starts_at - person.travel * MINUTE, ends_at + person.travel * MINUTE
    for begin, end in person.blocks.tolist():
        if begin < end and EPOCH + begin * MINUTE < returns and leaves < EPOCH + end * MINUTE:
            return False
    return True
