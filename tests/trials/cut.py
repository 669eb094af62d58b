"""Somebody types in a browser while the network is cut, and then while the server is away, each for minutes."""

import time
from random import Random

from playwright.sync_api import Browser, Error, sync_playwright

from monitoring import checks
from monitoring.ratings import Cell
from tests.browser.conftest import ARGUMENTS, DESK, LOCALES, Person
from tests.browser.sheets import AtSheet, downward, let_in
from tests.browser.test_words import english_in
from tests.chromium import chromium
from tests.running import PATIENCE_S, kill, start, stop
from tests.trials.kindergarten import kindergarten
from tests.trials.outcome import Outcome
from tests.trials.place import Place

CHILDREN, CRITERIA, AREAS = 25, 84, 12
A_SECOND = 2  # keys
RETURN_WITHIN_S = 60
KNOWN = {"teacher", "esc"}  # as whoever writes a mark is named here, and a key


def trial(place: Place, *, seconds: float = 180) -> Outcome:
    """Return what came of it in a browser of its own. Raises playwright's Error where there is none."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        outcome = trial_in(browser, place, seconds=seconds)
        browser.close()
        return outcome


def trial_in(browser: Browser, place: Place, *, seconds: float, seed: int = 1) -> Outcome:
    """Return what came of it: typing went on, and after the return everything typed is on record by itself."""
    made = kindergarten(place.database(), desks=1, children_each=CHILDREN, criteria=CRITERIA)
    program = start(place.home, environment=place.environment)
    outcome, context = Outcome(), browser.new_context(viewport=DESK, locale=LOCALES["ru"])
    context.set_default_timeout(PATIENCE_S * 1000)
    let_in(context, program, made, made.desks[0])
    typist = _Typist(AtSheet(context.new_page(), program, made, made.desks[0]), Random(seed), outcome)
    try:
        typist.sheet.open()
        typist.type_for(1)
        context.set_offline(True)
        typist.type_without("the network", seconds)
        context.set_offline(False)
        typist.is_back("the network")
        kill(program)
        typist.type_without("the server", seconds)
        program = start(place.home, port=program.port, environment=place.environment)
        typist.is_back("the server")
    finally:
        context.close()
        stop(program)
    with made.database.reading() as session:
        outcome.claim("the check of the record finds nothing", sum(not one.is_remark for one in checks.check(session)))
    return outcome


class _Typist:
    """Somebody who fills in area after area, with what was typed so far by the cell it belongs in."""

    def __init__(self, sheet: AtSheet, random: Random, outcome: Outcome) -> None:
        self.sheet, self.random, self.outcome = sheet, random, outcome
        self.cells = [downward(sheet.block(area)) for area in range(AREAS)]
        self.typed: dict[Cell, int] = {}
        self.area = self.place = 0

    def type_for(self, seconds: float) -> None:
        """Type at an even pace; at the end of an area press the button that leads on."""
        begin, keys = time.monotonic(), 0
        while (wait := begin + keys / A_SECOND - time.monotonic()) < begin + seconds - time.monotonic():
            self.sheet.page.wait_for_timeout(max(0, 1000 * wait))
            level = self.random.choice((1, 2, 3))
            self.typed[self.cells[self.area][self.place]] = level
            self.sheet.type(str(level))
            self.place, keys = self.place + 1, keys + 1
            if self.place == len(self.cells[self.area]):
                self.sheet.type(["Enter"])
                self.area, self.place = (self.area + 1) % AREAS, 0

    def type_without(self, what: str, seconds: float) -> None:
        """Type on while the network, or the server, is away."""
        before = len(self.typed)
        self.type_for(seconds)
        page, keys = self.sheet.page, len(self.typed) - before
        self.outcome.counted[f"marks typed without {what}"] = keys
        english = english_in(Person(page, self.sheet.program, "ru"))
        self.outcome.claim("what waits is kept in the browser", int(self.sheet.waiting() < keys))
        self.outcome.claim("no dialog covers the screen", page.locator("[role=dialog]").count())
        self.outcome.claim("no English shows", len(english - KNOWN))

    def is_back(self, what: str) -> None:
        """Wait until everything is said to be saved, and hold the record against what was typed."""
        began = time.monotonic()
        self.outcome.claim(f"with {what} everything arrives", int(not self._arrives()))
        self.outcome.counted[f"seconds until {what} has brought all"] = round(time.monotonic() - began)
        on_record = self.sheet.on_record()
        wrong = sum(on_record.get(cell) != level for cell, level in self.typed.items())
        self.outcome.claim("what was typed is on record", wrong + len(on_record.keys() - self.typed.keys()))
        row, column = self.place % CHILDREN, self.place // CHILDREN
        is_there = self.sheet.cell(row, column).evaluate("(cell) => cell.matches(':focus')")
        self.outcome.claim("the cursor is where it was", int(not is_there))

    def _arrives(self) -> bool:
        try:
            self.sheet.page.wait_for_selector(".saved[data-is=saved]", timeout=1000 * RETURN_WITHIN_S)
        except Error:
            return False
        return self.sheet.waiting() == 0
