"""Marks come on record here, and only here: compared and written in one statement, each with its history.

A change names the revision it was typed over. Where somebody else was faster it becomes a conflict, never a lost
mark; a repeated change gets its first receipt again. Nothing counts as saved before its receipt.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from monitoring.core.errors import NotFound
from monitoring.core.language import Message, message
from monitoring.core.scale import Level, Stage
from monitoring.record.access import Actor, Permission, doer, may
from monitoring.record.models import (
    AgeSet,
    Criterion,
    Enrolment,
    Entered,
    Group,
    GroupStage,
    Rating,
    RatingChange,
    RatingCounter,
    SheetState,
    YearCriterion,
    YearStage,
    now,
)

Cell = tuple[UUID, UUID]


@dataclass(frozen=True)
class Change:
    """A level typed into a cell, or None for «not assessed», over the revision that was seen there (0: empty)."""

    id: UUID
    child_id: UUID
    criterion_version_id: UUID
    base: int
    level: Level | None

    @property
    def cell(self) -> Cell:
        return self.child_id, self.criterion_version_id


@dataclass(frozen=True)
class Saved:
    """The level is on record; the cell is at this revision now."""

    change_id: UUID
    revision: int


@dataclass(frozen=True)
class Conflicted:
    """Somebody else was faster: what is on record instead, and who wrote it when."""

    change_id: UUID
    level: Level | None
    revision: int
    at: datetime
    by_account_id: UUID | None
    by_console: str | None


@dataclass(frozen=True)
class Refused:
    """The change cannot be put on record; `reason` says why."""

    change_id: UUID
    reason: Message


Receipt = Saved | Conflicted | Refused


@dataclass(frozen=True)
class _Sheet:
    """What a group's sheet of one stage admits: who is on its list with which set, and which criteria there are."""

    group: Group
    stage: Stage
    state: SheetState
    ages: Mapping[UUID, int | None]
    criteria: Mapping[UUID, Criterion]


def record(
    session: Session,
    actor: Actor,
    group_id: UUID,
    stage: Stage,
    changes: Sequence[Change],
    *,
    entered: Entered = Entered.TYPED,
) -> list[Receipt]:
    """Put changes of one sheet on record, in their order, and return a receipt for each, in the same order.

    Needs a session from `Database.writing`. Raises NotFound where the group is not in the organisation.
    """
    sheet = _open_sheet(session, actor, group_id, stage, changes)
    receipts: dict[UUID, Receipt] = _receipts_given_before(session, actor, changes)
    wanted: list[Change] = []
    for change in {change.id: change for change in changes}.values():
        if change.id in receipts:
            continue
        reason = _reason_to_refuse(actor, sheet, change)
        if reason is not None:
            receipts[change.id] = Refused(change.id, reason)
        else:
            wanted.append(change)
    # Every writer takes the cells in the same order, so that no two can wait for each other.
    wanted.sort(key=lambda change: (change.child_id.bytes, change.criterion_version_id.bytes))
    history: list[RatingChange] = []
    receipts |= _write(session, actor, sheet, wanted, entered, history)
    _keep_history(session, actor, history)
    return [receipts[change.id] for change in changes]


def _open_sheet(session: Session, actor: Actor, group_id: UUID, stage: Stage, changes: Sequence[Change]) -> _Sheet:
    found = session.exec(
        select(Group, GroupStage)
        .join(GroupStage, col(GroupStage.group_id) == col(Group.id))
        .where(
            col(Group.organisation_id) == actor.organisation_id,
            col(Group.id) == group_id,
            col(GroupStage.stage) == stage,
        )
        .with_for_update(read=True, of=GroupStage)
    ).first()
    if found is None:
        raise NotFound(message("This group is not in the organisation."))
    group, group_stage = found
    return _Sheet(
        group,
        stage,
        group_stage.state,
        _ages_on_the_list(session, group, stage),
        _criteria_of_the_year(session, group, {change.criterion_version_id for change in changes}),
    )


