"""Write the messages anew: `python -m tests.mail.messages.write`, then read the difference.

Beside each message stands what it says, reasoned from the rules of calendar mail and not from our reader.
"""

from __future__ import annotations

import json
import quopri
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.mail.messages.programs import (
    AMSTERDAM,
    APPOINTMENT,
    CRLF,
    MEETING,
    NAME,
    OURS,
    OWNER,
    TIME,
    UID,
    alternative,
    attendee,
    calendar,
    event,
    fold,
    head,
    mail,
    mapi,
    multipart,
    object_id,
    part,
    simple,
    tnef,
    windows_time,
)

HERE = Path(__file__).parent
STAMP = "2019-01-08T09:00:00+00:00"
LETTER = "<letter7@leidseregio.example>"
Message = tuple[str, bytes, dict[str, Any]]
EXCHANGE = "Microsoft Exchange Server 2010"
GOOGLE = "-//Google Inc//Google Calendar 70.9054//EN"
APPLE = "-//Apple Inc.//iPhone OS 12.1//EN"
THUNDERBIRD = "-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN"
NOTES = "-//Lotus Development Corporation//NONSGML Notes 9.0//EN_C"
NEXTCLOUD = "-//Sabre//Sabre VObject 4.1.6//EN"
ZIMBRA = "Zimbra-Calendar-Provider"
CYRUS = "-//CyrusIMAP.org//Cyrus 3.0.8//EN"


def reply(partstat: str, **more: Any) -> dict[str, Any]:
    """What a plain answer of the owner says."""
    comment = more.pop("comment", None)
    said = {
        "kind": "reply",
        "method": "REPLY",
        "uid": UID,
        "sequence": 0,
        "dtstamp": STAMP,
        "answers": [[OWNER, partstat, comment]],
    }
    return said | more


def counter(starts_at: str, ends_at: str, **more: Any) -> dict[str, Any]:
    """What a proposal says."""
    said = {
        "kind": "counter",
        "method": "COUNTER",
        "uid": UID,
        "sequence": 0,
        "dtstamp": STAMP,
        "answers": [],
    }
    return said | {"proposal": [starts_at, ends_at]} | more


