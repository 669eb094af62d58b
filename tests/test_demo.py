"""The demonstration is whole, plausible and the same for the same seed; it is made once and never over real data."""

import shutil
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import pstdev
from uuid import UUID

import pytest
from sqlalchemy import func, update
from sqlalchemy import select as select_columns
from sqlmodel import col, select

from monitoring import checks, demo
from monitoring.core.errors import Refusal
from monitoring.core.scale import STAGES, Level, Stage
from monitoring.criteria import catalogue
from monitoring.demo import NotEmpty
from monitoring.lists import roster, years
from monitoring.lists.roster import GroupView
from monitoring.lists.years import YearView
from monitoring.people import accounts, sign_in
from monitoring.record import clock
from monitoring.record.access import Console, Permission, Person, console, may
from monitoring.record.database import Database, database_at
from monitoring.record.models import (
    Account,
    ChildName,
    Criterion,
    CriterionVersion,
    EndReason,
    Enrolment,
    Group,
    Installation,
    Organisation,
    Rating,
    Role,
    SchoolYear,
    TeachingLanguage,
)
from tests.conftest import found_school

TODAY = clock.today_in(demo.TIME_ZONE)


@dataclass(frozen=True)
class Kindergarten:
    """The kindergarten of «try it», with the school year that has marks and the one after it."""

    database: Database
    console: Console
    marked: YearView
    prepared: YearView

    def groups(self, year: YearView, on: date | None = None) -> list[GroupView]:
        with self.database.reading() as session:
            return roster.groups(session, self.console, year.id, on)

    def on_the_list(self, stage: Stage) -> set[UUID]:
        with self.database.reading() as session:
            return {
                child.id
                for group in roster.groups(session, self.console, self.marked.id)
                for child in roster.on_the_list(session, self.console, group.id, stage)
            }


@pytest.fixture(scope="module")
def kindergarten(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kindergarten]:
    """The demonstration as two people make it who click at the same time."""
    file = tmp_path_factory.mktemp("demo") / "monitoring.sqlite3"
    shutil.copy(sqlite_template, file)
    made = database_at(file)
    with ThreadPoolExecutor(2) as people:
        list(people.map(lambda _: demo.fill_once(made, "kk"), range(2)))
    with made.reading() as session:
        [one] = session.exec(select(Organisation)).all()
        prepared, marked = years.years(session, console(one.id))
    yield Kindergarten(made, console(one.id), marked, prepared)
    made.engine.dispose()


@pytest.fixture
def empty(database: Database) -> Iterator[Database]:
    yield database
    with database.writing() as session:
        session.connection().execute(update(Installation).values(is_demo=False))


def test_it_is_made_once_however_many_ask_for_it(kindergarten: Kindergarten) -> None:
    assert kindergarten.database.file is not None
    assert kindergarten.database.file.with_name(demo.READY).exists()
    demo.fill_once(kindergarten.database, "ru")
    with kindergarten.database.reading() as session:
        assert len(session.exec(select(Organisation)).all()) == 1
        assert session.exec(select(Installation)).one().is_demo


def test_the_account_that_may_do_everything_reads_the_language_of_who_asked(kindergarten: Kindergarten) -> None:
    account = demo.everyones_account(kindergarten.database)
    assert (account.login, account.language.value) == ("demo", "kk")
    with kindergarten.database.reading() as session:
        held = accounts.grants_in_force(session, account.organisation_id, account.id, TODAY)
    person = Person(account.organisation_id, account.id, held)
    assert [permission for permission in Permission if not may(person, permission)] == []


def test_it_has_ten_groups_of_two_languages_and_some_240_children(kindergarten: Kindergarten) -> None:
    groups = kindergarten.groups(kindergarten.marked, kindergarten.marked.window(Stage.START).control_on)
    assert len(groups) == 10
    assert {group.language for group in groups} == set(TeachingLanguage)
    assert {group.age for group in groups} == {2, 3, 4, 5, None}
    assert 230 <= sum(group.children for group in groups) <= 250


def test_its_marked_year_is_the_one_before_todays(kindergarten: Kindergarten) -> None:
    assert kindergarten.prepared.begins == years.year_of(TODAY)
    assert kindergarten.marked.begins == years.year_of(TODAY) - 1


