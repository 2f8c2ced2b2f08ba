"""Adding, reading and getting documents through the pages, by everyone who might try."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from agenda.core.audit import AuditEntry
from agenda.core.database import get
from agenda.core.runtime import Runtime
from agenda.documents import actions, storage
from agenda.documents.model import Document, StoredFile
from tests.accounts.helpers import sign_in
from tests.documents import files
from tests.documents.papers import added, stored
from tests.topics.backlog import added as topic_added
from tests.world import START, World

AsSomeone = Callable[[str], FlaskClient]
MEMBER = "Wethouder Leiden 1"
EVERYONE = ("secretary", "clerk", MEMBER, "reader", "outsider", "administrator", "stranger")
READS_LIMITED = {"secretary", "clerk", MEMBER}


def send(client: FlaskClient, path: str, *sent: tuple[bytes, str], **more: str) -> object:
    data = {"files": [(BytesIO(content), name) for content, name in sent], **more}
    return client.post(path, data=data, content_type="multipart/form-data")


def send_large(client: FlaskClient, path: str, *sent: tuple[bytes, str]) -> object:
    """Send files as a browser does; the client's own way leaves a temporary file open."""
    lines = []
    for content, name in sent:
        head = f'--grens\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
        lines += [head.encode(), content, b"\r\n"]
    body = b"".join([*lines, b"--grens--\r\n"])
    return client.post(path, data=body, content_type="multipart/form-data; boundary=grens")


def get_file(client: FlaskClient, path: str, **headers: str) -> object:
    """Get a file whole, so that nothing stays open."""
    return client.get(path, headers=headers, buffered=True)


def titles(runtime: Runtime) -> list[str]:
    with runtime.read() as session:
        return list(session.scalars(select(Document.title).order_by(Document.id)))


