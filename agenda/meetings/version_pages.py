"""Pages of the versions of an agenda: the list, one as it was, and what changed between two."""

from __future__ import annotations

from flask import render_template, request
from sqlalchemy.orm import Session

from agenda.meetings import version_words, words
from agenda.meetings.agenda_queries import meeting_with_agenda
from agenda.meetings.blueprint import pages
from agenda.meetings.model import Meeting
from agenda.meetings.version_queries import Shown, compared, version_numbered, versions_of
from agenda.topics.words import PURPOSES, TREATMENTS
from agenda.web import here


@pages.get("/meetings/<int:meeting_id>/agenda/versions")
def versions(meeting_id: int) -> str:
    """List every agenda that was final, with when, who and why."""
    with here.read() as session:
        meeting, found = _versions(session, meeting_id)
        return render_template("meetings/versions.html", meeting=meeting, versions=found)


@pages.get("/meetings/<int:meeting_id>/agenda/versions/<int:number>")
def version(meeting_id: int, number: int) -> str:
    """Show one version as it was."""
    with here.read() as session:
        meeting, found = _versions(session, meeting_id)
        return render_template(
            "meetings/version.html",
            meeting=meeting,
            shown=version_numbered(found, number),
            newest=found[0].number,
            purposes=PURPOSES,
            treatments=TREATMENTS,
            spoken=version_words,
            words=words,
        )


@pages.get("/meetings/<int:meeting_id>/agenda/versions/compare")
def compare_versions(meeting_id: int) -> str:
    """Show what changed from one version to another; without a choice, from the last but one to the last."""
    with here.read() as session:
        meeting, found = _versions(session, meeting_id)
        new = version_numbered(found, request.args.get("new", found[0].number if found else 0, type=int))
        earlier = next((one for one in found if one.number < new.number), new)
        old = version_numbered(found, request.args.get("old", earlier.number, type=int))
        return render_template(
            "meetings/compare.html",
            meeting=meeting,
            versions=found,
            old=old,
            new=new,
            changes=compared(old, new),
            spoken=version_words,
        )


def _versions(session: Session, meeting_id: int) -> tuple[Meeting, list[Shown]]:
    meeting = meeting_with_agenda(session, meeting_id, here.actor())
    return meeting, versions_of(session, meeting, here.actor())
