"""What people write into a card: whose it may be, what is kept, and two who write at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func
from sqlmodel import col, select

from monitoring import ratings
from monitoring.core.errors import Conflict, NotAllowed, NotFound, Refusal
from monitoring.core.scale import Level, Stage
from monitoring.criteria import catalogue
from monitoring.criteria.catalogue import CriterionView
from monitoring.ratings import Change
from monitoring.record.access import Actor
from monitoring.record.models import AccessRecord, Act, Group, GroupStage, Role, SheetState, Text, TextVersion
from monitoring.results import card, card_acts
from monitoring.results.card import Card
from tests.conftest import School
from tests.lists import add_child, add_group, person

START, SPEECH, COMMUNICATIVE = Stage.START, "speech", "communicative"


@dataclass(frozen=True)
class Desk:
    """A child of five in a group, and the group's teacher."""

    school: School
    group: Group
    child_id: UUID
    criteria: tuple[CriterionView, ...]
    teacher: Actor

    def read(self, actor: Actor | None = None) -> Card:
        with self.school.database.reading() as session:
            return card.card_of(session, actor or self.teacher, self.child_id, self.school.year_id, language="ru")

    def write(self, text: str, *, base: int = 0, actor: Actor | None = None, direction: str = COMMUNICATIVE) -> int:
        who, year_id = actor or self.teacher, self.school.year_id
        with self.school.database.writing() as session:
            return card_acts.save_measures(session, who, self.child_id, year_id, START, direction, text=text, base=base)

    def back_to_draft(self, *, base: int) -> None:
        with self.school.database.writing() as session:
            card_acts.back_to_draft(
                session, self.teacher, self.child_id, self.school.year_id, START, COMMUNICATIVE, base=base
            )

    def conclude(self, direction: str | None, level: Level | None, text: str = "", *, base: int = 0) -> int:
        with self.school.database.writing() as session:
            return card_acts.conclude(
                session, self.teacher, self.child_id, self.school.year_id, START, direction, level=level, text=text,
                base=base,
            )  # fmt: skip

    def give(self, level: Level | None, *, area: str = SPEECH, actor: Actor | None = None) -> None:
        who, year_id = actor or self.teacher, self.school.year_id
        with self.school.database.writing() as session:
            card_acts.give_area_level(session, who, self.child_id, year_id, START, area, level=level)

    def mark(self, level: Level, area: str = SPEECH) -> None:
        changes = [
            Change(uuid4(), self.child_id, one.version_id, 0, level) for one in self.criteria if one.area_key == area
        ]
        with self.school.database.writing() as session:
            ratings.record(session, self.school.console, self.group.id, START, changes)

    def versions(self) -> list[str | None]:
        with self.school.database.reading() as session:
            return list(session.exec(select(TextVersion.content).order_by(col(TextVersion.version))))


@pytest.fixture
def desk(school: School) -> Desk:
    with school.database.writing() as session:
        group = add_group(session, school)
        child_id = add_child(session, school, group)
        criteria = tuple(catalogue.criteria_of(session, school.console, school.year_id, 5))
    return Desk(school, group, child_id, criteria, person(school, Role.TEACHER, group))


def test_written_measures_take_the_place_of_the_draft_a_line_each(desk: Desk) -> None:
    desk.mark(Level.I)
    assert desk.read().cells[START, COMMUNICATIVE].is_draft
    assert desk.write("  Учить   рассказывать\n\n Читать вслух  ") == 1
    cell = desk.read().cells[START, COMMUNICATIVE]
    assert (cell.lines, cell.is_draft, cell.revision) == (("Учить рассказывать", "Читать вслух"), False, 1)
    assert cell.draft  # the draft stays beside it


def test_an_emptied_cell_stays_empty(desk: Desk) -> None:
    desk.mark(Level.I)
    desk.write("")
    cell = desk.read().cells[START, COMMUNICATIVE]
    assert (cell.lines, cell.is_draft) == ((), False)


def test_every_wording_of_a_cell_is_kept(desk: Desk) -> None:
    desk.write("Первое", base=desk.write("Нулевое"))
    assert desk.versions() == ["Нулевое", "Первое"]


def test_back_to_the_draft_leaves_nothing_of_what_was_written(desk: Desk) -> None:
    desk.mark(Level.I)
    drafted = desk.read().cells[START, COMMUNICATIVE].lines
    desk.back_to_draft(base=desk.write("Своё"))
    assert desk.read().cells[START, COMMUNICATIVE].lines == drafted
    with desk.school.database.reading() as session:
        assert session.exec(select(func.count()).select_from(Text)).one() == 0


def test_the_second_of_two_who_read_the_same_cell_is_told(desk: Desk) -> None:
    desk.write("Одно")
    for late in (lambda: desk.write("Другое"), lambda: desk.back_to_draft(base=0)):
        with pytest.raises(Conflict):
            late()
    assert desk.read().cells[START, COMMUNICATIVE].lines == ("Одно",)


