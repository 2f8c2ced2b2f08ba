"""What colleges hold back about the outcome of an item, on the screen of outcomes."""

from __future__ import annotations

from flask import flash
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from agenda.core.database import get
from agenda.core.problems import Conflict
from agenda.decisions import reservation_actions as actions
from agenda.decisions.blueprint import pages
from agenda.decisions.forms import ReservationForm
from agenda.decisions.model import Reservation
from agenda.decisions.outcome_screen import Shown, back, item_of, recordable, refused
from agenda.people.model import Organisation
from agenda.web import here, shell
from agenda.web.forms import Form


@pages.post("/meetings/<int:meeting_id>/outcomes/<int:item_id>/reservations")
def make_reservation(meeting_id: int, item_id: int) -> Response | tuple[str, int]:
    """Write down what a college holds back about an item."""
    form = ReservationForm(prefix=f"held{item_id}")
    with here.read() as session:
        meeting = recordable(session, meeting_id)
        form.fill(seat.organisation for seat in meeting.body.seats)
    shown = Shown(reservations={item_id: form})
    if not form.validate_on_submit():
        return refused(meeting_id, shown, 422)
    try:
        with here.work() as session:
            item = item_of(session, recordable(session, meeting_id), item_id)
            college = get(session, Organisation, form.college.data)
            actions.make_reservation(session, item, college, form.text.data or "", here.actor(), here.now())
    except Conflict as problem:
        # What was typed stays: the other clerk's stands above the form.
        form.form_errors.append(shell.sentence(problem.code, problem.facts))
        return refused(meeting_id, shown, problem.status)
    flash(_("The reservation is recorded."), "success")
    return back(meeting_id, item_id)


@pages.post("/reservations/<int:reservation_id>/<any(withdraw, restore):verb>")
def give_up_reservation(reservation_id: int, verb: str) -> Response:
    """Note that a college gave a reservation up, or undo that."""
    form = Form()
    with here.work() as session:
        found = get(session, Reservation, reservation_id)
        act = actions.withdraw_reservation if verb == "withdraw" else actions.restore_reservation
        act(session, found, form.seen_version(), here.actor(), here.now())
        meeting_id, item_id = found.item.meeting_id, found.item_id
    told = _("The reservation is given up.") if verb == "withdraw" else _("The reservation stands again.")
    flash(told, "success")
    return back(meeting_id, item_id)
