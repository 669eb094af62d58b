from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlmodel import Session, SQLModel, col, select

from monitoring.core.errors import Conflict, NotFound, Refusal
from monitoring.core.names import FullName
from monitoring.core.scale import StartSet
from monitoring.lists import children, enrolling, groups, new_year, roster, year_plan, years
from monitoring.lists.year_plan import Decision, NextChild, NextGroup, NextYear, Wordings
from monitoring.people import accounts
from monitoring.people.accounts import NewGrant
from monitoring.record.models import AccessRecord, Act, EndReason, Grant, Group, Role, SchoolYear, TeachingLanguage
from tests.conftest import YEAR, School, found_school
from tests.lists import add_child, add_group, statements
from tests.test_children import Note, a_conclusion, a_measure, a_rating, an_observation

__all__ = ["statements"]  # a fixture
AUTUMN = date(YEAR + 1, 9, 1)


@dataclass(frozen=True)
class Kindergarten:
    """A year that ends: a group of 4 with two children and one who left, and a finishing group with one."""

    four: Group
    finishing: Group
    ali: UUID
    dana: UUID
    gone: UUID
    oldest: UUID


def four_year_old(session: Session, school: School, group: Group, name: str) -> UUID:
    return add_child(session, school, group, name, born_on=date(YEAR - 4, 6, 1))


def fill(session: Session, school: School) -> Kindergarten:
    four, finishing = add_group(session, school, "Гүл", 4), add_group(session, school, "Мектепалды", 5)
    gone = four_year_old(session, school, four, "Кеткен Бала")
    enrolling.leave(session, school.console, gone, date(YEAR + 1, 6, 10))
    accounts.give(session, school.console, school.account.id, NewGrant(Role.TEACHER, four.id))
    return Kindergarten(
        four,
        finishing,
        four_year_old(session, school, four, "Али Бек"),
        four_year_old(session, school, four, "Дана Бек"),
        gone,
        add_child(session, school, finishing, "Үлкен Бала"),
    )


def proposed(session: Session, school: School) -> NextYear:
    return year_plan.propose(session, school.console, school.year_id)


def changed(plan: NextYear, child_id: UUID, **changes: object) -> NextYear:
    """The plan with one child changed, as the wizard does it."""

    def edit(child: NextChild) -> NextChild:
        return replace(child, **changes) if child.child_id == child_id else child  # type: ignore[arg-type]

    return replace(plan, children=tuple(edit(child) for child in plan.children))


def everything(session: Session) -> dict[str, set[str]]:
    """Every row of every table, as text; a row that changed is another row."""
    return {
        table.name: {repr(tuple(row)) for row in session.connection().execute(table.select())}
        for table in SQLModel.metadata.sorted_tables
    }


def test_the_proposal_makes_groups_a_year_older_and_marks_those_that_finish(school: School) -> None:
    with school.database.writing() as session:
        kindergarten = fill(session, school)
        mixed = add_group(session, school, "Аралас", None)
        plan = proposed(session, school)
        assert (plan.begins, plan.start_set, plan.wordings) == (YEAR + 1, StartSet.OWN, Wordings.NEWEST)
        assert plan.stages == years.default_stages(YEAR + 1)
        assert [(group.predecessor_id, group.name, group.age, group.finishing) for group in plan.groups] == [
            (kindergarten.four.id, "Гүл", 5, False),
            (kindergarten.finishing.id, "Мектепалды", 5, True),
            (mixed.id, "Аралас", None, False),
        ]


def test_the_proposal_moves_children_with_their_group_and_releases_the_oldest(school: School) -> None:
    with school.database.writing() as session:
        kindergarten = fill(session, school)
        mixed = add_group(session, school, "Аралас", None)
        five_in_mixed = add_child(session, school, mixed, "Ян Бес")
        plan = proposed(session, school)
        target = plan.groups[0].id
        assert [
            (child.child_id, child.age_now, child.age_next, child.decision, child.to_group_id)
            for child in plan.children
        ] == [
            (kindergarten.ali, 4, 5, Decision.MOVE, target),
            (kindergarten.dana, 4, 5, Decision.MOVE, target),
            (kindergarten.oldest, 5, 5, Decision.RELEASE, None),
            (five_in_mixed, 5, 5, Decision.RELEASE, None),
        ]


