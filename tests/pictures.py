"""The pictures of the README and the guides, taken of the running program: `python -m tests.pictures`.

The people in them are those of the demonstration. Run it again after a change of what a picture shows.
"""

import tempfile
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from uuid import UUID

import pypdfium2 as pdfium
from playwright.sync_api import Browser, ViewportSize, sync_playwright
from sqlmodel import col, select

from monitoring import demo
from monitoring.core.scale import OLDEST_AGE
from monitoring.documents import card_pdf
from monitoring.documents.card_form import card_form
from monitoring.record import upgrade
from monitoring.record.access import console
from monitoring.record.database import FILE_NAME, database_at
from monitoring.record.models import ChildName, Enrolment, Group, SchoolYear, TeachingLanguage
from monitoring.results import card
from tests.browser.conftest import ARGUMENTS, DESK, LOCALES, PHONE, Person
from tests.chromium import chromium
from tests.running import ROOT, Program, running

FOLDER = ROOT / "docs" / "pictures"
SHEET = "/sheet?group={group}&stage=mid&area=speech"  # of a group of five-year-olds in the year that has marks
CARD = "/card?child={child}&year={year}&language="
TALL = ViewportSize(width=DESK["width"], height=1000)


@dataclass(frozen=True)
class Scene:
    """A picture of a screen: its name, address and reader, and the heading it is taken from on."""

    name: str
    path: str
    language: str = "ru"
    size: ViewportSize = field(default_factory=lambda: DESK)
    heading: str | None = None


SCENES: tuple[Scene, ...] = (
    Scene("groups", "/groups"),
    Scene("sheet", SHEET),
    Scene("sheet-kk-phone", SHEET, "kk", PHONE),
    Scene("school-year", "/years"),
    Scene("accounts", "/accounts"),
    Scene("catalogue-kk", "/catalogue", "kk"),
    Scene("card", f"{CARD}ru", size=TALL),
    Scene("card-kk", f"{CARD}kk", "kk", TALL),
    Scene("card-kk-phone", f"{CARD}kk", "kk", PHONE),
    Scene("card-form", f"{CARD}ru", size=TALL, heading="Карта развития"),
    Scene("summary", "/summary?group={group}&year={year}", size=TALL),
    Scene("summary-whole", "/summary?year={year}", size=TALL),
)


@dataclass(frozen=True)
class Subject:
    """Whom the pictures show: a group of five-year-olds in the year that has marks, and a child of it."""

    group: UUID
    child: UUID
    year: int


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
                subject = _subject(full)
                for scene in SCENES:
                    _take_scene(browser, full, password, folder, scene, subject)
                for language, name in (("ru", "card-print"), ("kk", "card-print-kk")):
                    _print_card(full, subject, language, folder / f"{name}.png")
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


def _take_scene(
    browser: Browser, program: Program, password: str, folder: Path, scene: Scene, subject: Subject
) -> None:
    context = browser.new_context(viewport=scene.size, locale=LOCALES[scene.language])
    person = Person(context.new_page(), program, scene.language)
    person.open("/door")
    person.sign_in(login="demo", password=password)
    person.at_rest()
    person.in_language()
    person.open(scene.path.format(**asdict(subject)))
    person.at_rest()
    if scene.path == SHEET:
        person.page.wait_for_selector("table[role=grid], .one")
    if scene.heading:
        person.page.get_by_role("heading", name=scene.heading, exact=True).evaluate("one => one.scrollIntoView()")
    person.page.wait_for_timeout(1200)  # icons, fonts, figures
    person.page.screenshot(path=folder / f"{scene.name}.png")
    context.close()


def _print_card(program: Program, subject: Subject, language: str, file: Path) -> None:
    with program.database.reading() as session:
        organisation_id, year_id = session.exec(
            select(SchoolYear.organisation_id, SchoolYear.id).where(col(SchoolYear.begins) == subject.year)
        ).one()
        printed = card.card_of(session, console(organisation_id), subject.child, year_id, language=language)
    with pdfium.PdfDocument(card_pdf.render([card_form(printed)])) as document:
        document[0].render(scale=1.4).to_pil().save(file)


def _subject(program: Program) -> Subject:
    with program.database.reading() as session:
        rows = session.exec(
            select(Group.id, Enrolment.child_id, SchoolYear.begins)
            .join(SchoolYear, col(SchoolYear.id) == col(Group.school_year_id))
            .join(Enrolment, col(Enrolment.group_id) == col(Group.id))
            .join(ChildName, col(ChildName.child_id) == col(Enrolment.child_id))
            .where(
                Group.age == OLDEST_AGE, Group.language == TeachingLanguage.RUSSIAN, col(Enrolment.ends_on).is_(None)
            )
            .order_by(col(SchoolYear.begins), col(ChildName.sort_key))
        )
        return Subject(*rows.all()[2])


if __name__ == "__main__":
    take()
