"""A child's way from stage to stage, against its own start: what a teacher should look at again, in words.

For the card's screen. A fall, a jump by two, an area without a level, stages that used different sets of criteria: each
may be right, and each is worth a second look. Never a comparison with other children.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from monitoring.core.language import Message, message
from monitoring.core.scale import STAGES, Level, Stage
from monitoring.criteria.catalogue import AreaView
from monitoring.record.words import LEVELS
from monitoring.record.words import STAGES as STAGE_NAMES
from monitoring.results.levels import Derived, Result


class Kind(StrEnum):
    FALL = "fall"
    JUMP = "jump"
    GAP = "gap"
    SETS = "sets"


@dataclass(frozen=True)
class Remark:
    """Something to look at again: of a learning area, or (None) of the child as a whole."""

    kind: Kind
    area_key: str | None
    text: Message


def remarks(results: Mapping[Stage, Result], areas: Sequence[AreaView], language: str) -> tuple[Remark, ...]:
    """Return what is worth a second look, sets of criteria first, then area by area in their order."""
    found = list(_of_sets(results))
    for area in areas:
        found += [*_of_levels(results, area, area.name(language)), *_of_gaps(results, area, area.name(language))]
    return tuple(found)


def _of_sets(results: Mapping[Stage, Result]) -> Iterator[Remark]:
    seen = [(stage, results[stage].age) for stage in STAGES if stage in results]
    for (earlier, age), (later, next_age) in pairwise((stage, age) for stage, age in seen if age is not None):
        if age != next_age:
            text = message(
                "At the {earlier} the set of criteria was that of age {age}, at the {later} that of age {next_age}: "
                "levels of the two cannot be compared directly.",
                earlier=STAGE_NAMES[earlier],
                later=STAGE_NAMES[later],
                age=age,
                next_age=next_age,
            )
            yield Remark(Kind.SETS, None, text)


def _of_levels(results: Mapping[Stage, Result], area: AreaView, name: str) -> Iterator[Remark]:
    known = [(stage, found.level) for stage, found in _derived(results, area) if found.level is not None]
    for (earlier, before), (later, after) in pairwise(known):
        values = {
            "area": name,
            "earlier": STAGE_NAMES[earlier],
            "later": STAGE_NAMES[later],
            "before": LEVELS[before],
            "after": LEVELS[after],
        }
        if after < before:
            text = message("{area}: {before} at the {earlier}, {after} at the {later}. The level has fallen.", **values)
            yield Remark(Kind.FALL, area.key, text)
        elif (before, after) == (Level.I, Level.III):
            text = message(
                "{area}: {before} at the {earlier}, {after} at the {later}. A jump over a whole level.", **values
            )
            yield Remark(Kind.JUMP, area.key, text)


def _of_gaps(results: Mapping[Stage, Result], area: AreaView, name: str) -> Iterator[Remark]:
    for stage, found in _derived(results, area):
        if found.level is None and results[stage].overall.tally.assessed:
            text = message(
                "{area}: no level at the {stage}, {assessed} of {criteria} criteria were assessed. Half are needed.",
                area=name,
                stage=STAGE_NAMES[stage],
                assessed=found.tally.assessed,
                criteria=found.tally.criteria,
            )
            yield Remark(Kind.GAP, area.key, text)


def _derived(results: Mapping[Stage, Result], area: AreaView) -> list[tuple[Stage, Derived]]:
    """Return what was derived of an area, stage by stage, where the child's set has it."""
    present = [(stage, results[stage]) for stage in STAGES if stage in results]
    return [(stage, one.areas[area.key]) for stage, one in present if area.key in one.areas]
