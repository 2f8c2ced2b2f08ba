"""Days, times and durations in the words of the reader: Dutch, or English on request.

Every moment that comes in is aware; it is shown in the zone that is handed in. A naive one raises ValueError.
"""

from datetime import UTC, date, datetime, timedelta, tzinfo

from babel.dates import format_date

_DASH = "\u2013"
_LOCALES = {"nl": "nl_NL", "en": "en_GB"}


def day(moment: datetime | date, zone: tzinfo, language: str) -> str:
    """Return the full date, as in "donderdag 14 februari 2019" or "Thursday 14 February 2019"."""
    local = _local(moment, zone) if isinstance(moment, datetime) else moment
    return str(format_date(local, "EEEE d MMMM y", locale=_locale(language)))


def date_only(moment: datetime | date, zone: tzinfo, language: str) -> str:
    """Return the date without its weekday, as in "14 februari 2019"."""
    local = _local(moment, zone) if isinstance(moment, datetime) else moment
    return str(format_date(local, "d MMMM y", locale=_locale(language)))


def clock(moment: datetime, zone: tzinfo, language: str) -> str:
    """Return the time of day, as in "15.30 uur" or "15:30"."""
    return f"{_digits(moment, zone, language)} uur" if language == "nl" else _digits(moment, zone, language)


def when(moment: datetime, zone: tzinfo, language: str) -> str:
    """Return date and time, as in "donderdag 14 februari 2019, 15.30 uur"."""
    return f"{day(moment, zone, language)}, {clock(moment, zone, language)}"


def clockspan(start: datetime, end: datetime | int, zone: tzinfo, language: str) -> str:
    """Return the times alone, from start to end; `end` is a moment or a number of minutes."""
    finish = _end(start, end)
    dash = f" {_DASH} " if language == "nl" else _DASH
    return f"{_digits(start, zone, language)}{dash}{clock(finish, zone, language)}"


def timespan(start: datetime, end: datetime | int, zone: tzinfo, language: str) -> str:
    """Return the date and the times from start to end, "donderdag 14 februari 2019, 15.30 ... 17.30 uur".

    `end` is a moment or a number of minutes. A span past midnight names both days.
    """
    finish = _end(start, end)
    if _local(start, zone).date() != _local(finish, zone).date():
        return f"{when(start, zone, language)} {_DASH} {when(finish, zone, language)}"
    return f"{day(start, zone, language)}, {clockspan(start, finish, zone, language)}"


def duration(minutes: int, language: str) -> str:
    """Return a length of time, as in "1 uur en 30 minuten" or "1 hour and 30 minutes"."""
    hours, rest = divmod(minutes, 60)
    dutch = language == "nl"
    parts = []
    if hours:
        parts.append(f"{hours} uur" if dutch else f"{hours} hour{_s(hours)}")
    if rest or not hours:
        word = ("minuut" if rest == 1 else "minuten") if dutch else f"minute{_s(rest)}"
        parts.append(f"{rest} {word}")
    return (" en " if dutch else " and ").join(parts)


def _digits(moment: datetime, zone: tzinfo, language: str) -> str:
    local = _local(moment, zone)
    return f"{local:%H.%M}" if language == "nl" else f"{local:%H:%M}"


def _end(start: datetime, end: datetime | int) -> datetime:
    if isinstance(end, datetime):
        return end
    if start.utcoffset() is None:
        raise ValueError("a moment needs a time zone")
    # Adding to a local time counts wall-clock minutes, which goes wrong across a clock change.
    return start.astimezone(UTC) + timedelta(minutes=end)


def _local(moment: datetime, zone: tzinfo) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(zone)


def _locale(language: str) -> str:
    return _LOCALES.get(language, "nl_NL")


def _s(count: int) -> str:
    return "" if count == 1 else "s"