def exchange() -> Iterator[Message]:
    """Exchange and Outlook: no ORGANIZER, zones of Windows, comment in a property of its own."""
    zone = "W. Europe Standard Time"
    own = AMSTERDAM.format(name=zone).replace("\n", CRLF)
    local = (f"DTSTART;TZID={zone}:20190214T153000", f"DTEND;TZID={zone}:20190214T173000")
    for name, partstat, subject in (
        ("accepted", "ACCEPTED", "Geaccepteerd: Gezamenlijk collegeoverleg"),
        ("declined", "DECLINED", "Geweigerd: Gezamenlijk collegeoverleg"),
        ("tentative", "TENTATIVE", "Onder voorbehoud: Gezamenlijk collegeoverleg"),
    ):
        text = calendar(EXCHANGE, "REPLY", own, event(attendee(partstat), *local, "CLASS:PUBLIC"))
        yield f"exchange-{name}", mail(head(subject), alternative(text, "REPLY")), reply(partstat)
    words = "Tot uiterlijk 17.00 uur\\, daarna is er raad.\\nGroet"
    said = "Tot uiterlijk 17.00 uur, daarna is er raad.\nGroet"
    text = calendar(
        EXCHANGE, "REPLY", own, event(attendee("ACCEPTED"), *local, f"COMMENT;LANGUAGE=nl-NL:{words}")
    )
    yield (
        "exchange-comment",
        mail(head("Geaccepteerd"), alternative(text, "REPLY")),
        reply("ACCEPTED", comment=said),
    )
    proposed = (
        f"DTSTART;TZID={zone}:20190215T090000",
        f"DTEND;TZID={zone}:20190215T110000",
        f"X-MS-OLK-ORIGINALSTART;TZID={zone}:20190214T153000",
        f"X-MS-OLK-ORIGINALEND;TZID={zone}:20190214T173000",
    )
    text = calendar(EXCHANGE, "COUNTER", own, event(*proposed))
    expected = counter("2019-02-15T08:00:00+00:00", "2019-02-15T10:00:00+00:00")
    yield "exchange-counter", mail(head("Nieuwe tijd voorgesteld"), alternative(text, "COUNTER")), expected
    text = calendar(EXCHANGE, "COUNTER", own, event(proposed[0], *proposed[2:]))
    yield "exchange-counter-without-end", mail(head("Nieuwe tijd"), alternative(text, "COUNTER")), expected
    for number, zone_name in (("custom", "Customized Time Zone"), ("quoted", '"tzone://Microsoft/Custom"')):
        text = calendar(
            EXCHANGE,
            "COUNTER",
            event(f"DTSTART;TZID={zone_name}:20190215T090000", f"DTEND;TZID={zone_name}:20190215T110000"),
        )
        unknown = expected | {"warnings": ["unknown_time_zone"]}
        yield f"exchange-zone-{number}", mail(head("Nieuwe tijd"), alternative(text, "COUNTER")), unknown
    text = calendar(
        EXCHANGE,
        "REPLY",
        own,
        event(attendee("ACCEPTED", 'SENT-BY="mailto:assistent@leiden.example"'), *local),
    )
    by = head("Geaccepteerd", sender=f"Bestuursassistent namens {NAME} <assistent@leiden.example>")
    yield (
        "exchange-delegate-answers",
        mail(by, alternative(text, "REPLY")),
        reply("ACCEPTED", sender="assistent@leiden.example"),
    )
    text = calendar(
        EXCHANGE,
        "REPLY",
        event(attendee("ACCEPTED", address="raadzaal@zoeterwoude.example", name="Raadzaal"), *TIME),
    )
    hall = head(
        "Geaccepteerd", "Auto-Submitted: auto-replied", sender="Raadzaal <raadzaal@zoeterwoude.example>"
    )
    expected = reply("ACCEPTED", answers=[["raadzaal@zoeterwoude.example", "ACCEPTED", None]])
    yield "exchange-room-answers-by-itself", mail(hall, alternative(text, "REPLY")), expected
    absent = head(
        "Automatisch antwoord: Gezamenlijk collegeoverleg",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: All",
    )
    yield (
        "exchange-out-of-office",
        simple(absent, "text/plain; charset=utf-8", "Ik ben afwezig tot maandag."),
        {"kind": "automatic", "text": "Ik ben afwezig tot maandag."},
    )
    text = calendar(EXCHANGE, "REPLY", own, event(attendee("ACCEPTED"), *local, sequence=3))
    yield (
        "exchange-later-version",
        mail(head("Geaccepteerd"), alternative(text, "REPLY")),
        reply("ACCEPTED", sequence=3),
    )
    long = "Uitgebreide toelichting " * 208
    text = calendar(EXCHANGE, "REPLY", event(attendee("DECLINED"), fold("COMMENT:" + long.strip()), *TIME))
    yield (
        "exchange-5000-letters",
        mail(head("Geweigerd"), alternative(text, "REPLY")),
        reply("DECLINED", comment=long.strip()),
    )


