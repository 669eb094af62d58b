"""The steps to a new school year: groups, children, rights and criteria, and a summary with the one button.

For the head of a kindergarten in August, who does it once a year and may go back as often as needed: nothing is
written before the last button, and what it writes can be undone until the first mark.
"""

from dataclasses import replace
from datetime import date
from pathlib import Path

import streamlit as st
from streamlit.components.v2 import component

from monitoring.core.errors import Conflict
from monitoring.core.language import gettext as _
from monitoring.core.language import ngettext, school_year, short_date
from monitoring.lists import new_year, plan_changes
from monitoring.lists.years import YearView, year_of
from monitoring.record.words import STAGES, TEACHING_LANGUAGES
from monitoring.ui import new_year_children, new_year_groups, new_year_rights
from monitoring.ui.new_year_draft import (
    LAST_STEP,
    Draft,
    age_in_short,
    begin,
    bring_up_to_date,
    draft,
    forget,
    go,
    keep,
    leave,
)
from monitoring.ui.rows import table
from monitoring.ui.visit import Visit
from monitoring.ui.widgets import done, refusals

_FOLDER = Path(__file__).with_name("components")
_STYLE = _FOLDER / "new_year.css"
_SUMMER = range(6, 10)  # when a year is usually prepared; September is for those who are late


def invite(visit: Visit, old: YearView) -> None:
    """Draw the way to the year after this one: begin a plan, or go on with the one begun."""
    held = draft()
    if held is not None and held.plan.from_year_id == old.id:
        _go_on_or_drop(held)
        return
    now = today(visit)
    if old.begins > year_of(now):
        return
    year = school_year(old.begins + 1)
    st.header(_("New school year {year}", year=year), anchor=False)
    st.write(
        _(
            "In four short steps: the groups go on a year older, the children with them, teachers keep their groups. "
            "You look through it and press one button. It can be undone until the first mark of the new year."
        )
    )
    if now.month not in _SUMMER and old.begins == year_of(now):
        st.info(
            _(
                "This is usually done in August. Children who come or leave after the preparation have to be "
                "entered in both years."
            )
        )
    if st.button(_("Prepare {year}", year=year), type="primary", key="next_begin"):
        with refusals():
            begin(visit, old)
            st.rerun()


def draw(visit: Visit, held: Draft) -> None:
    """Draw the open step of a plan."""
    step = held.step
    st.html(_STYLE)
    st.title(_("New school year {year}", year=held.year), anchor=False)
    st.caption(
        _(
            "Nothing is written before the last step. This plan lives while the page is open: if you reload it, "
            "you begin the plan again."
        )
    )
    _steps(visit, held, step)
    if held.lists_changed:
        st.info(
            _(
                "The lists of {year} have changed meanwhile. The plan follows them: check the numbers.",
                year=held.old_year,
            )
        )
    held = _draw_step(visit, held, step)
    _back_and_forth(visit, held, step)
    _to_top(key="next_to_top", data={"place": f"{step} {new_year_children.shown_group() if step == 2 else ''}"})


def today(visit: Visit) -> date:
    """Return the organisation's day for whoever is signed in."""
    assert visit.signed_in is not None, "a screen is drawn for somebody"
    return visit.signed_in.today


def _go_on_or_drop(held: Draft) -> None:
    st.header(_("New school year {year}", year=held.year), anchor=False)
    st.write(_("You have begun a plan. Nothing of it is written yet: it is lost if you reload or close the page."))
    with st.container(horizontal=True):
        if st.button(_("Go on with the plan"), type="primary", key="next_continue"):
            go(held, held.step)
        with st.popover(_("Throw the plan away"), key="next_throw_away"):
            st.write(_("What you have chosen is lost then. Nothing else changes."))
            if st.button(_("Throw away"), key="next_throw_away_yes"):
                forget()
                st.rerun()


def _draw_step(visit: Visit, held: Draft, step: int) -> Draft:
    match step:
        case 1:
            new_year_groups.draw(held)
        case 2:
            return new_year_children.draw(held)
        case 3:
            return new_year_rights.draw(held)
        case _:
            _summary(visit, held)
    return held