@pytest.mark.parametrize("act", ["measures", "conclusion"])
def test_of_two_who_save_at_the_same_moment_one_is_told(desk: Desk, act: str) -> None:
    together = Barrier(2)

    def save(text: str) -> str:
        together.wait()
        try:
            if act == "measures":
                desk.write(text)
            else:
                desk.conclude(None, Level.II, text)
        except Conflict:
            return "told"
        return "saved"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(save, ("Одно", "Другое"))) == ["saved", "told"]


def test_a_text_that_is_too_long_is_refused_with_its_length(desk: Desk) -> None:
    with pytest.raises(Refusal) as refused:
        desk.write("я" * 6_001)
    assert "6001" in refused.value.message.render("ru")


def test_a_conclusion_overrules_and_the_computed_level_stays_beside(desk: Desk) -> None:
    for area in ("speech", "literature", "literacy", "kazakh"):
        desk.mark(Level.I, area)
    assert desk.conclude(COMMUNICATIVE, Level.II, "Говорит дома на двух языках") == 1
    concluded = desk.read().conclusions[START, COMMUNICATIVE]
    assert (concluded.computed, concluded.level, concluded.is_overruled) == (Level.I, Level.II, True)
    assert concluded.text == "Говорит дома на двух языках"
    desk.conclude(COMMUNICATIVE, None, base=1)
    back = desk.read().conclusions[START, COMMUNICATIVE]
    assert (back.level, back.is_overruled, back.text) == (Level.I, False, "")


def test_the_conclusion_on_the_whole_is_one_of_its_own(desk: Desk) -> None:
    desk.conclude(None, Level.III)
    read = desk.read()
    assert (read.conclusions[START, None].level, read.conclusions[START, COMMUNICATIVE].level) == (Level.III, None)


def test_a_level_given_to_an_area_counts_and_can_be_taken_back(desk: Desk) -> None:
    desk.give(Level.II)
    given = desk.read().results[START].areas[SPEECH]
    assert (given.level, given.is_direct) == (Level.II, True)
    desk.give(None)
    assert desk.read().results[START].areas[SPEECH].level is None


def test_marks_are_stronger_than_a_level_given_to_their_area(desk: Desk) -> None:
    desk.give(Level.III)
    desk.mark(Level.I)
    marked = desk.read().results[START].areas[SPEECH]
    assert (marked.level, marked.is_direct) == (Level.I, False)
    with pytest.raises(Refusal):
        desk.give(Level.II)
    desk.give(None)  # but an old one can still be taken back


def test_an_approved_sheet_takes_no_level_of_an_area(desk: Desk) -> None:
    with desk.school.database.writing() as session:
        stage = session.get_one(GroupStage, {"group_id": desk.group.id, "stage": START})
        stage.state = SheetState.APPROVED
        session.add(stage)
    with pytest.raises(Refusal):
        desk.give(Level.II)


def test_an_area_that_the_child_does_not_have_takes_no_level(desk: Desk) -> None:
    with pytest.raises(Refusal):
        desk.give(Level.II, area="sensory")


@pytest.mark.parametrize(
    ("role", "kind"),
    [(Role.HEAD, NotAllowed), (Role.METHODOLOGIST, NotAllowed), (Role.ADMINISTRATOR, NotAllowed), (None, NotFound)],
)
def test_who_does_not_write_cards_changes_nothing(desk: Desk, role: Role | None, kind: type[Refusal]) -> None:
    with pytest.raises(kind):
        desk.write("Чужое", actor=person(desk.school, role))
    assert desk.versions() == []


def test_the_psychologist_writes_measures_and_gives_no_level(desk: Desk) -> None:
    psychologist = person(desk.school, Role.PSYCHOLOGIST, desk.group)
    assert desk.write("Игры на внимание", actor=psychologist) == 1
    with pytest.raises(NotAllowed):
        desk.give(Level.II, actor=psychologist)


def test_the_teacher_of_another_group_does_not_find_the_child(desk: Desk) -> None:
    with desk.school.database.writing() as session:
        other = add_group(session, desk.school, "Айгөлек")
    stranger = person(desk.school, Role.TEACHER, other)
    strange: list[Callable[[], object]] = [
        lambda: desk.write("Чужое", actor=stranger),
        lambda: desk.give(Level.II, actor=stranger),
        lambda: desk.read(stranger),
    ]
    for act in strange:
        with pytest.raises(NotFound):
            act()


def test_an_unknown_direction_is_refused_in_words(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.write("Учить", direction="sport")


def test_opening_and_changing_a_card_are_on_record(desk: Desk) -> None:
    desk.write("Учить")
    for _ in range(3):
        card_acts.open_card(desk.school.database, desk.teacher, desk.child_id)
    with desk.school.database.reading() as session:
        rows = session.exec(select(AccessRecord.act).where(col(AccessRecord.subject) == "card")).all()
    assert sorted(rows) == [Act.CHANGED, Act.OPENED]
