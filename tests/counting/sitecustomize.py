"""Loaded by Python itself where this folder is on PYTHONPATH: notes every statement that goes to the database."""

import os
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.engine import Engine

NOTES = os.environ.get("MONITORING_COUNTING_NOTES")


def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
    if statement != "BEGIN":  # SQLite's, which its driver does not send by itself
        with Path(str(NOTES)).open("a", encoding="utf-8") as notes:
            notes.write(" ".join(statement.split()) + "\n")


if NOTES:
    event.listen(Engine, "before_cursor_execute", note)