def google() -> Iterator[Message]:
    """Google: everything in several forms at once, and several events in one answer."""
    own = f"ORGANIZER;CN=Secretariaat:mailto:{OURS}"
    text = calendar(
        GOOGLE,
        "REPLY",
        event(
            own,
            attendee("ACCEPTED", "CUTYPE=INDIVIDUAL", "ROLE=REQ-PARTICIPANT", "X-NUM-GUESTS=0"),
            *TIME,
            "STATUS:CONFIRMED",
        ),
    )
    mixed = multipart(
        "multipart/mixed",
        multipart(
            "multipart/alternative",
            part('text/plain; charset="UTF-8"', "Wethouder heeft geaccepteerd", "quoted-printable"),
            part('text/html; charset="UTF-8"', "<b>Wethouder</b> heeft geaccepteerd", "quoted-printable"),
            part('text/calendar; charset="UTF-8"; method=REPLY', text, "7bit"),
            boundary="=_inner",
        ),
        part(
            'application/ics; name="invite.ics"',
            text,
            "base64",
            'Content-Disposition: attachment; filename="invite.ics"',
        ),
    )
    yield "google-accepted", mail(head("Geaccepteerd: overleg"), mixed), reply("ACCEPTED")
    to = head("Geweigerd", to="agenda@leidseregio.example")
    text = calendar(GOOGLE, "REPLY", event(own, attendee("DECLINED"), *TIME))
    yield (
        "google-token-in-organizer",
        mail(to, alternative(text, "REPLY")),
        reply("DECLINED", addressed=["agenda@leidseregio.example", OURS]),
    )
    first = event(own, attendee("DECLINED"), "RECURRENCE-ID:20190117T143000Z", *TIME)
    second = event(own, attendee("ACCEPTED"), "RECURRENCE-ID:20190214T143000Z", *TIME)
    text = calendar(GOOGLE, "REPLY", first, second)
    yield (
        "google-several-events",
        mail(head("Antwoorden"), alternative(text, "REPLY")),
        reply(
            "",
            answers=[[OWNER, "DECLINED", None], [OWNER, "ACCEPTED", None]],
            recurrences=["2019-01-17T14:30:00+00:00", "2019-02-14T14:30:00+00:00"],
        ),
    )
    text = calendar(
        GOOGLE,
        "COUNTER",
        event(
            own,
            attendee("TENTATIVE"),
            "DTSTART:20190215T080000Z",
            "DTEND:20190215T100000Z",
            "COMMENT:Vrijdag kan ik wel.",
        ),
    )
    yield (
        "google-proposed-new-time",
        mail(head("Nieuwe tijd voorgesteld"), alternative(text, "COUNTER")),
        counter("2019-02-15T08:00:00+00:00", "2019-02-15T10:00:00+00:00", comment="Vrijdag kan ik wel."),
    )
    text = calendar(
        GOOGLE, "REPLY", event(own, attendee("ACCEPTED", 'X-RESPONSE-COMMENT="Ik schuif later aan"'), *TIME)
    )
    yield (
        "google-response-comment",
        mail(head("Geaccepteerd"), alternative(text, "REPLY")),
        reply("ACCEPTED", comment="Ik schuif later aan"),
    )
    text = calendar(GOOGLE, "REPLY", event(own, attendee("TENTATIVE"), *TIME, "X-RESPONSE-COMMENT:Misschien"))
    yield (
        "google-response-comment-of-its-own",
        mail(head("Misschien"), alternative(text, "REPLY")),
        reply("TENTATIVE", comment="Misschien"),
    )
    bounce = _report(
        "failed", "smtp; 550-5.1.1 The email account does not exist", "wethouder9@leiden.example"
    )
    google_head = head(
        "Delivery Status Notification (Failure)",
        "X-Failed-Recipients: wethouder9@leiden.example",
        "Auto-Submitted: auto-replied",
        sender="Mail Delivery Subsystem <mailer-daemon@mail.example>",
    )
    yield "google-bounce", mail(google_head, bounce), _failed("wethouder9@leiden.example")


