"""Notes after a lesson: what comes on record, who may write, read and remove it, and what is refused."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func
from sqlmodel import SQLModel, col, select

from monitoring import observations
from monitoring.core.errors import NotAllowed, NotFound, Refusal
from monitoring.core.language import Language
from monitoring.core.scale import Level
from monitoring.criteria import catalogue
from monitoring.criteria.catalogue import CriterionView
from monitoring.lists import children, enrolling, groups, roster, years
from monitoring.observations import LONGEST_TEXT, NewNote, NoteView
from monitoring.people import accounts
from monitoring.record import clock
from monitoring.record.access import PERMISSIONS, Actor, Console, Held, Permission, Person
from monitoring.record.database import Database
from monitoring.record.models import (
    AccessRecord,
    Act,
    Group,
    Method,
    Observation,
    ObservationChild,
    Rating,
    Role,
    TeachingLanguage,
    Text,
    TextVersion,
    now,
)
from monitoring.record.words import METHODS
from monitoring.ui.note_form import short_names
from tests.conftest import School, found_school
from tests.lists import add_child, add_group, statements

__all__ = ["statements"]  # a fixture

BEGINS = 2025  # a year that is over: whatever day the tests run on, its days are past
SEPTEMBER, DAY = date(BEGINS, 9, 1), date(BEGINS, 10, 6)
SEEN = "Пересказывает сказку с опорой на картинки"


@dataclass(frozen=True)
class Journal:
    """A group of two five-year-olds and one of four, a criterion of the age of five, and a teacher of the group."""

    school: School
    group: Group
    child_ids: tuple[UUID, UUID, UUID]
    criterion: CriterionView
    teacher: Person

    @property
    def database(self) -> Database:
        return self.school.database

    @property
    def new(self) -> NewNote:
        """A note about the first child, as most are: an area and a line."""
        return NewNote(self.group.id, self.child_ids[:1], self.criterion.area_key, DAY, text=SEEN)

    def note(self, actor: Actor | None = None, **differing: object) -> NoteView:
        with self.database.writing() as session:
            return observations.note(session, actor or self.teacher, replace(self.new, **differing))  # type: ignore[arg-type]

    def notes(self, actor: Actor | None = None, **asked: object) -> list[NoteView]:
        with self.database.reading() as session:
            return observations.notes_of(session, actor or self.teacher, self.group.id, **asked)  # type: ignore[arg-type]

    def remove(self, note_id: UUID, actor: Actor | None = None) -> None:
        with self.database.writing() as session:
            observations.remove(session, actor or self.teacher, note_id)

    def count(self, table: type[SQLModel]) -> int:
        with self.database.reading() as session:
            return session.exec(select(func.count()).select_from(table)).one()


@pytest.fixture
def journal(school: School) -> Journal:
    return a_journal(school)


def a_journal(school: School, begins: int = BEGINS) -> Journal:
    with school.database.writing() as session:
        year = years.create_year(session, school.console, begins)
        group = add_group(session, school, age=None, year_id=year.id)
        first = years.first_day(begins)
        five, four = date(begins - 5, 4, 12), date(begins - 4, 4, 12)
        child_ids = (
            add_child(session, school, group, "Ахметова Дана Ерланқызы", born_on=five, on=first),
            add_child(session, school, group, "Әлі Мұрат", born_on=five, on=first),
            add_child(session, school, group, "Сапаров Тимур", born_on=four, on=first),
        )
        criterion = catalogue.criteria_of(session, school.console, year.id, 5)[0]
        return Journal(school, group, child_ids, criterion, a_teacher(school, group))


def a_teacher(school: School, group: Group, *, area_key: str | None = None) -> Person:
    return Person(school.organisation_id, school.account.id, (Held(Role.TEACHER, group.id, area_key),))


def a_colleague(school: School, *held: Held) -> Person:
    with school.database.writing() as session:
        account, _ = accounts.create_account(session, school.console, login=uuid4().hex, name="Гүлнар Оспанова")
    return Person(school.organisation_id, account.id, held)


def refused(act: Callable[[], object], kind: type[Refusal] = Refusal, language: Language = "ru") -> str:
    with pytest.raises(kind) as caught:
        act()
    assert caught.type is kind
    return caught.value.message.render(language)


# --- writing ---------------------------------------------------------------------------------------------


def test_a_note_about_several_children_is_one_note_with_all_that_was_entered(journal: Journal) -> None:
    dana, murat, _ = journal.child_ids
    saved = journal.note(
        child_ids=(murat, dana, dana),
        criterion_version_id=journal.criterion.version_id,
        level=Level.III,
        method=Method.PLAY,
    )
    (read,) = journal.notes()
    assert read == saved
    assert [child.name.full for child in read.children] == ["Ахметова Дана Ерланқызы", "Әлі Мұрат"]
    assert (read.observed_on, read.method, read.level, read.text) == (DAY, Method.PLAY, Level.III, SEEN)
    assert (read.by, read.may_remove) == ("Айгүл Сәрсенова", True)
    assert read.criterion is not None
    assert (read.criterion.code_ru, read.criterion.code_kk) == (journal.criterion.code_ru, journal.criterion.code_kk)
    assert read.area.name("ru") != read.area.name("kk")
    assert journal.count(Observation) == 1


def test_a_level_in_a_note_writes_no_mark(journal: Journal) -> None:
    journal.note(criterion_version_id=journal.criterion.version_id, level=Level.II)
    assert journal.count(Rating) == 0


def test_a_level_of_the_area_needs_neither_criterion_nor_text(journal: Journal) -> None:
    saved = journal.note(level=Level.I, text="  \n ")
    assert (saved.level, saved.criterion, saved.text) == (Level.I, None, None)
    assert journal.count(Text) == 0


def test_a_text_is_kept_without_what_cannot_be_seen_and_with_its_lines(journal: Journal) -> None:
    assert journal.note(text="  Первая\u200b строка \x00\r\n вторая\n\n").text == "Первая строка\nвторая"


def test_a_note_sent_twice_by_a_hasty_second_tap_is_one_note(journal: Journal) -> None:
    note_id = uuid4()
    first = journal.note(id=note_id)
    assert journal.note(id=note_id, text="позже") == first
    assert journal.count(Observation) == 1


def test_writing_and_removing_are_on_record_child_by_child(journal: Journal) -> None:
    dana, murat, _ = journal.child_ids
    saved = journal.note(child_ids=(dana, murat))
    journal.remove(saved.id)
    with journal.database.reading() as session:
        rows = session.exec(select(AccessRecord).where(col(AccessRecord.subject_id) == saved.id)).all()
    assert {(row.act, row.subject, row.child_id) for row in rows} == {
        (act, "observation", child_id) for act in (Act.CREATED, Act.REMOVED) for child_id in (dana, murat)
    }


# --- what is refused -------------------------------------------------------------------------------------


def test_a_note_says_something_of_somebody(journal: Journal) -> None:
    assert "или выберите уровень" in refused(lambda: journal.note(text=None))
    assert "Выберите детей" in refused(lambda: journal.note(child_ids=()))


def test_a_text_that_is_too_long_is_refused_with_its_length(journal: Journal) -> None:
    assert journal.note(text="а" * LONGEST_TEXT).text == "а" * LONGEST_TEXT
    assert "1001" in refused(lambda: journal.note(text="а" * (LONGEST_TEXT + 1)))


@pytest.mark.parametrize("day", [SEPTEMBER - timedelta(days=1), date(BEGINS + 1, 9, 1)])
def test_a_day_of_another_school_year_is_refused(journal: Journal, day: date) -> None:
    assert "2025-2026" in refused(lambda: journal.note(observed_on=day))


def test_a_day_to_come_is_refused(school: School) -> None:
    with school.database.reading() as session:
        today = clock.today(session, school.organisation_id)
    begins = years.year_of(today) + 2  # the next one may be there already
    journal, first = a_journal(school, begins), years.first_day(begins)
    assert "ещё не наступила" in refused(lambda: journal.note(observed_on=first))


def test_a_child_that_was_not_there_on_the_day_is_named(journal: Journal) -> None:
    dana, murat, _ = journal.child_ids
    with journal.database.writing() as session:
        enrolling.leave(session, journal.school.console, dana, DAY)
    why = refused(lambda: journal.note(child_ids=(dana, murat)))
    assert "Ахметова Дана" in why
    assert "06.10.2025" in why
    assert "Мұрат" not in why
    assert journal.note(child_ids=(dana, murat), observed_on=DAY - timedelta(days=1)).children[0].id == dana


def test_a_learning_area_that_is_not_there_is_refused(journal: Journal) -> None:
    refused(lambda: journal.note(area_key="astronomy"), NotFound)


def test_the_kazakh_language_is_refused_where_the_group_is_not_assessed_in_it(journal: Journal) -> None:
    group = journal.group
    journal.note(area_key="kazakh")
    with journal.database.writing() as session:
        groups.change_group(
            session,
            journal.school.console,
            group.id,
            name=group.name,
            age=None,
            language=TeachingLanguage.RUSSIAN,
            assesses_kazakh=False,
        )
    assert "не оценивается" in refused(lambda: journal.note(area_key="kazakh"))


def test_a_criterion_is_one_of_the_year_the_area_and_the_age(journal: Journal) -> None:
    school, (dana, _, timur) = journal.school, journal.child_ids
    with journal.database.reading() as session:
        of_year = catalogue.criteria_of(session, school.console, journal.group.school_year_id)
    of_another_area = next(one for one in of_year if one.age == 5 and one.area_key != journal.criterion.area_key)

    def named(version_id: UUID, *child_ids: UUID) -> str:
        return refused(lambda: journal.note(child_ids=child_ids, criterion_version_id=version_id))

    assert "учебного года" in named(uuid4(), dana)
    assert "из другой организованной деятельности" in named(of_another_area.version_id, dana)
    assert "не для возраста" in named(journal.criterion.version_id, timur)
    assert "Сделайте запись для каждого возраста отдельно" in named(journal.criterion.version_id, dana, timur)
    assert len(journal.note(child_ids=(dana, timur)).children) == 2  # without a criterion the ages may differ


def test_nothing_is_on_record_after_a_refusal(journal: Journal) -> None:
    refused(lambda: journal.note(criterion_version_id=uuid4()))
    assert [journal.count(table) for table in (Observation, ObservationChild, Text, TextVersion)] == [0, 0, 0, 0]


# --- who may ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [None, *Role], ids=lambda role: role.value if role else "no role")
def test_a_role_notes_where_it_marks_and_reads_where_it_reads(journal: Journal, role: Role | None) -> None:
    own = journal.note()
    actor = a_colleague(journal.school, *([] if role is None else [Held(role)]))
    allowed = frozenset() if role is None else PERMISSIONS[role]
    if Permission.READ_GROUP in allowed:
        assert [note.id for note in journal.notes(actor)] == [own.id]
        assert not journal.notes(actor)[0].may_remove
    else:
        refused(lambda: journal.notes(actor), NotAllowed)
    if Permission.MARK in allowed:
        assert journal.note(actor).may_remove
    else:
        refused(lambda: journal.note(actor), NotAllowed)
    refused(lambda: journal.remove(own.id, actor), NotAllowed)


def test_a_specialist_notes_in_the_own_area_and_reads_all(journal: Journal) -> None:
    journal.note()
    specialist = a_colleague(journal.school, Held(Role.SPECIALIST, area_key="music"))
    refused(lambda: journal.note(specialist), NotAllowed)
    journal.note(specialist, area_key="music")
    assert len(journal.notes(specialist)) == 2
    with journal.database.reading() as session:
        view = roster.group(session, specialist, journal.group.id)
        assert [area.key for area in observations.areas_to_note(session, specialist, view)] == ["music"]


def test_a_teacher_of_another_group_neither_notes_nor_reads_nor_removes(journal: Journal) -> None:
    saved = journal.note()
    with journal.database.writing() as session:
        other = add_group(session, journal.school, "Балапан", year_id=journal.group.school_year_id)
    stranger = a_teacher(journal.school, other)
    refused(lambda: journal.note(stranger), NotAllowed)
    refused(lambda: journal.notes(stranger), NotAllowed)
    refused(lambda: journal.remove(saved.id, stranger), NotFound)


def test_nothing_of_another_organisation_is_read_noted_or_removed(journal: Journal) -> None:
    saved = journal.note()
    other = found_school(journal.database, name="Чужой сад", login="other")
    for actor in (other.console, Person(other.organisation_id, other.account.id, (Held(Role.TEACHER),))):
        for act in (journal.notes, journal.note, partial(journal.remove, saved.id)):
            refused(partial(act, actor), NotFound)
    own = a_journal(other)
    refused(lambda: own.note(child_ids=journal.child_ids[:1]), NotFound)
    assert own.notes() == []


def test_the_console_notes_and_removes_under_the_name_of_its_user(journal: Journal) -> None:
    console = journal.school.console
    saved = journal.note(console)
    assert (saved.by, saved.may_remove) == (console.user, True)
    refused(lambda: journal.remove(saved.id, Console(console.organisation_id, "somebody")), NotAllowed)
    journal.remove(saved.id, console)
    assert journal.notes() == []


# --- reading ---------------------------------------------------------------------------------------------


def test_notes_come_by_day_the_newest_first_and_then_as_they_were_written(journal: Journal) -> None:
    for text, day in (("старая", DAY), ("утром", DAY + timedelta(days=1)), ("днём", DAY + timedelta(days=1))):
        journal.note(text=text, observed_on=day)
    assert [note.text for note in journal.notes()] == ["днём", "утром", "старая"]
    assert [note.text for note in journal.notes(limit=2)] == ["днём", "утром"]


def test_notes_of_one_child_or_area_are_found_with_all_their_children(journal: Journal) -> None:
    dana, murat, timur = journal.child_ids
    journal.note(child_ids=(dana, murat), text="о двоих")
    journal.note(child_ids=(timur,), text="о музыке", area_key="music")
    (of_murat,) = journal.notes(child_id=murat)
    assert [child.id for child in of_murat.children] == [dana, murat]
    assert [note.text for note in journal.notes(area_key="music")] == ["о музыке"]
    assert journal.notes(child_id=murat, area_key="music") == []


def test_the_newest_version_of_a_text_is_read_and_an_erased_one_is_none(journal: Journal) -> None:
    journal.note()

    def add_version(version: int, content: str | None) -> None:
        with journal.database.writing() as session:
            text = session.exec(select(Text)).one()
            session.add(
                TextVersion(
                    organisation_id=text.organisation_id,
                    text_id=text.id,
                    version=version,
                    content=content,
                    redacted_at=now() if content is None else None,
                    by_console="test",
                )
            )

    add_version(2, "Исправлено")
    assert journal.notes()[0].text == "Исправлено"
    add_version(3, None)
    assert journal.notes()[0].text is None


def test_a_note_still_reads_after_its_child_has_left(journal: Journal) -> None:
    journal.note()
    with journal.database.writing() as session:
        enrolling.leave(session, journal.school.console, journal.child_ids[0], DAY + timedelta(days=1))
    assert journal.notes()[0].children[0].name.given == "Дана"


def test_opening_the_notes_is_on_record_once_in_some_minutes(journal: Journal) -> None:
    observations.open_notes(journal.database, journal.teacher, journal.group.id)
    journal.note()
    for _ in range(2):
        observations.open_notes(journal.database, journal.teacher, journal.group.id)
    with journal.database.reading() as session:
        opened = session.exec(select(AccessRecord).where(col(AccessRecord.subject) == "notes")).all()
    assert [(row.act, row.subject_id) for row in opened] == [(Act.OPENED, journal.group.id)]


def test_a_list_of_notes_takes_as_many_statements_as_one_note(journal: Journal, statements: Callable[[], int]) -> None:
    def sent() -> int:
        before = statements()
        journal.notes()
        return statements() - before

    journal.note(criterion_version_id=journal.criterion.version_id)
    one = sent()
    for _ in range(5):
        journal.note(child_ids=journal.child_ids[:2])
    assert sent() == one


# --- removing --------------------------------------------------------------------------------------------


def test_removing_a_note_leaves_no_row_of_it_and_of_its_text(journal: Journal) -> None:
    kept = journal.note(text="останется")
    journal.remove(journal.note(child_ids=journal.child_ids[:2]).id)
    assert [note.id for note in journal.notes()] == [kept.id]
    assert [journal.count(table) for table in (Observation, ObservationChild, Text, TextVersion)] == [1, 1, 1, 1]


def test_a_note_removed_twice_is_not_there_the_second_time(journal: Journal) -> None:
    saved = journal.note()
    journal.remove(saved.id)
    refused(lambda: journal.remove(saved.id), NotFound)


def test_a_child_can_be_removed_once_its_notes_are(journal: Journal) -> None:
    saved, console, dana = journal.note(), journal.school.console, journal.child_ids[0]

    def remove_the_child() -> None:
        with journal.database.writing() as session:
            children.remove_child_added_by_mistake(session, console, dana)

    refused(remove_the_child)
    journal.remove(saved.id)
    remove_the_child()


# --- words -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("ru", ["наблюдение", "беседа", "игровая ситуация", "анализ рисунков, поделок", "другое"]),
        (
            "kk",
            ["бақылау", "әңгімелесу", "ойын жағдаяты", "суреттері мен қолдан жасаған бұйымдарын талдау", "басқа"],
        ),
    ],
)
def test_methods_are_said_as_the_forms_have_them(language: Language, expected: list[str]) -> None:
    assert [METHODS[method].render(language) for method in Method] == expected


def test_children_to_choose_from_are_told_apart(school: School) -> None:
    with school.database.writing() as session:
        group = add_group(session, school)
        for name, born_on in (
            ("Ахметова Дана Ерланқызы", date(2021, 1, 5)),
            ("Ахметова Дана", date(2021, 2, 5)),
            ("Сапаров Тимур Маратұлы", date(2021, 3, 5)),
            ("Ли Вера", date(2021, 4, 5)),
            ("Ли Вера", date(2021, 5, 5)),
        ):
            add_child(session, school, group, name, born_on=born_on)
        there = roster.children_of(session, school.console, group.id)
    assert set(short_names(there).values()) == {
        "Ахметова Дана Ерланқызы",
        "Ахметова Дана",
        "Сапаров Тимур",
        "Ли Вера, 05.04.2021",
        "Ли Вера, 05.05.2021",
    }
