"""The summary of a group or of all groups as a workbook: tables, sums that can be checked, charts, ready to print.

For the methodologist who used to make it by hand. Source of the form: «Сводные результаты по группе» / «Топ бойынша
жиынтық нәтижелер». Percents stand as numbers, because rounding that adds up to 100 is no formula of one cell.
"""

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any, Final

from xlsxwriter import Workbook

from monitoring.core.language import gettext as _
from monitoring.core.language import known_language, pgettext, using
from monitoring.core.scale import Level, Stage
from monitoring.documents import spreadsheet
from monitoring.documents.heat import heat_colour
from monitoring.documents.spreadsheet import Book, Cell, Column, Sum, Tinted
from monitoring.documents.summary_form import (
    NONE,
    Moves,
    Need,
    Part,
    Shares,
    SummaryForm,
    summary_form,
)
from monitoring.documents.summary_words import level_name, of_all, stage_name
from monitoring.figures.palette import EDGE, INK, LEVEL_COLOURS, ON_LEVEL
from monitoring.results.summary import GroupSummary, OrganisationSummary

NAME_WIDTH: Final = 34.0
CHART_WIDTH: Final = 430  # pixels, as the next two
BAR_HEIGHT: Final = 26
ROW_HEIGHT: Final = 20  # of the lowest row
GAP: Final = 2.0  # between a table and what stands beside it
LEVELS_AT: Final = 3  # the first column of counts of levels, after the name, the list and the assessed


def render(summary: GroupSummary | OrganisationSummary, language: str) -> bytes:
    """Return the workbook, in Russian or Kazakh."""
    form = summary_form(summary, language)
    content = BytesIO()
    with using(known_language(language)), Workbook(content, spreadsheet.OPTIONS) as workbook:
        workbook.set_properties({"title": form.title})
        book = Book(workbook, " · ".join(value for _label, value in form.header))
        _levels_sheet(book, form)
        _movement_sheet(book, form)
        if form.is_of_group:
            _criteria_sheet(book, form)
            _needs_sheet(book, form)
        else:
            if form.begun:
                _groups_sheet(book, form)
                _heat_sheet(book, form)
            _unfinished_sheet(book, form)
    return content.getvalue()


# --- levels ----------------------------------------------------------------------------------------------


def _levels_sheet(book: Book, form: SummaryForm) -> None:
    """Overall at each stage with the notes, then a page a stage: areas, directions, overall, and a chart beside."""
    columns = _level_columns(_("Learning area, direction"))
    widths = [column.width for column in columns]
    sheet = spreadsheet.add_sheet(book, pgettext("sheet", "Summary"), widths)
    row = _top(book, sheet, form, widths)
    sheet.freeze_panes(row, 0)
    sheet.repeat_rows(0, row - 1)
    row, below_chart = _overall_table(book, sheet, form, row + 1)
    row = max(_notes(book, sheet, form, row + 1, widths), below_chart)
    if not form.begun:
        _heading(book, sheet, row + 1, _nothing())
    breaks = []
    for stage in form.begun:
        row += 1
        breaks.append(row)
        row = _stage_block(book, sheet, form, stage, row, columns)
    sheet.set_h_pagebreaks(breaks)


def _overall_table(book: Book, sheet: Any, form: SummaryForm, row: int) -> tuple[int, int]:
    """Write the table with its chart, and return the next row below the one and below the other."""
    title = _("Overall level by stage")
    columns = _level_columns(_("Stage"))
    rows = [(one.name, *_level_cells(one.overall)) for one in form.stages]
    top = _heading(book, sheet, row, title)
    end = spreadsheet.write_table(book, sheet, (top, 0), "overall", columns, rows)
    if not form.begun:
        return end, end
    chart = _chart(book, sheet, "column", title, (top, end))
    return end, _insert(sheet, (row, len(columns)), chart, height=300)


def _stage_block(book: Book, sheet: Any, form: SummaryForm, stage: Stage, row: int, columns: Sequence[Column]) -> int:
    lines = [line for line in form.lines if stage in line.at]
    areas = sum(line.kind == "area" for line in lines)
    rows = [(line.name, *_level_cells(line.at[stage])) for line in lines]
    top = _heading(book, sheet, row, stage_name(stage))
    end = spreadsheet.write_table(book, sheet, (top, 0), f"levels_{stage}", columns, rows, bold=range(areas, len(rows)))
    chart = _chart(book, sheet, "bar", _("Levels by learning area, children"), (top, top + 1 + areas))
    return max(end, _insert(sheet, (row, len(columns)), chart, height=130 + areas * BAR_HEIGHT))


