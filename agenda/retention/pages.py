"""The administrator's pages: the register, one kind with its dry run, and what went."""

from __future__ import annotations

from flask import Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda.core.clock import local_day
from agenda.core.problems import Changed
from agenda.retention import actions, person_pages, queries, register, words
from agenda.retention.blueprint import pages
from agenda.retention.forms import GOES, STAYS, PeriodForm
from agenda.retention.register import Kind
from agenda.retention.rules import Period, is_within
from agenda.web import here, shell
from agenda.web.panels import offer_panel, offer_words

Answer = str | Response | tuple[str, int]
KEPT = "kept"


def init(app: Flask) -> None:
    """Add the pages, their refusals, and what stands on a person's page."""
    app.register_blueprint(pages)
    shell.say(app, words.PROBLEMS)
    offer_words(app, words.VERBS, words.FIELDS)
    offer_panel(app, "person", person_pages.panel, order=90)


@pages.get("/retention")
def index() -> str:
    """Show the register: what is kept, why, for how long, what would go now and what went."""
    here.actor().must("administer")
    zone, now = here.runtime().config.time_zone, here.now()
    today = local_day(now, zone)
    with here.read() as session:
        found = queries.standings(session, zone, now)
        return render_template(
            "retention/index.html",
            standings=found,
            unsettled=[one for one in found if one.rule is None],
            kept=register.KEPT,
            removed=queries.removed_lately(session, today),
            left=queries.who_left(session, today),
            left_since=register.LEFT_SINCE,
            words=words,
        )


@pages.post("/retention")
def settle_all() -> Response:
    """Settle every kind that was not settled yet as the register proposes."""
    with here.work() as session:
        number = actions.settle_as_proposed(session, here.actor(), here.now())
    flash(
        ngettext("One period has been settled.", "%(num)d periods have been settled.", number)
        if number
        else _("Everything was settled already."),
        "success",
    )
    return redirect(url_for("retention.index"), 303)


@pages.route("/retention/<kind_name>", methods=["GET", "POST"])
def kind(kind_name: str) -> Answer:
    """Show one kind; look at what another period would take, and then settle that period."""
    by = here.actor()
    by.must("administer")
    found = queries.kind_named(kind_name)
    form = _form(found)
    if request.method != "POST":
        return _shown(found, form)
    period = _asked(found, form)
    if form.errors:
        return _shown(found, form), 422
    if request.form.get("step") != "settle" or form.looked.data != _mark(period):
        form.looked.data = _mark(period)
        return _shown(found, form, looked=True, period=period)
    try:
        with here.work() as session:
            actions.settle(session, found, period, form.seen_version(), by, here.now())
    except Changed:
        flash(_("Somebody else settled this period in between. Look again."), "error")
        return redirect(url_for("retention.kind", kind_name=found.name), 303)
    flash(_("The period has been settled. What is due goes within a day."), "success")
    return redirect(url_for("retention.index"), 303)


def _form(found: Kind) -> PeriodForm:
    with here.read() as session:
        rule = queries.rule_of(session, found)
    period = rule.period if rule is not None else found.proposed
    return PeriodForm(
        way=GOES if period is not None else STAYS,
        amount=(period or found.proposed).amount,
        unit=(period or found.proposed).unit.value,
        version=rule.version if rule is not None else "",
    )


def _asked(found: Kind, form: PeriodForm) -> Period | None:
    """Give the period that was asked for; what is wrong with it stands at its field."""
    if not form.validate():
        return None
    try:
        period = form.asked()
    except ValueError:
        form.amount.errors = [_("Fill in how long.")]
        return None
    if period is not None and not is_within(period, found.least, found.most):
        bounds = {"least": words.said(found.least), "most": words.said(found.most)}
        form.amount.errors = [str(words.OUT_OF_BOUNDS) % bounds]
    return period


def _mark(period: Period | None) -> str:
    return str(period) if period is not None else KEPT


def _shown(found: Kind, form: PeriodForm, looked: bool = False, period: Period | None = None) -> str:
    zone, now = here.runtime().config.time_zone, here.now()
    with here.read() as session:
        rule = queries.rule_of(session, found)
        return render_template(
            "retention/kind.html",
            kind=found,
            form=form,
            rule=rule,
            looked=looked,
            period=period,
            due=_due(session, found, period, zone, looked),
            first_kept=queries.begin_of_kept(period, zone, now) if period is not None else None,
            words=words,
        )


def _due(session: Session, found: Kind, period: Period | None, zone: str, looked: bool) -> queries.Due | None:
    return queries.what_is_due(session, found, period, zone, here.now()) if looked else None
