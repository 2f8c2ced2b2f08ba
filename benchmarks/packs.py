"""How long a pack of 250 pages in 25 papers takes, and how much memory the worker and its programs need.

python -m benchmarks.packs

A tenth of the papers is confidential, so that their pages bear the reader's name. Aims: 20 s and 400 MB.
"""

from __future__ import annotations

import os
import resource
import tempfile
from io import BytesIO
from pathlib import Path
from random import Random
from threading import Event, Thread
from time import perf_counter

import pikepdf
from sqlalchemy.orm import Session

from agenda.core.database import Sessions
from agenda.core.runtime import Runtime
from agenda.documents import storage
from agenda.documents.model import Document, DocumentVersion, StoredFile
from agenda.mail.transports import FolderTransport
from agenda.meetings.model import Meeting
from agenda.meetings.paper_model import MeetingPaper
from agenda.publications import packs
from agenda.publications.making import make_next
from agenda.publications.model import Paper
from agenda.publications.paper_files import path_of
from agenda.publications.typesetting import typeset
from agenda.schema import upgrade
from tests.conftest import make_config
from tests.meetings.planning import confirmed, put_on_agenda, topic
from tests.world import START, StandingClock, World, make_world

PAPERS, PAGES = 25, 10
READER = "Wethouder Leiden 1"
MEGABYTE = 1024
MOST_SECONDS, MOST_MEGABYTES = 20, 400


def main() -> None:
    """Fill a meeting, let the worker make a pack, and print seconds and memory."""
    with tempfile.TemporaryDirectory() as folder:
        runtime, paper_id = _asked(Path(folder))
        before, watch = _peak(), Watch()
        watch.start()
        start = perf_counter()
        make_next(runtime)
        seconds = perf_counter() - start
        programs = watch.stop()
        with runtime.read() as session:
            paper = session.get_one(Paper, paper_id)
            if paper.file is None:
                raise SystemExit(f"no pack: {paper.failed}")
            with pikepdf.open(path_of(runtime.config, paper.file)) as pdf:
                pages = len(pdf.pages)
            size = paper.file.size
        print(f"A pack of {pages} pages from {PAPERS} papers, {size / 1e6:.1f} MB")
        print(f"  made in            {seconds:7.1f} s    (aim {MOST_SECONDS} s)")
        print(f"  largest program    {programs:7.0f} MB   (aim {MOST_MEGABYTES} MB)")
        print(f"  worker             {_peak():7.0f} MB   ({before:.0f} MB before)")
        runtime.sessions.close()


class Watch(Thread):
    """Looks at the programs that this one has started, a hundred times a second."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most = 0.0
        self.enough = Event()

    def run(self) -> None:
        """Keep the highest memory that any of them ever had."""
        own = os.getpid()
        while not self.enough.wait(0.01):
            for child in Path(f"/proc/{own}/task/{own}/children").read_text().split():
                self.most = max(self.most, _most_of(child))

    def stop(self) -> float:
        """Give it, in MB."""
        self.enough.set()
        self.join()
        return self.most


def _most_of(process: str) -> float:
    try:
        # Between its fork and its first breath a program still has the memory of this one.
        if b"agenda.publications" not in Path(f"/proc/{process}/cmdline").read_bytes():
            return 0.0
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / MEGABYTE for line in lines if line.startswith("VmHWM")), 0.0)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE


def _asked(folder: Path) -> tuple[Runtime, int]:
    config = make_config(folder, f"sqlite:///{folder / 'agenda.sqlite'}")
    upgrade(config.database_url)
    sessions = Sessions(config.database_url)
    runtime = Runtime(sessions, StandingClock(), FolderTransport(folder / "mail"), config)
    paper = _paper()
    with runtime.work() as session:
        world = make_world(session)
        meeting = confirmed(session, world)
        for number in range(PAPERS):
            item = put_on_agenda(session, meeting, topic(session, world, f"Onderwerp {number}"))
            _attach(session, runtime, world, meeting, item.id, number, paper)
        by = world.by(session, READER)
        person = world.person(session, READER)
        return runtime, packs.ask_for_pack(session, meeting, person, "nl", by, runtime.clock()).id


def _paper() -> bytes:
    """Set a paper of full pages with a picture, as people send them."""
    text = "De colleges spreken af dat zij de regionale opgave gezamenlijk uitwerken. " * 45
    html = "".join(f'<p style="break-after: page">{text}</p>' for _ in range(PAGES))
    return typeset(f"<html lang='nl'><body>{html}</body></html>", "nl", "Notitie", START)


def _attach(
    session: Session,
    runtime: Runtime,
    world: World,
    meeting: Meeting,
    item_id: int,
    number: int,
    paper: bytes,
) -> None:
    # Each is a content of its own, with a picture of a megabyte that no two share.
    with pikepdf.open(BytesIO(paper)) as pdf:
        del pdf.pages[PAGES:]
        noise = Random(number).randbytes(900_000)  # a picture that no program makes smaller
        picture = pikepdf.Stream(pdf, noise, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image)
        picture.Width, picture.Height, picture.BitsPerComponent = 600, 500, 8
        picture.ColorSpace = pikepdf.Name.DeviceRGB
        pdf.pages[0].add_resource(picture, pikepdf.Name.XObject)
        content = BytesIO()
        pdf.save(content, compress_streams=False)
    octets = content.getvalue()
    with storage.received(runtime.config.documents, BytesIO(octets), len(octets)) as kept:
        storage.settle(runtime.config.documents, kept, START)
    file = StoredFile(sha256=kept.sha256, size=kept.size, media_type="application/pdf", stored_at=START)
    document = Document(
        body_id=world.body_id,
        title=f"Notitie {number}",
        created_at=START,
        created_by="clerk",
        confidential=number % 10 == 0,
    )
    document.versions.append(
        DocumentVersion(number=1, file=file, file_name="notitie.pdf", uploaded_at=START, uploaded_by="clerk")
    )
    session.add(document)
    session.flush()
    session.add(
        MeetingPaper(
            meeting_id=meeting.id, item_id=item_id, document_id=document.id, position=0, attached_at=START
        )
    )


if __name__ == "__main__":
    main()