def test_a_child_whose_age_was_chosen_grows_a_year_from_there(school: School) -> None:
    with school.database.writing() as session:
        kindergarten = fill(session, school)
        children.set_age(session, school.console, kindergarten.ali, school.year_id, 3)
        ali = next(child for child in proposed(session, school).children if child.child_id == kindergarten.ali)
        assert (ali.age_now, ali.age_next) == (3, 4)


def test_own_dates_of_the_stages_come_along_into_the_next_year(school: School) -> None:
    with school.database.writing() as session:
        october = years.StageWindow(
            years.default_stages(YEAR)[0].stage, date(YEAR, 10, 1), date(YEAR, 10, 5), date(YEAR, 10, 31)
        )
        years.change_stage_dates(session, school.console, school.year_id, october)
        year = new_year.prepare(session, school.console, proposed(session, school))
        stages = years.stages_of(session, school.console, year.id)
        assert stages[0].control_on == date(YEAR + 1, 10, 5)


def test_preparing_alters_no_row_of_what_was_there(school: School) -> None:
    with school.database.writing() as session:
        fill(session, school)
    with school.database.reading() as session:
        before = everything(session)
    with school.database.writing() as session:
        new_year.prepare(session, school.console, proposed(session, school))
    with school.database.reading() as session:
        after = everything(session)
    assert all(rows <= after[table] for table, rows in before.items())
    assert len(after["groups"]) == len(before["groups"]) + 1


def test_the_prepared_year_has_groups_children_sets_and_grants_as_planned(school: School) -> None:
    with school.database.writing() as session:
        kindergarten = fill(session, school)
        plan = proposed(session, school)
        younger = NextGroup(uuid4(), None, "Бота", 4, TeachingLanguage.RUSSIAN)
        plan = replace(plan, groups=(*plan.groups, younger), start_set=StartSet.PREVIOUS)
        plan = changed(plan, kindergarten.dana, decision=Decision.KEEP_BACK, to_group_id=younger.id)
        year = new_year.prepare(session, school.console, plan)
        found = roster.groups(session, school.console, year.id, AUTUMN)
        assert [(group.name, group.age, group.predecessor_id, group.children) for group in found] == [
            ("Бота", 4, None, 1),
            ("Гүл", 5, kindergarten.four.id, 1),
        ]
        sets = {
            child_id: roster.child_record(session, school.console, child_id).age_sets[-1]
            for child_id in (kindergarten.ali, kindergarten.dana)
        }
        assert [(one.begins, one.start, one.mid, one.final) for one in sets.values()] == [
            (YEAR + 1, 4, 5, 5),
            (YEAR + 1, 3, 4, 4),
        ]
        gone = roster.child_record(session, school.console, kindergarten.gone).places
        assert [(place.begins, place.end_reason) for place in gone] == [(YEAR, EndReason.LEFT)]
        assert len(roster.child_record(session, school.console, kindergarten.oldest).places) == 1
        grants = session.exec(select(Grant).where(col(Grant.group_id) == plan.groups[0].id)).all()
        assert [(one.account_id, one.role, one.starts_on, one.ends_on) for one in grants] == [
            (school.account.id, Role.TEACHER, date(YEAR + 1, 8, 1), None)
        ]


def test_grants_that_ended_or_belong_to_a_closed_account_are_not_carried(school: School) -> None:
    with school.database.writing() as session:
        kindergarten = fill(session, school)
        console = school.console
        ended = accounts.give(session, console, school.account.id, NewGrant(Role.SPECIALIST, kindergarten.four.id))
        accounts.take_back(session, console, ended.id)
        closed, _ = accounts.create_account(session, console, login="closed", name="Кетіп Қалған")
        accounts.give(session, console, closed.id, NewGrant(Role.TEACHER, kindergarten.four.id))
        accounts.close_account(session, console, closed.id)
        assert [(one.account_id, one.role) for one in proposed(session, school).grants] == [
            (school.account.id, Role.TEACHER)
        ]


