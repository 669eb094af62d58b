"""Cards on paper: single ones a second, and a kindergarten's 240 in one document, as PDF and as Word document.

Beside it in the same run: LibreOffice makes the PDF from the same Word documents, where it is there.
"""

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from monitoring.criteria import catalogue_file
from monitoring.criteria.catalogue_file import CatalogueDraft
from monitoring.documents import card_docx, card_pdf
from monitoring.documents.card_form import CardForm, FormRow

Render = Callable[[Sequence[CardForm]], bytes]

AGE = 5
MEASURES = 3  # in a cell, as the card drafts them
WARM_UP = 5
ROW = "{:42} {:>6} {:>9} {:>9} {:>9} {:>8}"

TITLE = "Индивидуальная карта развития ребенка на 2026-2027 учебный год"
STAGES = "стартового", "промежуточного", "итогового"
MEASURES_HEAD = "Развивающие, корректирующие мероприятия по результатам {} контроля (октябрь-декабрь)"
CONCLUSION = "II уровень - «средний» (стартовый контроль)"
NOTE = "Уровни: среднее по критериям: I ниже 1,7; II от 1,7 до 2,5; III от 2,5; в целом по всем критериям."


@dataclass(frozen=True)
class Made:
    """How many cards were made, in how many seconds, into how many bytes."""

    cards: int
    seconds: float
    size: int

    @property
    def pace(self) -> float:
        return self.cards / self.seconds


def main(arguments: Sequence[str]) -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks documents", description=__doc__)
    parser.add_argument("--cards", type=int, default=240)
    parser.add_argument("--seconds", type=float, default=5, help="how long single cards are made")
    chosen = parser.parse_args(arguments)
    office = shutil.which("soffice")
    if office is None:
        _tell("LibreOffice is not there: nothing to compare with.")
    forms = _forms(chosen.cards)
    _tell(f"age {AGE}, {MEASURES} measures a cell where the catalogue has them, every card different")
    _tell(ROW.format("", "cards", "seconds", "cards/s", "KB", "x base"))
    _print_all(
        _by_office(office, forms[:1]),
        ("single cards, one PDF each", _singles(card_pdf.render, forms, chosen.seconds)),
        ("single cards, one Word document each", _singles(card_docx.render, forms, chosen.seconds)),
    )
    _print_all(
        _by_office(office, forms),
        ("all in one PDF", _together(card_pdf.render, forms)),
        ("all in one Word document", _together(card_docx.render, forms)),
    )


def _print_all(base: Made | None, *measured: tuple[str, Made]) -> None:
    if base is not None:
        _print("base: the Word document to PDF, LibreOffice", base, base)
    for name, made in measured:
        _print(name, made, base)


def _print(name: str, made: Made, base: Made | None) -> None:
    ratio = f"{made.pace / base.pace:.0f}" if base is not None else "-"
    figures = f"{made.seconds:.2f}", f"{made.pace:.1f}", f"{made.size / 1024:.0f}"
    _tell(ROW.format(name, made.cards, *figures, ratio))


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


# --- what is measured -------------------------------------------------------------------------------------


def _singles(render: Render, forms: Sequence[CardForm], seconds: float) -> Made:
    """Make each card by itself, until the time is over or all are made."""
    for form in forms[:WARM_UP]:
        render([form])
    cards = size = 0
    begun = time.perf_counter()
    for form in forms[WARM_UP:]:
        size += len(render([form]))
        cards += 1
        if time.perf_counter() - begun > seconds:
            break
    return Made(cards, time.perf_counter() - begun, size)


def _together(render: Render, forms: Sequence[CardForm]) -> Made:
    begun = time.perf_counter()
    content = render(forms)
    return Made(len(forms), time.perf_counter() - begun, len(content))


def _by_office(office: str | None, forms: Sequence[CardForm]) -> Made | None:
    """Let LibreOffice make the PDF of a Word document; its own start is part of it, as it is for whoever calls it."""
    if office is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "cards.docx").write_bytes(card_docx.render(forms))
        profile = f"-env:UserInstallation={Path(folder, 'profile').as_uri()}"
        command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", folder, "cards.docx"]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)  # the first run makes the profile
        begun = time.perf_counter()
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        return Made(len(forms), time.perf_counter() - begun, Path(folder, "cards.pdf").stat().st_size)


# --- the cards --------------------------------------------------------------------------------------------


def _forms(count: int) -> list[CardForm]:
    """Return cards of invented children, their measures drawn from the catalogue."""
    drawn = random.Random(7)
    draft = catalogue_file.shipped()
    start, mid, final = (MEASURES_HEAD.format(stage) for stage in STAGES)
    heads = ("Компетенции", start, mid, final, "Выводы")
    return [
        CardForm("ru", TITLE, _header(number), heads, tuple(_rows(draft, drawn)), (NOTE,)) for number in range(count)
    ]


def _header(number: int) -> tuple[tuple[str, str], ...]:
    return (
        ("ФИО ребенка", f"Үлгі Дана {number}"),
        ("Дата рождения ребенка", "05.03.2021"),
        ("Организация образования (детский сад/мини-центр/предшкольный класс)", "«Үлгі» балабақшасы"),
        ("Группа/класс", "Күншуақ"),
    )


def _rows(draft: CatalogueDraft, drawn: random.Random) -> Iterable[FormRow]:
    for direction in draft.directions:
        areas = {area.key for area in draft.areas if area.direction == direction.key}
        known = [one.measure.ru for one in draft.criteria if one.area in areas and one.age == AGE]
        start, mid, final = (tuple(drawn.sample(known, min(MEASURES, len(known)))) for _ in STAGES)
        yield FormRow(direction.name.ru, (start, mid, final), (CONCLUSION,))
