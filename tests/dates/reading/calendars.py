"""Calendars made up by chance, in all forms a reader must know; the same chance gives the same one."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

FIRST, LAST = datetime(2019, 2, 1), datetime(2019, 5, 1)  # noqa: DTZ001 - on the person's clocks
ZONES = (
    *("Europe/Amsterdam",) * 3,
    "America/New_York",
    "Asia/Kolkata",
    "W. Europe Standard Time",
    "/mozilla.org/20050126_1/Europe/Amsterdam",
    "Nergens",
)
SPRING = date(2019, 3, 31)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//NL\r\n"


def calendar(chance: Random) -> bytes:
    """Return a calendar of one to four series, sometimes with free and busy times and availability."""
    parts = [_series(chance, f"series-{number}") for number in range(chance.randint(1, 4))]
    if chance.random() < 0.15:
        parts.append(_free_busy(chance))
    if chance.random() < 0.15:
        parts += [_availability(chance) for _ in range(chance.randint(1, 2))]
    text = HEAD + "".join(parts) + "END:VCALENDAR\r\n"
    if chance.random() < 0.1:
        text = text.replace("\r\n", "\n")
    if chance.random() < 0.1:
        text = "".join(
            line[:9] + "\r\n " + line[9:] for line in text.splitlines(keepends=True) if line.strip()
        )
    return text.encode()


class _Kind:
    """How the times of one series are written: on a zone's clocks, floating, in UTC, or as days."""

    def __init__(self, chance: Random) -> None:
        self.kind = chance.choice(("zoned", "zoned", "zoned", "floating", "utc", "day"))
        self.zone = chance.choice(ZONES)

    def parameters(self) -> str:
        """Return what stands between the name and the value."""
        return {"zoned": f";TZID={self.zone}", "day": ";VALUE=DATE"}.get(self.kind, "")

    def value(self, at: datetime) -> str:
        """Return the value alone."""
        if self.kind == "day":
            return f"{at:%Y%m%d}"
        return f"{at:%Y%m%dT%H%M%S}" + ("Z" if self.kind == "utc" else "")

    def line(self, name: str, *moments: datetime, extra: str = "") -> str:
        """Return a whole line."""
        return f"{name}{extra}{self.parameters()}:{','.join(self.value(at) for at in moments)}\r\n"


def _moment(chance: Random, first: int = -500, last: int = 120) -> datetime:
    day = FIRST + timedelta(days=chance.randint(first, last))
    # Clocks change on 31 March 2019 and 28 October 2018.
    if chance.random() < 0.1:
        day = chance.choice((datetime(2019, 3, 30), datetime(2019, 3, 31), datetime(2018, 10, 27)))  # noqa: DTZ001
    return day.replace(hour=chance.randint(0, 23), minute=chance.choice((0, 0, 30, 59)))


def _series(chance: Random, uid: str) -> str:
    kind, start = _Kind(chance), _moment(chance)
    recurs = chance.random() < 0.75
    repeats = rule(chance, kind, start)
    # recurring-ical-events confuses one date's local time with another's UTC (see test_rfc.py).
    confusing = kind.kind != "utc" and ("BYHOUR" in repeats or "HOURLY" in repeats)
    dates = [start + timedelta(days=days) for days in (0, 1, 7, 14, 21, 28, 30, 60, 90, 364)]
    lines = [kind.line("DTSTART", start), _lasts(chance, kind, start)]
    if recurs and chance.random() < 0.9:
        lines.append(f"RRULE:{repeats}\r\n")
    if recurs and chance.random() < 0.25:
        lines.append(_further(chance, kind, start))
    if recurs and not confusing and chance.random() < 0.35:
        lines.append(kind.line("EXDATE", *chance.sample(dates, chance.randint(1, 3))))
    result = _event(chance, uid, lines)
    if chance.random() < 0.05:
        result += _event(chance, uid, [kind.line("DTSTART", _moment(chance)), "SEQUENCE:9\r\n"])
    # At most one override a date.
    for replaced in chance.sample(dates, chance.choice((0, 0, 1, 2))) if recurs and not confusing else ():
        result += _override(chance, kind, uid, replaced)
    return result


def _override(chance: Random, kind: _Kind, uid: str, date: datetime) -> str:
    future = ";RANGE=THISANDFUTURE" if chance.random() < 0.15 and kind.kind != "day" else ""
    moved = date + timedelta(hours=chance.randint(-30, 30)) if chance.random() < 0.7 else _moment(chance)
    if future:
        moved = date + timedelta(minutes=30 * chance.randint(-4, 4))
    lines = [kind.line("RECURRENCE-ID", date, extra=future), kind.line("DTSTART", moved)]
    if chance.random() < 0.1:
        lines += ["RRULE:FREQ=DAILY\r\n", kind.line("EXDATE", date + timedelta(days=7))]
    return _event(chance, uid, [*lines, _lasts(chance, kind, moved)])


