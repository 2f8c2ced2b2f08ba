"""The page of one decision, with everything that happened to it, and what it takes the place of."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda.core import audit
from agenda.core.text import one_line
from agenda.decisions import panels, queries, superseding, words
from agenda.decisions.blueprint import pages
from agenda.decisions.forms import EarlierForm
from agenda.decisions.model import Decision
from agenda.decisions.rules import reference_of
from agenda.topics.model import folded
from agenda.web import here
from agenda.web.forms import Form, options
from agenda.web.language import language

# As many earlier decisions as are offered at once; more words narrow them.
OFFERED = 20
LONGEST_SHOWN = 200


@pages.get("/decisions/<int:decision_id>")
def show(decision_id: int) -> str:
    """Show a decision: its words, its meeting, who ratified it, what was corrected."""
    with here.read() as session:
        by = here.actor()
        decision = queries.decision_for(session, decision_id, by)
        meeting = decision.meeting
        others = [*decision.supersedes, *([decision.superseded_by] if decision.superseded_by else [])]
        reservations = queries.reservations_of(session, meeting)
        entries = audit.history(session, "decision", decision.id)
        return render_template(
            "decisions/show.html",
            decision=decision,
            meeting=meeting,
            seen=queries.seen_among(session, others, by),
            reservations=reservations.get(decision.agenda_item_id or 0, []),
            rectifications=[
                one for one in queries.rectifications_of(session, meeting) if one.decision_id == decision.id
            ],
            may_record=by.may("record", meeting.body),
            history=words.history(entries, here.runtime().config.time_zone, language()),
            **panels.frame(),
        )


@pages.route("/decisions/<int:decision_id>/supersedes", methods=["GET", "POST"])
def supersede(decision_id: int) -> str | Response | tuple[str, int]:
    """Choose the earlier decision whose place this one takes."""
    q = one_line(request.args.get("q", ""))[:LONGEST_SHOWN]
    form = EarlierForm()
    with here.read() as session:
        decision = recorded_by(session, decision_id)
        offered = queries.earlier_decisions(session, decision, folded(q).split(), here.actor(), OFFERED)
        form.earlier.choices = options((one.id, reference_of(one)) for one in offered)
        if not form.validate_on_submit():
            page = render_template(
                "decisions/supersede.html",
                decision=decision,
                offered={one.id: one for one in offered},
                form=form,
                q=q,
                most=OFFERED,
                **panels.frame(),
            )
            return (page, 422) if form.is_submitted() else page
    with here.work() as session:
        later = recorded_by(session, decision_id)
        earlier = recorded_by(session, form.earlier.data)
        superseding.supersede(session, earlier, later, here.actor(), here.now())
        told = _("%(reference)s is superseded; it stays readable.", reference=reference_of(earlier))
    flash(told, "success")
    return redirect(url_for("decisions.show", decision_id=decision_id), 303)


@pages.post("/decisions/<int:decision_id>/stand-again")
def stand_again(decision_id: int) -> Response:
    """Undo that a later decision took the place of this one."""
    form = Form()
    with here.work() as session:
        earlier = recorded_by(session, decision_id)
        superseding.stand_again(session, earlier, form.seen_version(), here.actor(), here.now())
        told = _("%(reference)s stands again.", reference=reference_of(earlier))
    flash(told, "success")
    return redirect(url_for("decisions.show", decision_id=decision_id), 303)


def recorded_by(session: Session, decision_id: int) -> Decision:
    """Give a decision of a body for which this person records."""
    decision = queries.decision_for(session, decision_id, here.actor())
    here.actor().must("record", decision.meeting.body)
    return decision