def test_all_three_stages_have_marks_and_not_every_cell_has_one(kindergarten: Kindergarten) -> None:
    with kindergarten.database.reading() as session:
        criteria = catalogue.criteria_of(session, kindergarten.console, kindergarten.marked.id)
        of_age = Counter(one.age for one in criteria)
        for stage in STAGES:
            cells = sum(
                0 if child.age is None else of_age[child.age]
                for group in roster.groups(session, kindergarten.console, kindergarten.marked.id)
                for child in roster.on_the_list(session, kindergarten.console, group.id, stage)
            )
            marks = session.exec(
                select(func.count())
                .select_from(Rating)
                .where(
                    col(Rating.school_year_id) == kindergarten.marked.id,
                    col(Rating.stage) == stage,
                    col(Rating.level) > 0,
                )
            ).one()
            assert cells * 0.9 < marks < cells


def test_children_grow_from_stage_to_stage(kindergarten: Kindergarten) -> None:
    share = {stage: levels(kindergarten.database, stage) for stage in STAGES}
    assert share[Stage.START][Level.I] > share[Stage.MID][Level.I] > share[Stage.FINAL][Level.I] > 0.02
    assert 0.05 < share[Stage.START][Level.III] < share[Stage.MID][Level.III] < share[Stage.FINAL][Level.III] < 0.7


def test_a_child_has_a_talent_of_its_own(kindergarten: Kindergarten) -> None:
    """Were the marks pure chance, the means of some thirteen marks each would lie within 0.2 of each other."""
    with kindergarten.database.reading() as session:
        means = session.exec(
            select(func.avg(Rating.level)).where(col(Rating.stage) == Stage.MID).group_by(col(Rating.child_id))
        ).all()
    assert pstdev(map(float, means)) > 0.28


def test_learning_areas_differ(kindergarten: Kindergarten) -> None:
    with kindergarten.database.reading() as session:
        rows = session.connection().execute(
            select_columns(col(Criterion.area_key), func.avg(Rating.level))
            .join(CriterionVersion, col(CriterionVersion.criterion_id) == col(Criterion.id))
            .join(Rating, col(Rating.criterion_version_id) == col(CriterionVersion.id))
            .group_by(col(Criterion.area_key))
        )
        means = {area: float(mean) for area, mean in rows}
    assert max(means.values()) - min(means.values()) > 0.15


def test_children_come_and_go_in_the_course_of_the_year(kindergarten: Kindergarten) -> None:
    start, final = (kindergarten.on_the_list(stage) for stage in (Stage.START, Stage.FINAL))
    assert final - start
    assert start - final
    with kindergarten.database.reading() as session:
        reasons = Counter(
            session.exec(select(Enrolment.end_reason).where(col(Enrolment.school_year_id) == kindergarten.marked.id))
        )
        passed_by = session.exec(
            select(Enrolment.child_id).where(
                col(Enrolment.starts_on) > kindergarten.marked.window(Stage.START).control_on,
                col(Enrolment.ends_on) <= kindergarten.marked.window(Stage.FINAL).control_on,
            )
        ).all()
    assert reasons[EndReason.LEFT] > 8
    assert reasons[EndReason.TRANSFERRED] > 0
    assert set(passed_by) - start - final


def test_a_mark_is_typed_by_whom_it_belongs_to(kindergarten: Kindergarten) -> None:
    """The music teacher's by her, the Kazakh teacher's only in Russian groups, the rest by the class teacher."""
    authors = {(area, language): logins for area, language, logins in marks_by(kindergarten.database)}
    assert authors["music", TeachingLanguage.KAZAKH] == authors["music", TeachingLanguage.RUSSIAN] == {"music"}
    assert authors["kazakh", TeachingLanguage.RUSSIAN] == {"qazaq"}
    assert "qazaq" not in authors["kazakh", TeachingLanguage.KAZAKH]
    assert not {"music", "sport", "qazaq", "psy", "demo"} & authors["speech", TeachingLanguage.KAZAKH]


