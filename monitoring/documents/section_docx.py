"""Section 7 of the self-assessment report as a Word document, in Russian or Kazakh: «Оценка знаний воспитанников».

For the methodologist, who puts it into the report of the organisation and goes on editing it there. What it says
besides its figures is in `data/section/frame.toml`; it answers the two criteria of order № 486 that rest on monitoring.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import pandas as pd
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from monitoring.core.language import (
    Message,
    known_language,
    month_name,
    ngettext,
    pgettext,
    school_year,
    short_date,
    using,
)
from monitoring.core.language import gettext as _
from monitoring.core.scale import Level, Stage, StartSet, whole_percents
from monitoring.documents import word
from monitoring.documents.card_form import rule_in_words
from monitoring.documents.summary_words import level_name
from monitoring.documents.word import NARROW, Bar, Column
from monitoring.record.models import Method
from monitoring.record.words import LEVELS, METHODS
from monitoring.record.words import STAGES as STAGE_NAMES
from monitoring.results import analysis
from monitoring.results.analysis import count
from monitoring.results.section import Compared, Section
from monitoring.results.summary import Subject

FRAME: Final = Path(__file__).parents[2] / "data" / "section" / "frame.toml"
NOTHING: Final = "—"
EVIDENCE_ROWS: Final = 6
OVERALL: Final = Subject("overall", "")


@dataclass
class _Paper:
    """The document as it is being written: its language, and how many headings, tables and figures it has so far."""

    document: Document
    section: Section
    language: str
    counted: dict[str, int] = field(default_factory=dict)

    def next(self, what: str) -> int:
        self.counted[what] = self.counted.get(what, 0) + 1
        return self.counted[what]


def render(section: Section, language: str) -> bytes:
    """Return the section as a DOCX file in a language of the forms."""
    with using(known_language(language)):
        title = _text("title", language)
        paper = _Paper(word.new_document(language, title, section.on), section, language)
        _title(paper, title)
        for part in (_frame, _tasks, _areas, _stages, _levels, _cards, _results, _dynamics, _analysis, _evidence):
            part(paper)
        return word.content(paper.document)


# --- the frame -------------------------------------------------------------------------------------------


def _title(paper: _Paper, title: str) -> None:
    section = paper.section
    paper.document.add_heading(title, 1)
    stages = tuple(str(STAGE_NAMES[stage]) for stage in section.stages)
    for line in (
        section.name(paper.language),
        _("{year} school year: {stages}", year=school_year(section.summary.year.begins), stages=stages),
        _("As of {day}", day=section.on),
        *map(str, analysis.not_covered(section)),
    ):
        paper.document.add_paragraph(line).alignment = WD_ALIGN_PARAGRAPH.CENTER


def _frame(paper: _Paper) -> None:
    _heading(paper, "frame")
    _bullets(paper, _list("acts", paper.language))


def _tasks(paper: _Paper) -> None:
    _heading(paper, "tasks")
    _bullets(paper, _list("tasks", paper.language))


def _areas(paper: _Paper) -> None:
    _heading(paper, "areas")
    _prose(paper, _text("texts", "areas", paper.language))
    _caption(paper, _("Directions and learning areas"))
    columns = (Column(_("Direction"), 6.0, is_number=False), Column(_("Learning areas"), 11.0, is_number=False))
    rows = [
        (direction.name(paper.language), ", ".join(area.name(paper.language) for area in direction.areas))
        for direction in paper.section.summary.directions
    ]
    word.table(paper.document, columns, rows)


def _stages(paper: _Paper) -> None:
    year = paper.section.summary.year
    _heading(paper, "stages")
    methods = ", ".join(str(METHODS[method]) for method in Method if method is not Method.OTHER)
    _prose(paper, _text("texts", "methods", paper.language).format(methods=methods))
    _prose(paper, _text("texts", "stages", paper.language))
    if year.start_set is StartSet.PREVIOUS:
        _prose(paper, _text("texts", "previous_set", paper.language))
    _caption(paper, _("Stages of the school year"))
    columns = (
        Column(_("Stage"), 5.0, is_number=False),
        Column(_("Held"), 5.0),
        Column(_("Control date"), 3.0),
        Column(_("Measures by its results"), 4.0),
    )
    rows = [
        (
            _capital(STAGE_NAMES[window.stage]),
            f"{short_date(window.opens_on)} - {short_date(window.closes_on)}",
            short_date(window.control_on),
            _months(year.rules.months[window.stage]),
        )
        for window in year.stages
    ]
    word.table(paper.document, columns, rows)


def _levels(paper: _Paper) -> None:
    _heading(paper, "levels")
    _prose(paper, _text("texts", "levels", paper.language))
    _bullets(paper, (f"{LEVELS[level]}: {_text('levels', level.name, paper.language)}." for level in Level))
    _prose(paper, rule_in_words(paper.section.summary.year.rules, paper.language))


# --- what the monitoring found ----------------------------------------------------------------------------


def _cards(paper: _Paper) -> None:
    _heading(paper, "cards")
    _criterion(paper, "cards")
    _prose(paper, _text("texts", "cards", paper.language))
    _caption(paper, _("Development cards by stage"))
    columns = (
        Column(_("Stage"), 4.2, is_number=False),
        Column(_("On the list"), 2.2),
        Column(_("Card filled: there are levels"), 3.2),
        Column(_("Measures planned"), 3.2),
        Column(_("of these written or changed by teachers"), 4.2),
    )
    rows = []
    for stage in paper.section.stages:
        cards = paper.section.cards[stage]
        parts = (cards.levelled, cards.planned, cards.written)
        rows.append((_capital(STAGE_NAMES[stage]), str(cards.listed), *(_part(part, cards.listed) for part in parts)))
    word.table(paper.document, columns, rows)


def _results(paper: _Paper) -> None:
    _heading(paper, "results")
    _criterion(paper, "results")
    _prose(paper, _text("texts", "percents", paper.language))
    for stage in paper.section.stages:
        paper.document.add_heading(_capital(STAGE_NAMES[stage]), 3)
        if stage in paper.section.begun:
            _results_at(paper, stage)
        else:
            _prose(paper, analysis.standing(paper.section, stage, paper.language))


def _results_at(paper: _Paper, stage: Stage) -> None:
    summary, named = paper.section.summary, STAGE_NAMES[stage]
    _caption(paper, _("Levels by learning area, {stage}", stage=named))
    _level_table(paper, stage, _("Learning area"), [one for one in summary.subjects if one.kind == "area"])
    _caption(paper, _("Levels by direction, {stage}", stage=named))
    of_whole = [one for one in summary.subjects if one.kind != "area"]
    found = _rows_at(summary.levels, stage)
    _level_table(paper, stage, _("Direction"), of_whole)
    _figure(
        paper,
        _("Number of children at each level, {stage}", stage=named),
        [(_subject(paper, subject), found.get(subject)) for subject in of_whole],
    )
    if len(summary.groups) > 1:
        _caption(paper, _("Levels by group, {stage}", stage=named))
        groups = [(group.name, summary.by_group[summary.by_group.group_id == group.id]) for group in summary.groups]
        _part_table(paper, stage, _("Group"), groups)
    ages = sorted(summary.by_age.age.dropna().unique())
    if len(ages) > 1:
        _caption(paper, _("Levels by age of the set of criteria, {stage}", stage=named))
        by_age = [(_in_years(int(age)), summary.by_age[summary.by_age.age == age]) for age in ages]
        _part_table(paper, stage, _("Age"), by_age)


def _level_table(paper: _Paper, stage: Stage, head: str, subjects: Sequence[Subject]) -> None:
    columns = (
        Column(head, 5.6, is_number=False),
        Column(_("On the list"), 2.1),
        Column(_("Assessed"), 2.5),
        *(Column(level_name(level), 2.26) for level in Level),
    )
    found = _rows_at(paper.section.summary.levels, stage)
    rows = [(_subject(paper, subject), *_counted(found.get(subject))) for subject in subjects]
    bold = [number for number, subject in enumerate(subjects) if subject == OVERALL]
    word.table(paper.document, columns, rows, bold=bold)


def _part_table(paper: _Paper, stage: Stage, head: str, parts: Sequence[tuple[str, pd.DataFrame]]) -> None:
    """Add the table of groups or ages: a row each, in every direction and overall I, II, III under one another."""
    subjects = [one for one in paper.section.summary.subjects if one.kind != "area"]
    width = (word.WIDTH_CM - 5.8) / len(subjects)
    columns = (
        Column(head, 3.0, is_number=False),
        Column(_("On the list"), 1.4, is_upright=True),
        Column(_("Assessed"), 1.4, is_upright=True),
        *(Column(_subject(paper, subject), width, is_upright=True) for subject in subjects),
    )
    rows = []
    for name, table in parts:
        found = _rows_at(table, stage)
        whole = found.get(OVERALL)
        counted = (str(whole.listed), str(whole.assessed)) if whole else (NOTHING, NOTHING)
        rows.append((name, *counted, *(_in_three_lines(found.get(subject)) for subject in subjects)))
    word.table(paper.document, columns, rows, style=NARROW)


def _dynamics(paper: _Paper) -> None:
    _heading(paper, "dynamics")
    section = paper.section
    if not section.compared:
        _prose(paper, analysis.movement(section, paper.language))
        return
    _prose(paper, _text("texts", "dynamics", paper.language))
    for compared in section.compared:
        _caption(
            paper,
            _(
                "How levels moved: {earlier} - {later}",
                earlier=STAGE_NAMES[compared.earlier],
                later=STAGE_NAMES[compared.later],
            ),
        )
        with_areas = compared == section.widest
        _movement_table(paper, compared, [one for one in section.summary.subjects if with_areas or one.kind != "area"])
    overall = [
        (_capital(STAGE_NAMES[stage]), _rows_at(section.summary.levels, stage).get(OVERALL)) for stage in section.begun
    ]
    _figure(paper, _("Number of children at each level overall, by stage"), overall)


def _movement_table(paper: _Paper, compared: Compared, subjects: Sequence[Subject]) -> None:
    columns = (
        Column(_("Learning area, direction"), 6.2, is_number=False),
        Column(_("At both stages"), 3.0),
        Column(pgettext("movement", "Rose"), 2.6),
        Column(pgettext("movement", "Stayed"), 2.6),
        Column(pgettext("movement", "Fell"), 2.6),
    )
    steps = _rows(analysis.between(paper.section.summary.movement, compared))
    found = {Subject(row.kind, row.key): row for row in steps}
    rows = [(_subject(paper, subject), *_moved(found.get(subject))) for subject in subjects]
    totals = {"direction", "overall"} if subjects[0].kind == "area" else {"overall"}
    bold = [number for number, subject in enumerate(subjects) if subject.kind in totals]
    word.table(paper.document, columns, rows, bold=bold)


def _analysis(paper: _Paper) -> None:
    section, language = paper.section, paper.language
    _heading(paper, "analysis")
    for stage in section.stages:
        _prose(paper, analysis.standing(section, stage, language))
    _prose(paper, analysis.movement(section, language))
    _heading(paper, "unfinished")
    _bullets(paper, map(str, analysis.unfinished(section)))
    _heading(paper, "findings")
    _bullets(paper, map(str, analysis.follows(section, language)))


def _evidence(paper: _Paper) -> None:
    _heading(paper, "evidence")
    columns = (
        Column("№", 1.2),
        Column(_("Title of the document"), 9.8, is_number=False),
        Column(pgettext("of a document", "Number"), 3.0),
        Column(pgettext("of a document", "Date"), 3.0),
    )
    rows = [(str(number), "", "", "") for number in range(1, EVIDENCE_ROWS + 1)]
    word.table(paper.document, columns, rows, least_cm=0.9)
    signature = _text("signature", paper.language).format(name=paper.section.head)
    paper.document.add_paragraph(signature).paragraph_format.space_before = Pt(24)


# --- paragraphs, captions and figures ----------------------------------------------------------------------


def _heading(paper: _Paper, key: str) -> None:
    number = paper.next("heading")
    paper.document.add_heading(f"7.{number}. {_text('headings', key, paper.language)}", 2)


def _prose(paper: _Paper, text: str | Iterable[Message]) -> None:
    """Add a paragraph: a text, or sentences one after another."""
    said = text if isinstance(text, str) else " ".join(str(sentence) for sentence in text)
    paper.document.add_paragraph(said, style="Body Text")


def _bullets(paper: _Paper, lines: Iterable[object]) -> None:
    for line in lines:
        paper.document.add_paragraph(str(line), style="List Bullet")


def _criterion(paper: _Paper, key: str) -> None:
    paragraph = paper.document.add_paragraph(style="Body Text")
    paragraph.add_run(_text("criteria", key, paper.language)).italic = True


def _caption(paper: _Paper, text: str) -> None:
    word.caption(paper.document, _("Table #"), text, paper.next("table"))


def _figure(paper: _Paper, text: str, rows: Sequence[tuple[str, Any]]) -> None:
    """Draw a bar for each row of a table of levels, with a caption under them; a row without levels is left out."""
    drawn = [Bar(label, (row.level_1, row.level_2, row.level_3)) for label, row in rows if row is not None]
    word.bars(paper.document, drawn, [(level, str(LEVELS[level])) for level in Level])
    word.caption(paper.document, _("Figure #"), text, paper.next("figure"), of_figure=True)


# --- cells -------------------------------------------------------------------------------------------------


def _rows_at(table: pd.DataFrame, stage: Stage) -> dict[Subject, Any]:
    """Return the rows of a table of levels at a stage; a subject that is in nobody's set there has none."""
    return {Subject(row.kind, row.key): row for row in _rows(table[table.stage == stage.value])}


