"""`python -m tests.trials [NAME …] [--short]`: run the trials, or some; the exit code is 1 where a claim is broken."""

import argparse
import sys
import time
from collections.abc import Callable, Mapping, Sequence

from tests.trials import approve, cut, kill, receipts, two_writers
from tests.trials.outcome import Outcome
from tests.trials.place import KINDS, Place, place

TRIALS: Mapping[str, Callable[[Place, bool], Outcome]] = {
    "kill": lambda there, short: kill.trial(there, kills=3 if short else 20),
    "receipts": lambda there, short: receipts.trial(there, seconds=5 if short else 60),
    "two-writers": lambda there, short: two_writers.trial(there.database(), rounds=100 if short else 10_000),
    "cut": lambda there, short: cut.trial(there, seconds=20 if short else 180),
    "approve": lambda there, short: approve.trial(there, sheets=4 if short else 30),
}


def main(arguments: Sequence[str]) -> int:
    """Run the trials that are named, or all, on each database; print what was tried and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.trials", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(TRIALS))
    parser.add_argument("--short", action="store_true", help="with small numbers")
    parser.add_argument("--database", nargs="+", choices=KINDS, default=KINDS)
    chosen = parser.parse_args(arguments)
    unknown = set(chosen.names) - TRIALS.keys()
    if unknown:
        parser.error(f"no such trial: {', '.join(sorted(unknown))}")
    broken = 0
    for name in chosen.names or TRIALS:
        for kind in chosen.database:
            started = time.monotonic()
            with place(kind) as there:
                outcome = TRIALS[name](there, chosen.short)
            outcome.counted["seconds"] = round(time.monotonic() - started)
            outcome.print(f"{name}, {kind}")
            broken += len(outcome.broken)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