def _level_columns(head: str) -> list[Column]:
    return [
        Column(head, NAME_WIDTH, "text"),
        Column(_("On the list"), 9),
        Column(_("Assessed"), 11.5),
        *(Column(level_name(level), 9.5, "number", LEVEL_COLOURS[level], ON_LEVEL[level]) for level in Level),
        *(Column(f"{level.name}, %", 6.5, "percent", LEVEL_COLOURS[level], ON_LEVEL[level]) for level in Level),
    ]


def _level_cells(shares: Shares) -> tuple[Cell, ...]:
    """Return the figures after the name: the assessed are the sum of the levels, there to be checked."""
    percents: tuple[Cell, ...] = shares.percents if shares.assessed else (NONE,) * len(Level)
    levels_end = LEVELS_AT + len(Level) - 1
    return (shares.listed, Sum(LEVELS_AT, levels_end, shares.assessed), *shares.counts, *percents)


# --- movement --------------------------------------------------------------------------------------------


def _movement_sheet(book: Book, form: SummaryForm) -> None:
    """A page for each two stages: who rose, stayed and fell by area; beside it overall from which level to which."""
    of_moves, of_ways = _move_columns(), _way_columns()
    widths = [column.width for column in (*of_moves, Column("", GAP), *of_ways)]
    sheet = spreadsheet.add_sheet(book, _("Movement"), widths)
    row = _top(book, sheet, form, widths)
    sheet.freeze_panes(row, 0)
    sheet.repeat_rows(0, row - 1)
    if not form.moves:
        _heading(book, sheet, row + 1, _("No child has been assessed at two stages yet."))
    breaks = []
    for moves in form.moves:
        row += 1
        breaks.append(row)
        title = f"{stage_name(moves.earlier)} - {stage_name(moves.later).lower()}"
        row = _heading(book, sheet, row, title)
        row = _heading(book, sheet, row, _("Of the children assessed at both stages"), bold=False)
        _ways_table(book, sheet, moves, (row, len(of_moves) + 1), of_ways)
        row = _moves_table(book, sheet, moves, row, of_moves)
    sheet.set_h_pagebreaks(breaks[1:])


def _move_columns() -> list[Column]:
    heads = (pgettext("movement", "Rose"), pgettext("movement", "Stayed"), pgettext("movement", "Fell"))
    return [
        Column(_("Learning area, direction"), NAME_WIDTH, "text"),
        Column(_("At both stages"), 12),
        *(Column(head, 13) for head in heads),
        *(Column(f"{head}, %", 13, "percent") for head in heads),
    ]


def _way_columns() -> list[Column]:
    return [
        Column(_("Overall: from level, to level"), 26, "text"),
        *(Column(level_name(level), 10, "number", LEVEL_COLOURS[level], ON_LEVEL[level]) for level in Level),
        Column(_("Total"), 10),
    ]


def _moves_table(book: Book, sheet: Any, moves: Moves, row: int, columns: Sequence[Column]) -> int:
    rows = [(line.name, Sum(2, 4, line.both), *line.counts, *line.percents) for line in moves.lines]
    bold = [number for number, line in enumerate(moves.lines) if line.kind != "area"]
    name = f"movement_{moves.earlier}_{moves.later}"
    return spreadsheet.write_table(book, sheet, (row, 0), name, columns, rows, bold=bold)


def _ways_table(book: Book, sheet: Any, moves: Moves, at: tuple[int, int], columns: Sequence[Column]) -> None:
    row, left = at
    rows: list[tuple[Cell, ...]] = []
    for before in Level:
        counts = [moves.ways.get((before, after), 0) for after in Level]
        rows.append((level_name(before), *counts, Sum(1, len(Level), sum(counts))))
    name = f"ways_{moves.earlier}_{moves.later}"
    row = spreadsheet.write_table(book, sheet, at, name, columns, rows)
    totals = [sum(moves.ways.get((before, after), 0) for before in Level) for after in Level]
    spreadsheet.write_totals(book, sheet, (row, left), len(rows), columns, [None, *totals, sum(totals)])


# --- of a group ------------------------------------------------------------------------------------------


def _criteria_sheet(book: Book, form: SummaryForm) -> None:
    columns = [
        Column(_("Stage"), 24, "text"),
        Column(_("Code"), 9, "text"),
        Column(_("Learning area"), 30, "text"),
        Column(_("Criterion"), 70, "text"),
        Column(_("Assessed"), 12),
        Column(level_name(Level.I), 10, "number", LEVEL_COLOURS[Level.I]),
        Column("I, %", 8, "percent", LEVEL_COLOURS[Level.I]),
    ]
    rows = [
        (stage_name(one.stage), one.code, one.area, one.text, one.assessed, one.at_1, one.percent) for one in form.weak
    ]
    title = _("Criteria with children at level I, those with most children first")
    empty = _("At no stage has a child been put at level I by any criterion.")
    _list_sheet(book, form, pgettext("sheet", "Criteria"), (title, empty), "criteria", columns, rows)