def _event(chance: Random, uid: str, lines: list[str]) -> str:
    says = chance.choice(
        (
            *("",) * 8,
            "TRANSP:TRANSPARENT\r\n",
            "TRANSP:opaque\r\n",
            "STATUS:CANCELLED\r\n",
            "STATUS:TENTATIVE\r\n",
            "X-MICROSOFT-CDO-BUSYSTATUS:FREE\r\n",
            "X-MICROSOFT-CDO-BUSYSTATUS:OOF\r\n",
        )
    )
    alarm = "BEGIN:VALARM\r\nTRIGGER:-PT15M\r\nDURATION:PT5M\r\nACTION:DISPLAY\r\nEND:VALARM\r\n"
    shuffled = [f"UID:{uid}\r\n", "SUMMARY:Overleg; DTSTART:20190101\r\n", says, *lines]
    chance.shuffle(shuffled)
    return (
        "BEGIN:VEVENT\r\n" + "".join(shuffled) + (alarm if chance.random() < 0.2 else "") + "END:VEVENT\r\n"
    )


def _lasts(chance: Random, kind: _Kind, start: datetime) -> str:
    form = chance.choice(("end", "end", "duration", "neither"))
    if form == "neither":
        return ""
    if kind.kind == "day":
        days = chance.choice((1, 1, 2, 5))
        return (
            f"DURATION:P{days}D\r\n"
            if form == "duration"
            else kind.line("DTEND", start + timedelta(days=days))
        )
    if form == "duration":
        return f"DURATION:{chance.choice(('PT1H', 'PT90M', 'P1D', 'PT24H', 'P1DT2H', 'P1W', 'PT45S'))}\r\n"
    return kind.line("DTEND", start + timedelta(minutes=chance.choice((15, 60, 90, 480, 1500, -30))))


def _further(chance: Random, kind: _Kind, start: datetime) -> str:
    days = [_moment(chance, -30, 120) for _ in range(chance.randint(1, 3))]
    moments = [day.replace(hour=start.hour, minute=start.minute) for day in days]
    # A time that the clocks skip, moved by THISANDFUTURE, is counted from the skipped time by the reference.
    moments = [at if at.date() != SPRING else at + timedelta(days=1) for at in moments]
    if kind.kind == "day" or chance.random() < 0.5:
        return kind.line("RDATE", *moments)
    zone = kind.parameters()
    periods = [
        f"{kind.value(at)}/" + chance.choice(("PT2H", kind.value(at + timedelta(hours=3)))) for at in moments
    ]
    return f"RDATE{zone};VALUE=PERIOD:{','.join(periods)}\r\n"


def rule(chance: Random, kind: _Kind, start: datetime) -> str:
    """Return a recurrence rule that begins in its start."""
    parts = [_frequency(chance, kind)]
    if chance.random() < 0.4:
        parts.append(f"INTERVAL={chance.choice((1, 2, 3, 5))}")
    bound = chance.random()
    if bound < 0.35:
        parts.append(f"COUNT={chance.choice((1, 2, 5, 20, 60, 300))}")
    elif bound < 0.65:
        parts.append(f"UNTIL={_until(chance, kind, start)}")
    if chance.random() < 0.2:
        parts.append(f"WKST={chance.choice(WEEKDAYS)}")
    return ";".join(parts)