def _steps(visit: Visit, held: Draft, now: int) -> None:
    with st.container(horizontal=True, gap="small", key="next_steps"):
        for step, name in enumerate(_step_names(), start=1):
            label = f"{step}\\. {name}"
            if step == now:
                st.button(label, key=f"next_step_{step}")
            elif st.button(label, type="tertiary", key=f"next_step_{step}"):
                _go_on(visit, held, step)


def _step_names() -> tuple[str, ...]:
    return (_("Groups"), _("Children"), _("Rights and criteria"), _("Summary"))


def _back_and_forth(visit: Visit, held: Draft, step: int) -> None:
    st.divider()
    with st.container(horizontal=True, gap="small"):
        if step > 1 and st.button(_("Back"), key="next_back"):
            _go_on(visit, held, step - 1)
        if step < LAST_STEP and st.button(
            _("Next: {step}", step=_step_names()[step].lower()), type="primary", key="next_next"
        ):
            _go_on(visit, held, step + 1)
        if st.button(_("Leave for now"), type="tertiary", key="next_leave"):
            leave(held)


def _go_on(visit: Visit, held: Draft, step: int) -> None:
    with refusals():
        go(bring_up_to_date(visit, held), step)


# --- the summary ------------------------------------------------------------------------------------------------


def _summary(visit: Visit, held: Draft) -> None:
    st.write(_("This is how {year} will begin. In {old} nothing changes.", year=held.year, old=held.old_year))
    _lines(held)
    _groups(held)
    undecided = plan_changes.counts(held.plan).undecided
    if undecided:
        st.warning(
            ngettext(
                "{n} child has no group in the new year yet. Choose one in step 2.",
                "{n} children have no group in the new year yet. Choose one for each in step 2.",
                undecided,
            )
        )
    st.caption(_("You can undo this until the first mark or note of the new year, on the page “School year”."))
    if st.button(
        _("Prepare {year}", year=held.year),
        type="primary",
        disabled=bool(undecided),
        key="next_prepare",
    ):
        _prepare(visit, held)


def _lines(held: Draft) -> None:
    groups = plan_changes.made_groups(held.plan)
    new = sum(group.predecessor_id is None for group in groups)
    ended = sum(group.finishing for group in held.plan.groups)
    group_words = [
        ngettext("{n} group", "{n} groups", len(groups)),
        ngettext("{n} of them new", "{n} of them new", new) if new else "",
        ngettext("{n} group of today ends", "{n} groups of today end", ended) if ended else "",
    ]
    lines = [
        (_("Groups"), [words for words in group_words if words]),
        (_("Children"), new_year_children.counts_words(plan_changes.counts(held.plan)) or [_("none")]),
        (_("Rights"), new_year_rights.carried_words(held) or [_("for all groups, as before")]),
        (_("Wordings of the criteria"), [new_year_rights.wording_words(held)]),
        (_("Start control"), [new_year_rights.start_set_words(held.plan.start_set)]),
        (_("Control dates"), [f"{short_date(one.control_on)} ({STAGES[one.stage]})" for one in held.plan.stages]),
    ]
    st.markdown("\n".join(f"- **{head}**: {', '.join(words)}" for head, words in lines))


def _groups(held: Draft) -> None:
    going = plan_changes.going_to(held.plan)
    rows = [
        (group.name, age_in_short(group.age), str(TEACHING_LANGUAGES[group.language]), str(going[group.id]))
        for group in plan_changes.made_groups(held.plan)
    ]
    if rows:
        table((_("Group"), _("Age"), _("Language"), _("Children")), rows, key="next_groups")
    else:
        st.warning(_("The new year has no group. Add one in step 1, or later on the page “Groups and children”."))


def _prepare(visit: Visit, held: Draft) -> None:
    with refusals():
        try:
            with visit.place.database.writing() as session:
                year = new_year.prepare(session, visit.person, held.plan)
        except Conflict:
            # What was decided is not lost: the plan follows the lists, and the person looks once more.
            keep(bring_up_to_date(visit, replace(held, lists_changed=True)))
            st.rerun()
        forget()
        st.query_params["year"] = str(year.begins)
        done(_("The school year {year} is prepared.", year=held.year))


_to_top = component("monitoring_to_top", js=(_FOLDER / "to_top.js").read_text("utf-8"))
