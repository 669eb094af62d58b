"""The groups of a school year as a list: on the overview and on the screen of groups."""

import streamlit as st

from monitoring.core.language import gettext as _
from monitoring.lists.roster import GroupView
from monitoring.lists.years import YearView
from monitoring.record.words import TEACHING_LANGUAGES
from monitoring.ui import rows

# Pixels: a name beside its facts on a wide screen, above them on a phone of 390.
NAME, OF_GROUP = 320, (90, 120, 110)


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
