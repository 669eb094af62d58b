"""Levels, stages and ages: the scale on which a child's development is seen, and the rules from criteria to a level.

Pure: imports nothing of ours. Source of every value: the ministry's monitoring method as kept in the forms
of preschool organisations of Kazakhstan (three levels, three control stages a school year, ages 1 to 5). No official
formula from criteria to a level could be read: the rule is the organisation's choice, printed wherever it was used.
All arithmetic is exact.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from fractions import Fraction


class Level(IntEnum):
    """How a child shows a criterion; III is the best. «Not assessed» is no level and is written as None."""

    I = 1  # noqa: E741 - the forms print this very numeral
    II = 2
    III = 3


class Stage(StrEnum):
    """A control stage of the school year, in the order of the year."""

    START = "start"
    MID = "mid"
    FINAL = "final"


class StartSet(StrEnum):
    """Which set of criteria the start stage uses: the child's own age, or the age before it."""

    OWN = "own"
    PREVIOUS = "previous"


class LevelRule(StrEnum):
    """How the levels of criteria make one level; the bands are half-open, so that they leave no gap."""

    MEAN = "mean"  # of the levels: I below 1.7, II from 1.7 to below 2.5, III from 2.5
    MEAN_FROM_HALF = "mean_from_half"  # the same with 1.5 and 2.5
    MAJORITY = "majority"  # the most frequent level, a tie to the lower


class OverallRule(StrEnum):
    """What a child's overall level is made of."""

    CRITERIA = "criteria"  # of all criteria alike
    DIRECTIONS = "directions"  # of the directions alike, however many criteria each has


STAGES: tuple[Stage, ...] = (Stage.START, Stage.MID, Stage.FINAL)
AGES: tuple[int, ...] = (1, 2, 3, 4, 5)
YOUNGEST_AGE, OLDEST_AGE = AGES[0], AGES[-1]


def age_in(born_on: date, year_begins: int) -> int:
    """Return the full years a child reaches in the calendar year in which the school year begins.

    The rule by which children are placed into age groups: a child born on any day of 2021 is 5 in 2026-2027.
    May be outside 1-5 (a child who is too young, or kept back); see `age_set`.
    """
    return year_begins - born_on.year


def age_set(born_on: date, year_begins: int) -> int:
    """Return the age (1-5) whose set of criteria a child is given by default in a school year."""
    return min(max(age_in(born_on, year_begins), YOUNGEST_AGE), OLDEST_AGE)


def age_set_at(stage: Stage, own_age: int, start_set: StartSet) -> int | None:
    """Return the age whose set applies at a stage, or None where the stage has no set.

    With `StartSet.PREVIOUS` the start stage looks back at the expected results of the year before; a child of
    age 1 then has no start stage.
    """
    if stage is Stage.START and start_set is StartSet.PREVIOUS:
        return own_age - 1 if own_age > YOUNGEST_AGE else None
    return own_age


@dataclass(frozen=True, slots=True)
class Tally:
    """How many criteria there are (of an area, a direction or all), and how many were assessed at each level."""

    criteria: int = 0
    at_1: int = 0
    at_2: int = 0
    at_3: int = 0

    @property
    def assessed(self) -> int:
        return self.at_1 + self.at_2 + self.at_3

    @property
    def is_enough(self) -> bool:
        """Whether at least half of the criteria were assessed: with fewer there is no level."""
        return 0 < self.criteria <= 2 * self.assessed

    @property
    def mean(self) -> Fraction:
        """Return the mean of the levels. Raises ZeroDivisionError where nothing was assessed."""
        return Fraction(self.at_1 + 2 * self.at_2 + 3 * self.at_3, self.assessed)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.criteria + other.criteria, self.at_1 + other.at_1, self.at_2 + other.at_2, self.at_3 + other.at_3
        )

    @classmethod
    def all_at(cls, level: Level, criteria: int) -> "Tally":
        """Return the tally of an area whose level was given directly: as if each criterion were at that level."""
        return cls(criteria, *(criteria if one is level else 0 for one in Level))


# Where II and III begin, as numerator and denominator.
BANDS: dict[LevelRule, tuple[tuple[int, int], tuple[int, int]]] = {
    LevelRule.MEAN: ((17, 10), (25, 10)),
    LevelRule.MEAN_FROM_HALF: ((15, 10), (25, 10)),
}


def level_of(tally: Tally, rule: LevelRule) -> Level | None:
    """Return the level of an area, a direction or the whole, or None: fewer than half of its criteria assessed."""
    if not tally.is_enough:
        return None
    if rule is LevelRule.MAJORITY:
        return _most_frequent((tally.at_1, tally.at_2, tally.at_3))
    return _in_bands(tally.at_1 + 2 * tally.at_2 + 3 * tally.at_3, tally.assessed, rule)


def overall_level(directions: Iterable[Tally], rule: LevelRule, overall: OverallRule) -> Level | None:
    """Return a child's overall level from the tallies of its directions.

    None where fewer than half of all criteria were assessed, or, with `OverallRule.DIRECTIONS`, where fewer than half
    of the directions have a level. The mean of the directions is that of their means, not of their rounded levels.
    """
    tallies = [one for one in directions if one.criteria]
    whole = sum(tallies, Tally())
    if overall is OverallRule.CRITERIA:
        return level_of(whole, rule)
    known = [one for one in tallies if one.is_enough]
    if not whole.is_enough or 2 * len(known) < len(tallies):
        return None
    if rule is LevelRule.MAJORITY:
        levels = [level_of(one, rule) for one in known]
        return _most_frequent([levels.count(level) for level in Level])
    mean = sum((one.mean for one in known), Fraction(0)) / len(known)
    return _in_bands(mean.numerator, mean.denominator, rule)


def whole_percents(counts: Sequence[int]) -> tuple[int, ...]:
    """Return the shares of counts as whole percents that add up to 100, or all 0 where the counts are.

    By the largest remainder; of equal remainders the larger count, then the earlier one, is rounded up.
    """
    total = sum(counts)
    if not total:
        return (0,) * len(counts)
    whole = [100 * count // total for count in counts]
    by_remainder = sorted(range(len(counts)), key=lambda at: (-(100 * counts[at] % total), -counts[at], at))
    for at in by_remainder[: 100 - sum(whole)]:
        whole[at] += 1
    return tuple(whole)


def _in_bands(numerator: int, denominator: int, rule: LevelRule) -> Level:
    (two, of_two), (three, of_three) = BANDS[rule]
    if of_three * numerator >= three * denominator:
        return Level.III
    return Level.II if of_two * numerator >= two * denominator else Level.I


def _most_frequent(counts: Sequence[int]) -> Level:
    return Level(1 + max(range(len(counts)), key=lambda at: (counts[at], -at)))
