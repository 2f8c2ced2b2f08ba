"""Letters read as they were meant, and nothing a person typed changes how they are delivered."""

import html
import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from agenda.core.text import clean, header_safe, one_line, unlinked
from agenda.core.words import day, duration, timespan, when
from agenda.mail.compose import (
    Attachment,
    CalendarPart,
    LetterText,
    Mailbox,
    UnsafeLetter,
    check_letter,
    compose,
    message_id,
    render_letter,
)
from tests.mail.regenerate import GOLDEN, rendered
from tests.mail.samples import SAMPLES

NOW = datetime(2018, 12, 18, 8, 0, tzinfo=UTC)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
SECRETARIAT = Mailbox("Bestuurssecretariaat Zoeterwoude", "secretariaat@zoeterwoude.example")
REPLIES = Mailbox("Bestuurssecretariaat Zoeterwoude", "agenda+abc234@zoeterwoude.example")
ALDERMAN = Mailbox("Van der Ven, Zoë", "wethouder1@leiden.example")
IDENTIFIER = message_id("invite:7:3:0", b"secret", "zoeterwoude.example")
LETTER = LetterText(
    "Uitnodiging: Gezamenlijk collegeoverleg", "Geachte heer of mevrouw,\n", "<p>Geachte</p>\n"
)
INVITE = CalendarPart("REQUEST", b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n")
INJECTION = "=?utf-8?q?x=0D=0ABcc:kwaad=40elders.example?="
AWKWARD_NAMES = [
    "Van der Ven, Zoë",
    "Müller; Ömer, ßtraße",
    "a, b, c, d, e@kwaad.example, " * 4,
    "ë" * 90,
    "Zoë " * 20 + "van der Ven, waarnemend burgemeester",
    "Feest 😀😀😀, " * 7,
    'De "Baas" \\ (waarnemend) <x@kwaad.example>',
    INJECTION,
    "Regel\r\nBcc: kwaad@elders.example",
    "\u202egro.dlrow\u202c",
    "",
]
typed = st.text(st.characters(exclude_categories=["Cs"]), max_size=150)


def letter_bytes(**changed: object) -> bytes:
    arguments: dict = {
        "letter": LETTER,
        "sender": SECRETARIAT,
        "recipient": ALDERMAN,
        "reply_to": REPLIES,
        "now": NOW,
        "message_id": IDENTIFIER,
        "calendar": INVITE,
    }
    arguments |= changed
    return compose(arguments.pop("letter"), **arguments)


def read(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.SMTP)
    assert isinstance(message, EmailMessage)
    return message


# the letters


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("sample", SAMPLES)
def test_each_letter_reads_as_its_golden_file(sample: str, language: str) -> None:
    for name, content in rendered(sample, language).items():
        assert content == (GOLDEN / name).read_bytes().decode(), name


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("sample", SAMPLES)
def test_the_text_says_everything_the_html_says(sample: str, language: str) -> None:
    letter, facts = SAMPLES[sample]
    text = render_letter(letter, language, **facts)
    plain = " ".join(text.text.split())
    for link in re.findall(r'href="([^"]+)"', text.html):
        assert html.unescape(link) in plain
    body = re.sub(r"<br>", "\n", text.html.split("</h1>")[1])
    for sentence in re.sub(r"<[^>]+>", "\n", body).split("\n"):
        assert html.unescape(sentence).strip() in plain


@pytest.mark.parametrize("sample", [name for name in SAMPLES if not name.startswith(("sign_in", "undeliv"))])
def test_rule_5_no_subject_names_a_topic(sample: str) -> None:
    letter, facts = SAMPLES[sample]
    subject = render_letter(letter, "nl", **facts).subject
    assert "Warmtenet" not in subject
    assert "Huisvesting" not in subject


def test_rule_17_a_subject_says_that_it_is_changed_or_cancelled() -> None:
    assert (GOLDEN / "update.nl.subject.txt").read_text("utf-8").startswith("Gewijzigd: ")
    assert (GOLDEN / "cancellation.nl.subject.txt").read_text("utf-8").startswith("Geannuleerd: ")


def test_rule_17_an_update_tells_old_and_new_and_a_cancellation_why_and_what_replaces_it() -> None:
    update = (GOLDEN / "update.nl.txt").read_text("utf-8")
    assert "was donderdag 7 februari 2019, 15.30 – 17.30 uur; wordt donderdag 14 februari 2019" in update
    cancellation = (GOLDEN / "cancellation.nl.txt").read_text("utf-8")
    assert "Reden: Twee colleges kunnen niet." in cancellation
    assert "In plaats daarvan: donderdag 7 maart 2019" in cancellation


def test_a_forgotten_fact_is_refused_instead_of_left_blank() -> None:
    _, facts = SAMPLES["sign_in"]
    with pytest.raises(UndefinedError):
        render_letter("sign_in", "nl", **{name: value for name, value in facts.items() if name != "link"})


def test_a_script_in_a_title_stays_text() -> None:
    letter, facts = SAMPLES["invitation"]
    text = render_letter(letter, "nl", **facts | {"meeting": "<script>alert(1)</script>"})
    assert "<script" not in text.html
    assert "&lt;script&gt;" in text.html


def test_a_link_typed_as_a_name_is_not_clickable() -> None:
    letter, facts = SAMPLES["invitation"]
    text = render_letter(letter, "nl", **facts | {"meeting": "Zie https://www.kwaad.example/x"})
    for part in (text.subject, text.text, text.html):
        assert "kwaad.example" not in part
        assert "https://www" not in part


def test_every_letter_fits_a_mail_that_is_read_again() -> None:
    for letter, facts in SAMPLES.values():
        for language in ("nl", "en"):
            text = render_letter(letter, language, **facts)
            message = read(letter_bytes(letter=text, calendar=None))
            assert message["Subject"] == text.subject
            assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


# the parts


def test_rule_1_the_calendar_is_last_in_the_alternative_and_attached_beside_it() -> None:
    message = read(letter_bytes())
    alternative, attached = message.iter_parts()
    assert message.get_content_type() == "multipart/mixed"
    assert alternative.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in alternative.iter_parts()] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    assert attached.get_content_type() == "application/ics"
    assert attached.get_filename() == "invite.ics"


