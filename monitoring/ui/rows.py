"""Lists that read well on a wide screen and on a phone: rows that wrap, links to a record, tables of plain text."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import escape
from pathlib import Path
from uuid import UUID

import streamlit as st

from monitoring.core.errors import Refusal
from monitoring.core.language import gettext as _
from monitoring.core.language import ngettext
from monitoring.lists.roster import GroupView
from monitoring.record.words import AGE_GROUPS
from monitoring.ui.screens import screen_at
from monitoring.ui.widgets import plain

_STYLE = Path(__file__).with_name("components") / "rows.css"


def style() -> None:
    """Give the screen the look of these lists."""
    st.html(_STYLE)


def link(address: str, label: str, *, icon: str | None = None, width: int | None = None, **query: UUID | int) -> None:
    """Draw a link to another screen; the label is shown as it is written, the query carries opaque ids only."""
    _link(address, label, icon, width, query)


def way_back(address: str, label: str, **query: UUID | int) -> None:
    """Draw the link to the list that a record belongs to."""
    with st.container(key=f"link_back_{address}"):
        _link(address, label, ":material/arrow_back:", None, query)


@contextmanager
def or_way_back() -> Iterator[None]:
    """Show a record inside; where it is not there, or not for this reader, say so and lead back to the groups."""
    try:
        yield
    except Refusal as refusal:
        way_back("groups", _("All groups"))
        st.error(str(refusal), icon=":material/error:")


def heads(cells: Sequence[tuple[str, int]], *, key: str) -> None:
    """Draw the heads over rows; a phone, where rows wrap, does without them."""
    with st.container(horizontal=True, gap="small", key=f"heads_{key}"):
        for text, width in cells:
            st.caption(text, width=width)


@contextmanager
def row(key: str) -> Iterator[None]:
    """Draw what is inside as one row that wraps where the screen is narrow."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key=f"row_{key}"):
        yield


def cells(texts: Sequence[tuple[str, int]]) -> None:
    """Draw the further cells of a row, each as wide as its head."""
    for text, width in texts:
        st.text(text, width=width)


def table(titles: Sequence[str], rows: Sequence[Sequence[str]], *, key: str) -> None:
    """Draw a table of text. Nothing in it is read as markup, whoever typed it."""
    head = "".join(f'<th scope="col">{escape(title)}</th>' for title in titles)
    body = "".join("<tr>" + "".join(f"<td>{escape(text)}</td>" for text in row) + "</tr>" for row in rows)
    with st.container(key=key):
        st.html(f'<table class="plain-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>')


def keep_address() -> None:
    """Write the address of this rerun into the browser: a link from a screen to itself leaves the old one there."""
    st.query_params.from_dict(st.query_params.to_dict())


def id_in_address(name: str) -> UUID | None:
    """Return the record that the address names, None where it names none."""
    try:
        return UUID(st.query_params.get(name, ""))
    except ValueError:
        return None


def in_years(age: int) -> str:
    return ngettext("{n} year old", "{n} years old", age)


def age_in_words(age: int | None) -> str:
    """Return an age to choose from, with the name the forms have for its groups; None: mixed."""
    return _("Mixed ages") if age is None else f"{in_years(age)} - {AGE_GROUPS[age]}"


def age_of_group(group: GroupView) -> str:
    return _("Mixed ages") if group.age is None else in_years(group.age)


def children_count(count: int) -> str:
    return ngettext("{n} child", "{n} children", count)


def _link(address: str, label: str, icon: str | None, width: int | None, query: Mapping[str, UUID | int]) -> None:
    st.page_link(
        screen_at(address).path,
        label=plain(label),
        icon=icon,
        width=width or "content",
        query_params={name: str(value) for name, value in query.items()},
    )