def _ages_on_the_list(session: Session, group: Group, stage: Stage) -> dict[UUID, int | None]:
    rows = session.exec(
        select(Enrolment.child_id, AgeSet.age)
        .join(
            YearStage,
            (col(YearStage.school_year_id) == col(Enrolment.school_year_id)) & (col(YearStage.stage) == stage),
        )
        .join(
            AgeSet,
            (col(AgeSet.child_id) == col(Enrolment.child_id))
            & (col(AgeSet.school_year_id) == col(Enrolment.school_year_id))
            & (col(AgeSet.stage) == stage),
            isouter=True,
        )
        .where(
            col(Enrolment.organisation_id) == group.organisation_id,
            col(Enrolment.group_id) == group.id,
            col(Enrolment.starts_on) <= col(YearStage.control_on),
            col(Enrolment.ends_on).is_(None) | (col(Enrolment.ends_on) > col(YearStage.control_on)),
        )
    )
    return dict(rows.all())


def _criteria_of_the_year(session: Session, group: Group, versions: set[UUID]) -> dict[UUID, Criterion]:
    rows = session.exec(
        select(YearCriterion.criterion_version_id, Criterion)
        .join(Criterion, col(Criterion.id) == col(YearCriterion.criterion_id))
        .where(
            col(YearCriterion.organisation_id) == group.organisation_id,
            col(YearCriterion.school_year_id) == group.school_year_id,
            col(YearCriterion.criterion_version_id).in_(versions),
        )
    )
    return dict(rows.all())


def _receipts_given_before(session: Session, actor: Actor, changes: Sequence[Change]) -> dict[UUID, Receipt]:
    known = session.exec(
        select(RatingChange.change_id, RatingChange.revision).where(
            col(RatingChange.organisation_id) == actor.organisation_id,
            col(RatingChange.change_id).in_([change.id for change in changes]),
        )
    )
    return {change_id: Saved(change_id, revision) for change_id, revision in known}


def _reason_to_refuse(actor: Actor, sheet: _Sheet, change: Change) -> Message | None:
    if sheet.state is SheetState.APPROVED:
        return message("The sheet is approved and can no longer be changed.")
    criterion = sheet.criteria.get(change.criterion_version_id)
    if criterion is None:
        return message("This criterion is not among those of the school year.")
    if change.child_id not in sheet.ages:
        return message("The child is not on the list of the group at this stage.")
    if sheet.ages[change.child_id] != criterion.age:
        return message("This criterion is not of the child's age at this stage.")
    if not may(actor, Permission.MARK, group_id=sheet.group.id, area_key=criterion.area_key):
        return message("Your account does not have the rights to mark this learning area in this group.")
    return None


def _write(
    session: Session,
    actor: Actor,
    sheet: _Sheet,
    changes: Sequence[Change],
    entered: Entered,
    history: list[RatingChange],
) -> dict[UUID, Receipt]:
    firsts = [change for change in changes if change.base == 0 and change.level is not None]
    filled = _fill_empty_cells(session, actor, sheet, {change.cell: change for change in reversed(firsts)})
    receipts: dict[UUID, Receipt] = {}
    conflicted: set[Cell] = set()
    for change in changes:
        if filled.get(change.cell) == change.id:
            before, revision = None, 1
        elif change.base == 0 or change.cell in conflicted:
            before, revision = None, 0
        else:
            before, revision = _overwrite(session, actor, sheet, change)
        if revision:
            history.append(_as_history(sheet, change, before, revision, entered))
            receipts[change.id] = Saved(change.id, revision)
        else:
            receipts[change.id] = receipt = _not_written(session, sheet, change, change.cell in conflicted)
            if isinstance(receipt, Conflicted):
                conflicted.add(change.cell)
    return receipts


