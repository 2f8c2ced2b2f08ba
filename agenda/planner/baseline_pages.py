"""The baseline of a body is frozen on a page of its own: what is frozen is shown first, for it stays."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from agenda.core.clock import local_day
from agenda.core.problems import Invalid
from agenda.meetings.rules import Quarter, quarter_named, quarter_of
from agenda.meetings.words import quarter as quarter_name
from agenda.planner.blueprint import pages
from agenda.planner.burden_actions import freeze_baseline, must_be_freezable
from agenda.planner.burden_facts import facts_of
from agenda.planner.burden_forms import body_seen
from agenda.planner.burden_rules import reckon
from agenda.web import here


@pages.get("/burden/<int:body_id>/baseline")
def baseline(body_id: int) -> str:
    """Show what would be frozen, and ask whether it may."""
    by, now = here.actor(), here.now()
    with here.read() as session:
        body = body_seen(session, body_id)
        by.must("plan", body)
        asked = request.args.get("q")
        quarter = _named(asked) if asked else quarter_of(local_day(now, body.time_zone)).previous
        must_be_freezable(session, body, quarter, now)
        facts = facts_of(session, [body], quarter.first_day, quarter.last_day, now)
        return render_template(
            "planner/baseline.html",
            body=body,
            quarter=quarter,
            quarter_name=quarter_name,
            found=reckon(facts.held, facts.settled),
        )


@pages.post("/burden/<int:body_id>/baseline")
def freeze(body_id: int) -> Response:
    """Freeze the baseline of a body."""
    with here.work() as session:
        body = body_seen(session, body_id)
        quarter = _named(request.form.get("quarter", ""))
        freeze_baseline(session, body, quarter, here.actor(), here.now())
    flash(_("The baseline is frozen."), "success")
    return redirect(url_for("planner.body_burden", body_id=body_id, _anchor="baseline"), 303)


def _named(text: str) -> Quarter:
    quarter = quarter_named(text)
    if quarter is None:
        raise Invalid("quarter_unknown")
    return quarter
