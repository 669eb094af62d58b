"""The observation sheet as it is read: its children, criteria and marks, what is new on it, and how far it is."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlmodel import col, select

from monitoring import ratings, sheets
from monitoring.core.errors import NotAllowed, NotFound
from monitoring.core.scale import Level, Stage, StartSet
from monitoring.criteria import catalogue
from monitoring.lists import enrolling
from monitoring.ratings import Change
from monitoring.record.access import Held, Person
from monitoring.record.models import (
    AccessRecord,
    Act,
    AgeSet,
    Group,
    GroupStage,
    Rating,
    Role,
    SchoolYear,
    SheetState,
    YearStage,
)
from monitoring.sheets import Changes, News, Progress, Sheet
from tests.conftest import School, found_school
from tests.lists import FIVE, add_child, add_group

FOUR = date(2022, 4, 12)


@dataclass(frozen=True)
class Room:
    """A group with children, and a teacher who may mark all of it."""

    school: School
    group_id: UUID
    child_ids: tuple[UUID, ...]
    versions: tuple[UUID, ...]  # the criteria of age 5
    teacher: Person

    def open(self, stage: Stage = Stage.START, actor: Person | None = None) -> Sheet:
        with self.school.database.reading() as session:
            return sheets.sheet_of(session, actor or self.teacher, self.group_id, stage)

    def news(self, since: int, stage: Stage = Stage.START, actor: Person | None = None) -> News:
        with self.school.database.reading() as session:
            return sheets.news_of(session, actor or self.teacher, self.group_id, stage, since)

    def progress(self, actor: Person | None = None) -> dict[UUID, Progress]:
        with self.school.database.reading() as session:
            return sheets.progress_of(session, actor or self.teacher, self.school.year_id, Stage.START)

    def mark(self, level: int | None, *, child: int = 0, criterion: int = 0, base: int = 0) -> None:
        self.mark_by(self.versions[criterion], level, child=child, base=base)

    def mark_by(
        self, version_id: UUID, level: int | None, *, child: int = 0, base: int = 0, stage: Stage = Stage.START
    ) -> None:
        change = Change(uuid4(), self.child_ids[child], version_id, base, None if level is None else Level(level))
        with self.school.database.writing() as session:
            (receipt,) = ratings.record(session, self.teacher, self.group_id, stage, [change])
        assert isinstance(receipt, ratings.Saved), receipt

    def counted(self) -> int:
        """Count the levels of the sheet's listed children one by one, as nobody would in SQL."""
        sheet = self.open()
        ages = {one.version_id: one.age for area in sheet.areas for one in area.criteria}
        own = {child.id: child.age for child in sheet.children}
        with self.school.database.reading() as session:
            rows = session.exec(select(Rating).where(col(Rating.stage) == Stage.START)).all()
        return sum(
            row.level is not None and row.child_id in own and ages.get(row.criterion_version_id) == own[row.child_id]
            for row in rows
        )


@pytest.fixture
def room(school: School) -> Room:
    return a_room(school)


def a_room(
    school: School, name: str = "Күншуақ", *, age: int | None = 5, born: tuple[date, ...] = (FIVE, FIVE)
) -> Room:
    with school.database.writing() as session:
        group = add_group(session, school, name, age)
        names = ("Ахметова Дана", "Бекова Алия", "Васильев Пётр")
        added = [
            add_child(session, school, group, f"{full} {name}ович", born_on=day)
            for full, day in zip(names, born, strict=False)
        ]
        criteria = catalogue.criteria_of(session, school.console, school.year_id, 5)
    teacher = Person(school.organisation_id, school.account.id, (Held(Role.TEACHER, group_id=group.id),))
    return Room(school, group.id, tuple(added), tuple(one.version_id for one in criteria), teacher)


# --- the whole sheet -------------------------------------------------------------------------------------


def test_a_sheet_has_the_children_on_its_list_and_the_criteria_of_their_age(room: Room) -> None:
    sheet = room.open()
    assert [child.id for child in sheet.children] == list(room.child_ids)
    assert [one.version_id for area in sheet.areas for one in area.criteria] == list(room.versions)
    assert (sheet.marks, sheet.earlier, sheet.without_set, sheet.sequence) == ((), (), (), 0)
    assert (sheet.state.state, sheet.state.is_approved) == (SheetState.OPEN, False)


def test_a_mark_on_a_sheet_says_its_level_its_revision_and_who_wrote_it(room: Room) -> None:
    room.mark(1)
    room.mark(3, base=1)
    (mark,) = room.open().marks
    assert (mark.child_id, mark.criterion_version_id) == (room.child_ids[0], room.versions[0])
    assert (mark.level, mark.revision, mark.by) == (Level.III, 2, "Айгүл Сәрсенова")


def test_a_mark_that_was_taken_back_is_there_without_a_level(room: Room) -> None:
    room.mark(1)
    room.mark(None, base=1)
    (mark,) = room.open().marks
    assert (mark.level, mark.revision) == (None, 2)