def _fill_empty_cells(session: Session, actor: Actor, sheet: _Sheet, firsts: Mapping[Cell, Change]) -> dict[Cell, UUID]:
    """Insert the first mark of each cell, and return those that found the cell empty, with the change's id."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    moment, columns = now(), doer(actor)
    rows = [
        {
            "organisation_id": actor.organisation_id,
            "child_id": child_id,
            "school_year_id": sheet.group.school_year_id,
            "stage": sheet.stage,
            "criterion_version_id": criterion_version_id,
            "level": change.level,
            "revision": 1,
            "at": moment,
            **columns,
        }
        for (child_id, criterion_version_id), change in sorted(
            firsts.items(), key=lambda item: (item[0][0].bytes, item[0][1].bytes)
        )
    ]
    if not rows:
        return {}
    statement = (
        insert(Rating).on_conflict_do_nothing().returning(col(Rating.child_id), col(Rating.criterion_version_id))
    )
    filled = session.connection().execute(statement, rows)
    return {(child_id, version_id): firsts[child_id, version_id].id for child_id, version_id in filled}


def _overwrite(session: Session, actor: Actor, sheet: _Sheet, change: Change) -> tuple[Level | None, int]:
    """Write over the revision the change was typed over; return the level before and the new revision, or (None, 0)."""
    before = _standing(session, sheet, change)
    if before is None or before.revision != change.base:
        return None, 0
    level_before = _level(before.level)
    written = session.connection().execute(
        update(Rating)
        .where(*_at(sheet, change), col(Rating.revision) == change.base)
        .values(level=change.level, revision=change.base + 1, at=now(), **doer(actor))
    )
    return (level_before, change.base + 1) if written.rowcount == 1 else (None, 0)


def _not_written(session: Session, sheet: _Sheet, change: Change, after_conflict: bool) -> Receipt:
    standing = _standing(session, sheet, change)
    if standing is None:
        # Nothing was there and nothing was to be written: «not assessed» over an empty cell.
        return Saved(change.id, 0)
    if standing.level == change.level and not after_conflict:
        return Saved(change.id, standing.revision)
    return Conflicted(
        change.id,
        _level(standing.level),
        standing.revision,
        standing.at,
        standing.by_account_id,
        standing.by_console,
    )


def _standing(session: Session, sheet: _Sheet, change: Change) -> Rating | None:
    return session.exec(select(Rating).where(*_at(sheet, change)).execution_options(populate_existing=True)).first()


def _at(sheet: _Sheet, change: Change) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Rating.child_id) == change.child_id,
        col(Rating.school_year_id) == sheet.group.school_year_id,
        col(Rating.stage) == sheet.stage,
        col(Rating.criterion_version_id) == change.criterion_version_id,
    )


def _level(value: int | None) -> Level | None:
    return None if value is None else Level(value)


def _as_history(sheet: _Sheet, change: Change, before: Level | None, revision: int, entered: Entered) -> RatingChange:
    return RatingChange(
        organisation_id=sheet.group.organisation_id,
        sequence=0,
        change_id=change.id,
        child_id=change.child_id,
        school_year_id=sheet.group.school_year_id,
        stage=sheet.stage,
        criterion_version_id=change.criterion_version_id,
        from_level=before,
        to_level=change.level,
        revision=revision,
        entered=entered,
    )


def _keep_history(session: Session, actor: Actor, history: Sequence[RatingChange]) -> None:
    if not history:
        return
    # The counter is locked last and to the end of the transaction: numbers follow the order of commits.
    counter = session.exec(
        select(RatingCounter).where(col(RatingCounter.organisation_id) == actor.organisation_id).with_for_update()
    ).one()
    for sequence, row in enumerate(history, counter.last + 1):
        row.sequence = sequence
        row.by_account_id, row.by_console = doer(actor)["by_account_id"], doer(actor)["by_console"]
        session.add(row)
    counter.last += len(history)
    session.add(counter)
    session.flush()
