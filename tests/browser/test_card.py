"""The card of a child in a browser: what its levels say, how its form is written, and what of that is on record."""

from collections.abc import Callable, Iterator, Sequence
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Locator, ViewportSize, expect
from sqlmodel import Session, col, select

from monitoring import ratings
from monitoring.core.scale import Level, Stage
from monitoring.ratings import Change
from monitoring.record.models import ChildName
from monitoring.results import card, card_acts
from monitoring.results.card import Card
from tests.browser.conftest import DESK, PHONE, Person, Visitor
from tests.browser.sheets import House, house_of, let_in, sheet_of
from tests.browser.test_words import english_in
from tests.running import Program
from tests.trials.kindergarten import Desk, colleague

KNOWN = {"docx", "pdf", "teacher"}  # Latin in every language: formats, and part of the invented name of an account
MEASURES = "Разучить <b>стихотворение</b>\n\n  Рисовать после прогулки "
KEPT = ["Разучить <b>стихотворение</b>", "Рисовать после прогулки"]
SPEAKING, PHYSICAL, CONCLUSION = (
    "measures/start/communicative",
    "measures/start/physical",
    "conclusion/final/physical",
)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house_of(tmp_path_factory.mktemp("cards"), desks=20, children_each=2) as found:
        yield found


@pytest.fixture(scope="module")
def program(house: House) -> Program:
    return house.program


@pytest.fixture
def desk(house: House) -> Desk:
    """Return a teacher of a group whose first child has been assessed: at the start I, at the end III and II."""
    found = house.desk()
    areas = {
        one.area.key: [criterion.version_id for criterion in one.criteria] for one in sheet_of(house.made, found).areas
    }
    with house.made.database.writing() as session:
        for key, versions in areas.items():
            if key != "literacy":
                mark(session, found, Stage.START, versions, Level.I)
                mark(session, found, Stage.FINAL, versions, Level.III if key == "physical_education" else Level.II)
        mark(session, found, Stage.START, areas["literacy"][:3], Level.II)
    return found


def mark(session: Session, desk: Desk, stage: Stage, versions: Sequence[UUID], level: Level) -> None:
    changes = [Change(uuid4(), child_of(desk), version_id, 0, level) for version_id in versions]
    ratings.record(session, desk.teacher, desk.group_id, stage, changes)


def child_of(desk: Desk) -> UUID:
    return desk.cells[0][0]


def on_record(house: House, desk: Desk) -> Card:
    with house.made.database.reading() as session:
        return card.card_of(session, desk.teacher, child_of(desk), house.made.school.year_id)


@pytest.fixture
def opened(visitor: Visitor, house: House) -> Callable[..., Person]:
    """Return what opens the card of a desk's first child for a teacher, by default its own."""

    def open_card(desk: Desk, who: Desk | None = None, language: str = "ru", size: ViewportSize = DESK) -> Person:
        person = visitor(language, size)
        let_in(person.page.context, house.program, house.made, who or desk)
        if language != "ru":
            person.open()
            person.at_rest()
            person.in_language()
        person.open(f"/card?child={child_of(desk)}")
        person.page.wait_for_selector("[class*=st-key-link_back_]")
        return person

    return open_card


def field(person: Person, name: str) -> Locator:
    """Return the button of a cell of the form, or what is typed in it."""
    return person.page.locator(f'[data-field="{name}"]')


def cell(person: Person, name: str) -> Locator:
    return person.page.locator(".cell").filter(has=field(person, name))


def button(person: Person, name: str) -> Locator:
    return person.page.get_by_role("button", name=name, exact=True)


def write(person: Person, name: str, text: str) -> None:
    field(person, name).click()
    field(person, f"{name}/text").fill(text)


def row(person: Person, name: str) -> Locator:
    return person.page.locator(".card-levels tr").filter(
        has=person.page.get_by_role("rowheader", name=name, exact=True)
    )


