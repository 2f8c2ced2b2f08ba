"""The world tests play in: five municipalities, one body, named roles, a clock that stands still."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.accounts.actors import actor_for
from agenda.accounts.rules import By
from agenda.people.model import Body, Membership, Organisation, OrganisationKind, Person, Role, Seat
from agenda.topics.model import FocusArea

START = datetime(2018, 12, 18, 8, 0, tzinfo=UTC)
TODAY = date(2018, 12, 18)
SINCE = date(2018, 5, 1)
MUNICIPALITIES = {
    "Leiden": "gm0546",
    "Leiderdorp": "gm0547",
    "Oegstgeest": "gm0579",
    "Voorschoten": "gm0626",
    "Zoeterwoude": "gm0638",
}
FOCUS_AREAS = (
    "Wonen en groen",
    "Economie",
    "Bereikbaarheid",
    "Duurzaamheid",
    "Gezondheid",
    "Meedoen",
    "Voorzieningen",
)


class StandingClock:
    """A clock that moves only when a test winds it."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def wind(self, **by: float) -> datetime:
        self.at += timedelta(**by)
        return self.at


@dataclass
class World:
    """Numbers and names of what stands in the test database; rows are looked up by tests."""

    body_id: int = 0
    other_body_id: int = 0
    organisations: dict[str, int] = field(default_factory=dict)
    focus_areas: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)

    def by(self, session: Session, who: str, today: date = TODAY) -> By:
        """Give the actor with this role name, such as "secretary" or "Wethouder Leiden 1"."""
        return actor_for(session, session.get_one(Person, self.people[who]), today)

    def person(self, session: Session, who: str) -> Person:
        return session.get_one(Person, self.people[who])

    def body(self, session: Session) -> Body:
        return session.get_one(Body, self.body_id)


def make_world(session: Session) -> World:
    """Fill an empty database: a mayor and two aldermen for each college, and those around them.

    People by name: "secretary" (Zoeterwoude), "clerk" (Leiden), "reader", "administrator", "stranger",
    "outsider" (member of the other body only), "Burgemeester X", "Wethouder X 1", "Wethouder X 2",
    "Gedeputeerde" (the province; in no body).
    """
    world = World()
    body = Body(name="Gezamenlijk collegeoverleg", usual_minutes=120, expires_on=date(2020, 12, 31))
    other = Body(name="Portefeuillehoudersoverleg", usual_minutes=90)
    session.add_all([body, other])
    session.flush()
    world.body_id, world.other_body_id = body.id, other.id
    for position, (name, tooi) in enumerate(MUNICIPALITIES.items()):
        organisation = Organisation(
            kind=OrganisationKind.MUNICIPALITY, name=name, tooi_id=tooi, venue=f"Gemeentehuis {name}"
        )
        session.add(organisation)
        session.flush()
        world.organisations[name] = organisation.id
        session.add(Seat(body_id=body.id, organisation_id=organisation.id, position=position))
        _college(session, world, name, body)
    province = Organisation(kind=OrganisationKind.PROVINCE, name="Provincie Zuid-Holland")
    session.add(province)
    session.flush()
    world.organisations["Provincie"] = province.id
    _others(session, world, body, other)
    for area, name in zip(
        session.scalars(select(FocusArea).order_by(FocusArea.position)), FOCUS_AREAS, strict=True
    ):
        area.name = area.short_name = name
        world.focus_areas[name] = area.id
    session.flush()
    return world


def _college(session: Session, world: World, name: str, body: Body) -> None:
    _seat(session, world, f"Burgemeester {name}", name, body, Role.MEMBER, "Burgemeester", "bestuur")
    for number, portfolio in ((1, "wonen"), (2, "duurzaamheid")):
        _seat(session, world, f"Wethouder {name} {number}", name, body, Role.MEMBER, "Wethouder", portfolio)


def _others(session: Session, world: World, body: Body, other: Body) -> None:
    _seat(session, world, "secretary", "Zoeterwoude", body, Role.SECRETARY, "Bestuurssecretaris", "")
    _seat(session, world, "clerk", "Leiden", body, Role.CLERK, "Bestuursadviseur", "")
    _seat(session, world, "reader", "Voorschoten", body, Role.READER, "Medewerker", "")
    _seat(session, world, "outsider", "Leiden", other, Role.SECRETARY, "Bestuurssecretaris", "")
    for who in ("administrator", "stranger", "Gedeputeerde"):
        _person(session, world, who)
    session.get_one(Person, world.people["administrator"]).administrator = True
    session.flush()


def _person(session: Session, world: World, who: str) -> Person:
    email = who.lower().replace(" ", ".") + "@leidseregio.example"
    person = Person(name=who, email=email, language="nl")
    session.add(person)
    session.flush()
    world.people[who] = person.id
    return person


def _seat(
    session: Session,
    world: World,
    who: str,
    municipality: str,
    body: Body,
    role: Role,
    title: str,
    portfolio: str,
) -> None:
    session.add(
        Membership(
            person_id=_person(session, world, who).id,
            body_id=body.id,
            organisation_id=world.organisations[municipality],
            role=role,
            title=title,
            portfolio=portfolio,
            voting=role is Role.MEMBER,
            since=SINCE,
        )
    )
    session.flush()
