"""The template of the development card: which one is in use, how to take it, change it in Word and put it back."""

from zoneinfo import ZoneInfo

import streamlit as st

from monitoring import templates
from monitoring.core.language import format_datetime
from monitoring.core.language import gettext as _
from monitoring.record.models import Document
from monitoring.ui.visit import Visit
from monitoring.ui.widgets import done, plain, refusals, upload


def show(visit: Visit, timezone: str) -> None:
    """Draw the template in use and the ways to another one."""
    st.header(_("Template of the development card"), anchor=False)
    with visit.place.database.reading() as session:
        own = templates.own(session, visit.person, Document.CARD)
    if own is None:
        st.write(_("The cards are printed by the form that comes with the program."))
    else:
        since = format_datetime(own.at, ZoneInfo(timezone))
        name = plain(own.file_name)
        st.write(_("The cards are printed by your template “{name}”, since {day}.", name=name, day=since))
    st.caption(
        _(
            "To change the layout take the template, change it in Word (fonts, widths, a heading of yours), leave the "
            "fields in double curly brackets as they are, and put the file back here. PDF keeps the official layout."
        )
    )
    st.link_button(_("Take the template"), "/export/template", icon=":material/download:")
    with refusals():
        sent = upload(_("Put a template in place (DOCX)"), accept=".docx", key="card_template")
        if sent is not None:
            with visit.place.database.writing() as session:
                templates.replace(session, visit.person, Document.CARD, file_name=sent.name, content=sent.content)
            done(_("The template is in place. Print one card and look at it."))
    if own is not None and st.button(_("Back to the form of the program"), key="template_drop"):
        with refusals():
            with visit.place.database.writing() as session:
                templates.drop(session, visit.person, Document.CARD)
            done(_("The cards are printed by the form of the program again."))
