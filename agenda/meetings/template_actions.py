"""What is done with the templates of a body's agendas; one verb a function.

Whoever drafts agendas may do all of it. Agendas that exist keep what they began with.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.problems import Conflict, Invalid
from agenda.meetings.template_model import AgendaTemplate
from agenda.meetings.template_queries import templates_of
from agenda.meetings.template_rules import FrameItem, as_rows, check_frame, from_rows, sided
from agenda.people.model import Body


def add_template(
    session: Session, body: Body, name: str, items: Sequence[FrameItem], by: Actor, now: datetime
) -> AgendaTemplate:
    """Keep a new template; Invalid for a name that is taken, or an item that cannot be."""
    by.must("draft_agenda", body)
    _hold(session, body)
    template = AgendaTemplate(body=body, is_usual=False)
    _fill(session, template, name, items)
    session.add(template)
    session.flush()
    _record(session, template, "agenda_template_added", by, now)
    return template


def change_template(
    session: Session,
    template: AgendaTemplate,
    name: str,
    items: Sequence[FrameItem],
    by: Actor,
    now: datetime,
    version: int | None = None,
) -> None:
    """Change a template; Changed when someone else saved after `version` was seen."""
    by.must("draft_agenda", template.body)
    _hold(session, template.body)
    session.refresh(template)
    template.expect(version)
    if template.removed_at is not None:
        raise Conflict("template_was_removed", name=template.name)
    before = template.name, list(template.items)
    _fill(session, template, name, items)
    if (template.name, template.items) != before:
        session.flush()
        _record(session, template, "agenda_template_changed", by, now)


def use_template(session: Session, template: AgendaTemplate, by: Actor, now: datetime) -> None:
    """Let every new agenda of the body begin with this template."""
    by.must("draft_agenda", template.body)
    _hold(session, template.body)
    if template.removed_at is not None:
        raise Conflict("template_was_removed", name=template.name)
    others = select(AgendaTemplate).where(
        AgendaTemplate.body_id == template.body_id, AgendaTemplate.is_usual, AgendaTemplate.id != template.id
    )
    for other in session.scalars(others):
        other.is_usual = False
    if not template.is_usual:
        template.is_usual = True
        session.flush()
        _record(session, template, "agenda_template_used", by, now)


def stop_using(session: Session, template: AgendaTemplate, by: Actor, now: datetime) -> None:
    """Let new agendas of the body begin with the frame of the house again."""
    by.must("draft_agenda", template.body)
    _hold(session, template.body)
    if template.is_usual:
        template.is_usual = False
        session.flush()
        _record(session, template, "agenda_template_not_used", by, now)


def remove_template(session: Session, template: AgendaTemplate, by: Actor, now: datetime) -> None:
    """Throw a template away; it can be brought back."""
    by.must("draft_agenda", template.body)
    _hold(session, template.body)
    if template.removed_at is None:
        template.removed_at = now
        session.flush()
        _record(session, template, "agenda_template_removed", by, now)


def restore_template(session: Session, template: AgendaTemplate, by: Actor, now: datetime) -> None:
    """Bring back a template; Invalid when another has its name by now."""
    by.must("draft_agenda", template.body)
    _hold(session, template.body)
    if template.removed_at is not None:
        _must_be_free(session, template, template.name)
        template.removed_at = None
        session.flush()
        _record(session, template, "agenda_template_restored", by, now)


def _fill(session: Session, template: AgendaTemplate, name: str, items: Sequence[FrameItem]) -> None:
    if not name:
        raise Invalid("template_name_missing")
    frame = sided(items)
    check_frame(frame)
    with session.no_autoflush:
        _must_be_free(session, template, name)
    rows = as_rows(frame)
    template.name = name
    if template.items is None or from_rows(template.items) != frame:
        template.items = rows


def _must_be_free(session: Session, template: AgendaTemplate, name: str) -> None:
    for other in templates_of(session, template.body.id):
        if other is not template and other.name.casefold() == name.casefold():
            raise Invalid("template_name_taken", name=name)


def _hold(session: Session, body: Body) -> None:
    """Wait for whoever is changing the templates of this body: one is usual, and names differ."""
    session.execute(select(Body.id).where(Body.id == body.id).with_for_update())


def _record(session: Session, template: AgendaTemplate, verb: str, by: Actor, now: datetime) -> None:
    told = {"agenda_template": template.name}
    audit.record(session, by, now, verb, ("body", template.body_id), after=told)
