"""One action item: its page, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.database import get
from agenda.decisions import action_actions as actions
from agenda.decisions import history
from agenda.decisions.action_forms import ActionForm, DoneForm, DropForm, HandOverForm
from agenda.decisions.action_pages import frame
from agenda.decisions.action_queries import action_for, possible_owners
from agenda.decisions.action_rules import OVER, state_of
from agenda.decisions.blueprint import pages
from agenda.decisions.lists import Answer, Theirs, change, today_of
from agenda.decisions.model import ActionItem
from agenda.people.model import Person
from agenda.web import here
from agenda.web.forms import Form


@dataclass
class Shown:
    """The forms of the page as they are shown: new ones, but for the one that was sent and refused."""

    edit: ActionForm | None = None
    done: DoneForm | None = None
    hand_over: HandOverForm | None = None
    drop: DropForm | None = None
    theirs: Theirs = ()


@pages.get("/actions/<int:action_id>")
def action(action_id: int) -> str:
    """Show one action with its history, and what can be done with it."""
    with here.read() as session:
        return _page(session, action_for(session, action_id, here.actor()), Shown())


@pages.post("/actions/<int:action_id>")
def edit_action(action_id: int) -> Answer:
    """Change what is to be done, by whom and by when."""
    form = ActionForm()
    with here.read() as session:
        found = action_for(session, action_id, here.actor())
        here.actor().must("record", found.body)
        form.fill(possible_owners(session, found.body, today_of(found.body)), found.owner)

    def act(session: Session, found: ActionItem) -> None:
        owner = get(session, Person, form.owner.data) if form.owner.data else None
        seen, text = form.seen_version(), form.text.data or ""
        actions.edit_action(session, found, text, owner, form.due_on.data, seen, here.actor(), here.now())

    def theirs(found: ActionItem) -> Theirs:
        return (
            (form.text.label.text, form.text.data, found.text),
            (
                form.owner.label.text,
                form.names.get(form.owner.data),
                found.owner.name if found.owner else None,
            ),
            (form.due_on.label.text, form.due_on.data, found.due_on),
        )

    return _change(action_id, form, act, Shown(edit=form), _("The action is changed."), theirs)


@pages.post("/actions/<int:action_id>/done")
def mark_done(action_id: int) -> Answer:
    """Mark an action as done."""
    form = DoneForm(prefix="done")

    def act(session: Session, found: ActionItem) -> None:
        remark = form.remark.data or ""
        actions.mark_done(session, found, remark, form.seen_version(), here.actor(), here.now())

    return _change(action_id, form, act, Shown(done=form), _("Marked as done."))


@pages.post("/actions/<int:action_id>/hand-over")
def hand_over(action_id: int) -> Answer:
    """Give an action to somebody else."""
    form = HandOverForm(prefix="hand")
    with here.read() as session:
        found = action_for(session, action_id, here.actor())
        form.fill(possible_owners(session, found.body, today_of(found.body)), found.owner)

    def act(session: Session, found: ActionItem) -> None:
        to = get(session, Person, form.owner.data or 0)
        actions.hand_over(session, found, to, form.seen_version(), here.actor(), here.now())

    done = _("Handed over. The new owner hears of it with the next reminders.")
    return _change(action_id, form, act, Shown(hand_over=form), done)


@pages.post("/actions/<int:action_id>/drop")
def drop_action(action_id: int) -> Answer:
    """Let an action go, with the reason."""
    form = DropForm(prefix="drop")

    def act(session: Session, found: ActionItem) -> None:
        why = form.why.data or ""
        actions.drop_action(session, found, why, form.seen_version(), here.actor(), here.now())

    return _change(action_id, form, act, Shown(drop=form), _("The action is dropped."))


@pages.post("/actions/<int:action_id>/reopen")
def reopen_action(action_id: int) -> Answer:
    """Undo that an action is done or dropped."""
    form = Form()

    def act(session: Session, found: ActionItem) -> None:
        actions.reopen_action(session, found, form.seen_version(), here.actor(), here.now())

    return _change(action_id, form, act, Shown(), _("This action is open again."), asks=False)


def _change(
    action_id: int,
    form: Form,
    act: Callable[[Session, ActionItem], None],
    shown: Shown,
    done: str,
    theirs: Callable[[ActionItem], Theirs] | None = None,
    *,
    asks: bool = True,
) -> Answer:
    def load(session: Session) -> ActionItem:
        found = action_for(session, action_id, here.actor())
        if found.owner_id != here.actor().person_id:
            here.actor().must("record", found.body)
        return found

    def page(session: Session, found: ActionItem, rows: Theirs) -> str:
        shown.theirs = rows
        return _page(session, found, shown)

    there = url_for("decisions.action", action_id=action_id)
    return change(form, load, act, page, done, there, theirs=theirs, asks=asks)


def _page(session: Session, found: ActionItem, shown: Shown) -> str:
    by, body = here.actor(), found.body
    people = possible_owners(session, body, today_of(body))
    state = state_of(found, today_of(body))
    edit = shown.edit
    if edit is None:
        edit = ActionForm(
            formdata=None,
            text=found.text,
            owner=found.owner_id,
            due_on=found.due_on,
            version=found.version,
        )
        edit.fill(people, found.owner)
    give = shown.hand_over
    if give is None:
        give = HandOverForm(formdata=None, prefix="hand", version=found.version)
        give.fill(people, found.owner)
    return render_template(
        "decisions/action.html",
        action=found,
        body=body,
        state=state,
        over=state in OVER,
        edit=edit,
        done=shown.done or DoneForm(formdata=None, prefix="done", version=found.version),
        give=give,
        drop=shown.drop or DropForm(formdata=None, prefix="drop", version=found.version),
        shown=shown,
        may_record=by.may("record", body),
        may_see_body=by.may("see", body),
        history=history.lines_of(audit.history(session, "action", found.id)),
        **frame(),
    )