@pytest.mark.browser
def test_the_levels_stand_with_their_words_and_say_on_a_click_how_they_came(
    desk: Desk, opened: Callable[..., Person]
) -> None:
    person = opened(desk)
    cells = row(person, "Физическая культура").locator("td")
    expect(cells).to_have_count(3)
    assert [text.split() for text in cells.all_inner_texts()] == [
        ["I", "низкий"],
        ["не", "оценено"],
        ["III", "высокий"],
    ]
    cells.last.locator("summary").click()
    expect(cells.last).to_contain_text("Критериев: 7, оценено: 7")
    expect(cells.last).to_contain_text("I - 0, II - 0, III - 7")
    expect(cells.last).to_contain_text("среднее 3: III")
    literacy = row(person, "Основы грамоты").locator("td").first
    literacy.locator("summary").click()
    expect(literacy).to_contain_text("не оценено")
    expect(literacy).to_contain_text("Критериев: 7, оценено: 3")
    expect(literacy).to_contain_text("Оценено меньше половины")
    expect(person.page.get_by_text("всего ОД - 11: выше - 11, так же - 0, ниже - 0")).to_be_visible()
    expect(person.page.locator(".card-remarks")).to_contain_text("Скачок через уровень")


@pytest.mark.browser
@pytest.mark.parametrize("language", ["ru", "kk"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_card_fits_its_screen_and_speaks_the_readers_language(
    desk: Desk, opened: Callable[..., Person], language: str, size: ViewportSize
) -> None:
    person = opened(desk, language=language, size=size)
    field(person, PHYSICAL).click()
    assert english_in(person) - KNOWN == set()
    assert person.page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    inside = field(person, f"{PHYSICAL}/text").bounding_box()
    assert inside is not None
    assert 0 <= inside["x"] < inside["x"] + inside["width"] <= size["width"]


@pytest.mark.browser
def test_measures_are_written_in_their_cell_kept_over_a_reload_and_given_back_to_the_draft(
    house: House, desk: Desk, opened: Callable[..., Person]
) -> None:
    person = opened(desk)
    drafted = cell(person, PHYSICAL).locator("p").first.inner_text()
    expect(cell(person, PHYSICAL)).to_contain_text("Черновик")
    write(person, PHYSICAL, MEASURES)
    button(person, "Сохранить").click()
    expect(field(person, PHYSICAL)).to_be_focused()
    person.page.reload()
    person.at_rest()
    expect(cell(person, PHYSICAL).locator("p")).to_have_text(KEPT)
    assert list(on_record(house, desk).cells[Stage.START, "physical"].lines) == KEPT
    field(person, PHYSICAL).click()
    button(person, "Вернуть черновик").click()
    expect(cell(person, PHYSICAL).locator("p").first).to_have_text(drafted)
    assert on_record(house, desk).cells[Stage.START, "physical"].is_draft


@pytest.mark.browser
def test_a_text_that_is_too_long_is_refused_in_words_and_stays_where_it_is(
    house: House, desk: Desk, opened: Callable[..., Person]
) -> None:
    person = opened(desk)
    write(person, PHYSICAL, "")
    field(person, f"{PHYSICAL}/text").evaluate("one => one.focus()")
    person.page.keyboard.insert_text("я" * 8000)  # as a paste, which a limit of the field would cut without a word
    button(person, "Сохранить").click()
    expect(person.page.locator(".cell").filter(has_text="Текст слишком длинный: 8000 знаков")).to_be_visible()
    assert field(person, f"{PHYSICAL}/text").input_value() == "я" * 8000
    assert on_record(house, desk).cells[Stage.START, "physical"].is_draft


@pytest.mark.browser
def test_a_conclusion_is_overruled_and_the_computed_level_stays_beside_it(
    house: House, desk: Desk, opened: Callable[..., Person]
) -> None:
    person = opened(desk)
    field(person, CONCLUSION).click()
    person.page.get_by_role("radio", name="II средний", exact=True).check()
    field(person, f"{CONCLUSION}/text").fill("Много болел весной")
    button(person, "Сохранить").click()
    expect(cell(person, CONCLUSION)).to_contain_text("II уровень - «средний»")
    expect(cell(person, CONCLUSION)).to_contain_text("Много болел весной")
    expect(cell(person, CONCLUSION)).to_contain_text("По критериям: III высокий")
    concluded = on_record(house, desk).conclusions[Stage.FINAL, "physical"]
    assert (concluded.given, concluded.computed) == (Level.II, Level.III)
    person.page.reload()
    expect(row(person, "Физические качества").locator("td").last).to_contain_text("в выводе: II")


@pytest.mark.browser
def test_where_somebody_else_saved_first_both_texts_stand_and_the_person_decides(
    house: House, desk: Desk, opened: Callable[..., Person]
) -> None:
    person = opened(desk)
    write(person, SPEAKING, "Мой текст")
    other = colleague(house.made, desk, "specialist")
    with house.made.database.writing() as session:
        place = child_of(desk), house.made.school.year_id, Stage.START, "communicative"
        card_acts.save_measures(session, other.teacher, *place, text="Чужой текст", base=0)
    button(person, "Сохранить").click()
    expect(person.page.get_by_role("alert").filter(has_text="кто-то другой")).to_be_visible()
    expect(person.page.get_by_text("Чужой текст")).to_be_visible()
    expect(field(person, f"{SPEAKING}/text")).to_have_value("Мой текст")
    assert on_record(house, desk).cells[Stage.START, "communicative"].lines == ("Чужой текст",)
    button(person, "Сохранить мой текст вместо него").click()
    expect(field(person, SPEAKING)).to_be_visible()
    assert on_record(house, desk).cells[Stage.START, "communicative"].lines == ("Мой текст",)


@pytest.mark.browser
def test_what_is_typed_and_not_saved_is_there_after_a_reload_and_gone_after_signing_out(
    house: House, desk: Desk, opened: Callable[..., Person]
) -> None:
    person = opened(desk)
    write(person, PHYSICAL, "Ещё не сохранено")
    person.page.reload()
    person.at_rest()
    expect(field(person, f"{PHYSICAL}/text")).to_have_value("Ещё не сохранено")
    assert on_record(house, desk).cells[Stage.START, "physical"].is_draft
    with person.page.expect_navigation():
        person.page.click("form[action='/door/sign-out'] button")
    assert person.page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('card:'))") == []


@pytest.mark.browser
def test_an_area_without_marks_gets_its_level_directly(house: House, desk: Desk, opened: Callable[..., Person]) -> None:
    person = opened(desk)
    person.press("area_levels")
    person.page.locator(".st-key-area_level_mid_music").get_by_text("II средний", exact=True).click()
    person.press("area_levels_save")
    expect(row(person, "Музыка").locator("td").nth(1)).to_contain_text("без критериев")
    assert on_record(house, desk).results[Stage.MID].areas["music"].is_direct


@pytest.mark.browser
def test_the_card_of_another_group_is_refused(house: House, desk: Desk, opened: Callable[..., Person]) -> None:
    person = opened(desk, house.desk())
    expect(person.page.get_by_text("нет в организации")).to_be_visible()
    expect(person.page.locator(".card-levels")).to_have_count(0)


@pytest.mark.browser
def test_the_way_leads_from_the_list_to_a_card_and_on_to_the_next_child(
    house: House, desk: Desk, opened: Callable[..., Person]
) -> None:
    person = opened(desk)
    person.open(f"/groups?group={desk.group_id}")
    person.at_rest()
    person.page.get_by_role("link", name="Карта", exact=True).first.click()
    expect(person.page.locator("h1")).to_have_text("Ахметова Аружан")
    person.page.get_by_role("link", name="Следующая карта: Ахметова Д.").click()
    expect(person.page.locator("h1")).to_have_text("Ахметова Дана")
    with house.made.database.reading() as session:
        families = session.exec(select(ChildName.family, col(ChildName.given))).all()
    assert not any(part in person.page.url for name in families for part in name)
    expect(person.page.get_by_role("link", name="PDF")).to_have_attribute("href", address_of_the_pdf(house, desk))


def address_of_the_pdf(house: House, desk: Desk) -> str:
    begins = on_record(house, desk).year.begins
    return f"/export/card?child={child_of(desk)}&year={begins}&language=ru&format=pdf"