def _rows(table: pd.DataFrame) -> Iterable[Any]:
    return table.itertuples(index=False)


def _counted(row: Any) -> tuple[str, ...]:
    """Return the cells of a row: on the list, assessed, and each level with its percent."""
    if row is None:
        return (NOTHING,) * 5
    return (str(row.listed), str(row.assessed), *_of_levels(row))


def _of_levels(row: Any) -> tuple[str, str, str]:
    if row is None or not row.assessed:
        return NOTHING, NOTHING, NOTHING
    one, two, three = (
        str(count(n, percent))
        for n, percent in zip(
            (row.level_1, row.level_2, row.level_3), (row.percent_1, row.percent_2, row.percent_3), strict=True
        )
    )
    return one, two, three


def _in_three_lines(row: Any) -> str:
    if row is None or not row.assessed:
        return NOTHING
    return "\n".join(f"{level.name}: {text}" for level, text in zip(Level, _of_levels(row), strict=True))


def _moved(row: Any) -> tuple[str, ...]:
    """Return the cells of a row of movement: with a level at both, and who rose, stayed and fell with its percent."""
    if row is None:
        return (NOTHING,) * 4
    counts = (row.rose, row.same, row.fell)
    return (str(row.both), *(str(count(n, part)) for n, part in zip(counts, whole_percents(counts), strict=True)))


def _part(n: int, of: int) -> str:
    return str(count(n, whole_percents((n, of - n))[0])) if of else NOTHING


def _subject(paper: _Paper, subject: Subject) -> str:
    return paper.section.summary.name(subject, paper.language) or _("Overall")


def _in_years(age: int) -> str:
    return ngettext("{n} year old", "{n} years old", age)


def _months(months: tuple[int, int]) -> str:
    first, last = (month_name(month) for month in months)
    return first if first == last else f"{first} - {last}"


def _capital(text: object) -> str:
    said = str(text)
    return said[:1].upper() + said[1:]


# --- the texts of the frame --------------------------------------------------------------------------------


def _text(*path: str) -> str:
    """Return a text of the frame: its place, and last the language."""
    found: Any = _frame_texts()
    for name in path:
        found = found[name]
    assert isinstance(found, str), "a place of the frame names one text"
    return found


def _list(name: str, language: str) -> list[str]:
    return [one[language] for one in _frame_texts()[name]]


@cache
def _frame_texts() -> Mapping[str, Any]:
    return tomllib.loads(FRAME.read_text("utf-8"))
