"""Teachers at their observation sheets in a browser: what they type, what they see, what of it is on record."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from playwright.sync_api import BrowserContext, Locator, Page, expect
from sqlmodel import col, select

from monitoring import sheets
from monitoring.ratings import Cell
from monitoring.record.models import Enrolment, Rating, RatingChange
from monitoring.sheets import Sheet
from tests.running import Program, running
from tests.trials.kindergarten import STAGE, Desk, Kindergarten, kindergarten
from tests.trials.place import Place

CHILDREN, CRITERIA = 25, 84
AREA = 7  # criteria of a learning area
GRID = "[role=grid]"
WAITING = "Object.keys(localStorage).filter((key) => key.startsWith('monitoring:change:')).length"
LEVELS = "(table) => [...table.querySelectorAll('td[data-row]')].map((cell) => cell.dataset.level)"

Block = list[list[Cell]]


@dataclass
class House:
    """A running program with a kindergarten in which each test has a group and its teacher to itself."""

    program: Program
    made: Kindergarten
    taken: int = 0

    def desk(self) -> Desk:
        self.taken += 1
        return self.made.desks[self.taken - 1]


@contextmanager
def house_of(
    home: Path, *, desks: int, children_each: int = CHILDREN, environment: Mapping[str, str] | None = None
) -> Iterator[House]:
    """Yield a program that runs over a kindergarten of so many groups."""
    place = Place(home)
    home.mkdir(parents=True, exist_ok=True)
    made = kindergarten(place.database(), desks=desks, children_each=children_each, criteria=CRITERIA)
    with running(home, environment=environment) as program:
        yield House(program, made)


@dataclass
class AtSheet:
    """Somebody at a sheet; the children of its group are rows and the criteria of an area columns."""

    page: Page
    program: Program
    made: Kindergarten
    desk: Desk
    asked: list[str] = field(default_factory=list)  # what dialogs of the browser have said

    def sign_in(self) -> None:
        let_in(self.page.context, self.program, self.made, self.desk)

    def open(self, area: int = 0) -> None:
        """Open the sheet at an area, counted from 0, and wait until one can type."""
        self.page.goto(f"{self.program.address}/sheet?{self.address(area)}")
        self.ready()

    def address(self, area: int = 0) -> str:
        return f"group={self.desk.group_id}&stage={STAGE.value}&area={areas_of(self.made, self.desk)[area]}"

    def ready(self) -> None:
        self.page.wait_for_selector(f"{GRID} td:focus")

    def cell(self, row: int, column: int) -> Locator:
        return self.page.locator(f"td[data-row='{row}'][data-column='{column}']")

    def stands_on(self, row: int, column: int) -> None:
        """Expect the cursor there."""
        expect(self.page.locator(f"{GRID} td:focus")).to_have_attribute("data-row", str(row))
        expect(self.page.locator(f"{GRID} td:focus")).to_have_attribute("data-column", str(column))

    def type(self, keys: Iterable[str], *, a_second: float = 0) -> None:
        """Press keys, so many a second or as fast as can be."""
        begin = time.monotonic()
        for number, key in enumerate(keys):
            self.page.keyboard.press(key)
            if a_second:
                time.sleep(max(0.0, begin + (number + 1) / a_second - time.monotonic()))

    def shown(self) -> list[str]:
        """Return the levels that the grid shows, row by row."""
        levels: list[str] = self.page.locator(GRID).evaluate(LEVELS)
        return levels

    def saved(self, within_s: float = 30) -> None:
        """Wait until the sheet says that everything is saved."""
        expect(self.page.locator(".saved")).to_have_attribute("data-is", "saved", timeout=1000 * within_s)
        assert self.waiting() == 0

    def waiting(self) -> int:
        """Return how many changes the browser keeps for the server, of whomever."""
        return int(self.page.evaluate(WAITING))

    def reads(self, text: str) -> None:
        """Expect these words somewhere on the screen."""
        expect(self.page.get_by_text(text).first).to_be_visible()

    def block(self, area: int = 0) -> Block:
        """Return the cells of an area: a list of children, each with a cell for every criterion."""
        whole = sheet_of(self.made, self.desk)
        return [[(child.id, one.version_id) for one in whole.areas[area].criteria] for child in whole.children]

    def on_record(self) -> dict[Cell, int]:
        """Return the levels of the group as the database has them."""
        children = {child for child, _ in self.desk.cells}
        with self.made.database.reading() as session:
            rows = session.exec(select(Rating).where(col(Rating.child_id).in_(children))).all()
        return {(row.child_id, row.criterion_version_id): row.level for row in rows if row.level is not None}


def let_in(context: BrowserContext, program: Program, made: Kindergarten, desk: Desk) -> None:
    """Give a browser the session of a teacher, whoever was signed in there before."""
    context.add_cookies([{"name": made.cookie, "value": desk.token, "url": program.address}])


def areas_of(made: Kindergarten, desk: Desk) -> list[str]:
    """Return the keys of the learning areas in the order of the sheet."""
    return [one.area.key for one in sheet_of(made, desk).areas]


def sheet_of(made: Kindergarten, desk: Desk) -> Sheet:
    """Return the sheet as the server has it."""
    with made.database.reading() as session:
        return sheets.sheet_of(session, desk.teacher, desk.group_id, STAGE)


def downward(block: Block) -> list[Cell]:
    """Return the cells of a block in the order in which the cursor goes down."""
    return [row[column] for column in range(len(block[0])) for row in block]


def leave_only(made: Kindergarten, desk: Desk, children: Sequence[UUID]) -> None:
    """Take every other child off the group's list, as if it had never been on it."""
    with made.database.writing() as session:
        of_group = select(Enrolment).where(col(Enrolment.group_id) == desk.group_id)
        for row in session.exec(of_group.where(col(Enrolment.child_id).not_in(children))):
            session.delete(row)


def writers(made: Kindergarten, cell: Cell) -> list[tuple[UUID | None, int | None]]:
    """Return who has written into a cell, and which level, in order."""
    with made.database.reading() as session:
        rows = session.exec(
            select(RatingChange)
            .where(col(RatingChange.child_id) == cell[0], col(RatingChange.criterion_version_id) == cell[1])
            .order_by(col(RatingChange.sequence))
        ).all()
    return [(row.by_account_id, row.to_level) for row in rows]
