"""Is the record sound? What no single act may break, asked of the whole of it, for whoever looks after it.

The database keeps most of this by its own constraints; the check finds what a damaged disk, a foreign program or
a fault of ours left behind. It names ids, never names of children, and changes nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, islice
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKeyConstraint, Select, Uuid, and_, exists, func, or_
from sqlalchemy import select as select_columns
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import aliased
from sqlmodel import Session, SQLModel, col, select

from monitoring.core.language import Message, message, nmessage, school_year
from monitoring.core.scale import STAGES, Stage
from monitoring.lists.years import first_day
from monitoring.record.models import (
    AgeSet,
    Criterion,
    CriterionVersion,
    Enrolment,
    Group,
    GroupStage,
    Organisation,
    Rating,
    RatingChange,
    RatingCounter,
    SchoolYear,
    YearStage,
)
from monitoring.record.words import STAGES as STAGE_NAMES

NAMED_AT_MOST: Final = 100  # of one kind: a broken disk would fill the screen


@dataclass(frozen=True)
class Finding:
    """Something on record that should not be: where, and what. A remark may be as it is, but is worth a look."""

    where: Message
    message: Message
    is_remark: bool = False

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


def check(session: Session, organisation_id: UUID | None = None) -> list[Finding]:
    """Return what is wrong with one organisation's record or with all; of each kind a hundred at most.

    Of a damaged file nothing more is asked than where it is damaged.
    """
    damage = list(islice(_damage(session), NAMED_AT_MOST))
    if damage:
        return damage
    kinds: list[Iterator[Finding]] = [_dangling(session), _across_organisations(session)]
    organisations = session.exec(select(Organisation).order_by(col(Organisation.created_at))).all()
    for one in organisations:
        if organisation_id in (None, one.id):
            kinds += [question(session, one.id) for question in _QUESTIONS]
    return list(chain.from_iterable(islice(kind, NAMED_AT_MOST) for kind in kinds))


# --- the database itself ---------------------------------------------------------------------------------


def _damage(session: Session) -> Iterator[Finding]:
    """What SQLite says of its file; a PostgreSQL server looks after its own."""
    if session.get_bind().dialect.name != "sqlite":
        return
    try:
        said = session.connection().exec_driver_sql("PRAGMA integrity_check").scalars().all()
    except DatabaseError as error:
        session.rollback()  # nothing more can be asked of this file, not even the end of the transaction
        said = [str(error.orig)]
    for what in said:
        if what != "ok":
            where = message("the file of the database")
            yield Finding(where, message("It is damaged: {said}. Restore the last backup.", said=what))


def _dangling(session: Session) -> Iterator[Finding]:
    """References to rows that are not there; only SQLite can be written to with its keys off."""
    if session.get_bind().dialect.name != "sqlite":
        return
    for table, row, referred, _ in session.connection().exec_driver_sql("PRAGMA foreign_key_check"):
        where = message("table {table}, row {row}", table=table, row="-" if row is None else row)
        yield Finding(where, message("It refers to a row of {table} that is not there.", table=referred))


def _across_organisations(session: Session) -> Iterator[Finding]:
    """Rows of one organisation that refer to a row of another."""
    for name, table in sorted(SQLModel.metadata.tables.items()):
        for key in sorted(table.foreign_key_constraints, key=lambda key: str(key.column_keys)):
            if _names_a_row(key):
                found: int = session.connection().scalar(_crossing(key)) or 0
                if found:
                    where = message("table {table}, column {column}", table=name, column=key.column_keys[-1])
                    what = nmessage(
                        "{n} row refers to another organisation.", "{n} rows refer to another organisation.", found
                    )
                    yield Finding(where, what)


def _names_a_row(key: ForeignKeyConstraint) -> bool:
    """Whether a reference names its row by an id of its own, and not only by a word that each organisation has."""
    return "organisation_id" in key.column_keys and any(
        isinstance(element.parent.type, Uuid) and element.parent.name != "organisation_id" for element in key.elements
    )


def _crossing(key: ForeignKeyConstraint) -> Select[int]:
    there = key.referred_table.alias()
    pairs = [(element.parent, there.c[element.column.name]) for element in key.elements]
    same = [here == other for here, other in pairs if here.name != "organisation_id"]
    own = [here != other for here, other in pairs if here.name == "organisation_id"]
    return select_columns(func.count()).select_from(key.table.join(there, and_(*same))).where(*own)


# --- marks and their history -----------------------------------------------------------------------------


def _broken_chains(session: Session, organisation_id: UUID) -> Iterator[Finding]:
    """Replay each cell's history: it begins at nothing, goes on from where it was, a revision at a time."""
    in_order: dict[str, Any] = {
        "partition_by": [
            col(RatingChange.child_id),
            col(RatingChange.school_year_id),
            col(RatingChange.stage),
            col(RatingChange.criterion_version_id),
        ],
        "order_by": col(RatingChange.revision),
    }
    steps = (
        select_columns(
            col(RatingChange.sequence),
            col(RatingChange.revision),
            col(RatingChange.from_level),
            func.lag(col(RatingChange.to_level)).over(**in_order).label("level_before"),
            func.lag(col(RatingChange.revision), 1, 0).over(**in_order).label("revision_before"),
            func.lag(col(RatingChange.sequence), 1, 0).over(**in_order).label("sequence_before"),
        )
        .where(col(RatingChange.organisation_id) == organisation_id)
        .subquery()
    )
    broken = or_(
        steps.c.revision != steps.c.revision_before + 1,
        steps.c.from_level.is_distinct_from(steps.c.level_before),
        steps.c.sequence <= steps.c.sequence_before,
    )
    statement = select_columns(steps.c.sequence).where(broken).order_by(steps.c.sequence).limit(NAMED_AT_MOST)
    for sequence in session.connection().execute(statement).scalars():
        where = message("change {sequence} of the history", sequence=sequence)
        yield Finding(where, message("It does not go on from the change before it in the same cell."))