def apple() -> Iterator[Message]:
    """Apple: quoted names, capitals in mailto, an answer as the only part."""
    line = f'ATTENDEE;CN="Van der Ven, Zoë";CUTYPE=INDIVIDUAL;EMAIL="{OWNER}";PARTSTAT=ACCEPTED:MAILTO:{OWNER.upper()}'
    text = calendar(APPLE, "REPLY", event(fold(line), *TIME))
    yield (
        "apple-accepted",
        mail(head("Geaccepteerd"), alternative(text, "REPLY")),
        reply("ACCEPTED", names=["Van der Ven, Zoë"]),
    )
    line = f'ATTENDEE;CN=Wethouder;EMAIL="{OWNER}";PARTSTAT=DECLINED:/aMTAwMTAwMTAwMTAw/principal/'
    text = calendar(APPLE, "REPLY", event(fold(line), *TIME))
    yield (
        "apple-principal-instead-of-address",
        mail(head("Geweigerd"), alternative(text, "REPLY")),
        reply("DECLINED"),
    )
    text = calendar(APPLE, "REPLY", event(attendee("TENTATIVE"), *TIME))
    only = simple(head("Misschien"), "text/calendar; method=REPLY; charset=utf-8", text)
    yield "apple-calendar-alone", only, reply("TENTATIVE")
    text = calendar(
        APPLE,
        "REPLY",
        event(attendee("ACCEPTED"), "DTSTART;TZID=Europe/Amsterdam:20190214T153000", "DURATION:PT2H"),
    )
    yield "apple-duration", mail(head("Geaccepteerd"), alternative(text, "REPLY")), reply("ACCEPTED")
    text = calendar(
        APPLE,
        "COUNTER",
        event(attendee("TENTATIVE"), "DTSTART;TZID=Europe/Amsterdam:20190331T013000", "DURATION:PT2H"),
    )
    yield (
        "apple-counter-over-the-spring-change",
        mail(head("Andere tijd"), alternative(text, "COUNTER")),
        counter("2019-03-31T00:30:00+00:00", "2019-03-31T02:30:00+00:00"),
    )


def thunderbird() -> Iterator[Message]:
    """Thunderbird and Evolution: quoted-printable, zones with a path."""
    text = calendar(
        THUNDERBIRD,
        "REPLY",
        event(attendee("ACCEPTED", "ROLE=REQ-PARTICIPANT"), *TIME, "X-MOZ-RECEIVED-SEQUENCE:0"),
    )
    yield (
        "thunderbird-accepted",
        mail(head("Re: Uitnodiging"), alternative(text, "REPLY", encoding="quoted-printable")),
        reply("ACCEPTED"),
    )
    text = calendar(
        THUNDERBIRD,
        "COUNTER",
        event(
            "DTSTART;TZID=/mozilla.org/20050126_1/Europe/Amsterdam:20191027T023000",
            "DTEND;TZID=/mozilla.org/20050126_1/Europe/Amsterdam:20191027T043000",
        ),
    )
    yield (
        "thunderbird-counter-over-the-autumn-change",
        mail(head("Andere tijd"), alternative(text, "COUNTER")),
        counter("2019-10-27T00:30:00+00:00", "2019-10-27T03:30:00+00:00"),
    )
    text = calendar(THUNDERBIRD, "REFRESH", event(attendee("NEEDS-ACTION")))
    yield (
        "thunderbird-refresh",
        mail(head("Opnieuw"), alternative(text, "REFRESH")),
        {"kind": "refresh", "method": "REFRESH", "uid": UID, "sequence": 0, "dtstamp": STAMP},
    )
    text = calendar(THUNDERBIRD, "REPLY", event(attendee("DECLINED"), *TIME))
    body = multipart(
        "multipart/mixed",
        part("text/plain; charset=utf-8; format=flowed", "Ik ben er niet.", "8bit"),
        part(
            'application/octet-stream; name="reply.ics"',
            text,
            "base64",
            'Content-Disposition: attachment; filename="reply.ics"',
        ),
    )
    yield (
        "thunderbird-as-attachment-alone",
        mail(head("Antwoord"), body),
        reply("DECLINED", text="Ik ben er niet."),
    )


def notes() -> Iterator[Message]:
    """Notes and Domino: long lines, own properties, other charsets."""
    own = ("X-LOTUS-UPDATE-SEQ:1", "X-LOTUS-UPDATE-WISL:$S:1;$L:1;$B:1", "X-LOTUS-NOTICETYPE:A")
    text = calendar(NOTES, "REPLY", event(attendee("ACCEPTED", "ROLE=REQ-PARTICIPANT"), *TIME, *own))
    yield "notes-accepted", mail(head("Geaccepteerd"), alternative(text, "REPLY")), reply("ACCEPTED")
    text = calendar(NOTES, "REPLY", event(attendee("DECLINED", name="Zoë"), *TIME, "COMMENT:Één oud overleg"))
    octets = text.encode("latin-1")
    yield (
        "notes-latin-1",
        simple(head("Geweigerd"), "text/calendar; method=REPLY; charset=iso-8859-1", octets),
        reply("DECLINED", comment="Één oud overleg", names=["Zoë"]),
    )
    text = calendar(NOTES, "COUNTER", event("DTSTART:20190215T080000Z", "DTEND:20190215T100000Z", *own))
    yield (
        "notes-counter",
        mail(head("Tegenvoorstel"), alternative(text, "COUNTER")),
        counter("2019-02-15T08:00:00+00:00", "2019-02-15T10:00:00+00:00"),
    )
    line = f'ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO="mailto:wethouder2@leiden.example";CN={NAME}:mailto:{OWNER}'
    text = calendar(NOTES, "REPLY", event(fold(line), *TIME))
    yield (
        "notes-delegated",
        mail(head("Gedelegeerd"), alternative(text, "REPLY")),
        reply("DELEGATED", delegated=["wethouder2@leiden.example"]),
    )


