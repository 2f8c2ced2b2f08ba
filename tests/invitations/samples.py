"""The meeting of the letter as calendar events, one for a member and one for a guest."""

from datetime import UTC, datetime

from agenda.mail.compose import Mailbox
from agenda.mail.itip import CalendarAttendee, CalendarEvent

MEMBER = CalendarAttendee("Van der Ven, Zoë", "wethouder1@leiden.example")
GUEST = CalendarAttendee("Gedeputeerde wonen", "gedeputeerde1@zuidholland.example", role="optional")
ROOM = CalendarAttendee("Raadzaal", "raadzaal@zoeterwoude.example", kind="room", partstat="accepted")

EVENT = CalendarEvent(
    uid="meeting-7@agenda.leidseregio.example",
    sequence=0,
    starts_at=datetime(2019, 2, 14, 14, 30, tzinfo=UTC),
    ends_at=datetime(2019, 2, 14, 16, 30, tzinfo=UTC),
    dtstamp=datetime(2018, 12, 18, 8, 0, tzinfo=UTC),
    last_modified=datetime(2018, 12, 18, 8, 0, tzinfo=UTC),
    summary="Gezamenlijk collegeoverleg Leidse regio",
    description="Plaats: Raadhuis Zoeterwoude\n\nUw agendapunten:\n- 15.40 uur: Warmtenet; trekker, plan\n"
    "\nhttps://agenda.leidseregio.example/overleg/7",
    location="Raadhuis Zoeterwoude, Noordbuurtseweg",
    organizer=Mailbox("Bestuurssecretariaat Zoeterwoude", "agenda+abc234@zoeterwoude.example"),
    attendees=(MEMBER, ROOM),
    status="confirmed",
    url="https://agenda.leidseregio.example/overleg/7",
)