def _frequency(chance: Random, kind: _Kind) -> str:
    days = ",".join(chance.sample(WEEKDAYS, chance.randint(1, 4)))
    ordinal = chance.choice((1, 2, 3, 4, 5, -1, -2))
    some = ",".join(
        f"{chance.choice((1, 2, 3, 4, 5, -1, -2))}{day}"
        for day in chance.sample(WEEKDAYS, chance.randint(1, 2))
    )
    month_days = ",".join(str(chance.choice((1, 13, 15, 28, 29, 30, 31, -1, -3))) for _ in range(2))
    months = ",".join(str(month) for month in chance.sample(range(1, 13), chance.randint(1, 4)))
    forms = [
        "FREQ=DAILY",
        f"FREQ=DAILY;BYDAY={days}",
        f"FREQ=DAILY;BYMONTH={months}",
        f"FREQ=DAILY;BYMONTHDAY={month_days}",
        "FREQ=WEEKLY",
        f"FREQ=WEEKLY;BYDAY={days}",
        f"FREQ=WEEKLY;BYDAY={days};BYMONTH={months}",
        "FREQ=MONTHLY",
        f"FREQ=MONTHLY;BYMONTHDAY={month_days}",
        f"FREQ=MONTHLY;BYDAY={some}",
        f"FREQ=MONTHLY;BYDAY={days}",
        f"FREQ=MONTHLY;BYDAY={days};BYSETPOS={ordinal}",
        f"FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY={month_days},13",
        f"FREQ=MONTHLY;BYDAY={days};BYMONTH={months}",
        "FREQ=YEARLY",
        f"FREQ=YEARLY;BYMONTH={months}",
        f"FREQ=YEARLY;BYMONTH={months};BYDAY={some}",
        f"FREQ=YEARLY;BYDAY={chance.choice((1, 10, 15, -40, 53))}{days[:2]}",
        f"FREQ=YEARLY;BYYEARDAY={chance.choice((1, 60, 100, -1, -300))},75",
        f"FREQ=YEARLY;BYMONTHDAY={month_days}",
        f"FREQ=YEARLY;BYWEEKNO={chance.choice((1, 10, 15, 20, 52, 53, -1, -40))}",
        f"FREQ=YEARLY;BYWEEKNO={chance.choice((1, 10, 15, 20, 52, 53, -1, -40))};BYDAY={days}",
        f"FREQ=YEARLY;BYMONTH={months};BYDAY={days};BYSETPOS={ordinal}",
    ]
    if kind.kind != "day":
        forms += [
            "FREQ=DAILY;BYHOUR=9,13",
            "FREQ=DAILY;BYHOUR=9,13,17;BYMINUTE=0,30;BYSETPOS=2,-1",
            f"FREQ=WEEKLY;BYDAY={days};BYHOUR=8,20",
            f"FREQ=HOURLY;INTERVAL={chance.choice((3, 5, 24, 36))}",
            f"FREQ=HOURLY;BYDAY={days};BYHOUR=9,10,15",
        ]
    return chance.choice(forms)


def _until(chance: Random, kind: _Kind, start: datetime) -> str:
    end = start + timedelta(
        days=chance.choice((-1, 0, 10, 60, 100, 200, 400)), hours=chance.choice((0, 0, 1, -1))
    )
    if kind.kind == "day" or chance.random() < 0.25:
        return f"{end:%Y%m%d}"
    return f"{end:%Y%m%dT%H%M%S}" + ("Z" if kind.kind != "floating" or chance.random() < 0.3 else "")


def _free_busy(chance: Random) -> str:
    lines = []
    for _ in range(chance.randint(1, 4)):
        form = chance.choice(("", ";FBTYPE=BUSY", ";FBTYPE=FREE", ";FBTYPE=BUSY-TENTATIVE", ";FBTYPE=X-OWN"))
        at = _moment(chance, -5, 95)
        end = chance.choice(("PT1H30M", f"{at + timedelta(hours=5):%Y%m%dT%H%M%S}Z"))
        lines.append(f"FREEBUSY{form}:{at:%Y%m%dT%H%M%S}Z/{end},{at:%Y%m}01T100000Z/PT1H\r\n")
    return "BEGIN:VFREEBUSY\r\nUID:free-busy\r\n" + "".join(lines) + "END:VFREEBUSY\r\n"


def _availability(chance: Random) -> str:
    kind = _Kind(chance)
    kind.kind = chance.choice(("zoned", "floating", "utc"))
    begin = _moment(chance, -100, 40)
    about = kind.line("DTSTART", begin) if chance.random() < 0.8 else ""
    if chance.random() < 0.7:
        about += kind.line("DTEND", begin + timedelta(days=chance.randint(5, 200)))
    available = ""
    for number in range(chance.randint(0, 3)):
        start = begin.replace(hour=9, minute=0) + timedelta(days=number)
        rules = f"RRULE:FREQ=WEEKLY;BYDAY={','.join(chance.sample(WEEKDAYS, 3))}\r\n"
        available += (
            f"BEGIN:AVAILABLE\r\nUID:available-{number}\r\n{kind.line('DTSTART', start)}"
            f"{kind.line('DTEND', start + timedelta(hours=8))}{rules}END:AVAILABLE\r\n"
        )
    priority = chance.choice(("", "PRIORITY:1\r\n", "PRIORITY:5\r\n", "PRIORITY:0\r\n"))
    busy = chance.choice(("", "BUSYTYPE:BUSY\r\n", "BUSYTYPE:BUSY-TENTATIVE\r\n"))
    return f"BEGIN:VAVAILABILITY\r\nUID:hours\r\n{about}{priority}{busy}{available}END:VAVAILABILITY\r\n"
