"""The dialogs in which an administrator adds a person, gives and takes back roles, and looks after the way in.

A dialog runs by itself after its first drawing, so each begins by asking anew who is here.
"""

from dataclasses import dataclass
from uuid import UUID

import streamlit as st

from monitoring.core.language import gettext as _
from monitoring.criteria import catalogue
from monitoring.criteria.catalogue import AreaView
from monitoring.people import accounts, staff
from monitoring.people.staff import Colleague, GroupName, RoleHeld
from monitoring.record.models import InterfaceLanguage, Role
from monitoring.record.words import ROLES, may_do
from monitoring.ui import slip
from monitoring.ui.frame import enter
from monitoring.ui.visit import Visit
from monitoring.ui.widgets import act_or_cancel, done, plain, refusals

LONGEST_NAME, LONGEST_LOGIN = 200, 80  # as the columns of `accounts`


@dataclass(frozen=True)
class _Reach:
    """A role that was chosen, with its groups and learning areas; None: all of them."""

    role: Role
    groups: tuple[UUID, ...] | None
    areas: tuple[str, ...] | None


def add() -> None:
    """Open the dialog for a new person."""
    st.dialog(_("New person"))(_add)()


def give(who: Colleague) -> None:
    """Open the dialog that gives a person a role."""
    st.dialog(_("Give a role"))(_give)(who)


def take_back(who: Colleague, held: RoleHeld) -> None:
    """Open the dialog that takes a role back, or a part of it."""
    st.dialog(_("Take back the role"))(_take_back)(who, held)


def describe(who: Colleague) -> None:
    """Open the dialog that changes how a person is called."""
    st.dialog(_("Name, position, login"))(_describe)(who)


def new_password(who: Colleague) -> None:
    """Open the dialog that gives a new one-time password."""
    st.dialog(_("New one-time password"))(_new_password)(who)


def end_sessions(who: Colleague) -> None:
    """Open the dialog that ends a person's sessions."""
    st.dialog(_("End all sessions"))(_end_sessions)(who)


def close(who: Colleague) -> None:
    """Open the dialog that closes an account."""
    st.dialog(_("Close the account"))(_close)(who)


def reopen(who: Colleague) -> None:
    """Open the dialog that opens a closed account again."""
    st.dialog(_("Open the account again"))(_reopen)(who)


def _add() -> None:
    visit = enter("accounts")
    with visit.place.database.reading() as session:
        taken = [one.login for one in staff.colleagues(session, visit.person)]
    name = st.text_input(_("Full name"), max_chars=LONGEST_NAME, key="new_name", autocomplete="off")
    position = st.text_input(
        _("Position"),
        max_chars=LONGEST_NAME,
        key="new_position",
        placeholder=_("for example, Kazakh language teacher"),
        autocomplete="off",
    )
    proposed = staff.proposed_login(name, taken)
    login = st.text_input(
        _("Login"),
        max_chars=LONGEST_LOGIN,
        key="new_login",
        placeholder=proposed,
        help=_("A short word to sign in with. Leave it empty to take the one proposed in grey."),
        autocomplete="off",
    )
    reach = _reach(visit, "new")
    if not act_or_cancel(_("Add and get the password"), key="new_save"):
        return
    with refusals():
        with visit.place.database.writing() as session:
            account, password = accounts.create_account(
                session,
                visit.person,
                login=login.strip() or proposed,
                name=name,
                position=position,
                language=InterfaceLanguage(visit.language),
                grants=staff.new_grants(reach.role, groups=reach.groups, areas=reach.areas),
            )
            slip.keep(staff.colleague(session, visit.person, account.id), password)
        done(_("The account is made: {name}", name=plain(account.name)))


def _give(who: Colleague) -> None:
    visit = enter("accounts")
    st.text(who.name)
    reach = _reach(visit, "give")
    if not act_or_cancel(_("Give the role"), key="give_save"):
        return
    with refusals():
        with visit.place.database.writing() as session:
            staff.give_role(session, visit.person, who.id, reach.role, groups=reach.groups, areas=reach.areas)
        done(_("The role is given."))


def _reach(visit: Visit, key: str) -> _Reach:
    """Draw the choice of a role, and where it may be limited, of groups and learning areas."""
    with visit.place.database.reading() as session:
        groups = staff.groups_to_give(session, visit.person)
        areas = catalogue.areas(session, visit.person)
    roles = list(Role)
    role = st.selectbox(
        _("Role"),
        roles,
        index=0,
        format_func=lambda one: str(ROLES[one]),
        key=f"{key}_role",
        placeholder=_("Choose"),
        filter_mode=None,
    )
    st.caption(_("What this role may do: {acts}.", acts=str(may_do(role))))
    return _Reach(role, _chosen_groups(role, groups, key), _chosen_areas(visit, role, areas, key))


