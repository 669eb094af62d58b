"""Marks come on record here, and only here: compared and written in one statement, each with its history.

A change names the revision it was typed over. Where somebody else was faster it becomes a conflict, never a lost
mark; a repeated change gets its first receipt again. Nothing counts as saved before its receipt.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from sqlalchemy import Executable, bindparam, func, insert, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from monitoring.core.errors import NotFound
from monitoring.core.language import Message, message
from monitoring.core.scale import Level, Stage
from monitoring.criteria import catalogue
from monitoring.lists import roster
from monitoring.record.access import Actor, Permission, doer, may
from monitoring.record.models import (
    Account,
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
    """Somebody else was faster: what is on record instead, when it was written and by whom (a name)."""

    change_id: UUID
    level: Level | None
    revision: int
    at: datetime
    by: str


@dataclass(frozen=True)
class Refused:
    """The change cannot be put on record; `reason` says why."""

    change_id: UUID
    reason: Message


Receipt = Saved | Conflicted | Refused


@dataclass(frozen=True)
class _Area:
    """What a criterion is of: its learning area and its age."""

    key: str
    age: int


@dataclass(frozen=True)
class _Sheet:
    """What a group's sheet of one stage admits of some changes: whose set is of which age, and which criteria."""

    organisation_id: UUID
    group_id: UUID
    school_year_id: UUID
    stage: Stage
    state: SheetState
    assesses_kazakh: bool
    ages: Mapping[UUID, int | None]
    criteria: Mapping[UUID, _Area]


# The statements of the road are built once: a teacher waits for them at every key, and to build one takes longer
# than to run it.
_SHEET = (
    select(
        col(Group.school_year_id),
        col(Group.assesses_kazakh),
        col(GroupStage.state),
    )
    .join(GroupStage, col(GroupStage.group_id) == col(Group.id))
    .where(
        col(Group.organisation_id) == bindparam("organisation_id"),
        col(Group.id) == bindparam("group_id"),
        col(GroupStage.stage) == bindparam("stage"),
    )
    .with_for_update(read=True, of=GroupStage)
)
_AGES = roster.sets_at(bindparam("stage")).where(
    col(Enrolment.organisation_id) == bindparam("organisation_id"),
    col(Enrolment.group_id) == bindparam("group_id"),
    col(Enrolment.child_id).in_(bindparam("child_ids", expanding=True)),
)
_CRITERIA = (
    select(col(YearCriterion.criterion_version_id), col(Criterion.area_key), col(Criterion.age))
    .join(Criterion, col(Criterion.id) == col(YearCriterion.criterion_id))
    .where(
        col(YearCriterion.organisation_id) == bindparam("organisation_id"),
        col(YearCriterion.school_year_id) == bindparam("school_year_id"),
        col(YearCriterion.criterion_version_id).in_(bindparam("version_ids", expanding=True)),
    )
)
_GIVEN = select(col(RatingChange.change_id), col(RatingChange.revision)).where(
    col(RatingChange.organisation_id) == bindparam("organisation_id"),
    col(RatingChange.change_id).in_(bindparam("change_ids", expanding=True)),
)
_AT = (
    col(Rating.organisation_id) == bindparam("at_organisation"),
    col(Rating.child_id) == bindparam("at_child"),
    col(Rating.school_year_id) == bindparam("at_year"),
    col(Rating.stage) == bindparam("at_stage"),
    col(Rating.criterion_version_id) == bindparam("at_version"),
)
_STANDING = (
    select(
        col(Rating.level),
        col(Rating.revision),
        col(Rating.at),
        func.coalesce(col(Account.name), col(Rating.by_console), "").label("by"),
    )
    .outerjoin(Account, col(Account.id) == col(Rating.by_account_id))
    .where(*_AT)
)
_OVERWRITE = (
    update(Rating)
    .where(*_AT, col(Rating.revision) == bindparam("base"))
    .values(
        level=bindparam("new_level"),
        revision=bindparam("base") + 1,
        at=bindparam("now"),
        by_account_id=bindparam("account"),
        by_console=bindparam("console"),
    )
)
_COUNT_ON = (
    update(RatingCounter)
    .where(col(RatingCounter.organisation_id) == bindparam("of_organisation"))
    .values(last=col(RatingCounter.last) + bindparam("more"))
    .returning(col(RatingCounter.last))
)
_KEEP = insert(RatingChange)


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
    history: list[_Written] = []
    receipts |= _write(session, actor, sheet, wanted, history)
    _keep_history(session, actor, sheet, history, entered)
    return [receipts[change.id] for change in changes]


