"""Small pieces that several screens share: what was done and what was refused, days, years, files.

Streamlit's own date picker and uploader speak English inside; these take their place.
"""

import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import streamlit as st
from streamlit.components.v2 import component

from monitoring.core.errors import Refusal
from monitoring.core.language import gettext as _
from monitoring.core.language import message, school_year, short_date
from monitoring.core.table_file import MAX_BYTES
from monitoring.lists import years
from monitoring.lists.child_list import as_date
from monitoring.lists.years import YearView
from monitoring.ui.visit import Visit

_FOLDER = Path(__file__).with_name("components")
_NOTICE = "notice"
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:])")


@dataclass(frozen=True)
class Uploaded:
    """A file that a person has just chosen."""

    name: str
    content: bytes


@contextmanager
def refusals() -> Iterator[None]:
    """Show a refusal of the acts inside where this stands; nothing of the act was written then."""
    try:
        yield
    except Refusal as refusal:
        st.error(str(refusal), icon=":material/error:")


def done(text: str) -> None:
    """Say what was done, after a rerun that shows the screen as it is now. Does not return."""
    st.session_state[_NOTICE] = text
    st.rerun()


def notice() -> None:
    """Show once what the last act has done; the frame calls this on every screen."""
    text = st.session_state.pop(_NOTICE, None)
    if text:
        st.toast(text, icon=":material/check:")


def act_or_cancel(
    act: str, *, key: str, in_form: bool = False, disabled: bool = False, cancel: str | None = None
) -> bool:
    """Draw the main button of a dialog and beside it the one that closes it; return whether the act was asked for."""
    button = st.form_submit_button if in_form else st.button
    with st.container(horizontal=True, gap="small"):
        asked = button(act, type="primary", disabled=disabled, key=key)
        if button(cancel or _("Cancel"), key=f"{key}_cancel"):
            st.rerun()
    return asked


def capital(text: str) -> str:
    """Return a text that begins a line: its first letter capital, the rest as it is."""
    return text[:1].upper() + text[1:]


def plain(text: str) -> str:
    """Return a text that markdown shows letter by letter: a name with a star stays a name."""
    return _MARKDOWN.sub(r"\\\1", text)


def day_field(label: str, value: date | None = None, *, key: str | None = None, help: str | None = None) -> str:
    """Draw a field for a day, typed as дд.мм.гггг; read it with `day_of` inside `refusals`."""
    return st.text_input(
        label,
        short_date(value) if value else "",
        placeholder=_("dd.mm.yyyy"),
        max_chars=10,
        key=key,
        help=help,
        autocomplete="off",
    )


def day_of(typed: str) -> date:
    """Return the day that was typed, or raise Refusal with how to write it."""
    try:
        day = as_date(typed)
    except ValueError:
        day = None
    if day is None:
        raise Refusal(message("Write the day like this: 05.09.2026."))
    return day


def choose_year(visit: Visit) -> YearView:
    """Draw the choice of school year and return the one chosen; it stands in the address, so a reload keeps it."""
    with visit.place.database.reading() as session:
        known = years.years(session, visit.person)
    current = years.current_of(known, visit.today)
    assert current is not None, "an organisation is founded with a school year"
    begins = [year.begins for year in known]
    asked = st.query_params.get("year", "")
    held = int(asked) if asked.isdigit() and int(asked) in begins else current.begins
    if len(known) > 1:
        chosen = st.selectbox(
            _("School year"),
            begins,
            index=begins.index(held),
            format_func=school_year,
            key=f"chosen_year_{held}",  # the address decides: another one, and the way back, find no older choice here
            placeholder=_("School year"),
            width=220,
        )
        if chosen != held:
            st.query_params["year"] = str(chosen)
            st.rerun()
    return next(year for year in known if year.begins == held)


def upload(label: str, *, accept: str, key: str) -> Uploaded | None:
    """Draw a place to drop or choose a file, `accept` as in HTML; return the file in the rerun that brings it."""
    result = _upload(
        key=key,
        data={
            "accept": accept,
            "most": MAX_BYTES,
            "words": {
                "label": label,
                "choose": _("Choose a file"),
                "drop": _("or drop it here"),
                "tooLarge": _("The file is too large."),
            },
        },
        on_file_change=lambda: None,
    )
    sent = getattr(result, "file", None)
    if not sent:
        return None
    try:
        return Uploaded(str(sent["name"]), b64decode(sent["content"], validate=True))
    except (Base64Error, KeyError, TypeError) as error:
        raise Refusal(message("The file did not arrive whole. Choose it once more.")) from error


_upload = component(
    "monitoring_upload",
    js=(_FOLDER / "upload.js").read_text("utf-8"),
    css=(_FOLDER / "upload.css").read_text("utf-8"),
)
