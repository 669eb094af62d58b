"""A key on the observation sheet until its receipt is seen in the browser, alone and while four others work.

Beside it in the same run: a grid that looks the same and saves each key by a rerun (the baseline of the ratios), and
Streamlit's own editor. And how long until the table is on the screen, at the first opening and in another area.
"""

import argparse
import os
import sqlite3
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import pairwise, product
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.benchmarks.baseline.server import baseline
from tests.benchmarks.load import Times
from tests.benchmarks.others import OTHERS, others_work
from tests.browser.conftest import ARGUMENTS, DESK, LOCALES
from tests.browser.sheets import AREA, CHILDREN, CRITERIA, AtSheet, downward, let_in
from tests.chromium import chromium
from tests.running import PATIENCE_S, Program, running
from tests.trials.kindergarten import Desk, Kindergarten, kindergarten
from tests.trials.place import place

A_SECOND = 4  # keys: somebody who reads them from a paper
WARM_UP, OPENINGS = 2, 7
ROW = "{:44} {:>5} {:>8} {:>8} {:>8} {:>7} {:>7} {:>5}  {}"
PLACES = [f"{row} {column}" for column, row in product(range(AREA), range(CHILDREN))]
HERE = Path(__file__).parent


@dataclass
class Bench:
    """What all measurements share, and the times of the baseline by what was measured."""

    chrome: Browser
    made: Kindergarten
    keys: int
    base: dict[str, Times] = field(default_factory=dict)

    @contextmanager
    def page(self, program: Program, desk: Desk) -> Iterator[Page]:
        """Yield a page in which the teacher of a desk is signed in and `seen.js` watches."""
        context = self.chrome.new_context(viewport=DESK, locale=LOCALES["ru"])
        context.set_default_timeout(PATIENCE_S * 1000)
        context.add_init_script(path=HERE / "seen.js")
        let_in(context, program, self.made, desk)
        yield context.new_page()
        context.close()

    def tell(self, what: str, case: str, times: Times, *, lost: int | None = None, aim: str = "") -> None:
        """Print a line, with its ratios to the baseline of the case."""
        ms = [f"{times.at(share):.1f}" for share in (0.5, 0.95, 1)]
        base = self.base.get(case)
        ratios = [f"{times.at(share) / base.at(share):.2f}" if base else "-" for share in (0.5, 0.95)]
        _tell(ROW.format(f"{what}, {case}", len(times.seconds), *ms, *ratios, "-" if lost is None else lost, aim))


def main(arguments: Sequence[str]) -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks keys", description=__doc__)
    parser.add_argument("--keys", type=int, default=150, help="on the sheet; two thirds of it on the others")
    keys = min(parser.parse_args(arguments).keys, len(PLACES) - 1)
    _tell(f"{CHILDREN} x {AREA} cells, {A_SECOND} keys a second; ms; load average {os.getloadavg()[0]:.1f}")
    _tell(ROW.format("", "n", "p50", "p95", "max", "x p50", "x p95", "lost", "aim"))
    with place("sqlite") as there, sync_playwright() as playwright:
        made = kindergarten(there.database(), desks=2, children_each=CHILDREN, criteria=CRITERIA)
        chrome = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        bench = Bench(chrome, made, keys)
        record = there.home / "baseline.sqlite3"
        with baseline(made.database, there.home, record) as program:
            _measure_baseline(bench, program, record)
        with running(there.home) as program:
            _measure_sheet(bench, program)
        chrome.close()
    _tell(f"load average {os.getloadavg()[0]:.1f}")


@contextmanager
def _among_others(made: Kindergarten, program: Program) -> Iterator[None]:
    begin = time.monotonic()
    with others_work(made, program) as drawn:
        yield
        _tell(f"{OTHERS} others: {len(drawn) / (time.monotonic() - begin):.1f} screens a second")


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


# --- the sheet -------------------------------------------------------------------------------------------


def _measure_sheet(bench: Bench, program: Program) -> None:
    alone, among_others = bench.made.desks
    _type_on_sheet(bench, program, alone, "idle", "p95 < 10")
    with _among_others(bench.made, program):
        _type_on_sheet(bench, program, among_others, f"{OTHERS} others", "as idle")
    with bench.page(program, alone) as page:
        one = AtSheet(page, program, bench.made, alone)
        times = _openings(page, f"{program.address}/sheet?{one.address()}")
        bench.tell("sheet", "first paint", times, aim="p50 < 700")
        bench.tell("sheet", "another area", _areas(page))


def _type_on_sheet(bench: Bench, program: Program, desk: Desk, case: str, aim: str) -> None:
    with bench.page(program, desk) as page:
        one = AtSheet(page, program, bench.made, desk)
        one.sign_in()
        one.open()
        levels = _levels(bench.keys)
        _type(page, levels)
        one.saved()
        typed = dict(zip(downward(one.block()), map(int, levels), strict=False))
        lost = sum(one.on_record().get(cell) != level for cell, level in typed.items())
        bench.tell("sheet: key to receipt", case, _received(page, "received"), lost=lost, aim=aim)
        for name, times in _parts(page).items():
            bench.tell(f"  {name}", case, times)


