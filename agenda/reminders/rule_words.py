"""How a body's rules are read on screen: their groups, and their days in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from agenda.reminders import rules

GROUPS = (
    (
        _l("Before a meeting"),
        (
            rules.CALL_FOR_TOPICS,
            rules.AGENDA_DUE,
            rules.THIN_AGENDA,
            rules.PAPERS_DUE,
            rules.LEAD_UNPREPARED,
            rules.NO_ANSWER,
            rules.QUORUM_AT_RISK,
            rules.MEETING_TOMORROW,
        ),
    ),
    (
        _l("After a meeting"),
        (
            rules.OUTCOMES_DUE,
            rules.DECISION_LIST_DUE,
            rules.RATIFICATION_DUE,
            rules.COUNCILS_DUE,
            rules.ACTION_GIVEN,
            rules.ACTION_DUE,
        ),
    ),
    (
        _l("Topics, polls and written rounds"),
        (
            rules.TOPIC_WITHOUT_LEAD,
            rules.TOPIC_UNTOUCHED,
            rules.POLL_UNANSWERED,
            rules.ROUND_UNANSWERED,
        ),
    ),
    (_l("The body itself"), (rules.BODY_REVIEW, rules.BURDEN_OVER, rules.ESCALATED)),
)


def days_in_words(days: Iterable[int]) -> str:
    """Say days in words, as in "7 and 2 days before, on the day itself and 3 days after"."""
    known = sorted(set(days))
    before, after = [-day for day in known if day < 0], [day for day in known if day > 0]
    parts = []
    if before:
        parts.append(
            ngettext("%(days)s day before", "%(days)s days before", _number(before), days=_listed(before))
        )
    if 0 in known:
        parts.append(_("on the day itself"))
    if after:
        parts.append(
            ngettext("%(days)s day after", "%(days)s days after", _number(after), days=_listed(after))
        )
    return joined(parts) if parts else _("never")


def joined(parts: Sequence[str]) -> str:
    """Join words with commas, and the last one with "and"."""
    if len(parts) < 2:
        return "".join(parts)
    return str(_("%(first)s and %(last)s", first=", ".join(parts[:-1]), last=parts[-1]))


def _number(days: Sequence[int]) -> int:
    """Give the number that decides between one day and days: "1 and 4 days after"."""
    return sum(days)


def _listed(numbers: Sequence[int]) -> str:
    return joined([str(number) for number in numbers])