def test_rule_2_the_calendar_part_carries_method_and_charset_and_nothing_that_makes_it_a_file() -> None:
    [calendar] = [part for part in read(letter_bytes()).walk() if part.get_content_type() == "text/calendar"]
    assert dict(calendar["Content-Type"].params) == {"method": "REQUEST", "charset": "utf-8"}
    assert calendar["Content-Transfer-Encoding"] == "base64"
    assert calendar["Content-Disposition"] is None
    assert calendar["Content-ID"] is None


def test_rule_3_the_attachment_is_the_inline_calendar_to_the_byte() -> None:
    message = read(letter_bytes())
    found = [
        part.get_payload(decode=True)
        for part in message.walk()
        if part.get_content_type() in ("text/calendar", "application/ics")
    ]
    assert found == [INVITE.content, INVITE.content]


@pytest.mark.parametrize(
    "calendar", [replace(INVITE, method="CANCEL"), replace(INVITE, content=INVITE.content * 2)]
)
def test_rule_4_a_part_that_contradicts_its_calendar_is_refused(calendar: CalendarPart) -> None:
    with pytest.raises(UnsafeLetter):
        letter_bytes(calendar=calendar)


def test_rule_6_the_headers_of_an_update_point_at_the_invitation_and_offer_no_unsubscribing() -> None:
    earlier = message_id("invite:7:3:1", b"secret", "zoeterwoude.example")
    message = read(letter_bytes(in_reply_to=earlier, references=[earlier, IDENTIFIER]))
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] is None
    assert message["In-Reply-To"] == earlier
    assert message["References"].split() == [earlier, IDENTIFIER]
    assert message["Message-ID"] == IDENTIFIER
    assert message["Date"].datetime == NOW


def test_rule_7_one_recipient_and_rule_8_replies_go_to_the_address_with_the_token() -> None:
    message = read(letter_bytes())
    assert [address.addr_spec for address in message["To"].addresses] == [ALDERMAN.address]
    assert message["From"].addresses[0].addr_spec == SECRETARIAT.address
    assert message["Reply-To"].addresses[0].addr_spec == REPLIES.address
    assert message["Cc"] is None
    assert message["Bcc"] is None


def test_the_bytes_of_a_letter_are_frozen() -> None:
    text = render_letter(SAMPLES["invitation"][0], "nl", **SAMPLES["invitation"][1])
    assert letter_bytes(letter=text) == letter_bytes(letter=text)
    assert letter_bytes() != letter_bytes(message_id=message_id("other", b"secret", "zoeterwoude.example"))


def test_a_message_id_belongs_to_its_key_and_is_not_guessed_without_the_secret() -> None:
    assert message_id("a", b"secret", "x.example") == message_id("a", b"secret", "x.example")
    assert message_id("a", b"secret", "x.example") != message_id("b", b"secret", "x.example")
    assert message_id("a", b"secret", "x.example") != message_id("a", b"another", "x.example")
    assert re.fullmatch(r"<[a-z2-7]{26}@x\.example>", message_id("a", b"secret", "x.example"))


# what people type


