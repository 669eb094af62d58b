"""Levels, stages and ages: the scale on which a child's development is seen.

Pure: imports nothing of ours. Source of every value: the ministry's monitoring method as kept in the forms
of preschool organisations of Kazakhstan (three levels, three control stages a school year, ages 1 to 5).
"""

from datetime import date
from enum import IntEnum, StrEnum


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
