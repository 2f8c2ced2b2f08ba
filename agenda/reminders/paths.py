"""Where a reader acts on what they are reminded of."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from agenda.dates.poll_letters import vote_path
from agenda.reminders import rules
from agenda.reminders.rules import Occasion
from agenda.topics.round_letters import round_path
from config import Config

# Where someone answers on a page of their own, without signing in.
OWN: Mapping[str, Callable[[Config, int, int], str]] = {
    rules.POLL_UNANSWERED: vote_path,
    rules.ROUND_UNANSWERED: round_path,
}


def own_path(config: Config, occasion: Occasion) -> str:
    """Give where a reader acts on an occasion: for a poll or a round their own page."""
    path = OWN.get(occasion.kind)
    if path is None:
        return occasion.path
    voter, serial = occasion.facts["voter"], occasion.facts["serial"]
    if not (isinstance(voter, int) and isinstance(serial, int)):
        raise TypeError("a voter and a serial are numbers")
    return path(config, voter, serial)