def _chosen_groups(role: Role, groups: tuple[GroupName, ...], key: str) -> tuple[UUID, ...] | None:
    if role not in staff.BY_GROUP:
        return None
    if not groups:
        st.caption(_("There are no groups yet, so the role holds for all groups that will be added."))
        return None
    names = {group.id: plain(str(group)) for group in groups}
    somewhere = role in (Role.TEACHER, Role.PSYCHOLOGIST)
    if not _some_of(_("Groups"), _("All groups"), _("Some groups"), f"{key}_where_{role}", somewhere):
        return None
    chosen = st.pills(
        _("Which groups"), list(names), selection_mode="multi", format_func=names.__getitem__, key=f"{key}_groups"
    )
    return tuple(chosen)


def _chosen_areas(visit: Visit, role: Role, areas: list[AreaView], key: str) -> tuple[str, ...] | None:
    if role not in staff.BY_AREA:
        return None
    names = {area.key: plain(area.name(visit.language)) for area in areas}
    if not _some_of(_("Learning areas"), _("All learning areas"), _("Some learning areas"), f"{key}_what", True):
        return None
    chosen = st.pills(
        _("Which learning areas"),
        list(names),
        selection_mode="multi",
        format_func=names.__getitem__,
        key=f"{key}_areas",
    )
    return tuple(chosen)


def _some_of(label: str, every: str, some: str, key: str, by_default: bool) -> bool:
    """Draw the choice between all and some; return whether it is some."""
    return (
        st.segmented_control(
            label,
            [False, True],
            default=by_default,
            format_func=lambda one: some if one else every,
            required=True,
            key=key,
        )
        is True
    )


def _take_back(who: Colleague, held: RoleHeld) -> None:
    visit = enter("accounts")
    st.text(f"{who.name}\n{staff.in_words(held, visit.language)}")
    chosen: list[UUID] = [group.id for group in held.groups]
    if len(held.groups) > 1:
        names = {group.id: plain(str(group)) for group in held.groups}
        chosen = st.pills(
            _("In which groups"),
            chosen,
            selection_mode="multi",
            default=chosen,
            format_func=names.__getitem__,
            key="take_back_groups",
        )
    st.caption(_("The role ends today. What this person has recorded stays."))
    if not act_or_cancel(_("Take back the role"), key="take_back_save"):
        return
    with refusals():
        with visit.place.database.writing() as session:
            staff.take_back_role(session, visit.person, held.grants_in(chosen))
        done(_("The role is taken back."))


def _describe(who: Colleague) -> None:
    visit = enter("accounts")
    with st.form("describe_form", border=False):
        name = st.text_input(_("Full name"), who.name, max_chars=LONGEST_NAME, key="describe_name", autocomplete="off")
        position = st.text_input(
            _("Position"), who.position, max_chars=LONGEST_NAME, key="describe_position", autocomplete="off"
        )
        login = st.text_input(_("Login"), who.login, max_chars=LONGEST_LOGIN, key="describe_login", autocomplete="off")
        sent = act_or_cancel(_("Save"), key="describe_save", in_form=True)
    if not sent:
        return
    with refusals():
        with visit.place.database.writing() as session:
            accounts.describe(session, visit.person, who.id, login=login, name=name, position=position)
        done(_("Saved."))


def _new_password(who: Colleague) -> None:
    visit = enter("accounts")
    st.text(who.name)
    st.write(_("The present password stops working at once, and this person is signed out everywhere."))
    if not act_or_cancel(_("Give a one-time password"), key="new_password_save"):
        return
    with refusals():
        with visit.place.database.writing() as session:
            password = accounts.give_one_time_password(session, visit.person, who.id)
            slip.keep(staff.colleague(session, visit.person, who.id), password)
        done(_("The one-time password is ready."))


def _end_sessions(who: Colleague) -> None:
    visit = enter("accounts")
    st.text(who.name)
    st.write(_("This person is signed out on every computer and telephone and can sign in again with the password."))
    if not act_or_cancel(_("End all sessions"), key="end_sessions_save"):
        return
    with refusals():
        with visit.place.database.writing() as session:
            accounts.end_sessions(session, visit.person, who.id)
        done(_("All sessions are ended."))


def _close(who: Colleague) -> None:
    visit = enter("accounts")
    st.text(who.name)
    st.write(_("Nobody can sign in with this account any more. What was recorded stays; it can be opened again."))
    if who.id == visit.person.account_id:
        st.warning(_("This is your own account: you will be signed out at once."))
    if not act_or_cancel(_("Close the account"), key="close_save"):
        return
    with refusals():
        with visit.place.database.writing() as session:
            accounts.close_account(session, visit.person, who.id)
        done(_("The account is closed."))


def _reopen(who: Colleague) -> None:
    visit = enter("accounts")
    st.text(who.name)
    st.write(_("The account gets a new one-time password and the roles it had."))
    if not act_or_cancel(_("Open the account again"), key="reopen_save"):
        return
    with refusals():
        with visit.place.database.writing() as session:
            password = accounts.reopen_account(session, visit.person, who.id)
            slip.keep(staff.colleague(session, visit.person, who.id), password)
        done(_("The account is open again."))
