"""The third step to a new school year: whose rights go on for which group, and by which criteria it works."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby
from uuid import UUID

import streamlit as st

from monitoring.core.language import current_language, ngettext
from monitoring.core.language import gettext as _
from monitoring.core.names import sort_key
from monitoring.core.scale import StartSet
from monitoring.lists import plan_changes
from monitoring.lists.year_plan import NextGrant, Wordings
from monitoring.record.words import ROLES
from monitoring.ui.frame import enter
from monitoring.ui.new_year_draft import Draft, draft, group_title, keep
from monitoring.ui.widgets import plain

_MOST_NAMES = 4


def draw(held: Draft) -> Draft:
    """Draw the rights for groups, the wordings and the set of the start stage; return the draft as it is now."""
    st.header(_("Who works with which group"), anchor=False)
    _grants(held)
    st.header(_("Criteria of the new year"), anchor=False)
    return _criteria(held)


def carried_words(held: Draft) -> list[str]:
    """Return how many people have a group in the new year and how many no longer have one, without what is nought."""
    on = {grant.account_id for grant in held.plan.grants if grant.to_group_id is not None}
    without = {grant.account_id for grant in held.plan.grants} - on
    lines = [
        (
            len(on),
            ngettext(
                "{n} person works with groups of the new year", "{n} people work with groups of the new year", len(on)
            ),
        ),
        (len(without), ngettext("{n} person has no group yet", "{n} people have no group yet", len(without))),
    ]
    return [words for number, words in lines if number]


def wording_words(held: Draft) -> str:
    if not held.differing or held.plan.wordings is Wordings.SAME:
        return _("as in {year}", year=held.old_year)
    return _("the newest")


def start_set_words(start_set: StartSet) -> str:
    return {
        StartSet.OWN: _("The set of the child's own age, as at the other stages"),
        StartSet.PREVIOUS: _("The set of the age before: what the child could do a year ago"),
    }[start_set]


def _grants(held: Draft) -> None:
    if not held.plan.grants:
        st.info(_("No account has rights for a single group. Rights for all groups go on by themselves."))
        return
    st.write(_("Teachers go with their groups. Rights for all groups go on by themselves and are not listed here."))
    with_group = {grant.account_id for grant in held.plan.grants if grant.to_group_id}
    # Whoever has no group in the new year comes first: there is something to decide.
    in_order = sorted(
        held.plan.grants,
        key=lambda one: (one.account_id in with_group, sort_key(one.account_name), str(one.account_id)),
    )
    for account_id, grants in groupby(in_order, key=lambda one: one.account_id):
        _account(held, account_id, list(grants))


def _account(held: Draft, account_id: UUID, grants: list[NextGrant]) -> None:
    with (
        st.container(border=True, key=f"next_rights_{account_id}"),
        st.container(horizontal=True, vertical_alignment="center", gap="small"),
    ):
        with st.container(width="stretch", gap=None):
            st.markdown(f"**{plain(grants[0].account_name)}**")
            for line in _lines(held, grants):
                st.markdown(line)
        if st.button(_("Change"), key=f"next_rights_change_{account_id}"):
            st.dialog(_("Rights in the new year"))(_edit)(account_id)


def _lines(held: Draft, grants: list[NextGrant]) -> Iterable[str]:
    new = {group.id: group.name for group in plan_changes.made_groups(held.plan)}

    def in_words(grant: NextGrant) -> str:
        return _role_words(held, grant)

    for role, of_role in groupby(sorted(grants, key=in_words), key=in_words):
        listed = list(of_role)
        names = [new[one.to_group_id] for one in listed if one.to_group_id]
        ending = [held.old_group(one.from_group_id).name for one in listed if not one.to_group_id]
        if names:
            yield f"{plain(role)}: {_names(names)}"
        if ending:
            words = _("does not go on, the group ends: {groups}", groups=_names(ending))
            yield f"{plain(role)}: :orange[{words}]"


def _names(names: list[str]) -> str:
    distinct = list(dict.fromkeys(names))
    if len(distinct) > _MOST_NAMES:
        return ngettext("{n} group", "{n} groups", len(distinct))
    return ", ".join(_("“{name}”", name=plain(name)) for name in distinct)


def _edit(account_id: UUID) -> None:
    enter("years")
    held = draft()
    if held is None:
        return
    grants = [one for one in held.plan.grants if one.account_id == account_id]
    with st.form("next_rights_form", border=False):
        st.write(
            _("The rights for the groups of {year} stay as they are; these are added to them.", year=held.old_year)
        )
        chosen = {one.grant_id: _target(held, one) for one in grants}
        sent = st.form_submit_button(_("Save"), type="primary", key="next_rights_save")
    if sent:
        keep(replace(held, plan=plan_changes.carry(held.plan, chosen)))
        st.rerun()


def _target(held: Draft, grant: NextGrant) -> UUID | None:
    made = {group.id: group for group in plan_changes.made_groups(held.plan)}
    targets: list[UUID | None] = [*made, None]
    now = plain(held.old_group(grant.from_group_id).name)
    return st.selectbox(
        _("{role}, now “{group}”", role=plain(_role_words(held, grant)), group=now),
        targets,
        index=targets.index(grant.to_group_id),
        # An option of a list is shown letter by letter, so nothing is to be escaped here.
        format_func=lambda group_id: group_title(made[group_id]) if group_id else _("Does not go on"),
        key=f"next_right_{grant.grant_id}",
        placeholder=_("Choose"),
        filter_mode=None,
    )


def _criteria(held: Draft) -> Draft:
    wordings, start_set = held.plan.wordings, held.plan.start_set
    if held.differing:
        st.write(
            ngettext(
                "Since this school year began, {n} criterion of the catalogue has changed.",
                "Since this school year began, {n} criteria of the catalogue have changed.",
                held.differing,
            )
        )
        words = {
            Wordings.NEWEST: _("The newest wordings (usual)"),
            Wordings.SAME: _("The same as in {year}", year=held.old_year),
        }
        kinds: list[Wordings] = list(Wordings)
        wordings = st.radio(
            _("Wordings of the criteria"),
            kinds,
            index=kinds.index(wordings),
            format_func=words.__getitem__,
            key="next_wordings",
        )
    else:
        st.write(_("The catalogue has not changed since this school year began, so there is nothing to choose."))
    sets: list[StartSet] = list(StartSet)
    start_set = st.radio(
        _("Set of criteria at the start control"),
        sets,
        index=sets.index(start_set),
        format_func=start_set_words,
        key="next_start_set",
    )
    changed = replace(held, plan=replace(held.plan, wordings=wordings, start_set=start_set))
    if changed != held:
        keep(changed)
    return changed


def _role_words(held: Draft, grant: NextGrant) -> str:
    role = str(ROLES[grant.role])
    if grant.area_key is None:
        return role
    name_ru, name_kk = held.areas[grant.area_key]
    return f"{role} ({name_kk if current_language() == 'kk' else name_ru})"
