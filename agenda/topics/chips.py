"""The active filters in words, each with the address of the list without it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import gettext as _

from agenda.core.words import date_only
from agenda.topics import words
from agenda.topics.asked import Filter
from agenda.topics.listing import Choices
from agenda.web import here
from agenda.web.language import language


@dataclass(frozen=True)
class Chip:
    """One active filter."""

    label: str
    value: str
    without: str


def chips(wanted: Filter, offered: Choices, place: Mapping[str, str]) -> list[Chip]:
    """Name every filter that narrows the list; taking one away goes back to the first page."""
    asked = wanted.asked()
    kept: dict[str, Any] = {name: value for name, value in place.items() if name != "page"}
    told: dict[str, tuple[str, Callable[[str], str]]] = {
        "q": (_("Search"), str),
        "state": (_("State"), lambda value: str(words.STATE_CHOICES[value])),
        "body": (_("Body"), lambda value: _name(offered.bodies, value)),
        "focus": (_("Focus area"), lambda value: _name(offered.areas, value)),
        "lead": (_("Lead"), lambda value: str(words.LEADS.get(value) or _name(offered.leads, value))),
        "organisation": (_("Submitted by"), lambda value: _name(offered.organisations, value)),
        "before": (_("Deadline before"), lambda _value: _day(wanted)),
        "treatment": (_("Treatment"), lambda value: str(words.CODES["treatment"][value])),
        "intensified": (_("Extra consultation"), lambda _value: _("yes")),
    }
    return [
        Chip(label, say(asked[name]), url_for("topics.index", **{**asked, **kept, name: None}))
        for name, (label, say) in told.items()
        if name in asked
    ]


def _name(rows: Sequence[Any], key: str) -> str:
    return next((str(row.name) for row in rows if str(row.id) == key), _("unknown"))


def _day(wanted: Filter) -> str:
    zone = ZoneInfo(here.runtime().config.time_zone)
    return date_only(wanted.before, zone, language()) if wanted.before else ""