def test_a_sheet_of_mixed_ages_has_the_criteria_of_every_age_in_it_and_no_other(school: School) -> None:
    room = a_room(school, age=None, born=(FIVE, FOUR))
    sheet = room.open()
    assert [child.age for child in sheet.children] == [5, 4]
    assert {one.age for area in sheet.areas for one in area.criteria} == {4, 5}


def test_at_the_start_the_children_may_have_the_set_of_the_age_before(school: School) -> None:
    with school.database.writing() as session:
        session.get_one(SchoolYear, school.year_id).start_set = StartSet.PREVIOUS
    room = a_room(school)
    at_start, later = room.open(), room.open(Stage.MID)
    assert {one.age for area in at_start.areas for one in area.criteria} == {4}
    assert {one.age for area in later.areas for one in area.criteria} == {5}


def test_children_without_a_set_at_the_stage_are_named_apart(room: Room) -> None:
    with room.school.database.writing() as session:
        session.delete(session.get_one(AgeSet, (room.child_ids[1], room.school.year_id, Stage.START)))
    sheet = room.open()
    assert [child.id for child in sheet.children] == [room.child_ids[0]]
    assert [child.id for child in sheet.without_set] == [room.child_ids[1]]


def test_a_child_that_came_after_the_control_date_is_on_the_next_list_only(room: Room) -> None:
    with room.school.database.writing() as session:
        control_on = session.get_one(YearStage, (room.school.year_id, Stage.START)).control_on
        group = session.get_one(Group, room.group_id)
        late = add_child(session, room.school, group, "Янова Яна", born_on=FIVE, on=control_on + timedelta(days=1))
    assert late not in {child.id for child in room.open().children}
    assert late in {child.id for child in room.open(Stage.MID).children}


def test_a_child_that_went_on_to_another_group_takes_its_marks_of_the_stage_before_along(room: Room) -> None:
    room.mark(2)
    to = a_room(room.school, "Балапан", born=())
    with room.school.database.writing() as session:
        enrolling.transfer(session, room.school.console, room.child_ids[0], to.group_id, date(2026, 11, 2))
    assert [mark.level for mark in room.open().marks] == [Level.II], "the list of the start stays as it was"
    there = to.open(Stage.MID)
    assert [(mark.child_id, mark.level) for mark in there.earlier] == [(room.child_ids[0], Level.II)]
    assert to.open().marks == ()


def test_kazakh_is_not_on_the_sheet_of_a_group_that_is_not_assessed_in_it(room: Room) -> None:
    assert catalogue.KAZAKH in {one.area.key for one in room.open().areas}
    with room.school.database.writing() as session:
        session.get_one(Group, room.group_id).assesses_kazakh = False
    assert catalogue.KAZAKH not in {one.area.key for one in room.open().areas}


def test_the_state_of_a_sheet_says_since_when_and_by_whom(room: Room) -> None:
    with room.school.database.writing() as session:
        row = session.get_one(GroupStage, (room.group_id, Stage.START))
        row.state, row.by_account_id, row.by_console = SheetState.APPROVED, room.teacher.account_id, None
    state = room.open().state
    assert (state.is_approved, state.by, state.at) == (True, "Айгүл Сәрсенова", row.at)


def test_opening_a_sheet_is_put_on_record_once_within_minutes(room: Room) -> None:
    for _ in range(2):
        sheets.open_sheet(room.school.database, room.teacher, room.group_id, Stage.START)
    with room.school.database.reading() as session:
        acts = session.exec(select(AccessRecord.act).where(col(AccessRecord.subject_id) == room.group_id)).all()
    assert acts.count(Act.OPENED) == 1


# --- news ------------------------------------------------------------------------------------------------


def test_news_hold_each_cell_that_changed_since_once_as_it_stands(room: Room) -> None:
    room.mark(1, criterion=1)
    seen = room.open().sequence
    room.mark(1)
    room.mark(2, base=1)
    room.mark(3, child=1)
    news = room.news(seen)
    assert {(mark.child_id, mark.level, mark.revision) for mark in news.changes.marks} == {
        (room.child_ids[0], Level.II, 2),
        (room.child_ids[1], Level.III, 1),
    }
    assert news.changes.sequence == seen + 3
    assert room.news(seen + 3).changes == Changes((), seen + 3)


def test_news_of_a_sheet_hold_nothing_of_another_group_or_stage(room: Room) -> None:
    other = a_room(room.school, "Балапан")
    other.mark(1)
    room.mark_by(room.versions[0], 2, stage=Stage.MID)
    news = room.news(0)
    assert (news.changes, news.assessed) == (Changes((), 2), 0)


def test_nothing_is_new_after_a_sequence_that_is_not_reached_yet(room: Room) -> None:
    room.mark(2)
    assert room.news(2**53 - 1).changes == Changes((), 1)


