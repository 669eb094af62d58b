"""The summary of a group on the screen: how it stands at a stage, what moved, and who needs individual work in what.

For the teacher before the council and the methodologist who asks. What changes with the stage is a fragment: another
stage is drawn from the summary that was read when the screen was opened.
"""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final
from uuid import UUID

import pandas as pd
import streamlit as st

from monitoring.core.language import gettext as _
from monitoring.core.language import ngettext
from monitoring.core.scale import STAGES, Level, Stage
from monitoring.documents import summary_words
from monitoring.figures import levels as figures
from monitoring.record.access import Permission, require
from monitoring.record.words import STAGE_WORDS
from monitoring.results.summary import GroupSummary, Subject
from monitoring.ui import level_tables, rows
from monitoring.ui.frame import enter
from monitoring.ui.level_tables import at_stage, folded, link, rows_of
from monitoring.ui.visit import Visit
from monitoring.ui.widgets import capital, plain, refusals

WEAK_AT_ONCE: Final = 10
STILL: Final = {"staticPlot": True, "displayModeBar": False}  # the tables have every number: nothing to hover over


def show(visit: Visit, summary: GroupSummary) -> None:
    """Draw the summary of a group."""
    st.header(plain(f"{summary_words.title(summary)}: {summary.group.name}"), anchor=False)
    if not summary.on_list:
        st.info(_("Nobody was on the list of this group at any stage yet."))
        rows.link("groups", _("Children of the group"), group=summary.group.id, year=summary.year.begins)
        return
    _downloads(summary)
    _at_stage(summary)
    st.html(
        f'<section class="summary"><h2>{escape(_("Movement between stages"))}</h2>'
        + level_tables.movement(summary.movement, summary.ways, lambda one: summary.name(one, visit.language))
        + level_tables.notes(summary)
        + "</section>"
    )


def choose_stage(levels: pd.DataFrame, due: Stage, key: str) -> Stage:
    """Draw the choice of stage, by default that of the address, or the last one with levels, and return it."""
    asked = st.query_params.get("stage", "")
    default = asked if asked in set(STAGES) else (level_tables.last_stage_with_levels(levels) or due).value
    return Stage(
        st.segmented_control(
            _("Stage"),
            [stage.value for stage in STAGES],
            default=default,
            required=True,
            format_func=lambda stage: capital(str(STAGE_WORDS[Stage(stage)])),
            key=key,
            label_visibility="collapsed",
        )
    )


def draw_bars(names: Sequence[str], counts: pd.DataFrame, key: str) -> None:
    """Draw bars of a hundred percent; who listens hears the same numbers."""
    heard = "; ".join(
        f"{name}: " + ", ".join(f"{level.name} {level_tables.at_level(row, level)[0]}" for level in Level)
        for name, row in zip(names, rows_of(counts), strict=True)
    )
    st.plotly_chart(figures.stacked_bars(names, counts), config=STILL, key=key, alt=heard)


@st.fragment
def _at_stage(summary: GroupSummary) -> None:
    visit = enter("summary")
    with refusals():
        require(visit.person, Permission.READ_GROUP, group_id=summary.group.id)
        stage = choose_stage(summary.levels, summary.year.stage_due(visit.today), f"summary_stage_{summary.group.id}")
        levels = at_stage(summary.levels, stage)
        if not levels["assessed"].any():
            _nothing_yet(summary, stage, has_sets=bool(len(levels)))
            return
        st.html(level_tables.overall_counts(levels, summary.on_list.get(stage, 0)))
        _bars(summary, levels, visit.language)
        st.html(
            f'<section class="summary">{_level_table(summary, levels, visit.language)}'
            f"{_weak(summary, stage, visit.language)}{_individual_work(summary, stage, visit.language)}</section>"
        )


def _nothing_yet(summary: GroupSummary, stage: Stage, *, has_sets: bool) -> None:
    if not summary.on_list.get(stage):
        st.info(_("Nobody was on the list of this group at this stage."))
    elif not has_sets:
        st.info(_("The children have no set of criteria at this stage."))
    else:
        st.info(_("There is no level at this stage yet: fewer than half of the criteria are assessed for each child."))
        sheet = link("/sheet", _("Open the observation sheet"), group=summary.group.id, stage=stage.value)
        st.html(f'<p class="summary">{sheet}</p>')


