"""School years drawn at random and put on record: who was in which group when, with which sets and which marks.

For the tests that hold every figure against `tests.independent`. Children come, leave and change groups on a control
date or the day beside it; sets of criteria change under their marks; marks are taken back; areas get levels directly.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise, product
from typing import Any, TypeVar
from uuid import UUID, uuid4

from hypothesis import strategies as st
from sqlalchemy import insert, update
from sqlmodel import Session, SQLModel, col

from monitoring.core.scale import STAGES, LevelRule, OverallRule, Stage
from monitoring.criteria import catalogue, catalogue_file
from monitoring.criteria.catalogue_file import Bilingual, CriterionEntry
from monitoring.lists import years
from monitoring.lists.years import YearRules
from monitoring.record.models import (
    AgeSet,
    AreaLevel,
    Child,
    ChildName,
    Conclusion,
    EndReason,
    Enrolment,
    Group,
    GroupStage,
    Rating,
    SchoolYear,
    SheetState,
    TeachingLanguage,
    now,
)
from tests.conftest import YEAR, School

# Few criteria, so that an area often is at the edge of half and of a band; kazakh and literacy come with age.
SIZES: Mapping[int, Mapping[str, int]] = {
    3: {"physical_education": 1, "speech": 2, "kazakh": 1, "mathematics": 2, "environment": 1, "drawing": 1},
    4: {"physical_education": 2, "speech": 3, "kazakh": 2, "mathematics": 1, "drawing": 1, "music": 3},
    5: {
        "physical_education": 3,
        "speech": 2,
        "literacy": 2,
        "kazakh": 3,
        "mathematics": 4,
        "environment": 1,
        "drawing": 1,
        "music": 5,
    },
}
FIRST_DAY = date(YEAR, 9, 1)
CONTROLS = (date(YEAR, 9, 15), date(YEAR + 1, 1, 20), date(YEAR + 1, 5, 15))
DAYS = sorted(day for control in CONTROLS for day in (control.replace(day=control.day + by) for by in (-1, 0, 1)))
TAKEN_BACK = 0  # a mark that was on record and has no level any more
HABITS = ((3,), (2, 3), (1, 2), (1, 2, 3), (None, 1, 2, 3), (None, TAKEN_BACK, 1, 2, 3), (None, None, None, 2), (None,))

_Key = TypeVar("_Key")
Rows = dict[type[SQLModel], list[dict[str, Any]]]
Marks = tuple[int | None, ...]  # of each criterion of an area: a level, TAKEN_BACK or none


@dataclass(frozen=True)
class Stay:
    """A child in the first or second group (0, 1) from a day to a day, half-open."""

    group: int = 0
    starts_on: date = FIRST_DAY
    ends_on: date | None = None


@dataclass(frozen=True)
class DrawnChild:
    """A child, unless said otherwise of five years and in the first group all year, without a mark.

    `marks` may be by the set of another age. In `given` and `concluded` None is a level that was taken back.
    """

    marks: Mapping[tuple[Stage, int, str], Marks] = field(default_factory=dict)
    stays: tuple[Stay, ...] = (Stay(),)
    ages: Mapping[Stage, int] = field(default_factory=lambda: dict.fromkeys(STAGES, 5))
    given: Mapping[tuple[Stage, str], int | None] = field(default_factory=dict)
    concluded: Mapping[tuple[Stage, str | None], int | None] = field(default_factory=dict)
    last_year: int | None = None  # the level it had throughout the year before


@dataclass(frozen=True)
class DrawnYear:
    """Two groups, the children who were in them at some time, and the rules of their year."""

    children: tuple[DrawnChild, ...]
    rules: YearRules = field(default_factory=YearRules)
    assess_kazakh: tuple[bool, bool] = (True, True)
    states: tuple[SheetState, ...] = (SheetState.OPEN,) * 6  # of the first group's three sheets, then of the second's


@dataclass(frozen=True)
class Ground:
    """A school with the criteria of SIZES, in this year and the one before."""

    school: School
    last_year_id: UUID
    versions: Mapping[tuple[int, str], tuple[UUID, ...]]


@dataclass(frozen=True)
class Placed:
    """What a drawn year became on record."""

    group_ids: tuple[UUID, UUID]
    child_ids: tuple[UUID, ...]


def ground(school: School) -> Ground:
    """Give a school the criteria of SIZES and a year before the present one."""
    entries = tuple(
        _entry(age, area, number)
        for age, sizes in SIZES.items()
        for area, size in sizes.items()
        for number in range(1, size + 1)
    )
    with school.database.writing() as session:
        catalogue.load(session, school.console, replace(catalogue_file.shipped(), criteria=entries))
        last_year = years.create_year(session, school.console, YEAR - 1)
        criteria = catalogue.criteria_of(session, school.console, school.year_id)
    versions = {
        (age, area): tuple(one.version_id for one in criteria if (one.age, one.area_key) == (age, area))
        for age, sizes in SIZES.items()
        for area in sizes
    }
    return Ground(school, last_year.id, versions)


@contextmanager
def placed(on: Ground, drawn: DrawnYear) -> Iterator[tuple[Session, Placed]]:
    """Yield a session that sees a drawn year on record, and undo it."""
    with on.school.database.writing() as session:
        yield session, put_on_record(session, on, drawn)
        session.rollback()


def put_on_record(session: Session, on: Ground, drawn: DrawnYear) -> Placed:
    """Write a drawn year into the tables, past the acts of the program: a wrong list must be possible too."""
    rules = {"level_rule": drawn.rules.level, "overall_rule": drawn.rules.overall}
    session.connection().execute(update(SchoolYear).where(col(SchoolYear.id) == on.school.year_id).values(**rules))
    group_ids = tuple(_group(session, on, number, drawn) for number in range(2))
    last_group_id = _group(session, on, None, drawn)
    child_ids = tuple(uuid4() for _ in drawn.children)
    for number, (child_id, child) in enumerate(zip(child_ids, drawn.children, strict=True)):
        _write(session, _rows(on, number, child_id, child, group_ids))
        if child.last_year is not None:
            _write(session, _rows_of_last_year(on, child_id, child.last_year, last_group_id))
    return Placed((group_ids[0], group_ids[1]), child_ids)


def _write(session: Session, rows: Rows) -> None:
    for table, of_table in rows.items():
        if of_table:
            session.connection().execute(insert(table), of_table)


def _group(session: Session, on: Ground, number: int | None, drawn: DrawnYear) -> UUID:
    year_id = on.last_year_id if number is None else on.school.year_id
    group = Group(
        organisation_id=on.school.organisation_id,
        school_year_id=year_id,
        name=f"Группа {number}",
        name_key=f"группа {number}",
        sort_key=f"{number}",
        language=TeachingLanguage.RUSSIAN,
        assesses_kazakh=number is None or drawn.assess_kazakh[number],
    )
    session.add(group)
    session.flush()
    for place, stage in enumerate(STAGES):
        state = SheetState.OPEN if number is None else drawn.states[3 * number + place]
        session.add(GroupStage(group_id=group.id, stage=stage, state=state, **_of(on), **_done()))
    session.flush()
    return group.id


def _rows(on: Ground, number: int, child_id: UUID, child: DrawnChild, group_ids: tuple[UUID, ...]) -> Rows:
    of_year = {"child_id": child_id, "school_year_id": on.school.year_id, **_of(on)}
    kept = of_year | {"revision": 1, **_done()}
    key = f"ребёнок {number:02}"
    name = {"family": f"Ребёнок{number:02}", "given": "Дана", "patronymic": None, "sort_key": key, "match_key": key}
    return {
        Child: [{"id": child_id, "born_on": date(YEAR - 5, 4, 12), "created_at": now(), **_of(on)}],
        ChildName: [{"child_id": child_id, **name, **_of(on)}],
        Enrolment: [
            of_year | {"id": uuid4(), "group_id": group_ids[stay.group], **_days(stay, child.stays)}
            for stay in child.stays
        ],
        AgeSet: [of_year | {"stage": stage, "age": age} for stage, age in child.ages.items()],
        Rating: [
            kept | {"stage": stage, "criterion_version_id": version_id, "level": level or None}
            for (stage, age, area), of_area in child.marks.items()
            for version_id, level in zip(on.versions[age, area], of_area, strict=True)
            if level is not None
        ],
        AreaLevel: [kept | {"stage": at, "area_key": key, "level": level} for (at, key), level in child.given.items()],
        Conclusion: [
            kept | {"id": uuid4(), "stage": at, "direction_key": key, "level": level, "text_id": None}
            for (at, key), level in child.concluded.items()
        ],
    }


def _rows_of_last_year(on: Ground, child_id: UUID, level: int, group_id: UUID) -> Rows:
    """Return a year by the same criteria, at one level in everything: its marks, areas and conclusions."""
    of_year = {"child_id": child_id, "school_year_id": on.last_year_id, **_of(on)}
    kept = of_year | {"revision": 1, "level": level, **_done()}
    stay = Stay(starts_on=date(YEAR - 1, 9, 1))
    places = list(product(STAGES, SIZES[4]))
    return {
        Enrolment: [of_year | {"id": uuid4(), "group_id": group_id, **_days(stay, (stay,))}],
        AgeSet: [of_year | {"stage": stage, "age": 4} for stage in STAGES],
        Rating: [
            kept | {"stage": stage, "criterion_version_id": version_id}
            for stage, area in places
            for version_id in on.versions[4, area]
        ],
        AreaLevel: [kept | {"stage": stage, "area_key": area} for stage, area in places],
        Conclusion: [
            kept | {"id": uuid4(), "stage": stage, "direction_key": None, "text_id": None} for stage in STAGES
        ],
    }


def _days(stay: Stay, stays: tuple[Stay, ...]) -> dict[str, object]:
    follows = any(other.starts_on == stay.ends_on for other in stays)
    reason = EndReason.TRANSFERRED if follows else EndReason.LEFT
    return {
        "starts_on": stay.starts_on,
        "ends_on": stay.ends_on,
        "end_reason": None if stay.ends_on is None else reason,
    }


def _of(on: Ground) -> dict[str, Any]:
    return {"organisation_id": on.school.organisation_id}


def _done() -> dict[str, Any]:
    return {"at": now(), "by_account_id": None, "by_console": "test"}


def _entry(age: int, area: str, number: int) -> CriterionEntry:
    def text(what: str) -> Bilingual:
        return Bilingual(f"{what} {age} {area} {number}, по-русски", f"{what} {age} {area} {number}, қазақша")

    levels = (text("I"), text("II"), text("III"))
    return CriterionEntry(f"{age}.{area}.{number}", age, area, number, text("Критерий"), levels, text("Мера"))


# --- drawing ---------------------------------------------------------------------------------------------


@st.composite
def drawn_years(draw: st.DrawFn) -> DrawnYear:
    """Draw a school year of up to five children in two groups, by any of the rules."""
    rules = YearRules(draw(st.sampled_from(LevelRule)), draw(st.sampled_from(OverallRule)))
    kazakh = draw(st.tuples(st.booleans(), st.booleans()))
    states = draw(st.tuples(*[st.sampled_from(SheetState)] * 6))
    children = draw(st.tuples(*[_children()] * draw(st.integers(0, 5))))
    return DrawnYear(children, rules, kazakh, states)


@st.composite
def _children(draw: st.DrawFn) -> DrawnChild:
    own = draw(st.sampled_from(tuple(SIZES)))
    of_start = draw(st.sampled_from([own, own, own - 1 if own - 1 in SIZES else None]))
    of_mid = draw(st.sampled_from([own, own, own, None, 4]))
    ages = {stage: age for stage, age in zip(STAGES, (of_start, of_mid, own), strict=True) if age is not None}
    other_sets = draw(st.sets(st.tuples(st.sampled_from(STAGES), st.sampled_from((3, 4))), max_size=1))
    marks: dict[tuple[Stage, int, str], Marks] = {}
    for stage, age in sorted(set(ages.items()) | other_sets):
        marks |= {(stage, age, area): of_area for area, of_area in draw(_marks(SIZES[age])).items()}
    return DrawnChild(
        marks,
        draw(_stays()),
        ages,
        draw(_levels(st.sampled_from(tuple(SIZES[5])))),
        draw(_levels(st.sampled_from(["physical", "communicative", "creative", None]))),
        draw(st.sampled_from([None, 1, 3])),
    )


@st.composite
def _marks(draw: st.DrawFn, sizes: Mapping[str, int]) -> dict[str, Marks]:
    habit = st.sampled_from(draw(st.sampled_from(HABITS)))
    return {area: tuple(draw(st.lists(habit, min_size=size, max_size=size))) for area, size in sizes.items()}


def _levels(key: st.SearchStrategy[_Key]) -> st.SearchStrategy[dict[tuple[Stage, _Key], int | None]]:
    return st.dictionaries(st.tuples(st.sampled_from(STAGES), key), st.sampled_from([1, 2, 3, None]), max_size=4)


@st.composite
def _stays(draw: st.DrawFn) -> tuple[Stay, ...]:
    changes = sorted(draw(st.sets(st.sampled_from(DAYS), max_size=2)))
    bounds = (FIRST_DAY, *changes, None)
    where = [draw(st.sampled_from([0, 0, 1, None])) for _ in bounds[1:]]
    return tuple(
        Stay(group, begin, end)
        for group, (begin, end) in zip(where, pairwise(bounds), strict=True)
        if group is not None and begin is not None
    )
