"""Start the demonstration: the region, its clock, and the letters that had left before."""

from __future__ import annotations

from dataclasses import replace

from agenda.core.clock import system_clock
from agenda.core.runtime import Runtime
from agenda.demo.clock import START, set_clock
from agenda.demo.load import INVITED, answer_invitations, load_region
from agenda.demo.outgoing import ask_for_papers
from agenda.invitations.actions import tell_everyone
from agenda.mail.actions import deliver_all

MORE_THAN_ALL = 100_000


def load_demo(runtime: Runtime) -> None:
    """Load the region as it stood on 18 December 2018, 09:00, with the post of the days before."""
    with runtime.work() as session:
        load_region(session, runtime.config)
        set_clock(session, INVITED, system_clock())
        # Nobody edits any more what happened before.
        tell_everyone(session, replace(runtime.config, settle_seconds=0), INVITED)
        answer_invitations(session)
    deliver_all(runtime, most=MORE_THAN_ALL)
    with runtime.work() as session:
        set_clock(session, START, system_clock())
        ask_for_papers(session, START)