def _needs_sheet(book: Book, form: SummaryForm) -> None:
    columns = [
        Column(_("Stage"), 24, "text"),
        Column(_("Learning area"), 30, "text"),
        *(
            column
            for level in (Level.I, Level.II)
            for column in (
                Column(level_name(level), 10, "number", LEVEL_COLOURS[level]),
                Column(f"{level.name}: {_('who')}", 52, "text", LEVEL_COLOURS[level]),
            )
        ),
    ]
    rows = [(stage_name(one.stage), one.area, *_who(one)) for one in form.needs]
    title = _("Individual work: children at levels I and II by learning area")
    empty = _("At no stage has a child been put at level I or II in a learning area.")
    _list_sheet(book, form, _("Individual work"), (title, empty), "individual_work", columns, rows)


def _who(need: Need) -> Iterator[Cell]:
    """Yield for I and II how many and who."""
    for names in need.names.values():
        yield from (len(names), ", ".join(names))


# --- of all groups ---------------------------------------------------------------------------------------


def _groups_sheet(book: Book, form: SummaryForm) -> None:
    """A page a stage: the overall levels of each group with totals, then of each age."""
    of_groups, of_ages = _level_columns(_("Group")), _level_columns(_("Age group"))
    widths = [column.width for column in of_groups]
    sheet = spreadsheet.add_sheet(book, _("Groups"), widths)
    row = _top(book, sheet, form, widths)
    sheet.freeze_panes(row, 0)
    sheet.repeat_rows(0, row - 1)
    breaks = []
    for stage in form.begun:
        row += 1
        breaks.append(row)
        row = _heading(book, sheet, row, f"{stage_name(stage)}. {_('Overall level')}")
        row = _parts_table(book, sheet, row, f"groups_{stage}", of_groups, _at(stage, form.groups))
        row = _parts_table(book, sheet, row + 1, f"ages_{stage}", of_ages, _at(stage, form.ages))
    sheet.set_h_pagebreaks(breaks[1:])


def _parts_table(book: Book, sheet: Any, row: int, name: str, columns: Sequence[Column], parts: Sequence[Part]) -> int:
    rows = [(part.name, *_level_cells(part.overall)) for part in parts]
    end = spreadsheet.write_table(book, sheet, (row, 0), name, columns, rows)
    of_all = [part.overall for part in parts]
    levels = [sum(one.counts[place] for one in of_all) for place in range(len(Level))]
    totals = [None, sum(one.listed for one in of_all), sum(one.assessed for one in of_all), *levels]
    return spreadsheet.write_totals(book, sheet, (end, 0), len(rows), columns, [*totals, *(None for _level in Level)])


def _heat_sheet(book: Book, form: SummaryForm) -> None:
    """A page a stage: groups by areas, how many of the assessed are at II and III."""
    columns = [Column(_("Group"), 22, "text"), *(Column(area, 13) for area in form.areas)]
    widths = [column.width for column in columns]
    sheet = spreadsheet.add_sheet(book, pgettext("sheet", "Groups by areas"), widths)
    row = _top(book, sheet, form, widths)
    sheet.freeze_panes(row, 1)
    sheet.repeat_rows(0, row - 1)
    row = _heading(book, sheet, row, _("The darker a cell, the larger the share at levels II and III."), bold=False)
    breaks = []
    for stage in form.begun:
        row += 1
        breaks.append(row)
        row = _heading(book, sheet, row, f"{stage_name(stage)}. {_('Children at levels II and III of those assessed')}")
        rows = [(part.name, *map(_heat_cell, part.areas)) for part in _at(stage, form.groups)]
        row = spreadsheet.write_table(book, sheet, (row, 0), f"areas_{stage}", columns, rows)
    sheet.set_h_pagebreaks(breaks[1:])


def _heat_cell(shares: Shares | None) -> Cell:
    if shares is None or not shares.assessed:
        return NONE
    count, percent = shares.at_two_and_three
    return Tinted(of_all(count, shares.assessed, percent), heat_colour(percent))


