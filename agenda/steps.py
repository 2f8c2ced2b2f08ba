"""What the worker does, a step at a time; each step is safe to take twice, and safe to miss."""

from __future__ import annotations

from collections.abc import Callable

from agenda.core.leadership import one_tells_at_a_time
from agenda.core.runtime import Runtime
from agenda.dates.calendar_reading import read_calendars
from agenda.dates.option_replies import handle_option
from agenda.dates.poll_telling import tell_voters
from agenda.documents import storage
from agenda.documents.queries import is_stored
from agenda.documents.text_reading import read_texts
from agenda.invitations.actions import tell_everyone
from agenda.invitations.answers import handle
from agenda.invitations.push_writing import write_calendars
from agenda.mail.actions import deliver_all
from agenda.mail.bounces import note_delivery
from agenda.mail.inbox import Handler, settle_incoming
from agenda.mail.mailbox import read_mailbox
from agenda.planner.run_working import plan_next
from agenda.publications.making import make_next
from agenda.reminders.actions import remind_everyone
from agenda.reminders.gathering import LETTER_KIND
from agenda.reminders.looking_again import LookAgain
from agenda.retention.actions import remove_due
from agenda.search.indexing import bring_up_to_date
from agenda.topics.round_telling import tell_rounds

# Asked now and then by a step that takes long: True, and it ends as soon as it can.
Stopped = Callable[[], bool]
Step = Callable[[Runtime, Stopped], int]

# Who may deal with what came in, in this order.
HANDLERS: tuple[Handler, ...] = (note_delivery, handle_option, handle)
LETTERS_A_TURN = 500


def never() -> bool:
    """Let a step take the time it needs."""
    return False


def tell(runtime: Runtime, stopped: Stopped = never) -> int:
    """Queue what attendees, voters and members of written rounds must be told; how many letters."""
    with runtime.work() as session:
        told = tell_rounds(session, runtime.config, runtime.clock())
    # A poll's options leave calendars before the invitation to the chosen moment comes.
    with runtime.work() as session:
        told += tell_voters(session, runtime.config, runtime.clock())
    with runtime.work() as session:
        one_tells_at_a_time(session)
        return told + tell_everyone(session, runtime.config, runtime.clock())


def remind(runtime: Runtime, stopped: Stopped = never) -> int:
    """Queue the reminders that are due; how many letters."""
    with runtime.work() as session:
        return remind_everyone(session, runtime.config, runtime.clock())


def deliver(runtime: Runtime, stopped: Stopped = never) -> int:
    """Send the letters that are due; how many were tried. Told to stop, it finishes the one in hand."""
    checks = {LETTER_KIND: LookAgain(runtime.config)}
    return deliver_all(runtime, most=LETTERS_A_TURN, stopped=stopped, checks=checks)


def read(runtime: Runtime, stopped: Stopped = never) -> int:
    """Read the calendars that are due; how many were tried."""
    return read_calendars(runtime, stopped=stopped)


def push(runtime: Runtime, stopped: Stopped = never) -> int:
    """Write the people's own calendars that are due; how many were tried."""
    return write_calendars(runtime, stopped=stopped)


def plan(runtime: Runtime, stopped: Stopped = never) -> int:
    """Do the searches for fewer meetings that wait; how many. Told to stop, one is left for another time."""
    done = 0
    while not stopped() and plan_next(runtime, stopped):
        done += 1
    return done


def make_papers(runtime: Runtime, stopped: Stopped = never) -> int:
    """Make the papers that were asked for; how many. Told to stop, the rest is left for another time."""
    done = 0
    while not stopped() and make_next(runtime, stopped):
        done += 1
    return done


def fetch(runtime: Runtime, stopped: Stopped = never) -> int:
    """Read the mailbox; how many messages."""
    return read_mailbox(runtime, HANDLERS, stopped=stopped)


def settle(runtime: Runtime, stopped: Stopped = never) -> int:
    """Deal with the messages that were kept and still wait; how many."""
    return settle_incoming(runtime, HANDLERS, stopped=stopped)


def receive(runtime: Runtime) -> int:
    """Read the mailbox, and deal with what was kept and still waits; how many messages."""
    return fetch(runtime) + settle(runtime)


def sweep(runtime: Runtime, stopped: Stopped = never) -> int:
    """Remove contents of a day old that no document has, from uploads that failed; how many."""
    with runtime.read() as session:
        return storage.sweep(
            runtime.config.documents, lambda sha256: is_stored(session, sha256), runtime.clock()
        )


def retain(runtime: Runtime, stopped: Stopped = never) -> int:
    """Let go what is kept no longer; how much. Told to stop, the rest is left for another time."""
    return remove_due(runtime, stopped=stopped)


def read_papers(runtime: Runtime, stopped: Stopped = never) -> int:
    """Read the text of papers that wait; how many. Told to stop, one is left for another time."""
    return read_texts(runtime, stopped=stopped)


def refresh_search(runtime: Runtime, stopped: Stopped = never) -> int:
    """Let the search find everything as it is now; how many things were new or changed."""
    return bring_up_to_date(runtime, stopped=stopped)


def tick(runtime: Runtime) -> dict[str, int]:
    """Do one pass of all that is due: what came in, invitations, reminders, letters, calendars both ways."""
    return {
        "received": receive(runtime),
        "told": tell(runtime),
        "reminded": remind(runtime),
        "delivered": deliver(runtime),
        "calendars": read(runtime),
        "pushed": push(runtime),
        "planned": plan(runtime),
        "no longer kept": retain(runtime),
        "swept": sweep(runtime),
        "papers": make_papers(runtime),
        "papers read": read_papers(runtime),
        "made findable": refresh_search(runtime),
    }
