"""What reminders say, in Dutch and English through this room's catalogue."""

from __future__ import annotations

from flask_babel import lazy_gettext

from agenda.core.speech import mark as _l
from agenda.reminders import rules

# Heading of the section in the gathered letter, and the line for one occasion.
SAID: dict[str, tuple[str, str]] = {
    rules.CALL_FOR_TOPICS: (
        _l("Call for topics"),
        _l("%(meeting)s, %(day)s: which topics does your municipality bring in?"),
    ),
    rules.TOPIC_WITHOUT_LEAD: (
        _l("Topics without a lead"),
        _l("%(topic)s has no lead yet and must be treated by %(day)s."),
    ),
    rules.PAPERS_DUE: (
        _l("Papers due"),
        _l("%(meeting)s: the papers for your item are due on %(day)s: %(items)s."),
    ),
    rules.POLL_UNANSWERED: (
        _l("Date poll"),
        _l("%(meeting)s: which moments suit you? Answer before %(day)s."),
    ),
    rules.ROUND_UNANSWERED: (
        _l("Written round"),
        _l("%(topic)s: do you consent, or do you want to discuss it? Answer by %(day)s."),
    ),
    rules.NO_ANSWER: (
        _l("Your answer is awaited"),
        _l("%(meeting)s, %(day)s: will you be there?"),
    ),
    rules.MEETING_TOMORROW: (
        _l("Coming meeting"),
        _l("%(meeting)s, %(day)s, %(place)s."),
    ),
    rules.OUTCOMES_DUE: (
        _l("Outcomes to be recorded"),
        _l("%(meeting)s of %(day)s: not every item has its outcome yet."),
    ),
    rules.DECISION_LIST_DUE: (
        _l("Decision list due"),
        _l("%(meeting)s: the concept decision list is due on %(day)s."),
    ),
    rules.COUNCILS_DUE: (
        _l("Promised to the councils"),
        _l("%(promise)s: promised by %(day)s."),
    ),
    rules.ACTION_GIVEN: (
        _l("New actions for you"),
        _l("%(action)s: please do this by %(due)s."),
    ),
    rules.ACTION_DUE: (
        _l("Your actions"),
        _l("%(action)s: due on %(day)s."),
    ),
    rules.AGENDA_DUE: (
        _l("Agenda due"),
        _l("%(meeting)s: the final agenda is due on %(due)s."),
    ),
    rules.THIN_AGENDA: (
        _l("Thin agenda"),
        _l(
            "%(meeting)s, %(day)s: only %(filled)d of %(whole)d minutes are filled. "
            "Cancel it, merge it, settle in writing, or leave it?"
        ),
    ),
    rules.LEAD_UNPREPARED: (
        _l("Nothing to read yet"),
        _l("%(meeting)s, %(day)s: there is no paper and no requested decision yet for %(items)s."),
    ),
    rules.QUORUM_AT_RISK: (
        _l("Quorum at risk"),
        _l("%(meeting)s, %(day)s: by the answers so far these colleges have no quorum: %(colleges)s."),
    ),
    rules.RATIFICATION_DUE: (
        _l("Ratification due"),
        _l("%(organ)s must have said by %(day)s whether it ratifies: %(decision)s"),
    ),
    rules.TOPIC_UNTOUCHED: (
        _l("Topics that lie still"),
        _l(
            "%(topic)s: nothing happened with it since %(day)s. "
            "Put it on an agenda, settle it in writing or withdraw it?"
        ),
    ),
    rules.BODY_REVIEW: (
        _l("Does this body go on?"),
        _l("%(body)s: decide by %(day)s whether it goes on, ends or merges."),
    ),
    rules.BURDEN_OVER: (
        _l("More meetings than agreed"),
        _l("%(body)s: %(used)d meetings in the quarter that begins on %(day)s, and %(most)d are agreed."),
    ),
    rules.ESCALATED: (
        _l("Reminded twice, without an answer"),
        _l("%(promise)s: %(people)s."),
    ),
}
YOUR_ITEMS = _l("Your items: %(items)s.")
# An action without a last day; and what letters say of what is closed, for others may read them.
ACTION_WITHOUT_DAY = _l("%(action)s.")
LIMITED = _l("On an agenda item that is not public")