def _unfinished_sheet(book: Book, form: SummaryForm) -> None:
    columns = [
        Column(_("Stage"), 26, "text"),
        Column(_("Group"), 40, "text"),
        Column(_("Observation sheet"), 26, "text"),
        Column(_("On the list"), 14),
        Column(_("Children without an overall level"), 18),
    ]
    rows = [(stage_name(one.stage), one.group, one.state, one.listed, one.without_level) for one in form.unfinished]
    title = _("Sheets with children without an overall level, or still to be approved")
    empty = _("Every child on the lists has an overall level.")
    _list_sheet(book, form, _("Not finished"), (title, empty), "not_finished", columns, rows)


def _at(stage: Stage, parts: Sequence[Part]) -> list[Part]:
    return [part for part in parts if part.stage is stage]


# --- what the sheets have in common ----------------------------------------------------------------------


def _top(book: Book, sheet: Any, form: SummaryForm, widths: Sequence[float]) -> int:
    """Write the title and the header lines, and return the next row."""
    row = spreadsheet.write_line(book, sheet, 0, form.title, widths, bold=True, font_size=14)
    for label, value in form.header:
        row = spreadsheet.write_line(book, sheet, row, f"{label}: {value}", widths)
    return row


def _heading(book: Book, sheet: Any, row: int, text: str, *, bold: bool = True) -> int:
    sheet.write_string(row, 0, text, book.format(bold=bold, font_size=12 if bold else 10))
    return row + 1


def _notes(book: Book, sheet: Any, form: SummaryForm, row: int, widths: Sequence[float]) -> int:
    of_percents = _("In this file percents stand as numbers, not as formulas: rounding makes them add up to 100.")
    for note in (_stages_in_words(form), *form.notes, of_percents):
        row = spreadsheet.write_line(book, sheet, row, note, widths)
    return row


def _stages_in_words(form: SummaryForm) -> str:
    """Return the control date of each stage and how far its sheets are."""
    state = _("Observation sheet") if form.is_of_group else _("Groups approved")
    stages = (f"{one.name} - {one.control_on} ({state.lower()}: {one.state})" for one in form.stages)
    return _("Control dates: {stages}.", stages="; ".join(stages))


def _list_sheet(
    book: Book,
    form: SummaryForm,
    name: str,
    titles: tuple[str, str],
    table: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Cell]],
) -> None:
    """A sheet with one long table to filter, its head repeated on each page, or with a sentence where it is empty."""
    title, empty = titles
    widths = [column.width for column in columns]
    sheet = spreadsheet.add_sheet(book, name, widths)
    row = _heading(book, sheet, _top(book, sheet, form, widths), title if rows else empty if form.begun else _nothing())
    if rows:
        spreadsheet.write_table(book, sheet, (row, 0), table, columns, rows, filtered=True)
        sheet.freeze_panes(row + 1, 0)
        sheet.repeat_rows(row)


def _nothing() -> str:
    return _("Nobody has been assessed in this school year yet.")


def _chart(book: Book, sheet: Any, kind: str, title: str, rows: tuple[int, int]) -> Any:
    """Return a chart of the counts of levels, stacked, of a table's rows from its head up to an end."""
    head, end = rows
    chart = book.workbook.add_chart({"type": kind, "subtype": "stacked"})
    for place, level in enumerate(Level, start=LEVELS_AT):
        chart.add_series(
            {
                "name": [sheet.name, head, place],
                "categories": [sheet.name, head + 1, 0, end - 1, 0],
                "values": [sheet.name, head + 1, place, end - 1, place],
                "fill": {"color": LEVEL_COLOURS[level]},
                "border": {"color": EDGE, "width": 0.75},
                "gap": 40,
                "data_labels": {"value": True, "num_format": "0;;", "font": {"color": ON_LEVEL[level], "size": 9}},
            }
        )
    words = {"name": "Arial", "size": 9, "color": INK}
    chart.set_title({"name": title, "name_font": {**words, "size": 11, "bold": True}, "overlay": False})
    chart.set_chartarea({"border": {"none": True}})
    chart.set_legend({"position": "bottom", "font": words})
    names: dict[str, object] = {"num_font": words}
    counts: dict[str, object] = {"visible": False, "major_gridlines": {"visible": False}}
    if kind == "bar":
        chart.set_y_axis({**names, "reverse": True})  # the first learning area on top
        chart.set_x_axis(counts)
    else:
        chart.set_x_axis(names)
        chart.set_y_axis(counts)
    return chart


def _insert(sheet: Any, at: tuple[int, int], chart: Any, *, height: int) -> int:
    """Put a chart there, and return the next row below it."""
    row, column = at
    chart.set_size({"width": CHART_WIDTH - 10, "height": height})
    sheet.insert_chart(row, column, chart, {"object_position": 2, "x_offset": 10})
    return row + 1 + height // ROW_HEIGHT
