"""School years: their days, their stages with control dates, and which of them is the current one.

For the administrator who sets them up and for every screen that begins with a year. A school year is taught from
1 September to 31 May; its groups stay together over the summer, until the next one begins.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

from sqlmodel import Session, col, select

from monitoring.core.errors import NotFound, Refusal
from monitoring.core.language import message, school_year
from monitoring.core.scale import STAGES, LevelRule, OverallRule, Stage, StartSet
from monitoring.criteria import catalogue
from monitoring.record import clock
from monitoring.record.access import Actor, Permission, register, require
from monitoring.record.models import Act, AtHighest, Group, GroupStage, SchoolYear, SheetState, YearStage

FIRST_MONTH = 9
EARLIEST, LATEST = 2000, 2100  # as the table has it
MONTHS: Mapping[Stage, tuple[int, int]] = {Stage.START: (10, 12), Stage.MID: (2, 4), Stage.FINAL: (6, 7)}


@dataclass(frozen=True)
class StageWindow:
    """When a stage is open, and the day on which being enrolled puts a child on its list."""

    stage: Stage
    opens_on: date
    control_on: date
    closes_on: date


@dataclass(frozen=True)
class YearRules:
    """How a year's levels come from its marks, and what its cards say: a choice, printed wherever it was used.

    `months` are the first and the last month, 1-12, in which the measures after a stage are taken.
    """

    level: LevelRule = LevelRule.MEAN
    overall: OverallRule = OverallRule.CRITERIA
    at_highest: AtHighest = AtHighest.DEVELOP
    months: Mapping[Stage, tuple[int, int]] = field(default_factory=lambda: dict(MONTHS))


@dataclass(frozen=True)
class YearView:
    """A school year as it is read; `ends_on` is the last day of teaching, see `last_day` for the groups."""

    id: UUID
    begins: int
    starts_on: date
    ends_on: date
    start_set: StartSet
    stages: tuple[StageWindow, ...]
    rules: YearRules

    def window(self, stage: Stage) -> StageWindow:
        return next(window for window in self.stages if window.stage is stage)

    def stage_due(self, today: date) -> Stage:
        """Return the stage to work on: the last one that has opened by today, else the first of the year."""
        opened = [window.stage for window in self.stages if window.opens_on <= today]
        return opened[-1] if opened else self.stages[0].stage


def first_day(begins: int) -> date:
    """Return the day from which children are enrolled in a school year: 1 September."""
    return date(begins, FIRST_MONTH, 1)


def last_day(begins: int) -> date:
    """Return the last day of a year's enrolments, 31 August: one without an end lasts over the summer.

    Teaching ends earlier, on `SchoolYear.ends_on`. Enrolments of two school years so never touch the same day.
    """
    return first_day(begins + 1) - timedelta(days=1)


def year_of(day: date) -> int:
    """Return the calendar year in which the school year of a day began."""
    return day.year if day.month >= FIRST_MONTH else day.year - 1


def day_within(begins: int, today: date) -> date:
    """Return the day on which to look at a school year: today, or its day nearest to today."""
    return min(max(today, first_day(begins)), last_day(begins))


def default_stages(begins: int) -> tuple[StageWindow, ...]:
    """Return the windows of the three stages: September, January and May."""
    return (
        StageWindow(Stage.START, date(begins, 9, 1), date(begins, 9, 15), date(begins, 9, 30)),
        StageWindow(Stage.MID, date(begins + 1, 1, 1), date(begins + 1, 1, 20), date(begins + 1, 1, 31)),
        StageWindow(Stage.FINAL, date(begins + 1, 5, 1), date(begins + 1, 5, 15), date(begins + 1, 5, 31)),
    )


def years(session: Session, actor: Actor) -> list[YearView]:
    """Return the school years of the organisation, the newest first."""
    require(actor, Permission.READ_GROUP)
    rows = session.exec(
        select(SchoolYear, YearStage)
        .join(YearStage, col(YearStage.school_year_id) == col(SchoolYear.id))
        .where(col(SchoolYear.organisation_id) == actor.organisation_id)
    ).all()
    stages: dict[UUID, list[YearStage]] = {}
    for year, stage in rows:
        stages.setdefault(year.id, []).append(stage)
    found = {year.id: year for year, _ in rows}
    views = [_view(year, stages[year.id]) for year in found.values()]
    return sorted(views, key=lambda view: view.begins, reverse=True)


def current_year(session: Session, actor: Actor, today: date | None = None) -> YearView | None:
    """Return the year that today belongs to, else the latest that has begun, else the next; None without any."""
    return current_of(years(session, actor), today or clock.today(session, actor.organisation_id))


def current_of(newest_first: Sequence[YearView], today: date) -> YearView | None:
    """Return the current one of all school years, see `current_year`."""
    begun = [year for year in newest_first if year.begins <= year_of(today)]
    return begun[0] if begun else next(reversed(newest_first), None)


def year_view(session: Session, actor: Actor, school_year_id: UUID) -> YearView:
    """Return one school year. Raises NotFound where it is not there."""
    require(actor, Permission.READ_GROUP)
    stages = select(SchoolYear, YearStage).join(YearStage, col(YearStage.school_year_id) == col(SchoolYear.id))
    own = col(SchoolYear.organisation_id) == actor.organisation_id, col(SchoolYear.id) == school_year_id
    rows = session.exec(stages.where(*own)).all()
    if not rows:
        raise NotFound(message("This school year is not there. Reload the page."))
    return _view(rows[0][0], [stage for _, stage in rows])


def find_year(session: Session, actor: Actor, school_year_id: UUID, *, lock: bool = False) -> SchoolYear:
    """Return a school year of the organisation, or raise NotFound.

    With `lock` no other transaction writes this year's lists until this one ends: a check for doubles holds.
    """
    query = select(SchoolYear).where(
        col(SchoolYear.organisation_id) == actor.organisation_id, col(SchoolYear.id) == school_year_id
    )
    found = session.exec(query.with_for_update(key_share=True) if lock else query).first()
    if found is None:
        raise NotFound(message("This school year is not there. Reload the page."))
    return found


def stages_of(session: Session, actor: Actor, school_year_id: UUID) -> tuple[StageWindow, ...]:
    """Return the windows of a school year's stages, in the order of the year."""
    require(actor, Permission.READ_GROUP)
    return tuple(sorted(map(_window, _stages(session, actor, school_year_id)), key=lambda one: one.control_on))


