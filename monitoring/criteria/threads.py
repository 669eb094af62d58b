"""Threads: criteria that go on from age to age, such as counting, scissors, retelling.

A thread has no table of its own. The key of a criterion is `<age>-<learning area>-<thread>`, and keys that differ in
the age alone are one thread. Sensory development leads on to mathematics: their threads of one name are one too.
"""

from collections.abc import Iterable, Mapping
from typing import Final, Protocol, TypeVar

GOES_ON_IN: Final[Mapping[str, str]] = {"sensory": "mathematics"}


class HasKey(Protocol):
    """What can stand in a thread: an entry of a file, a criterion of a school year."""

    @property
    def key(self) -> str: ...

    @property
    def age(self) -> int: ...


One = TypeVar("One", bound=HasKey)


def thread_of(key: str) -> str:
    """Return the thread that the key of a criterion names: `mathematics-size` of `2-sensory-size`."""
    area, _, name = key.partition("-")[2].partition("-")
    return f"{GOES_ON_IN.get(area, area)}-{name}"


def threads(criteria: Iterable[One]) -> dict[str, tuple[One, ...]]:
    """Return the criteria by thread, the youngest age first; what the oldest age has comes first, as it was given."""
    found: dict[str, list[One]] = {}
    for criterion in sorted(criteria, key=lambda one: -one.age):
        found.setdefault(thread_of(criterion.key), []).insert(0, criterion)
    return {thread: tuple(of_thread) for thread, of_thread in found.items()}