def test_several_files_are_added_or_refused_each_on_its_own(
    runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    path = f"/topics/{topic_added(runtime, world)}/papers"
    clerk = as_someone("clerk")
    answer = send(
        clerk,
        path,
        (files.pdf(), "../Notitie_Van der Ven, Zoë.pdf"),
        (b"<html>", "brief.pdf"),
        (b"", "leeg.pdf"),
        (files.word(), "no\x00titie\u202e.docx"),
    )
    assert answer.status_code == 422
    assert titles(runtime) == ["Notitie Van der Ven, Zoë", "notitie"]
    for told in ("brief.pdf", "HTML", "leeg.pdf", "Het bestand is leeg."):
        assert told in answer.text
    page = clerk.get(path.removesuffix("/papers")).text
    assert "Notitie Van der Ven, Zoë" in page
    again = send(clerk, path, (files.pdf(), "nog een.pdf"))
    assert again.status_code == 303
    with runtime.read() as session:
        # The same content, once on the disk.
        assert session.scalar(select(func.count()).select_from(StoredFile)) == 2


def test_a_program_gets_the_reason_file_by_file(
    runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    path = f"/topics/{topic_added(runtime, world)}/papers"
    sent = {"files": [(BytesIO(files.zip_bomb()), "bom.docx"), (BytesIO(b"a;b"), "lijst.csv")]}
    answer = as_someone("clerk").post(path, data=sent, headers={"Accept": "application/json"})
    assert answer.status_code == 200
    said = json.loads(answer.text)
    assert said["accepted"] == ["lijst"]
    assert said["refused"][0]["name"] == "bom.docx"
    assert said["refused"][0]["why"].startswith("Het bestand wordt uitgepakt veel groter")


def test_a_file_above_the_limit_is_refused_with_the_limit(
    runtime: Runtime, world: World, new_app: Callable[[Runtime], Flask]
) -> None:
    small = replace(runtime, config=replace(runtime.config, max_document_bytes=2_000_000))
    app = new_app(small)
    app.config.update(WTF_CSRF_ENABLED=False)
    clerk = sign_in(app.test_client(), small, world, "clerk")
    path = f"/topics/{topic_added(runtime, world)}/papers"
    answer = send_large(clerk, path, (b"a" * 2_000_001, "lang.txt"), (b"a", "kort.txt"))
    assert answer.status_code == 422
    assert "groter dan 2 MB" in answer.text
    assert titles(runtime) == ["kort"]
    # More than all that one request may bring is not even read.
    assert send_large(clerk, path, (b"a" * 11_100_000, "te veel.txt")).status_code == 413
    assert not list((small.config.documents / "incoming").iterdir())


def test_a_large_file_waits_on_the_disk_and_not_in_memory(
    runtime: Runtime, world: World, as_someone: AsSomeone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Above the limit for other forms: 12 MB."""
    spool = tmp_path / "spool"
    spool.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(spool))
    rolled: list[int] = []
    roll = tempfile.SpooledTemporaryFile.rollover

    def note(self: tempfile.SpooledTemporaryFile[bytes]) -> None:
        rolled.append(self.tell())
        roll(self)

    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "rollover", note)
    path = f"/topics/{topic_added(runtime, world)}/papers"
    answer = send_large(as_someone("clerk"), path, (b"a" * 12_000_000, "lang.txt"))
    assert answer.status_code == 303
    assert rolled
    assert max(rolled) < 1_000_000


@pytest.mark.parametrize("limit", ["", "closed", "confidential", "secrecy"])
def test_who_reads_and_gets_what_is_limited(
    runtime: Runtime, world: World, as_someone: AsSomeone, limit: str
) -> None:
    number = added(runtime, world, "Bod op het stationsgebied", limit)
    for who in EVERYONE:
        allowed = who in READS_LIMITED or (not limit and who in {"reader", "administrator"})
        for path in (f"/documents/{number}", f"/documents/{number}/versions/1"):
            answer = get_file(as_someone(who), path)
            assert answer.status_code == (200 if allowed else 404), (who, path)
            assert allowed or "stationsgebied" not in answer.text


def test_a_topic_shows_limited_papers_without_their_title(
    runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    topic = topic_added(runtime, world)
    clerk = as_someone("clerk")
    send(clerk, f"/topics/{topic}/papers", (b"een", "Open stuk.txt"))
    send(clerk, f"/topics/{topic}/papers", (b"twee", "Geheim bod.txt"), confidential="y")
    page = as_someone("reader").get(f"/topics/{topic}").text
    assert "Open stuk" in page
    assert "Geheim bod" not in page
    assert "Vertrouwelijk stuk" in page
    assert "Geheim bod" in as_someone(MEMBER).get(f"/topics/{topic}").text


def test_only_secretaries_and_clerks_add_or_change(
    runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    number = added(runtime, world)
    topic = topic_added(runtime, world)
    posts = [
        (f"/topics/{topic}/papers", {"files": b"a"}),
        (f"/documents/{number}/versions", {"file": b"a"}),
        (f"/documents/{number}/edit", {"title": "Anders"}),
        (f"/documents/{number}/secrecy", {"ground": "other", "own_ground": "x"}),
        (f"/documents/{number}/remove", {"why": "Weg"}),
    ]
    for who, status in ((MEMBER, 403), ("reader", 403), ("administrator", 403), ("outsider", 404)):
        for path, data in posts:
            files = {n: (BytesIO(v), "a.txt") for n, v in data.items() if isinstance(v, bytes)}
            answer = as_someone(who).post(path, data=data | files)
            assert answer.status_code == status, (who, path)
    assert titles(runtime) == ["Notitie"]


def test_a_download_is_safe_whatever_the_file_holds(
    runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    with runtime.work() as session:
        content = replace(stored(runtime, b"<script>alert(1)</script>" * 9), file_name="Zoë's <stuk>.txt")
        by = world.by(session, "clerk")
        body = world.body(session)
        number = actions.add_document(session, body, content, actions.Facts("Stuk"), by, START).id
    reader = as_someone("reader")
    answer = get_file(reader, f"/documents/{number}/versions/1")
    assert answer.data == b"<script>alert(1)</script>" * 9
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert "filename*=UTF-8''Zo%C3%AB" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    part = get_file(reader, f"/documents/{number}/versions/1", Range="bytes=0-6")
    assert (part.status_code, part.data) == (206, b"<script")
    known = get_file(reader, f"/documents/{number}/versions/1", **{"If-None-Match": answer.headers["ETag"]})
    assert known.status_code == 304


def test_every_download_of_a_limited_paper_stands_in_its_history(
    runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    number, free = added(runtime, world, "Bod", "confidential"), added(runtime, world, "Vrij")
    member = as_someone(MEMBER)
    answer = get_file(member, f"/documents/{number}/versions/1")
    assert answer.headers["Cache-Control"] == "private, no-store"
    get_file(member, f"/documents/{number}/versions/1", Range="bytes=900-901")
    member.head(f"/documents/{number}/versions/1", buffered=True)
    get_file(member, f"/documents/{free}/versions/1")
    get_file(as_someone("reader"), f"/documents/{number}/versions/1")
    with runtime.read() as session:
        query = select(AuditEntry).where(AuditEntry.verb == "downloaded")
        noted = [(entry.actor_name, entry.subject_id, entry.after) for entry in session.scalars(query)]
    assert noted == [(MEMBER, number, {"document_version": 1})] * 2
    assert "heeft het stuk gedownload" in as_someone("clerk").get(f"/documents/{number}").text
    assert "heeft het stuk gedownload" not in member.get(f"/documents/{number}").text


def test_a_removed_document_is_nobodys_until_it_is_put_back(
    runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    number = added(runtime, world)
    clerk = as_someone("clerk")
    assert clerk.post(f"/documents/{number}/remove", data={"why": ""}).status_code == 422
    assert clerk.post(f"/documents/{number}/remove", data={"why": "Verkeerd stuk"}).status_code == 303
    for who in EVERYONE:
        assert get_file(as_someone(who), f"/documents/{number}/versions/1").status_code == 404, who
    assert as_someone("reader").get(f"/documents/{number}").status_code == 404
    assert "Verkeerd stuk" in clerk.get(f"/documents/{number}").text
    assert clerk.post(f"/documents/{number}/edit", data={"title": "x"}).status_code == 409
    assert clerk.post(f"/documents/{number}/restore").status_code == 303
    assert get_file(as_someone("reader"), f"/documents/{number}/versions/1").status_code == 200


def test_a_new_version_is_what_readers_get_and_the_old_one_stays(
    runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    number = added(runtime, world)
    clerk, path = as_someone("clerk"), f"/documents/{number}/versions"
    sent = {"file": (BytesIO(files.pdf()), "notitie.pdf"), "remark": "Bedragen bijgewerkt"}
    assert clerk.post(path, data=sent).status_code == 303
    refused = clerk.post(path, data={"file": (BytesIO(b"MZ\x90\x00"), "notitie.pdf")})
    assert refused.status_code == 422
    assert "Bedragen bijgewerkt" in refused.text
    assert get_file(clerk, f"{path}/2").data == files.pdf()
    assert get_file(clerk, f"{path}/1").data == b"Notitie"
    assert get_file(clerk, f"{path}/3").status_code == 404


def test_secrecy_is_imposed_and_lifted_with_who_and_why(
    runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    number = added(runtime, world)
    clerk = as_someone("clerk")
    sent = {
        "ground": "other",
        "imposed_by": "Het college van Leiden",
        "may_lift": "De raad van Leiden",
        "since": "2018-12-18",
    }
    assert clerk.post(f"/documents/{number}/secrecy", data=sent).status_code == 422
    ahead = sent | {"own_ground": "Lopende onderhandeling", "since": "2018-12-19"}
    assert clerk.post(f"/documents/{number}/secrecy", data=ahead).status_code == 422
    sent["own_ground"] = "Lopende onderhandeling"
    assert clerk.post(f"/documents/{number}/secrecy", data=sent).status_code == 303
    assert clerk.post(f"/documents/{number}/secrecy", data=sent).status_code == 409
    page = as_someone(MEMBER).get(f"/documents/{number}").text
    for told in ("Geheimhouding", "Lopende onderhandeling", "Het college van Leiden", "De raad van Leiden"):
        assert told in page
    assert as_someone("reader").get(f"/documents/{number}").status_code == 404
    lifted = {"who": "De raad van Leiden", "why": "x" * 5_000}
    assert clerk.post(f"/documents/{number}/secrecy/lift", data=lifted).status_code == 303
    assert clerk.post(f"/documents/{number}/secrecy/lift", data=lifted).status_code == 409
    assert as_someone("reader").get(f"/documents/{number}").status_code == 200


def test_two_at_one_form_lose_nothing(runtime: Runtime, world: World, as_someone: AsSomeone) -> None:
    number = added(runtime, world)
    with runtime.read() as session:
        seen = get(session, Document, number).version
    first, second = ({"title": title, "version": str(seen)} for title in ("Van de een", "Van de ander"))
    assert as_someone("clerk").post(f"/documents/{number}/edit", data=first).status_code == 303
    answer = as_someone("secretary").post(f"/documents/{number}/edit", data=second)
    assert answer.status_code == 409
    assert "Van de ander" in answer.text
    assert "Van de een" in answer.text
    assert titles(runtime) == ["Van de een"]
    late = {"why": "Weg ermee", "version": str(seen)}
    answer = as_someone("secretary").post(f"/documents/{number}/remove", data=late)
    assert answer.status_code == 409
    assert "Weg ermee" in answer.text


def test_a_content_that_is_not_on_the_disk_is_told(
    runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    number = added(runtime, world)
    storage.place_of(runtime.config.documents, stored(runtime).sha256).unlink()
    answer = get_file(as_someone("clerk"), f"/documents/{number}/versions/1")
    assert answer.status_code == 410
    assert "staat niet op zijn plaats" in answer.text
