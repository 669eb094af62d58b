"""The way of a child from stage to stage, a row a learning area: where it began, where it stands, against itself alone.

For the screen of the card, drawn from the levels that the card shows. Read downwards in a row: start, mid, final;
further right is a higher level. A plain dict for plotly, which nothing validates at each rerun but the tests.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from textwrap import wrap
from typing import Any, Final

from monitoring.core.language import gettext as _
from monitoring.core.scale import STAGES, Level, Stage
from monitoring.figures.palette import EDGE, LEVEL_COLOURS
from monitoring.record.words import LEVEL_WORDS, STAGE_WORDS
from monitoring.results.directions import DirectionView
from monitoring.results.levels import Result

NAMES: Final = 168  # pixels left of the axis, the same on a phone
LETTERS: Final = 24  # of a name in a line there
ROW, HEAD, AXIS = 34, 30, 44  # pixels of an area, of a direction's name over its areas, of the axis
DOWNWARDS: Final[Mapping[Stage, float]] = {Stage.START: 0.27, Stage.MID: 0.0, Stage.FINAL: -0.27}
DOTS: Final[Mapping[Stage, int]] = {Stage.START: 9, Stage.MID: 9, Stage.FINAL: 14}
FALLEN: Final = "#b3541e"


@dataclass(frozen=True)
class AreaWay:
    """A learning area with its levels, stage by stage, where it has one."""

    name: str
    levels: tuple[tuple[Stage, Level], ...]

    @property
    def growth(self) -> int:
        """Return by how many levels the last one is above the first."""
        return self.levels[-1][1] - self.levels[0][1]


@dataclass(frozen=True)
class DirectionWay:
    name: str
    areas: tuple[AreaWay, ...]


def ways(
    results: Mapping[Stage, Result], directions: Sequence[DirectionView], language: str
) -> tuple[DirectionWay, ...]:
    """Return the ways through the learning areas that have a level at any stage, by direction."""
    found = []
    for direction in directions:
        areas = [AreaWay(area.name(language), _levels(results, area.key)) for area in direction.areas]
        if known := tuple(area for area in areas if area.levels):
            found.append(DirectionWay(direction.name(language), known))
    return tuple(found)


def in_words(of_directions: Sequence[DirectionWay]) -> str:
    """Return how many learning areas stand higher at their last level than at their first, the same, or lower."""
    compared = [area.growth for direction in of_directions for area in direction.areas if len(area.levels) > 1]
    if not compared:
        return _("There is one stage with levels so far, and nothing to compare it with.")
    return _(
        "From the first level to the last, of {all} learning areas: higher {up}, the same {same}, lower {down}.",
        all=len(compared),
        up=sum(one > 0 for one in compared),
        same=sum(one == 0 for one in compared),
        down=sum(one < 0 for one in compared),
    )


def to_listen(of_directions: Sequence[DirectionWay]) -> str:
    """Return the figure as text, for those who cannot see it."""
    lines = [
        f"{area.name}: " + ", ".join(f"{STAGE_WORDS[stage]} {level.name}" for stage, level in area.levels)
        for direction in of_directions
        for area in direction.areas
    ]
    return "; ".join(lines)


def figure(of_directions: Sequence[DirectionWay]) -> dict[str, Any]:
    """Return the figure as plotly takes it: {"data": ..., "layout": ...}."""
    heads, rows, lowest = _places(of_directions)
    return {
        "data": [*_lines(rows), *(_dots(stage, rows) for stage in STAGES)],
        "layout": {
            "height": AXIS + ROW * len(rows) + HEAD * len(heads),
            "margin": {"l": NAMES, "r": 8, "t": AXIS - 8, "b": 8, "autoexpand": False},
            "showlegend": False,
            "hovermode": "closest",
            "dragmode": False,
            "xaxis": {
                "range": [0.6, 3.4],
                "tickvals": [level.value for level in Level],
                "ticktext": [f"{level.name} {LEVEL_WORDS[level]}" for level in Level],
                "side": "top",
                "showgrid": True,
                "zeroline": False,
                "fixedrange": True,
                "title": {"text": ""},
            },
            "yaxis": {
                "range": [lowest - 0.5, 0.5],
                "tickvals": [at for at, _area in rows],
                "ticktext": ["<br>".join(map(escape, wrap(area.name, LETTERS))) for _at, area in rows],
                "showgrid": False,
                "zeroline": False,
                "fixedrange": True,
                "automargin": False,
                "title": {"text": ""},
            },
            "annotations": [_head(at, name) for at, name in heads],
        },
    }


def _levels(results: Mapping[Stage, Result], area_key: str) -> tuple[tuple[Stage, Level], ...]:
    derived = [(stage, results[stage].areas.get(area_key)) for stage in STAGES if stage in results]
    return tuple((stage, one.level) for stage, one in derived if one is not None and one.level is not None)


def _places(
    of_directions: Sequence[DirectionWay],
) -> tuple[list[tuple[float, str]], list[tuple[float, AreaWay]], float]:
    """Return where the heads and the areas stand on the axis downwards, a row each, and where it ends."""
    heads: list[tuple[float, str]] = []
    rows: list[tuple[float, AreaWay]] = []
    at = 0.0
    for direction in of_directions:
        heads.append((at - HEAD / ROW / 2 + 0.5, direction.name))
        at -= HEAD / ROW
        for area in direction.areas:
            rows.append((at, area))
            at -= 1
    return heads, rows, at + 1


def _lines(rows: Sequence[tuple[float, AreaWay]]) -> Iterator[dict[str, Any]]:
    """Yield the steps between stages: plain ones, and those to a lower level, dashed."""
    for has_fallen in (False, True):
        xs: list[int | None] = []
        ys: list[float | None] = []
        for at, area in rows:
            for (earlier, before), (later, after) in pairwise(area.levels):
                if (after < before) is has_fallen:
                    xs += [before.value, after.value, None]
                    ys += [at + DOWNWARDS[earlier], at + DOWNWARDS[later], None]
        line = {"color": FALLEN, "width": 2.5, "dash": "dot"} if has_fallen else {"color": EDGE, "width": 2}
        yield {"type": "scatter", "mode": "lines", "x": xs, "y": ys, "line": line, "hoverinfo": "skip"}


def _dots(stage: Stage, rows: Sequence[tuple[float, AreaWay]]) -> dict[str, Any]:
    points = [(at + DOWNWARDS[stage], area.name, dict(area.levels)[stage]) for at, area in rows if _has(area, stage)]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [level.value for _at, _name, level in points],
        "y": [at for at, _name, _level in points],
        "text": [f"{escape(name)}<br>{STAGE_WORDS[stage]}: {level.name}" for _at, name, level in points],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "size": DOTS[stage],
            "color": [LEVEL_COLOURS[level] for _at, _name, level in points],
            "line": {"color": EDGE, "width": 1.5},
        },
    }


def _has(area: AreaWay, stage: Stage) -> bool:
    return any(known is stage for known, _level in area.levels)


def _head(at: float, name: str) -> dict[str, Any]:
    return {
        "text": f"<b>{escape(name)}</b>",
        "x": 0,
        "xref": "paper",
        "xanchor": "left",
        "xshift": -NAMES,
        "y": at,
        "yref": "y",
        "yanchor": "middle",
        "showarrow": False,
    }