def _marks_unlike_their_history(session: Session, organisation_id: UUID) -> Iterator[Finding]:
    """Every mark equals the last change of its cell, and no cell with a history is without a mark."""
    last, later = aliased(RatingChange), aliased(RatingChange)
    is_last = ~exists().where(_same_cell(later, last), col(later.revision) > col(last.revision))
    marks = (
        select(Rating, last.to_level, last.revision)
        .outerjoin(last, and_(_same_cell(last, Rating), is_last))
        .where(
            col(Rating.organisation_id) == organisation_id,
            or_(
                col(last.revision).is_(None),
                col(Rating.revision) != col(last.revision),
                col(Rating.level).is_distinct_from(col(last.to_level)),
            ),
        )
        .limit(NAMED_AT_MOST)
    )
    rows: Sequence[tuple[Rating, int | None, int | None]] = session.exec(marks).all()
    for mark, last_level, last_revision in rows:
        if last_revision is None:
            what = message("The mark has no history.")
        else:
            what = message(
                "The mark is {level} at revision {revision}, its history ends with {last_level} at {last_revision}.",
                level=mark.level or "-",
                revision=mark.revision,
                last_level=last_level or "-",
                last_revision=last_revision,
            )
        yield Finding(_cell(mark), what)
    lost = select(RatingChange).where(
        col(RatingChange.organisation_id) == organisation_id,
        col(RatingChange.revision) == 1,
        ~exists().where(_same_cell(RatingChange, Rating)),
    )
    for change in session.exec(lost.limit(NAMED_AT_MOST)):
        yield Finding(_cell(change), message("There is a history, but no mark."))


def _gaps_in_the_sequence(session: Session, organisation_id: UUID) -> Iterator[Finding]:
    """Changes are numbered from 1 without a gap, and the counter stands at the last."""
    first, last, count = session.exec(
        select(func.min(RatingChange.sequence), func.max(RatingChange.sequence), func.count()).where(
            col(RatingChange.organisation_id) == organisation_id
        )
    ).one()
    where = message("the history of marks")
    if count and (first, last) != (1, count):
        what = message("Of the changes up to {last} there are {count}: some are missing.", last=last, count=count)
        yield Finding(where, what)
    counter = session.get(RatingCounter, organisation_id)
    if counter is None or counter.last != (last or 0):
        stands = counter.last if counter else "-"
        what = message(
            "The counter of changes stands at {counter}, the last is {last}.", counter=stands, last=last or 0
        )
        yield Finding(where, what)


def _marks_of_nobody_there(session: Session, organisation_id: UUID) -> Iterator[Finding]:
    """A child with a mark was enrolled in that school year."""
    statement = (
        select(Rating.child_id, SchoolYear.begins)
        .join(SchoolYear, col(SchoolYear.id) == col(Rating.school_year_id))
        .where(
            col(Rating.organisation_id) == organisation_id,
            ~exists().where(
                col(Enrolment.child_id) == col(Rating.child_id),
                col(Enrolment.school_year_id) == col(Rating.school_year_id),
            ),
        )
        .distinct()
        .limit(NAMED_AT_MOST)
    )
    for child_id, begins in session.exec(statement):
        what = message("It has marks of the school year {year}, but was in no group then.", year=school_year(begins))
        yield Finding(_child(child_id), what)


