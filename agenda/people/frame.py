"""What the pages of this room share: the day, and how a form is answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from flask import Blueprint, flash, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda.core.clock import local_day
from agenda.core.problems import Changed, Conflict, Invalid, Problem
from agenda.people.seats import SeatsField
from agenda.people.words import shown
from agenda.web import here
from agenda.web.forms import Form
from agenda.web.shell import sentence

pages = Blueprint("people", __name__)
Answer = str | Response | tuple[str, int]
Difference = tuple[str, str, str]


class HasVersion(Protocol):
    """What can be edited by two people."""

    version: Any


@dataclass(frozen=True)
class Editing:
    """A page with a form: what saves it, what shows it, and what stands in the database.

    save: does it and gives the address to go to.
    show: renders the page, with what differs from the saved version where someone else was first.
    saved: gives the row as it is now; None for something new.
    """

    form: Any
    save: Callable[[Session], str]
    show: Callable[[Session, Sequence[Difference]], str]
    saved: Callable[[Session], HasVersion] | None = None

    def answer(self, done: str) -> Answer:
        """Show the form, or save it and go on with the sentence `done`."""
        if request.method != "POST":
            return self._shown()
        if not self.form.validate():
            return self._shown(), Invalid.status
        try:
            with here.work() as session:
                target = self.save(session)
        except Changed:
            return self._shown_beside_theirs(), Changed.status
        except (Conflict, Invalid) as problem:
            blame(self.form, problem)
            return self._shown(), Invalid.status
        flash(done, "success")
        return redirect(target, 303)

    def _shown(self) -> str:
        with here.read() as session:
            return self.show(session, ())

    def _shown_beside_theirs(self) -> str:
        with here.read() as session:
            if self.saved is None:
                return self.show(session, ())
            row = self.saved(session)
            # Saving once more is then a choice made with both versions in sight.
            self.form.version.data = str(row.version)
            return self.show(session, differences(self.form, row))


def today() -> date:
    """Tell the civil day on which this page is asked."""
    return local_day(here.now(), here.runtime().config.time_zone)


def blame(form: Any, problem: Problem) -> None:
    """Put a refusal beside the field it is about; raise it where the form has no such field."""
    name = problem.facts.get("field")
    if name is None or name not in form:
        raise problem
    form[name].errors = [*form[name].errors, sentence(problem.code, {})]


def differences(form: Form, row: Any) -> list[Difference]:
    """Tell what differs between what was filled in and what someone else saved: label, mine, theirs."""
    told = []
    for field in form:
        if field.short_name in {"version", "csrf_token"} or not hasattr(row, field.short_name):
            continue
        mine, theirs = (_told(field, value) for value in (field.data, getattr(row, field.short_name)))
        if mine != theirs:
            told.append((str(field.label.text), mine, theirs))
    return told


def _told(field: Any, value: Any) -> str:
    if isinstance(field, SeatsField):
        return field.told(value)
    choices = {str(choice.value): str(choice.label) for choice in getattr(field, "choices", None) or ()}
    return choices.get(str(value)) or shown(field.short_name, value)
