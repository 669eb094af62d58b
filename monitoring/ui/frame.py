"""What frames every screen: the visitor, the banner over invented data, the menu's end with the way out."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from html import escape
from pathlib import Path
from urllib.parse import urlencode, urlsplit
from uuid import UUID

import streamlit as st
from streamlit.components.v2 import component

from monitoring.core.language import LANGUAGE_NAMES, nmessage, plural_forms, set_language
from monitoring.core.language import gettext as _
from monitoring.ui.screens import screen_at
from monitoring.ui.sheet_routes import code_address
from monitoring.ui.visit import Visit, main_place, visit_of

_FOLDER = Path(__file__).with_name("components")
_STYLE = f"<style>{(_FOLDER / 'frame.css').read_text('utf-8')}</style>"
_to_top = component("monitoring_place", js=(_FOLDER / "to_top.js").read_text("utf-8"))
_menu_end = component(
    "monitoring_menu",
    js=(_FOLDER / "menu.js").read_text("utf-8"),
    css=(_FOLDER / "menu.css").read_text("utf-8"),
)
_handed_over: ContextVar[Visit | None] = ContextVar("handed_over", default=None)


def here() -> Visit:
    """Return the visit of this rerun and speak its language; without a session show the way to the door and stop."""
    visit = visit_of(st.context.cookies.to_dict(), st.context.headers.get("accept-language", ""))
    set_language(visit.language)
    if visit.signed_in is None or visit.signed_in.must_change_password:
        _way_to_the_door()
        st.stop()
    return visit


@contextmanager
def handing_over(visit: Visit) -> Iterator[None]:
    """Let the screen that is drawn inside have this visit, which was looked up for this very rerun."""
    token = _handed_over.set(visit)
    try:
        yield
    finally:
        _handed_over.reset(token)


def enter(address: str) -> Visit:
    """Begin a screen: return the visit, or stop where this account may not open it.

    A dialog or fragment that runs by itself is a rerun of its own: there it is looked up anew.
    """
    visit = _handed_over.get() or here()
    if not visit.may(screen_at(address).permission):
        st.error(_("Your account does not have the rights for this page."))
        st.stop()
    return visit


def banner(visit: Visit) -> None:
    """Say on every screen that the data is invented, where it is, and that the program is away, while it is."""
    st.html(_STYLE)
    cut = _("No connection with the program. This screen goes on by itself when it is back.")
    st.html(f'<div class="cut" role="alert">{cut}</div>')
    if visit.place.is_demo:
        st.html(
            f'<div class="demo-banner" role="note">{_("Demonstration: all people and marks here are invented")}</div>'
        )


def menu(visit: Visit) -> None:
    """Draw the end of the menu: who is signed in, the language, the password, the way out."""
    assert visit.signed_in is not None, "a screen is drawn for somebody"
    with st.sidebar:
        _menu_end(
            key="menu",
            data={
                "name": visit.signed_in.name,
                "organisation": visit.signed_in.organisation_name,
                "formToken": visit.form_token,
                "language": visit.language,
                "languages": dict(LANGUAGE_NAMES),
                "code": code_address(),
                "installation": str(visit.place.installation_id),
                "account": str(visit.person.account_id),
                "inDemo": visit.place.is_demo and visit.place != main_place(),
                "builtIn": _built_in_words(),
                "words": {
                    "language": _("Language"),
                    "password": _("Change password"),
                    "signOut": _("Sign out"),
                    "leaveDemo": _("Leave the demonstration"),
                    "undecided": plural_forms(
                        nmessage("{n} mark waits for your decision", "{n} marks wait for your decision", 1)
                    ),
                    "leave": plural_forms(
                        nmessage(
                            "{n} mark is not saved yet. It waits in this browser until you sign in here again. "
                            "Leave all the same?",
                            "{n} marks are not saved yet. They wait in this browser until you sign in here again. "
                            "Leave all the same?",
                            1,
                        )
                    ),
                },
            },
            on_anew_change=_begin_anew,
        )


def begin_at_top(address: str) -> None:
    """Bring a screen and each record opened in it to its top; a rerun of the same place stays where it is."""
    records = [value for value in st.query_params.values() if _is_id(value)]
    with st.sidebar:
        _to_top(key="place", data={"place": " ".join((address, *records))})


def _begin_anew() -> None:
    """Leave the record, or the year, that the address names."""
    st.query_params.clear()


def _is_id(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True


def _built_in_words() -> dict[str, str]:
    """Return what Streamlit says in English by itself, with our words for it; an ending space: only its start."""
    return {
        "Skip to main content": _("Go to the content"),
        "App pages": _("Screens"),
        "Sidebar": _("Menu"),
        "Collapse sidebar": _("Close the menu"),
        "Expand sidebar": _("Open the menu"),
        "Close": _("Close"),
        "Open": _("Open the list"),
        "Clear all": _("Clear all"),
        "Clear value": _("Clear"),
        "Help for ": _("Help: "),
        "Link to heading": _("Link to this heading"),
        "Show password text": _("Show the password"),
        "Hide password text": _("Hide the password"),
    }


def _way_to_the_door() -> None:
    st.warning(_("Your session has ended. What was saved before is safe."))
    # The browser asks for this very address anew: the gate leads on to the door, or in, if somebody has signed in
    # in another tab by now; st.page_link would not ask.
    here = f"{urlsplit(st.context.url or '/').path}?{urlencode(st.query_params.to_dict())}"
    st.markdown(f'<a href="{escape(here)}" target="_self">{_("Sign in again")}</a>', unsafe_allow_html=True)
