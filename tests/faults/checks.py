"""All that must hold after a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.faults import letter_checks, reminder_checks, state_checks
from tests.faults.books import Books

Check = Callable[[Books], Iterator[str]]
CHECKS: tuple[Check, ...] = (
    state_checks.what_was_confirmed_is_there,
    state_checks.what_was_refused_is_not_there,
    state_checks.the_trail_tells_every_meeting,
    state_checks.the_trail_tells_every_answer,
    state_checks.every_topic_has_its_beginning,
    state_checks.everyone_told_is_in_the_trail,
    state_checks.files_and_tables_agree,
    letter_checks.no_letter_is_lost,
    letter_checks.every_letter_comes_to_an_end,
    letter_checks.no_letter_has_two_names,
    letter_checks.a_repeat_is_the_same_and_known,
    letter_checks.letters_keep_their_order,
    letter_checks.everyone_knows_the_latest,
    reminder_checks.no_reminder_goes_twice,
    reminder_checks.the_ledger_of_reminders_is_true,
    reminder_checks.no_reminder_is_missed,
)
# What comes right by itself while time passes: the end of a run waits for these.
WAITED_FOR: tuple[Check, ...] = (
    # An answer that still lies in the mailbox changes who is to be reminded.
    state_checks.what_was_confirmed_is_there,
    letter_checks.every_letter_comes_to_an_end,
    letter_checks.everyone_knows_the_latest,
)


def violations(books: Books, checks: tuple[Check, ...] = CHECKS) -> list[str]:
    """List what does not hold, each with the name of what should."""
    return [f"{check.__name__}: {told}" for check in checks for told in check(books)]
