"""Writers type while the server is killed, as by a power cut, and started again, over and over."""

import os
import subprocess
import sys
import time
from random import Random

from tests.running import ROOT, kill, start, stop
from tests.trials.kindergarten import kindergarten
from tests.trials.outcome import Outcome, hold_against_the_record
from tests.trials.place import Place
from tests.trials.writer import Writer, typing

CHILDREN, CRITERIA = 10, 84
UP_S = (0.3, 2.0)  # between two kills; at random, so that every moment of a write is hit some time


def trial(place: Place, *, kills: int = 20, writers: int = 10, seed: int = 1) -> Outcome:
    """Return what came of it: after the last return everything typed is on record, once, as its receipt says."""
    made = kindergarten(place.database(), desks=writers, children_each=CHILDREN, criteria=CRITERIA)
    outcome, random = Outcome({"times the server was killed": kills}), Random(seed)
    program = start(place.home, environment=place.environment)
    people = [Writer(made, desk, program.port) for desk in made.desks]
    try:
        with typing(people, seed):
            for _ in range(kills):
                time.sleep(random.uniform(*UP_S))
                kill(program)
                program = start(place.home, port=program.port, environment=place.environment)
    finally:
        stop(program)
    hold_against_the_record(outcome, made.database, people)
    outcome.broken += _check(place)
    return outcome


def _check(place: Place) -> list[str]:
    """Return what the command line's own check says where it does not end well."""
    environment = {**os.environ, "MONITORING_HOME": str(place.home), **place.environment}
    command = [sys.executable, "-m", "monitoring", "check"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    return [f"python -m monitoring check: {done.stdout} {done.stderr}"] if done.returncode else []
