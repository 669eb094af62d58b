"""How many children are at which level, as bars of a hundred percent, and groups by learning areas as a heat map.

For the screens of the summary, drawn from the very tables that stand beside them (`results.summary`). Plain dicts for
plotly, which nothing validates but the tests and Streamlit; what the colours mean stands beside the figure in words.
"""

from collections.abc import Mapping, Sequence
from html import escape
from textwrap import wrap
from typing import Any, Final
from uuid import UUID

import pandas as pd

from monitoring.core.language import format_percent
from monitoring.core.language import gettext as _
from monitoring.core.scale import Level
from monitoring.figures.palette import EDGE, INK, LEVEL_COLOURS, NO_LEVEL, ON_LEVEL
from monitoring.results.summary import at_two_and_three

NAMES: Final = 168  # pixels left of the bars, the same on a phone
LETTERS: Final = 22  # of a name in a line there
LINE, ROW = 17, 30  # pixels of a line of a name, of a bar with its room at the least
NARROW: Final = 16  # percent: a narrower part of a bar has its count alone

GROUP_NAMES: Final = 130  # pixels left of the map, as the style sheet has it
HEADS: Final = 136  # pixels over it
CELL: Final = 46  # pixels of its rows
SHADES: Final = ((0, "#f1f6f8"), (1, "#45a2be"))  # darker is more, in grey print too; INK is read on both


def stacked_bars(names: Sequence[str], counts: pd.DataFrame) -> dict[str, Any]:
    """Return a bar for each row of `counts` (the columns of summary.COUNTS), named in the same order, downwards.

    A part of a bar is a level with how many of the assessed are at it; where nobody was assessed the bar says so.
    """
    labels = ["<br>".join(map(escape, wrap(name, LETTERS))) for name in names]
    heights = [max(ROW, LINE * (label.count("<br>") + 1) + 8) for label in labels]
    places = [-(sum(heights[:at]) + height / 2) for at, height in enumerate(heights)]
    widths = [min(height - 8, ROW) for height in heights]
    return {
        "data": [
            *(_part(level, places, widths, counts) for level in Level),
            _nobody(places, widths, counts),
        ],
        "layout": {
            "height": sum(heights) + 4,
            "barmode": "stack",
            "margin": {"l": NAMES, "r": 2, "t": 2, "b": 2, "autoexpand": False},
            "showlegend": False,
            "dragmode": False,
            "uniformtext": {"minsize": 11, "mode": "hide"},
            "xaxis": {"range": [0, 100], "visible": False, "fixedrange": True},
            "yaxis": {
                "range": [-sum(heights), 0],
                "tickvals": places,
                "ticktext": labels,
                "tickfont": {"size": 13},
                "showgrid": False,
                "zeroline": False,
                "fixedrange": True,
                "automargin": False,
                "title": {"text": ""},
            },
        },
    }


def heat_map(levels: pd.DataFrame, groups: Mapping[UUID, str], subjects: Mapping[str, str]) -> dict[str, Any]:
    """Return groups by subjects, both named and in the order given: the percent of the assessed at II and III.

    `levels` has a row for a group and a subject (`group_id`, `key` and summary.COUNTS). A cell where nobody was
    assessed stays white with a dash.
    """
    drawn: list[Any] = list(levels.itertuples(index=False))
    found = {(row.group_id, row.key): row for row in drawn}
    rows = [[found.get((group, key)) for key in subjects] for group in groups]
    return {
        "data": [
            {
                "type": "heatmap",
                "x": list(range(len(subjects))),
                "y": list(range(len(groups))),
                "z": [[_reached(row) for row in line] for line in rows],
                "zmin": 0,
                "zmax": 100,
                "colorscale": [list(shade) for shade in SHADES],
                "showscale": False,
                "xgap": 2,
                "ygap": 2,
                "hoverinfo": "skip",
            }
        ],
        "layout": {
            "height": HEADS + CELL * len(groups),
            "margin": {"l": GROUP_NAMES, "r": 2, "t": HEADS, "b": 2, "autoexpand": False},
            "dragmode": False,
            "plot_bgcolor": "#ffffff",
            "xaxis": _axis([_head(name) for name in subjects.values()]) | {"side": "top", "tickangle": -90},
            "yaxis": _axis([_head(name) for name in groups.values()]) | {"autorange": "reversed"},
            "annotations": [
                _in_cell(across, down, row) for down, line in enumerate(rows) for across, row in enumerate(line)
            ],
        },
    }


def _part(level: Level, places: Sequence[float], widths: Sequence[int], counts: pd.DataFrame) -> dict[str, Any]:
    percents, children = counts[f"percent_{level.value}"].tolist(), counts[f"level_{level.value}"].tolist()
    return {
        **_bar(places, widths, percents),
        "text": [_count(*one) for one in zip(children, percents, strict=True)],
        "insidetextfont": {"color": ON_LEVEL[level], "size": 13},
        "marker": {"color": LEVEL_COLOURS[level], "line": {"color": EDGE, "width": 1}},
    }


def _nobody(places: Sequence[float], widths: Sequence[int], counts: pd.DataFrame) -> dict[str, Any]:
    """Return the bars of the rows in which nobody was assessed."""
    empty = [not assessed for assessed in counts["assessed"]]
    return {
        **_bar(places, widths, [100 if one else 0 for one in empty]),
        "text": [_("not assessed") if one else "" for one in empty],
        "insidetextfont": {"color": INK, "size": 13},
        "marker": {"color": NO_LEVEL, "line": {"color": EDGE, "width": [1 if one else 0 for one in empty]}},
    }


def _bar(places: Sequence[float], widths: Sequence[int], lengths: Sequence[int]) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "x": list(lengths),
        "y": list(places),
        "width": list(widths),
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "hoverinfo": "skip",
    }


def _count(children: int, percent: int) -> str:
    if not children:
        return ""
    return f"{children} ({format_percent(percent)})" if percent >= NARROW else str(children)


def _axis(labels: Sequence[str]) -> dict[str, Any]:
    return {
        "tickvals": list(range(len(labels))),
        "ticktext": list(labels),
        "tickfont": {"size": 13},
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
        "automargin": False,
        "title": {"text": ""},
    }


def _head(name: str) -> str:
    return "<br>".join(map(escape, wrap(name, 18)))


def _reached(row: Any) -> int | None:
    """Return the percent of the assessed at II and III, None where nobody was assessed."""
    if row is None or not row.assessed:
        return None
    return at_two_and_three((row.level_1, row.level_2, row.level_3))[1]


def _in_cell(across: int, down: int, row: Any) -> dict[str, Any]:
    percent = _reached(row)
    text = "—"
    if percent is not None:
        of_assessed = _("{n} of {all}", n=row.level_2 + row.level_3, all=row.assessed)
        text = f"<b>{format_percent(percent)}</b><br>{of_assessed}"
    return {
        "x": across,
        "y": down,
        "text": text,
        "showarrow": False,
        "font": {"size": 12, "color": INK},
    }
