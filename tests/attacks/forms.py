"""What a form of each page would send, so that a refusal is one of permission and not of an empty field."""

from __future__ import annotations

from collections.abc import Mapping

Values = Mapping[str, int | str]
# By address; {names} are filled with the numbers of one side.
FORMS: Mapping[str, Mapping[str, str]] = {
    "/bodies/<int:body_id>/commitments": {"text": "Iets beloofd", "promised_on": "2019-03-01"},
    "/bodies/<int:body_id>/dates/closures/<int:closure_id>": {"why": "Raadsavond", "weekday": "3"},
    "/bodies/<int:body_id>/dates/closures/new/<any(weekly, yearly, once):often>": {
        "why": "Raadsavond",
        "weekday": "3",
    },
    "/bodies/<int:body_id>/dates/edit": {
        "opens0": "09:00",
        "closes0": "17:30",
        "public_holidays": "exclude",
        "school_holidays": "avoid",
        "school_region": "Midden",
        "travel_minutes": "20",
        "version": "0",
    },
    "/bodies/<int:body_id>/edit": {"name": "Overleg", "usual_minutes": "60", "papers_days_before": "7"},
    "/bodies/new": {"name": "Nieuw overleg", "usual_minutes": "60", "papers_days_before": "7"},
    "/bodies/<int:body_id>/reminders/<int:rule_id>": {
        "rule{rule_id}-days": "-3",
        "rule{rule_id}-enabled": "y",
    },
    "/decisions/<int:decision_id>": {"decision{decision_id}-text": "Anders verwoord"},
    "/answer/<token>/substitute": {"end": "1"},
    "/meetings/<int:meeting_id>/substitute": {"end": "1"},
    "/meetings/<int:meeting_id>/attendees/<int:attendee_id>/substitute": {"end": "1"},
    "/inbox/<int:incoming_id>/answer": {"attendee_id": "{attendee_id}", "answer": "accepted"},
    "/inbox/<int:incoming_id>/done": {"note": "Gebeld"},
    "/language": {"language": "en", "next": "/topics"},
    "/meetings/<int:meeting_id>/agenda/items": {"title": "Mededeling", "minutes": "5"},
    "/meetings/<int:meeting_id>/agenda/items/<int:item_id>": {"title": "Anders", "minutes": "5"},
    "/meetings/<int:meeting_id>/agenda/items/<int:item_id>/minutes": {"minutes": "5"},
    "/meetings/<int:meeting_id>/agenda/items/<int:item_id>/move": {"to": "down"},
    "/meetings/<int:meeting_id>/agenda/order": {"order": "{item_id}"},
    "/meetings/<int:meeting_id>/agenda/topics": {"topic": "{topic_id}"},
    "/meetings/<int:meeting_id>/answer": {"answer": "accepted", "remark": "", "revision": "0"},
    "/answer/<token>": {"answer": "accepted", "remark": "", "revision": "0"},
    "/meetings/<int:meeting_id>/attendees": {"person": "{person_id}"},
    "/meetings/<int:meeting_id>/cancel": {"why": "Sneeuw"},
    "/meetings/<int:meeting_id>/date": {"day": "2019-02-21", "hour": "15:30", "minutes": "120"},
    "/meetings/<int:meeting_id>/date/must-attend": {"must": "person:{person_id}"},
    "/meetings/<int:meeting_id>/decisions": {"text": "Wij doen het"},
    "/meetings/<int:meeting_id>/edit": {"title": "Overleg", "minutes": "120", "venue": "Raadzaal"},
    "/meetings/<int:meeting_id>/outcomes/<int:item_id>": {"item{item_id}-outcome": "agreed"},
    "/meetings/<int:meeting_id>/poll/deadline": {"until_day": "2019-01-22", "until_hour": "17:00"},
    "/meetings/<int:meeting_id>/poll/moments": {"day": "2019-03-21", "hour": "15:30"},
    "/meetings/<int:meeting_id>/poll/new": {
        "slot": "2019-03-21T15:30",
        "person": "{person_id}",
        "until_day": "2019-01-22",
        "until_hour": "17:00",
        "do": "open",
    },
    "/meetings/<int:meeting_id>/poll/voters": {"attendee": "{attendee_id}"},
    "/meetings/<int:meeting_id>/poll/voters/<int:voter_id>": {"slot{slot_id}": "yes"},
    "/meetings/<int:meeting_id>/poll/withdraw": {"why": "Toch niet nodig"},
    "/meetings/new": {
        "title": "Nieuw",
        "minutes": "60",
        "quarter": "2019-2",
        "ground": "other",
        "reason": "Omdat het nodig is.",
    },
    "/people/<int:person_id>/edit": {
        "name": "Anders",
        "email": "anders@leidseregio.example",
        "language": "nl",
    },
    "/people/<int:person_id>/memberships/new": {
        "body_id": "{body_id}",
        "organisation_id": "{organisation_id}",
        "role": "reader",
        "since": "2018-12-01",
    },
    "/people/memberships/<int:membership_id>/edit": {
        "body_id": "{body_id}",
        "organisation_id": "{organisation_id}",
        "role": "member",
        "since": "2018-05-01",
    },
    "/people/memberships/<int:membership_id>/end": {"until": "2018-12-31"},
    "/people/new": {"name": "Nieuw", "email": "nieuw@leidseregio.example", "language": "nl"},
    "/people/organisations/<int:organisation_id>/edit": {"kind": "municipality", "name": "Anders"},
    "/people/organisations/new": {"kind": "partner", "name": "Nieuwe partner"},
    "/planner/burden/<int:body_id>/baseline": {"quarter": "2018-3"},
    "/planner/burden/<int:body_id>/replacing": {"why_none_ended": "Dit moet er echt bij."},
    "/planner/burden/<int:body_id>/term": {"most_meetings": "4"},
    "/planner/meetings/<int:meeting_id>/merge": {"into": "{dated_id}", "why": "Samen is genoeg."},
    "/planner/searches": {"bodies": "{body_id}", "first": "2019-01-01", "last": "2019-03-31"},
    "/round/<token>": {"said": "consent"},
    "/rounds/<int:round_id>/deadline": {"last_day": "2019-01-10"},
    "/rounds/<int:round_id>/voters/<int:voter_id>": {"said": "consent"},
    "/rounds/<int:round_id>/withdraw": {"why": "Toch niet nodig."},
    "/bodies/<int:body_id>/rounds/rule": {"silence": "consent"},
    "/topics/<int:topic_id>/round/new": {"proposal": "Instemmen.", "last_day": "2019-01-08", "do": "open"},
    "/poll/<token>": {"slot": "{slot_id}", "choice": "yes"},
    "/profile": {"name": "Anders", "language": "nl"},
    "/profile/calendars/address": {"address": "https://agenda.leiden.example/a.ics"},
    "/profile/calendars/server": {"server": "cloud.leiden.example", "user": "ik", "password": "geheim"},
    "/profile/own-calendar/end": {"meetings": "leave"},
    "/profile/own-calendar/find": {"server": "http://127.0.0.1/", "user": "ik", "password": "geheim"},
    "/sign-in": {"email": "reader@leidseregio.example"},
    "/topics": {"title": "Van de lijst", "body": "{body_id}"},
    "/topics/<int:topic_id>/edit": {
        "title": "Anders",
        "purpose": "inform",
        "treatment": "discussion",
        "minutes": "20",
        "priority": "3",
    },
    "/topics/<int:topic_id>/lead": {"lead": ""},
    "/topics/<int:topic_id>/withdraw": {"why": "Opgelost"},
    "/topics/new": {
        "title": "Nieuw",
        "purpose": "inform",
        "treatment": "discussion",
        "minutes": "20",
        "priority": "3",
    },
}


def form_of(rule: str, ids: Values) -> dict[str, str]:
    """Give what the form at an address would send."""
    given = FORMS.get(rule, {})
    return {name.format(**ids): value.format(**ids) for name, value in given.items()}
