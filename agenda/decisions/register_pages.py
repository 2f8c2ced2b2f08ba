"""The register of decisions, on screen and as a file."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from agenda.core.clock import local_day
from agenda.decisions import panels, register, words
from agenda.decisions.blueprint import pages
from agenda.decisions.model import RatificationResult
from agenda.decisions.register_asked import IN_WRITING, Filter
from agenda.decisions.rules import Standing, reference_of, standing_of
from agenda.topics.round_model import WrittenRound
from agenda.web import here
from agenda.web.csv_file import Cell, csv_answer


@pages.get("/decisions")
def index() -> Response | str:
    """List what was decided; what is asked stands in the address bar."""
    wanted = Filter.read(request.args)
    page = request.args.get("page", 1, type=int) or 1
    if any(not value for value in request.args.values()):
        # A form sends its empty fields too; an address to keep or pass on goes without them.
        kept: dict[str, Any] = wanted.asked()
        return redirect(url_for("decisions.index", **kept), 303)
    zone = here.runtime().config.time_zone
    with here.read() as session:
        offered = register.choices(session, here.actor(), zone)
        found = register.register(session, here.actor(), wanted, zone, page)
        return render_template(
            "decisions/register.html",
            wanted=wanted,
            offered=offered,
            found=found,
            years=[(year, year) for year in offered.years],
            named=lambda rows: [(row.id, row.name) for row in rows],
            kinds=words.REGISTER_KINDS,
            states=words.REGISTER_STATES,
            **panels.frame(),
        )


@pages.get("/decisions.csv")
def export() -> Response:
    """Give all that is asked as a file for a spreadsheet."""
    zone = here.runtime().config.time_zone
    with here.read() as session:
        found = register.register(session, here.actor(), Filter.read(request.args), zone, page=None)
        name = _("decisions-%(day)s.csv", day=panels.today().isoformat())
        return csv_answer(name, _heads(), (_cells(entry, zone) for entry in found.entries))


def _heads() -> list[str]:
    return [
        _("Reference"),
        _("Day"),
        _("Body"),
        _("Kind of decision"),
        _("Decision"),
        _("Topic"),
        _("Focus area"),
        _("State"),
        _("Ratified by"),
        _("Not ratified yet by"),
        _("Rectified"),
        _("Superseded by"),
    ]


def _cells(entry: register.Entry, zone: str) -> list[Cell]:
    if isinstance(entry, register.Settled):
        return _round_cells(entry.round, zone)
    decision = entry.decision
    item, later = decision.item, decision.superseded_by
    ratified = [one for one in decision.ratifications if one.result is RatificationResult.RATIFIED]
    not_yet = [one for one in decision.ratifications if one not in ratified]
    area = item.topic.focus_area if item and item.topic else None
    met_at = decision.meeting.starts_at
    return [
        reference_of(decision),
        local_day(met_at, zone) if met_at else None,
        decision.meeting.body.name,
        str(words.KINDS[decision.kind]),
        decision.text,
        item.title if item else "",
        area.name if area else "",
        str(words.STANDINGS[standing_of(decision)]),
        "; ".join(words.organ(one) for one in ratified),
        "; ".join(words.organ(one) for one in not_yet),
        "; ".join(f"{local_day(one.made_at, zone)}: {one.why}" for one in entry.rectified),
        reference_of(later) if later else "",
    ]


def _round_cells(found: WrittenRound, zone: str) -> list[Cell]:
    area = found.topic.focus_area
    return [
        "",
        local_day(found.ended_at, zone) if found.ended_at else None,
        found.topic.body.name,
        str(words.REGISTER_KINDS[IN_WRITING]),
        found.proposal,
        found.title,
        area.name if area else "",
        str(words.STANDINGS[Standing.IN_FORCE]),
        "",
        "",
        "",
        "",
    ]
