"""The criteria as people meet them: beside the table as they type, in the catalogue with their other ages, on paper."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import pytest
from playwright.sync_api import ViewportSize, expect

from monitoring.core.codes import SheetLanguage
from monitoring.core.language import LANGUAGE_NAMES
from monitoring.criteria import catalogue
from monitoring.criteria.catalogue_file import CriterionEntry, shipped
from monitoring.record.models import Group
from tests.browser.conftest import DESK, PHONE, Person, Visitor
from tests.browser.test_words import english_in
from tests.conftest import School, found_school
from tests.lists import add_child, add_group
from tests.running import Program, running

NAMES: Final = ("Ким Анна", "Ли Олег", "Ахметова Дана")
LONGEST_LOOKED_AT: Final = 6
PRINT: Final = {"ru": "Распечатать", "kk": "Басып шығару"}


@dataclass(frozen=True)
class Village:
    """The program over a school with a group of five-year-olds."""

    program: Program
    school: School
    group: Group


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Village]:
    with running(tmp_path_factory.mktemp("village")) as started:
        school = found_school(started.database)
        with started.database.writing() as session:
            group = add_group(session, school)
            for name in NAMES:
                add_child(session, school, group, name)
        yield Village(started, school, group)


def at(visitor: Visitor, village: Village, path: str, language: str = "ru", size: ViewportSize = DESK) -> Person:
    person = visitor(language, size, at=village.program)
    person.open("/door")
    person.choose_language()
    person.sign_in()
    person.at_rest()
    person.in_language()
    person.open(path)
    person.at_rest()
    return person


def length(one: CriterionEntry, language: SheetLanguage) -> int:
    return sum(len(text.render(language)) for text in (one.text, *one.levels))


# --- beside the table ------------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.parametrize("language", ["ru", "kk"])
def test_all_three_levels_of_the_longest_criteria_stay_in_sight_beside_the_table(
    village: Village, visitor: Visitor, language: SheetLanguage
) -> None:
    longest = sorted((one for one in shipped().criteria if one.age == 5), key=lambda one: -length(one, language))
    person = at(visitor, village, f"/sheet?group={village.group.id}&stage=start", language)
    page = person.page
    page.locator(".bar").get_by_text(LANGUAGE_NAMES[language], exact=True).click()
    areas = {area.key: area.name.render(language) for area in shipped().areas}
    for one in longest[:LONGEST_LOOKED_AT]:
        page.locator(".road button").get_by_text(areas[one.area]).click()
        page.locator(
            f"td[data-row='{one.number - 1}'][data-column='0']"
        ).click()  # of a few children, criteria are rows
        expect(page.locator(".panel")).to_contain_text(one.levels[2].render(language))
        lowest = page.locator(".panel .levels button").last.bounding_box()
        assert lowest is not None
        assert lowest["y"] + lowest["height"] <= DESK["height"], one.key


# --- in the catalogue ------------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.parametrize(("language", "size"), [("ru", PHONE), ("kk", DESK)], ids=["phone", "desk"])
def test_a_criterion_leads_to_what_it_asks_at_other_ages(
    village: Village, visitor: Visitor, language: SheetLanguage, size: ViewportSize
) -> None:
    person = at(visitor, village, "/catalogue?age=5&area=mathematics", language, size)
    younger = next(one for one in shipped().criteria if one.key == "2-sensory-size")
    counted = person.page.locator("article", has_text=text_of("5-mathematics-size", language))
    expect(counted.get_by_text(younger.text.render(language))).to_be_hidden()
    counted.locator("summary").click()
    expect(counted.get_by_text(younger.text.render(language))).to_be_visible()
    assert english_in(person) == set()
    assert person.page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def text_of(key: str, language: SheetLanguage) -> str:
    return next(one for one in shipped().criteria if one.key == key).text.render(language)


@pytest.mark.browser
def test_an_organisation_comes_back_to_the_catalogue_of_the_program(village: Village, visitor: Visitor) -> None:
    own = [replace(one, text=replace(one.text, ru="Своя формулировка")) for one in shipped().criteria[:3]]
    with village.program.database.writing() as session:
        catalogue.load(session, village.school.console, replace(shipped(), criteria=(*own, *shipped().criteria[5:])))
    person = at(visitor, village, "/catalogue")
    page = person.page
    page.get_by_role("tab", name="Изменить каталог").click()
    person.press("catalogue_shipped")
    counts = page.locator(".st-key-catalogue_counts, table").first
    expect(counts).to_contain_text("Новые критерии")
    person.press("catalogue_load")
    expect(page.get_by_text("Каталог загружен")).to_be_visible()
    person.press("catalogue_shipped")
    expect(page.get_by_text("загружать нечего")).to_be_visible()
    with village.program.database.reading() as session:
        kept = catalogue.criteria_of(session, village.school.console, village.school.year_id)
    assert len(kept) == len(shipped().criteria)
    assert "Своя формулировка" not in {one.wording.text_ru for one in kept}


# --- on paper --------------------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.parametrize(("language", "size"), [("ru", DESK), ("kk", PHONE)], ids=["desk", "phone"])
def test_the_sheet_is_taken_to_the_printer_in_either_language(
    village: Village, visitor: Visitor, language: str, size: ViewportSize
) -> None:
    person = at(visitor, village, f"/sheet?group={village.group.id}&stage=start", language, size)
    person.page.get_by_text(PRINT[language]).click()
    links = person.page.locator("a[href^='/export/sheet']")
    expect(links).to_have_text(["Қазақша, PDF", "Русский, PDF"])  # the group's own language first
    for link in links.all():
        answer = person.page.context.request.get(f"{village.program.address}{link.get_attribute('href')}")
        assert (answer.status, answer.body()[:5]) == (200, b"%PDF-")
    assert person.page.evaluate("document.documentElement.scrollWidth") <= size["width"]
