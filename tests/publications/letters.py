"""A meeting that decided something, and letters about it, for the tests of council letters."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core.runtime import Runtime
from agenda.decisions import actions as decisions
from agenda.decisions import promise_actions
from agenda.decisions.model import Commitment, Decision
from agenda.meetings.model import ItemOutcome, Meeting
from agenda.people.model import Organisation
from agenda.publications.letter_actions import agree, begin_letter
from agenda.publications.letter_choice import usual_choice
from agenda.publications.letter_model import CouncilLetter, LetterCopy
from agenda.publications.letter_printing import fingerprint_of, printed_letter
from agenda.publications.letterhead_actions import HEAD, set_letterhead
from agenda.publications.model import Paper
from agenda.publications.paper_files import keep, stored
from tests.meetings.planning import AFTER, confirmed, planned, put_on_agenda, topic
from tests.world import MUNICIPALITIES, World

# Setting a letter takes a second: what is not about how it looks is tested with a stand-in.
PDF = b"%PDF-1.7 stand-in"


def held(session: Session, world: World) -> Meeting:
    """Hold a meeting with an open and a closed item, a decision under each, and a promise."""
    clerk = world.by(session, "clerk")
    meeting = confirmed(session, world)
    heat = put_on_agenda(session, meeting, topic(session, world, "Warmterotonde"), ItemOutcome.DECIDED)
    land = put_on_agenda(session, meeting, topic(session, world, "Grondaankoop"), ItemOutcome.DECIDED)
    heat.outcome_text, land.outcome_text = "Er komt extra overleg.", "Er ligt een bod van een miljoen."
    land.closed = True
    session.flush()
    for text, item in (("We werken samen aan warmte.", heat), ("We kopen de grond.", land)):
        decisions.record_decision(session, meeting, text, item, clerk, AFTER)
    promised = date(2019, 4, 30)
    promise_actions.promise(session, meeting.body, "De raden informeren", promised, meeting, clerk, AFTER)
    planned(session, world)
    return meeting


def concept(session: Session, world: World) -> CouncilLetter:
    """Begin a letter about a meeting that was held, as it is proposed."""
    meeting = held(session, world)
    return begin_letter(
        session, meeting, usual_choice(session, meeting, AFTER), world.by(session, "clerk"), AFTER
    )


def heads(session: Session, world: World, without: str = "") -> None:
    """Set the letterhead of each municipality, but for one."""
    for name in MUNICIPALITIES:
        mailbox = "" if name == without else f"griffie@{name.lower()}.example"
        values = dict.fromkeys(HEAD, "") | {
            "sender": f"Gemeente {name}",
            "address": f"Postbus 1\n2300 AA {name}",
            "reference_pattern": f"{name[:4].upper()}/{{jaar}}/{{nummer}}",
            "council_mailbox": mailbox,
        }
        organisation = session.get_one(Organisation, world.organisations[name])
        set_letterhead(session, organisation, values, None, world.by(session, "clerk"), AFTER)


def agreed(session: Session, world: World) -> CouncilLetter:
    """Agree on a letter whose councils can all be reached."""
    heads(session, world)
    letter = concept(session, world)
    agree(session, letter, None, world.by(session, "clerk"), AFTER)
    return letter


def chosen(letter: CouncilLetter) -> tuple[list[Decision], list[Commitment]]:
    return list(letter.decisions), list(letter.commitments)


def lay_ready(session: Session, runtime: Runtime, copy: LetterCopy) -> None:
    """Lay a stand-in where the worker would lay the PDF of a copy."""
    paper = session.scalars(select(Paper).where(Paper.copy_id == copy.id)).one()
    kept = keep(runtime.config, PDF + str(copy.id).encode(), AFTER)
    paper.file, paper.finished_at = stored(session, kept, AFTER), AFTER
    paper.rests_on = fingerprint_of(printed_letter(session, copy.letter)[copy.id])
    session.flush()


def laid_ready(session: Session, runtime: Runtime, letter: CouncilLetter) -> None:
    """Lay a stand-in for each PDF of a letter."""
    for copy in letter.copies:
        lay_ready(session, runtime, copy)
