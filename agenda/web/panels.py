"""How a page of one room shows what only a higher room knows.

A room imports only rooms below it. So the page of a topic cannot ask the meetings room in
which meetings it stands; the meetings room offers a panel for the place "topic" instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from flask import Flask, current_app
from markupsafe import Markup
from sqlalchemy.orm import Session, object_session

from agenda.core.actor import Actor

Panel = Callable[[Session, Any], str | None]


@dataclass(frozen=True)
class Task:
    """Something that needs this person now, for the start page."""

    text: str
    url: str
    tone: str = "info"  # ok, info, warn or neg
    due: date | None = None
    detail: str = ""
    # The day is that on which it takes place, not the last one on which it can be done.
    happens: bool = False


Tasks = Callable[[Session, Actor, datetime], Iterable[Task]]


def _offers(app: Flask) -> dict[str, list[tuple[int, Panel]]]:
    return cast("dict[str, list[tuple[int, Panel]]]", app.extensions.setdefault("panels", {}))


def offer_panel(app: Flask, place: str, panel: Panel, order: int = 50) -> None:
    """Let a panel be shown at a place such as "topic" or "meeting"; lower orders first."""
    _offers(app).setdefault(place, []).append((order, panel))
    _offers(app)[place].sort(key=lambda offer: offer[0])


def panels(place: str, session: Session, subject: Any) -> Markup:
    """Render every panel offered for a place, about one subject."""
    shown = (panel(session, subject) for _, panel in _offers(current_app).get(place, []))
    # Each panel is a rendered template: escaped there.
    return Markup("\n").join(Markup(html) for html in shown if html)  # noqa: S704


def panels_about(place: str, subject: Any) -> Markup:
    """Render the panels about a row as a template can ask for them: for each item of a page, for one."""
    session = object_session(subject)
    return panels(place, session, subject) if session is not None else Markup()


def offer_tasks(app: Flask, tasks: Tasks) -> None:
    """Let a room name what needs someone now."""
    app.extensions.setdefault("tasks", []).append(tasks)


def tasks_for(session: Session, by: Actor, now: datetime) -> list[Task]:
    """List what needs this person now: what is due first on top, what has no day last."""
    found = [
        task for offered in current_app.extensions.get("tasks", []) for task in offered(session, by, now)
    ]
    return sorted(found, key=lambda task: (task.due is None, task.due or date.min))


NextStep = Callable[[Session, Any], str | None]


def offer_next_step(app: Flask, after: str, step: NextStep) -> None:
    """Let a room ask something after what another did, such as "body_created": by an address, or None."""
    app.extensions.setdefault("next_steps", {}).setdefault(after, []).append(step)


def next_step(after: str, session: Session, subject: Any) -> str | None:
    """Give the address of the first page that asks something after this; None when none does."""
    steps: list[NextStep] = current_app.extensions.get("next_steps", {}).get(after, [])
    return next((address for step in steps if (address := step(session, subject))), None)


@dataclass(frozen=True)
class HistoryWords:
    """What higher rooms write into a history: the verbs, the fields, and what codes in a field mean."""

    verbs: dict[str, Any]
    fields: dict[str, Any]
    values: dict[str, Mapping[Any, Any]]


def offer_words(
    app: Flask,
    verbs: Mapping[str, Any],
    fields: Mapping[str, Any],
    values: Mapping[str, Mapping[Any, Any]] | None = None,
) -> None:
    """Let histories on other rooms' pages speak of what this room writes into them."""
    words = app.extensions.setdefault("history_words", HistoryWords({}, {}, {}))
    words.verbs.update(verbs)
    words.fields.update(fields)
    words.values.update(values or {})


def offered_words() -> HistoryWords:
    """Give what every room offered for histories."""
    return cast("HistoryWords", current_app.extensions.get("history_words") or HistoryWords({}, {}, {}))