def _parts(page: Page) -> dict[str, Times]:
    """Return where the time of the keys went, of those whose mark had a request to itself."""
    asked: list[dict[str, float]] = page.evaluate("seen.asked")
    parts = {name: Times() for name in ("key to request", "request to answer", "answer to cell", "key to picture")}
    for key in page.evaluate("seen.received"):
        for way in asked:
            if key["pressed"] <= way["begun"] and way["answered"] <= key["received"]:
                spans = [b - a for a, b in pairwise((key["pressed"], way["sent"], way["answered"], key["received"]))]
                for times, span in zip(parts.values(), [*spans, key["painted"] - key["pressed"]], strict=True):
                    times.seconds.append(span / 1000)
    return parts


def _areas(page: Page) -> Times:
    """Go through the learning areas by mouse; return how long each took to be on the screen."""
    for stop_ in page.locator(".road button").all()[1 : 1 + WARM_UP + OPENINGS]:
        drawn = page.evaluate("seen.drawn.length")
        stop_.click()
        page.wait_for_function(f"seen.drawn.length > {drawn}")
    return Times(page.evaluate("seen.drawn")[-OPENINGS:])


# --- what it is measured against -------------------------------------------------------------------------


def _measure_baseline(bench: Bench, program: Program, record: Path) -> None:
    _type_on_baseline(bench, program, record, "idle")
    with _among_others(bench.made, program):
        _type_on_baseline(bench, program, record, f"{OTHERS} others")
    with bench.page(program, bench.made.desks[0]) as page:
        bench.base["first paint"] = _openings(page, f"{program.address}/grid?run=openings")
        bench.tell("rerun grid", "first paint", bench.base["first paint"])


def _type_on_baseline(bench: Bench, program: Program, record: Path, case: str) -> None:
    levels = _levels(2 * bench.keys // 3)
    with bench.page(program, bench.made.desks[0]) as page:
        page.goto(f"{program.address}/grid?run=grid, {case}")
        page.wait_for_selector("[role=grid] td:focus")
        _type(page, levels)
        page.wait_for_function(f"seen.received.length == {len(levels)}")
        bench.base[case] = _received(page, "received")
        _, lost = _on_record(record, f"grid, {case}", levels)
        bench.tell("rerun grid: key to receipt", case, bench.base[case], lost=lost)
        bench.tell("  key to picture", case, _received(page, "painted"))
    with bench.page(program, bench.made.desks[0]) as page:
        page.goto(f"{program.address}/editor?run=editor, {case}")
        _type_in_editor(page, levels)
        written, lost = _on_record(record, f"editor, {case}", levels)
        pressed = dict(zip(PLACES, page.evaluate("seen.pressed"), strict=False))
        times = Times([at - pressed[place] for place, at in written.items()])
        bench.tell("st.data_editor: key, Enter to record", case, times, lost=lost)


def _type_in_editor(page: Page, levels: Sequence[str]) -> None:
    """Type down one column after the other; each begins with a click, after which a key too soon is swallowed."""
    page.set_viewport_size({"width": 1366, "height": 1100})  # all rows are in sight: nothing scrolls
    there = page.locator("[data-testid=stDataFrame] canvas").first.bounding_box()
    assert there is not None, "the editor is on the screen"

    def stand_on_first_of(column: int) -> None:
        page.mouse.click(there["x"] + there["width"] * (column + 0.5) / AREA, there["y"] + 52)
        page.wait_for_timeout(500)

    stand_on_first_of(AREA - 1)
    page.keyboard.press("9")  # fetches the script behind a cell
    page.wait_for_timeout(1000)
    page.keyboard.press("Escape")
    for column, start in enumerate(range(0, len(levels), CHILDREN)):
        stand_on_first_of(column)
        _type(page, levels[start : start + CHILDREN], then=["Enter"])
        page.wait_for_timeout(1000)


def _on_record(record: Path, run: str, levels: Sequence[str]) -> tuple[dict[str, float], int]:
    """Return when each place was written as typed, and how many were not."""
    with closing(sqlite3.connect(record)) as there:
        rows = there.execute("SELECT place, level, at FROM typed WHERE run = ?", (run,)).fetchall()
    typed = dict(zip(PLACES, map(int, levels), strict=False))
    written = {place: at for place, level, at in rows if typed.get(place) == level}
    return written, len(typed) - len(written)


# --- what is done on either ------------------------------------------------------------------------------


def _levels(count: int) -> list[str]:
    return [str(1 + number % 3) for number in range(count)]


def _type(page: Page, levels: Sequence[str], *, then: Iterable[str] = ()) -> None:
    """Press the key of each level in time, and after it those that lead on."""
    begin = time.monotonic()
    for number, level in enumerate(levels, 1):
        for key in (level, *then):
            page.keyboard.press(key)
        page.wait_for_timeout(1000 * max(0.0, begin + number / A_SECOND - time.monotonic()))


def _received(page: Page, until: str) -> Times:
    """Return how long each key took until its cell said «saved», or that was painted."""
    page.wait_for_timeout(100)
    return Times([(key[until] - key["pressed"]) / 1000 for key in page.evaluate("seen.received")])


def _openings(page: Page, address: str) -> Times:
    """Open a screen again and again; return how long its table took to be on it, once warm."""
    times = Times()
    for _ in range(WARM_UP + OPENINGS):
        page.goto(address)
        page.wait_for_function("seen.drawn.length")
        times.seconds.append(page.evaluate("seen.drawn[0]"))
        page.wait_for_timeout(500)  # until it is at rest
    return Times(times.seconds[WARM_UP:])
