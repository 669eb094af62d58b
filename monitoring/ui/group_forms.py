"""The dialogs in which the administrator adds a group, changes one, and removes an empty one.

A dialog runs by itself after its first drawing, so each begins by asking anew who is here.
"""

from dataclasses import dataclass

import streamlit as st

from monitoring import organisation
from monitoring.core.language import gettext as _
from monitoring.core.scale import AGES
from monitoring.lists import groups
from monitoring.lists.roster import GroupView
from monitoring.lists.years import YearView
from monitoring.record.models import TeachingLanguage
from monitoring.record.words import TEACHING_LANGUAGES
from monitoring.ui.frame import enter
from monitoring.ui.rows import age_in_words
from monitoring.ui.visit import Visit
from monitoring.ui.widgets import act_or_cancel, done, plain, refusals


@dataclass(frozen=True)
class GroupFields:
    """What stands in the fields of a group."""

    name: str
    age: int | None
    language: TeachingLanguage
    assesses_kazakh: bool


def add(visit: Visit, year: YearView) -> None:
    """Open the dialog for a new group of a year."""
    with visit.place.database.reading() as session:
        language = organisation.organisation_of(session, visit.person).language
    st.dialog(_("New group"))(_add)(year, language)


def change(_visit: Visit, group: GroupView) -> None:
    """Open the dialog that changes a group."""
    st.dialog(_("Change the group"))(_change)(group)


def remove(_visit: Visit, group: GroupView) -> None:
    """Open the dialog that removes a group in which nobody ever was."""
    st.dialog(_("Remove the group"))(_remove)(group)


def _add(year: YearView, language: TeachingLanguage) -> None:
    visit = enter("groups")
    typed = _sent(GroupFields("", 5, language, True), _("Add the group"))
    if typed is None:
        return
    with refusals():
        with visit.place.database.writing() as session:
            added = groups.add_group(session, visit.person, year.id, **vars(typed))
            group_id, name = added.id, added.name
        st.query_params["group"] = str(group_id)
        done(_("The group is added: {name}", name=plain(name)))


def _change(group: GroupView) -> None:
    visit = enter("groups")
    typed = _sent(GroupFields(group.name, group.age, group.language, group.assesses_kazakh), _("Save"))
    if typed is None:
        return
    with refusals():
        with visit.place.database.writing() as session:
            groups.change_group(session, visit.person, group.id, **vars(typed))
        done(_("The group is changed."))


def _remove(group: GroupView) -> None:
    visit = enter("groups")
    st.write(
        _(
            "The group “{name}” goes from the list, and with it the rights that were given for this group only.",
            name=plain(group.name),
        )
    )
    if not act_or_cancel(_("Remove the group"), key="remove_group_yes"):
        return
    with refusals():
        with visit.place.database.writing() as session:
            groups.remove_group(session, visit.person, group.id)
        del st.query_params["group"]
        done(_("The group is removed."))


def fields(now: GroupFields, prefix: str) -> GroupFields:
    """Draw the fields of a group with what they hold now, inside a form; return what stands in them."""
    ages: list[int | None] = [*reversed(AGES), None]
    name = st.text_input(
        _("Name of the group"), now.name, max_chars=groups.LONGEST_NAME, key=f"{prefix}_name", autocomplete="off"
    )
    age = st.selectbox(
        _("Age of the children"),
        ages,
        index=ages.index(now.age),
        format_func=age_in_words,
        key=f"{prefix}_age",
        placeholder=_("Choose"),
        filter_mode=None,
    )
    language = st.segmented_control(
        _("Language of instruction"),
        list(TeachingLanguage),
        default=now.language,
        format_func=lambda one: str(TEACHING_LANGUAGES[one]),
        required=True,
        key=f"{prefix}_language",
    )
    assesses = st.checkbox(
        _("The learning area “Kazakh language” is assessed in this group"),
        now.assesses_kazakh,
        key=f"{prefix}_assesses_kazakh",
    )
    return GroupFields(name, age, language or now.language, assesses)


def _sent(now: GroupFields, act: str) -> GroupFields | None:
    """Draw the form of a group; return what was typed once it is sent."""
    with st.form("group_form", border=False):
        typed = fields(now, "group")
        return typed if act_or_cancel(act, key="group_save", in_form=True) else None
