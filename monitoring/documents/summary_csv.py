"""A summary as one tidy table for other programs: a row a stage and a learning area, direction or the whole.

The summary of all groups has each group's rows too, under its name; those of all together have none.
"""

import csv
import io
from collections.abc import Iterator
from typing import Final

from monitoring.core.language import gettext as _
from monitoring.core.language import known_language, pgettext, school_year, using
from monitoring.core.scale import Level, Stage
from monitoring.documents import summary_words
from monitoring.record.words import STAGES
from monitoring.results.summary import COUNTS, GroupSummary, OrganisationSummary, Subject

FOR_EXCEL: Final = ";"  # with a comma Excel set to Russian or Kazakh opens the whole table in one column


def render(summary: GroupSummary | OrganisationSummary, language: str, *, delimiter: str = ",") -> str:
    """Return the table as CSV, its heads and names in Russian or Kazakh.

    Columns: school year, group, stage, kind, name, on the list, assessed, and I, II, III as counts and percents.
    """
    made = io.StringIO()
    with using(known_language(language)):
        writer = csv.writer(made, delimiter=delimiter, lineterminator="\r\n")
        writer.writerow(_heads())
        writer.writerows([_plain(cell) for cell in row] for row in _rows(summary, language))
    return made.getvalue()


def _heads() -> list[str]:
    levels = [summary_words.level_name(level) for level in Level]
    fixed = [
        _("School year"),
        _("Group"),
        _("Stage"),
        _("Kind"),
        pgettext("table", "Name"),
        _("On the list"),
        _("Assessed"),
    ]
    return [*fixed, *levels, *(f"{level}, %" for level in levels)]


def _rows(summary: GroupSummary | OrganisationSummary, language: str) -> Iterator[list[object]]:
    kinds = {"area": _("learning area"), "direction": _("direction"), "overall": _("Overall")}
    names: dict[object, str] = {}
    tables = [summary.levels]
    if isinstance(summary, GroupSummary):
        names[None] = summary.group.name
    else:
        names |= {group.id: group.name for group in summary.groups}
        tables.append(summary.by_group)
    year = school_year(summary.year.begins)
    for table in tables:
        for row in table.to_dict("records"):
            group = names.get(row.get("group_id"), "")
            name = summary.name(Subject(row["kind"], row["key"]), language)
            stage = str(STAGES[Stage(row["stage"])])
            yield [year, group, stage, kinds[row["kind"]], name, *(row[count] for count in COUNTS)]


def _plain(cell: object) -> object:
    """Return a cell that a spreadsheet takes as text where a person typed it: a name that begins with = stays one."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
