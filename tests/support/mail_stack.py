"""A real mail stack on loopback: Postfix takes mail in, Dovecot keeps it and shows it over IMAP.

Both run from a folder of their own, on ports of their own, and leave the machine's own mail alone. A letter
to an address that Dovecot does not know comes back to its sender as a delivery report, as in the world.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from imap_tools import MailBoxUnencrypted, MailMessage

DOMAIN = "leidseregio.example"
PASSWORD = "geheim"
START_SECONDS = 30.0
MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/mail.log
maillog_file_prefixes = {folder}
myhostname = mail.{domain}
mydomain = {domain}
mydestination =
local_recipient_maps =
alias_maps =
alias_database =
inet_interfaces = loopback-only
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_recipient_restrictions = permit_mynetworks, reject
virtual_mailbox_domains = {domain}
virtual_mailbox_maps = static:known
virtual_transport = lmtp:unix:{folder}/dovecot/lmtp
recipient_delimiter = +
default_transport = error:nothing leaves this machine
relay_transport = error:nothing leaves this machine
"""
DOVECOT = """\
base_dir = {folder}/dovecot
state_dir = {folder}/dovecot-state
log_path = {folder}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
recipient_delimiter = +
mail_location = maildir:{folder}/mail/%Lu
first_valid_uid = 1
passdb {{
  driver = passwd-file
  args = scheme=plain {folder}/users
}}
userdb {{
  driver = passwd-file
  args = {folder}/users
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  unix_listener lmtp {{
    mode = 0666
  }}
}}
"""


@dataclass
class MailStack:
    """Postfix and Dovecot, running."""

    folder: Path
    smtp_port: int
    imap_port: int
    dovecot: int

    @property
    def smtp_url(self) -> str:
        return f"smtp://127.0.0.1:{self.smtp_port}"

    def imap_url(self, address: str) -> str:
        return f"imap://{quote(address, safe='')}:{PASSWORD}@127.0.0.1:{self.imap_port}/INBOX"

    def send(self, content: bytes, sender: str, recipient: str) -> None:
        """Hand a message to Postfix, as somebody's mail program does."""
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=30) as smtp:
            smtp.sendmail(sender, [recipient], content)

    def messages(self, address: str, folder: str = "INBOX") -> list[MailMessage]:
        """What lies in a folder of somebody's mailbox."""
        box = MailBoxUnencrypted("127.0.0.1", self.imap_port, timeout=30)
        with box.login(address, PASSWORD) as signed_in:
            if not signed_in.folder.exists(folder):
                return []
            signed_in.folder.set(folder)
            return list(signed_in.fetch(mark_seen=False))

    def wait_for(self, address: str, number: int, folder: str = "INBOX") -> list[MailMessage]:
        """What lies in a folder, once so many messages do."""
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            found = self.messages(address, folder)
            if len(found) >= number:
                return found
            time.sleep(0.1)
        raise AssertionError(f"{address} has no {number} messages in {folder}:\n{self.log()}")

    def log(self) -> str:
        """The end of what both servers wrote down."""
        files = [self.folder / "mail.log", self.folder / "dovecot.log"]
        return "\n".join(file.read_text(errors="replace")[-3_000:] for file in files if file.exists())

    def stop(self) -> None:
        """End both servers, and remove what they kept."""
        _run(["postfix", "-c", str(self.folder / "postfix"), "stop"], self.folder)
        os.kill(self.dovecot, signal.SIGTERM)
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and Path(f"/proc/{self.dovecot}").exists():
            time.sleep(0.05)
        shutil.rmtree(self.folder, ignore_errors=True)


def start(addresses: Iterable[str]) -> MailStack:
    """Start both servers with a mailbox for each address; RuntimeError with their logs if not."""
    # A socket's path must be short: not under pytest's own folders.
    folder = Path(tempfile.mkdtemp(prefix="agenda-mail-"))
    folder.chmod(0o755)
    smtp_port, imap_port = _free_port(), _free_port()
    _write_dovecot(folder, imap_port, addresses)
    _write_postfix(folder, smtp_port)
    _run(["dovecot", "-c", str(folder / "dovecot.conf")], folder)
    _run(["postfix", "-c", str(folder / "postfix"), "start"], folder)
    pid = int((folder / "dovecot" / "master.pid").read_text())
    stack = MailStack(folder, smtp_port, imap_port, pid)
    for port in (smtp_port, imap_port):
        _wait_for(port, stack)
    return stack


def _write_dovecot(folder: Path, port: int, addresses: Iterable[str]) -> None:
    keeper = pwd.getpwnam("dovecot")
    mail = folder / "mail"
    mail.mkdir()
    os.chown(mail, keeper.pw_uid, keeper.pw_gid)
    owner = f"{PASSWORD}:{keeper.pw_uid}:{keeper.pw_gid}::{mail}"
    lines = [f"{address.lower()}:{owner}" for address in addresses]
    (folder / "users").write_text("\n".join(lines) + "\n")
    (folder / "dovecot.conf").write_text(DOVECOT.format(folder=folder, port=port))


def _write_postfix(folder: Path, port: int) -> None:
    settings = folder / "postfix"
    for name in ("postfix", "queue", "data"):
        (folder / name).mkdir()
    os.chown(folder / "data", pwd.getpwnam("postfix").pw_uid, -1)
    (settings / "main.cf").write_text(MAIN.format(folder=folder, domain=DOMAIN))
    (settings / "master.cf").write_text(MASTER.format(port=port))


def _run(command: list[str], folder: Path) -> None:
    # What they start keeps their output open: a pipe would never end.
    output = folder / "start.log"
    with output.open("wb") as target:
        ended = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=target, stderr=target, check=False)
    if ended.returncode:
        logs = [file.read_text(errors="replace") for file in (output, folder / "mail.log") if file.exists()]
        raise RuntimeError(f"{' '.join(command)} failed: {''.join(logs)}")


def _wait_for(port: int, stack: MailStack) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"nothing listens on port {port}:\n{stack.log()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
