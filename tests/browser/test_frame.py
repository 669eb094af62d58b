"""What frames every screen: where one begins to read, the menu, the way on from an address that is not there."""

import re
from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Locator, ViewportSize, expect

from monitoring import demo
from monitoring.record import upgrade
from monitoring.record.database import FILE_NAME, database_at
from tests.browser.conftest import DESK, PHONE, Person, Visitor
from tests.running import Program, running
from tests.test_packaging import contrast

GROUP = "[class*=st-key-row_group_] a"
CHILD = "[class*=st-key-row_child_] a[href*='child?']"
CLOSED = re.compile("true")
FINGER = 44  # pixels
AA = 4.5


@pytest.fixture(scope="module")
def kindergarten(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Program, str]]:
    """Yield a program with a kindergarten of ten groups, and the password of whoever may do everything there."""
    home = tmp_path_factory.mktemp("kindergarten")
    database = database_at(home / FILE_NAME)
    upgrade.upgrade(database)
    accounts = demo.fill(database, "kindergarten", today=date(2026, 11, 22))
    database.engine.dispose()
    password = next(account.password for account in accounts if account.login == "demo")
    with running(home) as started:
        yield started, password


@pytest.fixture
def somebody(visitor: Visitor, kindergarten: tuple[Program, str]) -> Visitor:
    """Return what brings somebody in who may do everything: in a language, at a desk or on a phone."""

    def come(language: str = "ru", size: ViewportSize = DESK) -> Person:
        person: Person = visitor(language, size, at=kindergarten[0])
        person.open("/door")
        person.sign_in(login="demo", password=kindergarten[1])
        person.at_rest()
        person.in_language()
        return person

    return come


