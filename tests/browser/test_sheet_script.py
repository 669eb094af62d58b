"""The script of the observation sheet, module by module: each test is a function of `sheet/*.js`, run in a browser."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, Route

from monitoring.ui.sheet_routes import code_address
from tests.running import PATIENCE_S, Program

FOLDER = Path(__file__).with_name("sheet")
TESTS = f"{code_address()}tests/"  # beside the modules, so that a test names them by where they lie
RUN = "async ([module, name]) => { await (await import(module))[name](); }"


def functions() -> list[tuple[str, str]]:
    """Return the file and the name of each test."""
    name = re.compile(r"^export async function (\w+)\(\)", re.MULTILINE)
    files = sorted(FOLDER.glob("*.js"))
    return [(file.name, found) for file in files for found in name.findall(file.read_text("utf-8"))]


def sentence(test: tuple[str, str]) -> str:
    file, name = test
    return f"{file.removesuffix('.js')}-" + re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", name)


@pytest.fixture(scope="module")
def page(chrome: Browser, program: Program) -> Iterator[Page]:
    """Yield a page of the program that finds the tests beside the script."""
    context = chrome.new_context()
    context.set_default_timeout(PATIENCE_S * 1000)
    page = context.new_page()
    page.route(f"**{TESTS}**", give_test)
    page.goto(f"{program.address}/door")
    yield page
    context.close()


def give_test(route: Route) -> None:
    file = FOLDER / route.request.url.split(TESTS)[1]
    route.fulfill(body=file.read_text("utf-8"), content_type="text/javascript")


@pytest.mark.browser
@pytest.mark.parametrize("test", functions(), ids=sentence)
def test_script(page: Page, test: tuple[str, str]) -> None:
    file, name = test
    failure = None
    try:
        page.evaluate(RUN, [f"{TESTS}{file}", name])
    except Error as error:
        failure = str(error)
    assert failure is None, failure
