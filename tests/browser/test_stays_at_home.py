"""Nothing leaves the machine: from an empty home through a whole run, neither the server nor the page calls out."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import Visitor
from tests.browser.test_first_run import add_the_class
from tests.running import ROOT, Program, running

WATCH = ROOT / "tests" / "watch"


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    return tmp_path / "notes.txt"


@pytest.fixture
def watched(tmp_path: Path, notes: Path) -> Iterator[Program]:
    """Yield the program in an empty HOME, with every way out of the machine shut and noted."""
    home = tmp_path / "home"
    home.mkdir()
    environment = {
        "HOME": str(home),
        "PYTHONPATH": os.pathsep.join([str(WATCH), str(ROOT)]),
        "MONITORING_WATCH_NOTES": str(notes),
    }
    with running(tmp_path / "data", environment=environment) as started:
        yield started


def test_the_watch_itself_sees_a_way_out(notes: Path) -> None:
    code = "import socket; socket.create_connection(('example.org', 80))"
    environment = {**os.environ, "PYTHONPATH": str(WATCH), "MONITORING_WATCH_NOTES": str(notes)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert "PermissionError" in done.stderr
    assert "example.org" in notes.read_text("utf-8")


@pytest.mark.browser
def test_a_whole_run_calls_nothing_outside(watched: Program, visitor: Visitor, notes: Path) -> None:
    person = visitor(at=watched)
    person.open()
    person.set_up()
    add_the_class(person)
    for path in ("/", "/years", "/accounts", "/catalogue", "/organisation", "/import-list"):
        person.open(path)
        person.at_rest()
    assert not notes.exists(), notes.read_text("utf-8")
