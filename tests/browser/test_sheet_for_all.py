"""The sheet for those who listen to it, who use no mouse, who see little: as the browser tells and shows it."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import ViewportSize, expect

from monitoring import ratings
from monitoring.core.scale import Stage
from tests.browser.conftest import DESK, Visitor
from tests.browser.sheets import AREA, CHILDREN, GRID, AtSheet, House, house_of
from tests.running import Program
from tests.trials.kindergarten import STAGE, Desk

AA = 4.5
TWICE = ViewportSize(width=DESK["width"] // 2, height=DESK["height"] // 2)  # what is left of a screen at 200 %
CONTRASTS = Path(__file__).with_name("contrasts.js").read_text("utf-8")
FOCUS = "(one) => [getComputedStyle(one).outlineStyle, getComputedStyle(one).boxShadow]"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house_of(tmp_path_factory.mktemp("for_all"), desks=10) as found:
        yield found


@pytest.fixture(scope="module")
def program(house: House) -> Program:
    return house.program


@pytest.fixture
def one(visitor: Visitor, house: House) -> AtSheet:
    """Return a teacher at an empty sheet of her own."""
    sitting = AtSheet(visitor().page, house.program, house.made, house.desk())
    sitting.sign_in()
    sitting.open()
    return sitting


def mark_all(desk: Desk, house: House) -> None:
    """Put a level into every cell of a sheet at its first stage."""
    changes = [desk.change(number, 1 + number % 3) for number in range(len(desk.cells))]
    with house.made.database.writing() as session:
        ratings.record(session, desk.teacher, desk.group_id, STAGE, changes)


def heard(one: AtSheet) -> list[dict[str, Any]]:
    """Return the table as the browser tells it to a screen reader: its nodes, the table itself first."""
    session = one.page.context.new_cdp_session(one.page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    by_id = {node["nodeId"]: node for node in nodes}
    table = next(node for node in nodes if node.get("role", {}).get("value") == "grid")

    def below(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
        yield node
        for child in node.get("childIds", ()):
            yield from below(by_id[child])

    return [node for node in below(table) if not node["ignored"]]


def names(nodes: list[dict[str, Any]], role: str) -> list[str]:
    return [node["name"]["value"] for node in nodes if node["role"]["value"] == role]


@pytest.mark.browser
def test_a_screen_reader_is_told_a_grid_with_heads_and_named_cells(one: AtSheet) -> None:
    one.type("2")
    one.saved()
    nodes = heard(one)
    roles = Counter(node["role"]["value"] for node in nodes)
    assert nodes[0]["name"]["value"] == "Уровни детей по критериям"
    assert nodes[0]["description"]["value"].startswith("Клавиши: 1, 2, 3 - уровень")
    assert roles["row"] == CHILDREN + 2  # the heads over them and the counts under them
    assert roles["columnheader"] == AREA + 2
    assert roles["rowheader"] == CHILDREN + 1
    assert roles["gridcell"] == (AREA + 1) * (CHILDREN + 1)
    cells = names(nodes, "gridcell")
    assert cells[0].startswith("Ахметова")
    assert cells[0].endswith("II уровень - «средний»")
    assert cells[1].endswith("не оценено")
    assert "" not in [*cells, *names(nodes, "columnheader"), *names(nodes, "rowheader")]


@pytest.mark.browser
def test_the_grid_is_one_stop_of_the_tab_key_which_escape_lets_go(one: AtSheet) -> None:
    assert one.page.locator(f"{GRID} [tabindex='0']").count() == 1
    one.type(["ArrowDown", "ArrowDown", "Escape", "Tab"])
    expect(one.page.locator(f"{GRID} :focus")).to_have_count(0)
    one.type(["Shift+Tab"])
    one.stands_on(2, 0)
    assert one.page.locator(f"{GRID} [tabindex='0']").count() == 1
    one.type(["Tab"])  # back in the grid it goes across again
    one.stands_on(2, 1)
    one.type(["Escape", "Shift+Tab"])
    expect(one.page.locator(f"{GRID} :focus")).to_have_count(0)


@pytest.mark.browser
def test_one_sees_where_the_keyboard_is_all_the_way_round_the_sheet(one: AtSheet) -> None:
    for key in ("1", "2", "3"):
        one.type(["Control+Home", key, "ArrowUp"])
        assert one.page.locator(f"{GRID} td:focus").evaluate(FOCUS)[1] != "none"
    one.type(["Escape", "Tab"])
    seen = 0
    while (stop := one.page.locator(".sheet :focus")).count() and seen < 40:
        outline, shadow = stop.evaluate(FOCUS)
        assert outline != "none" or shadow != "none", stop.evaluate("(one) => one.outerHTML")
        one.type(["Tab"])
        seen += 1
    assert seen >= 3  # the three levels beside the grid


@pytest.mark.browser
def test_what_is_in_the_language_of_the_criteria_says_so(one: AtSheet) -> None:
    page = one.page
    texts = (f"{GRID} thead th:nth-child(2)", ".panel .criterion", ".panel .levels span >> nth=0", ".head h2")
    for text in texts:
        expect(page.locator(text)).to_have_attribute("lang", "ru")
    one.type(["ArrowDown", "ArrowRight"])
    page.get_by_role("button", name="Қазақша").first.click()
    for text in texts:
        expect(page.locator(text)).to_have_attribute("lang", "kk")
    assert page.evaluate("document.documentElement.lang") == "ru"


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("look", ["Таблица", "По одному"])
def test_every_word_and_level_on_the_sheet_stands_out(
    one: AtSheet, house: House, scheme: Literal["light", "dark"], look: str
) -> None:
    """On the sheet of the second stage, where the levels of the first stand beside those of now."""
    mark_all(one.desk, house)
    one.page.emulate_media(color_scheme=scheme)
    one.page.goto(f"{house.program.address}/sheet?group={one.desk.group_id}&stage={Stage.MID.value}")
    one.page.get_by_role("button", name=look).click()
    for level in (1, 2, 3):
        if look == "Таблица":
            one.cell(level, 0).click()
            one.type(str(level))
        else:
            one.page.locator(f".one li:nth-child({level}) button[data-level='{level}']").click()
    one.saved()
    one.page.mouse.move(0, 0)
    found = one.page.locator(".sheet").evaluate(CONTRASTS)
    assert len(found) > CHILDREN
    assert {level for *_, level in found} >= {"1", "2", "3"}
    assert [words for words, contrast, _ in found if contrast < AA] == []


@pytest.mark.browser
def test_at_twice_the_size_the_page_does_not_scroll_sideways_and_one_can_type(one: AtSheet) -> None:
    one.page.set_viewport_size(TWICE)
    expect(one.page.locator(".sheet.narrow")).to_be_visible()
    one.page.locator(".one li:nth-child(1) button[data-level='3']").click()
    one.saved()
    for part in ("document.documentElement", "document.querySelector('[data-testid=stMain]')"):
        assert one.page.evaluate(f"{part}.scrollWidth - {part}.clientWidth") <= 0
    assert list(one.on_record().values()) == [3]
