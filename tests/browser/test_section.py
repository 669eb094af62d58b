"""The assessment section on the screen: what it says before there are levels and after, and what it leads to."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from playwright.sync_api import ViewportSize, expect

from monitoring import ratings
from monitoring.core.scale import Level, Stage
from monitoring.criteria import catalogue
from monitoring.ratings import Change
from tests.browser.conftest import DESK, PHONE, Person, Visitor
from tests.browser.test_words import english_in
from tests.conftest import School, found_school
from tests.lists import add_child, add_group
from tests.running import Program, running

NOTHING_YET = {"ru": "На этих этапах уровней пока нет", "kk": "Бұл кезеңдерде деңгейлер әлі жоқ"}
STANDING = {"ru": "у 3 из 3 детей по списку (100\u00a0%)", "kk": "тізім бойынша 3 баланың ішінде 3 баланың"}
FINAL_STAGE = {"ru": "Итоговый", "kk": "Қорытынды"}
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
KNOWN = {"word"}


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """Yield the program over a school with three children who have levels at the start."""
    with running(tmp_path_factory.mktemp("village")) as started:
        mark_the_start(found_school(started.database))
        yield started


def mark_the_start(school: School) -> None:
    with school.database.writing() as session:
        group = add_group(session, school)
        child_ids = [add_child(session, school, group, name) for name in ("Ким Анна", "Ли Олег", "Ахметова Дана")]
        criteria = catalogue.criteria_of(session, school.console, school.year_id, 5)
    with school.database.writing() as session:
        changes = [
            Change(uuid4(), child, one.version_id, 0, level)
            for child, level in zip(child_ids, Level, strict=True)
            for one in criteria
        ]
        ratings.record(session, school.console, group.id, Stage.START, changes)


def at_the_section(visitor: Visitor, village: Program, language: str, size: ViewportSize = DESK) -> Person:
    person = visitor(language, size, at=village)
    person.open("/door")
    person.choose_language()
    person.sign_in()
    person.at_rest()
    person.in_language()
    person.open("/section?year=2026")
    person.at_rest()
    return person


@pytest.mark.browser
@pytest.mark.parametrize(("language", "size"), [("ru", PHONE), ("kk", DESK)], ids=["phone", "desk"])
def test_the_section_is_read_before_it_is_taken(
    village: Program, visitor: Visitor, language: str, size: ViewportSize
) -> None:
    person = at_the_section(visitor, village, language, size)
    expect(person.page.locator("section.summary")).to_contain_text(STANDING[language])
    assert english_in(person) - KNOWN == set()
    assert person.page.evaluate("document.documentElement.scrollWidth") <= size["width"]


@pytest.mark.browser
@pytest.mark.parametrize("language", ["ru", "kk"])
def test_a_stage_without_levels_says_so(village: Program, visitor: Visitor, language: str) -> None:
    person = at_the_section(visitor, village, language)
    stages = person.page.locator(".st-key-section_stages")
    for button in stages.get_by_role("button").all():
        if button.inner_text() != FINAL_STAGE[language]:
            button.click()
            person.at_rest()
    expect(person.page.get_by_text(NOTHING_YET[language])).to_be_visible()
    expect(person.page.locator("section.summary")).to_have_count(0)


@pytest.mark.browser
def test_the_document_speaks_the_language_that_was_chosen_and_is_taken_from_its_route(
    village: Program, visitor: Visitor
) -> None:
    person = at_the_section(visitor, village, "ru")
    person.page.locator(".st-key-section_language").get_by_text("Қазақша").click()
    expect(person.page.locator("section.summary[lang=kk]")).to_contain_text(STANDING["kk"])
    address = str(person.page.locator("a[href^='/export/section']").get_attribute("href"))
    asked = parse_qs(urlsplit(address).query)
    assert (asked["stages"], asked["language"]) == (["start,mid,final"], ["kk"])
    answer = person.page.context.request.get(village.address + address)
    assert (answer.status, answer.headers["content-type"]) == (200, WORD)
