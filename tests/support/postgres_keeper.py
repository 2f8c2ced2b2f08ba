"""Runs one PostgreSQL server for as long as the test run lives, then removes it and its data.

    python postgres_keeper.py OWNER_PID USER_ID BIN_FOLDER FOLDER

A process of its own, so that a test run that is killed leaves no server behind. It polls the process that
owns the run; when that is gone, or on SIGTERM, it stops the server and deletes FOLDER.
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

SETTINGS = {
    "listen_addresses": "",  # a socket in a private folder: nobody else on the machine can connect
    "max_connections": "200",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
    "autovacuum": "off",
    "timezone": "UTC",
}


def keep(owner: int, user: int, programs: Path, folder: Path) -> None:
    """Serve until the owner is gone."""
    stopping: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: stopping.append(number))
    command = [str(programs / "postgres"), "-D", str(folder / "data"), "-k", str(folder)]
    for name, value in SETTINGS.items():
        command += ["-c", f"{name}={value}"]
    group = pwd.getpwuid(user).pw_gid
    as_user = {"user": user, "group": group, "extra_groups": []} if os.geteuid() == 0 else {}
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder, **as_user
        )
        while not stopping and server.poll() is None and alive(owner):
            time.sleep(0.2)
        if server.poll() is None:
            server.send_signal(signal.SIGQUIT)  # nothing here is worth a checkpoint
        server.wait(30)
    shutil.rmtree(folder, ignore_errors=True)


def alive(process: int) -> bool:
    """Whether a process of this number still runs."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


if __name__ == "__main__":
    keep(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]))
