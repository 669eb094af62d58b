"""How an organisation changes its catalogue: takes it as a workbook, sends its own or takes the
one that ships, looks at what would change, loads.

A file with a problem is not loaded at all; every problem is named with its row.
"""

from dataclasses import dataclass

import streamlit as st

from monitoring.core.errors import Refusal
from monitoring.core.language import format_list, ngettext, school_year
from monitoring.core.language import gettext as _
from monitoring.core.scale import AGES
from monitoring.criteria import catalogue, catalogue_exchange
from monitoring.criteria.catalogue import Loaded
from monitoring.criteria.catalogue_file import (
    CatalogueDraft,
    CatalogueProblems,
    Problem,
    read_upload,
    shipped,
    write_xlsx,
)
from monitoring.lists.years import YearView
from monitoring.ui import rows
from monitoring.ui.visit import Visit
from monitoring.ui.widgets import Uploaded, done, plain, refusals, upload

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PROBLEMS_SHOWN = 100
_READ = "catalogue_read"


@dataclass(frozen=True)
class _Read:
    """A file that was sent: what loading it would do, or what is wrong with it."""

    name: str
    draft: CatalogueDraft | None
    foretold: Loaded | None
    problems: tuple[Problem, ...] = ()


def show(visit: Visit, year: YearView) -> None:
    """Draw the three steps: download, send, look and load."""
    read: _Read | None = st.session_state.get(_READ)
    if read is not None and read.draft is not None and read.foretold is not None:
        _show_summary(visit, read.name, read.draft, read.foretold)
        return
    st.write(
        _(
            "Download the workbook, change it in Excel, save it and load it here. "
            "You see what would change before anything is written."
        )
    )
    _download(visit, year)
    with refusals():
        sent = upload(_("Your catalogue: a workbook (.xlsx) or .toml"), accept=".xlsx,.toml", key="catalogue_file")
        if sent is not None:
            st.session_state.pop(_READ, None)
            st.session_state[_READ] = _read(visit, sent)
            st.rerun()
    if read is not None:
        _show_problems(read)
    _offer_shipped(visit)


def _offer_shipped(visit: Visit) -> None:
    """Draw the way to the catalogue that came with this version of the program: a newer one, or back to it."""
    st.subheader(_("The catalogue of the program"), anchor=False)
    st.write(
        ngettext(
            "{n} criterion for all ages comes with the program. It replaces the present ones; you see first what "
            "would change.",
            "{n} criteria for all ages come with the program. They replace the present ones; you see first what "
            "would change.",
            len(shipped().criteria),
        )
    )
    if st.button(_("Compare with the catalogue of the program"), key="catalogue_shipped"):
        with refusals():
            with visit.place.database.writing() as session:
                foretold = catalogue_exchange.rehearse(session, visit.person, shipped())
            st.session_state[_READ] = _Read(_("the catalogue of the program"), shipped(), foretold)
            st.rerun()


def _download(visit: Visit, year: YearView) -> None:
    with visit.place.database.reading() as session:
        draft = catalogue_exchange.draft_of(session, visit.person, year.id)
    st.download_button(
        _("Download the catalogue of {year} (.xlsx)", year=school_year(year.begins)),
        write_xlsx(draft, visit.language),
        file_name=f"catalogue-{school_year(year.begins)}.xlsx",
        mime=XLSX,
        icon=":material/download:",
        on_click="ignore",
        key="catalogue_download",
    )


def _read(visit: Visit, sent: Uploaded) -> _Read:
    try:
        draft = read_upload(sent.content, sent.name)
    except CatalogueProblems as found:
        return _Read(sent.name, None, None, found.problems)
    except Refusal as refusal:
        return _Read(sent.name, None, None, (Problem(sent.name, refusal.message),))
    try:
        with visit.place.database.writing() as session:
            return _Read(sent.name, draft, catalogue_exchange.rehearse(session, visit.person, draft))
    except Refusal as refusal:
        return _Read(sent.name, None, None, (Problem(sent.name, refusal.message),))


def _show_problems(read: _Read) -> None:
    count = len(read.problems)
    said = ngettext(
        "{name} was not loaded, nothing was changed. There is {n} problem in it. Put it right and send the file again.",
        "{name} was not loaded, nothing was changed. There are {n} problems in it. "
        "Put them right and send the file again.",
        count,
        name=plain(read.name),
    )
    st.error(said, icon=":material/error:")
    shown = [(str(one.where), str(one.message)) for one in read.problems[:PROBLEMS_SHOWN]]
    rows.table((_("Where"), _("What is wrong")), shown, key="catalogue_problems")
    if count > PROBLEMS_SHOWN:
        st.caption(_("These are the first {n}.", n=PROBLEMS_SHOWN))


def _show_summary(visit: Visit, name: str, draft: CatalogueDraft, foretold: Loaded) -> None:
    st.header(_("What will change"), anchor=False)
    st.text(_("From: {name}", name=name))
    counts = (
        (_("New criteria"), foretold.new),
        (_("Changed in wording or number"), foretold.reworded),
        (_("As before"), foretold.unchanged),
        (_("Withdrawn, since they are not in it"), foretold.withdrawn),
    )
    rows.table((_("Criteria"), _("Number")), [(what, str(count)) for what, count in counts], key="catalogue_counts")
    if draft.ages != AGES:
        st.write(_ages_in_words(draft))
    if foretold.new == foretold.reworded == foretold.withdrawn == 0:
        st.info(_("It says the same as the present catalogue does: there is nothing to load."))
        _go_back_button(_("Back"))
        return
    st.write(_years_in_words(foretold))
    with st.container(horizontal=True):
        if st.button(_("Load the catalogue"), type="primary", key="catalogue_load"):
            _load(visit, draft)
        _go_back_button(_("Do not load"))


def _go_back_button(label: str) -> None:
    if st.button(label, key="catalogue_cancel"):
        del st.session_state[_READ]
        st.rerun()


def _ages_in_words(draft: CatalogueDraft) -> str:
    ages = format_list(draft.ages)
    return _("The file is about these ages: {ages}. The criteria of other ages stay as they are.", ages=ages)


def _years_in_words(foretold: Loaded) -> str:
    if not foretold.years:
        return _(
            "There are marks in every school year, and those years keep their criteria. The next year takes these."
        )
    years = format_list(map(school_year, foretold.years))
    return _("These school years have no marks yet and take it at once: {years}. The others keep theirs.", years=years)


def _load(visit: Visit, draft: CatalogueDraft) -> None:
    with refusals():
        with visit.place.database.writing() as session:
            catalogue.load(session, visit.person, draft)
        del st.session_state[_READ]
        done(_("The catalogue is loaded."))
