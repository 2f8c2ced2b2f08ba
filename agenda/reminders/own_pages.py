"""A person's own reminders: at which hour, on which days not, what rests, what comes and what went."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import Flask, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import DateField, SelectField
from wtforms.validators import DataRequired

from agenda.core.clock import local_day
from agenda.core.problems import Conflict, Invalid
from agenda.invitations.model import Alarm
from agenda.people.model import Person
from agenda.reminders import ledger, resting
from agenda.reminders.blueprint import pages
from agenda.reminders.ledger_pages import filtered
from agenda.reminders.ledger_words import FIELDS, VERBS
from agenda.reminders.model import DigestWish
from agenda.reminders.moments import FIRST_HOUR, LAST_HOUR, USUAL_HOUR
from agenda.reminders.wishes_queries import leaves_of, resting_of
from agenda.reminders.words import SAID
from agenda.web import here, shell
from agenda.web.forms import Form, options, plausible_day
from agenda.web.panels import offer_panel, offer_words

Answer = Response | tuple[str, int]
ALARM_WORDS = {
    0: _l("no alarm, but a mail the day before"),
    15: _l("a quarter of an hour before"),
    60: _l("one hour before"),
    24 * 60: _l("a day before"),
}


class HourForm(Form):
    """At which hour the day's letter comes."""

    hour = SelectField(
        _l("Hour"),
        coerce=int,
        choices=options((hour, _l("%(hour)d:00", hour=hour)) for hour in range(FIRST_HOUR, LAST_HOUR + 1)),
    )


class LeaveForm(Form):
    """Days without reminders."""

    first_day = DateField(_l("First day"), validators=[DataRequired(_l("Fill in a day.")), plausible_day])
    last_day = DateField(_l("Last day"), validators=[DataRequired(_l("Fill in a day.")), plausible_day])


class AlarmForm(Form):
    """How long before a meeting the calendar warns."""

    minutes = SelectField(_l("Alarm in my calendar"), coerce=int, choices=options(ALARM_WORDS.items()))


def offer(app: Flask) -> None:
    """Offer the panel on the profile, and the words of refusals."""
    shell.say(
        app,
        {
            "digest_hour": _l("Choose an hour between 6:00 and 20:00."),
            "leave_reversed": _l("The last day comes before the first."),
            "leave_over": _l("These days are over."),
            "leave_too_long": _l("Fill in at most a year, that begins within two years."),
            "leave_too_many": _l("There are twenty of these already. Take one away first."),
            "alarm_unknown": _l("There is no such alarm."),
            "rest_unknown": _l("Choose one of the buttons."),
            "last_to_hear": _l("You are the only one who still hears of this."),
        },
    )
    offer_words(app, VERBS, FIELDS)
    offer_panel(app, "profile", _profile_panel, order=40)


@pages.get("/profile/reminders")
def mine() -> str:
    """Show one's own reminders and everything that can be chosen about them."""
    with here.read() as session:
        return _page(session, {})


@pages.post("/profile/reminders/hour")
def choose_hour() -> Answer:
    """Choose the hour of the day's letter."""
    form = HourForm(prefix="hour")

    def choose(session: Session) -> None:
        resting.choose_hour(session, form.hour.data, form.seen_version(), here.actor(), here.now())

    return _do("hour", form, choose, _("The letter comes at that hour from now on."))


@pages.post("/profile/reminders/leave")
def add_leave() -> Answer:
    """Let no letter come on some days."""
    form = LeaveForm(prefix="leave")

    def add(session: Session) -> None:
        first, last = form.first_day.data or date.max, form.last_day.data or date.max
        resting.add_leave(session, here.runtime().config, first, last, here.actor(), here.now())

    return _do("leave", form, add, _("On those days no reminders come; what is left comes afterwards."))


@pages.post("/profile/reminders/leave/<int:leave_id>/end")
def end_leave(leave_id: int) -> Response:
    """Take days without reminders away."""
    with here.work() as session:
        resting.end_leave(session, leave_id, here.actor(), here.now())
    flash(_("On those days reminders come again."), "success")
    return _back()


@pages.post("/profile/reminders/alarm")
def choose_alarm() -> Answer:
    """Choose between an alarm in the calendar and a mail."""
    form = AlarmForm(prefix="alarm")

    def choose(session: Session) -> None:
        resting.choose_alarm(session, form.minutes.data, here.actor(), here.now())

    return _do("alarm", form, choose, _("Kept. Calendars that follow your meetings take it over."))


@pages.post("/profile/reminders/resting/<int:resting_id>/wake")
def wake_one(resting_id: int) -> Response:
    """Put a reminder back on."""
    with here.work() as session:
        resting.wake_one(session, here.runtime().config, resting_id, here.actor(), here.now())
    flash(_("You are reminded of this again."), "success")
    return _back()


def _do(name: str, form: Form, change: Callable[[Session], None], told: str) -> Answer:
    """Change something and go back, or show what was typed with what is wrong."""
    if not form.validate():
        with here.read() as session:
            return _page(session, {name: form}), Invalid.status
    try:
        with here.work() as session:
            change(session)
    except (Invalid, Conflict) as problem:
        field = form.last_day if isinstance(form, LeaveForm) else list(form)[1]
        field.errors = [shell.sentence(problem.code, problem.facts)]
        with here.read() as session:
            return _page(session, {name: form}), problem.status
    flash(told, "success")
    return _back()


def _page(session: Session, shown: dict[str, Form]) -> str:
    config, now, by = here.runtime().config, here.now(), here.actor()
    person_id = by.person_id or 0
    wish, alarm = session.get(DigestWish, person_id), session.get(Alarm, person_id)
    forms: dict[str, Form] = {
        "hour": HourForm(
            formdata=None,
            prefix="hour",
            hour=wish.hour if wish else USUAL_HOUR,
            version=wish.version if wish else "",
        ),
        "leave": LeaveForm(formdata=None, prefix="leave"),
        "alarm": AlarmForm(formdata=None, prefix="alarm", minutes=alarm.minutes if alarm else 0),
    }
    if "hour" in shown:
        # The next try is made with what stands there now before one's eyes.
        shown["hour"].version.data = str(wish.version) if wish else ""
    entries = ledger.of_person(session, config, person_id, now)
    return render_template(
        "reminders/mine.html",
        forms=forms | shown,
        leaves=leaves_of(session, person_id, local_day(now, config.time_zone)),
        resting=[(one, _(SAID[one.kind][0])) for one in resting_of(session, person_id)],
        **filtered(entries),
    )


def _profile_panel(session: Session, person: Person) -> str:
    return render_template("reminders/profile_panel.html", number=len(resting_of(session, person.id)))


def _back() -> Response:
    return redirect(url_for("reminders.mine"), 303)
