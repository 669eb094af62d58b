"""How the organisation is called on its forms, what it is, and its first language of instruction."""

import streamlit as st

from monitoring import organisation
from monitoring.core.language import gettext as _
from monitoring.record.models import Organisation, OrganisationKind, TeachingLanguage
from monitoring.record.words import KINDS, TEACHING_LANGUAGES
from monitoring.ui import rows, template_form
from monitoring.ui.frame import enter
from monitoring.ui.visit import Visit
from monitoring.ui.widgets import done, refusals

LONGEST_NAME = 300  # as the columns of `organisations`


def change(visit: Visit, present: Organisation) -> None:
    kinds, languages = list(OrganisationKind), list(TeachingLanguage)
    with st.form("organisation_form", border=False):
        name = st.text_input(
            _("Name in Russian, as it is printed on the forms"),
            present.name,
            max_chars=LONGEST_NAME,
            key="organisation_name",
            autocomplete="off",
        )
        name_kk = st.text_input(
            _("Name in Kazakh, as it is printed on the forms"),
            present.name_kk or "",
            max_chars=LONGEST_NAME,
            key="organisation_name_kk",
            help=_("Where it is empty, Kazakh forms carry the first name."),
            autocomplete="off",
        )
        kind = st.selectbox(
            _("Kind"),
            kinds,
            index=kinds.index(present.kind),
            format_func=lambda one: str(KINDS[one]),
            key="organisation_kind",
            placeholder=_("Choose"),
            filter_mode=None,
        )
        language = st.segmented_control(
            _("Language of instruction"),
            languages,
            default=present.language,
            format_func=lambda one: str(TEACHING_LANGUAGES[one]),
            required=True,
            key="organisation_language",
            help=_("Most groups; each group can have its own."),
        )
        sent = st.form_submit_button(_("Save"), type="primary", key="organisation_save")
    if sent:
        save(visit, name, name_kk, kind, language or present.language)


def save(visit: Visit, name: str, name_kk: str, kind: OrganisationKind, language: TeachingLanguage) -> None:
    with refusals():
        with visit.place.database.writing() as session:
            organisation.describe(session, visit.person, name=name, name_kk=name_kk, kind=kind, language=language)
        done(_("Saved."))


visit = enter("organisation")
rows.style()
st.title(_("My organisation"), anchor=False)
with visit.place.database.reading() as session:
    present = organisation.organisation_of(session, visit.person)
with st.container(width=640):
    change(visit, present)
    template_form.show(visit, present.timezone)