def scrolled(person: Person) -> int:
    return int(person.page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop"))


def scroll_down(person: Person) -> None:
    person.page.evaluate("document.querySelector('[data-testid=stMain]').scrollTo(0, 100000)")
    person.page.wait_for_function("document.querySelector('[data-testid=stMain]').scrollTop > 0")


def entry(person: Person, address: str) -> Locator:
    """Return a screen's entry in the menu, which is opened first where it is closed."""
    if menu(person).get_attribute("data-collapsed") == "true":
        person.page.click("[data-testid=stExpandSidebarButton]")
        expect(menu(person)).to_have_attribute("data-collapsed", "false")
    return person.page.locator(f"[data-testid=stSidebarNavLink][href$='/{address}']")


def menu(person: Person) -> Locator:
    return person.page.locator("[data-testid=stSidebar]")


@pytest.mark.browser
def test_a_screen_and_a_record_begin_at_their_top_and_a_rerun_stays_where_it_is(somebody: Visitor) -> None:
    person = somebody(size=PHONE)
    page = person.page
    person.open("/groups")
    person.at_rest()
    scroll_down(person)
    page.locator(GROUP).last.click()
    expect(page.locator(".st-key-change_group")).to_be_visible()
    assert scrolled(person) == 0
    scroll_down(person)
    place = scrolled(person)
    page.locator(".st-key-change_group button").evaluate("button => button.click()")
    person.press("group_save_cancel")
    expect(page.locator("[role=dialog]")).to_have_count(0)
    assert scrolled(person) == place
    page.locator(CHILD).last.click()
    expect(page.locator(".st-key-correct_child")).to_be_visible()
    assert scrolled(person) == 0


@pytest.mark.browser
def test_on_a_phone_the_menu_is_closed_once_a_language_or_a_screen_is_chosen(somebody: Visitor) -> None:
    person = somebody(size=PHONE)
    entry(person, "groups").click()
    expect(menu(person)).to_have_attribute("data-collapsed", CLOSED)
    expect(person.page.locator(GROUP).first).to_be_visible()
    entry(person, "groups").wait_for()
    person.language = "kk"
    person.choose_language()
    person.at_rest()
    assert person.page.evaluate("document.documentElement.lang") == "kk"
    expect(menu(person)).to_have_attribute("data-collapsed", CLOSED)


@pytest.mark.browser
def test_at_a_desk_the_menu_stays_open(somebody: Visitor) -> None:
    person = somebody()
    entry(person, "groups").click()
    expect(person.page.locator(GROUP).first).to_be_visible()
    person.choose_language()
    person.at_rest()
    expect(menu(person)).to_have_attribute("data-collapsed", "false")


@pytest.mark.browser
def test_the_menus_entry_leads_out_of_a_record_and_the_way_back_into_it(somebody: Visitor) -> None:
    person = somebody()
    page = person.page
    person.open("/groups")
    person.at_rest()
    page.locator(GROUP).first.click()
    expect(page.locator(".st-key-change_group")).to_be_visible()
    entry(person, "groups").click()
    expect(page.locator(GROUP).first).to_be_visible()
    expect(page).to_have_url(f"{person.program.address}/groups")
    page.go_back()
    expect(page.locator(".st-key-change_group")).to_be_visible()


@pytest.mark.browser
def test_the_menus_entry_leads_from_another_school_year_to_the_present_one(somebody: Visitor) -> None:
    person = somebody()
    page = person.page
    person.open("/years")
    person.at_rest()
    present = page.get_by_text("2026-2027.")
    expect(present).to_be_visible()
    page.locator("[class*=st-key-chosen_year] input").click()
    page.get_by_role("option", name="2025-2026").click()
    expect(page.get_by_text("2025-2026.")).to_be_visible()
    entry(person, "years").click()
    expect(present).to_be_visible()
    page.go_back()
    expect(page.get_by_text("2025-2026.")).to_be_visible()
    page.go_back()
    expect(present).to_be_visible()


@pytest.mark.browser
def test_a_list_from_a_file_asked_for_in_a_group_comes_into_this_group(somebody: Visitor) -> None:
    person = somebody()
    page = person.page
    person.open("/groups")
    person.at_rest()
    name = page.locator(GROUP).last.inner_text()
    page.locator(GROUP).last.click()
    expect(page.locator(".st-key-change_group")).to_be_visible()
    page.locator("[data-testid=stPageLink] a[href*='import-list?group=']").click()
    page.wait_for_selector("input[type=file]", state="attached")
    page.set_input_files(
        "input[type=file]",
        {"name": "list.csv", "mimeType": "text/csv", "buffer": "ФИО;Дата рождения\nЖаңа Бала;05.03.2021\n".encode()},
    )
    expect(page.locator("[class*=st-key-list_group] input")).to_have_value(name)
    page.locator(".st-key-rows_good summary").click()
    expect(page.locator(".st-key-rows_to_enter td").last).to_have_text(name)


@pytest.mark.browser
def test_what_is_chosen_among_several_can_be_read_on_a_dark_ground(somebody: Visitor) -> None:
    person = somebody()
    page = person.page
    page.emulate_media(color_scheme="dark")
    person.open("/groups")
    person.at_rest()
    person.press("add_group")
    chosen = page.locator(".st-key-group_language button[aria-checked=true]")
    colours = chosen.evaluate("button => [getComputedStyle(button).color, getComputedStyle(button).backgroundColor]")
    ink, veil = ([float(part) for part in re.findall(r"[\d.]+", colour)] for colour in colours)
    under = (0x0B, 0x12, 0x16)  # the theme's own ground
    ground = [part * veil[3] + below * (1 - veil[3]) for part, below in zip(veil[:3], under, strict=True)]
    assert contrast(as_hex(ink), as_hex(ground)) >= AA


def as_hex(colour: list[float]) -> str:
    return "#" + "".join(f"{round(part):02x}" for part in colour[:3])


@pytest.mark.browser
def test_on_a_phone_everything_in_the_menu_is_large_enough_for_a_finger(somebody: Visitor) -> None:
    person = somebody(size=PHONE)
    entry(person, "groups").wait_for()
    heights = person.page.locator("[data-testid=stSidebar] :is(a, button):visible").evaluate_all(
        "all => all.map((one) => [one.textContent, one.getBoundingClientRect().height])"
    )
    assert [one for one in heights if one[1] < FINGER] == []


@pytest.mark.browser
@pytest.mark.parametrize("language", ["ru", "kk"])
def test_from_an_address_that_is_not_there_one_link_leads_to_the_first_screen(somebody: Visitor, language: str) -> None:
    person = somebody(language, PHONE)
    person.open("/nothing")
    assert person.page.evaluate("document.documentElement.lang") == language
    person.page.locator("main a").click()
    person.at_rest()
    expect(person.page).to_have_url(f"{person.program.address}/")
