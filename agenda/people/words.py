"""How the people room names things on screen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from agenda.core.audit import AuditEntry
from agenda.people.model import OrganisationKind, Role
from agenda.web import history
from agenda.web.history import Line

KINDS = {
    OrganisationKind.MUNICIPALITY: _l("Municipality"),
    OrganisationKind.PROVINCE: _l("Province"),
    OrganisationKind.PARTNER: _l("Partner"),
}
ROLES = {
    Role.SECRETARY: _l("Secretary"),
    Role.CLERK: _l("Clerk"),
    Role.MEMBER: _l("Member"),
    Role.READER: _l("Reader"),
}
LANGUAGES = {"nl": "Nederlands", "en": "English"}
VERBS = {
    "created": _l("added this"),
    "edited": _l("changed this"),
    "membership_added": _l("added a membership"),
    "membership_edited": _l("corrected a membership"),
    "membership_ended": _l("ended a membership"),
    "imported": _l("brought this in from a file"),
    "signed_out": _l("signed this person out everywhere"),
}
FIELDS = {
    "name": _l("Name"),
    "email": _l("E-mail address"),
    "language": _l("Language"),
    "administrator": _l("Administrator"),
    "kind": _l("Kind"),
    "tooi_id": _l("TOOI id"),
    "venue": _l("Venue"),
    "room": _l("Mailbox of the hall"),
    "organiser": _l("Invites on behalf of"),
    "list_attendees": _l("Everyone sees in their calendar who else is invited"),
    "purpose": _l("Purpose"),
    "usual_minutes": _l("Usual duration in minutes"),
    "papers_days_before": _l("Papers, days before"),
    "expires_on": _l("Ends after"),
    "seats": _l("Members, in the order of the hosts"),
    "person": _l("Person"),
    "body": _l("Body"),
    "organisation": _l("Organisation"),
    "role": _l("Role"),
    "title": _l("Position"),
    "portfolio": _l("Portfolio"),
    "voting": _l("Votes"),
    "since": _l("First day"),
    "until": _l("Last day"),
}
NAMED: Mapping[str, Mapping[Any, Any]] = {"role": ROLES, "kind": KINDS, "language": LANGUAGES}
DAYS = {"since", "until", "expires_on"}
REFUSALS = {
    "name_taken": _l("This name is in use already."),
    "tooi_taken": _l("Another organisation has this TOOI id."),
    "email_taken": _l("Another person has this e-mail address."),
    "email_wrong": _l("This is not a complete e-mail address, such as name@municipality.nl."),
    "person_erased": _l("This person was erased: there is nothing to change any more."),
    "last_administrator": _l("This is the last administrator. Appoint another one first."),
    "membership_overlaps": _l("This person has this very place in (a part of) that time already."),
    "ends_before_it_begins": _l("The last day comes before the first."),
    "tooi_differs": _l("This organisation has another TOOI id."),
    "file_faulty": _l("Nothing was imported: the file has faults."),
}


def lines(entries: Iterable[AuditEntry]) -> list[Line]:
    """Tell what happened, in the reader's words."""
    return history.lines(entries, VERBS, FIELDS, shown)


def shown_day(day: date) -> str:
    """Write a day in figures, as a Dutch reader does: 31-12-2018."""
    return f"{day:%d-%m-%Y}"


def shown(field: str, value: Any) -> str:
    """Write a value as a person would: a role's name, a day as 31-12-2018, yes or no."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value)
    if isinstance(value, date):
        return shown_day(value)
    if field in DAYS:
        return shown_day(date.fromisoformat(value))
    return str(NAMED.get(field, {}).get(value, value))
