"""One of each letter, with the facts a secretary of the region would recognise."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from agenda.dates.poll_letters import End
from agenda.dates.poll_rules import Ending, Owed, Told
from agenda.invitations.rules import Change, PersonalItem
from agenda.topics.round_letters import Paper
from agenda.topics.round_model import Ending as RoundEnding
from agenda.topics.round_model import Silence

START = datetime(2019, 2, 14, 14, 30, tzinfo=UTC)
END = datetime(2019, 2, 14, 16, 30, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Amsterdam")
ITEMS = (
    PersonalItem("Warmtenet: trekker en planning", datetime(2019, 2, 14, 14, 40, tzinfo=UTC), 20),
    PersonalItem("Huisvesting van studenten", datetime(2019, 2, 14, 15, 0, tzinfo=UTC), 45),
)

_EVERY: dict[str, Any] = {"zone": ZONE, "sender": "Bestuurssecretariaat Zoeterwoude"}
_MEETING: dict[str, Any] = _EVERY | {
    "meeting": "Gezamenlijk collegeoverleg Leidse regio",
    "starts_at": START,
    "ends_at": END,
    "place": "Raadhuis Zoeterwoude, Noordbuurtseweg",
    "host": "gemeente Zoeterwoude",
    "items": ITEMS,
    "answer_url": "https://agenda.leidseregio.example/antwoord/abc?van=mail&taal=nl",
    "agenda_url": "https://agenda.leidseregio.example/overleg/7",
    "guest": False,
    "tentative": False,
    "agenda_known": True,
    "repeated": False,
    "in_own_calendar": False,
    "organiser": "",
    "replaces": "",
    "substitute_for": "",
}
_CHANGES = (
    Change(
        "time",
        (datetime(2019, 2, 7, 14, 30, tzinfo=UTC), datetime(2019, 2, 7, 16, 30, tzinfo=UTC)),
        (START, END),
    ),
    Change("place", "", "Raadhuis Zoeterwoude, Noordbuurtseweg"),
    Change("status", "tentative", "confirmed"),
    Change("title", "Collegeoverleg", "Gezamenlijk collegeoverleg Leidse regio"),
    Change("agenda", ITEMS[:1], ITEMS),
)
_AGENDA_ADDED = (Change("agenda", None, ITEMS),)
_MOMENTS = (START, datetime(2019, 2, 19, 8, 0, tzinfo=UTC), datetime(2019, 3, 7, 14, 30, tzinfo=UTC))
_DEADLINE = datetime(2019, 1, 15, 16, 0, tzinfo=UTC)
_REASONS = "Wethouder Leiden 1: Wat kost dit?\nVan der Ven, Zoë: Eerst <b>naar</b> de raad & de griffie."
_ROUND: dict[str, Any] = _EVERY | {
    "topic": "Gezamenlijke inkoop van zonnepanelen",
    "body": "Gezamenlijk collegeoverleg Leidse regio",
    "proposal": "Instemmen met gezamenlijke inkoop voor 2019.",
    "note": "Vragen kunnen naar het bestuurssecretariaat.",
    "papers": (Paper("Voorstel <concept>", "https://stukken.leidseregio.example/a?b=1&c=2"),),
    "last_day": date(2019, 1, 15),
    "silence": Silence.ABSTAIN,
    "link": "https://agenda.leidseregio.example/round/abc",
    "ending": None,
    "reason": "",
    "ended_at": None,
    "old_last_day": None,
    "reminder": False,
}
_COUNCIL: dict[str, Any] = _EVERY | {
    "subject": "Voortgang samenwerking Leidse regio",
    "municipality": "Zoeterwoude",
    "reference": "ZTW/2018/1",
    "dated_on": date(2018, 12, 18),
}
_POLL: dict[str, Any] = _EVERY | {
    "dutch_time": True,
    "zone_name": "Europe/Amsterdam",
    "meeting": "Gezamenlijk collegeoverleg Leidse regio",
    "minutes": 120,
    "moments": _MOMENTS,
    "deadline": _DEADLINE,
    "note": "Zoeterwoude ontvangt ons.",
    "holds": True,
    "link": "https://agenda.leidseregio.example/poll/abc",
}
_CHANGED = Owed(
    "changed",
    Told(_MOMENTS, _DEADLINE, 2),
    added=_MOMENTS[2:],
    dropped=(datetime(2019, 2, 21, 14, 30, tzinfo=UTC),),
    old_deadline=datetime(2019, 1, 10, 16, 0, tzinfo=UTC),
)

# name of the golden files -> letter, facts
SAMPLES: dict[str, tuple[str, dict[str, Any]]] = {
    "council_letter": ("council_letter", _COUNCIL),
    "invitation": ("invitation", _MEETING),
    "invitation-guest": (
        "invitation",
        _MEETING
        | {"guest": True, "tentative": True, "items": (), "agenda_known": False, "place": "", "host": ""},
    ),
    "invitation-on-behalf": (
        "invitation",
        _MEETING
        | {
            "organiser": "Voorzitter gezamenlijk collegeoverleg",
            "replaces": "dinsdag 12 februari 2019, 10.00 uur",
            "substitute_for": "Wethouder Leiden 2",
        },
    ),
    "update": (
        "update",
        _MEETING | {"changes": _CHANGES, "asks_again": True, "agenda_only": False, "agenda_added": False},
    ),
    "counter_declined": (
        "counter_declined",
        _MEETING
        | {
            "proposed_from": datetime(2019, 2, 15, 8, 0, tzinfo=UTC),
            "proposed_until": datetime(2019, 2, 15, 10, 0, tzinfo=UTC),
            "why": "Leiden en Oegstgeest kunnen die ochtend niet.",
        },
    ),
    "update-agenda-added": (
        "update",
        _MEETING | {"changes": _AGENDA_ADDED, "asks_again": False, "agenda_only": True, "agenda_added": True},
    ),
    "update-agenda-changed": (
        "update",
        _MEETING | {"changes": _CHANGES[4:], "asks_again": False, "agenda_only": True, "agenda_added": False},
    ),
    "cancellation": (
        "cancellation",
        _MEETING
        | {
            "removed": False,
            "reason": "Twee colleges kunnen niet.",
            "successor": "donderdag 7 maart 2019, 15.30 uur, Raadhuis Zoeterwoude",
        },
    ),
    "cancellation-removed": ("cancellation", _MEETING | {"removed": True, "reason": "", "successor": ""}),
    "reminders": (
        "reminders",
        _EVERY
        | {
            "sections": [
                {
                    "heading": "Onderwerpen zonder trekker",
                    "lines": [
                        {
                            "text": "Warmtenet",
                            "link": "https://agenda.leidseregio.example/onderwerp/1",
                            "rest": "https://agenda.leidseregio.example/reminder/abc",
                        },
                        {
                            "text": "Internationaal onderwijs",
                            "link": "https://agenda.leidseregio.example/onderwerp/3",
                            "rest": "https://agenda.leidseregio.example/reminder/def",
                        },
                    ],
                    "more": 37,
                    "list": "https://agenda.leidseregio.example/profile/reminders?kind=topic_without_lead#ledger",
                },
                {
                    "heading": "Morgen overleg",
                    "lines": [
                        {
                            "text": "Uw punten: 2",
                            "link": None,
                            "rest": "https://agenda.leidseregio.example/reminder/ghi",
                        }
                    ],
                    "more": 1,
                    "list": "https://agenda.leidseregio.example/profile/reminders?kind=meeting_tomorrow#ledger",
                },
            ],
            "mine": "https://agenda.leidseregio.example/profile/reminders",
        },
    ),
    "sign_in": (
        "sign_in",
        _EVERY | {"link": "https://agenda.leidseregio.example/aanmelden/xyz", "minutes": 15},
    ),
    "undeliverable": (
        "undeliverable",
        _EVERY
        | {
            "recipient": "Wethouder Leiden 1 <wethouder1@leiden.example>",
            "undelivered_subject": "Uitnodiging: Gezamenlijk collegeoverleg Leidse regio",
            "server_words": "550 5.1.1 User unknown",
            "link": "https://agenda.leidseregio.example/post/12",
        },
    ),
    "round": ("round", _ROUND),
    "round-reminder": ("round", _ROUND | {"reminder": True, "note": ""}),
    "round-removed": ("round_removed", _ROUND | {"reason": "U bent geen wethouder meer."}),
    "round-changed": ("round_changed", _ROUND | {"old_last_day": date(2019, 1, 8)}),
    "round-settled": ("round_ended", _ROUND | {"ending": RoundEnding.SETTLED}),
    "round-discuss": ("round_ended", _ROUND | {"ending": RoundEnding.TO_DISCUSS, "reason": _REASONS}),
    "round-withdrawn": (
        "round_ended",
        _ROUND | {"ending": RoundEnding.WITHDRAWN, "reason": "Eerst naar de raad."},
    ),
    "poll": ("poll", _POLL | {"reminder": False}),
    "poll-reminder": ("poll", _POLL | {"reminder": True, "moments": _MOMENTS[:1], "note": ""}),
    "poll-changed": ("poll_changed", _POLL | {"owed": _CHANGED}),
    "poll-withdrawn": (
        "poll_ended",
        _POLL | {"end": End(Ending.WITHDRAWN, reason="Wij kiezen andere momenten."), "holds": False},
    ),
    "poll-dated": ("poll_ended", _POLL | {"end": End(Ending.DATED, starts_at=START)}),
    "poll-removed": ("poll_ended", _POLL | {"end": End(None, removed=True)}),
    "poll-hold": ("poll_hold", _POLL | {"starts_at": START}),
    "poll-hold-cancelled": ("poll_hold_cancelled", _POLL | {"starts_at": START}),
}
