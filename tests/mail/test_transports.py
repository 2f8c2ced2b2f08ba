"""What a mail server or a folder does, and what that means for a letter."""

import socket
import ssl
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword
from aiosmtpd.smtp import Session as SmtpSession

from agenda.mail.compose import LetterText, Mailbox, compose, message_id
from agenda.mail.transports import MOST_LETTERS, FolderTransport, Permanent, SmtpTransport, Temporary
from tests.support.smtp import MailServer
from tests.world import START

UP_TO_DATA = (b"220 x\r\n", b"250 x\r\n", b"250 x\r\n", b"250 x\r\n", b"354 go\r\n")
# Signed by itself, for localhost.
CERTIFICATE = Path(__file__).with_name("localhost.pem")


@dataclass(frozen=True)
class Sealed:
    recipient: str
    content: bytes
    message_id: str


def sealed(key: str = "a", to: str = "clerk@leiden.example") -> Sealed:
    identifier = message_id(key, b"secret", "leidseregio.example")
    content = compose(
        LetterText(key, f"{key}\n", f"<p>{key}</p>\n"),
        sender=Mailbox("Leidse regio", "agenda@leidseregio.example"),
        recipient=Mailbox("Clerk", to),
        now=START,
        message_id=identifier,
    )
    return Sealed(to, content, identifier)