@pytest.mark.parametrize("name", AWKWARD_NAMES)
def test_rule_12_an_awkward_name_reaches_one_recipient_and_reads_the_same(name: str) -> None:
    message = read(letter_bytes(recipient=Mailbox(name, ALDERMAN.address)))
    [address] = message["To"].addresses
    assert address.addr_spec == ALDERMAN.address
    if len(name) < 40:
        assert address.display_name == header_safe(name)


def test_rule_31_an_encoded_title_injects_no_header() -> None:
    raw = letter_bytes(
        letter=replace(LETTER, subject=INJECTION), recipient=Mailbox(INJECTION, ALDERMAN.address)
    )
    message = read(raw)
    assert message["Bcc"] is None
    assert message["Subject"] == header_safe(INJECTION)
    assert not re.search(rb"(?im)^bcc:", raw)


def test_rule_31_control_characters_in_texts_do_not_reach_the_reader() -> None:
    letter = LetterText("On\x00der\x07werp\rBcc: x", "a\x00b\rc\u2028d\x1b[31m", "<p>\x08</p>")
    message = read(letter_bytes(letter=letter))
    assert message["Subject"] == "Onderwerp Bcc: x"
    assert message.get_body(("plain",)).get_content().replace("\r\n", "\n") == "ab\nc\nd[31m\n"  # type: ignore[union-attr]


def test_texts_of_5000_characters_arrive_whole_and_a_subject_is_cut() -> None:
    long = "Zoë 😀 " * 834
    message = read(letter_bytes(letter=LetterText(long, long, f"<p>{long}</p>")))
    assert message.get_body(("plain",)).get_content().strip("\r\n") == long  # type: ignore[union-attr]
    assert len(message["Subject"]) == 200
    assert message["Subject"].endswith("…")


@given(name=typed, subject=typed, text=typed)
def test_whatever_is_typed_the_letter_is_read_back_as_it_was_meant(
    name: str, subject: str, text: str
) -> None:
    raw = letter_bytes(letter=LetterText(subject, text, text), recipient=Mailbox(name, ALDERMAN.address))
    assert [address.addr_spec for address in read(raw)["To"].addresses] == [ALDERMAN.address]
    assert max(map(len, raw.split(b"\r\n"))) <= 78


@pytest.mark.parametrize(
    "address",
    ["", "x", "a@b, c@d", "a@b\r\nBcc: c@d", "zoë@leiden.example", "<a@b>", "a" * 65 + "@b.example"],
)
def test_an_address_that_cannot_be_written_is_refused(address: str) -> None:
    with pytest.raises(UnsafeLetter):
        letter_bytes(recipient=Mailbox("Wethouder", address))


def test_a_letter_without_a_zone_in_its_date_or_with_a_broken_identifier_is_refused() -> None:
    for changed in (
        {"now": NOW.replace(tzinfo=None)},
        {"message_id": "<a@b>\r\nBcc: c@d"},
        {"in_reply_to": "x"},
    ):
        with pytest.raises(UnsafeLetter):
            letter_bytes(**changed)


@pytest.mark.parametrize(
    "written, tampered",
    [
        (b"Auto-Submitted:", b"Bcc: kwaad@elders.example\r\nAuto-Submitted:"),
        (b"wethouder1@", b"wethouder2@"),
        (b"Subject: Uitnodiging", b"Subject: Afspraak"),
        (b"Geachte heer", b"Hooggeachte heer"),
        (b"Geachte heer", b"Geachte\nheer"),
        (b"application/ics", b"application/zip"),
    ],
)
def test_a_letter_that_reads_back_differently_is_refused(written: bytes, tampered: bytes) -> None:
    raw = letter_bytes()
    message = read(raw)
    headers = {
        name: message[name].addresses[0] if name in ("From", "To", "Reply-To") else str(message[name])
        for name in message
        if name not in ("MIME-Version", "Content-Type")
    }
    check_letter(raw, headers, LETTER, INVITE)
    with pytest.raises(UnsafeLetter):
        check_letter(raw.replace(written, tampered, 1), headers, LETTER, INVITE)


# the words


def test_a_date_reads_as_a_dutch_or_an_english_reader_writes_it() -> None:
    start = datetime(2019, 2, 14, 14, 30, tzinfo=UTC)
    assert timespan(start, 120, AMSTERDAM, "nl") == "donderdag 14 februari 2019, 15.30 – 17.30 uur"
    assert timespan(start, 120, AMSTERDAM, "en") == "Thursday 14 February 2019, 15:30–17:30"
    assert when(start, AMSTERDAM, "nl") == "donderdag 14 februari 2019, 15.30 uur"


