"""One child: who it is, in which groups it was and when, and by which sets of criteria it is observed.

The administrator corrects, moves, marks as left and takes back; whoever reads the group reads this.
"""

from datetime import date
from itertools import groupby
from uuid import UUID

import streamlit as st

from monitoring.core.language import format_date, school_year, short_date
from monitoring.core.language import gettext as _
from monitoring.lists import roster
from monitoring.lists.roster import ChildRecord, Place, YearSets
from monitoring.lists.whereabouts import open_places, whereabouts
from monitoring.record.access import Permission, may
from monitoring.record.models import EndReason
from monitoring.record.words import STAGES
from monitoring.ui import child_acts, rows
from monitoring.ui.frame import enter
from monitoring.ui.screens import screen_at
from monitoring.ui.visit import Visit
from monitoring.ui.widgets import plain

GROUP, DAYS = 320, 420  # pixels; on a phone the second goes under the first
YEAR, SETS = 110, 560


def show_child(visit: Visit, child_id: UUID, today: date) -> None:
    with visit.place.database.writing() as session:  # writing: that a record was opened is itself put on record
        record = roster.child_record(session, visit.person, child_id)
    back_to_the_group(visit, record, today)
    st.title(plain(record.name.full), anchor=False)
    st.text(_("Date of birth: {day}", day=format_date(record.born_on)))
    st.text(where(record, today))
    rows.link("card", _("Development card"), icon=":material/badge:", child=record.id)
    if visit.may(Permission.MANAGE_ROSTER):
        acts(record, today)
    show_places(visit, record)
    show_sets(visit, record)


def back_to_the_group(visit: Visit, record: ChildRecord, today: date) -> None:
    here = whereabouts(record, today).place or record.places[-1]
    if may(visit.person, Permission.READ_GROUP, group_id=here.group_id):
        rows.way_back("groups", here.group_name, group=here.group_id, year=here.begins)
    else:
        rows.way_back("groups", _("All groups"), year=here.begins)


def where(record: ChildRecord, today: date) -> str:
    here = whereabouts(record, today)
    if here.place is None and here.left_on is not None:
        return _("Left on {day}.", day=short_date(here.left_on))
    if here.place is None:
        return _("In no group of this school year.")
    values = {"group": here.place.group_name, "day": short_date(here.place.starts_on)}
    now = _("In the group “{group}” since {day}.", **values)
    if not here.is_there:
        now = _("Comes to the group “{group}” on {day}.", **values)
    return now if here.left_on is None else f"{now} {_('Leaves on {day}.', day=short_date(here.left_on))}"


def acts(record: ChildRecord, today: date) -> None:
    can_move = bool(open_places(record, today))
    with st.container(horizontal=True):
        if st.button(_("Correct"), icon=":material/edit:", key="correct_child"):
            child_acts.correct(record)
        if can_move and st.button(_("Move to another group"), icon=":material/swap_horiz:", key="transfer_child"):
            child_acts.transfer(record, today)
        if can_move and st.button(_("Mark as left"), icon=":material/logout:", key="leave_child"):
            child_acts.leave(record, today)
        if not can_move and st.button(_("Take back"), icon=":material/login:", key="come_back_child"):
            child_acts.come_back(record, today)
        if st.button(_("Added by mistake"), icon=":material/delete:", type="tertiary", key="remove_child"):
            child_acts.remove(record)


def show_places(visit: Visit, record: ChildRecord) -> None:
    st.header(_("Groups"), anchor=False)
    for begins, of_year in groupby(reversed(record.places), key=lambda place: place.begins):
        st.markdown(f"**{school_year(begins)}**")
        for place in of_year:
            show_place(visit, place)


def show_place(visit: Visit, place: Place) -> None:
    with rows.row(f"place_{place.group_id}_{place.starts_on}"):
        if may(visit.person, Permission.READ_GROUP, group_id=place.group_id):
            rows.link("groups", place.group_name, width=GROUP, group=place.group_id, year=place.begins)
        else:
            st.text(place.group_name, width=GROUP)
        st.text(days_of(place), width=DAYS)


def days_of(place: Place) -> str:
    since = short_date(place.starts_on)
    if place.ends_on is None:
        return _("since {since}", since=since)
    until = short_date(place.ends_on)
    if place.end_reason is EndReason.LEFT:
        return _("since {since}, left on {until}", since=since, until=until)
    return _("since {since}, in another group from {until}", since=since, until=until)


def show_sets(visit: Visit, record: ChildRecord) -> None:
    if not record.age_sets:
        return
    st.header(_("Sets of criteria"), anchor=False)
    st.caption(_("The age whose criteria the child is observed by at each stage, as a rule by the year of birth."))
    for sets in reversed(record.age_sets):
        with rows.row(f"sets_{sets.begins}"):
            st.text(school_year(sets.begins), width=YEAR)
            st.text(sets_in_words(sets), width=SETS)
            if visit.may(Permission.MANAGE_ROSTER) and st.button(_("Change the set"), key=f"set_age_{sets.begins}"):
                child_acts.set_age(record, sets)


def sets_in_words(sets: YearSets) -> str:
    if sets.start == sets.mid == sets.final is not None:
        return _("All year: {age}", age=rows.in_years(sets.final))
    ages = zip(STAGES.values(), (sets.start, sets.mid, sets.final), strict=True)
    return " · ".join(f"{stage}: {'—' if age is None else rows.in_years(age)}" for stage, age in ages)


visit = enter("child")
rows.style()
chosen = rows.id_in_address("id")
if chosen is None or visit.signed_in is None:
    st.switch_page(screen_at("groups").path)
with rows.or_way_back():
    show_child(visit, chosen, visit.signed_in.today)