def servers() -> Iterator[Message]:
    """Nextcloud, Zimbra, Cyrus and others."""
    text = calendar(
        NEXTCLOUD,
        "REPLY",
        event(attendee("ACCEPTED", "SCHEDULE-STATUS=2.0"), *TIME, "REQUEST-STATUS:2.0;Success"),
    )
    yield (
        "nextcloud-accepted",
        mail(head("Nextcloud: geaccepteerd"), alternative(text, "REPLY")),
        reply("ACCEPTED"),
    )
    both = multipart(
        "multipart/mixed",
        multipart(
            "multipart/alternative", part("text/plain; charset=utf-8", "Geaccepteerd"), boundary="=_in"
        ),
        part("text/calendar; method=REPLY; name=event.ics; charset=utf-8", text),
    )
    yield "nextcloud-as-attachment", mail(head("Geaccepteerd"), both), reply("ACCEPTED")
    text = calendar(
        ZIMBRA,
        "REPLY",
        event(attendee("TENTATIVE"), *TIME, "X-MICROSOFT-CDO-INTENDEDSTATUS:BUSY", sequence=1),
    )
    yield (
        "zimbra-tentative",
        mail(head("Misschien"), alternative(text, "REPLY")),
        reply("TENTATIVE", sequence=1),
    )
    text = calendar(CYRUS, "REPLY", event(attendee("DECLINED"), *TIME))
    yield "cyrus-declined", mail(head("Geweigerd"), alternative(text, "REPLY")), reply("DECLINED")
    text = calendar("-//Kopano//EN", None, event(attendee("ACCEPTED"), *TIME))
    yield (
        "method-in-the-part-alone",
        mail(head("Geaccepteerd"), alternative(text, "REPLY")),
        reply("ACCEPTED"),
    )
    text = calendar("-//x//EN", "REPLY", event(attendee("ACCEPTED"), *TIME, sequence=None))
    yield "without-a-sequence", mail(head("Geaccepteerd"), alternative(text, "REPLY")), reply("ACCEPTED")
    text = calendar("-//x//EN", "REPLY", event(attendee("ACCEPTED"), *TIME, sequence=99999999999999))
    yield (
        "sequence-out-of-reach",
        mail(head("Geaccepteerd"), alternative(text, "REPLY")),
        reply("ACCEPTED", warnings=["sequence_unreadable"]),
    )
    text = calendar("-//x//EN", "REPLY", event(attendee("COMING"), *TIME))
    yield (
        "an-answer-nobody-knows",
        mail(head("Antwoord"), alternative(text, "REPLY")),
        reply("COMING", warnings=["unknown_answer"]),
    )
    text = calendar("-//x//EN", "REPLY", event(attendee("ACCEPTED"), *TIME))
    yield (
        "utf-16",
        simple(
            head("Geaccepteerd"),
            "text/calendar; method=REPLY; charset=utf-16",
            text.encode("utf-16"),
            "base64",
        ),
        reply("ACCEPTED"),
    )
    yield (
        "byte-order-mark",
        simple(
            head("Geaccepteerd"),
            "text/calendar; method=REPLY; charset=utf-8",
            b"\xef\xbb\xbf" + text.encode(),
        ),
        reply("ACCEPTED"),
    )
    yield (
        "bare-line-feeds",
        simple(head("Geaccepteerd"), "text/calendar; method=REPLY", text.replace(CRLF, "\n")),
        reply("ACCEPTED"),
    )
    yield (
        "blank-lines-in-between",
        simple(head("Geaccepteerd"), "text/calendar; method=REPLY", text.replace(CRLF, CRLF + CRLF)),
        reply("ACCEPTED"),
    )
    yield (
        "wrong-charset",
        simple(head("Geaccepteerd"), "text/calendar; method=REPLY; charset=x-unheard-of", text),
        reply("ACCEPTED"),
    )
    damaged = text.replace("DTSTART", "X-BROKEN LINE WITHOUT COLON" + CRLF + "DTSTART")
    yield (
        "a-line-that-is-none",
        simple(head("Geaccepteerd"), "text/calendar; method=REPLY", damaged),
        reply("ACCEPTED", warnings=["line_unreadable"]),
    )
    yield (
        "cut-off",
        simple(head("Geaccepteerd"), "text/calendar; method=REPLY", text.partition("END:VEVENT")[0]),
        reply("ACCEPTED", warnings=["calendar_cut_off"]),
    )
    folded = text.replace(f"mailto:{OWNER}", f"mail{CRLF} to:{OWNER}")
    yield (
        "folded-in-a-word",
        simple(head("Geaccepteerd"), "text/calendar; method=REPLY", folded),
        reply("ACCEPTED"),
    )
    broken = text.replace('CN="Wethouder Leiden 1"', 'CN=Wet"houder')
    yield (
        "a-quote-in-a-name",
        simple(head("Geaccepteerd"), "text/calendar; method=REPLY", broken),
        reply("ACCEPTED", warnings=["line_unreadable"]),
    )
    soft = quopri.encodestring(text.encode(), quotetabs=True).decode().replace("\n", CRLF)
    yield (
        "soft-breaks",
        mail(
            head("Geaccepteerd"),
            f"Content-Type: text/calendar; method=REPLY{CRLF}Content-Transfer-Encoding: quoted-printable{CRLF}{CRLF}{soft}",
        ),
        reply("ACCEPTED"),
    )
    signed = multipart(
        'multipart/signed; protocol="application/pkcs7-signature"',
        alternative(text, "REPLY"),
        part("application/pkcs7-signature; name=smime.p7s", b"\x30\x82signature"),
        boundary="=_signed",
    )
    yield "signed", mail(head("Geaccepteerd"), signed), reply("ACCEPTED")
    yield "file-alone", text.encode(), reply("ACCEPTED", addressed=[])
    two = multipart(
        "multipart/mixed",
        part("text/calendar; method=REQUEST", calendar("-//x//EN", "REQUEST", event(*TIME)), "8bit"),
        part("text/calendar; method=REPLY", text, "8bit"),
    )
    yield "an-answer-beside-the-invitation", mail(head("Geaccepteerd"), two), reply("ACCEPTED")


