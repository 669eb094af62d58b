"""The draft of a cell of the card: measures taken from the criteria in which a child is at I and II.

For the teacher, who reads and changes them: about three a cell, spread over the learning areas of the direction.
Source: the card's own heads («по результатам ... контроля»); which measures to take is the program's choice.
"""

import tomllib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, zip_longest
from pathlib import Path
from typing import Final

from monitoring.core.scale import Level
from monitoring.record.models import AtHighest

A_CELL: Final = 3
DASH: Final = "—"
_DEVELOPING: Final = Path(__file__).parents[2] / "data" / "measures" / "developing.toml"


@dataclass(frozen=True, slots=True)
class Seen:
    """A criterion in which a child has a level, with the measure that belongs to it; areas stand in their order."""

    area_key: str
    number: int
    level: Level
    measure: str


def draft(
    seen: Iterable[Seen], at_highest: AtHighest, language: str, *, before: Collection[str] = ()
) -> tuple[str, ...]:
    """Return the measures for a direction, at most three; nothing where no criterion of it has a level.

    Criteria at I come before those at II, and of the same level those whose measure no earlier stage has drafted
    (`before`); the area with the most of them comes first, then each area in its turn. Of a child at III throughout
    it says what the school year's rules say.
    """
    by_area: dict[str, list[Seen]] = defaultdict(list)
    for one in seen:
        by_area[one.area_key].append(one)
    if not by_area:
        return ()
    needed = {key: [one for one in of_area if one.level < Level.III] for key, of_area in by_area.items()}
    queues = [
        sorted(of_area, key=lambda one: (one.level, one.measure in before, one.number))
        for of_area in needed.values()
        if of_area
    ]
    queues.sort(key=lambda queue: [-sum(one.level is level for one in queue) for level in (Level.I, Level.II)])
    in_turn = chain.from_iterable(zip_longest(*queues))
    measures = list(dict.fromkeys(one.measure for one in in_turn if one is not None))
    return tuple(measures[:A_CELL]) if measures else _of_the_highest(list(by_area), at_highest, language, before)


def developing(area_key: str, language: str) -> str | None:
    """Return the developing measure of a learning area, None for an area that the program does not know."""
    return _developing().get(area_key, {}).get(language)


def all_developing() -> Iterable[Mapping[str, str]]:
    """Return each developing measure in both languages: {"ru": ..., "kk": ...}."""
    return _developing().values()


def _of_the_highest(
    area_keys: Sequence[str], at_highest: AtHighest, language: str, before: Collection[str]
) -> tuple[str, ...]:
    if at_highest is AtHighest.DEVELOP:
        known = [one for key in area_keys if (one := developing(key, language))]
        return tuple(sorted(known, key=lambda one: one in before)[:A_CELL])
    return (DASH,) if at_highest is AtHighest.DASH else ()


@cache
def _developing() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(_DEVELOPING.read_text("utf-8"))
