"""The first step to a new school year: what each group becomes, which ones end, which are added."""

from dataclasses import replace
from enum import StrEnum
from uuid import UUID, uuid4

import streamlit as st

from monitoring.core.language import gettext as _
from monitoring.core.language import ngettext
from monitoring.core.scale import AGES
from monitoring.lists import plan_changes
from monitoring.lists.year_plan import NextGroup, NextYear
from monitoring.record.models import TeachingLanguage
from monitoring.record.words import TEACHING_LANGUAGES
from monitoring.ui.frame import enter
from monitoring.ui.group_forms import GroupFields, fields
from monitoring.ui.new_year_draft import Draft, draft, group_title, keep
from monitoring.ui.rows import children_count
from monitoring.ui.widgets import plain, refusals


class _Future(StrEnum):
    """What becomes of a group of the old year."""

    GOES_ON = "goes_on"
    LEAVES = "leaves"
    SHARED_OUT = "shared_out"


def draw(held: Draft) -> None:
    """Draw what each group becomes, with a way to change it and to add one."""
    st.write(_("Each group goes on a year older, with its children. Look through the list; usually little changes."))
    st.caption(_("If the name of a group says its age, change the name too."))
    for group in held.plan.groups:
        _row(held, group)
    if not held.plan.groups:
        st.info(_("There are no groups in {year}. Add those of the new year.", year=held.old_year))
    if any(group.finishing for group in held.plan.groups):
        st.caption(_("Do you take in new children where a group has left? Add a group for them; it begins empty."))
    if st.button(_("Add a group"), icon=":material/add:", key="next_group_add"):
        language = held.plan.groups[0].language if held.plan.groups else TeachingLanguage.RUSSIAN
        st.dialog(_("New group"))(_edit)(None, language)


def _row(held: Draft, group: NextGroup) -> None:
    with (
        st.container(border=True, key=f"next_group_{group.id}"),
        st.container(horizontal=True, vertical_alignment="center", gap="small"),
    ):
        with st.container(width="stretch", gap=None):
            st.markdown(_becomes(held, group))
            st.caption(_children_words(held, group))
        if st.button(_("Change"), key=f"next_group_change_{group.id}"):
            st.dialog(_("What becomes of the group") if group.predecessor_id else _("New group"))(_edit)(
                group.id, group.language
            )


def _becomes(held: Draft, group: NextGroup) -> str:
    new = f"**{plain(group_title(group))}**, {str(TEACHING_LANGUAGES[group.language]).lower()}"
    if group.predecessor_id is None:
        return _("New: {group}", group=new)
    old = held.old_group(group.predecessor_id)
    was = plain(group_title(old))
    if not group.finishing:
        return f"{was} → {new}"
    if plan_changes.leaves_as_a_whole(held.plan, group):
        return f"{was} → **{_('leaves')}** :material/school:"
    return f"{was} → **{_('ends, children go to other groups')}**"


def _children_words(held: Draft, group: NextGroup) -> str:
    coming = plan_changes.going_to(held.plan)[group.id]
    if group.predecessor_id is None:
        return _("No children yet") if not coming else children_count(coming)
    own = plan_changes.children_from(held.plan, group.predecessor_id)
    if group.finishing:
        undecided = plan_changes.counts(held.plan, own).undecided
        words = children_count(len(own))
        return f"{words}, {undecided_words(undecided)}" if undecided else words
    return _("{now} now, {next} in the new year", now=children_count(len(own)), next=coming)


def undecided_words(count: int) -> str:
    return ngettext("{n} without a group yet", "{n} without a group yet", count)


def _edit(group_id: UUID | None, language: TeachingLanguage) -> None:
    enter("years")
    held = draft()
    if held is None:
        return
    group = next((one for one in held.plan.groups if one.id == group_id), None)
    with st.form("next_group_form", border=False):
        future = _future_field(held, group) if group and group.predecessor_id else _Future.GOES_ON
        typed = _fields(group or NextGroup(uuid4(), None, "", _youngest(held), language))
        sent = st.form_submit_button(_("Save") if group else _("Add the group"), type="primary", key="next_group_save")
    removed = bool(group and not group.predecessor_id) and st.button(
        _("Do without this group"), key="next_group_remove"
    )
    if not sent and not removed:
        return
    with refusals():
        changed = _removed(held, group) if removed and group else _changed(held, group, future, typed)
        keep(replace(held, plan=changed))
        st.rerun()


def _youngest(held: Draft) -> int:
    """New children come to the youngest group: the age that a group for them has unless somebody says otherwise."""
    return min((age for age in held.ages_now.values() if age is not None), default=AGES[-1])


def _future_field(held: Draft, group: NextGroup) -> _Future:
    old = held.old_group(group.predecessor_id) if group.predecessor_id else None
    words = {
        _Future.GOES_ON: _("It goes on, as filled in below"),
        _Future.LEAVES: _("It leaves: the children go to school"),
        _Future.SHARED_OUT: _("It ends, and the children go to other groups; you choose in the next step"),
    }
    if not group.finishing:
        now = _Future.GOES_ON
    else:
        now = _Future.LEAVES if plan_changes.leaves_as_a_whole(held.plan, group) else _Future.SHARED_OUT
    if old is not None:
        st.write(_("Now: {group}", group=plain(group_title(old))))
    futures: list[_Future] = list(_Future)
    return st.radio(
        _("In the new year"),
        futures,
        index=futures.index(now),
        format_func=words.__getitem__,
        key=f"next_group_future_{group.id}",
    )


def _fields(now: NextGroup) -> NextGroup:
    held = GroupFields(now.name, now.age, now.language, now.assesses_kazakh)
    return replace(now, **vars(fields(held, f"next_group_{now.id}" if now.name else "next_group_new")))


def _removed(held: Draft, group: NextGroup) -> NextYear:
    return plan_changes.drop_group(held.plan, group.id, held.ages_now)


def _changed(held: Draft, group: NextGroup | None, future: _Future, typed: NextGroup) -> NextYear:
    if group is None:
        return plan_changes.add_group(held.plan, typed)
    if future is _Future.LEAVES:
        return plan_changes.finish_group(held.plan, group.id, held.ages_now)
    if future is _Future.SHARED_OUT:
        return plan_changes.drop_group(held.plan, group.id, held.ages_now)
    return plan_changes.change_group(held.plan, typed, held.ages_now)
