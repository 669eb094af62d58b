"""What the check of the record finds, each broken in the database itself, past every act of the program."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, delete, update
from sqlmodel import col, insert, select

from monitoring import checks, ratings
from monitoring.checks import Finding
from monitoring.core.scale import Level, Stage
from monitoring.criteria import catalogue
from monitoring.lists import children, enrolling, groups
from monitoring.ratings import Change
from monitoring.record.database import Database, database_at
from monitoring.record.models import (
    Enrolment,
    Group,
    GroupStage,
    Measures,
    Rating,
    RatingChange,
    RatingCounter,
    TeachingLanguage,
    Text,
    YearStage,
)
from tests.conftest import School, found_school
from tests.lists import add_child, add_group


@dataclass(frozen=True)
class Record:
    """A school with two groups and a child, three marks of it, the first of them changed twice."""

    school: School
    group_id: UUID
    other_group_id: UUID
    child_id: UUID
    versions: tuple[UUID, ...]

    def findings(self) -> list[Finding]:
        with self.school.database.reading() as session:
            return checks.check(session)

    def found(self) -> list[str]:
        return [finding.message.render("en") for finding in self.findings()]


@pytest.fixture
def record(school: School) -> Record:
    with school.database.writing() as session:
        group, other = add_group(session, school), add_group(session, school, "Балапан")
        child_id = add_child(session, school, group)
        versions = tuple(
            one.version_id for one in catalogue.criteria_of(session, school.console, school.year_id, age=5)[:3]
        )
        first = [Change(uuid4(), child_id, version, 0, Level.I) for version in versions]
        ratings.record(session, school.console, group.id, Stage.START, first)
        for revision, level in enumerate((Level.II, None), start=1):
            change = Change(uuid4(), child_id, versions[0], revision, level)
            ratings.record(session, school.console, group.id, Stage.START, [change])
    return Record(school, group.id, other.id, child_id, versions)


@contextmanager
def past_the_keys(database: Database) -> Iterator[Connection]:
    """Write as a damaged program would: the database looks at no foreign key."""
    with database.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            driver.execute("PRAGMA foreign_keys = OFF")
        with connection.execution_options(immediate=True).begin():
            if not sqlite:
                connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            yield connection
        if sqlite:
            driver.execute("PRAGMA foreign_keys = ON")


def test_a_sound_record_has_no_findings(record: Record) -> None:
    assert record.findings() == []


def test_a_mark_changed_past_its_history_is_found(record: Record) -> None:
    with past_the_keys(record.school.database) as connection:
        connection.execute(update(Rating).where(col(Rating.criterion_version_id) == record.versions[1]).values(level=3))
    [finding] = record.findings()
    assert finding.message.render("en") == "The mark is 3 at revision 1, its history ends with 1 at 1."
    assert str(record.child_id) in finding.where.render("en")


def test_a_mark_of_another_revision_than_its_history_is_found(record: Record) -> None:
    with past_the_keys(record.school.database) as connection:
        connection.execute(
            update(Rating).where(col(Rating.criterion_version_id) == record.versions[0]).values(revision=2)
        )
    assert record.found() == ["The mark is - at revision 2, its history ends with - at 3."]


def test_a_lost_mark_is_found_by_its_history(record: Record) -> None:
    with past_the_keys(record.school.database) as connection:
        connection.execute(delete(Rating).where(col(Rating.criterion_version_id) == record.versions[0]))
    assert record.found() == ["There is a history, but no mark."]


def test_a_lost_change_is_found_by_its_mark_and_by_its_number(record: Record) -> None:
    with past_the_keys(record.school.database) as connection:
        connection.execute(delete(RatingChange).where(col(RatingChange.criterion_version_id) == record.versions[2]))
    assert record.found() == ["The mark has no history.", "Of the changes up to 5 there are 4: some are missing."]


@pytest.mark.parametrize("level", [None, 3])
def test_a_change_that_does_not_go_on_from_the_one_before_is_found(record: Record, level: int | None) -> None:
    with past_the_keys(record.school.database) as connection:
        connection.execute(update(RatingChange).where(col(RatingChange.revision) == 2).values(from_level=level))
    [finding] = record.findings()
    assert finding.message.render("en") == "It does not go on from the change before it in the same cell."
    assert finding.where.render("en") == "change 4 of the history"


def test_a_first_change_that_begins_at_a_level_is_found(record: Record) -> None:
    with past_the_keys(record.school.database) as connection:
        first = col(RatingChange.criterion_version_id) == record.versions[1]
        connection.execute(update(RatingChange).where(first).values(from_level=2))
    assert record.found() == ["It does not go on from the change before it in the same cell."]


def test_a_skipped_revision_is_found(record: Record) -> None:
    with past_the_keys(record.school.database) as connection:
        connection.execute(update(RatingChange).where(col(RatingChange.revision) == 3).values(revision=4))
        connection.execute(update(Rating).where(col(Rating.revision) == 3).values(revision=4))
    assert record.found() == ["It does not go on from the change before it in the same cell."]


def test_a_counter_that_is_behind_is_found(record: Record) -> None:
    with past_the_keys(record.school.database) as connection:
        connection.execute(update(RatingCounter).values(last=3))
    assert record.found() == ["The counter of changes stands at 3, the last is 5."]


def test_a_counter_that_is_not_there_is_found(record: Record) -> None:
    with past_the_keys(record.school.database) as connection:
        connection.execute(delete(RatingCounter))
    assert record.found() == ["The counter of changes stands at -, the last is 5."]


def test_a_child_in_two_groups_on_one_day_is_found(record: Record) -> None:
    with record.school.database.writing() as session:
        enrolling.transfer(session, record.school.console, record.child_id, record.other_group_id, date(2026, 12, 1))
    assert record.findings() == []
    with past_the_keys(record.school.database) as connection:
        second = col(Enrolment.group_id) == record.other_group_id
        connection.execute(update(Enrolment).where(second).values(starts_on=date(2026, 11, 30)))
    [finding] = record.findings()
    assert finding.message.render("en") == "It is in two groups on 30/11/2026."
    assert finding.where.render("en") == f"child {record.child_id}"


@pytest.mark.parametrize("day", [date(2026, 8, 31), date(2027, 9, 2)])
def test_an_enrolment_outside_its_school_year_is_found(record: Record, day: date) -> None:
    with past_the_keys(record.school.database) as connection:
        connection.execute(update(Enrolment).values(starts_on=day))
    assert record.found() == [f"Its time in a group from {day:%d/%m/%Y} lies outside the school year 2026-2027."]


def test_an_enrolment_that_ends_after_its_school_year_is_found(record: Record) -> None:
    with past_the_keys(record.school.database) as connection:
        connection.execute(update(Enrolment).values(ends_on=date(2027, 9, 2), end_reason="left"))
    assert record.found() == ["Its time in a group from 01/09/2026 lies outside the school year 2026-2027."]


def test_a_group_without_a_stage_is_found(record: Record) -> None:
    with past_the_keys(record.school.database) as connection:
        gone = (col(GroupStage.group_id) == record.group_id) & (col(GroupStage.stage) == Stage.MID)
        connection.execute(delete(GroupStage).where(gone))
    [finding] = record.findings()
    assert finding.where.render("en") == "group “Күншуақ”"
    assert finding.message.render("en") == "The stage is missing: mid control."


def test_a_school_year_without_a_stage_is_found(record: Record) -> None:
    with past_the_keys(record.school.database) as connection:
        connection.execute(delete(YearStage).where(col(YearStage.stage) == Stage.FINAL))
    assert record.found() == ["The stage is missing: final control."]


def test_marks_of_a_child_that_was_in_no_group_are_found(record: Record) -> None:
    with past_the_keys(record.school.database) as connection:
        connection.execute(delete(Enrolment))
    assert record.found() == ["It has marks of the school year 2026-2027, but was in no group then."]


def test_marks_by_another_set_than_the_childs_are_a_remark_since_its_age_may_have_been_changed(record: Record) -> None:
    with record.school.database.writing() as session:
        children.set_age(session, record.school.console, record.child_id, record.school.year_id, 4)
    [finding] = record.findings()
    assert finding.is_remark
    assert (
        finding.message.render("en") == "2 marks are by criteria of age 5 (start control), the child's set is of age 4."
    )


def test_a_reference_to_another_organisation_is_found(record: Record) -> None:
    other = found_school(record.school.database, name="Другая школа", login="other")
    with other.database.writing() as session:
        theirs = groups.add_group(
            session, other.console, other.year_id, name="Ботақан", age=5, language=TeachingLanguage.KAZAKH
        )
    with past_the_keys(other.database) as connection:
        connection.execute(update(Group).where(col(Group.id) == theirs.id).values(predecessor_id=record.group_id))
    crossing = [finding for finding in record.findings() if finding.where.text.startswith("table {table}, column")]
    assert [str(one.where.render("en")) for one in crossing] == ["table groups, column predecessor_id"]
    assert crossing[0].message.render("en") == "1 row refers to another organisation."


def test_one_organisation_can_be_checked_alone(record: Record) -> None:
    other = found_school(record.school.database, name="Другая школа", login="other")
    with past_the_keys(other.database) as connection:
        connection.execute(update(RatingCounter).values(last=9))
    with other.database.reading() as session:
        assert len(checks.check(session)) == 2
        [finding] = checks.check(session, other.organisation_id)
    assert finding.message.render("en") == "The counter of changes stands at 9, the last is 0."


def test_no_more_than_a_hundred_of_a_kind_are_named(record: Record) -> None:
    with record.school.database.reading() as session:
        stored = session.exec(select(Enrolment)).one()
    with past_the_keys(record.school.database) as connection:
        rows = [
            stored.model_dump() | {"id": uuid4(), "child_id": uuid4(), "starts_on": date(2026, 8, 1)}
            for _ in range(150)
        ]
        connection.execute(insert(Enrolment), rows)
    named = [text for text in record.found() if text.startswith("Its time in a group")]
    assert len(named) == checks.NAMED_AT_MOST


# --- the file of SQLite ----------------------------------------------------------------------------------


@pytest.fixture
def sqlite(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    file = tmp_path / "monitoring.sqlite3"
    shutil.copy(sqlite_template, file)
    made = database_at(file)
    yield made
    made.engine.dispose()


def test_a_reference_to_nothing_is_found(sqlite: Database) -> None:
    school = found_school(sqlite)
    with past_the_keys(sqlite) as connection:
        connection.execute(
            insert(Measures),
            [
                {
                    "id": uuid4(),
                    "organisation_id": school.organisation_id,
                    "child_id": uuid4(),
                    "school_year_id": school.year_id,
                    "stage": Stage.START,
                    "direction_key": "physical",
                    "text_id": uuid4(),
                    "by_console": "test",
                }
            ],
        )
    with sqlite.reading() as session:
        found = {finding.message.render("en") for finding in checks.check(session)}
    assert found == {
        "It refers to a row of children that is not there.",
        "It refers to a row of texts that is not there.",
    }


def test_a_damaged_file_is_found_and_nothing_more_is_asked_of_it(sqlite: Database) -> None:
    school = found_school(sqlite)
    with sqlite.writing() as session:
        session.add_all(Text(organisation_id=school.organisation_id) for _ in range(2000))
    sqlite.engine.dispose()
    assert sqlite.file is not None
    pages = sqlite.file.read_bytes()
    sqlite.file.write_bytes(pages[:-8192] + b"\xa5" * 8192)
    with sqlite.reading() as session:
        findings = checks.check(session)
    assert findings
    assert {finding.where.render("en") for finding in findings} == {"the file of the database"}
