"""The second step to a new school year: where each child goes, one group of the old year at a time."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import streamlit as st

from monitoring.core.language import gettext as _
from monitoring.core.language import ngettext
from monitoring.lists import plan_changes
from monitoring.lists.plan_changes import UNDECIDED, Choice, Counts, choice_of
from monitoring.lists.year_plan import NextChild
from monitoring.ui.new_year_draft import Draft, choice_words, keep
from monitoring.ui.rows import children_count, in_years
from monitoring.ui.widgets import plain

_GROUP, _WANTED, _ALL, _CHILD = "next_from_group", "next_from_group_wanted", "next_all", "next_child"


def draw(held: Draft) -> Draft:
    """Draw the children of the chosen group with what becomes of them; return the draft as it is now."""
    groups = [group.id for group in held.old if plan_changes.children_from(held.plan, group.id)]
    if not groups:
        st.info(_("There are no children in {year}. Nothing is to be chosen here.", year=held.old_year))
        return held
    held = _as_chosen(held)
    _counts_in_sight(held)
    wanted = st.session_state.pop(_WANTED, st.session_state.get(_GROUP))
    # Said anew at each drawing: the numbers in its line change, and the browser knows a choice by its line.
    st.session_state[_GROUP] = wanted if wanted in groups else _first_undecided(held, groups)
    chosen = st.selectbox(
        _("Group of {year}", year=held.old_year),
        groups,
        format_func=lambda group_id: _group_line(held, group_id),
        key=_GROUP,
        placeholder=_("Choose"),
        filter_mode=None,
    )
    _children(held, chosen)
    _next_group(held, groups, chosen)
    return held


def shown_group() -> UUID | None:
    """Return the group whose children are drawn."""
    shown = st.session_state.get(_GROUP)
    return shown if isinstance(shown, UUID) else None


def counts_words(count: Counts) -> list[str]:
    """Return what becomes of how many, the undecided first, without what is nought."""
    lines = [
        (count.undecided, ngettext("{n} without a group yet", "{n} without a group yet", count.undecided)),
        (count.with_group, ngettext("{n} goes with the group", "{n} go with the group", count.with_group)),
        (count.to_another, ngettext("{n} goes to another group", "{n} go to another group", count.to_another)),
        (count.kept_back, ngettext("{n} stays another year", "{n} stay another year", count.kept_back)),
        (count.released, ngettext("{n} leaves", "{n} leave", count.released)),
    ]
    return [words for number, words in lines if number]


def _as_chosen(held: Draft) -> Draft:
    """Take over what has just been chosen, before anything is drawn, so that every count is of now."""
    shown = [child for child in held.plan.children if f"{_CHILD}_{child.child_id}" in st.session_state]
    decided = {
        child.child_id: typed
        for child in shown
        if isinstance(typed := st.session_state[f"{_CHILD}_{child.child_id}"], Choice) and typed != choice_of(child)
    }
    for_all = st.session_state.get(f"{_ALL}_{shown[0].from_group_id}") if shown else None
    if isinstance(for_all, Choice) and for_all != plan_changes.common_choice(shown):
        decided = {child.child_id: for_all for child in shown}
    if not decided:
        return held
    changed = replace(held, plan=plan_changes.decide(held.plan, decided))
    keep(changed)
    return changed


def _counts_in_sight(held: Draft) -> None:
    count = plan_changes.counts(held.plan)
    with st.container(key="next_counts"):
        words = [f"**{children_count(count.all)}**", *counts_words(count)]
        if count.undecided:
            words[1] = f":red[**{words[1]}**]"
        st.markdown(" · ".join(words))


def _group_line(held: Draft, group_id: UUID) -> str:
    children = plan_changes.children_from(held.plan, group_id)
    words = ", ".join(counts_words(plan_changes.counts(held.plan, children)))
    return f"{held.old_group(group_id).name}: {words}"


def _children(held: Draft, group_id: UUID) -> None:
    children = plan_changes.children_from(held.plan, group_id)
    _choice(
        held,
        group_id,
        plan_changes.choices_for_all(held.plan, children, held.ages_now),
        plan_changes.common_choice(children),
        label=_("The whole group at once"),
        key=f"{_ALL}_{group_id}",
        placeholder=_("Differs, see below"),
    )
    st.caption(_("And here the exceptions, one by one:"))
    usual = Counter(map(choice_of, children)).most_common(1)[0][0]
    for child in children:
        name, choice = st.columns([2, 3], vertical_alignment="center", gap="small")
        name.markdown(_name(held, child, stands_out=choice_of(child) != usual))
        with choice:
            _choice(
                held,
                group_id,
                plan_changes.choices(held.plan, child, held.ages_now),
                None if choice_of(child) == UNDECIDED else choice_of(child),
                label=_("What becomes of {name}", name=plain(child.name.full)),
                key=f"{_CHILD}_{child.child_id}",
                placeholder=_("Choose a group"),
                in_list=True,
            )


def _name(held: Draft, child: NextChild, *, stands_out: bool) -> str:
    """The age stands beside the name only where it is not that of the group; an exception is bold."""
    name = f"**{plain(child.name.full)}**" if stands_out else plain(child.name.full)
    return name if held.ages_now[child.from_group_id] == child.age_now else f"{name} :gray[({in_years(child.age_now)})]"


def _choice(
    held: Draft,
    group_id: UUID,
    options: Sequence[Choice],
    now: Choice | None,
    *,
    label: str,
    key: str,
    placeholder: str,
    in_list: bool = False,
) -> None:
    st.session_state[key] = now
    st.selectbox(
        label,
        options,
        index=0 if now else None,
        format_func=lambda choice: choice_words(held, group_id, choice),
        key=key,
        placeholder=placeholder,
        label_visibility="collapsed" if in_list else "visible",
        filter_mode=None,
    )


def _first_undecided(held: Draft, groups: Sequence[UUID]) -> UUID:
    asked_about = {child.from_group_id for child in held.plan.children if choice_of(child) == UNDECIDED}
    return next((group_id for group_id in groups if group_id in asked_about), groups[0])


def _next_group(held: Draft, groups: Sequence[UUID], chosen: UUID) -> None:
    following = groups[groups.index(chosen) + 1 :]
    if following and st.button(
        _("Next group: {name}", name=plain(held.old_group(following[0]).name)), key="next_from_group_next"
    ):
        st.session_state[_WANTED] = following[0]
        st.rerun()
