"""The groups of a school year as a list: on the overview and on the screen of groups."""

from collections.abc import Mapping
from uuid import UUID

import streamlit as st

from monitoring.core.language import format_number, format_percent
from monitoring.core.language import gettext as _
from monitoring.lists.roster import GroupView
from monitoring.lists.years import YearView
from monitoring.record.words import TEACHING_LANGUAGES
from monitoring.sheets import Progress
from monitoring.ui import rows

# Pixels: a name beside its facts on a wide screen, above them on a phone of 390.
NAME, OF_GROUP, OF_SHEET = 320, (90, 120, 110), 260


def show(groups: list[GroupView], year: YearView) -> None:
    """Draw the groups, each a link to its children, and how many children there are in all."""
    titles = (_("Children"), _("Age"), _("Language"))
    rows.heads(((_("Group"), NAME), *zip(titles, OF_GROUP, strict=True)), key="groups")
    for group in groups:
        texts = (rows.children_count(group.children), rows.age_of_group(group), str(TEACHING_LANGUAGES[group.language]))
        with rows.row(f"group_{group.id}"):
            rows.link("groups", group.name, width=NAME, group=group.id, year=year.begins)
            rows.cells(tuple(zip(texts, OF_GROUP, strict=True)))
    if len(groups) > 1:
        st.caption(_("In all: {children}", children=rows.children_count(sum(group.children for group in groups))))


def show_sheets(groups: list[GroupView], progress: Mapping[UUID, Progress]) -> None:
    """Draw the groups, each a link to its observation sheet of the stage that is due, with how full it is."""
    rows.heads(((_("Group"), NAME), (_("Children"), OF_GROUP[0]), (_("Marks"), OF_SHEET)), key="sheets")
    for group in groups:
        with rows.row(f"sheet_{group.id}"):
            rows.link("sheet", group.name, width=NAME, group=group.id)
            texts = (rows.children_count(group.children), in_words(progress.get(group.id)))
            rows.cells(tuple(zip(texts, (OF_GROUP[0], OF_SHEET), strict=True)))


def in_words(progress: Progress | None) -> str:
    """Return how full a sheet is: «120 из 2100 (6 %)»."""
    if progress is None:
        return _("no child on the list")
    whole = round(100 * progress.assessed / progress.cells)
    if progress.assessed < progress.cells:
        whole = min(whole, 99)  # 100 % is said of a full sheet alone
    return _(
        "{n} of {all} ({percent})",
        n=format_number(progress.assessed),
        all=format_number(progress.cells),
        percent=format_percent(whole),
    )
