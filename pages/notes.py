"""Notes after lessons: the small form for whoever may mark in a group, and the group's notes day by day."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import streamlit as st

from monitoring import observations, organisation
from monitoring.core.language import format_date, format_datetime, format_list, school_year
from monitoring.core.language import gettext as _
from monitoring.lists import roster, years
from monitoring.lists.roster import GroupView
from monitoring.lists.years import YearView, year_of
from monitoring.observations import NoteView
from monitoring.ui import note_form, rows
from monitoring.ui.frame import enter
from monitoring.ui.visit import Visit
from monitoring.ui.widgets import act_or_cancel, done, plain, refusals

STYLE = Path(note_form.__file__).with_name("components") / "notes.css"
A_SCREENFUL = 30
LAST_GROUP = "notes_group"


def show(visit: Visit) -> None:
    group, year, others = asked_for(visit)
    if group is not None:
        rows.way_back("groups", group.name, group=group.id, year=year.begins)
    st.title(_("Journal of observations"), anchor=False)
    if not others:
        st.info(_("You have no group in this school year yet. The administrator gives the rights for groups."))
        return
    if len(others) > 1:
        choose_group(group, others)
    if group is not None:
        show_group(visit, group, year)


def asked_for(visit: Visit) -> tuple[GroupView | None, YearView, list[GroupView]]:
    """Return the group of the address, the one seen last or the only one; its year, and the groups beside it."""
    asked = rows.id_in_address("group") or st.session_state.pop(LAST_GROUP, None)
    with visit.place.database.reading() as session:
        known = years.years(session, visit.person)
        current = years.current_year(session, visit.person)
        assert current is not None, "an organisation is founded with a school year"
        group = None if asked is None else roster.group(session, visit.person, asked)
        year = current if group is None else next(one for one in known if one.id == group.school_year_id)
        others = roster.groups(session, visit.person, year.id)
    if group is None and len(others) == 1:
        group = others[0]
    if group is not None:
        st.session_state[LAST_GROUP] = group.id
    return group, year, others


def choose_group(group: GroupView | None, groups: Sequence[GroupView]) -> None:
    names, held = {one.id: one.name for one in groups}, None if group is None else group.id
    chosen = st.selectbox(
        _("Group"),
        list(names),
        index=None if held is None else list(names).index(held),
        format_func=names.__getitem__,
        key=f"notes_group_{held}",
        placeholder=_("Choose the group"),
        filter_mode=None,
        width=320,
    )
    if chosen is not None and chosen != held:
        st.query_params["group"] = str(chosen)
        st.rerun()


def show_group(visit: Visit, group: GroupView, year: YearView) -> None:
    with visit.place.database.reading() as session:
        may_note = bool(observations.areas_to_note(session, visit.person, group))
    if may_note and year.begins != year_of(visit.today):
        st.info(
            _(
                "This is a group of {year}: its notes can be read, new ones belong to the present school year.",
                year=school_year(year.begins),
            )
        )
    elif may_note and group.children:
        note_form.show(group)
    elif may_note:
        st.info(_("There are no children in this group yet."))
    show_notes(group, year)


@st.fragment
def show_notes(group: GroupView, year: YearView) -> None:
    visit = enter("notes")
    st.header(_("Notes of the group"), anchor=False)
    child_key = f"notes_child_{group.id}"
    child_id = st.session_state.get(child_key)
    shown_key = f"notes_shown_{group.id}_{child_id}"
    shown = st.session_state.get(shown_key, A_SCREENFUL)
    notes = observations.open_notes(visit.place.database, visit.person, group.id, child_id=child_id, limit=shown + 1)
    if notes or child_id is not None:
        choose_child(visit, group, child_key)
    if not notes:
        nothing = _("No notes in {year} yet.", year=school_year(year.begins))
        st.text(nothing if child_id is None else _("No notes about this child yet."))
    with visit.place.database.reading() as session:
        zone = ZoneInfo(organisation.organisation_of(session, visit.person).timezone)
    for day, of_day in groupby(notes[:shown], key=lambda note: note.observed_on):
        st.subheader(format_date(day), anchor=False)
        for note in of_day:
            show_note(visit, group, note, zone)
    if len(notes) > shown and st.button(_("Show earlier notes"), key="notes_earlier"):
        st.session_state[shown_key] = shown + A_SCREENFUL
        st.rerun(scope="fragment")


def choose_child(visit: Visit, group: GroupView, key: str) -> None:
    with visit.place.database.reading() as session:
        names = note_form.short_names(roster.children_of(session, visit.person, group.id))
    st.selectbox(
        _("Child"),
        list(names),
        index=None,
        format_func=names.__getitem__,
        key=key,
        placeholder=_("All children"),
        filter_mode=None,
        width=320,
    )


def show_note(visit: Visit, group: GroupView, note: NoteView, zone: ZoneInfo) -> None:
    names = format_list(f"{child.name.family} {child.name.given}" for child in note.children)
    with st.container(key=f"note_{note.id}", gap=None):
        st.markdown(f"**{plain(names)}**")
        st.text(note_form.facts(note, group, visit.language))
        if note.text is not None:
            st.text(note.text)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(plain(f"{note.by}, {format_datetime(note.at, zone)}"), width="content")
            if note.may_remove and st.button(
                _("Remove"), type="tertiary", icon=":material/delete:", key=f"remove_note_{note.id}"
            ):
                st.dialog(_("Remove the note"))(remove)(note.id, names)


def remove(note_id: UUID, names: str) -> None:
    visit = enter("notes")
    st.text(names)
    st.write(_("The note goes for good, with every word of it."))
    if act_or_cancel(_("Remove for good"), key="remove_note_yes"):
        with refusals():
            with visit.place.database.writing() as session:
                observations.remove(session, visit.person, note_id)
            done(_("The note is removed."))


visit = enter("notes")
rows.style()
st.html(STYLE)
with rows.or_way_back():
    show(visit)
