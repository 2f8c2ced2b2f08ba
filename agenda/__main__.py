"""`python -m agenda`: the commands."""

import gc
import signal

# Who presses Ctrl-C while all is loaded wants it to end, and no list of what was being loaded.
signal.signal(signal.SIGINT, signal.SIG_DFL)
# All that is loaded now stays until the end: searching it for garbage meanwhile takes a tenth of the start.
gc.disable()

from agenda.app import create_app  # noqa: E402
from agenda.cli import commands  # noqa: E402

if __name__ == "__main__":
    # Nor is it searched later, while somebody waits for a page.
    gc.freeze()
    gc.enable()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    commands(create_app)(prog_name="python -m agenda")
