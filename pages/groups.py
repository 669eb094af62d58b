"""The groups of a school year, and one group with its children. The administrator changes them; others read."""

from uuid import UUID

import streamlit as st

from monitoring.core.language import gettext as _
from monitoring.core.language import school_year, short_date
from monitoring.lists import roster, years
from monitoring.lists.roster import ChildView, FoundChild, GroupView
from monitoring.lists.years import YearView
from monitoring.record.access import Permission
from monitoring.record.words import TEACHING_LANGUAGES
from monitoring.ui import group_forms, group_list, new_child, rows
from monitoring.ui.frame import enter
from monitoring.ui.group_list import NAME
from monitoring.ui.visit import Visit
from monitoring.ui.widgets import choose_year, plain

# Pixels of the facts beside a name on a wide screen, under it on a phone of 390.
OF_CHILD, OF_FOUND = (105, 65, 160), (105, 220)


def show_year(visit: Visit) -> None:
    st.title(_("Groups and children"), anchor=False)
    year = choose_year(visit)
    with visit.place.database.reading() as session:
        groups = roster.groups(session, visit.person, year.id)
    if not groups:
        no_groups(visit, year)
        return
    sought = st.text_input(
        _("Find a child"),
        placeholder=_("Family name or given name, a few letters are enough"),
        icon=":material/search:",
        key="find_child",
        live=True,
        autocomplete="off",
    )
    if sought.strip():
        show_found(visit, year, sought)
        return
    group_list.show(groups, year)
    if visit.may(Permission.MANAGE_ROSTER):
        with st.container(horizontal=True, vertical_alignment="center"):
            add_group_button(visit, year)
            rows.link("import-list", _("List from a file"), icon=":material/upload_file:", year=year.begins)


def no_groups(visit: Visit, year: YearView) -> None:
    if not visit.may(Permission.MANAGE_ROSTER):
        st.info(_("You have no group in this school year yet. The administrator gives the rights for groups."))
        return
    named = school_year(year.begins)
    st.info(_("There are no groups in {year} yet. Add the first one, then its children.", year=named))
    add_group_button(visit, year, first=True)


def add_group_button(visit: Visit, year: YearView, *, first: bool = False) -> None:
    if st.button(_("Add a group"), type="primary" if first else "secondary", icon=":material/add:", key="add_group"):
        group_forms.add(visit, year)


def show_found(visit: Visit, year: YearView, sought: str) -> None:
    with visit.place.database.reading() as session:
        found = roster.find_children(session, visit.person, sought, year.id)
    if not found:
        st.info(_("Nobody of this name in {year}. Check how the name is written.", year=school_year(year.begins)))
    for child in found:
        show_found_child(child)
    if len(found) == roster.FOUND_AT_MOST:
        st.caption(_("These are the first {n}. Write more letters of the name.", n=roster.FOUND_AT_MOST))


def show_found_child(child: FoundChild) -> None:
    place = child.group_name
    if child.left_on is not None:
        place = _("{group}, left on {day}", group=child.group_name, day=short_date(child.left_on))
    with rows.row(f"found_{child.id}"):
        rows.link("child", child.name.full, width=NAME, id=child.id)
        rows.cells(tuple(zip((short_date(child.born_on), place), OF_FOUND, strict=True)))


def show_group(visit: Visit, group_id: UUID) -> None:
    with visit.place.database.reading() as session:
        group = roster.group(session, visit.person, group_id)
        children = roster.children_of(session, visit.person, group_id)
        year = next(one for one in years.years(session, visit.person) if one.id == group.school_year_id)
    rows.way_back("groups", _("All groups"), year=year.begins)
    st.title(plain(group.name), anchor=False)
    st.text(facts(group, year))
    if visit.may(Permission.MANAGE_ROSTER):
        group_buttons(visit, group, year, new_child.is_open(group))
        if new_child.is_open(group):
            new_child.form(visit, group, new_child.first_day_offered(visit, year, children))
    if children:
        with st.container(horizontal=True, vertical_alignment="center"):
            rows.link("sheet", _("Observation sheet"), icon=":material/grid_on:", group=group.id)
            rows.link("notes", _("Journal of observations"), icon=":material/edit_note:", group=group.id)
        show_children(children, year)
    else:
        st.info(_("There are no children in this group yet."))


def facts(group: GroupView, year: YearView) -> str:
    return " · ".join(
        (
            school_year(year.begins),
            rows.children_count(group.children),
            rows.age_of_group(group),
            _("Language: {language}", language=str(TEACHING_LANGUAGES[group.language])),
        )
    )


def group_buttons(visit: Visit, group: GroupView, year: YearView, adding: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if not adding and st.button(_("Add children"), type="primary", icon=":material/add:", key="add_children"):
            new_child.open_form(group)
        if st.button(_("Change the group"), icon=":material/edit:", key="change_group"):
            group_forms.change(visit, group)
        if not group.children and st.button(_("Remove the group"), icon=":material/delete:", key="remove_group"):
            group_forms.remove(visit, group)
        rows.link("import-list", _("List from a file"), icon=":material/upload_file:", group=group.id, year=year.begins)


def show_children(children: list[ChildView], year: YearView) -> None:
    st.header(_("Children"), anchor=False)
    titles = (_("Date of birth"), _("Age"), _("In the group"))
    rows.heads(((_("Full name"), NAME), *zip(titles, OF_CHILD, strict=True)), key="children")
    for number, child in enumerate(children, start=1):
        age = "—" if child.age is None else rows.in_years(child.age)
        texts = (short_date(child.born_on), age, _("since {since}", since=short_date(child.since)))
        with rows.row(f"child_{child.id}"):
            rows.link("child", f"{number}. {child.name.full}", width=NAME, id=child.id)
            rows.cells(tuple(zip(texts, OF_CHILD, strict=True)))
            rows.link("card", _("Card"), child=child.id, year=year.begins)
    st.caption(
        _(
            "The age says whose criteria the child is observed by. As a rule it is the age reached in {year}.",
            year=year.begins,
        )
    )


visit = enter("groups")
rows.style()
rows.keep_address()
chosen = rows.id_in_address("group")
if chosen is None:
    new_child.close_form()
    show_year(visit)
else:
    with rows.or_way_back():
        show_group(visit, chosen)
