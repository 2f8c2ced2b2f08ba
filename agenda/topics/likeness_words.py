"""How topics that are alike are spoken of: the reason, the decisions, and the refusals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from babel.lists import format_list
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from agenda.core.audit import AuditEntry
from agenda.topics.likeness_merging import Summary
from agenda.topics.likeness_model import TopicPair, Verdict
from agenda.topics.likeness_rules import Likeness
from agenda.web.history import Line, lines

Texts = Mapping[str, Any]
# From this likeness on it says more than that two topics are alike.
MUCH = 0.6

VERDICTS: Mapping[Verdict, Any] = {
    Verdict.DIFFERENT: _l("Not the same"),
    Verdict.LINKED: _l("Linked"),
    Verdict.MERGED: _l("Merged"),
}
SUMMARIES: Mapping[Summary, Any] = {
    Summary.KEPT: _l("that of the topic that goes on"),
    Summary.GONE: _l("that of the topic that closes"),
    Summary.BOTH: _l("both, one below the other"),
}
VERBS: Texts = {
    "different": _l("said that these topics are not the same"),
    "linked": _l("linked these topics"),
    "merged": _l("merged these topics"),
    "undone": _l("took the decision back"),
}
FIELDS: Texts = {
    "verdict": _l("Decision"),
    "kept": _l("Goes on"),
    "closed": _l("Closed"),
}
VALUES: Mapping[str, Mapping[Any, Any]] = {
    "verdict": {each.value: label for each, label in VERDICTS.items()},
}
PROBLEMS: Texts = {
    "pair_is_merged": _l("These topics are merged already. Undo that first."),
    "pair_decided_meanwhile": _l(
        "%(who)s decided about these topics after you had opened this page. Look at what stands here now."
    ),
    "pair_undone_already": _l("This decision was taken back already."),
    "merge_undo_too_late": _l("The merger is more than a day old, and can no longer be undone."),
    "topic_changed_meanwhile": _l(
        "Something changed about one of these topics after they were merged. That cannot be undone any more."
    ),
    "merge_needs_current_topics": _l("Only current topics can be merged: one of these has ended."),
    "merged_is_engaged": _l(
        "“%(title)s” is on an agenda or in a written round, and cannot close. Let that one go on, and "
        "“%(other)s” close."
    ),
    "both_are_engaged": _l(
        "Both topics are on an agenda or in a written round. Take one of them off, or withdraw its round, "
        "before they are merged."
    ),
    "others_come_after": _l(
        "Other topics come after “%(title)s”, so it cannot close. Let that one go on, or take the order away "
        "first."
    ),
}


def reason(found: Likeness, people: Mapping[int, str], language: str) -> str:
    """Say in a few short sentences why two topics are called alike."""
    return " ".join(_reasons(found, people, language))


def _reasons(found: Likeness, people: Mapping[int, str], language: str) -> Iterable[str]:
    if found.same_title:
        yield _("Their titles are the same.")
    elif found.words:
        named = format_list([f"“{word}”" for word in found.words], locale=language)
        yield _("Both are about %(words)s.", words=named)
    else:
        yield _("Their words are alike.")
    if found.same_lead:
        yield _("They have the same lead.")
    elif found.people:
        names = [people[person] for person in sorted(found.people) if person in people]
        if 0 < len(names) <= 2:
            told = format_list(names, locale=language)
            yield ngettext(
                "%(names)s takes part in both.", "%(names)s take part in both.", len(names), names=told
            )
        else:
            number = len(found.people)
            yield ngettext("One person takes part in both.", "%(num)d people take part in both.", number)
    if found.same_focus:
        yield _("Same focus area.")
    if found.same_period:
        yield _("Deadlines within three months of each other.")


def likely(found: Likeness) -> str:
    """Name how alike two topics are."""
    if found.same_title:
        return str(_("Same title"))
    return str(_("Much alike") if found.score >= MUCH else _("Alike"))


def history(entries: Sequence[AuditEntry]) -> list[Line]:
    """Turn what was decided about two topics into lines that a person can read."""
    return lines(entries, VERBS, FIELDS, _shown)


def _shown(name: str, value: Any) -> str:
    return str(VALUES[name].get(value, value)) if name in VALUES else str(value)


def both(pair: TopicPair) -> dict[str, str]:
    """Name the two topics of a pair, as sentences take them."""
    return {"one": pair.low.title, "other": pair.high.title}
