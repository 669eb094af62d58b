"""How many times a second a screen can be drawn by one process: the card and the summary, beside the plainest screens.

Each person is at a Streamlit connection and asks for the screen again as soon as it was drawn. A drawing counts only if
it ended well. Pages in people's hands pause for seconds between two of them; this is what one process has to give.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

from monitoring.people import sign_in
from tests.benchmarks.load import Times
from tests.benchmarks.screens import at_the_screens
from tests.conftest import YEAR
from tests.running import Program, running
from tests.trials.kindergarten import Kindergarten, full_of_marks, kindergarten
from tests.trials.place import place

CHILDREN, CRITERIA, GROUPS = 25, 84, 4
FIRST = 3  # drawings that warm the process up and do not count
BASELINE = "home"
ROW = "{:28} {:>7} {:>10} {:>9} {:>9} {:>8}"


def main(arguments: Sequence[str]) -> None:
    """Draw each screen for some seconds, for one person and for several at once, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks reruns", description=__doc__)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--people", type=int, nargs="+", default=[1, 4])
    chosen = parser.parse_args(arguments)
    _tell(f"{GROUPS} groups of {CHILDREN} children x {CRITERIA} criteria, three stages; {chosen.seconds:g} s each")
    _tell(ROW.format("screen", "people", "reruns/s", "p50 ms", "p95 ms", "x home"))
    with place("sqlite") as there:
        made = kindergarten(there.database(), desks=GROUPS, children_each=CHILDREN, criteria=CRITERIA)
        full_of_marks(made)
        with running(there.home, environment=there.environment) as program:
            for people in chosen.people:
                base = 0.0
                for name, address in _screens(made).items():
                    rate, times = _draw(made, program, address, people, chosen.seconds)
                    base = rate if name == BASELINE else base
                    cells = f"{rate:.1f}", f"{times.at(0.5):.0f}", f"{times.at(0.95):.0f}", f"{rate / base:.2f}"
                    _tell(ROW.format(name, people, *cells))


def _screens(made: Kindergarten) -> dict[str, tuple[str, str]]:
    """Return the address and the query of each screen, the baseline first."""
    desk = made.desks[0]
    return {
        BASELINE: ("", ""),
        "groups": ("groups", ""),
        "card": ("card", urlencode({"child": desk.cells[0][0], "year": YEAR})),
        "summary of a group": ("summary", urlencode({"group": desk.group_id, "year": YEAR})),
        "summary of all groups": ("summary", urlencode({"year": YEAR})),
    }


def _draw(
    made: Kindergarten, program: Program, address: tuple[str, str], people: int, seconds: float
) -> tuple[float, Times]:
    """Return how many drawings a second all people together got, and how long each took."""
    tokens = [sign_in.open_session(made.database, made.school.account) for _ in range(people)]
    with ThreadPoolExecutor(people) as pool:
        of_each = list(pool.map(lambda token: _draw_again(made, program, token, address, seconds), tokens))
    return sum(len(times) / sum(times) for times in of_each), Times([one for times in of_each for one in times])


def _draw_again(
    made: Kindergarten, program: Program, token: str, address: tuple[str, str], seconds: float
) -> list[float]:
    with at_the_screens(made, program, token) as draw:
        for _ in range(FIRST):
            draw(*address)
        until, times = time.perf_counter() + seconds, list[float]()
        while (began := time.perf_counter()) < until:
            draw(*address)
            times.append(time.perf_counter() - began)
        return times


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