def others() -> Iterator[Message]:
    """What answers nothing: our own kind of message, other people's words, reports."""
    for method in ("REQUEST", "CANCEL", "ADD", "PUBLISH"):
        text = calendar("-//x//EN", method, event(*TIME, f"ORGANIZER:mailto:{OWNER}"))
        yield (
            f"{method.lower()}-to-us",
            mail(head("Uitnodiging"), alternative(text, method)),
            {"kind": "calendar", "method": method, "uid": UID, "sequence": 0, "dtstamp": STAMP},
        )
    request = calendar(
        "-//Leidse regio//Vergaderagenda//NL", "REQUEST", event(attendee("NEEDS-ACTION"), *TIME)
    )
    inner = f"From: Secretariaat <{OURS}>{CRLF}Message-ID: {LETTER}{CRLF}" + alternative(request, "REQUEST")
    forwarded = multipart(
        "multipart/mixed",
        part("text/plain; charset=utf-8", "Ter info.", "8bit"),
        f"Content-Type: message/rfc822{CRLF}{CRLF}{inner}",
        boundary="=_fw",
    )
    yield (
        "forwarded-invitation",
        mail(head("FW: Uitnodiging"), forwarded),
        {"kind": "text", "text": "Ter info."},
    )
    yield (
        "words",
        simple(
            head("Re: Uitnodiging"),
            "text/plain; charset=utf-8",
            "Ik kom graag.\r\n\r\nOp di 8 jan. 2019 om 10:00 schreef Secretariaat <a@b.example>:\r\n> U bent uitgenodigd",
        ),
        {"kind": "text", "text": "Ik kom graag."},
    )
    yield (
        "words-above-outlooks-quote",
        simple(
            head("RE: Uitnodiging"),
            "text/plain; charset=utf-8",
            "Prima.\r\n\r\n-----Oorspronkelijk bericht-----\r\nVan: Secretariaat\r\n",
        ),
        {"kind": "text", "text": "Prima."},
    )
    page = "<html><head><style>p{}</style></head><body><p>Ik kom <b>niet</b>.</p><script>alert(1)</script></body></html>"
    yield (
        "words-as-a-page",
        simple(head("Re: Uitnodiging"), "text/html; charset=utf-8", page),
        {"kind": "text", "text": "Ik kom niet."},
    )
    yield "empty", simple(head("Re: Uitnodiging"), "text/plain", ""), {"kind": "text", "text": ""}
    lists = head(
        "Nieuwsbrief",
        "List-Id: <nieuws.example>",
        "Precedence: bulk",
        sender="Nieuws <nieuws@elders.example>",
    )
    yield "newsletter", simple(lists, "text/plain", "Koop nu"), {"kind": "automatic", "text": "Koop nu"}
    vacation = head("Afwezig: Re: Uitnodiging")
    yield (
        "vacation-by-its-subject",
        simple(vacation, "text/plain", "Tot maandag"),
        {"kind": "automatic", "text": "Tot maandag"},
    )
    receipt = multipart(
        "multipart/report; report-type=disposition-notification",
        part("text/plain", "Gelezen", "8bit"),
        part(
            "message/disposition-notification",
            "Disposition: manual-action/MDN-sent-manually; displayed",
            "8bit",
        ),
    )
    yield "read-receipt", mail(head("Gelezen: Uitnodiging"), receipt), {"kind": "automatic"}
    server = head(
        "Undelivered Mail Returned to Sender",
        "Auto-Submitted: auto-replied",
        sender="Mail Delivery System <MAILER-DAEMON@mail.example>",
    )
    yield (
        "postfix-bounce",
        mail(server, _report("failed", "smtp; 550 5.1.1 User unknown", "wethouder9@leiden.example")),
        _failed("wethouder9@leiden.example"),
    )
    yield (
        "postfix-delayed",
        mail(server, _report("delayed", "smtp; 451 try later", "wethouder9@leiden.example")),
        {"kind": "delivery", "delivery": [[], ["wethouder9@leiden.example"], LETTER]},
    )
    old = head("failure notice", sender="MAILER-DAEMON@mail.example")
    text = f"Sorry, it did not work.\r\n\r\n<wethouder9@leiden.example>:\r\nno mailbox\r\n\r\n--- Below\r\nMessage-ID: {LETTER}\r\n"
    yield "qmail-bounce-in-plain-words", simple(old, "text/plain", text), _failed("wethouder9@leiden.example")
    ndr = head("Onbestelbaar: Uitnodiging", sender="Microsoft Outlook <postmaster@leiden.example>")
    yield (
        "exchange-ndr",
        mail(
            ndr,
            _report(
                "failed",
                "smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound",
                "wethouder9@leiden.example",
                whole=True,
            ),
        ),
        _failed("wethouder9@leiden.example"),
    )
    yield (
        "no-calendar-in-the-calendar-part",
        simple(head("Antwoord"), "text/calendar; method=REPLY", "/etc/passwd"),
        {"kind": "unreadable", "unreadable": "not_a_calendar"},
    )
    yield (
        "calendar-without-an-event",
        simple(head("Antwoord"), "text/calendar; method=REPLY", calendar("-//x//EN", "REPLY")),
        {"kind": "unreadable", "unreadable": "no_event"},
    )