def test_the_assessed_of_the_news_are_the_levels_that_one_counts_by_hand(school: School) -> None:
    room = a_room(school, age=None, born=(FIVE, FOUR, FIVE))
    other = a_room(school, "Балапан")
    with school.database.reading() as session:
        of_four = catalogue.criteria_of(session, school.console, school.year_id, 4)
    for criterion in range(6):
        room.mark(1 + criterion % 3, criterion=criterion)
        room.mark_by(of_four[criterion].version_id, 2, child=1)
        other.mark(3, criterion=criterion)
    room.mark(None, criterion=2, base=1)
    assert room.news(0).assessed == room.counted() == 11


def test_a_mark_by_the_criteria_of_an_age_that_a_child_no_longer_has_is_not_counted(room: Room) -> None:
    room.mark(2)
    room.mark(2, child=1)
    with room.school.database.writing() as session:
        session.get_one(AgeSet, (room.child_ids[0], room.school.year_id, Stage.START)).age = 4
    assert room.news(0).assessed == room.counted() == 1


def test_marks_in_kazakh_do_not_count_once_the_group_is_no_longer_assessed_in_it(room: Room) -> None:
    kazakh = next(one for one in room.open().areas if one.area.key == catalogue.KAZAKH).criteria[0]
    room.mark_by(kazakh.version_id, 2)
    room.mark(2)
    with room.school.database.writing() as session:
        session.get_one(Group, room.group_id).assesses_kazakh = False
    assert room.news(0).assessed == room.counted() == 1
    assert room.progress()[room.group_id].assessed == 1


# --- how far sheets are ----------------------------------------------------------------------------------


def test_progress_is_the_cells_of_a_sheet_and_those_with_a_level(room: Room) -> None:
    room.mark(1)
    room.mark(2, child=1)
    room.mark(None, child=1, base=1)
    assert room.progress() == {room.group_id: Progress(1, 2 * len(room.versions))}


def test_progress_counts_the_criteria_of_each_childs_own_age(school: School) -> None:
    room = a_room(school, age=None, born=(FIVE, FOUR))
    with school.database.reading() as session:
        of_four = catalogue.criteria_of(session, school.console, school.year_id, 4)
    assert room.progress() == {room.group_id: Progress(0, len(room.versions) + len(of_four))}


def test_progress_of_groups_out_of_scope_is_left_out(room: Room) -> None:
    other = a_room(room.school, "Балапан")
    everybody = replace(room.teacher, held=(Held(Role.METHODOLOGIST),))
    assert room.progress().keys() == {room.group_id}
    assert room.progress(everybody).keys() == {room.group_id, other.group_id}


def test_a_group_without_children_has_no_criteria_and_no_progress(school: School) -> None:
    room = a_room(school, born=())
    assert room.progress() == {}
    assert room.open().areas == ()


# --- whose sheet it is -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("held", "may_mark"),
    [
        (Held(Role.TEACHER), {"music", "drawing"}),
        (Held(Role.SPECIALIST, area_key="music"), {"music"}),
        (Held(Role.PSYCHOLOGIST), set()),
        (Held(Role.METHODOLOGIST), set()),
        (Held(Role.HEAD), set()),
        (Held(Role.ADMINISTRATOR), set()),
    ],
    ids=lambda value: value.role if isinstance(value, Held) else "",
)
def test_every_role_reads_a_sheet_and_learns_what_it_may_mark(room: Room, held: Held, may_mark: set[str]) -> None:
    actor = replace(room.teacher, held=(held,))
    markable = {one.area.key for one in room.open(actor=actor).areas if one.may_mark}
    assert markable & {"music", "drawing"} == may_mark
    assert room.news(0, actor=actor).assessed == 0


@pytest.mark.parametrize("held", [(), (Held(Role.TEACHER, group_id=uuid4()),)], ids=["no role", "another group"])
def test_whoever_may_not_read_a_group_sees_nothing_of_its_sheet(room: Room, held: tuple[Held, ...]) -> None:
    actor = replace(room.teacher, held=held)
    with pytest.raises(NotAllowed):
        room.open(actor=actor)
    with pytest.raises(NotAllowed):
        room.news(0, actor=actor)
    assert room.progress(actor) == {}


def test_nobody_sees_a_sheet_of_another_organisation(room: Room) -> None:
    room.mark(2)
    stranger = a_room(found_school(room.school.database, name="Чужой сад", login="other"))
    everywhere = replace(stranger.teacher, held=(Held(Role.TEACHER),))
    with pytest.raises(NotFound):
        room.open(actor=everywhere)
    with pytest.raises(NotFound):
        room.news(0, actor=everywhere)
    assert stranger.open().sequence == 0
    with room.school.database.reading() as session:
        assert sheets.changes_of(session, everywhere, room.group_id, Stage.START, -1).marks == ()
    assert room.progress(everywhere) == {}
