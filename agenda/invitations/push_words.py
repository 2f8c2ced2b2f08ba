"""How the screens speak of the calendar into which somebody's meetings are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

# Why meetings could not be written, and what the calendar's owner can do.
FAILURES: Mapping[str, Any] = {
    "address_not_allowed": _l("This address may not be asked from here. Use your server's public address."),
    "too_many_redirects": _l("The address keeps leading elsewhere. Copy it once more from your program."),
    "unreachable": _l("The server did not answer. We try again by ourselves."),
    "too_slow": _l("The server answered too slowly. We try again by ourselves."),
    "server_refuses": _l("The server did not do what we asked. We try again by ourselves."),
    "not_found": _l("There is no calendar at this address. Give another, or choose another calendar."),
    "not_authorised": _l("The server does not let us in. Check the user name and the app password."),
    "not_writable": _l("This calendar may be read and not written. Choose another, or ask its owner."),
    "full": _l("The calendar server is full. Make room there; we try again by ourselves."),
    "secret_lost": _l("The password can no longer be read here. Give it again below."),
    "not_caldav": _l("This is not a calendar server. Ask your administrator for its CalDAV address."),
    "no_calendars": _l("On this server there is no calendar with appointments."),
    "too_large": _l("The server gave a longer answer than we take. Choose a calendar with less in it."),
    "stands_elsewhere": _l(
        "A meeting stands in another of your calendars there. Move it to this one, or throw it away."
    ),
    "keeps_changing": _l("A meeting keeps changing while we write it. We try again by ourselves."),
    "unreadable": _l("There is a fault in what the server answers. We try again by ourselves."),
}
PROBLEMS: Mapping[str, Any] = {
    "calendar_push_elsewhere": _l(
        "Your meetings already go to %(name)s, or are being taken out of it. End that first."
    ),
    "choose_again": _l("That took too long. Give the address and the password once more."),
}
VERBS: Mapping[str, Any] = {
    "calendar_push_connected": _l("lets meetings be put in a calendar of their own"),
    "calendar_push_ended": _l("no longer lets meetings be put in their own calendar"),
}
FIELDS: Mapping[str, Any] = {"calendar": _l("Calendar")}
