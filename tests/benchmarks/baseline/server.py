"""The application of the baselines as a process of its own, with the program's screens beside them."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPException
from pathlib import Path

from monitoring.record.database import Database
from tests.running import PATIENCE_S, ROOT, Program, stop

APP = Path(__file__).with_name("app.py")
LOG = "baseline.log"


@contextmanager
def baseline(database: Database, home: Path, record: Path) -> Iterator[Program]:
    """Yield the running application over the program's home; what is typed goes into the file `record`."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    environment = {**os.environ, "MONITORING_HOME": str(home), "BASELINE_DATABASE": str(record)}
    with (home / LOG).open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(APP), "--server.port", str(port)],
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=ROOT,  # here lie the program's settings of Streamlit
            env=environment,
        )
    program = Program(port, home, database, process)
    try:
        _wait_for(program)
        yield program
    finally:
        stop(program)


def _wait_for(program: Program) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and program.process.poll() is None:
        try:
            if program.ask("GET", "/_stcore/health").status == 200:
                return
        except (OSError, HTTPException):
            time.sleep(0.1)
    raise AssertionError(f"the baseline did not come up:\n{(program.home / LOG).read_text('utf-8', 'replace')}")
