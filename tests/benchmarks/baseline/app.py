"""Two small screens that save each key by a rerun: a grid that looks as the sheet does, and Streamlit's own editor.

The program's screens are served beside them, so that other people can work on the same server. What is typed goes
into a table of its own, each rerun in a transaction, with the time at which it was on record.
"""

import os
import sqlite3
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import streamlit as st
from streamlit.components.v2 import component

from monitoring.ui.application import SWITCH_INTERVAL_S
from monitoring.ui.screens import SCREENS

CSS = Path(__file__).parents[3] / "monitoring" / "ui" / "components" / "sheet.css"
ROWS, COLUMNS = 25, 7
TABLE = """CREATE TABLE IF NOT EXISTS typed
    (run TEXT, place TEXT, level INTEGER NOT NULL, at REAL NOT NULL, PRIMARY KEY (run, place))"""
WRITE = """INSERT INTO typed (run, place, level, at) VALUES (?, ?, ?, ?)
    ON CONFLICT (run, place) DO UPDATE SET level = excluded.level, at = excluded.at"""


@st.cache_resource
def record() -> sqlite3.Connection:
    made = sqlite3.connect(os.environ["BASELINE_DATABASE"], isolation_level=None, check_same_thread=False, timeout=30)
    made.execute("PRAGMA journal_mode = WAL")
    made.execute("PRAGMA synchronous = FULL")
    made.execute(TABLE)
    return made


def write(levels: Mapping[str, int]) -> None:
    """Put levels on record by their places, «row column»; the time is that just before they are."""
    run = st.query_params["run"]
    record().execute("BEGIN IMMEDIATE")
    record().executemany(WRITE, [(run, place, level, time.time()) for place, level in levels.items()])
    record().execute("COMMIT")


def on_record() -> dict[str, int]:
    rows = record().execute("SELECT place, level FROM typed WHERE run = ?", (st.query_params["run"],))
    return dict(rows.fetchall())


def grid() -> None:
    GRID(
        key="grid",
        data={"rows": ROWS, "columns": COLUMNS, "levels": on_record()},
        on_typed_change=lambda: write(st.session_state["grid"]["typed"]),
    )


def editor() -> None:
    empty = pd.DataFrame({str(column + 1): pd.array([None] * ROWS, dtype="Int64") for column in range(COLUMNS)})
    level = st.column_config.NumberColumn(min_value=1, max_value=3, step=1)
    st.data_editor(
        empty,
        key="editor",
        on_change=write_edited,
        column_config=dict.fromkeys(empty.columns, level),
        hide_index=True,
        height="content",
    )


def write_edited() -> None:
    edited: Mapping[int, Mapping[str, int]] = st.session_state["editor"]["edited_rows"]
    known = on_record()
    places = {f"{row} {int(name) - 1}": level for row, cells in edited.items() for name, level in cells.items()}
    write({place: level for place, level in places.items() if known.get(place) != level})


GRID = component(
    "baseline_grid",
    js=Path(__file__).with_name("grid.js").read_text("utf-8"),
    css=CSS.read_text("utf-8"),
)

sys.setswitchinterval(SWITCH_INTERVAL_S)  # as in the program
st.set_page_config(layout="wide")
screens = [st.Page(one.path, url_path=one.address, default=not one.address) for one in SCREENS]
st.navigation([*screens, st.Page(grid), st.Page(editor)], position="hidden").run()
