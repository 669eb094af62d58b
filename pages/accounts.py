"""Who has an account, with which roles, and how they get in. For the administrator, often the school secretary."""

from collections.abc import Iterator
from uuid import UUID
from zoneinfo import ZoneInfo

import streamlit as st

from monitoring import organisation
from monitoring.core.language import format_datetime, ngettext, short_date
from monitoring.core.language import gettext as _
from monitoring.people import staff
from monitoring.people.staff import Colleague, RoleHeld
from monitoring.record.models import Role, now
from monitoring.record.words import ROLES, may_do
from monitoring.ui import rows, slip, staff_forms
from monitoring.ui.frame import enter
from monitoring.ui.visit import Visit
from monitoring.ui.widgets import plain, refusals

NAME, POSITION, ROLES_HELD, STATE = 230, 190, 320, 170  # pixels: one line on a wide screen, wrapped on a phone


def show_all(visit: Visit) -> None:
    st.title(_("Accounts and rights"), anchor=False)
    slip.show(visit)
    with visit.place.database.reading() as session:
        everyone = staff.colleagues(session, visit.person)
    if st.button(_("Add a person"), type="primary", icon=":material/person_add:", key="add_person"):
        staff_forms.add()
    show_list(visit, [one for one in everyone if one.disabled_at is None], key="open")
    if len(everyone) == 1:
        st.info(_("So far you are alone here. Add the people who work with you: each gets a login of their own."))
    closed = [one for one in everyone if one.disabled_at is not None]
    if closed:
        with st.expander(ngettext("{n} closed account", "{n} closed accounts", len(closed)), key="closed_accounts"):
            show_list(visit, closed, key="closed")
    with st.expander(_("What each role may do"), key="roles_explained"):
        for role in Role:
            st.markdown(f"**{ROLES[role]}**: {may_do(role)}.")


def show_list(visit: Visit, people: list[Colleague], key: str) -> None:
    titles = ((_("Name"), NAME), (_("Position"), POSITION), (_("Roles"), ROLES_HELD), (_("Sign-in"), STATE))
    rows.heads(titles, key=key)
    for one in people:
        with rows.row(f"account_{one.id}"):
            rows.link("accounts", one.name, width=NAME, account=one.id)
            rows.cells(
                (
                    (one.position or _("no position given"), POSITION),
                    (roles_in_words(visit, one), ROLES_HELD),
                    (state_in_words(one), STATE),
                )
            )


def roles_in_words(visit: Visit, who: Colleague) -> str:
    return "\n".join(str(staff.in_words(held, visit.language)) for held in who.roles) or _("no role yet")


def state_in_words(who: Colleague) -> str:
    if who.disabled_at is not None:
        return _("closed")
    if who.one_time_until is None:
        return _("own password")
    return _("one-time password") if who.one_time_until > now() else _("one-time password has run out")


def show_one(visit: Visit, account_id: UUID) -> None:
    with visit.place.database.reading() as session:
        who = staff.colleague(session, visit.person, account_id)
        zone = ZoneInfo(organisation.organisation_of(session, visit.person).timezone)
    rows.way_back("accounts", _("All accounts"))
    st.title(plain(who.name), anchor=False)
    st.text(" · ".join(part for part in (who.position, _("Login: {login}", login=who.login)) if part))
    slip.show(visit)
    if st.button(_("Change name, position or login"), icon=":material/edit:", key="describe_person"):
        staff_forms.describe(who)
    if who.disabled_at is not None:
        show_closed(who, zone)
        return
    show_roles(visit, who)
    show_way_in(visit, who, zone)


def show_closed(who: Colleague, zone: ZoneInfo) -> None:
    assert who.disabled_at is not None, "an open account has its own screen"
    closed_at = format_datetime(who.disabled_at, zone)
    st.info(_("The account was closed on {moment}. What this person has recorded stays.", moment=closed_at))
    if st.button(_("Open the account again"), type="primary", key="reopen_account"):
        staff_forms.reopen(who)


def show_roles(visit: Visit, who: Colleague) -> None:
    st.header(_("Roles"), anchor=False)
    if not who.roles:
        st.info(_("No role yet: this person can sign in and sees nothing. Give a role."))
    for number, held in enumerate(who.roles):
        show_role(visit, who, held, number)
    if st.button(_("Give a role"), type="primary", icon=":material/add:", key="give_a_role"):
        staff_forms.give(who)


def show_role(visit: Visit, who: Colleague, held: RoleHeld, number: int) -> None:
    with rows.row(f"role_{number}"):
        st.text("\n".join([str(staff.in_words(held, visit.language)), *details(visit, held)]), width=NAME + ROLES_HELD)
        if st.button(_("Take back the role"), key=f"take_back_{number}"):
            staff_forms.take_back(who, held)


def details(visit: Visit, held: RoleHeld) -> Iterator[str]:
    """Say what the line about a role leaves out: the names of many groups and areas, a day that is still to come."""
    if len(held.groups) > staff.NAMED_AT_MOST:
        yield ", ".join(map(str, held.groups))
    if len(held.areas) > staff.NAMED_AT_MOST:
        yield ", ".join(area.name(visit.language) for area in held.areas)
    assert visit.signed_in is not None, "a screen is drawn for somebody"
    if held.starts_on > visit.signed_in.today:
        yield _("from {day} on", day=short_date(held.starts_on))


def show_way_in(visit: Visit, who: Colleague, zone: ZoneInfo) -> None:
    st.header(_("Sign-in"), anchor=False)
    mine = who.id == visit.person.account_id
    if mine:
        st.caption(_("This is your own account. You change your password in the menu."))
    elif who.one_time_until is not None:
        until = format_datetime(who.one_time_until, zone)
        st.caption(
            _("The one-time password works until {moment}.", moment=until)
            if who.one_time_until > now()
            else _("The one-time password ran out on {moment}. Give a new one.", moment=until)
        )
    with st.container(horizontal=True, key="way_in"):
        # One's own new password would be lost with the session that it ends.
        if not mine and st.button(_("New one-time password"), icon=":material/key:", key="new_password"):
            staff_forms.new_password(who)
        if st.button(_("End all sessions"), icon=":material/logout:", key="end_sessions"):
            staff_forms.end_sessions(who)
        if st.button(_("Close the account"), icon=":material/person_off:", key="close_account"):
            staff_forms.close(who)


visit = enter("accounts")
rows.style()
rows.keep_address()
chosen = rows.id_in_address("account")
with refusals():
    if chosen is None:
        show_all(visit)
    else:
        show_one(visit, chosen)
