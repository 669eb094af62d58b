"""Typing on the observation sheet with real keys: nothing is lost at any speed, and every key does what it says."""

import re
from collections.abc import Callable, Iterator
from random import Random

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from tests.browser.conftest import DESK, LOCALES, PHONE, Visitor
from tests.browser.sheets import AREA, CHILDREN, AtSheet, House, downward, house_of, leave_only
from tests.running import PATIENCE_S, Program

FINGER = 44  # pixels

Teacher = Callable[..., AtSheet]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house_of(tmp_path_factory.mktemp("keys"), desks=20) as found:
        yield found


@pytest.fixture(scope="module")
def program(house: House) -> Program:
    return house.program


@pytest.fixture
def teacher(visitor: Visitor, house: House) -> Teacher:
    """Return what brings a teacher to a new, empty sheet of her own; with `only`, of so many children."""

    def come(language: str = "ru", size: ViewportSize = DESK, only: int = CHILDREN) -> AtSheet:
        desk = house.desk()
        if only < CHILDREN:
            leave_only(house.made, desk, list(dict.fromkeys(child for child, _ in desk.cells))[:only])
        person = visitor(language, size)
        at_sheet = AtSheet(person.page, house.program, house.made, desk)
        at_sheet.sign_in()
        return at_sheet

    return come


@pytest.mark.browser
def test_300_marks_at_20_keys_a_second_are_on_record_as_typed(teacher: Teacher) -> None:
    one = teacher()
    one.open()
    levels = [Random(1).choice((1, 2, 3)) for _ in range(300)]
    first, second = downward(one.block(0)), downward(one.block(1))
    one.type([str(level) for level in levels[: len(first)]], a_second=20)
    one.type(["Enter"])  # on the button that leads on
    one.type([str(level) for level in levels[len(first) :]], a_second=20)
    one.saved()
    assert one.on_record() == dict(zip([*first, *second], levels, strict=False))


@pytest.mark.browser
def test_bursts_of_100_keys_a_second_are_on_record_as_typed(teacher: Teacher) -> None:
    one = teacher()
    one.open()
    cells = downward(one.block())
    levels = [Random(2).choice((1, 2, 3)) for _ in cells]
    for start in range(0, len(cells), CHILDREN):
        one.type([str(level) for level in levels[start : start + CHILDREN]], a_second=100)
        one.page.wait_for_timeout(100)
    one.saved()
    assert one.on_record() == dict(zip(cells, levels, strict=True))


@pytest.mark.browser
def test_a_key_held_down_over_the_same_cells_again_and_again_leaves_the_last_word(teacher: Teacher) -> None:
    one = teacher()
    one.open()
    for key in "12312":
        one.type(["Control+Home", *[key] * CHILDREN])
    one.saved()
    assert one.on_record() == {row[0]: 2 for row in one.block()}


@pytest.mark.browser
def test_the_cursor_goes_where_the_keys_say(teacher: Teacher) -> None:
    one = teacher()
    one.open()
    last_row, last_column = CHILDREN - 1, AREA - 1
    way = [
        ("ArrowUp", 0, 0),
        ("ArrowRight", 0, 1),
        ("ArrowDown", 1, 1),
        ("ArrowLeft", 1, 0),
        ("Tab", 1, 1),
        ("Shift+Tab", 1, 0),
        ("Shift+Tab", 0, last_column),
        ("Home", 0, 0),
        ("End", 0, last_column),
        ("Enter", 1, last_column),
        ("Shift+Enter", 0, last_column),
        ("Control+End", last_row, last_column),
        ("ArrowDown", last_row, last_column),
        ("ArrowRight", last_row, last_column),
        ("Control+Home", 0, 0),
        ("2", 1, 0),
        ("0", 2, 0),
        ("Backspace", 1, 0),  # right after a key that moved on it means that key
        ("Backspace", 1, 0),
        ("Delete", 1, 0),
        ("4", 1, 0),
        ("x", 1, 0),
    ]
    for key, row, column in way:
        one.type([key])
        one.stands_on(row, column)
    one.type(["Control+End", "ArrowUp", "Enter"])
    one.stands_on(last_row, last_column)
    one.type(["Control+Home", *["Enter"] * CHILDREN])
    one.stands_on(0, 1)  # down through the column, then the next one
    one.saved()
    assert one.on_record() == {one.block()[0][0]: 2}