def test_a_finishing_group_can_go_on_with_new_children(school: School) -> None:
    with school.database.writing() as session:
        kindergarten = fill(session, school)
        plan = proposed(session, school)
        plan = replace(plan, groups=tuple(replace(group, finishing=False) for group in plan.groups))
        year = new_year.prepare(session, school.console, plan)
        found = roster.groups(session, school.console, year.id, AUTUMN)
        assert {group.predecessor_id: group.children for group in found} == {
            kindergarten.four.id: 2,
            kindergarten.finishing.id: 0,
        }


def test_a_year_is_prepared_once(school: School) -> None:
    with school.database.writing() as session:
        fill(session, school)
        plan = proposed(session, school)
        new_year.prepare(session, school.console, plan)
        with pytest.raises(Refusal):
            new_year.prepare(session, school.console, plan)
        with pytest.raises(Refusal):
            proposed(session, school)


def a_leaver(session: Session, school: School, kindergarten: Kindergarten) -> None:
    enrolling.leave(session, school.console, kindergarten.ali, date(YEAR + 1, 8, 1))


def a_newcomer(session: Session, school: School, kindergarten: Kindergarten) -> None:
    four_year_old(session, school, kindergarten.four, "Жаңа Бала")


def a_transfer(session: Session, school: School, kindergarten: Kindergarten) -> None:
    enrolling.transfer(session, school.console, kindergarten.ali, kindergarten.finishing.id, date(YEAR + 1, 2, 1))


def a_grant_taken_back(session: Session, school: School, kindergarten: Kindergarten) -> None:
    grant = session.exec(select(Grant).where(col(Grant.group_id) == kindergarten.four.id)).one()
    accounts.take_back(session, school.console, grant.id)


@pytest.mark.parametrize("change", [a_leaver, a_newcomer, a_transfer, a_grant_taken_back])
def test_a_plan_made_before_the_lists_changed_is_not_written(
    school: School, change: Callable[[Session, School, Kindergarten], None]
) -> None:
    with school.database.writing() as session:
        kindergarten = fill(session, school)
        plan = proposed(session, school)
        change(session, school, kindergarten)
        with pytest.raises(Conflict):
            new_year.prepare(session, school.console, plan)
        new_year.prepare(session, school.console, proposed(session, school))


def test_a_plan_that_does_not_hold_together_is_not_written(school: School) -> None:
    with school.database.writing() as session:
        kindergarten = fill(session, school)
    with school.database.reading() as session:
        plan = proposed(session, school)
        before = everything(session)
    target = plan.groups[0]
    for wrong in (
        changed(plan, kindergarten.ali, to_group_id=None),
        changed(plan, kindergarten.ali, to_group_id=uuid4()),
        changed(plan, kindergarten.ali, decision=Decision.KEEP_BACK),
        replace(plan, children=plan.children[1:]),
        replace(plan, children=(*plan.children, plan.children[0])),
        replace(plan, groups=(*plan.groups, replace(target, id=uuid4()))),
        replace(plan, groups=(replace(target, predecessor_id=uuid4()), *plan.groups[1:])),
        replace(plan, grants=(replace(plan.grants[0], to_group_id=uuid4()),)),
        replace(plan, grants=(replace(plan.grants[0], role=Role.ADMINISTRATOR),)),
        replace(plan, stages=plan.stages[1:]),
    ):
        with pytest.raises(Refusal), school.database.writing() as session:
            new_year.prepare(session, school.console, wrong)
    with school.database.reading() as session:
        assert everything(session) == before


def test_a_year_of_another_organisation_is_neither_proposed_nor_prepared_nor_undone(school: School) -> None:
    other = found_school(school.database, name="Балабақша «Айгөлек»", login="other")
    with school.database.writing() as session:
        plan = proposed(session, school)
        with pytest.raises(NotFound):
            year_plan.propose(session, other.console, school.year_id)
        with pytest.raises(NotFound):
            new_year.prepare(session, other.console, plan)
        with pytest.raises(NotFound):
            new_year.undo(session, other.console, school.year_id)


# --- undoing ---------------------------------------------------------------------------------------------