def outlook_package() -> Iterator[Message]:
    """winmail.dat: an answer in Outlook's own package."""
    known = [
        mapi(0x0102, 0x8000, object_id(UID), MEETING, 0x03),
        mapi(0x03, 0x8001, (2).to_bytes(4, "little"), APPOINTMENT, 0x8201),
        mapi(0x40, 0x8002, windows_time(1_546_938_000), MEETING, 0x01),
        mapi(0x1E, 0x0065, OWNER.encode() + b"\0"),
    ]
    for name, kind, partstat in (
        ("pos", "Pos", "ACCEPTED"),
        ("neg", "Neg", "DECLINED"),
        ("tent", "Tent", "TENTATIVE"),
    ):
        package = tnef(f"IPM.Schedule.Meeting.Resp.{kind}", known)
        body = multipart(
            "multipart/mixed",
            part("text/plain", "Antwoord", "8bit"),
            part("application/ms-tnef; name=winmail.dat", package),
        )
        yield f"tnef-{name}", mail(head("Antwoord"), body), reply(partstat, sequence=2, warnings=["tnef"])
    proposed = [
        *known,
        mapi(0x0B, 0x8003, (1).to_bytes(4, "little"), APPOINTMENT, 0x8257),
        mapi(0x40, 0x8004, windows_time(1_550_217_600), APPOINTMENT, 0x8250),
        mapi(0x40, 0x8005, windows_time(1_550_224_800), APPOINTMENT, 0x8251),
    ]
    package = tnef("IPM.Schedule.Meeting.Resp.Tent", proposed)
    yield (
        "tnef-counter",
        simple(head("Nieuwe tijd"), "application/ms-tnef; name=winmail.dat", package, "base64"),
        counter("2019-02-15T08:00:00+00:00", "2019-02-15T10:00:00+00:00", sequence=2, warnings=["tnef"]),
    )
    package = tnef("IPM.Note")
    body = multipart(
        "multipart/mixed",
        part("text/plain", "Bijlage", "8bit"),
        part("application/ms-tnef; name=winmail.dat", package),
    )
    yield "tnef-that-answers-nothing", mail(head("Bijlage"), body), {"kind": "text", "text": "Bijlage"}