def _open_sheet(session: Session, actor: Actor, group_id: UUID, stage: Stage, changes: Sequence[Change]) -> _Sheet:
    named = {"organisation_id": actor.organisation_id, "group_id": group_id, "stage": stage}
    found = session.connection().execute(_SHEET, named).first()
    if found is None:
        raise NotFound(message("This group is not in the organisation."))
    year_id, assesses_kazakh, state = found
    children = {change.child_id for change in changes}
    versions = {change.criterion_version_id for change in changes}
    ages = session.connection().execute(_AGES, {**named, "child_ids": list(children)})
    criteria = session.connection().execute(
        _CRITERIA,
        {
            "organisation_id": actor.organisation_id,
            "school_year_id": year_id,
            "version_ids": list(versions),
        },
    )
    return _Sheet(
        actor.organisation_id,
        group_id,
        year_id,
        stage,
        state,
        assesses_kazakh,
        {child_id: age for _, child_id, age in ages},
        {version_id: _Area(key, age) for version_id, key, age in criteria},
    )


def _receipts_given_before(session: Session, actor: Actor, changes: Sequence[Change]) -> dict[UUID, Receipt]:
    named = {"organisation_id": actor.organisation_id, "change_ids": [change.id for change in changes]}
    known = session.connection().execute(_GIVEN, named)
    return {change_id: Saved(change_id, revision) for change_id, revision in known}


def _reason_to_refuse(actor: Actor, sheet: _Sheet, change: Change) -> Message | None:
    if sheet.state is SheetState.APPROVED:
        return message("The sheet is approved and can no longer be changed.")
    area = sheet.criteria.get(change.criterion_version_id)
    if area is None:
        return message("This criterion is not among those of the school year.")
    if area.key == catalogue.KAZAKH and not sheet.assesses_kazakh:
        return message("This group is not assessed in the Kazakh language.")
    if change.child_id not in sheet.ages:
        return message("The child is not on the list of the group at this stage.")
    if sheet.ages[change.child_id] != area.age:
        return message("This criterion is not of the child's age at this stage.")
    if not may(actor, Permission.MARK, group_id=sheet.group_id, area_key=area.key):
        return message("Your account does not have the rights to mark this learning area in this group.")
    return None


@dataclass(frozen=True)
class _Written:
    """A change that was put on record, the level before it, and the revision it made."""

    change: Change
    before: Level | None
    revision: int


def _write(
    session: Session, actor: Actor, sheet: _Sheet, changes: Sequence[Change], history: list[_Written]
) -> dict[UUID, Receipt]:
    firsts = [change for change in changes if change.base == 0 and change.level is not None]
    filled = _fill_empty_cells(session, actor, sheet, {change.cell: change for change in reversed(firsts)})
    receipts: dict[UUID, Receipt] = {}
    conflicted: set[Cell] = set()
    for change in changes:
        if filled.get(change.cell) == change.id:
            written: _Written | None = _Written(change, None, 1)
        elif change.base == 0 or change.cell in conflicted:
            written = None
        else:
            written = _overwrite(session, actor, sheet, change)
        if written is not None:
            history.append(written)
            receipts[change.id] = Saved(change.id, written.revision)
        else:
            receipts[change.id] = receipt = _not_written(session, actor, sheet, change, change.cell in conflicted)
            if isinstance(receipt, Conflicted):
                conflicted.add(change.cell)
    return receipts