def prepared(session: Session, school: School) -> SchoolYear:
    return new_year.prepare(session, school.console, proposed(session, school))


def test_undoing_leaves_everything_as_it_was_but_the_register(school: School) -> None:
    with school.database.writing() as session:
        fill(session, school)
    with school.database.reading() as session:
        before = everything(session)
    with school.database.writing() as session:
        year = prepared(session, school)
    with school.database.writing() as session:
        new_year.undo(session, school.console, year.id)
    with school.database.reading() as session:
        after = everything(session)
        assert before.pop("access_records") < after.pop("access_records")
        assert after == before
        removed = session.exec(select(AccessRecord).where(col(AccessRecord.act) == Act.REMOVED)).all()
        assert (removed[-1].subject, removed[-1].subject_id) == ("school_year", year.id)


def test_after_undoing_the_year_can_be_prepared_again(school: School) -> None:
    with school.database.writing() as session:
        fill(session, school)
        for _ in range(2):
            new_year.undo(session, school.console, prepared(session, school).id)
        assert len(roster.groups(session, school.console, prepared(session, school).id)) == 1


@pytest.mark.parametrize("note", [a_rating, an_observation, a_measure, a_conclusion])
def test_a_year_in_which_anything_is_noted_is_not_undone(school: School, note: Note) -> None:
    with school.database.writing() as session:
        kindergarten = fill(session, school)
        note(session, school, kindergarten.ali, kindergarten.four)  # of the old year: no hindrance
        new_year.undo(session, school.console, prepared(session, school).id)
        year = prepared(session, school)
        target = session.exec(select(Group).where(col(Group.school_year_id) == year.id)).one()
        note(session, replace(school, year_id=year.id), kindergarten.ali, target)
        with pytest.raises(Refusal):
            new_year.undo(session, school.console, year.id)


def test_children_added_since_go_with_the_year_only_when_that_is_said(school: School) -> None:
    with school.database.writing() as session:
        fill(session, school)
        year = prepared(session, school)
        group = session.exec(select(Group).where(col(Group.school_year_id) == year.id)).one()
        added = add_child(session, school, group, "Жаңа Бала", on=AUTUMN)
        with pytest.raises(Refusal):
            new_year.undo(session, school.console, year.id)
        new_year.undo(session, school.console, year.id, also_new_children=True)
        with pytest.raises(NotFound):
            children.correct_child(
                session, school.console, added, name=FullName("Жаңа", "Бала"), born_on=date(YEAR - 4, 1, 1)
            )
        assert len(roster.names_on_list(session, school.console, school.year_id)) == 4


def test_grants_given_since_for_a_new_group_go_with_the_year(school: School) -> None:
    with school.database.writing() as session:
        fill(session, school)
        year = prepared(session, school)
        added = groups.add_group(session, school.console, year.id, name="Аққу", age=3, language=TeachingLanguage.KAZAKH)
        accounts.give(session, school.console, school.account.id, NewGrant(Role.TEACHER, added.id))
        new_year.undo(session, school.console, year.id)
        assert len(session.exec(select(Grant).where(col(Grant.group_id).is_not(None))).all()) == 1


def test_neither_the_first_year_nor_one_that_has_a_successor_is_undone(school: School) -> None:
    with school.database.writing() as session:
        fill(session, school)
        with pytest.raises(Refusal):
            new_year.undo(session, school.console, school.year_id)
        second = prepared(session, school)
        third = new_year.prepare(session, school.console, year_plan.propose(session, school.console, second.id))
        with pytest.raises(Refusal):
            new_year.undo(session, school.console, second.id)
        new_year.undo(session, school.console, third.id)
        new_year.undo(session, school.console, second.id)


def test_a_whole_kindergarten_is_prepared_in_few_statements(school: School, statements: Callable[[], int]) -> None:
    with school.database.writing() as session:
        four = add_group(session, school, "Гүл", 4)
        for number in range(60):
            four_year_old(session, school, four, f"Бек Али{'а' * number}")
    with school.database.writing() as session:
        before = statements()
        prepared(session, school)
        assert statements() - before < 40