# For the screen with a body's rules: when the days are counted from, and who is reminded.
COUNTED_FROM: dict[str, str] = {
    rules.CALL_FOR_TOPICS: _l("the day of the meeting"),
    rules.TOPIC_WITHOUT_LEAD: _l("the topic's deadline"),
    rules.PAPERS_DUE: _l("the day on which papers are due"),
    rules.POLL_UNANSWERED: _l("the day by which the poll asks for answers"),
    rules.ROUND_UNANSWERED: _l("the last day on which the round takes answers"),
    rules.NO_ANSWER: _l("the day of the meeting"),
    rules.MEETING_TOMORROW: _l("the day of the meeting"),
    rules.OUTCOMES_DUE: _l("the day of the meeting"),
    rules.DECISION_LIST_DUE: _l("the day on which the concept decision list is due"),
    rules.COUNCILS_DUE: _l("the promised day"),
    rules.ACTION_GIVEN: _l("the day on which someone got the action"),
    rules.ACTION_DUE: _l("the last day of the action"),
    rules.AGENDA_DUE: _l("the day on which the final agenda is due"),
    rules.THIN_AGENDA: _l("the day of the meeting"),
    rules.LEAD_UNPREPARED: _l("the day on which papers are due"),
    rules.QUORUM_AT_RISK: _l("the day of the meeting"),
    rules.RATIFICATION_DUE: _l("the day by which the college or council must have said it"),
    rules.TOPIC_UNTOUCHED: _l("the day on which something was last done with it"),
    rules.BODY_REVIEW: _l("the day of review, or the last day of the body"),
    rules.BURDEN_OVER: _l("the first day of the quarter"),
    rules.ESCALATED: _l("the day on which the second reminder went; once a week"),
}
FOR_WHOM: dict[str, str] = {
    rules.CALL_FOR_TOPICS: _l("secretaries and clerks"),
    rules.TOPIC_WITHOUT_LEAD: _l("secretaries and clerks"),
    rules.PAPERS_DUE: _l("the leads of the items"),
    rules.POLL_UNANSWERED: _l("those who have not answered every moment"),
    rules.ROUND_UNANSWERED: _l("those who have not answered"),
    rules.NO_ANSWER: _l("those who have not answered"),
    rules.MEETING_TOMORROW: _l("those who come or may come"),
    rules.OUTCOMES_DUE: _l("secretaries and clerks"),
    rules.DECISION_LIST_DUE: _l("secretaries and clerks"),
    rules.COUNCILS_DUE: _l("secretaries and clerks"),
    rules.ACTION_GIVEN: _l("who was given the action by somebody else"),
    rules.ACTION_DUE: _l("the owner of the action"),
    rules.AGENDA_DUE: _l("secretaries and clerks"),
    rules.THIN_AGENDA: _l("secretaries and clerks"),
    rules.LEAD_UNPREPARED: _l("the leads of the items"),
    rules.QUORUM_AT_RISK: _l("secretaries and clerks"),
    rules.RATIFICATION_DUE: _l("secretaries and clerks"),
    rules.TOPIC_UNTOUCHED: _l("the leads of the topic, or else secretaries and clerks"),
    rules.BODY_REVIEW: _l("secretaries and clerks"),
    rules.BURDEN_OVER: _l("secretaries and clerks"),
    rules.ESCALATED: _l("secretaries"),
}

# What follows in a history the name of who did it, and what it was about.
VERBS = {
    "reminder_on": lazy_gettext("switched reminders on"),
    "reminder_off": lazy_gettext("switched reminders off"),
    "reminder_rule_changed": lazy_gettext("changed a rule for reminders"),
}
FIELDS = {
    "reminder": lazy_gettext("Reminder"),
    "days": lazy_gettext("Days"),
    "enabled": lazy_gettext("On"),
    "share": lazy_gettext("Thin below (% filled)"),
}