def _report(action: str, diagnostic: str, address: str, whole: bool = False) -> str:
    status = f"Reporting-MTA: dns; mail.example{CRLF}{CRLF}Final-Recipient: rfc822; {address}{CRLF}Action: {action}{CRLF}Status: 5.1.1{CRLF}Diagnostic-Code: {diagnostic}{CRLF}"
    returned = f"From: Secretariaat <{OURS}>{CRLF}To: {address}{CRLF}Message-ID: {LETTER}{CRLF}Subject: Uitnodiging{CRLF}{CRLF}"
    request = calendar("-//x//EN", "REQUEST", event(*TIME))
    last = (
        f"Content-Type: message/rfc822{CRLF}{CRLF}{returned.rstrip()}{CRLF}MIME-Version: 1.0{CRLF}{alternative(request, 'REQUEST')}"
        if whole
        else f"Content-Type: text/rfc822-headers{CRLF}{CRLF}{returned}"
    )
    return multipart(
        "multipart/report; report-type=delivery-status",
        part("text/plain", "Niet bezorgd", "8bit"),
        f"Content-Type: message/delivery-status{CRLF}{CRLF}{status}",
        last,
        boundary="=_report",
    )


def _failed(address: str) -> dict[str, Any]:
    return {"kind": "delivery", "delivery": [[address], [], LETTER]}


def messages() -> Iterator[Message]:
    """All of them: name, octets, and what they say."""
    for group in (exchange, google, apple, thunderbird, notes, servers, others, outlook_package):
        yield from group()


if __name__ == "__main__":
    for name, content, expected in messages():
        (HERE / f"{name}.eml").write_bytes(content)
        (HERE / f"{name}.json").write_text(json.dumps(expected, ensure_ascii=False, indent=1) + "\n")
