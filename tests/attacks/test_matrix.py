"""Who may reach what: every address for every role, from one table that must name them all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.attacks.field import NO_NUMBER, ROLES, Field, Side, path_of
from tests.attacks.forms import FAILED, PAPER_WORDS, form_of

# The columns are those of field.ROLES, in that order:
#   visitor, secretary, clerk, member, reader, neighbour (secretary of another body), administrator, stranger
# in: sent to sign in; ok: let through (also to be told that it cannot be done now); no: 403;
# --: 404, not theirs to know; 422: a choice that they do not have.
TABLE = {
    "GET /": "in ok ok ok ok ok ok ok",
    "GET /answer/<token>": "ok ok ok ok ok ok ok ok",
    "POST /answer/<token>": "ok ok ok ok ok ok ok ok",
    "POST /answer/<token>/substitute": "ok ok ok ok ok ok ok ok",
    "GET /bodies/<int:body_id>": "in ok ok ok ok -- ok --",
    "GET /actions/mine": "in ok ok ok ok ok ok ok",
    "GET /actions/<int:action_id>": "in ok ok ok ok -- ok --",
    "POST /actions/<int:action_id>": "in ok ok no no -- no --",
    "POST /actions/<int:action_id>/done": "in ok ok no no -- no --",
    "POST /actions/<int:action_id>/drop": "in ok ok no no -- no --",
    "POST /actions/<int:action_id>/hand-over": "in ok ok no no -- no --",
    "POST /actions/<int:action_id>/reopen": "in ok ok no no -- no --",
    "GET /bodies/<int:body_id>/actions": "in ok ok ok ok -- ok --",
    "GET /bodies/<int:body_id>/actions.csv": "in ok ok ok ok -- ok --",
    "POST /bodies/<int:body_id>/actions": "in ok ok no no -- no --",
    "GET /bodies/<int:body_id>/agenda-templates": "in ok ok no no -- no --",
    "GET /bodies/<int:body_id>/agenda-templates/new": "in ok ok no no -- no --",
    "POST /bodies/<int:body_id>/agenda-templates/new": "in ok ok no no -- no --",
    "GET /bodies/<int:body_id>/agenda-templates/<int:template_id>": "in ok ok no no -- no --",
    "POST /bodies/<int:body_id>/agenda-templates/<int:template_id>": "in ok ok no no -- no --",
    "POST /bodies/<int:body_id>/agenda-templates/<int:template_id>/<any(use, stop, remove, restore):way>": (
        "in ok ok no no -- no --"
    ),
    "GET /bodies/<int:body_id>/standard-texts": "in ok ok no no -- no --",
    "POST /bodies/<int:body_id>/standard-texts/usual": "in ok ok no no -- no --",
    "GET /bodies/<int:body_id>/standard-texts/new": "in ok ok no no -- no --",
    "POST /bodies/<int:body_id>/standard-texts/new": "in ok ok no no -- no --",
    "GET /bodies/<int:body_id>/standard-texts/<int:text_id>": "in ok ok no no -- no --",
    "POST /bodies/<int:body_id>/standard-texts/<int:text_id>": "in ok ok no no -- no --",
    "POST /bodies/<int:body_id>/standard-texts/<int:text_id>/<any(up, down, copy, remove, restore):way>": (
        "in ok ok no no -- no --"
    ),
    "POST /meetings/<int:meeting_id>/agenda/unfinished": "in ok ok no no -- no --",
    "GET /bodies/<int:body_id>/deadlines": "in ok ok ok ok -- ok --",
    "POST /bodies/<int:body_id>/deadlines": "in ok no no no -- no --",
    "GET /deadlines": "in ok ok no no ok no no",
    "GET /bodies/<int:body_id>/commitments.csv": "in ok ok ok ok -- ok --",
    "GET /commitments/<int:commitment_id>": "in ok ok ok ok -- ok --",
    "GET /bodies/<int:body_id>/commitments": "in ok ok ok ok -- ok --",
    "POST /bodies/<int:body_id>/commitments": "in ok ok no no -- no --",
    "GET /bodies/<int:body_id>/dates": "in ok ok ok ok -- ok --",
    "GET /bodies/<int:body_id>/dates/closures/<int:closure_id>": "in ok no no no -- no --",
    "POST /bodies/<int:body_id>/dates/closures/<int:closure_id>": "in ok no no no -- no --",
    "POST /bodies/<int:body_id>/dates/closures/<int:closure_id>/<any(remove, restore):way>": (
        "in ok no no no -- no --"
    ),
    "GET /bodies/<int:body_id>/dates/closures/new/<any(weekly, yearly, once):often>": (
        "in ok no no no -- no --"
    ),
    "POST /bodies/<int:body_id>/dates/closures/new/<any(weekly, yearly, once):often>": (
        "in ok no no no -- no --"
    ),
    "GET /bodies/<int:body_id>/dates/edit": "in ok no no no -- no --",
    "POST /bodies/<int:body_id>/dates/edit": "in ok no no no -- no --",
    "POST /bodies/<int:body_id>/dates/journeys": "in ok no no no -- no --",
    "GET /bodies/<int:body_id>/ratifications": "in ok ok ok ok -- ok --",
    "GET /bodies/<int:body_id>/rounds": "in ok ok ok ok -- ok --",
    "POST /bodies/<int:body_id>/rounds/rule": "in ok no no no -- no --",
    "GET /bodies/<int:body_id>/written-decisions": "in ok ok ok ok -- ok --",
    "GET /bodies/<int:body_id>/edit": "in no no no no no ok no",
    "POST /bodies/<int:body_id>/edit": "in no no no no no ok no",
    "GET /bodies/<int:body_id>/paper-words": "in ok ok no no -- no --",
    f"GET {PAPER_WORDS}": "in ok ok no no -- no --",
    f"POST {PAPER_WORDS}": "in ok ok no no -- no --",
    f"POST {PAPER_WORDS}/usual": "in ok ok no no -- no --",
    "GET /bodies/<int:body_id>/reminders": "in ok ok ok ok -- ok --",
    "GET /bodies/<int:body_id>/reminders/preview": "in ok no no no -- no --",
    "POST /bodies/<int:body_id>/reminders/<int:rule_id>": "in ok no no no -- no --",
    "POST /bodies/<int:body_id>/reminders/<int:rule_id>/preview": "in ok no no no -- no --",
    "POST /bodies/<int:body_id>/reminders/<int:rule_id>/usual": "in ok no no no -- no --",
    "GET /meetings/<int:meeting_id>/reminders": "in ok no no no -- no --",
    "GET /profile/reminders": "in ok ok ok ok ok ok ok",
    "POST /profile/reminders/alarm": "in ok ok ok ok ok ok ok",
    "POST /profile/reminders/hour": "in ok ok ok ok ok ok ok",
    "POST /profile/reminders/leave": "in ok ok ok ok ok ok ok",
    "POST /profile/reminders/leave/<int:leave_id>/end": "in ok -- -- -- -- -- --",
    "POST /profile/reminders/resting/<int:resting_id>/wake": "in ok -- -- -- -- -- --",
    "GET /reminder/<token>": "ok ok ok ok ok ok ok ok",
    "POST /reminder/<token>": "ok ok ok ok ok ok ok ok",
    "GET /reminder/<token>/off": "ok ok ok ok ok ok ok ok",
    "POST /reminder/<token>/off": "ok ok ok ok ok ok ok ok",
    "POST /reminder/<token>/wake": "ok ok ok ok ok ok ok ok",
    "GET /bodies/new": "in no no no no no ok no",
    "POST /bodies/new": "in no no no no no ok no",
    "GET /decisions": "in ok ok ok ok ok ok ok",
    "GET /decisions.csv": "in ok ok ok ok ok ok ok",
    "GET /decisions/<int:decision_id>": "in ok ok ok ok -- ok --",
    "GET /decisions/<int:decision_id>/organs": "in ok ok no no -- no --",
    "POST /decisions/<int:decision_id>/organs": "in ok ok no no -- no --",
    "GET /decisions/<int:decision_id>/rectify": "in ok ok no no -- no --",
    "POST /decisions/<int:decision_id>/rectify": "in ok ok no no -- no --",
    "POST /decisions/<int:decision_id>/stand-again": "in ok ok no no -- no --",
    "GET /decisions/<int:decision_id>/supersedes": "in ok ok no no -- no --",
    "POST /decisions/<int:decision_id>/supersedes": "in ok ok no no -- no --",
    "POST /commitments/<int:commitment_id>": "in ok ok no no -- no --",
    "POST /commitments/<int:commitment_id>/keep": "in ok ok no no -- no --",
    "POST /commitments/<int:commitment_id>/move": "in ok ok no no -- no --",
    "POST /commitments/<int:commitment_id>/reopen": "in ok ok no no -- no --",
    "POST /meetings/<int:meeting_id>/items/<int:item_id>/actions": "in ok ok no no -- no --",
    "POST /meetings/<int:meeting_id>/items/<int:item_id>/commitments": "in ok ok no no -- no --",
    "POST /topics/<int:topic_id>/actions": "in ok ok no no -- no --",
    "GET /council-letters": "in ok ok ok ok ok ok no",
    "GET /council-letters/<int:letter_id>": "in ok ok ok -- -- -- --",
    "GET /council-letters/<int:letter_id>.zip": "in ok ok ok -- -- -- --",
    "POST /council-letters/<int:letter_id>/<any(agree, reopen, remove):verb>": "in ok ok no -- -- -- --",
    "GET /council-letters/<int:letter_id>/choice": "in ok ok no -- -- -- --",
    "POST /council-letters/<int:letter_id>/choice": "in ok ok no -- -- -- --",
    "POST /council-letters/<int:letter_id>/pdfs": "in ok ok ok -- -- -- --",
    "GET /council-letters/<int:letter_id>/send": "in ok ok no -- -- -- --",
    "POST /council-letters/<int:letter_id>/send": "in ok ok no -- -- -- --",
    "POST /council-letters/<int:letter_id>/take-back": "in ok ok no -- -- -- --",
    "GET /council-letters/<int:letter_id>/words/<section>": "in ok ok no -- -- -- --",
    "POST /council-letters/<int:letter_id>/words/<section>": "in ok ok no -- -- -- --",
    "POST /council-letters/<int:letter_id>/words/<section>/composed": "in ok ok no -- -- -- --",
    "GET /council-letters/copies/<int:copy_id>": "in ok ok ok -- -- -- --",
    "GET /council-letters/copies/<int:copy_id>.<any(pdf, docx):kind>": "in ok ok ok -- -- -- --",
    "GET /council-letters/copies/<int:copy_id>/edit": "in ok ok no -- -- -- --",
    "POST /council-letters/copies/<int:copy_id>/edit": "in ok ok no -- -- -- --",
    "GET /council-letters/letterheads": "in ok ok no no ok no no",
    "GET /council-letters/letterheads/<int:organisation_id>": "in ok ok no no -- no --",
    "POST /council-letters/letterheads/<int:organisation_id>": "in ok ok no no -- no --",
    "POST /decisions/<int:decision_id>": "in ok ok no no -- no --",
    "POST /decisions/<int:decision_id>/remove": "in ok ok no no -- no --",
    "GET /documents/<int:document_id>": "in ok ok ok ok -- ok --",
    "GET /documents/<int:document_id>/edit": "in ok ok no no -- no --",
    "POST /documents/<int:document_id>/edit": "in ok ok no no -- no --",
    "GET /documents/<int:document_id>/remove": "in ok ok no no -- no --",
    "POST /documents/<int:document_id>/remove": "in ok ok no no -- no --",
    "POST /documents/<int:document_id>/restore": "in ok ok no no -- no --",
    "GET /documents/<int:document_id>/secrecy": "in ok ok no no -- no --",
    "POST /documents/<int:document_id>/secrecy": "in ok ok no no -- no --",
    "GET /documents/<int:document_id>/secrecy/lift": "in ok ok no no -- no --",
    "POST /documents/<int:document_id>/secrecy/lift": "in ok ok no no -- no --",
    "POST /documents/<int:document_id>/versions": "in 422 422 no no -- no --",
    "GET /documents/<int:document_id>/versions/<int:number>": "in ok ok ok ok -- ok --",
    "GET /feeds/<token>.ics": "ok ok ok ok ok ok ok ok",
    "GET /healthz": "ok ok ok ok ok ok ok ok",
    "GET /inbox": "in ok no no no ok ok no",
    "GET /inbox/<int:incoming_id>": "in ok -- -- -- -- ok --",
    "GET /inbox/<int:incoming_id>.eml": "in ok -- -- -- -- ok --",
    "POST /inbox/<int:incoming_id>/answer": "in ok -- -- -- -- no --",
    "POST /inbox/<int:incoming_id>/back": "in ok -- -- -- -- no --",
    "POST /inbox/<int:incoming_id>/done": "in ok -- -- -- -- no --",
    "POST /inbox/<int:incoming_id>/invite": "in ok -- -- -- -- no --",
    "POST /language": "ok ok ok ok ok ok ok ok",
    "GET /letters": "in ok no no no ok ok no",
    "GET /letters/<int:letter_id>": "in ok -- -- -- -- ok --",
    "GET /letters/<int:letter_id>.eml": "in -- -- -- -- -- ok --",
    "GET /letters/<int:letter_id>/body": "in ok -- -- -- -- ok --",
    "POST /letters/<int:letter_id>/discard": "in ok -- -- -- -- ok --",
    "POST /letters/<int:letter_id>/retry": "in ok -- -- -- -- ok --",
    "POST /letters/discard": "in no no no no no ok no",
    "POST /letters/hold": "in no no no no no ok no",
    "POST /letters/release": "in no no no no no ok no",
    "GET /meetings": "in ok ok ok ok ok ok ok",
    "GET /meetings/<int:meeting_id>": "in ok ok ok ok -- ok --",
    "GET /meetings/<int:meeting_id>/agenda": "in ok ok ok ok -- ok --",
    "POST /meetings/<int:meeting_id>/agenda/draft": "in ok ok no no -- no --",
    "POST /meetings/<int:meeting_id>/agenda/final": "in ok ok no no -- no --",
    "POST /meetings/<int:meeting_id>/agenda/items": "in ok ok no no -- no --",
    "GET /meetings/<int:meeting_id>/agenda/items/<int:item_id>": "in ok ok no no -- no --",
    "POST /meetings/<int:meeting_id>/agenda/items/<int:item_id>": "in ok ok no no -- no --",
    "POST /meetings/<int:meeting_id>/agenda/items/<int:item_id>/minutes": "in ok ok no no -- no --",
    "POST /meetings/<int:meeting_id>/agenda/items/<int:item_id>/move": "in ok ok no no -- no --",
    "GET /meetings/<int:meeting_id>/agenda/items/<int:item_id>/papers": "in ok ok no no -- no --",
    "POST /meetings/<int:meeting_id>/agenda/items/<int:item_id>/papers": "in 422 422 no no -- no --",
    "GET /meetings/<int:meeting_id>/guest": "in ok ok ok -- -- -- --",
    "GET /meetings/<int:meeting_id>/papers": "in ok ok no no -- no --",
    "POST /meetings/<int:meeting_id>/papers": "in 422 422 no no -- no --",
    "POST /meetings/<int:meeting_id>/papers/<int:paper_id>/move": "in ok ok no no -- no --",
    "POST /meetings/<int:meeting_id>/agenda/items/<int:item_id>/remove": "in ok ok no no -- no --",
    "GET /meetings/<int:meeting_id>/agenda/items/<int:item_id>/withdraw": "in ok ok no no -- no --",
    "POST /meetings/<int:meeting_id>/agenda/items/<int:item_id>/withdraw": "in ok ok no no -- no --",
    "GET /meetings/<int:meeting_id>/agenda/late": "in ok ok no no -- no --",
    "POST /meetings/<int:meeting_id>/agenda/late": "in ok ok no no -- no --",
    "GET /meetings/<int:meeting_id>/agenda/versions": "in ok ok ok ok -- ok --",
    "GET /meetings/<int:meeting_id>/agenda/versions/<int:number>": "in ok ok ok ok -- ok --",
    "GET /meetings/<int:meeting_id>/agenda/versions/compare": "in ok ok ok ok -- ok --",
    "POST /meetings/<int:meeting_id>/agenda/order": "in ok ok no no -- no --",
    "POST /meetings/<int:meeting_id>/agenda/reopen": "in ok ok no no -- no --",
    "POST /meetings/<int:meeting_id>/agenda/topics": "in ok ok no no -- no --",
    "POST /meetings/<int:meeting_id>/agenda/undo": "in ok ok no no -- no --",
    "POST /meetings/<int:meeting_id>/answer": "in ok ok ok -- -- -- --",
    "POST /meetings/<int:meeting_id>/attendees": "in ok no no no -- no --",
    "GET /meetings/<int:meeting_id>/attendees/<int:attendee_id>/substitute": "in ok no no no -- no --",
    "POST /meetings/<int:meeting_id>/attendees/<int:attendee_id>/substitute": "in ok no no no -- no --",
    "POST /meetings/<int:meeting_id>/attendees/<int:attendee_id>/remove": "in ok no no no -- no --",
    "GET /meetings/<int:meeting_id>/cancel": "in ok no no no -- no --",
    "POST /meetings/<int:meeting_id>/cancel": "in ok no no no -- no --",
    "POST /meetings/<int:meeting_id>/clear-date": "in ok no no no -- no --",
    "POST /meetings/<int:meeting_id>/close": "in ok ok no no -- no --",
    "GET /meetings/<int:meeting_id>/date": "in ok no no no -- no --",
    "POST /meetings/<int:meeting_id>/date": "in ok no no no -- no --",
    "POST /meetings/<int:meeting_id>/date/must-attend": "in ok no no no -- no --",
    "GET /meetings/<int:meeting_id>/council-letter/new": "in ok ok no no -- no --",
    "POST /meetings/<int:meeting_id>/council-letter/new": "in ok ok no no -- no --",
    "POST /meetings/<int:meeting_id>/decisions": "in ok ok no no -- no --",
    "GET /meetings/<int:meeting_id>/decisions/left-out": "in ok ok no no -- no --",
    "POST /meetings/<int:meeting_id>/decisions/left-out": "in ok ok no no -- no --",
    "GET /meetings/<int:meeting_id>/edit": "in ok no no no -- no --",
    "POST /meetings/<int:meeting_id>/edit": "in ok no no no -- no --",
    "GET /meetings/<int:meeting_id>/invitation.ics": "in ok ok ok -- -- -- --",
    "GET /meetings/<int:meeting_id>/invitations": "in ok no no no -- no --",
    "POST /meetings/<int:meeting_id>/invitations": "in ok no no no -- no --",
    "POST /meetings/<int:meeting_id>/invitations/<int:attendee_id>": "in ok no no no -- no --",
    "POST /meetings/<int:meeting_id>/invitations/now": "in ok no no no -- no --",
    "POST /meetings/<int:meeting_id>/decision-list/adopt": "in 422 422 no no -- no --",
    "POST /meetings/<int:meeting_id>/decision-list/take-back": "in ok ok no no -- no --",
    "GET /meetings/<int:meeting_id>/outgoing": "in ok ok ok ok -- ok --",
    "POST /meetings/<int:meeting_id>/outgoing": "in ok ok no no -- no --",
    "GET /meetings/<int:meeting_id>/packs": "in ok ok no no -- no --",
    "POST /meetings/<int:meeting_id>/packs": "in ok ok ok ok -- ok --",
    "POST /meetings/<int:meeting_id>/packs/all": "in ok ok no no -- no --",
    "POST /meetings/<int:meeting_id>/packs/stop": "in ok ok no no -- no --",
    "GET /outgoing/<int:outgoing_id>": "in ok ok ok -- -- -- --",
    "GET /outgoing/<int:outgoing_id>/file": "in ok ok ok -- -- -- --",
    "POST /outgoing/<int:outgoing_id>/remove": "in ok ok no -- -- -- --",
    "GET /meetings/<int:meeting_id>/outcomes": "in ok ok no no -- no --",
    "POST /meetings/<int:meeting_id>/outcomes/<int:item_id>": "in ok ok no no -- no --",
    "POST /meetings/<int:meeting_id>/outcomes/<int:item_id>/decisions": "in ok ok no no -- no --",
    "GET /meetings/<int:meeting_id>/outcomes/<int:item_id>/rectify": "in ok ok no no -- no --",
    "POST /meetings/<int:meeting_id>/outcomes/<int:item_id>/rectify": "in ok ok no no -- no --",
    "POST /meetings/<int:meeting_id>/outcomes/<int:item_id>/reservations": "in ok ok no no -- no --",
    "GET /meetings/<int:meeting_id>/poll": "in ok no no no -- no --",
    "POST /meetings/<int:meeting_id>/poll/deadline": "in ok no no no -- no --",
    "POST /meetings/<int:meeting_id>/poll/moments": "in ok no no no -- no --",
    "GET /meetings/<int:meeting_id>/poll/moments/<int:slot_id>/choose": "in ok no no no -- no --",
    "POST /meetings/<int:meeting_id>/poll/moments/<int:slot_id>/choose": "in ok no no no -- no --",
    "POST /meetings/<int:meeting_id>/poll/moments/<int:slot_id>/drop": "in ok no no no -- no --",
    "GET /meetings/<int:meeting_id>/poll/new": "in ok no no no -- no --",
    "POST /meetings/<int:meeting_id>/poll/new": "in ok no no no -- no --",
    "POST /meetings/<int:meeting_id>/poll/voters": "in ok no no no -- no --",
    "GET /meetings/<int:meeting_id>/poll/voters/<int:voter_id>": "in ok no no no -- no --",
    "POST /meetings/<int:meeting_id>/poll/voters/<int:voter_id>": "in ok no no no -- no --",
    "POST /meetings/<int:meeting_id>/poll/voters/<int:voter_id>/<any(remove, remind):verb>": (
        "in ok no no no -- no --"
    ),
    "GET /meetings/<int:meeting_id>/poll/withdraw": "in ok no no no -- no --",
    "POST /meetings/<int:meeting_id>/poll/withdraw": "in ok no no no -- no --",
    "POST /meetings/<int:meeting_id>/reminders/<kind>/<any(on, off):state>": "in ok no no no -- no --",
    "POST /meetings/<int:meeting_id>/reopen": "in ok ok no no -- no --",
    "GET /meetings/<int:meeting_id>/presence": "in ok ok ok no -- no --",
    "POST /meetings/<int:meeting_id>/presence/ask": "in ok no no no -- no --",
    "GET /meetings/<int:meeting_id>/present": "in ok ok ok ok -- ok --",
    "GET /meetings/<int:meeting_id>/table": "in ok ok no no -- no --",
    "POST /meetings/<int:meeting_id>/table/clock": "in ok ok no no -- no --",
    "POST /meetings/<int:meeting_id>/table/items/<int:item_id>/note": "in ok ok no no -- no --",
    "POST /meetings/<int:meeting_id>/table/items/<int:item_id>/recusal": "in ok ok no no -- no --",
    "POST /meetings/<int:meeting_id>/table/items/<int:item_id>/record": "in ok ok no no -- no --",
    "POST /meetings/<int:meeting_id>/table/items/<int:item_id>/take-back": "in ok ok no no -- no --",
    "POST /meetings/<int:meeting_id>/table/items/<int:item_id>/treat": "in ok ok no no -- no --",
    "POST /meetings/<int:meeting_id>/table/presence": "in ok ok no no -- no --",
    "POST /meetings/<int:meeting_id>/table/presence/<int:attendee_id>": "in ok ok no no -- no --",
    "GET /meetings/<int:meeting_id>/table/presence/<int:attendee_id>/hours": "in ok ok no no -- no --",
    "GET /meetings/<int:meeting_id>/thin": "in ok ok no no -- no --",
    "POST /meetings/<int:meeting_id>/table/presence/<int:attendee_id>/hours": "in ok ok no no -- no --",
    "POST /meetings/<int:meeting_id>/table/presence/<int:attendee_id>/substitute": (
        "in ok ok no no -- no --"
    ),
    "POST /meetings/<int:meeting_id>/substitute": "in ok ok ok -- -- -- --",
    "GET /meetings/<int:meeting_id>/proposals/<int:proposal_id>": "in ok no no no -- no --",
    "POST /meetings/<int:meeting_id>/proposals/<int:proposal_id>/accept": "in ok no no no -- no --",
    "POST /meetings/<int:meeting_id>/proposals/<int:proposal_id>/decline": "in ok no no no -- no --",
    "POST /meetings/<int:meeting_id>/restore": "in ok no no no -- no --",
    "GET /meetings/new": "in ok no no no ok no no",
    "POST /meetings/new": "in ok no no no ok no no",
    "GET /metrics": "ok ok ok ok ok ok ok ok",
    "GET /readyz": "ok ok ok ok ok ok ok ok",
    "GET /operations": "in no no no no no ok no",
    f"GET {FAILED}/<int:key>/let-be": "in no no no no no ok no",
    f"POST {FAILED}/<int:key>/let-be": "in no no no no no ok no",
    f"POST {FAILED}/<int:key>/retry": "in no no no no no ok no",
    f"POST {FAILED}/retry": "in no no no no no ok no",
    "GET /retention": "in no no no no no ok no",
    "POST /retention": "in no no no no no ok no",
    "GET /retention/<kind_name>": "in no no no no no ok no",
    "POST /retention/<kind_name>": "in no no no no no ok no",
    "GET /people": "in no no no no no ok no",
    "GET /people/<int:person_id>": "in no no no no no ok no",
    "GET /people/<int:person_id>/erase": "in no no no no no ok no",
    "POST /people/<int:person_id>/erase": "in no no no no no 422 no",
    "POST /people/<int:person_id>/erase/calendar": "in no no no no no ok no",
    "GET /people/<int:person_id>/kept": "in no no no no no ok no",
    "POST /people/<int:person_id>/kept.<any(json, csv):ending>": "in no no no no no ok no",
    "GET /people/<int:person_id>/edit": "in no no no no no ok no",
    "POST /people/<int:person_id>/edit": "in no no no no no ok no",
    "GET /people/<int:person_id>/memberships/new": "in no no no no no ok no",
    "POST /people/<int:person_id>/memberships/new": "in no no no no no ok no",
    "POST /people/<int:person_id>/sign-out": "in no no no no no ok no",
    "GET /people/import": "in no no no no no ok no",
    "POST /people/import": "in no no no no no 422 no",
    "GET /people/memberships/<int:membership_id>/edit": "in no no no no no ok no",
    "POST /people/memberships/<int:membership_id>/edit": "in no no no no no ok no",
    "GET /people/memberships/<int:membership_id>/end": "in no no no no no ok no",
    "POST /people/memberships/<int:membership_id>/end": "in no no no no no ok no",
    "GET /people/new": "in no no no no no ok no",
    "POST /people/new": "in no no no no no ok no",
    "GET /people/organisations/<int:organisation_id>/edit": "in no no no no no ok no",
    "POST /people/organisations/<int:organisation_id>/edit": "in no no no no no ok no",
    "GET /people/organisations/new": "in no no no no no ok no",
    "POST /people/organisations/new": "in no no no no no ok no",
    "GET /planner/": "in ok ok ok ok ok ok no",
    "GET /planner/accepted/<int:change_id>": "in ok ok ok ok -- ok --",
    "POST /planner/accepted/<int:change_id>/undo": "in ok no no no -- no --",
    "GET /planner/burden": "in ok ok ok ok ok ok no",
    "GET /planner/burden/<int:body_id>": "in ok ok ok ok -- ok --",
    "GET /planner/burden/<int:body_id>.csv": "in ok ok ok ok -- ok --",
    "GET /planner/burden/mine": "in ok ok ok ok ok ok ok",
    "GET /planner/burden/<int:body_id>/baseline": "in ok no no no -- no --",
    "POST /planner/burden/<int:body_id>/baseline": "in ok no no no -- no --",
    "GET /planner/burden/<int:body_id>/replacing": "in ok no no no -- ok --",
    "POST /planner/burden/<int:body_id>/replacing": "in ok no no no -- ok --",
    "POST /planner/burden/<int:body_id>/term": "in ok no no no -- no --",
    "GET /planner/cadence": "in ok ok ok ok ok ok no",
    "GET /planner/cadence/<int:body_id>": "in ok ok ok ok -- ok --",
    "GET /planner/cadence/<int:body_id>/edit": "in ok no no no -- no --",
    "POST /planner/cadence/<int:body_id>/edit": "in ok no no no -- no --",
    "POST /planner/cadence/rhythms/<int:cadence_id>/end": "in ok no no no -- no --",
    "POST /planner/cadence/rhythms/<int:cadence_id>/resume": "in ok no no no -- no --",
    "GET /planner/cadence/thin/<int:meeting_id>": "in ok no no no -- no --",
    "POST /planner/cadence/thin/<int:meeting_id>": "in ok no no no -- no --",
    "GET /planner/meetings/<int:meeting_id>/split": "in ok no no no -- no --",
    "POST /planner/meetings/<int:meeting_id>/split": "in 422 no no no -- no --",
    "GET /planner/meetings/<int:meeting_id>/merge": "in ok no no no -- no --",
    "POST /planner/meetings/<int:meeting_id>/merge": "in ok no no no -- no --",
    "GET /planner/regional-days": "in ok no no no ok no no",
    "GET /planner/regional-days/<int:day_id>": "in ok -- -- -- -- -- --",
    "GET /planner/regional-days/<int:day_id>/accept": "in ok -- -- -- -- -- --",
    "POST /planner/regional-days/<int:day_id>/accept": "in ok -- -- -- -- -- --",
    "GET /planner/regional-days/<int:day_id>/edit": "in ok -- -- -- -- -- --",
    "POST /planner/regional-days/<int:day_id>/edit": "in ok -- -- -- -- -- --",
    "POST /planner/regional-days/<int:day_id>/reckon": "in ok -- -- -- -- -- --",
    "POST /planner/regional-days/<int:day_id>/remove": "in ok -- -- -- -- -- --",
    "GET /planner/regional-days/<int:day_id>/wishes": "in ok -- -- -- -- -- --",
    "POST /planner/regional-days/<int:day_id>/wishes": "in ok -- -- -- -- -- --",
    "GET /planner/regional-days/new": "in ok no no no ok no no",
    "POST /planner/regional-days/new": "in ok no no no 422 no no",
    "GET /planner/searches": "in ok no no no ok no no",
    "POST /planner/searches": "in ok no no no 422 no no",
    "GET /planner/searches/<int:run_id>": "in ok -- -- -- -- -- --",
    "POST /planner/searches/<int:run_id>/accept": "in ok -- -- -- -- -- --",
    "POST /planner/searches/<int:run_id>/remove": "in ok -- -- -- -- -- --",
    "POST /planner/searches/<int:run_id>/stop": "in ok -- -- -- -- -- --",
    "GET /poll/<token>": "ok ok ok ok ok ok ok ok",
    "POST /poll/<token>": "ok ok ok ok ok ok ok ok",
    "GET /profile": "in ok ok ok ok ok ok ok",
    "POST /profile": "in ok ok ok ok ok ok ok",
    "GET /profile/calendars": "in ok ok ok ok ok ok ok",
    "POST /profile/calendars/<int:calendar_id>/read": "in ok -- -- -- -- -- --",
    "POST /profile/calendars/<int:calendar_id>/remove": "in ok -- -- -- -- -- --",
    "POST /profile/calendars/address": "in ok ok ok ok ok ok ok",
    "POST /profile/calendars/file": "in 422 422 422 422 422 422 422",
    "POST /profile/calendars/server": "in ok ok ok ok ok ok ok",
    "GET /profile/own-calendar": "in ok ok ok ok ok ok ok",
    "POST /profile/own-calendar/choose": "in ok ok ok ok ok ok ok",
    "POST /profile/own-calendar/end": "in ok -- -- -- ok -- --",
    "POST /profile/own-calendar/find": "in 422 422 422 422 422 422 422",
    "POST /profile/own-calendar/write": "in ok -- -- -- ok -- --",
    "GET /profile/feeds": "in ok ok ok ok ok ok ok",
    "POST /profile/feeds": "in ok ok ok ok ok ok ok",
    "POST /profile/feeds/<int:feed_id>/end": "in ok -- -- -- -- -- --",
    "POST /profile/feeds/<int:feed_id>/renew": "in ok -- -- -- -- -- --",
    "POST /profile/sessions/<int:sign_in_id>/end": "in -- -- -- -- -- ok --",
    "GET /ratifications": "in ok ok ok ok ok ok ok",
    "GET /ratifications/<int:ratification_id>": "in ok ok no no -- no --",
    "POST /ratifications/<int:ratification_id>": "in ok ok no no -- no --",
    "POST /reservations/<int:reservation_id>/<any(withdraw, restore):verb>": "in ok ok no no -- no --",
    "GET /search": "in ok ok ok ok ok ok ok",
    "GET /sign-in": "ok ok ok ok ok ok ok ok",
    "POST /sign-in": "ok ok ok ok ok ok ok ok",
    "GET /sign-in/asked": "ok ok ok ok ok ok ok ok",
    "GET /sign-in/link/<token>": "ok ok ok ok ok ok ok ok",
    "POST /sign-in/link/<token>": "410 410 410 410 410 410 410 410",
    "POST /sign-out": "ok ok ok ok ok ok ok ok",
    "POST /sign-out/everywhere": "ok ok ok ok ok ok ok ok",
    "GET /static/<path:filename>": "ok ok ok ok ok ok ok ok",
    "GET /topics": "in ok ok ok ok ok ok ok",
    "POST /topics": "in ok ok ok 422 422 422 422",
    "GET /topics.csv": "in ok ok ok ok ok ok ok",
    "GET /topics/alike": "in ok ok no no ok no no",
    "GET /topics/alike/<int:one_id>/<int:other_id>": "in ok ok no no -- no --",
    "POST /topics/alike/<int:one_id>/<int:other_id>": "in ok ok no no -- no --",
    "GET /topics/alike/<int:one_id>/<int:other_id>/merge": "in ok ok no no -- no --",
    "POST /topics/alike/<int:one_id>/<int:other_id>/merge": "in ok ok no no -- no --",
    "POST /topics/alike/<int:one_id>/<int:other_id>/undo": "in ok ok no no -- no --",
    "GET /topics/<int:topic_id>": "in ok ok ok ok -- ok --",
    "GET /topics/<int:topic_id>/edit": "in ok ok no no -- no --",
    "POST /topics/<int:topic_id>/edit": "in ok ok no no -- no --",
    "POST /topics/<int:topic_id>/lead": "in ok ok no no -- no --",
    "GET /topics/<int:topic_id>/papers": "in ok ok no no -- no --",
    "POST /topics/<int:topic_id>/papers": "in 422 422 no no -- no --",
    "POST /topics/<int:topic_id>/papers/<int:document_id>/move": "in ok ok no no -- no --",
    "POST /topics/<int:topic_id>/reopen": "in ok ok no no -- no --",
    "GET /topics/<int:topic_id>/withdraw": "in ok ok no no -- no --",
    "POST /topics/<int:topic_id>/withdraw": "in ok ok no no -- no --",
    "GET /round/<token>": "ok ok ok ok ok ok ok ok",
    "POST /round/<token>": "ok ok ok ok ok ok ok ok",
    "GET /rounds/<int:round_id>": "in ok ok ok ok -- ok --",
    "POST /rounds/<int:round_id>/deadline": "in ok ok no no -- no --",
    "POST /rounds/<int:round_id>/end": "in ok ok no no -- no --",
    "POST /rounds/<int:round_id>/remind": "in ok ok no no -- no --",
    "GET /rounds/<int:round_id>/voters/new": "in ok ok no no -- no --",
    "POST /rounds/<int:round_id>/voters/new": "in 422 422 no no -- no --",
    "GET /rounds/<int:round_id>/voters/<int:voter_id>/remove": "in ok ok no no -- no --",
    "POST /rounds/<int:round_id>/voters/<int:voter_id>/remove": "in ok ok no no -- no --",
    "GET /rounds/<int:round_id>/voters/<int:voter_id>": "in ok ok no no -- no --",
    "POST /rounds/<int:round_id>/voters/<int:voter_id>": "in ok ok no no -- no --",
    "GET /rounds/<int:round_id>/withdraw": "in ok ok no no -- no --",
    "POST /rounds/<int:round_id>/withdraw": "in ok ok no no -- no --",
    "GET /topics/<int:topic_id>/round/new": "in ok ok no no -- no --",
    "POST /topics/<int:topic_id>/round/new": "in ok ok no no -- no --",
    "GET /topics/new": "in ok ok ok no ok no no",
    "POST /topics/new": "in ok ok ok no ok no no",
}
# Pages about people: only administrators see them, whichever body the person sits in.
HIDDEN = ("--", "422")


def addresses(app: Flask) -> Iterator[tuple[str, str]]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, rule.rule


def outcome(field: Field, role: str, method: str, rule: str, side: Side) -> str:
    """Ask as someone with what a form would send, and name what came of it."""
    ids = side.ids | {"sign_in_id": field.ours["sign_in_id"]}
    if rule.startswith("/sign-in"):
        ids |= {"token": "A" * 43}
    sent = form_of(rule, ids) if method == "POST" else None
    answer = field.client(role).open(path_of(rule, ids), method=method, data=sent, buffered=True)
    field.restore()
    if answer.status_code == 303 and answer.location.startswith("/sign-in") and role == "visitor":
        return "ok" if rule.startswith("/sign-") else "in"
    known = {200: "ok", 303: "ok", 409: "ok", 403: "no", 404: "--"}
    return known.get(answer.status_code, str(answer.status_code))


def expected_at_the_neighbours(row: list[str]) -> list[str]:
    """Give the row for what belongs to the other body, where the neighbour is the secretary."""
    visitor, secretary, _clerk, _member, _reader, neighbour, administrator, stranger = row
    if neighbour not in HIDDEN:
        return row
    return [visitor, *[neighbour] * 4, secretary, administrator, stranger]


def test_the_table_names_every_address_and_no_other(field: Field) -> None:
    assert {f"{method} {rule}" for method, rule in addresses(field.app)} == set(TABLE)


def test_no_address_is_answered_by_two_pages(field: Field) -> None:
    known = list(addresses(field.app))
    assert sorted({each for each in known if known.count(each) > 1}) == []


def test_every_address_lets_in_whom_the_table_says(field: Field) -> None:
    wrong = []
    for line, row in TABLE.items():
        method, _, rule = line.partition(" ")
        found = [outcome(field, role, method, rule, field.ours) for role in ROLES]
        if found != row.split():
            wrong.append((line, dict(zip(ROLES, found, strict=True))))
    assert wrong == [], str(wrong)


def test_what_belongs_to_another_body_does_not_exist(field: Field) -> None:
    wrong = []
    for line, row in TABLE.items():
        method, _, rule = line.partition(" ")
        expected = expected_at_the_neighbours(row.split())
        if "<" not in rule or expected == row.split():
            continue
        found = [outcome(field, role, method, rule, field.theirs) for role in ROLES]
        if found != expected:
            wrong.append((line, dict(zip(ROLES, found, strict=True))))
    assert wrong == [], str(wrong)


@pytest.mark.parametrize("role", ["secretary", "stranger"])
def test_what_is_not_theirs_looks_like_what_never_was(field: Field, role: str) -> None:
    never: dict[str, int | str] = {
        name: NO_NUMBER if isinstance(value, int) else value for name, value in field.theirs.ids.items()
    }
    told = []
    for line, row in TABLE.items():
        method, _, rule = line.partition(" ")
        if "_id>" not in rule or "sign_in_id" in rule or row.split()[5] != "--":
            continue
        pages = []
        for ids in (field.theirs.ids, never):
            sent = form_of(rule, ids) if method == "POST" else None
            answer = field.client(role).open(path_of(rule, ids), method=method, data=sent, buffered=True)
            pages.append((answer.status_code, _without_address(answer.text, path_of(rule, ids))))
            field.restore()
        if pages[0] != pages[1]:
            told.append(line)
    assert told == []


def _without_address(page: str, path: str) -> list[str]:
    # The page holds a fresh token for its forms, and the address to come back to.
    lines = page.replace(path, "").splitlines()
    return [line for line in lines if "csrf" not in line]


# A number that is not theirs, behind a number that is.
INSIDE = [
    ("GET", "/documents/<int:document_id>/versions/<int:number>", "document_number"),
    ("GET", "/bodies/<int:body_id>/agenda-templates/<int:template_id>", "template_id"),
    ("POST", "/bodies/<int:body_id>/agenda-templates/<int:template_id>", "template_id"),
    (
        "POST",
        "/bodies/<int:body_id>/agenda-templates/<int:template_id>/<any(use, stop, remove, restore):way>",
        "template_id",
    ),
    ("GET", "/bodies/<int:body_id>/standard-texts/<int:text_id>", "text_id"),
    ("POST", "/bodies/<int:body_id>/standard-texts/<int:text_id>", "text_id"),
    (
        "POST",
        "/bodies/<int:body_id>/standard-texts/<int:text_id>/<any(up, down, copy, remove, restore):way>",
        "text_id",
    ),
    ("GET", "/meetings/<int:meeting_id>/agenda/items/<int:item_id>/papers", "item_id"),
    ("POST", "/meetings/<int:meeting_id>/agenda/items/<int:item_id>/papers", "item_id"),
    ("POST", "/meetings/<int:meeting_id>/papers/<int:paper_id>/move", "paper_id"),
    ("POST", "/topics/<int:topic_id>/papers/<int:document_id>/move", "document_id"),
    ("GET", "/bodies/<int:body_id>/dates/closures/<int:closure_id>", "closure_id"),
    ("POST", "/bodies/<int:body_id>/dates/closures/<int:closure_id>", "closure_id"),
    (
        "POST",
        "/bodies/<int:body_id>/dates/closures/<int:closure_id>/<any(remove, restore):way>",
        "closure_id",
    ),
    ("POST", "/bodies/<int:body_id>/reminders/<int:rule_id>", "rule_id"),
    ("POST", "/bodies/<int:body_id>/reminders/<int:rule_id>/preview", "rule_id"),
    ("POST", "/bodies/<int:body_id>/reminders/<int:rule_id>/usual", "rule_id"),
    ("GET", "/meetings/<int:meeting_id>/agenda/items/<int:item_id>", "item_id"),
    ("POST", "/meetings/<int:meeting_id>/agenda/items/<int:item_id>", "item_id"),
    ("POST", "/meetings/<int:meeting_id>/agenda/items/<int:item_id>/minutes", "item_id"),
    ("POST", "/meetings/<int:meeting_id>/agenda/items/<int:item_id>/move", "item_id"),
    ("POST", "/meetings/<int:meeting_id>/agenda/items/<int:item_id>/remove", "item_id"),
    ("GET", "/meetings/<int:meeting_id>/agenda/items/<int:item_id>/withdraw", "item_id"),
    ("POST", "/meetings/<int:meeting_id>/agenda/items/<int:item_id>/withdraw", "item_id"),
    ("GET", "/meetings/<int:meeting_id>/agenda/versions/<int:number>", "number"),
    ("POST", "/meetings/<int:meeting_id>/attendees/<int:attendee_id>/remove", "attendee_id"),
    ("GET", "/meetings/<int:meeting_id>/attendees/<int:attendee_id>/substitute", "attendee_id"),
    ("POST", "/meetings/<int:meeting_id>/attendees/<int:attendee_id>/substitute", "attendee_id"),
    ("POST", "/meetings/<int:meeting_id>/invitations/<int:attendee_id>", "attendee_id"),
    ("POST", "/meetings/<int:meeting_id>/outcomes/<int:item_id>", "item_id"),
    ("POST", "/meetings/<int:meeting_id>/outcomes/<int:item_id>/decisions", "item_id"),
    ("GET", "/meetings/<int:meeting_id>/outcomes/<int:item_id>/rectify", "item_id"),
    ("POST", "/meetings/<int:meeting_id>/outcomes/<int:item_id>/rectify", "item_id"),
    ("POST", "/meetings/<int:meeting_id>/outcomes/<int:item_id>/reservations", "item_id"),
    ("POST", "/meetings/<int:meeting_id>/table/items/<int:item_id>/note", "item_id"),
    ("POST", "/meetings/<int:meeting_id>/table/items/<int:item_id>/recusal", "item_id"),
    ("POST", "/meetings/<int:meeting_id>/table/items/<int:item_id>/record", "item_id"),
    ("POST", "/meetings/<int:meeting_id>/table/items/<int:item_id>/take-back", "item_id"),
    ("POST", "/meetings/<int:meeting_id>/table/items/<int:item_id>/treat", "item_id"),
    ("POST", "/meetings/<int:meeting_id>/table/presence/<int:attendee_id>", "attendee_id"),
    ("GET", "/meetings/<int:meeting_id>/table/presence/<int:attendee_id>/hours", "attendee_id"),
    ("POST", "/meetings/<int:meeting_id>/table/presence/<int:attendee_id>/hours", "attendee_id"),
    ("POST", "/meetings/<int:meeting_id>/table/presence/<int:attendee_id>/substitute", "attendee_id"),
    ("POST", "/meetings/<int:meeting_id>/items/<int:item_id>/actions", "item_id"),
    ("POST", "/meetings/<int:meeting_id>/items/<int:item_id>/commitments", "item_id"),
    ("GET", "/meetings/<int:meeting_id>/proposals/<int:proposal_id>", "proposal_id"),
    ("POST", "/meetings/<int:meeting_id>/proposals/<int:proposal_id>/accept", "proposal_id"),
    ("POST", "/meetings/<int:meeting_id>/proposals/<int:proposal_id>/decline", "proposal_id"),
    ("GET", "/meetings/<int:meeting_id>/poll/moments/<int:slot_id>/choose", "slot_id"),
    ("POST", "/meetings/<int:meeting_id>/poll/moments/<int:slot_id>/choose", "slot_id"),
    ("POST", "/meetings/<int:meeting_id>/poll/moments/<int:slot_id>/drop", "slot_id"),
    ("GET", "/meetings/<int:meeting_id>/poll/voters/<int:voter_id>", "voter_id"),
    ("POST", "/meetings/<int:meeting_id>/poll/voters/<int:voter_id>", "voter_id"),
    ("POST", "/meetings/<int:meeting_id>/poll/voters/<int:voter_id>/<any(remove, remind):verb>", "voter_id"),
    ("GET", "/rounds/<int:round_id>/voters/<int:voter_id>", "round_voter_id"),
    ("POST", "/rounds/<int:round_id>/voters/<int:voter_id>", "round_voter_id"),
    ("GET", "/rounds/<int:round_id>/voters/<int:voter_id>/remove", "round_voter_id"),
    ("POST", "/rounds/<int:round_id>/voters/<int:voter_id>/remove", "round_voter_id"),
    ("GET", "/topics/alike/<int:one_id>/<int:other_id>", "other_id"),
    ("POST", "/topics/alike/<int:one_id>/<int:other_id>", "other_id"),
    ("GET", "/topics/alike/<int:one_id>/<int:other_id>/merge", "other_id"),
    ("POST", "/topics/alike/<int:one_id>/<int:other_id>/merge", "other_id"),
    ("POST", "/topics/alike/<int:one_id>/<int:other_id>/undo", "other_id"),
]


def test_the_table_of_numbers_inside_numbers_names_them_all(field: Field) -> None:
    nested = {(method, rule) for method, rule in addresses(field.app) if rule.count("<int:") > 1}
    assert nested == {(method, rule) for method, rule, _ in INSIDE}


@pytest.mark.parametrize(("method", "rule", "inner"), INSIDE)
def test_a_number_of_another_body_inside_ones_own_leads_nowhere(
    field: Field, method: str, rule: str, inner: str
) -> None:
    for stranger in (field.theirs[inner], NO_NUMBER):
        ids = field.ours.ids | {inner: stranger}
        for sent in (form_of(rule, ids), {}):
            given = sent if method == "POST" else None
            answer = field.client("secretary").open(path_of(rule, ids), method=method, data=given)
            # 409: on the editor, someone else may just have taken the item off. 422: of an empty form
            # nothing is looked up at all.
            assert answer.status_code in ({404, 409} if given else {404, 409, 422}), answer.status_code
            assert not field.changed()


def test_no_form_reaches_into_another_body(field: Field) -> None:
    """What is chosen in a form is a number too."""
    ours, theirs = field.ours, field.theirs
    agenda = f"/meetings/{ours['dated_id']}/agenda"
    tries = [
        (f"{agenda}/topics", {"topic": theirs["topic_id"]}),
        (f"{agenda}/order", {"order": [theirs["item_id"]]}),
        ("/topics", {"title": "Binnengedrongen", "body": theirs["body_id"]}),
        (f"/meetings/new?body={theirs['body_id']}", {"title": "x", "minutes": 60, "quarter": "2019-2"}),
        (f"/topics/new?body={theirs['body_id']}", {"title": "x"}),
        (f"/meetings/{ours['dated_id']}/cancel", {"why": "x", "successor": theirs["dated_id"]}),
        (f"/topics/{ours['topic_id']}/lead", {"lead": field.world.people["Gedeputeerde"]}),
    ]
    for path, sent in tries:
        answer = field.client("secretary").post(path, data=sent)
        assert answer.status_code in {403, 404, 409, 422}, (path, answer.status_code)
        assert not field.changed(), path


def test_a_topic_cannot_come_after_one_of_another_body(field: Field) -> None:
    rule = "/topics/<int:topic_id>/edit"
    sent = form_of(rule, field.ours.ids) | {"predecessor_id": str(field.theirs["topic_id"])}
    answer = field.client("secretary").post(path_of(rule, field.ours.ids), data=sent)
    assert answer.status_code == 422
    assert not field.changed()
