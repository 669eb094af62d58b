"""Several people, tabs and installations at one sheet: no mark is lost, and none is written under another name."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from sqlmodel import select

from monitoring.record.models import Rating
from tests.browser.conftest import DESK, LOCALES
from tests.browser.sheets import AtSheet, House, downward, house_of, let_in, writers
from tests.running import PATIENCE_S, with_a_small_demonstration
from tests.trials.kindergarten import Desk, colleague

EVERYWHERE = "0.0.0.0"  # noqa: S104 - as `serve --lan` does
SECONDS = 5  # in which another's mark has to be seen


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house_of(tmp_path_factory.mktemp("people"), desks=8) as found:
        yield found


Computer = Callable[[], BrowserContext]


@pytest.fixture
def computer(chrome: Browser) -> Iterator[Computer]:
    """Return what gives a computer of its own to somebody."""
    made: list[BrowserContext] = []

    def get() -> BrowserContext:
        context = chrome.new_context(viewport=DESK, locale=LOCALES["ru"])
        context.set_default_timeout(PATIENCE_S * 1000)
        made.append(context)
        return context

    yield get
    for context in made:
        context.close()


def sit_down(context: BrowserContext, house: House, desk: Desk) -> AtSheet:
    sitting = AtSheet(context.new_page(), house.program, house.made, desk)
    sitting.sign_in()
    sitting.open()
    return sitting


def shows(sitting: AtSheet, row: int, column: int, level: str) -> None:
    expect(sitting.cell(row, column)).to_have_attribute("data-level", level, timeout=1000 * SECONDS)


@pytest.mark.browser
def test_anothers_marks_appear_by_themselves(computer: Computer, house: House) -> None:
    desk = house.desk()
    one = sit_down(computer(), house, desk)
    other = sit_down(computer(), house, colleague(house.made, desk, "appears"))
    one.type("12")
    shows(other, 0, 0, "1")
    shows(other, 1, 0, "2")
    other.type(["ArrowRight", "3"])
    shows(one, 0, 1, "3")


@pytest.mark.browser
def test_of_two_in_one_cell_the_second_sees_who_wrote_what_and_chooses(computer: Computer, house: House) -> None:
    desk = house.desk()
    theirs = colleague(house.made, desk, "second")
    late = computer()
    one = sit_down(computer(), house, desk)
    second = sit_down(late, house, theirs)
    late.set_offline(True)
    second.type("33")
    one.type("12")
    one.saved()
    late.set_offline(False)
    second.reads("В 2 ячейках уже стоит другой уровень")
    second.page.get_by_role("button", name="Показать").click()
    second.reads("Здесь уже стоит «I»: Воспитатель teacher")
    second.page.get_by_role("button", name="Оставить «I»", exact=True).click()
    second.page.get_by_role("button", name="Показать").click()
    second.page.get_by_role("button", name="Поставить «III»").click()
    second.saved()
    first, below = downward(one.block())[:2]
    assert writers(house.made, first) == [(desk.teacher.account_id, 1)]
    assert writers(house.made, below) == [(desk.teacher.account_id, 2), (theirs.teacher.account_id, 3)]
    shows(one, 1, 0, "3")


@pytest.mark.browser
def test_two_tabs_of_one_account_send_each_mark_once(computer: Computer, house: House) -> None:
    desk, context = house.desk(), computer()
    one, two = sit_down(context, house, desk), sit_down(context, house, desk)
    context.set_offline(True)
    one.type("123")
    shows(two, 2, 0, "3")
    two.page.bring_to_front()
    two.cell(1, 0).click()
    two.type("1")
    context.set_offline(False)
    two.saved()
    one.page.bring_to_front()
    one.saved()
    cells = downward(one.block())
    assert [writers(house.made, cell) for cell in cells[:4]] == [
        [(desk.teacher.account_id, 1)],
        [(desk.teacher.account_id, 2), (desk.teacher.account_id, 1)],
        [(desk.teacher.account_id, 3)],
        [],
    ]


@pytest.mark.browser
def test_a_sheet_left_open_while_somebody_else_signs_in_writes_nothing_under_their_name(
    computer: Computer, house: House
) -> None:
    desk, context = house.desk(), computer()
    other = colleague(house.made, desk, "elsewhere")
    one = sit_down(context, house, desk)
    let_in(context, house.program, house.made, other)  # in another tab of the same browser
    one.type("12")
    one.reads("В этом браузере сейчас работает другой человек. Ваши отметки")
    assert one.on_record() == {}
    let_in(context, house.program, house.made, desk)
    one.saved()
    first = downward(one.block())[0]
    assert writers(house.made, first) == [(desk.teacher.account_id, 1)]


@pytest.mark.browser
def test_what_was_typed_in_the_demonstration_never_reaches_the_real_record(
    computer: Computer, house: House, tmp_path: Path
) -> None:
    """The demonstration is another installation in the same browser and at the same address."""
    desk, context = house.desk(), computer()
    with_a_small_demonstration(house.program)
    page = context.new_page()
    page.goto(f"{house.program.address}/door")
    page.click("form[action='/door/demo'] button")
    page.wait_for_selector("h1")
    page.goto(f"{house.program.address}/sheet?stage=final")  # of the present year, nobody has marked it yet
    page.wait_for_selector("[role=grid] td:focus")
    context.set_offline(True)
    for key in "123":
        page.keyboard.press(key)
    context.clear_cookies(name="monitoring_place")
    real = AtSheet(context.new_page(), house.program, house.made, desk)
    context.set_offline(False)
    real.sign_in()
    real.open()
    expect(page.get_by_text("В этом браузере сейчас работает другой человек. Ваши отметки")).to_be_visible()
    assert real.waiting() == 3
    with house.made.database.reading() as session:
        typed = session.exec(select(Rating).where(Rating.by_account_id == desk.teacher.account_id)).all()
    assert typed == []
    assert real.on_record() == {}


@pytest.mark.browser
def test_typing_works_over_plain_http_on_an_address_of_the_network(chrome: Browser, tmp_path: Path) -> None:
    """There a browser has no crypto.randomUUID, no crypto.subtle and no clipboard."""
    with house_of(tmp_path / "lan", desks=1, environment={"STREAMLIT_SERVER_ADDRESS": EVERYWHERE}) as lan:
        context = chrome.new_context(viewport=DESK, locale=LOCALES["ru"])
        one = AtSheet(context.new_page(), lan.program, lan.made, lan.desk())
        address = f"http://{own_address()}:{lan.program.port}"
        context.add_cookies([{"name": lan.made.cookie, "value": one.desk.token, "url": address}])
        one.page.goto(f"{address}/sheet?{one.address()}")
        one.ready()
        assert one.page.evaluate("[isSecureContext, typeof crypto.randomUUID, typeof crypto.subtle]") == [
            False,
            "undefined",
            "undefined",
        ]
        one.type("123")
        one.saved()
        assert sorted(one.on_record().values()) == [1, 2, 3]
        context.close()


def own_address() -> str:
    """Return an address of this machine that is not the loopback's, without sending anything."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as found:
        try:
            found.connect(("192.0.2.1", 9))
        except OSError:
            pytest.skip("this machine has no network")
        return str(found.getsockname()[0])