def create_year(
    session: Session,
    actor: Actor,
    begins: int,
    *,
    start_set: StartSet = StartSet.OWN,
    stages: Sequence[StageWindow] | None = None,
    rules: YearRules | None = None,
    like: UUID | None = None,
) -> SchoolYear:
    """Create a school year with its stages and the wordings it keeps: the newest, or those of the year `like`.

    Raises Refusal where the year is there already or the dates of its stages are not in order.
    """
    require(actor, Permission.MANAGE_YEARS)
    _refuse_second(session, actor, begins)
    rules = rules or YearRules()
    year = SchoolYear(
        organisation_id=actor.organisation_id,
        begins=begins,
        starts_on=first_day(begins),
        ends_on=date(begins + 1, 5, 31),
        start_set=start_set,
        level_rule=rules.level,
        overall_rule=rules.overall,
        at_highest=rules.at_highest,
    )
    windows = tuple(default_stages(begins) if stages is None else stages)
    _check(year, windows)
    session.add(year)
    session.flush()
    session.add_all(_row(year, window, rules) for window in windows)
    session.flush()
    catalogue.keep_for_year(session, actor, year.id, like=like)
    register(session, actor, Act.CREATED, "school_year", year.id)
    return year


def change_stage_dates(session: Session, actor: Actor, school_year_id: UUID, changed: StageWindow) -> None:
    """Give a stage of a school year other dates.

    Raises Refusal where they are not in order, or where the control date moves under a sheet that was handed in.
    """
    require(actor, Permission.MANAGE_YEARS)
    year = find_year(session, actor, school_year_id, lock=True)
    rows = {row.stage: row for row in _stages(session, actor, school_year_id)}
    row = rows.pop(changed.stage)
    _check(year, (changed, *map(_window, rows.values())))
    if changed.control_on != row.control_on and _handed_in(session, actor, school_year_id, changed.stage):
        raise Refusal(
            message("Sheets of this stage are submitted or approved. Reopen them before you move the control date.")
        )
    row.opens_on, row.control_on, row.closes_on = changed.opens_on, changed.control_on, changed.closes_on
    session.add(row)
    session.flush()
    register(session, actor, Act.CHANGED, "school_year", school_year_id)


