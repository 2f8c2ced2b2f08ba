"""Facts of one meeting with odd names, long texts and hostile titles, for every kind of paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from agenda.decisions.model import DecisionKind, RatificationResult, RatifyingOrgan
from agenda.meetings.model import AttendeeRole, ItemKind, ItemOutcome
from agenda.publications.agenda_facts import AgendaFacts, GuestFacts, ItemFacts
from agenda.publications.model import PaperKind, Place
from agenda.publications.outcome_facts import (
    ActionFacts,
    AdoptionFacts,
    CommitmentFacts,
    CorrectionFacts,
    DecisionFacts,
    OutcomeFacts,
    RatificationFacts,
    RecordFacts,
)
from agenda.publications.paper_facts import Attached, Head
from agenda.publications.presence_facts import Group, PersonFacts, PresenceFacts, Stay, There
from agenda.publications.rendering import HasHead, render
from agenda.publications.usual_texts import usual_text
from agenda.topics.model import Purpose, Treatment

STARTS = datetime.fromisoformat("2019-02-14T15:30:00+01:00")
MADE = datetime.fromisoformat("2019-02-18T09:00:00+01:00")
ZOE = "Van der Ven, Zoë"
HOSTILE = "<script>alert('1')</script> & <img src=\"http://elders.example/x.png\">"
LONG = "Een zin die vijftig tekens telt, met een spatie na. " * 97

HEAD = Head(
    body="Gezamenlijk collegeoverleg Leidse regio",
    title="Gezamenlijk collegeoverleg",
    starts_at=STARTS,
    ends_at=STARTS + timedelta(minutes=120),
    venue="Gemeentehuis Zoeterwoude",
    host="Zoeterwoude",
    zone="Europe/Amsterdam",
    reference="2019-02-14",
    limited=True,
    cancelled=False,
)


def item(number: int, title: str, minutes: int = 15, **more: object) -> ItemFacts:
    begins = STARTS + timedelta(minutes=(number - 1) * 15)
    known = {"purpose": Purpose.DECIDE, "treatment": Treatment.DISCUSSION, "kind": ItemKind.TOPIC}
    return ItemFacts(  # type: ignore[arg-type]
        **{
            "number": str(number),
            "title": title,
            "seen": True,
            "starts_at": begins,
            "ends_at": begins + timedelta(minutes=minutes),
            **known,
            **more,
        }
    )


AGENDA = AgendaFacts(
    head=HEAD,
    items=(
        item(1, "Opening", 5, kind=ItemKind.OPENING, purpose=None, treatment=None),
        item(
            2,
            "Warmterotonde",
            lead=ZOE,
            summary="De warmterotonde verbindt de restwarmte van de haven met de regio.",
            desired_result="Een gedeeld beeld.",
            requested_decision="Instemmen met het onderzoek.\nEn met het budget.",
            papers=(
                Attached("Startnotitie warmterotonde", False, ""),
                Attached("", False, ""),
                Attached("Reactie van de provincie", True, "Kwam gisteren pas binnen."),
            ),
            guests=("Gedeputeerde",),
        ),
        item(3, HOSTILE, closed=True, confidential=True, summary="Vertrouwelijk & besloten."),
        item(
            4,
            "Een nagekomen punt",
            late=True,
            late_why="De brug is dicht.",
            late_consent="Burgemeester Leiden",
        ),
        replace(item(5, "Besloten agendapunt"), seen=False, purpose=None, treatment=None),
    ),
    papers=(Attached("Route en parkeren", False, ""),),
    final_at=STARTS - timedelta(days=7),
    version=2,
)

GUEST = GuestFacts(head=replace(HEAD, limited=False), name=ZOE, items=AGENDA.items[1:2], final=True)

PRESENCE = PresenceFacts(
    head=replace(HEAD, limited=False),
    groups=(
        Group(
            "Leiden",
            (
                PersonFacts(ZOE, "Wethouder", "Leiden", AttendeeRole.MEMBER, There.EXPECTED),
                PersonFacts("Burgemeester Leiden", "", "Leiden", AttendeeRole.MEMBER, There.EXCUSED),
            ),
        ),
        Group("", (PersonFacts("Gedeputeerde", "", "", AttendeeRole.GUEST, There.EXPECTED),)),
    ),
    noted=False,
)

NOTED = replace(
    PRESENCE,
    groups=(
        Group(
            "Leiden",
            (
                PersonFacts(
                    ZOE,
                    "Wethouder",
                    "Leiden",
                    AttendeeRole.MEMBER,
                    There.PRESENT,
                    "Burgemeester Leiden",
                    (Stay(STARTS + timedelta(minutes=20), None),),
                ),
                PersonFacts("Burgemeester Leiden", "", "Leiden", AttendeeRole.MEMBER, There.ABSENT),
            ),
        ),
    ),
    noted=True,
)

COLLEGES = ("Leiden", "Leiderdorp", "Oegstgeest", "Voorschoten", "Zoeterwoude")
RATIFICATIONS = tuple(
    RatificationFacts(
        college,
        RatifyingOrgan.COLLEGE,
        result,
        date(2019, 3, 5) if result else None,
        date(2019, 4, 1),
        "Mits de kosten gelijk blijven." if result is RatificationResult.WITH_RESERVATION else "",
    )
    for college, result in zip(
        COLLEGES,
        (
            RatificationResult.RATIFIED,
            RatificationResult.RATIFIED,
            RatificationResult.WITH_RESERVATION,
            RatificationResult.REFUSED,
            None,
        ),
        strict=True,
    )
)

RECORD = RecordFacts(
    head=HEAD,
    items=(
        OutcomeFacts("1", "Opening", True, ItemKind.OPENING),
        OutcomeFacts(
            "2",
            "Warmterotonde",
            True,
            ItemKind.TOPIC,
            ItemOutcome.AGREED,
            "Er is langdurig gesproken.",
            ("2019-02-14/1",),
            (("Voorschoten", "Eerst de raad."),),
            (ZOE,),
            (CorrectionFacts("Besloten", "Afgesproken", "Verkeerd genoteerd.", MADE),),
        ),
        OutcomeFacts("3", HOSTILE, True, ItemKind.TOPIC, ItemOutcome.DEFERRED, LONG),
        OutcomeFacts("4", "Besloten agendapunt", False, ItemKind.TOPIC),
    ),
    decisions=(
        DecisionFacts(
            "2019-02-14/1",
            "2",
            "De vijf gemeenten doen samen onderzoek.",
            DecisionKind.AGREEMENT,
            RATIFICATIONS,
            "",
            (),
        ),
        DecisionFacts(
            "2019-02-14/2",
            "",
            "Wij komen in juni weer bijeen.",
            DecisionKind.DECISION,
            (),
            "2019-06-13/1",
            (),
        ),
    ),
    actions=(
        ActionFacts("Onderzoeksopdracht schrijven", ZOE, date(2019, 3, 1), False, "2"),
        ActionFacts("Zaal reserveren", "", None, True, ""),
    ),
    commitments=(
        CommitmentFacts("De raden informeren over het onderzoek", "", date(2019, 2, 28), False),
        CommitmentFacts("Een avond over warmte houden", "Voorschoten", date(2019, 6, 30), True),
    ),
    presence=NOTED,
    adoption=None,
    closed=True,
    withheld=1,
)
ADOPTED = replace(
    RECORD, adoption=AdoptionFacts(date(2019, 6, 13), "Overleg in juni", "Punt 2 verduidelijkt.")
)

# Golden file: what it is, its facts and its language.
SAMPLES: Mapping[str, tuple[PaperKind, HasHead, str]] = {
    "agenda.nl": (PaperKind.AGENDA, AGENDA, "nl"),
    "agenda.en": (PaperKind.AGENDA, AGENDA, "en"),
    "guest_invitation.nl": (PaperKind.GUEST_INVITATION, GUEST, "nl"),
    "presence_list.nl": (PaperKind.PRESENCE_LIST, PRESENCE, "nl"),
    "presence_noted.en": (PaperKind.PRESENCE_LIST, NOTED, "en"),
    "decision_list.nl": (PaperKind.DECISION_LIST, RECORD, "nl"),
    "decision_list_adopted.en": (PaperKind.DECISION_LIST, ADOPTED, "en"),
    "minutes.nl": (PaperKind.MINUTES, RECORD, "nl"),
}


def page(name: str) -> tuple[str, str, str]:
    """Give the HTML, the language and the title of a sample."""
    kind, facts, language = SAMPLES[name]
    texts = {place: usual_text(kind, place, language) for place in Place}
    made = render(kind, facts, texts, language, MADE)
    return made.html, language, made.title
