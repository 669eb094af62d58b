"""The card as it is read: drafts from the marks, what was kept instead, conclusions, and who may read it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

import pytest
from sqlmodel import Session, update

from monitoring.core.errors import NotAllowed, NotFound
from monitoring.core.scale import STAGES, Level, Stage
from monitoring.lists import years
from monitoring.lists.years import YearRules
from monitoring.record.access import Actor, Held, Person
from monitoring.record.models import AtHighest, Group, Organisation, Role, SheetState, TeachingLanguage
from monitoring.results import card, card_acts, levels, measures
from monitoring.results.card import Card
from monitoring.results.way import Kind
from tests.conftest import YEAR, School, found_school
from tests.drawn import DrawnChild, DrawnYear, Ground, Marks, Placed, Stay, ground, placed
from tests.lists import statements
from tests.test_summary import throughout

__all__ = ["statements"]  # a fixture

START, MID, FINAL = STAGES
NOVEMBER = date(YEAR, 11, 1)


@pytest.fixture
def grounds(school: School) -> Ground:
    return ground(school)


@dataclass(frozen=True)
class Desk:
    """A drawn year on record, and a session that sees it."""

    session: Session
    school: School
    there: Placed

    def card(self, actor: Actor | None = None, *, child: int = 0, language: str = "ru") -> Card:
        who = actor or self.school.console
        return card.card_of(self.session, who, self.there.child_ids[child], self.school.year_id, language=language)

    def cell(self, direction: str, stage: Stage = START, *, language: str = "ru") -> tuple[str, ...]:
        return self.card(language=language).cells[stage, direction].lines

    def keep(self, text: str, direction: str = "communicative") -> None:
        card_acts.save_measures(
            self.session,
            self.school.console,
            self.there.child_ids[0],
            self.school.year_id,
            START,
            direction,
            text=text,
            base=0,
        )

    def person(self, role: Role, group: int | None = 0) -> Person:
        group_id = None if group is None else self.there.group_ids[group]
        return Person(self.school.organisation_id, self.school.account.id, (Held(role, group_id),))


@contextmanager
def desk(on: Ground, *children: DrawnChild) -> Iterator[Desk]:
    with desk_of(on, DrawnYear(children)) as at:
        yield at


@contextmanager
def desk_of(on: Ground, year: DrawnYear) -> Iterator[Desk]:
    with placed(on, year) as (session, there):
        yield Desk(session, on.school, there)


def marks(stage: Stage = START, age: int = 5, **areas: Marks) -> dict[tuple[Stage, int, str], Marks]:
    return {(stage, age, area): levels_of for area, levels_of in areas.items()}


def measure(area: str, number: int, *, age: int = 5) -> str:
    return f"Мера {age} {area} {number}, по-русски"


# --- drafts ----------------------------------------------------------------------------------------------


def test_a_cell_is_drafted_from_the_marks_at_one_and_two_of_its_direction(grounds: Ground) -> None:
    child = DrawnChild(marks(speech=(2, 3), kazakh=(2, 1, 1), music=(1, 1, 1, 1, 1)))
    with desk(grounds, child) as at:
        cell = at.card().cells[START, "communicative"]
        assert cell.lines == cell.draft == (measure("kazakh", 2), measure("speech", 1), measure("kazakh", 3))
        assert cell.is_draft
        assert at.cell("creative") == tuple(measure("music", number) for number in (1, 2, 3))


def test_a_draft_is_in_the_language_of_the_card(grounds: Ground) -> None:
    with desk(grounds, DrawnChild(marks(speech=(1, 3)))) as at:
        assert at.cell("communicative", language="kk") == ("Мера 5 speech 1, қазақша",)


def test_an_area_with_a_level_of_its_own_is_drafted_as_if_each_criterion_were_at_it(grounds: Ground) -> None:
    child = DrawnChild(marks(drawing=(2,)), given={(START, "music"): 1, (START, "kazakh"): 3})
    with desk(grounds, child) as at:
        assert at.cell("creative") == (measure("music", 1), measure("drawing", 1), measure("music", 2))
        assert at.cell("communicative") == (measures.developing("kazakh", "ru"),)


def test_a_later_draft_takes_what_no_earlier_one_has_of_the_same_level(grounds: Ground) -> None:
    child = DrawnChild(marks(music=(2, 2, 2, 2, 1)) | marks(MID, music=(2, 2, 2, 2, 2)))
    with desk(grounds, child) as at:
        assert at.cell("creative") == tuple(measure("music", number) for number in (5, 1, 2))
        assert at.cell("creative", MID) == tuple(measure("music", number) for number in (3, 4, 1))


def test_without_marks_or_off_the_list_a_cell_is_empty(grounds: Ground) -> None:
    child = DrawnChild(marks(speech=(1, 1)) | marks(MID, speech=(1, 1)), stays=(Stay(ends_on=NOVEMBER),))
    with desk(grounds, child) as at:
        assert at.cell("creative") == ()
        assert at.cell("communicative", MID) == ()
        assert at.cell("communicative") == (measure("speech", 1), measure("speech", 2))


def test_marks_by_another_set_or_of_an_area_left_out_draft_nothing(grounds: Ground) -> None:
    child = DrawnChild(marks(age=4, speech=(1, 1, 1)) | marks(speech=(None, 2), kazakh=(1, 1, 1)))
    with desk_of(grounds, DrawnYear((child,), assess_kazakh=(False, True))) as at:
        assert at.cell("communicative") == (measure("speech", 2),)


def test_a_child_at_three_throughout_has_what_the_year_says(grounds: Ground) -> None:
    expected = {
        AtHighest.DEVELOP: tuple(measures.developing(area, "ru") for area in ("drawing", "music")),
        AtHighest.DASH: ("—",),
        AtHighest.EMPTY: (),
    }
    for at_highest, lines in expected.items():
        with desk(grounds, DrawnChild(marks(drawing=(3,), music=(3, None, 3, 3, 3)))) as at:
            years.change_rules(at.session, at.school.console, at.school.year_id, YearRules(at_highest=at_highest))
            assert (at.cell("creative"), at.cell("physical")) == (lines, ())


# --- what was kept ---------------------------------------------------------------------------------------


def test_what_was_kept_stands_in_place_of_the_draft_which_stays_beside_it(grounds: Ground) -> None:
    with desk(grounds, DrawnChild(marks(speech=(1, 3)))) as at:
        at.keep("Играть вместе\nПеть вместе")
        cell = at.card().cells[START, "communicative"]
    assert (cell.lines, cell.draft) == (("Играть вместе", "Петь вместе"), (measure("speech", 1),))
    assert (cell.revision, cell.is_draft) == (1, False)


def test_a_cell_kept_empty_stays_empty(grounds: Ground) -> None:
    with desk(grounds, DrawnChild(marks(speech=(1, 3)))) as at:
        at.keep("")
        assert at.cell("communicative") == ()


def test_a_kept_line_that_the_program_drafted_is_printed_in_the_other_language(grounds: Ground) -> None:
    developing = measures.developing("music", "ru")
    with desk(grounds, DrawnChild(marks(speech=(1, 3)))) as at:
        at.keep(f"{measure('speech', 1)}\nСвоими словами\n{developing}")
        assert at.cell("communicative") == (measure("speech", 1), "Своими словами", developing)
        in_kazakh = at.cell("communicative", language="kk")
    assert in_kazakh == ("Мера 5 speech 1, қазақша", "Своими словами", measures.developing("music", "kk"))


def test_what_was_written_in_another_year_is_not_on_the_card_of_this_one(grounds: Ground) -> None:
    with desk(grounds, DrawnChild(marks(speech=(1, 3)), last_year=1)) as at:
        last_year = grounds.last_year_id, START, "communicative"
        child_id = at.there.child_ids[0]
        card_acts.save_measures(at.session, at.school.console, child_id, *last_year, text="Прошлогодние", base=0)
        found = at.card()
        before = card.card_of(at.session, at.school.console, child_id, grounds.last_year_id)
    assert found.cells[START, "communicative"].is_draft
    assert found.conclusions[START, None].given is None
    assert before.cells[START, "communicative"].lines == ("Прошлогодние",)
    assert before.conclusions[START, None].given is Level.I


# --- conclusions -----------------------------------------------------------------------------------------


def test_a_conclusion_is_computed_until_a_teacher_gives_another(grounds: Ground) -> None:
    given: dict[tuple[Stage, str | None], int | None]
    given = {(START, "creative"): 3, (START, "physical"): 2, (START, "social"): None}
    child = DrawnChild(marks(drawing=(1,), music=(1,) * 5, environment=(2,)), concluded=given)
    with desk(grounds, child) as at:
        found = at.card().conclusions
    creative, physical, social = (found[START, key] for key in ("creative", "physical", "social"))
    assert (creative.computed, creative.level, creative.is_overruled) == (Level.I, Level.III, True)
    assert (physical.computed, physical.level, physical.is_overruled) == (None, Level.II, True)
    assert (social.computed, social.level, social.is_overruled) == (Level.II, Level.II, False)
    assert (found[START, None].computed, found[FINAL, "creative"].level) == (None, None)


def test_the_same_level_as_the_computed_one_overrules_nothing(grounds: Ground) -> None:
    with desk(grounds, DrawnChild(marks(environment=(2,)), concluded={(START, "social"): 2})) as at:
        assert not at.card().conclusions[START, "social"].is_overruled


@pytest.mark.parametrize(
    ("approved", "stage"),
    [((), MID), ((START,), START), ((START, MID), MID), ((FINAL,), FINAL)],
)
def test_conclusions_are_of_the_last_approved_stage_else_of_the_last_with_a_level(
    grounds: Ground, approved: tuple[Stage, ...], stage: Stage
) -> None:
    states = [SheetState.APPROVED if one in approved else SheetState.SUBMITTED for one in STAGES]
    child = DrawnChild(marks(environment=(2,)) | marks(MID, environment=(2,)))
    with desk_of(grounds, DrawnYear((child,), states=(*states, *[SheetState.APPROVED] * 3))) as at:
        found = at.card()
    assert (found.concluded_at, found.is_approved) == (stage, bool(approved))


def test_a_stage_that_has_just_begun_takes_no_conclusion_off_the_card(grounds: Ground) -> None:
    with desk(grounds, DrawnChild(throughout(2, START) | marks(MID, environment=(2,)))) as at:
        assert at.card().concluded_at is START
    with desk(grounds, DrawnChild(throughout(2, START) | throughout(2, MID) | marks(FINAL, environment=(2,)))) as at:
        assert at.card().concluded_at is MID


def test_a_card_without_a_level_concludes_nothing(grounds: Ground) -> None:
    with desk(grounds, DrawnChild()) as at:
        found = at.card()
    assert (found.concluded_at, found.is_approved, found.remarks) == (None, False, ())


# --- the card as a whole ---------------------------------------------------------------------------------


def test_a_card_has_the_levels_of_the_group(grounds: Ground) -> None:
    child = DrawnChild(marks(speech=(1, 2)) | marks(MID, music=(3,) * 5), given={(FINAL, "music"): 2})
    with desk(grounds, child) as at:
        of_group = levels.of_group(at.session, at.school.console, at.there.group_ids[0], YearRules())
        assert at.card().results == {one.stage: one for one in of_group}


def test_a_child_that_changed_groups_keeps_the_levels_of_both_and_names_the_last(grounds: Ground) -> None:
    stays = (Stay(0, ends_on=NOVEMBER), Stay(1, NOVEMBER))
    child = DrawnChild(marks(environment=(3,)) | marks(MID, environment=(1,)), stays=stays)
    with desk(grounds, child) as at:
        found = at.card()
        assert found.place.group_id == at.there.group_ids[1]
        assert [one.group_id for one in found.results.values()] == [at.there.group_ids[n] for n in (0, 1, 1)]
    assert [one.area_key for one in found.remarks if one.kind is Kind.FALL] == ["environment"]


def test_areas_are_those_of_the_childs_sets_and_the_age_is_its_last(grounds: Ground) -> None:
    with desk(grounds, DrawnChild(ages={START: 3, MID: 4}), DrawnChild(ages={})) as at:
        first, second = at.card(), at.card(child=1)
    of_both = ["physical_education", "speech", "kazakh", "mathematics", "environment", "drawing", "music"]
    assert [area.key for area in first.areas] == of_both
    assert (first.age, second.age, second.areas) == (4, 5, ())


def test_a_card_speaks_the_language_of_its_group_unless_another_is_asked_for(grounds: Ground) -> None:
    with desk(grounds, DrawnChild(marks(speech=(1, 3)))) as at:
        connection = at.session.connection()
        connection.execute(update(Group).values(language=TeachingLanguage.KAZAKH))
        connection.execute(update(Organisation).values(name_kk="Ақбұлақ ауылының мектебі"))
        at.session.expire_all()
        own = card.card_of(at.session, at.school.console, at.there.child_ids[0], at.school.year_id)
        assert (own.language, own.organisation) == ("kk", "Ақбұлақ ауылының мектебі")
        assert own.cells[START, "communicative"].lines == ("Мера 5 speech 1, қазақша",)
        assert at.card(language="ru").organisation == "Школа села Ақбұлақ"


def test_a_groups_cards_stand_in_the_order_of_names(grounds: Ground) -> None:
    gone = DrawnChild(stays=(Stay(ends_on=NOVEMBER),))
    with desk(grounds, DrawnChild(), DrawnChild(stays=(Stay(1),)), gone, DrawnChild()) as at:
        found = card.cards_of(at.session, at.school.console, at.there.group_ids[0])
        assert [one.child_id for one in found] == [at.there.child_ids[n] for n in (0, 3)]


def test_cards_take_as_many_statements_for_seven_children_as_for_one(
    grounds: Ground, statements: Callable[[], int]
) -> None:
    def cost(*children: DrawnChild) -> tuple[int, int]:
        with desk(grounds, *children) as at:
            before = statements()
            at.card()
            of_one = statements()
            card.cards_of(at.session, at.school.console, at.there.group_ids[0])
            return of_one - before, statements() - of_one

    one = DrawnChild(marks(speech=(1, 1)), concluded={(START, None): 1})
    assert cost(one) == cost(*[one] * 7) == (9, 15)


# --- who may read it -------------------------------------------------------------------------------------


def test_a_teacher_of_a_former_group_reads_the_card_and_a_stranger_does_not_find_it(grounds: Ground) -> None:
    moved = DrawnChild(stays=(Stay(0, ends_on=NOVEMBER), Stay(1, NOVEMBER)))
    with desk(grounds, moved, DrawnChild(stays=(Stay(1),))) as at:
        teacher = at.person(Role.TEACHER)
        assert at.card(teacher).child_id == at.there.child_ids[0]
        with pytest.raises(NotFound):
            at.card(teacher, child=1)
        with pytest.raises(NotFound):
            card.card_of(at.session, teacher, uuid4(), at.school.year_id)
        with pytest.raises(NotAllowed):
            card.cards_of(at.session, teacher, at.there.group_ids[1])


def test_a_card_of_a_year_in_which_the_child_was_in_no_group_is_not_found(grounds: Ground) -> None:
    with desk(grounds, DrawnChild(), DrawnChild(last_year=2)) as at:
        first, second = at.there.child_ids
        with pytest.raises(NotFound):
            card.card_of(at.session, at.school.console, first, grounds.last_year_id)
        assert card.card_of(at.session, at.school.console, second, grounds.last_year_id).year.begins == YEAR - 1
        read = [card.card_of(at.session, at.school.console, one).years for one in (first, second)]
    assert [[year.begins for year in of_it] for of_it in read] == [[YEAR], [YEAR, YEAR - 1]]


def test_another_organisation_does_not_find_the_card(grounds: Ground) -> None:
    other = found_school(grounds.school.database, name="Чужой сад", login="other")
    with desk(grounds, DrawnChild()) as at, pytest.raises(NotFound):
        at.card(other.console)


def test_who_may_write_the_card_is_said_on_it(grounds: Ground) -> None:
    writers = {Role.TEACHER, Role.SPECIALIST, Role.PSYCHOLOGIST}
    with desk(grounds, DrawnChild()) as at:
        assert {role for role in Role if at.card(at.person(role)).may_write} == writers