def _marks_of_another_set(session: Session, organisation_id: UUID) -> Iterator[Finding]:
    """Marks by criteria of another age than the child's set: lawful where the age was changed after them."""
    statement = (
        select_columns(col(Rating.child_id), col(Rating.stage), col(Criterion.age), col(AgeSet.age), func.count())
        .select_from(Rating)
        .join(CriterionVersion, col(CriterionVersion.id) == col(Rating.criterion_version_id))
        .join(Criterion, col(Criterion.id) == col(CriterionVersion.criterion_id))
        .outerjoin(
            AgeSet,
            and_(
                col(AgeSet.child_id) == col(Rating.child_id),
                col(AgeSet.school_year_id) == col(Rating.school_year_id),
                col(AgeSet.stage) == col(Rating.stage),
            ),
        )
        .where(
            col(Rating.organisation_id) == organisation_id,
            col(Rating.level).is_not(None),
            col(Criterion.age).is_distinct_from(col(AgeSet.age)),
        )
        .group_by(
            col(Rating.child_id), col(Rating.school_year_id), col(Rating.stage), col(Criterion.age), col(AgeSet.age)
        )
        .limit(NAMED_AT_MOST)
    )
    for child_id, stage, age, own, count in session.connection().execute(statement):
        what = nmessage(
            "{n} mark is by criteria of age {age} ({stage}), the child's set is of age {own}.",
            "{n} marks are by criteria of age {age} ({stage}), the child's set is of age {own}.",
            count,
            age=age,
            stage=STAGE_NAMES[stage],
            own=own or "-",
        )
        yield Finding(_child(child_id), what, is_remark=True)


# --- lists -----------------------------------------------------------------------------------------------


def _in_two_places(session: Session, organisation_id: UUID) -> Iterator[Finding]:
    """A child is in one group at most on any day, and an enrolment lies inside its school year."""
    rows: Sequence[tuple[Enrolment, int]] = session.exec(
        select(Enrolment, SchoolYear.begins)
        .join(SchoolYear, col(SchoolYear.id) == col(Enrolment.school_year_id))
        .where(col(Enrolment.organisation_id) == organisation_id)
        .order_by(col(Enrolment.child_id), col(Enrolment.starts_on))
    ).all()
    for child_id, stays in groupby(rows, key=lambda row: row[0].child_id):
        free_from = None
        for stay, begins in stays:
            if not first_day(begins) <= stay.starts_on <= (stay.ends_on or stay.starts_on) <= first_day(begins + 1):
                what = message(
                    "Its time in a group from {day} lies outside the school year {year}.",
                    day=stay.starts_on,
                    year=school_year(begins),
                )
                yield Finding(_child(child_id), what)
            if free_from is not None and stay.starts_on < free_from:
                yield Finding(_child(child_id), message("It is in two groups on {day}.", day=stay.starts_on))
            free_from = max(free_from or stay.starts_on, stay.ends_on or first_day(begins + 1))


def _missing_stages(session: Session, organisation_id: UUID) -> Iterator[Finding]:
    """Every school year and every group has its three stages."""
    for year in session.exec(select(SchoolYear).where(col(SchoolYear.organisation_id) == organisation_id)):
        there = set(session.exec(select(YearStage.stage).where(col(YearStage.school_year_id) == year.id)))
        for stage in [stage for stage in STAGES if stage not in there]:
            where = message("school year {year}", year=school_year(year.begins))
            yield Finding(where, message("The stage is missing: {stage}.", stage=STAGE_NAMES[stage]))
    rows = session.exec(
        select(Group, GroupStage.stage)
        .outerjoin(GroupStage, col(GroupStage.group_id) == col(Group.id))
        .where(col(Group.organisation_id) == organisation_id)
        .order_by(col(Group.sort_key), col(Group.id))
    ).all()
    for group, of_group in groupby(rows, key=lambda row: row[0]):
        there = {stage for _, stage in of_group}
        for stage in [stage for stage in STAGES if stage not in there]:
            where = message("group “{name}”", name=group.name)
            yield Finding(where, message("The stage is missing: {stage}.", stage=STAGE_NAMES[stage]))


_QUESTIONS: Final[tuple[Callable[[Session, UUID], Iterator[Finding]], ...]] = (
    _broken_chains,
    _marks_unlike_their_history,
    _gaps_in_the_sequence,
    _marks_of_nobody_there,
    _marks_of_another_set,
    _in_two_places,
    _missing_stages,
)


def _same_cell(one: Any, other: Any) -> ColumnElement[bool]:
    names = ("child_id", "school_year_id", "stage", "criterion_version_id")
    return and_(*(getattr(one, name) == getattr(other, name) for name in names))


def _cell(of: Rating | RatingChange) -> Message:
    return message(
        "child {child}, {stage}, criterion {criterion}",
        child=of.child_id,
        stage=STAGE_NAMES[Stage(of.stage)],
        criterion=of.criterion_version_id,
    )


def _child(child_id: UUID) -> Message:
    return message("child {child}", child=child_id)
