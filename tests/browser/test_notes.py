"""A note after a lesson, from the first tap to the list: by a thumb on a phone and at a desk, in both languages."""

from collections.abc import Iterator
from datetime import date, timedelta
from time import monotonic

import pytest
from playwright.sync_api import Locator, ViewportSize, expect
from sqlmodel import col, select

from monitoring.core.language import format_date, short_date, using
from monitoring.record import clock
from monitoring.record.models import ChildName, Observation, ObservationChild, Organisation, TextVersion
from tests.browser.conftest import DESK, PHONE, Person, Visitor
from tests.browser.test_first_run import add_the_class
from tests.browser.test_words import english_in
from tests.running import Program, running

SEEN = {"ru": "Пересказывает сказку *с опорой* на картинки", "kk": "Ертегіні суреттерге сүйеніп айтып береді"}
AREA = {"ru": "Рисование", "kk": "Сурет салу"}
SAVED = {"ru": "Сохранено", "kk": "Сақталды"}
WITHIN_S = 10  # a note is to be saved in under ten seconds


@pytest.fixture(scope="module")
def classroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with running(tmp_path_factory.mktemp("classroom")) as started:
        yield started


def in_the_journal(visitor: Visitor, classroom: Program, language: str = "ru", size: ViewportSize = DESK) -> Person:
    """Open the journal of a class of three children, which the first to come sets up."""
    person = visitor(language, size, at=classroom)
    person.open("/door")
    is_new = person.page.locator("[name=name]").count() > 0
    person.choose_language()
    if is_new:
        person.page.check("[name=does_all]")  # so a teacher too
        person.set_up()
        add_the_class(person)
    else:
        person.sign_in()
        person.at_rest()
    person.in_language()
    person.open("/notes")
    person.at_rest()
    return person


def child(person: Person, name: str) -> Locator:
    return person.page.locator("[class*=st-key-note_children] button", has_text=name)


def field(person: Person, key: str) -> Locator:
    return person.page.locator(f"[class*=st-key-note_{key}]")


def choose(person: Person, key: str, option: str) -> None:
    field(person, key).locator("input").click()
    person.page.get_by_role("option", name=option).click()


def save(person: Person) -> None:
    field(person, "save_").locator("button").click()


def noted(person: Person, text: str) -> Locator:
    """Return where the list shows a text; what stands in the form is not meant."""
    return person.page.get_by_test_id("stText").get_by_text(text, exact=True)


@pytest.mark.browser
@pytest.mark.parametrize(("language", "size"), [("ru", PHONE), ("kk", DESK)], ids=["phone", "desk"])
def test_a_note_is_saved_seen_in_the_list_and_found_after_a_reload(
    classroom: Program, visitor: Visitor, language: str, size: ViewportSize
) -> None:
    person = in_the_journal(visitor, classroom, language, size)
    began = monotonic()
    child(person, "Әлімбаев Ғабит").click()
    child(person, "Ёлкина Дарья").click()
    choose(person, "area", AREA[language])
    field(person, "level_").get_by_text("III", exact=False).last.click()
    field(person, "text_").locator("textarea").fill(SEEN[language])
    save(person)
    expect(person.page.get_by_test_id("stToast")).to_contain_text(SAVED[language])
    assert monotonic() - began < WITHIN_S
    person.open("/notes")
    person.at_rest()
    expect(noted(person, SEEN[language])).to_be_visible()
    expect(person.page.get_by_test_id("stText").get_by_text(f"{AREA[language]} · III").first).to_be_visible()
    field(person, "more").locator("summary").click()
    expect(field(person, "day_").locator("input")).to_be_visible()
    assert english_in(person) == set()
    assert person.page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    with classroom.database.reading() as session:
        on_record = session.exec(
            select(ChildName.given, col(Observation.area_key), col(Observation.level), col(TextVersion.content))
            .join(ObservationChild, col(ObservationChild.child_id) == col(ChildName.child_id))
            .join(Observation, col(Observation.id) == col(ObservationChild.observation_id))
            .join(TextVersion, col(TextVersion.text_id) == col(Observation.text_id))
            .where(col(TextVersion.content) == SEEN[language])
            .order_by(col(ChildName.sort_key))
        ).all()
    assert [tuple(row) for row in on_record] == [
        ("Ғабит", "drawing", 3, SEEN[language]),
        ("Дарья", "drawing", 3, SEEN[language]),
    ]