@pytest.mark.browser
def test_page_down_and_page_up_turn_to_the_next_area_and_back(teacher: Teacher) -> None:
    one = teacher()
    one.open()
    heading = one.page.locator(".head h2")
    first = heading.inner_text()
    one.type(["PageDown"])
    expect(heading).not_to_have_text(first)
    one.stands_on(0, 0)
    one.type("1")
    one.type(["PageUp"])
    expect(heading).to_have_text(first)
    one.type(["2", "PageUp", "2"])  # before the first there is none
    expect(heading).to_have_text(first)
    one.saved()
    assert one.on_record() == {one.block(1)[0][0]: 1, one.block(0)[0][0]: 2, one.block(0)[1][0]: 2}


@pytest.mark.browser
def test_zero_backspace_and_delete_take_a_level_off_the_record(teacher: Teacher) -> None:
    one = teacher()
    one.open()
    block = one.block()
    one.type("3333")
    one.saved()
    one.type(["Control+Home", "0", "ArrowDown", "ArrowUp", "Backspace", "ArrowDown", "Delete"])
    one.stands_on(2, 0)
    one.saved()
    assert one.on_record() == {block[3][0]: 3}
    assert one.shown()[: 4 * AREA : AREA] == ["", "", "", "3"]


@pytest.mark.browser
def test_backspace_right_after_a_slip_takes_that_level_and_not_the_next_one(teacher: Teacher) -> None:
    one = teacher()
    one.open()
    one.type(["1", "2", "3", "Control+Home", "3", "Backspace"])
    one.stands_on(0, 0)
    one.saved()
    block = one.block()
    assert one.on_record() == {block[1][0]: 2, block[2][0]: 3}


@pytest.mark.browser
def test_a_sheet_is_taken_up_where_it_was_left_on_the_way_of_the_cursor(teacher: Teacher) -> None:
    one = teacher(only=3)
    one.open()
    one.type(["1", "2", "ArrowDown", *"31231"])  # one criterion of the first child left out, one of the next
    one.stands_on(1, 1)
    one.saved()
    one.open()
    one.stands_on(1, 1)


@pytest.mark.browser
def test_control_z_takes_back_and_control_y_makes_again(teacher: Teacher) -> None:
    one = teacher()
    one.open()
    block = one.block()
    one.type("123")
    one.type(["Control+z", "Control+z"])
    one.stands_on(1, 0)
    one.saved()
    assert one.on_record() == {block[0][0]: 1}
    one.type(["Control+y"])
    one.stands_on(1, 0)
    one.type(["Control+Shift+z"])
    one.stands_on(2, 0)
    one.type(["Control+y"])  # nothing is left to make again
    one.reads("Повторять нечего.")
    one.saved()
    assert one.on_record() == {block[0][0]: 1, block[1][0]: 2, block[2][0]: 3}
    one.type(["Control+Home", "3", "Control+z"])
    one.saved()
    assert one.on_record()[block[0][0]] == 1


@pytest.mark.browser
def test_the_cursor_goes_across_for_whoever_wants_it_after_a_reload_too(teacher: Teacher) -> None:
    one = teacher()
    one.open()
    one.page.get_by_role("button", name="Вправо →").click()
    one.type("12312312")
    one.stands_on(1, 1)
    one.saved()
    one.open()
    one.stands_on(1, 1)
    one.type("3")
    one.stands_on(1, 2)
    one.saved()
    across = [cell for row in one.block() for cell in row]
    assert one.on_record() == dict(zip(across, (1, 2, 3, 1, 2, 3, 1, 2, 3), strict=False))


@pytest.mark.browser
def test_a_digit_after_the_last_cell_writes_over_nothing_and_enter_leads_on(teacher: Teacher) -> None:
    one = teacher()
    one.open()
    one.type(["Control+End", "1", "2", "3", "2"])
    onward = one.page.locator(".head .onward")
    expect(onward).to_be_focused()
    one.reads("Дальше клетки нет")
    one.saved()
    assert one.on_record() == {one.block()[-1][-1]: 1}
    one.type(["Enter"])
    one.stands_on(0, 0)
    one.type("3")
    one.saved()
    assert one.on_record() == {one.block()[-1][-1]: 1, one.block(1)[0][0]: 3}


@pytest.mark.browser
def test_a_digit_after_the_last_cell_of_a_full_sheet_writes_over_nothing(teacher: Teacher) -> None:
    one = teacher(only=2)
    one.open()
    for _ in range(12):
        one.type(["Control+Home", *"1" * (2 * AREA), "Enter"])
    one.reads("Весь лист заполнен.")
    one.type("233")
    one.saved()
    assert set(one.on_record().values()) == {1}
    assert len(one.on_record()) == 2 * AREA * 12


