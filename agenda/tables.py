"""Every table of the product in one place, for migrations and tests."""

from __future__ import annotations

from agenda.accounts import model as accounts
from agenda.core import audit
from agenda.core.database import Base
from agenda.dates import model as dates
from agenda.decisions import model as decisions
from agenda.demo import model as demo
from agenda.documents import model as documents
from agenda.invitations import model as invitations
from agenda.mail import model as mail
from agenda.meetings import (
    deadline_model,
    planning_reason,
    standard_text_model,
    table_model,
    template_model,
    version_model,
)
from agenda.meetings import model as meetings
from agenda.meetings import paper_model as meeting_papers
from agenda.operations import model as operations
from agenda.people import model as people
from agenda.planner import accepting_model, burden_model, cadence_model, regional_model, run_model
from agenda.publications import letter_model
from agenda.publications import model as publications
from agenda.reminders import model as reminders
from agenda.search import model as search
from agenda.topics import likeness_model as likeness
from agenda.topics import model as topics
from agenda.topics import paper_model as topic_papers
from agenda.topics import round_model as rounds

ROOMS = (
    audit,
    mail,
    people,
    accounts,
    documents,
    topics,
    topic_papers,
    rounds,
    likeness,
    meetings,
    planning_reason,
    meeting_papers,
    table_model,
    version_model,
    deadline_model,
    template_model,
    standard_text_model,
    dates,
    decisions,
    invitations,
    burden_model,
    run_model,
    accepting_model,
    regional_model,
    cadence_model,
    letter_model,
    publications,
    search,
    reminders,
    operations,
    demo,
)

__all__ = ["ROOMS", "Base"]
