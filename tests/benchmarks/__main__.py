"""`python -m tests.benchmarks` lists the benchmarks, `python -m tests.benchmarks NAME …` runs one."""

import sys
from collections.abc import Callable, Mapping, Sequence

from tests.benchmarks import documents, keys, load, reruns, results

BENCHMARKS: Mapping[str, tuple[str, Callable[[Sequence[str]], None]]] = {
    "documents": ("cards as PDF and as Word document, single ones and a kindergarten's in one", documents.main),
    "keys": ("a key on the sheet in a browser until its receipt is seen, alone and among others", keys.main),
    "load": ("teachers who each type a mark a second, from POST to receipt", load.main),
    "reruns": ("how many times a second the card and the summary can be drawn", reruns.main),
    "results": ("levels, summaries and cards of a full group, beside counting in pandas", results.main),
}


def main(arguments: Sequence[str]) -> int:
    """Run the benchmark that is named first with the words after it; without a name, list them all."""
    if not arguments or arguments[0] not in BENCHMARKS:
        for name, (what, _) in BENCHMARKS.items():
            sys.stdout.write(f"{name:12} {what}\n")
        return 1 if arguments else 0
    BENCHMARKS[arguments[0]][1](arguments[1:])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