def change_rules(session: Session, actor: Actor, school_year_id: UUID, rules: YearRules) -> None:
    """Let a school year's levels and cards follow other rules; nothing derived is kept, so all of them change at once.

    Raises Refusal for a month outside 1-12.
    """
    require(actor, Permission.MANAGE_YEARS)
    if not all(1 <= month <= 12 for months in rules.months.values() for month in months):
        raise Refusal(message("A month is a number from 1 to 12."))
    year = find_year(session, actor, school_year_id, lock=True)
    year.level_rule, year.overall_rule, year.at_highest = rules.level, rules.overall, rules.at_highest
    session.add(year)
    for row in _stages(session, actor, school_year_id):
        row.measures_from, row.measures_until = rules.months[row.stage]
        session.add(row)
    session.flush()
    register(session, actor, Act.CHANGED, "school_year", school_year_id)


def refuse_outside(year: SchoolYear, day: date) -> None:
    """Raise Refusal where a day is not one of a school year's enrolments."""
    if year_of(day) != year.begins:
        raise Refusal(
            message(
                "The day {day} is not in the school year {year}: it lasts from {first} to {last}.",
                day=day,
                year=school_year(year.begins),
                first=first_day(year.begins),
                last=last_day(year.begins),
            )
        )


def shifted(stages: Sequence[StageWindow], by_years: int = 1) -> tuple[StageWindow, ...]:
    """Return the same windows in another year; 29 February becomes 28 February."""
    return tuple(
        StageWindow(
            window.stage,
            _shift(window.opens_on, by_years),
            _shift(window.control_on, by_years),
            _shift(window.closes_on, by_years),
        )
        for window in stages
    )


def _refuse_second(session: Session, actor: Actor, begins: int) -> None:
    if not EARLIEST <= begins <= LATEST:
        raise Refusal(message("Write the year in which the school year begins, for example 2026."))
    taken = session.exec(
        select(SchoolYear.id).where(
            col(SchoolYear.organisation_id) == actor.organisation_id, col(SchoolYear.begins) == begins
        )
    ).first()
    if taken is not None:
        raise Refusal(message("The school year {year} is already there.", year=school_year(begins)))


def _check(year: SchoolYear, windows: Sequence[StageWindow]) -> None:
    in_order = sorted(windows, key=lambda window: STAGES.index(window.stage))
    if tuple(window.stage for window in in_order) != STAGES:
        raise Refusal(message("A school year has three stages: start, mid and final."))
    for window in in_order:
        if not window.opens_on <= window.control_on <= window.closes_on:
            raise Refusal(message("The control date lies outside the stage. Choose a day from its first to its last."))
        if not year.starts_on <= window.opens_on <= window.closes_on <= last_day(year.begins):
            raise Refusal(message("The stage lies outside the school year {year}.", year=school_year(year.begins)))
    if any(later.control_on <= earlier.control_on for earlier, later in pairwise(in_order)):
        raise Refusal(message("The control dates must follow each other: start, mid, final."))


def _handed_in(session: Session, actor: Actor, school_year_id: UUID, stage: Stage) -> bool:
    found = session.exec(
        select(GroupStage.group_id)
        .join(Group, col(Group.id) == col(GroupStage.group_id))
        .where(
            col(Group.organisation_id) == actor.organisation_id,
            col(Group.school_year_id) == school_year_id,
            col(GroupStage.stage) == stage,
            col(GroupStage.state) != SheetState.OPEN,
        )
        .limit(1)
    )
    return found.first() is not None


def _stages(session: Session, actor: Actor, school_year_id: UUID) -> Sequence[YearStage]:
    return session.exec(
        select(YearStage).where(
            col(YearStage.organisation_id) == actor.organisation_id, col(YearStage.school_year_id) == school_year_id
        )
    ).all()


def _view(year: SchoolYear, stages: Sequence[YearStage]) -> YearView:
    ordered = sorted(stages, key=lambda row: STAGES.index(row.stage))
    months = {row.stage: (row.measures_from, row.measures_until) for row in ordered}
    rules = YearRules(year.level_rule, year.overall_rule, year.at_highest, months)
    windows = tuple(map(_window, ordered))
    return YearView(year.id, year.begins, year.starts_on, year.ends_on, year.start_set, windows, rules)


def _window(row: YearStage) -> StageWindow:
    return StageWindow(row.stage, row.opens_on, row.control_on, row.closes_on)


def _row(year: SchoolYear, window: StageWindow, rules: YearRules) -> YearStage:
    first, last = rules.months[window.stage]
    return YearStage(
        organisation_id=year.organisation_id,
        school_year_id=year.id,
        stage=window.stage,
        opens_on=window.opens_on,
        control_on=window.control_on,
        closes_on=window.closes_on,
        measures_from=first,
        measures_until=last,
    )


def _shift(day: date, by_years: int) -> date:
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + by_years, day=28 if leap_day else day.day)
