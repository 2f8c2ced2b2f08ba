"""The sentences of deadlines."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from agenda.meetings.deadline_rules import Stand

STANDS = {
    Stand.DONE: _l("done"),
    Stand.DONE_LATE: _l("done, too late"),
    Stand.OPEN: _l("open"),
    Stand.SOON: _l("soon"),
    Stand.TODAY: _l("today"),
    Stand.LATE: _l("too late"),
    Stand.MISSED: _l("not done"),
}
TONES = {
    Stand.DONE: "ok",
    Stand.DONE_LATE: "neutral",
    Stand.OPEN: "info",
    Stand.SOON: "warn",
    Stand.TODAY: "warn",
    Stand.LATE: "neg",
    Stand.MISSED: "neutral",
}
VERBS = {"deadlines_changed": _l("changed the deadlines around a meeting")}
FIELDS = {
    "papers_days_before": _l("Papers, days before"),
    "agenda_days_before": _l("Agenda final, days before"),
    "outcomes_days_after": _l("Outcomes recorded, days after"),
    "decision_list_days_after": _l("Concept decision list, days after"),
    "ratification_days_after": _l("Agreements ratified, days after"),
}
HINTS = {
    "ratification_days_after": _l(
        "For agreements that are recorded from now on. A day that was set for an organ stays."
    )
}
PROBLEMS = {"deadline_impossible": _l("Fill in a whole number of days, at most %(most)d.")}