def _bars(summary: GroupSummary, levels: pd.DataFrame, language: str) -> None:
    st.html(f'<section class="summary">{level_tables.legend()}</section>')
    for column, kind in zip(st.columns(2, gap="medium"), ("area", "direction"), strict=True):
        part = levels[levels["kind"] == kind]
        names = [summary.name(Subject("area" if kind == "area" else "direction", key), language) for key in part["key"]]
        with column:
            st.subheader(_("By learning areas") if kind == "area" else _("By directions"), anchor=False)
            draw_bars(names, part, f"summary_bars_{kind}")


def _level_table(summary: GroupSummary, levels: pd.DataFrame, language: str) -> str:
    title = escape(_("The same in numbers"))
    mixed = ""
    if levels["listed"].nunique() > 1:
        mixed = escape(_("“On the list” counts the children whose set of criteria has the area."))
        mixed = f'<p class="care">{mixed}</p>'
    return f"<h3>{title}</h3>{mixed}{level_tables.level_table(levels, lambda one: summary.name(one, language))}"


def _weak(summary: GroupSummary, stage: Stage, language: str) -> str:
    weak = at_stage(summary.weak, stage)
    title = f"<h2>{escape(_('Criteria with most children at level I'))}</h2>"
    if not len(weak):
        return f"{title}<p>{escape(_('No criterion has a child at level I at this stage.'))}</p>"
    heads = (_("Criterion"), _("At level I, of the children assessed"))
    cells = [
        (
            _criterion(summary, row.criterion_version_id, language),
            escape(summary_words.of_all(row.level_1, row.assessed, row.percent_1)),
        )
        for row in rows_of(weak)
    ]
    first, rest = cells[:WEAK_AT_ONCE], cells[WEAK_AT_ONCE:]
    more = ""
    if rest:
        label = ngettext("{n} more criterion", "{n} more criteria", len(rest))
        more = folded(label, level_tables.table(heads, rest, kind="weak"))
    return title + level_tables.table(heads, first, kind="weak") + more


def _criterion(summary: GroupSummary, version_id: UUID, language: str) -> str:
    found = summary.criteria[version_id]
    code, text = (found.code_kk, found.text_kk) if language == "kk" else (found.code_ru, found.text_ru)
    return f"<b>{escape(code)}</b> {escape(text)}"


def _individual_work(summary: GroupSummary, stage: Stage, language: str) -> str:
    title = f"<h2>{escape(_('Individual work'))}</h2>"
    needs = _needs_by_area(summary, stage)
    if not needs:
        return f"{title}<p>{escape(_('Every child assessed is at level III in every learning area.'))}</p>"
    words = escape(_("Children at levels I and II, by learning area. A name leads to the child's card."))
    parts = "".join(
        _work_in_area(summary, area.name(language), needs[area.key]) for area in summary.areas if area.key in needs
    )
    return f'{title}<p>{words}</p><div class="work">{parts}</div>'


def _needs_by_area(summary: GroupSummary, stage: Stage) -> dict[str, dict[Level, set[UUID]]]:
    """Return who is at I and who at II in each learning area."""
    found: dict[str, dict[Level, set[UUID]]] = {}
    for row in rows_of(at_stage(summary.needs, stage)):
        if row.kind == "area":
            found.setdefault(row.key, {}).setdefault(Level(row.level), set()).add(row.child_id)
    return found


def _work_in_area(summary: GroupSummary, name: str, needs: Mapping[Level, set[UUID]]) -> str:
    by_level = sorted(needs.items())
    counted = ", ".join(
        f"{level.name} - {ngettext('{n} child', '{n} children', len(children))}" for level, children in by_level
    )
    lines = "".join(
        f'<p><span class="of-level-{level.value}">{level.name}</span> {_names(summary, children)}</p>'
        for level, children in by_level
    )
    return folded(f"{name}: {counted}", lines)


def _names(summary: GroupSummary, children: set[UUID]) -> str:
    """Return links to the cards of children, in the order of a list."""
    return ", ".join(
        link("/card", f"{name.family} {name.given}", child=child_id, year=summary.year.begins)
        for child_id, name in summary.children.items()
        if child_id in children
    )


def _downloads(summary: GroupSummary) -> None:
    group = {"group": str(summary.group.id)}
    lines = (
        (
            _("Summary of the group"),
            "/export/summary",
            ("xlsx", "pdf", "csv"),
            {**group, "year": str(summary.year.begins)},
        ),
        (_("Cards of all children"), "/export/cards", ("docx", "pdf"), group),
    )
    st.html(level_tables.downloads(lines))
