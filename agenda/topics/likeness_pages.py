"""Pages about topics that are alike: the list, two beside each other, and making one of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda.core import audit
from agenda.core.clock import local_day
from agenda.core.problems import Conflict, Forbidden, Invalid, Problem
from agenda.topics import facts, likeness_panels, rules
from agenda.topics import likeness_actions as actions
from agenda.topics import likeness_queries as queries
from agenda.topics import likeness_words as words
from agenda.topics import words as topic_words
from agenda.topics.blueprint import pages
from agenda.topics.likeness_actions import Seen
from agenda.topics.likeness_beside import beside
from agenda.topics.likeness_forms import KEPT, MergeForm, VerdictForm
from agenda.topics.likeness_merging import Choice, Summary, fits_both
from agenda.topics.likeness_model import TopicPair, Verdict
from agenda.topics.likeness_rules import ALIKE
from agenda.topics.model import Topic
from agenda.web import here
from agenda.web.forms import Form, key
from agenda.web.shell import say, sentence

Answer = str | Response | tuple[str, int]


def offer(app: Flask) -> None:
    """Offer the panels, the tasks and the refusals."""
    say(app, words.PROBLEMS)
    likeness_panels.offer(app)


def today() -> date:
    """Tell the civil day on which this page is asked."""
    return local_day(here.now(), here.runtime().config.time_zone)


@pages.get("/topics/alike")
def alike() -> str:
    """List the topics that are alike and about which this person may decide."""
    by = here.actor()
    with here.read() as session:
        if not queries.works_on_topics(by):
            raise Forbidden("forbidden")
        found = queries.open_pairs(session, by, today(), request.args.get("page", 1, type=int))
        return render_template(
            "topics/alike.html",
            across=[one for one in found.shown if one.across],
            within=[one for one in found.shown if not one.across],
            found=found,
            decided=queries.lately_decided(session, by),
            reasons=likeness_panels.reasons(session, found.shown),
            state_of=rules.state_of,
            words=words,
            topic_words=topic_words,
        )


@pages.get("/topics/alike/<int:one_id>/<int:other_id>")
def alike_pair(one_id: int, other_id: int) -> Answer:
    """Show two topics beside each other, and what can be decided."""
    with here.read() as session:
        low, high = _two(session, one_id, other_id)
        if one_id > other_id:
            return redirect(_address(other_id, one_id), 303)
        pair = queries.pair_between(session, low.id, high.id)
        found = queries.compared(session, low, high, today())
        return render_template(
            "topics/alike_pair.html",
            low=low,
            high=high,
            pair=pair,
            version=pair.version if pair else "",
            likeness=found.likeness,
            least=ALIKE,
            reason=likeness_panels.reasons(session, [queries.Alike(low, high, found)])[low.id, high.id],
            fields=beside(session, [facts.particulars(low), facts.particulars(high)]),
            states=[rules.state_of(topic) for topic in (low, high)],
            **_possible(session, low, high, pair),
            words=words,
            topic_words=topic_words,
        )


@pages.post("/topics/alike/<int:one_id>/<int:other_id>")
def judge_pair(one_id: int, other_id: int) -> Response:
    """Say that two topics are not the same, or link them."""
    form = VerdictForm()
    if not form.validate():
        with here.read() as session:
            _two(session, one_id, other_id)
        return redirect(_address(one_id, other_id), 303)
    verdict = Verdict(form.verdict.data)

    def judge(session: Session, low: Topic, high: Topic) -> None:
        seen = Seen(form.seen_version())
        actions.judge(session, (low, high), verdict, seen, here.actor(), here.now())

    told = (
        _("These topics are linked. Each page shows the other.")
        if verdict is Verdict.LINKED
        else _("These topics are not the same. They are not shown as alike unless their text changes.")
    )
    back = here.own_path(request.form.get("back"), "")
    if back:
        # Who goes through the list stays there; the way back stands in the message.
        link = Markup('{} <a class="nl-link" href="{}">{}</a>')
        told = link.format(told, _address(one_id, other_id), _("Look at it, or undo"))
    return _do(one_id, other_id, judge, told, back)


@pages.post("/topics/alike/<int:one_id>/<int:other_id>/undo")
def undo_pair(one_id: int, other_id: int) -> Response:
    """Take a decision about two topics back."""
    form = Form()

    def undo(session: Session, low: Topic, high: Topic) -> None:
        pair = queries.pair_between(session, low.id, high.id)
        if pair is None:
            raise Conflict("pair_undone_already")
        actions.undo(session, pair, form.seen_version(), here.actor(), here.now())

    return _do(one_id, other_id, undo, _("The decision has been taken back."))


@pages.route("/topics/alike/<int:one_id>/<int:other_id>/merge", methods=["GET", "POST"])
def merge_pair(one_id: int, other_id: int) -> Answer:
    """Look at what one topic becomes when the other goes up in it, and make it so."""
    form = MergeForm()
    with here.read() as session:
        low, high = _two(session, one_id, other_id)
        if not actions.may_merge(low, high, here.actor()):
            raise Forbidden("forbidden")
        kept, gone = _kept(low, high)
        obstacle = actions.in_the_way(session, kept, gone)
        if obstacle is not None:
            flash(sentence(obstacle, {"title": gone.title, "other": kept.title}), "error")
            return redirect(_address(low.id, high.id), 303)
        form.offer((kept.title, gone.title), fits_both(kept.summary, gone.summary))
        if request.method != "POST":
            _begin(session, form, kept, gone)
            return _merge_page(session, form, kept, gone)
        if not form.validate() or request.form.get("do") == "look":
            status = 200 if not form.errors else Invalid.status
            return _merge_page(session, form, kept, gone), status
    try:
        with here.work() as session:
            low, high = _two(session, one_id, other_id)
            kept, gone = _kept(low, high)
            actions.merge(session, kept, gone, form.choice(), _seen(form), here.actor(), here.now())
            told = _("“%(gone)s” is closed; “%(kept)s” goes on.", gone=gone.title, kept=kept.title)
            address = url_for("topics.show", topic_id=kept.id)
    except Problem as problem:
        if problem.status not in (Conflict.status, Invalid.status):
            raise
        flash(sentence(problem.code, problem.facts), "error")
        return redirect(_address(one_id, other_id), 303)
    flash(told, "success")
    return redirect(address, 303)


def _do(
    one_id: int, other_id: int, verb: Callable[[Session, Topic, Topic], None], told: str, back: str = ""
) -> Response:
    try:
        with here.work() as session:
            verb(session, *_two(session, one_id, other_id))
    except Conflict as problem:
        flash(sentence(problem.code, problem.facts), "error")
        return redirect(_address(one_id, other_id), 303)
    flash(told, "success")
    return redirect(back or _address(one_id, other_id), 303)


def _two(session: Session, one_id: int, other_id: int) -> tuple[Topic, Topic]:
    low, high = queries.two_topics(session, one_id, other_id, here.actor())
    if not actions.may_judge(low, high, here.actor()):
        raise Forbidden("forbidden")
    return low, high


def _kept(low: Topic, high: Topic) -> tuple[Topic, Topic]:
    """Give the topic that goes on, as the address says, and the other."""
    return (high, low) if request.args.get("keep", type=key) == high.id else (low, high)


def _address(one_id: int, other_id: int) -> str:
    low, high = sorted((one_id, other_id))
    return url_for("topics.alike_pair", one_id=low, other_id=high)


def _possible(session: Session, low: Topic, high: Topic, pair: TopicPair | None) -> dict[str, Any]:
    """Tell what can be decided about two topics, and why something cannot."""
    may_merge = actions.may_merge(low, high, here.actor())
    verdict = pair.verdict if pair else None
    ways = []
    for kept, gone in ((low, high), (high, low)) if may_merge else ():
        obstacle = actions.in_the_way(session, kept, gone)
        facts_told = {"title": gone.title, "other": kept.title}
        ways.append((kept, gone, sentence(obstacle, facts_told) if obstacle else None))
    stays = actions.keeps_merged(pair, here.now()) if pair and verdict is Verdict.MERGED else None
    entries = audit.history(session, "topic_pair", pair.id) if pair else []
    return {
        "verdict": verdict,
        "may_merge": may_merge,
        "ways": ways,
        "may_undo": verdict is not None and stays is None and (may_merge or verdict is not Verdict.MERGED),
        "stays": sentence(stays, {}) if stays else None,
        "until": pair.decided_at + actions.UNDO_WITHIN if pair and pair.decided_at else None,
        "history": words.history(entries),
    }


def _begin(session: Session, form: MergeForm, kept: Topic, gone: Topic) -> None:
    pair = queries.pair_between(session, kept.id, gone.id)
    form.title.data = KEPT
    form.summary.data = (Summary.KEPT if kept.summary else Summary.GONE).value
    form.version.data = str(pair.version) if pair else ""


def _seen(form: MergeForm) -> Seen:
    """Read which versions stood on screen: "3 12:5 14:2" reads as topic 12 at 5 and topic 14 at 2."""
    versions = {}
    for part in request.form.get("topics", "").split():
        number, _colon, version = part.partition(":")
        try:
            versions[key(number)] = key(version)
        except ValueError:
            continue
    return Seen(form.seen_version(), versions)


def _merge_page(session: Session, form: MergeForm, kept: Topic, gone: Topic) -> str:
    chosen = Choice() if form.title.errors or form.summary.errors else form.choice()
    together = actions.combination(session, kept, gone, chosen, here.now())
    three = [facts.particulars(kept), facts.particulars(gone), together]
    return render_template(
        "topics/alike_merge.html",
        kept=kept,
        gone=gone,
        form=form,
        fields=beside(session, three),
        back=_address(kept.id, gone.id),
        seen=" ".join(f"{topic.id}:{topic.version}" for topic in (kept, gone)),
        behind=queries.left_behind(session, kept, gone, here.now()),
    )