def _fill_empty_cells(session: Session, actor: Actor, sheet: _Sheet, firsts: Mapping[Cell, Change]) -> dict[Cell, UUID]:
    """Insert the first mark of each cell, and return those that found the cell empty, with the change's id."""
    if not firsts:
        return {}
    moment, columns = now(), doer(actor)
    rows = [
        {
            "organisation_id": sheet.organisation_id,
            "child_id": child_id,
            "school_year_id": sheet.school_year_id,
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
    filled = session.connection().execute(_filling(session.get_bind().dialect.name), rows)
    return {(child_id, version_id): firsts[child_id, version_id].id for child_id, version_id in filled}


@cache
def _filling(dialect: str) -> Executable:
    insert_into = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return (
        insert_into(Rating).on_conflict_do_nothing().returning(col(Rating.child_id), col(Rating.criterion_version_id))
    )


def _overwrite(session: Session, actor: Actor, sheet: _Sheet, change: Change) -> _Written | None:
    """Write over the revision the change was typed over; None where another stands there."""
    standing = _standing(session, sheet, change)
    if standing is None:
        # What it was typed over came to nothing, or a backup was restored under it: the cell is empty.
        is_filled = change.level is not None and _fill_empty_cells(session, actor, sheet, {change.cell: change})
        return _Written(change, None, 1) if is_filled else None
    if standing.revision != change.base:
        return None
    written = session.connection().execute(
        _OVERWRITE,
        {
            **_at(sheet, change),
            "base": change.base,
            "new_level": change.level,
            "now": now(),
            "account": doer(actor)["by_account_id"],
            "console": doer(actor)["by_console"],
        },
    )
    return _Written(change, standing.level, change.base + 1) if written.rowcount == 1 else None


def _not_written(session: Session, actor: Actor, sheet: _Sheet, change: Change, after_conflict: bool) -> Receipt:
    # The same request may have been sent again while its first answer was on the way: that one has just been written.
    given = _receipts_given_before(session, actor, [change]).get(change.id)
    if given is not None:
        return given
    standing = _standing(session, sheet, change)
    if standing is None:
        # Nothing was there and nothing was to be written: «not assessed» over an empty cell.
        return Saved(change.id, 0)
    if standing.level == change.level and not after_conflict:
        return Saved(change.id, standing.revision)
    return Conflicted(change.id, standing.level, standing.revision, standing.at, standing.by)


@dataclass(frozen=True)
class _Standing:
    """What a cell holds on record."""

    level: Level | None
    revision: int
    at: datetime
    by: str


def _standing(session: Session, sheet: _Sheet, change: Change) -> _Standing | None:
    found = session.connection().execute(_STANDING, _at(sheet, change)).first()
    if found is None:
        return None
    level, revision, at, by = found
    return _Standing(None if level is None else Level(level), revision, at, by)


def _at(sheet: _Sheet, change: Change) -> dict[str, object]:
    return {
        "at_organisation": sheet.organisation_id,
        "at_child": change.child_id,
        "at_year": sheet.school_year_id,
        "at_stage": sheet.stage,
        "at_version": change.criterion_version_id,
    }


def _keep_history(session: Session, actor: Actor, sheet: _Sheet, history: Sequence[_Written], entered: Entered) -> None:
    if not history:
        return
    # The counter is locked last and to the end of the transaction: numbers follow the order of commits.
    last = (
        session.connection()
        .execute(_COUNT_ON, {"of_organisation": sheet.organisation_id, "more": len(history)})
        .scalar_one()
    )
    moment, columns = now(), doer(actor)
    rows = [
        {
            "organisation_id": sheet.organisation_id,
            "sequence": sequence,
            "change_id": written.change.id,
            "child_id": written.change.child_id,
            "school_year_id": sheet.school_year_id,
            "stage": sheet.stage,
            "criterion_version_id": written.change.criterion_version_id,
            "from_level": written.before,
            "to_level": written.change.level,
            "revision": written.revision,
            "entered": entered,
            "at": moment,
            **columns,
        }
        for sequence, written in enumerate(history, last - len(history) + 1)
    ]
    session.connection().execute(_KEEP, rows)
