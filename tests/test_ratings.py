"""The way of a mark, from a change to its receipt: compared, written once, with its history."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from threading import Thread
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from monitoring import ratings
from monitoring.core.names import FullName
from monitoring.core.scale import Level, Stage
from monitoring.criteria import catalogue
from monitoring.lists import children, groups
from monitoring.lists.children import NewChild
from monitoring.ratings import Change, Conflicted, Receipt, Refused, Saved
from monitoring.record.access import Held, Person
from monitoring.record.database import Database
from monitoring.record.models import (
    GroupStage,
    Rating,
    RatingChange,
    RatingCounter,
    Role,
    SheetState,
    TeachingLanguage,
    YearStage,
)
from tests.conftest import School, found_school


@dataclass(frozen=True)
class Sheet:
    """A group of two five-year-olds with the criteria of their age, and a teacher who may mark all."""

    school: School
    group_id: UUID
    child_ids: tuple[UUID, ...]
    versions: tuple[UUID, ...]
    areas: tuple[str, ...]
    teacher: Person

    @property
    def database(self) -> Database:
        return self.school.database

    def change(self, level: int | None, *, base: int = 0, child: int = 0, criterion: int = 0) -> Change:
        return Change(
            uuid4(),
            self.child_ids[child],
            self.versions[criterion],
            base,
            None if level is None else Level(level),
        )

    def record(self, *changes: Change, actor: Person | None = None, stage: Stage = Stage.START) -> list[Receipt]:
        with self.database.writing() as session:
            return ratings.record(session, actor or self.teacher, self.group_id, stage, changes)

    def standing(self) -> dict[tuple[UUID, UUID], tuple[int | None, int]]:
        with self.database.reading() as session:
            return {
                (row.child_id, row.criterion_version_id): (row.level, row.revision)
                for row in session.exec(select(Rating))
            }

    def history(self) -> list[RatingChange]:
        with self.database.reading() as session:
            return list(session.exec(select(RatingChange).order_by(col(RatingChange.sequence))))


@pytest.fixture
def sheet(school: School) -> Sheet:
    return a_sheet(school)


def a_sheet(school: School) -> Sheet:
    with school.database.writing() as session:
        group = groups.add_group(
            session, school.console, school.year_id, name="Балапан", age=5, language=TeachingLanguage.KAZAKH
        )
        added = [
            children.add_child(
                session,
                school.console,
                NewChild(FullName("Ахметова", given, None), date(2021, 3, 4), group.id, date(2026, 9, 1)),
            )
            for given in ("Дана", "Аружан")
        ]
        criteria = catalogue.criteria_of(session, school.console, school.year_id, 5)
        teacher = Person(school.organisation_id, school.account.id, (Held(Role.TEACHER, group_id=group.id),))
        return Sheet(
            school,
            group.id,
            tuple(child.id for child in added),
            tuple(one.version_id for one in criteria),
            tuple(one.area_key for one in criteria),
            teacher,
        )


def test_a_mark_is_on_record_with_its_history(sheet: Sheet) -> None:
    change = sheet.change(2)
    assert sheet.record(change) == [Saved(change.id, 1)]
    assert sheet.standing() == {change.cell: (2, 1)}
    (kept,) = sheet.history()
    assert (kept.sequence, kept.from_level, kept.to_level, kept.by_account_id) == (1, None, 2, sheet.teacher.account_id)


def test_a_mark_changed_over_its_revision_keeps_both_in_the_history(sheet: Sheet) -> None:
    sheet.record(sheet.change(2))
    second = sheet.change(3, base=1)
    assert sheet.record(second) == [Saved(second.id, 2)]
    assert [(one.from_level, one.to_level, one.revision) for one in sheet.history()] == [(None, 2, 1), (2, 3, 2)]


def test_a_mark_over_an_old_revision_is_a_conflict_that_names_the_other(sheet: Sheet) -> None:
    sheet.record(sheet.change(2))
    late = sheet.change(3)
    (receipt,) = sheet.record(late)
    assert isinstance(receipt, Conflicted)
    assert (receipt.level, receipt.revision, receipt.by) == (Level.II, 1, "Айгүл Сәрсенова")
    assert sheet.standing() == {late.cell: (2, 1)}


def test_the_same_level_from_two_people_is_saved_and_no_conflict(sheet: Sheet) -> None:
    sheet.record(sheet.change(2))
    second = sheet.change(2)
    assert sheet.record(second) == [Saved(second.id, 1)]
    assert len(sheet.history()) == 1


def test_a_change_after_a_conflict_in_the_same_cell_is_one_too(sheet: Sheet) -> None:
    sheet.record(sheet.change(2))
    first, second = sheet.change(3), sheet.change(1, base=1)
    receipts = sheet.record(first, second)
    assert [type(receipt) for receipt in receipts] == [Conflicted, Conflicted]
    assert sheet.standing() == {first.cell: (2, 1)}


def test_a_repeated_change_gets_its_first_receipt_and_is_not_written_twice(sheet: Sheet) -> None:
    change = sheet.change(2)
    first = sheet.record(change)
    sheet.record(sheet.change(3, base=1))
    assert sheet.record(change) == first
    assert len(sheet.history()) == 2


def test_a_change_that_comes_twice_in_one_batch_is_written_once(sheet: Sheet) -> None:
    change = sheet.change(2)
    assert sheet.record(change, change) == [Saved(change.id, 1)] * 2
    assert len(sheet.history()) == 1


def test_not_assessed_after_a_mark_is_the_row_without_a_level(sheet: Sheet) -> None:
    sheet.record(sheet.change(2))
    cleared = sheet.change(None, base=1)
    assert sheet.record(cleared) == [Saved(cleared.id, 2)]
    assert sheet.standing() == {cleared.cell: (None, 2)}


def test_not_assessed_over_an_empty_cell_writes_nothing(sheet: Sheet) -> None:
    change = sheet.change(None)
    assert sheet.record(change) == [Saved(change.id, 0)]
    assert sheet.standing() == {}
    assert sheet.history() == []


def test_a_level_typed_after_a_cleared_empty_cell_is_on_record(sheet: Sheet) -> None:
    cleared, typed = sheet.change(None), sheet.change(2, base=1)
    assert sheet.record(cleared, typed) == [Saved(cleared.id, 0), Saved(typed.id, 1)]
    assert sheet.standing() == {typed.cell: (2, 1)}


def test_a_mark_over_a_revision_that_a_restored_backup_has_not_is_on_record(sheet: Sheet) -> None:
    change = sheet.change(3, base=7)
    assert sheet.record(change) == [Saved(change.id, 1)]
    assert sheet.standing() == {change.cell: (3, 1)}


def test_receipts_come_in_the_order_of_the_changes(sheet: Sheet) -> None:
    changes = [
        sheet.change(level, child=child, criterion=criterion)
        for criterion in range(5)
        for child, level in ((1, 1), (0, 3))
    ]
    assert [receipt.change_id for receipt in sheet.record(*changes)] == [change.id for change in changes]


def test_a_chain_of_changes_in_one_cell_comes_in_one_batch(sheet: Sheet) -> None:
    chain = [sheet.change(1), sheet.change(2, base=1), sheet.change(None, base=2), sheet.change(3, base=3)]
    assert sheet.record(*chain) == [Saved(change.id, number) for number, change in enumerate(chain, 1)]
    assert sheet.standing() == {chain[0].cell: (3, 4)}


def test_an_approved_sheet_takes_no_mark(sheet: Sheet) -> None:
    with sheet.database.writing() as session:
        row = session.get_one(GroupStage, (sheet.group_id, Stage.START))
        row.state = SheetState.APPROVED
    assert isinstance(sheet.record(sheet.change(2))[0], Refused)
    assert sheet.standing() == {}


def test_a_child_who_was_not_on_the_list_on_the_control_date_takes_no_mark(sheet: Sheet) -> None:
    with sheet.database.writing() as session:
        row = session.get_one(YearStage, (sheet.school.year_id, Stage.START))
        late = children.add_child(
            session,
            sheet.school.console,
            NewChild(
                FullName("Сапаров", "Тимур", None),
                date(2021, 3, 4),
                sheet.group_id,
                row.control_on + timedelta(days=1),
            ),
        )
    change = replace(sheet.change(2), child_id=late.id)
    assert isinstance(sheet.record(change)[0], Refused)
    assert isinstance(sheet.record(change, stage=Stage.MID)[0], Saved)


def test_a_criterion_of_another_age_takes_no_mark(sheet: Sheet) -> None:
    with sheet.database.reading() as session:
        other = catalogue.criteria_of(session, sheet.school.console, sheet.school.year_id, 4)[0]
    change = replace(sheet.change(2), criterion_version_id=other.version_id)
    assert isinstance(sheet.record(change)[0], Refused)


def test_a_child_of_another_organisation_takes_no_mark(sheet: Sheet) -> None:
    other = a_sheet(found_school(sheet.database, name="Другой сад", login="other"))
    change = replace(sheet.change(2), child_id=other.child_ids[0])
    assert isinstance(sheet.record(change)[0], Refused)


@pytest.mark.parametrize(
    ("held", "may_mark"),
    [
        (Held(Role.TEACHER), True),
        (Held(Role.TEACHER, group_id=uuid4()), False),
        (Held(Role.SPECIALIST, area_key="music"), False),
        (Held(Role.PSYCHOLOGIST), False),
        (Held(Role.METHODOLOGIST), False),
        (Held(Role.HEAD), False),
        (Held(Role.ADMINISTRATOR), False),
    ],
)
def test_who_may_mark_physical_education_in_the_group(sheet: Sheet, held: Held, may_mark: bool) -> None:
    assert sheet.areas[0] == "physical_education"
    (receipt,) = sheet.record(sheet.change(2), actor=replace(sheet.teacher, held=(held,)))
    assert isinstance(receipt, Saved) is may_mark


def test_the_sequence_has_no_gap_when_many_write_at_once(sheet: Sheet) -> None:
    def write(criterion: int) -> None:
        for child in range(2):
            sheet.record(sheet.change(2, child=child, criterion=criterion))

    writers = [Thread(target=write, args=(number,)) for number in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [change.sequence for change in sheet.history()] == list(range(1, 17))
    with sheet.database.reading() as session:
        assert session.get_one(RatingCounter, sheet.school.organisation_id).last == 16


moves = st.lists(
    st.tuples(
        st.integers(0, 1),  # child
        st.integers(0, 2),  # criterion
        st.sampled_from([None, 1, 2, 3]),
        st.sampled_from(["seen", "stale", "repeat"]),
    ),
    max_size=25,
)


@given(moves=moves)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_on_record_is_what_the_receipts_say(
    sheet: Sheet, moves: list[tuple[int, int, int | None, str]]
) -> None:
    """Any order of seen, stale and repeated changes: the receipts alone foretell the record and its history."""
    expected = dict(sheet.standing())
    sent: list[Change] = []
    for child, criterion, level, kind in moves:
        cell = sheet.change(None, child=child, criterion=criterion).cell
        revision = expected.get(cell, (None, 0))[1]
        if kind == "repeat" and sent:
            change = sent[-1]
        else:
            change = sheet.change(level, base=revision if kind == "seen" else 0, child=child, criterion=criterion)
        before = len(sheet.history())
        (receipt,) = sheet.record(change)
        if isinstance(receipt, Saved) and len(sheet.history()) > before:
            expected[change.cell] = (change.level, receipt.revision)
        sent.append(change)
        assert sheet.standing() == expected
    replayed: dict[tuple[UUID, UUID], tuple[int | None, int]] = {}
    for kept in sheet.history():
        key = (kept.child_id, kept.criterion_version_id)
        assert (kept.from_level, kept.revision - 1) == replayed.get(key, (None, 0))
        replayed[key] = (kept.to_level, kept.revision)
    assert replayed == expected
