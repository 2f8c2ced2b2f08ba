"""How the screens speak of people's calendars."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from agenda.dates.model import CalendarKind

KINDS: Mapping[CalendarKind, Any] = {
    CalendarKind.ADDRESS: _l("published calendar"),
    CalendarKind.CALDAV: _l("calendar server"),
    CalendarKind.FILE: _l("file"),
}
# Why a calendar could not be read, and what its owner can do.
FAILURES: Mapping[str, Any] = {
    "address_not_allowed": _l(
        "This address may not be read from here. Use the public address that your calendar program gives."
    ),
    "too_many_redirects": _l("The address keeps leading elsewhere. Copy it once more from your program."),
    "unreachable": _l("The server did not answer. We try again by ourselves."),
    "too_slow": _l("The server answered too slowly. We try again by ourselves."),
    "server_refuses": _l("The server gave no calendar. We try again by ourselves."),
    "not_found": _l("There is no calendar at this address any more. Copy the address again."),
    "not_authorised": _l("The server does not let us in. Give the address, name and password again."),
    "secret_lost": _l("The address can no longer be read here. Give it again below."),
    "not_caldav": _l("This is not a calendar server. Give the address of your calendar as a published one."),
    "no_calendars": _l("On this server there is no calendar with appointments."),
    "not_a_calendar": _l("This is not a calendar. Copy the address that ends in .ics, or take an .ics file."),
    "too_large": _l("This calendar is larger than 5 MB. Publish a shorter period, or another calendar."),
    "too_many_events": _l("There are more than 20 000 appointments in it. Publish a shorter period."),
    "took_too_long": _l("This calendar is too complicated to be read. Publish a shorter period."),
    "unreadable": _l("There is a fault in this calendar, so it cannot be read."),
}
# What was odd about a calendar that was read all the same.
FLAGS: Mapping[str, Any] = {
    "unknown_time_zone": _l("Unknown time zone “%(detail)s”: those appointments count in Dutch time."),
    "event_unreadable": _l("An appointment in it could not be read and does not count."),
    "recurrence_refused": _l("An appointment that repeats too often counts only the first time."),
}
OTHER_FLAG = _l("Something in it was not clear (%(detail)s).")
PROBLEMS: Mapping[str, Any] = {
    "no_web_address": _l("This is no web address. Copy it whole, from https:// or webcal:// on."),
    "too_many_calendars": _l("You have %(most)s calendars here. Remove one first."),
    "file_is_not_read_again": _l("A file is not read again. Choose the newer file below."),
}
VERBS: Mapping[str, Any] = {
    "calendar_added": _l("added a calendar"),
    "calendar_renewed": _l("gave a calendar anew"),
    "calendar_removed": _l("removed a calendar"),
}
FIELDS: Mapping[str, Any] = {"calendar": _l("Calendar")}
