"""The sheet while something is away: the network, the server, the session, the page itself. Nothing typed is lost."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import APIResponse, Browser, BrowserContext, Dialog, Page, Route, expect
from sqlmodel import select

from monitoring.people import sign_in
from monitoring.record.models import Account, GroupStage, SheetState, SignIn, now
from tests.browser.conftest import DESK, LOCALES
from tests.browser.sheets import AREA, AtSheet, House, downward, house_of, let_in, writers
from tests.running import PATIENCE_S, kill, start, stop
from tests.trials.kindergarten import STAGE, Desk, colleague

CUT_S = 20


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house_of(tmp_path_factory.mktemp("away"), desks=16) as found:
        yield found


@pytest.fixture
def context(chrome: Browser) -> Iterator[BrowserContext]:
    """Yield the browser of one computer."""
    made = chrome.new_context(viewport=DESK, locale=LOCALES["ru"])
    made.set_default_timeout(PATIENCE_S * 1000)
    yield made
    made.close()


Sitting = Callable[..., AtSheet]


@pytest.fixture
def at_sheet(context: BrowserContext, house: House) -> Sitting:
    """Return what opens a sheet of its own, or of `desk`, in a new tab of this computer."""

    def come(desk: Desk | None = None) -> AtSheet:
        sitting = AtSheet(context.new_page(), house.program, house.made, desk or house.desk())
        sitting.sign_in()
        sitting.open()
        return sitting

    return come


def levels_on_record(sitting: AtSheet) -> list[int | None]:
    """Return the levels of the first area on record, in the order in which the cursor goes down."""
    found = sitting.on_record()
    return [found.get(cell) for cell in downward(sitting.block())]


def until(page: Page, is_so: Callable[[], bool]) -> None:
    """Let the page go on until something is so; fail where that takes too long."""
    end = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < end
        page.wait_for_timeout(50)


def downward_levels(sitting: AtSheet) -> list[str]:
    """Return the levels that the grid shows in the order in which the cursor goes down."""
    shown = sitting.shown()
    return [level for column in range(AREA) for level in shown[column::AREA]]


@pytest.mark.browser
def test_a_cut_of_20_seconds_loses_nothing(at_sheet: Sitting, context: BrowserContext) -> None:
    one = at_sheet()
    one.type("12")
    one.saved()
    context.set_offline(True)
    one.type("3" * CUT_S, a_second=1)
    one.reads("Продолжайте: отметки хранятся в этом браузере")
    assert one.page.locator("[role=dialog]").count() == 0
    assert one.waiting() == CUT_S
    context.set_offline(False)
    one.type("1")
    one.saved()
    assert levels_on_record(one)[: CUT_S + 3] == [1, 2, *[3] * CUT_S, 1]


@pytest.mark.browser
def test_a_server_that_is_killed_and_comes_back_gets_everything(chrome: Browser, tmp_path: Path) -> None:
    with house_of(tmp_path / "killed", desks=1) as other:
        context = chrome.new_context(viewport=DESK, locale=LOCALES["ru"])
        context.set_default_timeout(PATIENCE_S * 1000)
        one = AtSheet(context.new_page(), other.program, other.made, other.desk())
        one.sign_in()
        one.open()
        one.type("12")
        one.saved()
        kill(other.program)
        one.type("3" * 8, a_second=1)
        one.reads("Продолжайте: отметки хранятся в этом браузере")
        assert one.page.locator("[role=dialog]").count() == 0
        again = start(other.program.home, port=other.program.port)
        one.saved()
        one.type("1")
        one.saved()
        assert levels_on_record(one)[:11] == [1, 2, *[3] * 8, 1]
        context.close()
        stop(again)


@pytest.mark.browser
def test_a_reload_while_saving_loses_nothing(at_sheet: Sitting) -> None:
    one = at_sheet()
    say_yes(one.page)
    for round_of_keys in range(3):
        one.type("123" * 4)
        one.page.reload()
        one.ready()
        assert one.shown().count("") == len(one.shown()) - 12 * (round_of_keys + 1)
    one.saved()
    assert [level for level in levels_on_record(one) if level] == [1, 2, 3] * 12


@pytest.mark.browser
def test_marks_that_are_received_while_the_sheet_is_on_its_way_are_on_it(at_sheet: Sitting) -> None:
    """The sheet is read before the marks of the journal are on record, and comes after they have their receipts."""
    one = at_sheet()
    say_yes(one.page)
    changes: list[Route] = []
    sheet: list[tuple[Route, APIResponse]] = []
    one.page.route("**/sheets/changes", lambda route: changes.append(route))  # held, as by a slow network
    one.type("123")
    one.page.route("**/sheets/whole?*", lambda route: sheet.append((route, route.fetch())), times=1)
    changes.clear()
    one.page.reload()
    until(one.page, lambda: bool(changes and sheet))
    changes[-1].continue_()
    until(one.page, lambda: one.waiting() == 0)
    route, read_before = sheet[0]
    route.fulfill(response=read_before)
    one.ready()
    assert downward_levels(one)[:4] == ["1", "2", "3", ""]
    one.stands_on(3, 0)


@pytest.mark.browser
def test_a_tab_that_was_closed_offline_sends_its_marks_when_it_is_opened_again(
    at_sheet: Sitting, context: BrowserContext
) -> None:
    one = at_sheet()
    context.set_offline(True)
    one.type("1231")
    one.page.close(run_before_unload=False)
    context.set_offline(False)
    again = at_sheet(one.desk)
    again.saved()
    assert levels_on_record(again)[:5] == [1, 2, 3, 1, None]


@pytest.mark.browser
def test_leaving_the_page_with_unsaved_marks_asks(at_sheet: Sitting, context: BrowserContext) -> None:
    one = at_sheet()
    asked = say_yes(one.page)
    context.set_offline(True)
    one.type("1")
    one.page.close(run_before_unload=True)
    context.new_page().wait_for_timeout(500)
    assert [dialog.type for dialog in asked] == ["beforeunload"]


@pytest.mark.browser
def test_a_page_with_everything_saved_does_not_ask(at_sheet: Sitting) -> None:
    one = at_sheet()
    asked = say_yes(one.page)
    one.type("1")
    one.saved()
    one.page.reload()
    one.ready()
    assert asked == []


@pytest.mark.browser
def test_a_session_that_ends_while_typing_costs_nothing(at_sheet: Sitting, house: House) -> None:
    one = at_sheet()
    one.type("1")
    one.saved()
    end_session(one.desk, house)
    one.type("23")
    one.reads("Сеанс завершён")
    expect(one.page.locator(".bar a[href='/door']")).to_be_visible()
    let_in(one.page.context, house.program, house.made, replace(one.desk, token=fresh_session(one.desk, house)))
    one.saved()
    assert levels_on_record(one)[:3] == [1, 2, 3]


@pytest.mark.browser
def test_a_stage_approved_while_a_browser_is_offline_refuses_its_marks_with_words(
    at_sheet: Sitting, context: BrowserContext, house: House
) -> None:
    one = at_sheet()
    one.type("1")
    one.saved()
    context.set_offline(True)
    one.type("23")
    set_state(house, one.desk, SheetState.APPROVED)
    context.set_offline(False)
    one.reads("2 отметки не приняты")
    one.reads("Лист наблюдений утверждён, изменить его уже нельзя")
    one.reads("Лист утверждён:")
    assert one.waiting() == 2
    one.page.reload()
    one.ready()
    one.reads("2 отметки не приняты")
    one.type("3")
    one.reads("Его можно читать, но не менять")
    assert levels_on_record(one)[:4] == [1, None, None, None]
    set_state(house, one.desk, SheetState.OPEN)
    one.page.get_by_role("button", name="Попробовать снова").click()
    one.saved()
    assert levels_on_record(one)[:4] == [1, 2, 3, None]


@pytest.mark.browser
def test_signing_out_with_unsaved_marks_says_so_and_the_next_person_gets_none_of_them(
    at_sheet: Sitting, context: BrowserContext, house: House
) -> None:
    one = at_sheet()
    other = colleague(house.made, one.desk, "colleague")
    asked = say_yes(one.page)
    refuse_changes(one.page)
    one.type("12")
    assert one.waiting() == 2, one.shown()
    open_menu(one.page)
    with one.page.expect_navigation(url="**/door"):
        one.page.click("form[action='/door/sign-out'] button")
    assert len(asked) == 1
    assert "Ещё не сохранены 2 отметки" in asked[0].message
    one.page.unroute("**/sheets/changes")
    let_in(context, house.program, house.made, other)
    second = AtSheet(one.page, house.program, house.made, other)
    second.open()
    second.reads("2 отметки других людей ждут в этом браузере")
    second.type("3")
    expect(second.page.locator(".saved")).to_have_attribute("data-is", "saved")
    assert levels_on_record(second)[:3] == [3, None, None]
    assert second.waiting() == 2
    let_in(context, house.program, house.made, replace(one.desk, token=fresh_session(one.desk, house)))
    third = AtSheet(one.page, house.program, house.made, one.desk)
    third.open()
    third.reads("В 1 ячейке уже стоит другой уровень")
    assert levels_on_record(third)[:3] == [3, 2, None]
    first, second_cell = downward(third.block())[:2]
    assert writers(house.made, first) == [(other.teacher.account_id, 3)]
    assert writers(house.made, second_cell) == [(one.desk.teacher.account_id, 2)]


def say_yes(page: Page) -> list[Dialog]:
    """Answer yes to whatever the browser asks, and return what it has asked."""
    asked: list[Dialog] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog)
        dialog.accept()

    page.on("dialog", answer)
    return asked


def open_menu(page: Page) -> None:
    page.click("[data-testid=stExpandSidebarButton]")
    page.wait_for_selector("form[action='/door/sign-out'] button", state="visible")


def refuse_changes(page: Page) -> None:
    """Let no mark get through from this page."""
    page.route("**/sheets/changes", lambda route: route.abort())


def end_session(desk: Desk, house: House) -> None:
    with house.made.database.writing() as session:
        for row in session.exec(select(SignIn).where(SignIn.account_id == desk.teacher.account_id)):
            row.ended_at = now()


def fresh_session(desk: Desk, house: House) -> str:
    """Sign the teacher of a desk in, and return the token."""
    with house.made.database.reading() as session:
        account = session.get_one(Account, desk.teacher.account_id)
    return sign_in.open_session(house.made.database, account)


def set_state(house: House, desk: Desk, state: SheetState) -> None:
    with house.made.database.writing() as session:
        row = session.get_one(GroupStage, (desk.group_id, STAGE))
        row.state, row.by_account_id, row.by_console, row.at = state, desk.teacher.account_id, None, now()