@pytest.mark.browser
def test_a_second_tap_on_save_makes_no_second_note_and_the_area_stays_for_the_next(
    classroom: Program, visitor: Visitor
) -> None:
    person = in_the_journal(visitor, classroom)
    choose(person, "area", "Музыка")
    child(person, "Әлімбаев Ғабит").click()
    field(person, "text_").locator("textarea").fill("Поёт")
    field(person, "save_").locator("button").dblclick()
    expect(noted(person, "Поёт")).to_have_count(1)
    person.at_rest()
    expect(field(person, "text_").locator("textarea")).to_have_value("")
    person.page.get_by_role("link", name="Группы и дети").click()
    expect(person.page.get_by_role("heading", level=1)).to_have_text("Группы и дети")
    person.page.get_by_role("link", name="Журнал наблюдений").click()
    expect(field(person, "area").locator("input")).to_have_value("Музыка")
    assert texts_on_record(classroom).count("Поёт") == 1


@pytest.mark.browser
def test_a_note_that_is_refused_says_why_and_loses_nothing(classroom: Program, visitor: Visitor) -> None:
    person = in_the_journal(visitor, classroom)
    choose(person, "area", "Лепка")
    field(person, "text_").locator("textarea").fill("Катает шарики")
    save(person)
    expect(person.page.get_by_text("Выберите детей, о которых эта запись.")).to_be_visible()
    child(person, "Ёлкина").click()
    field(person, "more").locator("summary").click()
    field(person, "day_").locator("input").fill("31.02.2026")
    save(person)
    expect(person.page.get_by_text("Напишите день так: 05.09.2026.")).to_be_visible()
    yesterday = today_of(classroom) - timedelta(days=1)
    with using("ru"):
        field(person, "day_").locator("input").fill(short_date(yesterday))
        save(person)
        expect(person.page.get_by_role("heading", name=format_date(yesterday))).to_be_visible()
    assert "Катает шарики" in texts_on_record(classroom)


@pytest.mark.browser
def test_a_criterion_is_read_whole_with_what_is_seen_at_the_level(classroom: Program, visitor: Visitor) -> None:
    person = in_the_journal(visitor, classroom, "ru", PHONE)
    choose(person, "area", "Рисование")
    child(person, "Қайратова").click()
    field(person, "criterion_").locator("input").click()
    option = person.page.get_by_role("option").first
    sentence = option.inner_text()
    is_whole = "one => one.scrollWidth <= one.clientWidth && one.scrollHeight <= one.clientHeight"
    assert option.locator("div").evaluate(is_whole)
    option.click()
    expect(person.page.get_by_test_id("stCaptionContainer").get_by_text(sentence)).to_be_visible()
    field(person, "level_").get_by_text("II средний", exact=True).click()
    expect(person.page.get_by_test_id("stCaptionContainer").get_by_text("II: ")).to_be_visible()
    save(person)
    expect(person.page.get_by_text(f"Рисование · {sentence.split()[0]} · II средний · наблюдение").last).to_be_visible()


@pytest.mark.browser
def test_the_writer_removes_a_note_and_its_text_is_gone(classroom: Program, visitor: Visitor) -> None:
    person = in_the_journal(visitor, classroom)
    choose(person, "area", "Аппликация")
    child(person, "Қайратова").click()
    field(person, "text_").locator("textarea").fill("Удалю")
    save(person)
    note = person.page.locator("[data-testid=stVerticalBlock][class*=st-key-note_]", has_text="Удалю")
    note.get_by_role("button", name="Удалить").click()
    person.press("remove_note_yes")
    expect(noted(person, "Удалю")).to_have_count(0)
    assert "Удалю" not in texts_on_record(classroom)


@pytest.mark.browser
def test_the_list_can_be_read_child_by_child(classroom: Program, visitor: Visitor) -> None:
    person = in_the_journal(visitor, classroom)
    choose(person, "area", "Музыка")
    for name, text in (("Әлімбаев", "О Габите"), ("Ёлкина", "О Дарье")):
        child(person, name).click()
        field(person, "text_").locator("textarea").fill(text)
        save(person)
        expect(noted(person, text)).to_have_count(1)
        person.at_rest()
    person.page.locator("[class*=st-key-notes_child] input").click()
    person.page.get_by_role("option", name="Ёлкина").click()
    expect(noted(person, "О Габите")).to_have_count(0)
    expect(noted(person, "О Дарье")).to_have_count(1)
    assert "лкина" not in person.page.url


def texts_on_record(classroom: Program) -> list[str | None]:
    with classroom.database.reading() as session:
        return list(session.exec(select(TextVersion.content)))


def today_of(classroom: Program) -> date:
    with classroom.database.reading() as session:
        return clock.today(session, session.exec(select(Organisation.id)).one())