def test_todays_year_has_marks_of_the_stages_that_are_over(kindergarten: Kindergarten) -> None:
    with kindergarten.database.reading() as session:
        year_id = col(Rating.school_year_id) == kindergarten.prepared.id
        marked = set(session.exec(select(Rating.stage).where(year_id).distinct()))
    assert marked == {window.stage for window in kindergarten.prepared.stages if window.closes_on < TODAY}


def test_todays_year_is_prepared_with_children_moved_on(kindergarten: Kindergarten) -> None:
    with kindergarten.database.reading() as session:
        enrolled = {
            year.id: set(session.exec(select(Enrolment.child_id).where(col(Enrolment.school_year_id) == year.id)))
            for year in (kindergarten.marked, kindergarten.prepared)
        }
    assert len(enrolled[kindergarten.marked.id] & enrolled[kindergarten.prepared.id]) > 150
    groups = kindergarten.groups(kindergarten.prepared)
    assert len(groups) == 10
    assert {group.age for group in groups} == {2, 3, 4, 5, None}
    assert 220 <= sum(group.children for group in groups) <= 260


def test_every_teacher_has_a_group_in_todays_year(kindergarten: Kindergarten) -> None:
    today = {group.id for group in kindergarten.groups(kindergarten.prepared)}
    with kindergarten.database.reading() as session:
        for account in session.exec(select(Account)):
            held = accounts.grants_in_force(session, account.organisation_id, account.id, TODAY)
            assert any(one.group_id is None or one.group_id in today for one in held), account.login


def test_no_two_children_share_a_name(kindergarten: Kindergarten) -> None:
    with kindergarten.database.reading() as session:
        names = session.exec(select(ChildName.family, ChildName.given)).all()
    assert len(names) == len(set(names))


def test_the_check_of_the_record_has_nothing_to_say(kindergarten: Kindergarten) -> None:
    with kindergarten.database.reading() as session:
        assert checks.check(session) == []


