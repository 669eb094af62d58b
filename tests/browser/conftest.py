"""A browser on the running program, at a desk and on a phone, that notices what a person would not.

Every page fails its test where it asks anything of another machine, or where its script throws.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, ViewportSize, sync_playwright

from tests.chromium import chromium
from tests.conftest import PASSWORD
from tests.running import PATIENCE_S, Program, running

DESK = ViewportSize(width=1366, height=768)
PHONE = ViewportSize(width=390, height=844)
LOCALES = {"ru": "ru-RU", "kk": "kk-KZ"}
# Without these Chromium itself calls home at every start.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Person:
    """Somebody at a browser."""

    page: Page
    program: Program
    language: str

    def open(self, path: str = "/") -> None:
        self.page.goto(self.program.address + path)

    def choose_language(self) -> None:
        with self.page.expect_navigation():
            self.page.click(f"form.languages button[value={self.language}]")

    def set_up(self, *, name: str = "Школа села Ақбұлақ", login: str = "aigul") -> None:
        """Fill in the first set-up, as somebody who does everything in a village school."""
        self.page.fill("[name=name]", name)
        self.page.select_option("[name=kind]", "school")
        self.page.fill("[name=person]", "Айгүл Сәрсенова")
        self.page.fill("[name=login]", login)
        self.page.fill("[name=password]", PASSWORD)
        self.page.fill("[name=password_again]", PASSWORD)
        self.page.click("form[action='/door/set-up'] button.primary")
        self.at_rest()

    def sign_in(self, *, login: str = "aigul", password: str = PASSWORD) -> None:
        self.page.fill("[name=login]", login)
        self.page.fill("[name=password]", password)
        self.page.click("form[action='/door/sign-in'] button.primary")

    def at_rest(self) -> None:
        """Wait until the screen has drawn itself and nothing runs."""
        self.page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
        self.page.wait_for_selector("h1")
        # The end of the menu is drawn last: with it come our words for Streamlit's own controls.
        self.page.wait_for_selector("form[action='/door/sign-out']", state="attached")

    def in_language(self) -> None:
        """Choose the person's language for the account, whatever it was."""
        self.page.context.request.post(
            f"{self.program.address}/door/language",
            form={"language": self.language, "form_token": self.form_token()},
            headers={"Origin": self.program.address},
        )
        self.open()
        self.at_rest()

    def form_token(self) -> str:
        return str(self.page.locator("form.languages [name=form_token]").first.get_attribute("value"))

    def press(self, key: str) -> None:
        """Press the button of a key of ours and wait for what it brings."""
        self.page.click(f".st-key-{key} button")

    def fill(self, key: str, text: str) -> None:
        self.page.fill(f".st-key-{key} input", text)

    def text(self) -> str:
        """Return what can be read on the page, the menu's own corner too."""
        return self.page.inner_text("body")


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    path = chromium()
    if path is None:
        pytest.skip("there is no Chromium on this machine")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """Yield the program over an empty folder: nothing has been set up."""
    with running(tmp_path_factory.mktemp("home")) as started:
        yield started


Visitor = Callable[..., Person]


@pytest.fixture
def visitor(chrome: Browser, program: Program) -> Iterator[Visitor]:
    """Yield what brings a person to the program: in a language, at a desk or on a phone."""
    strangers: list[str] = []
    failures: list[str] = []
    contexts = []

    def note(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.hostname != "localhost":
            strangers.append(request.url)

    def come(language: str = "ru", size: ViewportSize = DESK, at: Program = program) -> Person:
        context = chrome.new_context(viewport=size, locale=LOCALES[language])
        context.set_default_timeout(PATIENCE_S * 1000)
        contexts.append(context)
        page = context.new_page()
        page.on("request", note)
        page.on("pageerror", lambda error: failures.append(str(error)))
        page.on(
            "console",
            lambda said: failures.append(said.text) if "Content Security Policy" in said.text else None,
        )
        return Person(page, at, language)

    yield come
    for context in contexts:
        context.close()
    assert strangers == []
    assert failures == []


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    return tmp_path
