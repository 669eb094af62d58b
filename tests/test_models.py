"""The database itself refuses what must not be on record, whatever the program does."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel, col, select

from monitoring.core.scale import Stage
from monitoring.lists import groups
from monitoring.record.database import Database
from monitoring.record.models import (
    Account,
    Child,
    EndReason,
    Enrolment,
    Entered,
    Grant,
    Organisation,
    OrganisationKind,
    Rating,
    RatingChange,
    Role,
    TeachingLanguage,
    Text,
    TextVersion,
    YearCriterion,
)
from tests.conftest import School, found_school


def a_group(school: School, name: str = "Балапан") -> UUID:
    with school.database.writing() as session:
        return groups.add_group(
            session, school.console, school.year_id, name=name, age=5, language=TeachingLanguage.KAZAKH
        ).id


def a_child(school: School) -> UUID:
    child = Child(organisation_id=school.organisation_id, born_on=date(2021, 5, 4))
    with school.database.writing() as session:
        session.add(child)
    return child.id


def an_enrolment(school: School, child_id: UUID, group_id: UUID, **values: Any) -> Enrolment:
    return Enrolment(
        organisation_id=school.organisation_id,
        child_id=child_id,
        school_year_id=school.year_id,
        group_id=group_id,
        starts_on=date(2026, 9, 1),
        **values,
    )


def a_rating(school: School, child_id: UUID, **values: Any) -> Rating:
    with school.database.reading() as session:
        version = session.exec(
            select(YearCriterion.criterion_version_id)
            .where(col(YearCriterion.school_year_id) == school.year_id)
            .order_by(col(YearCriterion.criterion_version_id))
        ).first()
    assert version is not None
    usual: dict[str, Any] = {
        "organisation_id": school.organisation_id,
        "child_id": child_id,
        "school_year_id": school.year_id,
        "stage": Stage.START,
        "criterion_version_id": version,
        "level": 3,
        "revision": 1,
        "by_console": "test",
    }
    return Rating(**(usual | values))


def refuses(database: Database, *rows: SQLModel) -> bool:
    """Tell whether the database refuses rows as a breach of its own constraints."""
    with pytest.raises(IntegrityError), database.writing() as session:
        session.add_all(rows)
    return True


def test_a_rating_of_a_child_of_another_organisation_is_refused(school: School) -> None:
    other = found_school(school.database, name="Другой сад", login="other")
    assert refuses(school.database, a_rating(school, a_child(other)))


def test_a_rating_by_a_criterion_of_another_organisation_is_refused(school: School) -> None:
    other = found_school(school.database, name="Другой сад", login="other")
    foreign = a_rating(other, a_child(other)).criterion_version_id
    assert refuses(school.database, a_rating(school, a_child(school), criterion_version_id=foreign))


def test_a_rating_that_names_an_account_of_another_organisation_is_refused(school: School) -> None:
    other = found_school(school.database, name="Другой сад", login="other")
    row = a_rating(school, a_child(school), by_console=None, by_account_id=other.account.id)
    assert refuses(school.database, row)


@pytest.mark.parametrize("level", [0, 4, -1])
def test_a_level_outside_one_to_three_is_refused(school: School, level: int) -> None:
    assert refuses(school.database, a_rating(school, a_child(school), level=level))


@pytest.mark.parametrize("level", [1, 2, 3, None])
def test_a_level_from_one_to_three_or_none_is_taken(school: School, level: int | None) -> None:
    with school.database.writing() as session:
        session.add(a_rating(school, a_child(school), level=level))


def test_a_rating_that_nobody_gave_is_refused(school: School) -> None:
    assert refuses(school.database, a_rating(school, a_child(school), by_console=None))


def test_two_ratings_of_one_cell_are_refused(school: School) -> None:
    child_id = a_child(school)
    assert refuses(school.database, a_rating(school, child_id), a_rating(school, child_id))


def test_two_open_enrolments_of_one_child_are_refused(school: School) -> None:
    child_id = a_child(school)
    one, two = a_group(school), a_group(school, "Күншуақ")
    assert refuses(school.database, an_enrolment(school, child_id, one), an_enrolment(school, child_id, two))


def test_an_enrolment_after_one_that_ended_is_taken(school: School) -> None:
    child_id, group_id = a_child(school), a_group(school)
    ended = an_enrolment(school, child_id, group_id, ends_on=date(2026, 10, 1), end_reason=EndReason.LEFT)
    with school.database.writing() as session:
        session.add_all([ended, an_enrolment(school, child_id, group_id)])


def test_an_enrolment_that_ends_before_it_begins_is_refused(school: School) -> None:
    backwards = an_enrolment(
        school, a_child(school), a_group(school), ends_on=date(2026, 8, 31), end_reason=EndReason.LEFT
    )
    assert refuses(school.database, backwards)


def test_an_enrolment_in_a_group_of_another_organisation_is_refused(school: School) -> None:
    other = found_school(school.database, name="Другой сад", login="other")
    assert refuses(school.database, an_enrolment(school, a_child(school), a_group(other)))


def test_a_grant_of_a_group_that_is_not_there_is_refused(school: School) -> None:
    grant = Grant(
        organisation_id=school.organisation_id,
        account_id=school.account.id,
        role=Role.TEACHER,
        group_id=uuid4(),
        starts_on=date(2026, 9, 1),
    )
    assert refuses(school.database, grant)


def test_a_grant_of_a_group_of_another_organisation_is_refused(school: School) -> None:
    other = found_school(school.database, name="Другой сад", login="other")
    grant = Grant(
        organisation_id=school.organisation_id,
        account_id=school.account.id,
        role=Role.TEACHER,
        group_id=a_group(other),
        starts_on=date(2026, 9, 1),
    )
    assert refuses(school.database, grant)


def test_a_change_id_is_unique_in_the_history(school: School) -> None:
    child_id, change_id = a_child(school), uuid4()
    rating = a_rating(school, child_id)

    def change(sequence: int) -> RatingChange:
        return RatingChange(
            organisation_id=school.organisation_id,
            sequence=sequence,
            change_id=change_id,
            child_id=child_id,
            school_year_id=school.year_id,
            stage=Stage.START,
            criterion_version_id=rating.criterion_version_id,
            to_level=3,
            revision=sequence,
            entered=Entered.TYPED,
            by_console="test",
        )

    assert refuses(school.database, change(1), change(2))


def test_a_role_that_the_program_does_not_know_is_refused(school: School) -> None:
    with pytest.raises(Exception, match=r"ck_grants_role|LookupError"), school.database.writing() as session:
        session.connection().exec_driver_sql(
            "INSERT INTO grants (id, organisation_id, account_id, role, starts_on) "
            f"VALUES ('{uuid4()}', '{school.organisation_id}', '{school.account.id}', 'director', '2026-09-01')"
        )


def test_a_redacted_text_keeps_no_content(school: School) -> None:
    text = Text(organisation_id=school.organisation_id)
    with school.database.writing() as session:
        session.add(text)
    half_redacted = TextVersion(
        organisation_id=school.organisation_id,
        text_id=text.id,
        version=1,
        content="Любит лепить",
        redacted_at=datetime.now(UTC),
        by_console="test",
    )
    assert refuses(school.database, half_redacted)


def test_a_moment_without_its_zone_is_no_moment(school: School) -> None:
    organisation = Organisation(
        name="x",
        kind=OrganisationKind.SCHOOL,
        language=TeachingLanguage.KAZAKH,
        created_at=datetime(2026, 9, 1),  # noqa: DTZ001 - what is tried here
    )
    with pytest.raises(Exception, match="time zone"), school.database.writing() as session:
        session.add(organisation)


def test_a_moment_comes_back_in_utc_as_it_was_written(school: School) -> None:
    with school.database.reading() as session:
        account = session.exec(select(Account).where(col(Account.id) == school.account.id)).one()
    assert account.created_at == school.account.created_at
    assert account.created_at.tzinfo is UTC
