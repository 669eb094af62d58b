"""The summary of an organisation on the screen: a methodologist's first look at all groups that she may read.

Groups stand in the order of the list, never by result.
"""

from collections.abc import Mapping
from html import escape
from typing import Any, Final
from uuid import UUID

import pandas as pd
import streamlit as st

from monitoring.core.language import gettext as _
from monitoring.core.language import ngettext
from monitoring.core.scale import STAGES, Stage, whole_percents
from monitoring.documents import summary_words
from monitoring.figures import levels as figures
from monitoring.record.models import SheetState
from monitoring.record.words import SHEET_STATES, STAGE_WORDS
from monitoring.results.summary import OrganisationSummary, at_two_and_three
from monitoring.ui import level_tables
from monitoring.ui.frame import enter
from monitoring.ui.level_tables import DASH, at_stage, folded, link, rows_of
from monitoring.ui.summary_view import STILL, choose_stage, draw_bars
from monitoring.ui.visit import Visit
from monitoring.ui.widgets import capital

OVERALL: Final = ""  # the key of the whole in the tables


def show(visit: Visit, summary: OrganisationSummary) -> None:
    """Draw the summary of all groups."""
    st.header(summary_words.title(summary), anchor=False)
    if not summary.on_list:
        st.info(_("Nobody was on the list of a group at any stage yet."))
        return
    _downloads(summary)
    _at_stage(summary)
    _by_stage(summary)
    st.html(
        f'<section class="summary"><h2>{escape(_("Movement between stages"))}</h2>'
        + level_tables.movement(summary.movement, summary.ways, lambda one: summary.name(one, visit.language))
        + _unfinished(summary)
        + level_tables.notes(summary)
        + "</section>"
    )


@st.fragment
def _at_stage(summary: OrganisationSummary) -> None:
    visit = enter("summary")
    stage = choose_stage(summary.levels, summary.year.stage_due(visit.today), f"summary_stage_{summary.year.begins}")
    levels = at_stage(summary.levels, stage)
    if not levels["assessed"].any():
        st.info(_("No group has levels at this stage yet."))
        return
    st.html(level_tables.overall_counts(levels, summary_words.listed_at(summary, stage)))
    _heat_map(summary, stage, visit.language)
    table = level_tables.level_table(levels, lambda one: summary.name(one, visit.language))
    st.html(
        f'<section class="summary"><h2>{escape(_("Groups"))}</h2>{_groups(summary, stage)}'
        f"{folded(_('Learning areas and directions, all groups together'), table)}</section>"
    )


def _heat_map(summary: OrganisationSummary, stage: Stage, language: str) -> None:
    rows = at_stage(summary.by_group, stage)
    rows = rows[rows["kind"] != "direction"]
    groups = {group.id: group.name for group in summary.groups}
    subjects = {area.key: area.name(language) for area in summary.areas} | {OVERALL: _("Overall")}
    words = _(
        "In each cell: what part of the children assessed is at levels II and III. The darker, the more; white with a "
        "dash: nobody assessed, or the age has no such area."
    )
    st.subheader(_("Groups by learning areas"), anchor=False)
    st.html(f'<p class="summary">{escape(words)}</p>')
    with st.container(key="summary_map"):
        st.plotly_chart(
            figures.heat_map(rows, groups, subjects),
            config=STILL,
            key="summary_heat_map",
            alt=_("Groups by learning areas: the share of children at levels II and III"),
        )
    table = folded(_("The same in a table"), _shares(rows, groups, subjects))
    st.html(f'<section class="summary summary-map-table">{table}</section>')


def _shares(rows: pd.DataFrame, groups: Mapping[UUID, str], subjects: Mapping[str, str]) -> str:
    """Return the figures of the heat map as a table: for who listens to the screen, and for a phone."""
    shares = {(row.group_id, row.key): _share(row) for row in rows_of(rows)}
    cells = [
        (escape(name), *(shares.get((group_id, key), DASH) for key in subjects)) for group_id, name in groups.items()
    ]
    return level_tables.table((_("Group"), *subjects.values()), cells, kind="shares")


def _share(row: Any) -> str:
    if not row.assessed:
        return DASH
    count, percent = at_two_and_three((row.level_1, row.level_2, row.level_3))
    return escape(summary_words.of_all(count, row.assessed, percent))


def _groups(summary: OrganisationSummary, stage: Stage) -> str:
    """Return the groups with their overall levels, each a link to its summary."""
    rows = at_stage(summary.by_group, stage)
    overall = {row.group_id: row for row in rows_of(rows[rows["kind"] == "overall"])}
    cells = [
        (
            link("/summary", group.name, year=summary.year.begins, group=group.id, stage=stage.value),
            *_of_group(overall.get(group.id)),
        )
        for group in summary.groups
    ]
    heads = (_("Group"), *level_tables.level_titles())
    return level_tables.table(heads, cells, kind="levels")


def _of_group(row: Any) -> list[str]:
    return [DASH] * 5 if row is None else level_tables.level_cells(row)


def _by_stage(summary: OrganisationSummary) -> None:
    overall = summary.levels[summary.levels["kind"] == "overall"]
    if not overall["assessed"].any():
        return
    st.header(_("Levels by stage"), anchor=False)
    names = [capital(str(STAGE_WORDS[Stage(stage)])) for stage in overall["stage"]]
    words = _("Overall levels of everyone on the lists of a stage, those who came and left among them.")
    st.html(f'<section class="summary"><p>{escape(words)}</p>{level_tables.legend()}</section>')
    draw_bars(names, overall, "summary_by_stage")


def _unfinished(summary: OrganisationSummary) -> str:
    """Return what is left to do, stage by stage: children without a level, sheets still to be approved.

    Nothing where no stage has been begun.
    """
    if summary.unfinished.empty and not summary.levels["assessed"].any():
        return ""
    title = f"<h2>{escape(_('Not finished'))}</h2>"
    unfinished = [(stage, at_stage(summary.unfinished, stage)) for stage in STAGES]
    left = [(stage, of_stage) for stage, of_stage in unfinished if len(of_stage)]
    if not left:
        nothing = _("Every child on the lists has an overall level.")
        return f"{title}<p>{escape(nothing)}</p>"
    return title + "".join(
        folded(_left_at(stage, len(of_stage)), _unfinished_at(summary, stage, of_stage), is_open=stage is left[-1][0])
        for stage, of_stage in left
    )


def _left_at(stage: Stage, groups: int) -> str:
    return f"{summary_words.stage_name(stage)}: {ngettext('{n} group', '{n} groups', groups)}"


def _unfinished_at(summary: OrganisationSummary, stage: Stage, unfinished: pd.DataFrame) -> str:
    names = {group.id: group.name for group in summary.groups}
    heads = (_("Group"), _("Observation sheet"), _("Children without an overall level"))
    cells = [
        (
            link("/sheet", names[row.group_id], group=row.group_id, stage=stage.value),
            escape(str(SHEET_STATES[SheetState(row.state)])),
            escape(_without_level(row.without_level, row.listed)),
        )
        for row in rows_of(unfinished)
    ]
    return level_tables.table(heads, cells, kind="unfinished")


def _without_level(children: int, listed: int) -> str:
    percent, _rest = whole_percents((children, listed - children))
    return summary_words.of_all(children, listed, percent) if children else "0"


def _downloads(summary: OrganisationSummary) -> None:
    line = (
        _("Summary of the organisation"),
        "/export/summary",
        ("xlsx", "pdf", "csv"),
        {"year": str(summary.year.begins)},
    )
    st.html(level_tables.downloads((line,)))
