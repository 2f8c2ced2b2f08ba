"""How cadences, their dates and thin meetings are spoken of on screen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from babel.dates import format_date, get_day_names, get_month_names
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from agenda.core.audit import AuditEntry
from agenda.core.problems import Invalid
from agenda.planner.cadence_judging import Judged
from agenda.planner.cadence_rrule import LAST, MONTHS, NTHS, Pattern, pattern_of
from agenda.planner.cadence_rules import Found, Obstacle, Verdict
from agenda.web.history import Line, lines
from agenda.web.language import language

Texts = Mapping[str, Any]

NTH_WORDS: Mapping[int, Any] = {
    1: _l("first"),
    2: _l("second"),
    3: _l("third"),
    4: _l("fourth"),
    LAST: _l("last"),
}
TONES: Mapping[Verdict, str] = {
    Verdict.PLANNED: "ok",
    Verdict.IMPOSSIBLE: "neg",
    Verdict.EARNS: "info",
    Verdict.TOO_THIN: "warn",
    Verdict.NOT_NEEDED: "neutral",
}
VERDICTS: Mapping[Verdict, Any] = {
    Verdict.PLANNED: _l("Planned"),
    Verdict.IMPOSSIBLE: _l("Impossible"),
    Verdict.EARNS: _l("Earns its place"),
    Verdict.TOO_THIN: _l("Not needed yet"),
    Verdict.NOT_NEEDED: _l("Not needed yet"),
}
VERBS: Texts = {
    "cadence_set": _l("set the rhythm"),
    "cadence_ended": _l("ended the rhythm"),
    "cadence_resumed": _l("resumed the rhythm"),
}
# Named apart: a meeting has minutes and a venue of its own.
FIELDS: Texts = {
    "cadence_rule": _l("Rule"),
    "cadence_first_day": _l("First day"),
    "cadence_last_day": _l("Last day"),
    "cadence_starts": _l("Start"),
    "cadence_minutes": _l("Length in minutes"),
    "cadence_venue": _l("Venue"),
    "cadence_thin_below": _l("Thin below (percent)"),
    "cadence_judge_days": _l("Judged from (days before)"),
}
PROBLEMS: Texts = {
    "rule_too_long": _l("A rule has at most %(most)d characters."),
    "rule_unreadable": _l(
        "This rule cannot be read. Write it as in RFC 5545, such as FREQ=MONTHLY;BYDAY=2TH for every "
        "second Thursday."
    ),
    "rule_too_often": _l(
        "A body meets once a day at most: use FREQ=DAILY, WEEKLY, MONTHLY or YEARLY, and leave hours to the "
        "field for the start."
    ),
    "rule_makes_no_date": _l("This rule makes no date at all between the first and the last day."),
    "share_impossible": _l("Choose a percentage between 1 and 100."),
    "judge_days_impossible": _l("Choose a number of days between 0 and 366."),
    "last_before_first": _l("The last day comes before the first."),
    "last_after_body": _l("The body ends on %(day)s. Choose a last day before that."),
    "first_after_body": _l("The body ends on %(day)s. Choose a first day before that."),
    "cadence_ended_already": _l("This rhythm was ended already."),
    "cadence_runs_already": _l("The body has another rhythm by now. End that one first."),
    "thin_no_more": _l(
        "This meeting is not proposed for cancelling any more: its agenda or those of other meetings changed."
    ),
    "thin_otherwise": _l(
        "Something changed in between, so the proposal is another one by now. Look at it once more."
    ),
    "topic_not_free_any_more": _l(
        "A topic that went back to the backlog is settled, in a written round or on another agenda by now."
    ),
}


def spoken(rule: str) -> str:
    """Say how often a rule falls: "every second Thursday of the month, not in July and August"."""
    try:
        pattern = pattern_of(rule)
    except Invalid:
        pattern = None
    if pattern is None:
        return str(_("by a rule of its own: %(rule)s", rule=rule))
    return ", ".join(part for part in (_how_often(pattern), _in_which_months(pattern)) if part)


def opening(rule: str) -> str:
    """Say how often a rule falls, as a sentence begins."""
    words = spoken(rule)
    return words[:1].upper() + words[1:]


def _how_often(pattern: Pattern) -> str:
    day = weekdays()[pattern.weekday]
    if pattern.nth is None:
        if pattern.every == 1:
            return str(_("every week on %(day)s", day=day))
        return str(_("every %(number)d weeks on %(day)s", number=pattern.every, day=day))
    nth = NTH_WORDS[pattern.nth]
    if pattern.every == 1:
        return str(_("every %(nth)s %(day)s of the month", nth=nth, day=day))
    return str(_("once in %(number)d months on the %(nth)s %(day)s", number=pattern.every, nth=nth, day=day))


def _in_which_months(pattern: Pattern) -> str:
    if not pattern.months or len(set(pattern.months)) == len(MONTHS):
        return ""
    without = [month for month in MONTHS if month not in pattern.months]
    if len(without) <= len(MONTHS) // 2:
        return str(_("not in %(months)s", months=_together([month_names()[one] for one in without])))
    return str(_("only in %(months)s", months=_together([month_names()[one] for one in pattern.months])))


def weekdays() -> Mapping[int, str]:
    """Name the days of the week; Monday is 0."""
    return dict(get_day_names("wide", locale=language()))


def month_names() -> Mapping[int, str]:
    """Name the months; January is 1."""
    return dict(get_month_names("wide", locale=language()))


def nth_choices() -> list[tuple[int, Any]]:
    """Offer which weekday of the month."""
    return [(nth, NTH_WORDS[nth]) for nth in NTHS]


def months_skipped(months: Sequence[date], yearly: bool) -> str:
    """Name the months, or years, in which a rule has no date."""
    return _together([format_date(one, "y" if yearly else "MMMM y", locale=language()) for one in months])


def falls(found: Found) -> str:
    """Name what falls on a date."""
    return str(_("outside the hours of this body")) if found.what is Obstacle.OUTSIDE_HOURS else found.name


def sentence_of(judged: Judged, waiting: int) -> str:
    """Say why a date earns its place or not; the verdict itself stands in front of it."""
    figures = {"filled": judged.filled, "room": judged.room}
    if judged.verdict is Verdict.PLANNED:
        return str(_("%(filled)d of %(room)d minutes are filled.", **figures))
    if judged.verdict is Verdict.IMPOSSIBLE:
        return _together([falls(one) for one in judged.found if one.hard]) + "."
    if judged.verdict is Verdict.NOT_NEEDED:
        if not waiting:
            return str(_("no topic is waiting."))
        return str(_("what is waiting fits in other meetings, or cannot be treated then."))
    topics = ngettext("one topic", "%(num)d topics", len(judged.topics))
    if judged.verdict is Verdict.TOO_THIN:
        return str(
            _(
                "%(filled)d of %(room)d minutes, %(topics)s, and each of these can wait.",
                topics=topics,
                **figures,
            )
        )
    number = len(judged.only_here)
    only = ngettext(
        ", of which one can be in time nowhere else",
        ", of which %(num)d can be in time nowhere else",
        number,
    )
    return str(
        _(
            "%(filled)d of %(room)d minutes, %(topics)s%(only)s.",
            topics=topics,
            only=only if number else "",
            **figures,
        )
    )


def history_lines(entries: Iterable[AuditEntry]) -> list[Line]:
    """Tell what happened to the rhythm, in the reader's words."""
    return lines(entries, VERBS, FIELDS, _shown)


def _shown(name: str, value: Any) -> str:
    if name.endswith("_day"):
        return str(format_date(date.fromisoformat(str(value)), "d MMMM y", locale=language()))
    return str(value)


def _together(words: Sequence[str]) -> str:
    *most, last = words
    return str(_("%(most)s and %(last)s", most=", ".join(most), last=last)) if most else last
