"""The slip with a one-time password, shown to the administrator until it has been handed over.

The password stands in no address and in no log; a reload of the page loses it, and a new one is given then.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import streamlit as st
from streamlit.components.v2 import component

from monitoring import organisation
from monitoring.core.language import format_datetime
from monitoring.core.language import gettext as _
from monitoring.people.staff import Colleague
from monitoring.ui.visit import Visit
from monitoring.ui.widgets import plain

_FOLDER = Path(__file__).with_name("components")
_SLIP = "one_time_slip"


@dataclass(frozen=True)
class _Slip:
    name: str
    login: str
    password: str
    until: datetime


def keep(who: Colleague, password: str) -> None:
    """Keep a one-time password for the next drawing of the screen, in this session of the browser alone."""
    assert who.one_time_until is not None, "a one-time password has an end"
    st.session_state[_SLIP] = _Slip(who.name, who.login, password, who.one_time_until)


def show(visit: Visit) -> None:
    """Draw the slip that is to be handed over, if there is one."""
    slip: _Slip | None = st.session_state.get(_SLIP)
    if slip is None:
        return
    with visit.place.database.reading() as session:
        here = organisation.organisation_of(session, visit.person)
    with st.container(border=True, key="slip"):
        st.header(_("One-time password for {name}", name=plain(slip.name)), anchor=False)
        st.markdown(_("Write it down, copy or print it now: **it is shown only this once** and kept nowhere."))
        _draw(slip, here.name, format_datetime(slip.until, ZoneInfo(here.timezone)))
        if st.button(_("Handed over, hide it"), type="primary", key="slip_done"):
            del st.session_state[_SLIP]
            st.rerun()


def _draw(slip: _Slip, organisation_name: str, until: str) -> None:
    advice = _("At the first sign-in the program asks for a password of your own. This one works only once.")
    lines = (
        (_("Organisation"), organisation_name, False),
        (_("Name"), slip.name, False),
        (_("Login"), slip.login, True),
        (_("One-time password"), slip.password, True),
        (_("Works until"), until, False),
    )
    _slip(
        key="one_time_slip_component",
        data={
            "lines": [list(line) for line in lines],
            "text": "\n".join([*(f"{name}: {value}" for name, value, _large in lines), advice]),
            "words": {
                "print": _("Print"),
                "copy": _("Copy"),
                "copied": _("Copied."),
                "notCopied": _("It could not be copied. Write it down."),
                "advice": advice,
            },
        },
    )


_slip = component(
    "monitoring_slip",
    js=(_FOLDER / "slip.js").read_text("utf-8"),
    css=(_FOLDER / "slip.css").read_text("utf-8"),
)