class Moment:
    """Counts how often the moment of handing over came."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> None:
        self.times += 1


def test_a_letter_becomes_a_file_that_holds_its_bytes(tmp_path: Path) -> None:
    FolderTransport(tmp_path / "mail")(sealed(), Moment())
    [file] = (tmp_path / "mail").iterdir()
    assert file.read_bytes() == sealed().content
    assert file.name.startswith("20181218T080000Z-clerk@leiden.example-")
    assert file.suffix == ".eml"


def test_the_same_letter_again_takes_its_own_place_and_another_one_does_not(tmp_path: Path) -> None:
    folder = FolderTransport(tmp_path)
    for letter in (sealed("a"), sealed("a"), sealed("b")):
        folder(letter, Moment())
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize(
    "address", ["../../etc/passwd@x.example", "a/b\\c:d@x.example", "x" * 200 + "@x.example"]
)
def test_no_address_names_a_file_elsewhere(tmp_path: Path, address: str) -> None:
    letter = sealed()
    FolderTransport(tmp_path / "mail")(Sealed(address, letter.content, letter.message_id), Moment())
    [file] = (tmp_path / "mail").iterdir()
    assert file.read_bytes() == letter.content
    assert [found.name for found in tmp_path.iterdir()] == ["mail"]


def test_a_folder_that_cannot_be_written_is_temporary(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("no folder")
    with pytest.raises(Temporary, match="could not write"):
        FolderTransport(tmp_path / "mail")(sealed(), Moment())


def test_letters_share_a_connection(smtp: SmtpTransport, mail_server: MailServer) -> None:
    for number in range(MOST_LETTERS + 1):
        smtp(sealed(str(number)), Moment())
    assert len(mail_server.accepted) == MOST_LETTERS + 1
    assert mail_server.connections == 2


def test_threads_do_not_talk_through_each_other(smtp: SmtpTransport, mail_server: MailServer) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: smtp(sealed(str(number)), Moment()), range(40)))
    assert {received.raw for received in mail_server.accepted} == {sealed(str(n)).content for n in range(40)}
    assert mail_server.connections <= 4


def test_a_server_that_hung_up_on_an_idle_line_gets_a_new_one() -> None:
    before, after = MailServer(), MailServer()
    before.start()
    smtp = SmtpTransport(before.url)
    smtp(sealed("a"), Moment())
    after._controller.port = before.port
    before.stop()
    after.start()
    smtp(sealed("b"), Moment())
    smtp.close()
    after.stop()
    assert (len(before.accepted), len(after.accepted)) == (1, 1)


@pytest.mark.parametrize(
    ("behaviour", "kind", "handed_over", "in_doubt"),
    [
        ("temporary", Temporary, 0, False),
        ("permanent", Permanent, 0, False),
        ("temporary_after_data", Temporary, 1, False),
        ("drop_after_data", Temporary, 1, True),
    ],
)
def test_what_the_server_does_decides_what_happens_to_the_letter(
    smtp: SmtpTransport,
    mail_server: MailServer,
    behaviour: str,
    kind: type[Exception],
    handed_over: int,
    in_doubt: bool,
) -> None:
    mail_server.next_is(behaviour)  # type: ignore[arg-type]
    moment = Moment()
    with pytest.raises(kind) as refused:
        smtp(sealed(), moment)
    assert moment.times == handed_over
    assert refused.value.in_doubt is in_doubt  # type: ignore[attr-defined]
    smtp(sealed(), Moment())
    assert len(mail_server.accepted) == 1


def test_a_letter_whose_lease_was_lost_is_not_handed_over(
    smtp: SmtpTransport, mail_server: MailServer
) -> None:
    def lost() -> None:
        raise LookupError("taken over")

    with pytest.raises(LookupError):
        smtp(sealed(), lost)
    assert mail_server.received == []


def test_a_silent_server_is_given_up_after_a_while_and_the_letter_is_in_no_doubt(
    mail_server: MailServer,
) -> None:
    mail_server.next_is("hang")
    smtp = SmtpTransport(mail_server.url, answer_seconds=0.3)
    with pytest.raises(Temporary) as refused:
        smtp(sealed(), Moment())
    assert not refused.value.in_doubt


def test_silence_after_the_final_dot_has_a_patience_of_its_own_and_leaves_doubt() -> None:
    with scripted(*UP_TO_DATA, None) as port:
        smtp = SmtpTransport(f"smtp://127.0.0.1:{port}", answer_seconds=5, final_dot_seconds=0.3)
        with pytest.raises(Temporary) as refused:
            smtp(sealed(), Moment())
    assert refused.value.in_doubt


@pytest.mark.parametrize("nonsense", [b"hello\r\n", b"\xff\xfe\r\n", b"999 what\r\n"])
def test_an_answer_that_is_none_leaves_doubt(nonsense: bytes) -> None:
    answers = (*UP_TO_DATA, nonsense)
    with scripted(*answers) as port, pytest.raises(Temporary) as refused:
        SmtpTransport(f"smtp://127.0.0.1:{port}")(sealed(), Moment())
    assert refused.value.in_doubt


@pytest.mark.parametrize("greeting", [b"554 no service\r\n", b"421 busy\r\n", b"nonsense\r\n"])
def test_a_server_that_takes_no_letters_at_all_fails_no_letter(greeting: bytes) -> None:
    with scripted(greeting) as port, pytest.raises(Temporary):
        SmtpTransport(f"smtp://127.0.0.1:{port}")(sealed(), Moment())


def test_no_server_at_all_is_temporary() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        with pytest.raises(Temporary, match="no connection"):
            SmtpTransport(f"smtp://127.0.0.1:{held.getsockname()[1]}")(sealed(), Moment())


def test_a_password_is_shown_nowhere() -> None:
    with certified_server() as (port, trust, _):
        smtp = SmtpTransport(f"smtp+starttls://agenda:verkeerd%20geheim@localhost:{port}", tls=trust)
        with pytest.raises(Temporary) as refused:
            smtp(sealed(), Moment())
        assert "535" in str(refused.value)
        for shown in (str(refused.value), repr(refused.value), repr(smtp), repr(refused.value.__cause__)):
            assert "geheim" not in shown


# The test server offers no sign-in inside smtps.
@pytest.mark.parametrize(("scheme", "who"), [("smtp+starttls", "agenda:goed%20geheim@"), ("smtps", "")])
def test_an_encrypted_connection_carries_letters(scheme: str, who: str) -> None:
    with certified_server(implicit=scheme == "smtps") as (port, trust, taken_in):
        smtp = SmtpTransport(f"{scheme}://{who}localhost:{port}", tls=trust)
        smtp(sealed("a"), Moment())
        smtp(sealed("b"), Moment())
        smtp.close()
    assert [message_from_bytes(raw)["Subject"] for raw in taken_in] == ["a", "b"]


@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
def test_a_certificate_that_nobody_vouches_for_carries_no_letter(scheme: str) -> None:
    with certified_server(implicit=scheme == "smtps") as (port, _, taken_in):
        smtp = SmtpTransport(f"{scheme}://localhost:{port}")
        with pytest.raises(Temporary, match="certificate"):
            smtp(sealed(), Moment())
    assert taken_in == []


def test_a_server_without_starttls_is_not_talked_to_in_plain_text(mail_server: MailServer) -> None:
    smtp = SmtpTransport(f"smtp+starttls://127.0.0.1:{mail_server.port}")
    with pytest.raises(Temporary, match="does not offer"):
        smtp(sealed(), Moment())
    assert mail_server.received == []


@contextmanager
def scripted(*answers: bytes | None) -> Iterator[int]:
    """A server that says these lines one after another, whatever it hears; None: it says nothing more."""
    ended = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        line, _ = listener.accept()
        with line:
            for answer in answers:
                if answer is None:
                    ended.wait(10)
                    return
                line.sendall(answer)
                heard = line.recv(65536)
                while answer.startswith(b"354") and heard and not heard.endswith(b"\r\n.\r\n"):
                    heard += line.recv(65536)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        ended.set()
        thread.join()
        listener.close()


@contextmanager
def certified_server(implicit: bool = False) -> Iterator[tuple[int, ssl.SSLContext, list[bytes]]]:
    """A server with TLS and a sign-in; its port, what to trust, and the letters it took in."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(CERTIFICATE)
    taken_in: list[bytes] = []

    class Handler:
        async def handle_DATA(self, server: SMTP, session: SmtpSession, envelope: Envelope) -> str:
            taken_in.append(envelope.original_content or b"")
            return "250 2.0.0 taken in"

    def authenticate(
        _server: object, _session: object, _envelope: object, _how: str, given: object
    ) -> AuthResult:
        assert isinstance(given, LoginPassword)
        return AuthResult(success=given.password == b"goed geheim", handled=False)

    class Server(Controller):
        def factory(self) -> SMTP:
            return SMTP(
                self.handler,
                tls_context=None if implicit else tls,
                require_starttls=not implicit,
                auth_required=not implicit,
                auth_require_tls=True,
                authenticator=authenticate,
                hostname="localhost",
            )

        def _trigger_server(self) -> None:
            self.port = self.server.sockets[0].getsockname()[1]
            super()._trigger_server()

    server = Server(Handler(), hostname="localhost", port=0, ssl_context=tls if implicit else None)
    server.start()
    try:
        yield server.port, ssl.create_default_context(cafile=str(CERTIFICATE)), taken_in
    finally:
        server.stop()