@pytest.mark.parametrize("database", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_the_same_seed_and_day_give_the_same_kindergarten_on_any_database(
    kindergarten: Kindergarten, empty: Database
) -> None:
    demo.fill(empty, "kindergarten", today=TODAY, language="kk")
    assert people_and_marks(empty) == people_and_marks(kindergarten.database)


# --- the village school ----------------------------------------------------------------------------------


def test_the_school_is_one_class_of_three_five_year_olds_and_one_account(empty: Database) -> None:
    made = demo.fill(empty, "school", today=date(2026, 11, 22))
    assert [one.login for one in made] == ["demo"]
    assert set(made[0].roles) == {Role.ADMINISTRATOR, Role.METHODOLOGIST, Role.TEACHER}
    with empty.reading() as session:
        one = session.exec(select(Organisation)).one()
        for year in years.years(session, console(one.id)):
            [group] = roster.groups(session, console(one.id), year.id)
            assert (group.age, group.children) == (5, 3)
        assert set(session.exec(select(Rating.stage).distinct())) == set(STAGES)
        assert checks.check(session) == []


def test_the_printed_passwords_open_the_door(empty: Database) -> None:
    [account] = demo.fill(empty, "school", today=date(2026, 11, 22))
    token = sign_in.sign_in(empty, account.login, account.password, address="127.0.0.1")
    with empty.reading() as session:
        signed_in = sign_in.resume(session, token)
    assert signed_in is not None
    assert not signed_in.must_change_password
    assert all(may(signed_in.person, permission) for permission in Permission)


def test_another_seed_gives_other_people(empty: Database, kindergarten: Kindergarten) -> None:
    demo.fill(empty, "school", seed=2, today=TODAY)
    names = {name for _, name, *_ in people_and_marks(empty)[1]}
    assert not names <= {name for _, name, *_ in people_and_marks(kindergarten.database)[1]}


def test_it_is_marked_as_invented_for_good(empty: Database) -> None:
    demo.fill(empty, "school", today=date(2026, 11, 22))
    with empty.reading() as session:
        assert session.exec(select(Installation)).one().is_demo


def test_a_database_that_has_an_organisation_is_left_alone(empty: Database) -> None:
    found_school(empty)
    with pytest.raises(NotEmpty):
        demo.fill(empty, "school", today=date(2026, 11, 22))
    with empty.reading() as session:
        assert len(session.exec(select(Organisation)).all()) == 1
        assert not session.exec(select(Installation)).one().is_demo


def test_one_whose_last_step_was_cut_is_finished(sqlite_template: Path, tmp_path: Path) -> None:
    file = tmp_path / "monitoring.sqlite3"
    shutil.copy(sqlite_template, file)
    made = database_at(file)
    demo.fill(made, "school", today=TODAY)
    demo.fill_once(made, "ru")
    assert (tmp_path / demo.READY).exists()
    with made.reading() as session:
        assert len(session.exec(select(Organisation)).all()) == 1
    made.engine.dispose()


def test_a_demonstration_without_its_account_says_what_to_do(empty: Database) -> None:
    found_school(empty)
    with empty.writing() as session:
        session.connection().execute(update(Account).values(disabled_at=func.current_timestamp()))
    with pytest.raises(Refusal):
        demo.everyones_account(empty)


# --- what is looked at -----------------------------------------------------------------------------------


def levels(database: Database, stage: Stage) -> dict[int, float]:
    """The share of each level among the marks of a stage."""
    with database.reading() as session:
        counts = Counter(
            session.exec(select(Rating.level).where(col(Rating.stage) == stage, col(Rating.level).is_not(None)))
        )
    return {level: counts[level] / counts.total() for level in Level}


def marks_by(database: Database) -> list[tuple[str, TeachingLanguage, set[str]]]:
    with database.reading() as session:
        rows = session.connection().execute(
            select_columns(col(Criterion.area_key), col(Group.language), col(Account.login))
            .distinct()
            .select_from(Rating)
            .join(CriterionVersion, col(CriterionVersion.id) == col(Rating.criterion_version_id))
            .join(Criterion, col(Criterion.id) == col(CriterionVersion.criterion_id))
            .join(Account, col(Account.id) == col(Rating.by_account_id))
            .join(
                Enrolment,
                (col(Enrolment.child_id) == col(Rating.child_id))
                & (col(Enrolment.school_year_id) == col(Rating.school_year_id))
                & col(Enrolment.ends_on).is_(None),
            )
            .join(Group, col(Group.id) == col(Enrolment.group_id))
            .where(col(Rating.stage) == Stage.FINAL)  # no child changes the group after it
        )
        found: dict[tuple[str, TeachingLanguage], set[str]] = {}
        for area, language, login in rows:
            found.setdefault((area, language), set()).add(login)
    return [(area, language, logins) for (area, language), logins in found.items()]


def people_and_marks(database: Database) -> tuple[list[tuple[object, ...]], ...]:
    """Everything that must not depend on the ids: accounts, children with their groups, and every mark."""
    with database.reading() as session:
        connection = session.connection()
        logins = connection.execute(
            select_columns(col(Account.login), col(Account.name), col(Account.position), col(Account.language))
        )
        places = connection.execute(
            select_columns(
                col(SchoolYear.begins),
                col(ChildName.match_key),
                col(Group.name),
                col(Enrolment.starts_on),
                col(Enrolment.ends_on),
            )
            .select_from(Enrolment)
            .join(ChildName, col(ChildName.child_id) == col(Enrolment.child_id))
            .join(Group, col(Group.id) == col(Enrolment.group_id))
            .join(SchoolYear, col(SchoolYear.id) == col(Enrolment.school_year_id))
        )
        marks = connection.execute(
            select_columns(
                col(ChildName.match_key), col(Rating.stage), col(Criterion.key), col(Rating.level), col(Account.login)
            )
            .select_from(Rating)
            .join(ChildName, col(ChildName.child_id) == col(Rating.child_id))
            .join(CriterionVersion, col(CriterionVersion.id) == col(Rating.criterion_version_id))
            .join(Criterion, col(Criterion.id) == col(CriterionVersion.criterion_id))
            .join(Account, col(Account.id) == col(Rating.by_account_id))
        )
        return tuple(sorted(map(tuple, rows.all()), key=str) for rows in (logins, places, marks))
