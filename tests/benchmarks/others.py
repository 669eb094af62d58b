"""Other people who go from screen to screen on the same server without a pause, each at a Streamlit connection."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from threading import Event, Thread

from monitoring.people import sign_in
from tests.benchmarks.screens import at_the_screens
from tests.running import Program
from tests.trials.kindergarten import Kindergarten

OTHERS = 4
WAY = ("groups", "catalogue", "")  # round and round


@contextmanager
def others_work(made: Kindergarten, program: Program) -> Iterator[list[str]]:
    """Let the others work; yield the screens that were drawn for them, which grow. Fails where a screen failed."""
    done, drawn, failures = Event(), list[str](), list[Exception]()
    tokens = [sign_in.open_session(made.database, made.school.account) for _ in range(OTHERS)]

    def go_round(token: str) -> None:
        try:
            _go_round(made, program, token, done, drawn)
        except Exception as failure:
            failures.append(failure)

    people = [Thread(target=go_round, args=(token,)) for token in tokens]
    for person in people:
        person.start()
    try:
        yield drawn
    finally:
        done.set()
        for person in people:
            person.join()
    if failures:
        raise failures[0]


def _go_round(made: Kindergarten, program: Program, token: str, done: Event, drawn: list[str]) -> None:
    with at_the_screens(made, program, token) as draw:
        for screen in cycle(WAY):
            if done.is_set():
                return
            draw(screen, "")
            drawn.append(screen)
