"""`python -m agenda`: the commands."""

from agenda.app import create_app
from agenda.cli import commands

if __name__ == "__main__":
    commands(create_app)(prog_name="python -m agenda")
