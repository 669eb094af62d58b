"""What is said before a year is undone, and what the wizard says of the catalogue before a year is prepared."""

from dataclasses import replace

import pytest
from sqlmodel import col, select

from monitoring.core.errors import NotAllowed, NotFound, Refusal
from monitoring.criteria import catalogue
from monitoring.criteria.catalogue_file import CatalogueDraft, shipped
from monitoring.lists import new_year
from monitoring.lists.new_year import Undoing
from monitoring.record.models import Group, Role
from tests.conftest import School, found_school
from tests.lists import add_child, person
from tests.test_children import a_rating
from tests.test_new_year import AUTUMN, fill, prepared


def test_what_would_go_is_counted_and_goes(school: School) -> None:
    with school.database.writing() as session:
        fill(session, school)
        year = prepared(session, school)
        assert new_year.undoing(session, school.console, year.id) == Undoing(
            groups=1, children=2, new_children=0, accounts=1
        )
        group = session.exec(select(Group).where(col(Group.school_year_id) == year.id)).one()
        add_child(session, school, group, "Жаңа Бала", on=AUTUMN)
        assert new_year.undoing(session, school.console, year.id) == Undoing(
            groups=1, children=3, new_children=1, accounts=1
        )
        new_year.undo(session, school.console, year.id, also_new_children=True)
        with pytest.raises(NotFound):
            new_year.undoing(session, school.console, year.id)


def test_nothing_is_promised_of_a_year_that_cannot_be_undone(school: School) -> None:
    with school.database.writing() as session:
        kindergarten = fill(session, school)
        year = prepared(session, school)
        with pytest.raises(Refusal):
            new_year.undoing(session, school.console, school.year_id)
        a_rating(session, replace(school, year_id=year.id), kindergarten.ali, kindergarten.four)
        with pytest.raises(Refusal):
            new_year.undoing(session, school.console, year.id)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_who_may_undo_sees_what_would_go(school: School, role: Role) -> None:
    with school.database.writing() as session:
        fill(session, school)
        year = prepared(session, school)
        with pytest.raises(NotAllowed):
            new_year.undoing(session, person(school, role), year.id)
        with pytest.raises(NotAllowed):
            catalogue.differing(session, person(school, role), school.year_id)


def changed_catalogue() -> CatalogueDraft:
    """The shipped one with a criterion reworded, one withdrawn and one new."""
    draft = shipped()
    first, second, *rest = draft.criteria
    reworded = replace(first, text=replace(first.text, ru=f"{first.text.ru}, по-новому"))
    new = replace(second, key=f"{second.key}-new", number=second.number + 50)
    return replace(draft, criteria=(reworded, new, *rest))


def test_a_year_that_works_with_the_newest_wordings_does_not_differ(school: School) -> None:
    with school.database.writing() as session:
        fill(session, school)
        catalogue.load(session, school.console, changed_catalogue())  # no mark yet: the year takes it up
        assert catalogue.differing(session, school.console, school.year_id) == 0


def test_a_year_with_marks_differs_by_what_was_reworded_withdrawn_and_added_since(school: School) -> None:
    with school.database.writing() as session:
        kindergarten = fill(session, school)
        a_rating(session, school, kindergarten.ali, kindergarten.four)
        catalogue.load(session, school.console, changed_catalogue())
        assert catalogue.differing(session, school.console, school.year_id) == 3


def test_another_organisation_neither_counts_nor_is_counted(school: School) -> None:
    other = found_school(school.database, name="Балабақша «Айгөлек»", login="other")
    with school.database.writing() as session:
        fill(session, school)
        year = prepared(session, school)
        with pytest.raises(NotFound):
            new_year.undoing(session, other.console, year.id)
        catalogue.load(session, other.console, changed_catalogue())
        assert catalogue.differing(session, school.console, school.year_id) == 0