@pytest.mark.parametrize(
    "moment, read_as",
    [
        (datetime(2019, 3, 31, 0, 59, tzinfo=UTC), "zondag 31 maart 2019, 01.59 uur"),
        (datetime(2019, 3, 31, 1, 0, tzinfo=UTC), "zondag 31 maart 2019, 03.00 uur"),
        (datetime(2019, 10, 27, 0, 30, tzinfo=UTC), "zondag 27 oktober 2019, 02.30 uur"),
        (datetime(2019, 10, 27, 1, 30, tzinfo=UTC), "zondag 27 oktober 2019, 02.30 uur"),
        (datetime(2020, 2, 29, 23, 30, tzinfo=UTC), "zondag 1 maart 2020, 00.30 uur"),
    ],
)
def test_clock_changes_and_leap_days_are_read_in_the_readers_zone(moment: datetime, read_as: str) -> None:
    assert when(moment, AMSTERDAM, "nl") == read_as


def test_minutes_are_real_minutes_across_a_clock_change_and_midnight_names_both_days() -> None:
    start = datetime(2019, 3, 31, 1, 30, tzinfo=AMSTERDAM)
    assert timespan(start, 60, AMSTERDAM, "nl") == "zondag 31 maart 2019, 01.30 – 03.30 uur"
    evening = datetime(2020, 2, 29, 23, 0, tzinfo=AMSTERDAM)
    assert (
        timespan(evening, 120, AMSTERDAM, "nl")
        == "zaterdag 29 februari 2020, 23.00 uur – zondag 1 maart 2020, 01.00 uur"
    )


def test_durations_are_words() -> None:
    assert [duration(minutes, "nl") for minutes in (0, 1, 45, 60, 90)] == [
        "0 minuten",
        "1 minuut",
        "45 minuten",
        "1 uur",
        "1 uur en 30 minuten",
    ]
    assert duration(61, "en") == "1 hour and 1 minute"
    assert duration(120, "en") == "2 hours"


def test_a_moment_without_a_zone_is_refused() -> None:
    naive = datetime(2019, 2, 14, 14, 30, tzinfo=UTC).replace(tzinfo=None)
    with pytest.raises(ValueError, match="time zone"):
        day(naive, AMSTERDAM, "nl")
    with pytest.raises(ValueError, match="time zone"):
        timespan(naive, 120, AMSTERDAM, "nl")


# the text


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    for cleaner in (clean, one_line, header_safe, unlinked):
        assert cleaner(cleaner(text)) == cleaner(text)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", clean(text))
    assert "\n" not in one_line(text)
    assert "\t" not in one_line(text)
    assert "=?" not in header_safe(text)


def test_cleaning_keeps_what_people_mean() -> None:
    assert clean("a\r\nb\rc\td") == "a\nb\nc\td"
    assert clean("Zoe\u0308") == "Zoë"
    assert one_line(" a\n\tb ") == "a b"
    assert (
        unlinked("dr. A.B. de Vries, zie www.kwaad.example") == "dr. A.B. de Vries, zie www. kwaad. example"
    )


def test_golden_files_are_all_in_use() -> None:
    expected = {
        name for sample in SAMPLES for language in ("nl", "en") for name in rendered(sample, language)
    }
    assert {path.name for path in Path(GOLDEN).iterdir()} == expected | {".gitattributes"}


# what goes with a letter

PDF = Attachment("raadsbrief-leiden.pdf", b"%PDF-1.7\r\n\x00\xff =_mixed --=_mixed--\n")


def test_attached_files_arrive_whole_beside_the_text_and_the_calendar() -> None:
    second = Attachment("raadsbrief-2.pdf", b"%PDF-1.7 " + bytes(range(256)) * 4_000)
    for calendar in (None, INVITE):
        message = read(letter_bytes(calendar=calendar, attachments=(PDF, second)))
        files = [one for one in message.iter_attachments() if one.get_content_type() == "application/pdf"]
        assert [(one.get_filename(), one.get_content()) for one in files] == [
            (PDF.name, PDF.content),
            (second.name, second.content),
        ]
        body = message.get_body(("plain",))
        assert body is not None
        assert "Geachte" in body.get_content()
    assert letter_bytes(attachments=(PDF,)) == letter_bytes(attachments=(PDF,))


@pytest.mark.parametrize(
    "wrong",
    [
        Attachment('a".pdf', PDF.content),
        Attachment("a\r\nBcc: kwaad@elders.example.pdf", PDF.content),
        Attachment("../a.pdf", PDF.content),
        Attachment("zoë.pdf", PDF.content),
        Attachment("a.exe", PDF.content),
        Attachment("a.pdf", b"<html>"),
        Attachment("a.pdf", b"%PDF-" + b"x" * (10 * 1024 * 1024)),
    ],
)
def test_a_file_with_a_name_or_content_that_is_not_ours_is_not_sent(wrong: Attachment) -> None:
    with pytest.raises(UnsafeLetter):
        letter_bytes(attachments=(wrong,))
