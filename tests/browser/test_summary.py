"""The summary in a browser: a group and all groups of an invented kindergarten, at a desk and on a phone."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, ViewportSize, expect
from sqlmodel import select

from monitoring import demo
from monitoring.core.language import using
from monitoring.core.scale import Level, Stage
from monitoring.lists import roster, years
from monitoring.lists.roster import GroupView
from monitoring.record import clock, upgrade
from monitoring.record.access import Console
from monitoring.record.database import FILE_NAME, Database, database_at
from monitoring.record.models import Organisation
from monitoring.results import summary
from monitoring.results.summary import GroupSummary
from monitoring.ui import level_tables
from tests.browser.conftest import DESK, PHONE, Person, Visitor
from tests.browser.test_words import english_in
from tests.running import ROOT, Program, running

COUNTING = ROOT / "tests" / "counting"
FORMATS = {"xlsx", "pdf", "csv", "docx"}  # Latin in every language
A_STAGE = 2  # statements for another stage: who is here


@dataclass(frozen=True)
class Kindergarten:
    """The program over the demonstration: its year with marks, the groups, the passwords by login."""

    program: Program
    console: Console
    begins: int
    groups: list[GroupView]
    passwords: dict[str, str]
    teachers: dict[str, str]
    notes: Path

    def summary_of(self, group: GroupView) -> GroupSummary:
        with self.program.database.reading() as session:
            return summary.of_group(session, self.console, group.id)


def furnished(home: Path, size: demo.Size) -> tuple[Database, list[demo.DemoAccount]]:
    home.mkdir(parents=True, exist_ok=True)
    database = database_at(home / FILE_NAME)
    upgrade.upgrade(database)
    return database, demo.fill(database, size, today=clock.today_in(demo.TIME_ZONE))


@pytest.fixture(scope="module")
def kindergarten(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kindergarten]:
    home = tmp_path_factory.mktemp("kindergarten")
    database, accounts = furnished(home, "kindergarten")
    with database.reading() as session:
        console = Console(session.exec(select(Organisation.id)).one(), "test")
        year = years.years(session, console)[-1]
        groups = roster.groups(session, console, year.id)
    notes = home / "statements.txt"
    environment = {
        "PYTHONPATH": os.pathsep.join([str(COUNTING), str(ROOT)]),
        "MONITORING_COUNTING_NOTES": str(notes),
    }
    passwords = {one.login: one.password for one in accounts}
    teachers = {one.groups[0]: one.login for one in accounts if len(one.groups) == 1}
    with running(home, environment=environment) as program:
        yield Kindergarten(program, console, year.begins, groups, passwords, teachers, notes)


@pytest.fixture(scope="module")
def program(kindergarten: Kindergarten) -> Program:
    return kindergarten.program


def at(
    visitor: Visitor,
    kindergarten: Kindergarten,
    query: str,
    *,
    login: str = "adisker",
    language: str = "ru",
    size: ViewportSize = DESK,
) -> Person:
    """Bring somebody to the summary; by default the methodologist."""
    person = visitor(language, size)
    person.open("/door")
    person.sign_in(login=login, password=kindergarten.passwords[login])
    person.at_rest()
    person.in_language()
    person.open(f"/summary?{query}")
    person.at_rest()
    return person


def choose_stage(person: Person, name: str) -> None:
    person.page.locator("[class*=st-key-summary_stage] button", has_text=name).click()


def table_row(person: Person, name: str, kind: str = "levels") -> Locator:
    return person.page.locator(f"table.{kind} tr", has=person.page.locator("th", has_text=name)).first


def shown(of_group: GroupSummary, stage: Stage) -> dict[str, list[str]]:
    """Return what the table of levels must show, by the names of the learning areas."""
    rows = level_tables.rows_of(level_tables.at_stage(of_group.levels, stage))
    names = {area.key: area.name("ru") for area in of_group.areas}
    with using("ru"):
        return {names[row.key]: level_tables.level_cells(row) for row in rows if row.kind == "area"}


@pytest.mark.browser
def test_a_group_shows_the_figures_of_each_stage(kindergarten: Kindergarten, visitor: Visitor) -> None:
    group = next(one for one in kindergarten.groups if one.age == 4)
    person = at(visitor, kindergarten, f"year={kindergarten.begins}&group={group.id}")
    of_group = kindergarten.summary_of(group)
    for name, stage in (("Итоговый", Stage.FINAL), ("Стартовый", Stage.START)):
        choose_stage(person, name)
        for area, cells in shown(of_group, stage).items():
            expect(table_row(person, area).locator("td")).to_have_text(cells)
    expect(person.page.locator(".js-plotly-plot")).to_have_count(2)


@pytest.mark.browser
def test_another_stage_asks_the_database_only_who_is_here(kindergarten: Kindergarten, visitor: Visitor) -> None:
    group = kindergarten.groups[0]
    person = at(visitor, kindergarten, f"year={kindergarten.begins}&group={group.id}")
    before = len(kindergarten.notes.read_text("utf-8").splitlines())
    choose_stage(person, "Стартовый")
    expect(table_row(person, "Музыка").locator("td")).to_have_text(
        shown(kindergarten.summary_of(group), Stage.START)["Музыка"]
    )
    assert len(kindergarten.notes.read_text("utf-8").splitlines()) - before <= A_STAGE


@pytest.mark.browser
def test_who_needs_individual_work_is_named_by_area_with_the_way_to_the_card(
    kindergarten: Kindergarten, visitor: Visitor
) -> None:
    group = next(one for one in kindergarten.groups if one.age == 5)
    person = at(visitor, kindergarten, f"year={kindergarten.begins}&group={group.id}&stage=start")
    of_group = kindergarten.summary_of(group)
    rows = level_tables.rows_of(level_tables.at_stage(of_group.needs, Stage.START))
    low = {row.child_id for row in rows if row.key == "music" and row.level == Level.I}
    names = [f"{name.family} {name.given}" for child, name in of_group.children.items() if child in low]
    area = person.page.locator(".work details", has_text="Музыка")
    area.locator("summary").click()
    expect(area.locator("p").first.locator("a")).to_have_text(names)
    area.locator("a", has_text=names[0]).click()
    person.page.wait_for_url("**/card?**")
    assert names[0].split()[0] not in person.page.url


@pytest.mark.browser
def test_all_groups_stand_in_the_order_of_the_list_and_lead_to_each(
    kindergarten: Kindergarten, visitor: Visitor
) -> None:
    person = at(visitor, kindergarten, f"year={kindergarten.begins}&stage=mid")
    expect(person.page.locator("table.levels").first.locator("tbody a")).to_have_text(
        [group.name for group in kindergarten.groups]
    )
    labels = person.page.locator(".st-key-summary_map .ytick text")
    expect(labels).to_have_text([group.name for group in kindergarten.groups])
    person.page.locator("table.levels a", has_text=kindergarten.groups[3].name).click()
    expect(person.page.get_by_role("heading", name=kindergarten.groups[3].name)).to_be_visible()
    assert f"group={kindergarten.groups[3].id}" in person.page.url
    chosen = person.page.locator("[class*=st-key-summary_stage] [aria-checked=true]")
    expect(chosen).to_have_text("Промежуточный")


@pytest.mark.browser
def test_a_group_is_chosen_and_all_again(kindergarten: Kindergarten, visitor: Visitor) -> None:
    person = at(visitor, kindergarten, f"year={kindergarten.begins}")
    for name, seen in ((kindergarten.groups[1].name, ".work"), ("Все группы", ".st-key-summary_map")):
        person.at_rest()
        person.page.locator("[class*=st-key-summary_group]").click()
        person.page.get_by_role("option", name=name).click()
        expect(person.page.locator(seen)).to_be_visible()


@pytest.mark.browser
def test_a_teacher_sees_the_own_group_alone(kindergarten: Kindergarten, visitor: Visitor) -> None:
    own, other = kindergarten.groups[0], kindergarten.groups[1]
    login = kindergarten.teachers[own.name]
    person = at(visitor, kindergarten, f"year={kindergarten.begins}", login=login)
    expect(person.page.get_by_role("heading", name=own.name)).to_be_visible()
    assert other.name not in person.text()
    person.open(f"/summary?year={kindergarten.begins}&group={other.id}")
    person.at_rest()
    expect(person.page.get_by_test_id("stAlert")).to_be_visible()
    assert person.page.locator("table.levels").count() == 0


@pytest.mark.browser
def test_a_stage_without_a_mark_leads_to_the_sheet(kindergarten: Kindergarten, visitor: Visitor) -> None:
    with kindergarten.program.database.reading() as session:
        year = years.years(session, kindergarten.console)[0]
        group = roster.groups(session, kindergarten.console, year.id)[0]
    person = at(visitor, kindergarten, f"group={group.id}&stage=final")
    person.page.get_by_role("link", name="Открыть лист наблюдений").click()
    person.page.wait_for_url("**/sheet?**")
    assert urlsplit(person.page.url).query == f"group={group.id}&stage=final"


@pytest.mark.browser
def test_every_file_of_the_screen_is_given(kindergarten: Kindergarten, visitor: Visitor) -> None:
    group = kindergarten.groups[-1]
    for query in (f"year={kindergarten.begins}&group={group.id}", f"year={kindergarten.begins}"):
        person = at(visitor, kindergarten, query)
        links = [link.get_attribute("href") for link in person.page.locator(".downloads a").all()]
        assert len(links) == (10 if "group" in query else 6)
        for link in links:
            answer = person.page.request.get(f"{kindergarten.program.address}{link}")
            assert answer.ok, link
            assert len(answer.body()) > 0


@pytest.mark.browser
@pytest.mark.parametrize("language", ["ru", "kk"])
def test_the_screen_fits_a_phone_and_speaks_one_language(
    kindergarten: Kindergarten, visitor: Visitor, language: str
) -> None:
    group = kindergarten.groups[-1]  # of mixed ages
    for query in (f"year={kindergarten.begins}&group={group.id}", f"year={kindergarten.begins}"):
        person = at(visitor, kindergarten, query, language=language, size=PHONE)
        person.page.locator(".summary details").evaluate_all("all => all.forEach((one) => { one.open = true })")
        assert english_in(person) - FORMATS == set()
        assert person.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        main = person.page.locator("[data-testid=stMain]")
        assert main.evaluate("one => one.scrollWidth <= one.clientWidth")


@pytest.mark.browser
def test_a_class_of_three_is_counted_in_words(tmp_path: Path, visitor: Visitor) -> None:
    _database, accounts = furnished(tmp_path, "school")
    with running(tmp_path) as program:
        person = visitor("ru", at=program)
        person.open("/door")
        person.sign_in(login=accounts[0].login, password=accounts[0].password)
        person.at_rest()
        person.in_language()
        with program.database.reading() as session:
            console = Console(session.exec(select(Organisation.id)).one(), "test")
            begins = years.years(session, console)[-1].begins
        person.open(f"/summary?year={begins}")
        person.at_rest()
        expect(person.page.locator("dl.overall")).to_contain_text("3 ребёнка")
        expect(person.page.locator("dl.overall")).to_contain_text("3 из 3 (100 %)")
        assert "group" not in urlsplit(person.page.url).query  # the only group needs no choice