@pytest.mark.browser
def test_the_sheet_of_three_children_is_turned(teacher: Teacher) -> None:
    one = teacher(only=3)
    one.open()
    expect(one.page.locator("[role=grid] thead th")).to_have_count(5)  # the corner, three children, the count
    one.type("1231231")  # down, through the criteria of the first child
    one.stands_on(0, 1)
    one.type(["3", "Tab", "2"])
    one.stands_on(2, 2)
    one.saved()
    first, second, third = one.block()
    typed = dict(zip(first, (1, 2, 3, 1, 2, 3, 1), strict=True))
    assert one.on_record() == typed | {second[0]: 3, third[1]: 2}


@pytest.mark.browser
def test_the_row_of_digits_types_levels_on_a_kazakh_keyboard_too(teacher: Teacher) -> None:
    one = teacher("kk")
    one.open()
    for code, key in (("Digit2", "ә"), ("Digit3", "і"), ("Digit1", '"')):
        one.page.locator("td:focus").evaluate(
            """(cell, init) => cell.dispatchEvent(
                new KeyboardEvent("keydown", { ...init, bubbles: true, composed: true, cancelable: true }))""",
            {"code": code, "key": key},
        )
    one.stands_on(3, 0)
    one.saved()
    assert list(one.on_record().values()) == [2, 3, 1]


@pytest.mark.browser
def test_a_click_puts_the_cursor_on_a_cell_and_a_level_beside_the_grid_into_it(teacher: Teacher) -> None:
    one = teacher()
    one.open()
    one.cell(3, 4).click()
    one.stands_on(3, 4)
    one.page.locator(".panel button[data-level='2']").click()
    one.stands_on(4, 4)
    one.page.locator(".panel button[data-level='3']").click()
    one.stands_on(5, 4)
    one.type("1")
    one.saved()
    block = one.block()
    assert one.on_record() == {block[3][4]: 2, block[4][4]: 3, block[5][4]: 1}


@pytest.mark.browser
def test_who_listens_hears_what_was_put_and_that_it_is_saved(teacher: Teacher) -> None:
    one = teacher()
    one.open()
    one.type("3")
    expect(one.page.locator(".heard[role=status]")).to_have_text(re.compile(r"III уровень.*Сохранено"))


@pytest.mark.browser
def test_keys_that_are_the_browsers_own_stay_so(teacher: Teacher) -> None:
    one = teacher()
    one.open()
    one.page.evaluate("addEventListener('keydown', (event) => { window.prevented = event.defaultPrevented; })")
    for key in ("Control+1", "Alt+2", "Control+c"):
        one.type([key])
        assert one.page.evaluate("window.prevented") is False
    one.saved()
    assert one.on_record() == {}


@pytest.mark.browser
@pytest.mark.parametrize("language", ["ru", "kk"])
def test_on_a_phone_one_child_at_a_time_by_a_thumb(chrome: Browser, house: House, language: str) -> None:
    context = chrome.new_context(viewport=PHONE, has_touch=True, is_mobile=True, locale=LOCALES[language])
    context.set_default_timeout(PATIENCE_S * 1000)
    one = AtSheet(context.new_page(), house.program, house.made, house.desk())
    one.sign_in()
    one.page.goto(f"{house.program.address}/sheet?{one.address()}")
    for number, level in enumerate((1, 2, 3)):
        one.page.locator(f".one li:nth-child({number + 1}) button[data-level='{level}']").tap()
    one.page.locator(".one .onward").tap()  # the next child
    one.page.locator(".one li:nth-child(1) button[data-level='3']").tap()
    one.page.locator(".one li:nth-child(2) button[data-level='2']").tap()
    one.page.locator(".one li:nth-child(2) button[data-level='']").tap()
    one.saved()
    block = one.block()
    expected = {block[0][0]: 1, block[0][1]: 2, block[0][2]: 3, block[1][0]: 3}
    assert one.on_record() == expected
    one.page.locator(".tools .choice button").nth(1).tap()  # one criterion of all children
    one.page.locator(".one li:nth-child(3) button[data-level='1']").tap()
    one.saved()
    assert one.on_record() == expected | {block[2][0]: 1}
    assert one.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    too_small = one.page.locator(".sheet").evaluate(
        """(sheet, least) => [...sheet.querySelectorAll("button, select, summary, a")]
            .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < least)
            .map((one) => `${one.textContent.slice(0, 20)}: ${Math.round(one.getBoundingClientRect().height)}`)""",
        FINGER,
    )
    context.close()
    assert too_small == []
