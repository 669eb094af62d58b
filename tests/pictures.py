"""The pictures of the README and the guides, taken of the running program: `python -m tests.pictures`.

The people in them are those of the demonstration. Run it again after a change of what a picture shows.
"""

import tempfile
from datetime import date
from pathlib import Path
from uuid import UUID

from playwright.sync_api import Browser, ViewportSize, sync_playwright
from sqlmodel import col, select

from monitoring import demo
from monitoring.core.scale import OLDEST_AGE
from monitoring.record import upgrade
from monitoring.record.database import FILE_NAME, database_at
from monitoring.record.models import Group, SchoolYear, TeachingLanguage
from tests.browser.conftest import ARGUMENTS, DESK, LOCALES, PHONE, Person
from tests.chromium import chromium
from tests.running import ROOT, Program, running

FOLDER = ROOT / "docs" / "pictures"
SHEET = "/sheet?group={group}&stage=mid&area=speech"  # of a group of five-year-olds in the year that has marks
# Name, address, language, size.
SCENES: tuple[tuple[str, str, str, ViewportSize], ...] = (
    ("groups", "/groups", "ru", DESK),
    ("sheet", SHEET, "ru", DESK),
    ("sheet-kk-phone", SHEET, "kk", PHONE),
    ("school-year", "/years", "ru", DESK),
    ("accounts", "/accounts", "ru", DESK),
    ("catalogue-kk", "/catalogue", "kk", DESK),
)


def take(folder: Path = FOLDER) -> None:
    """Write every picture anew."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="monitoring-pictures-", ignore_cleanup_errors=True) as name:
        home = Path(name)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
            with running(home / "new") as empty:
                _first_run(browser, empty, folder)
            password = _fill(home / "full")
            with running(home / "full") as full:
                for scene in SCENES:
                    _scene(browser, full, password, folder, *scene)
            browser.close()


def _first_run(browser: Browser, program: Program, folder: Path) -> None:
    page = browser.new_context(viewport=DESK, locale=LOCALES["ru"]).new_page()
    page.goto(program.address)
    page.screenshot(path=folder / "first-set-up.png")


def _fill(home: Path) -> str:
    home.mkdir(parents=True)
    database = database_at(home / FILE_NAME)
    upgrade.upgrade(database)
    accounts = demo.fill(database, "kindergarten", today=date(2026, 11, 22))
    database.engine.dispose()
    return next(account.password for account in accounts if account.login == "demo")


def _scene(
    browser: Browser,
    program: Program,
    password: str,
    folder: Path,
    name: str,
    path: str,
    language: str,
    size: ViewportSize,
) -> None:
    context = browser.new_context(viewport=size, locale=LOCALES[language])
    person = Person(context.new_page(), program, language)
    person.open("/door")
    person.sign_in(login="demo", password=password)
    person.at_rest()
    person.in_language()
    person.open(path.format(group=_marked_group(program)))
    person.at_rest()
    if path == SHEET:
        person.page.wait_for_selector("table[role=grid], .one")
    person.page.wait_for_timeout(800)  # icons and fonts
    person.page.screenshot(path=folder / f"{name}.png")
    context.close()


def _marked_group(program: Program) -> UUID:
    with program.database.reading() as session:
        return session.exec(
            select(Group.id)
            .join(SchoolYear, col(SchoolYear.id) == col(Group.school_year_id))
            .where(Group.age == OLDEST_AGE, Group.language == TeachingLanguage.RUSSIAN)
            .order_by(col(SchoolYear.begins))
        ).all()[0]


if __name__ == "__main__":
    take()
