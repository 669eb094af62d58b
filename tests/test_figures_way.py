"""The figure of a child's way: which areas it shows, where their dots stand, what is said of it in words."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.core.language import using
from monitoring.core.scale import STAGES, Level, Stage, Tally
from monitoring.criteria.catalogue import AreaView
from monitoring.figures import way
from monitoring.lists.years import YearRules
from monitoring.record.models import SheetState
from monitoring.results import levels
from monitoring.results.directions import DirectionView
from monitoring.results.levels import Result

MUSIC, DRAWING = "music", "drawing"
SPEECH = AreaView("speech", 2, "Развитие речи", "Сөйлеуді дамыту", "communicative")
DIRECTIONS = (
    DirectionView("communicative", "Коммуникативные навыки", "Коммуникативтік дағдыларды дамыту", (SPEECH,)),
    DirectionView(
        "creative",
        "Творческие навыки",
        "Шығармашылық дағдылар",
        (
            AreaView(DRAWING, 9, "Рисование", "Сурет салу", "creative"),
            AreaView(MUSIC, 12, "Музыка", "Музыка", "creative"),
        ),
    ),
)
Given = Mapping[Stage, Mapping[str, Level | None]]


def results(given_levels: Given) -> dict[Stage, Result]:
    of_area = {area.key: area.direction_key for direction in DIRECTIONS for area in direction.areas}
    found = {}
    for stage, by_area in given_levels.items():
        rows = [
            (key, of_area[key], Tally(2) if level is None else Tally.all_at(level, 2), None)
            for key, level in by_area.items()
        ]
        found[stage] = Result(uuid4(), uuid4(), stage, SheetState.OPEN, 5, *levels.derive(rows, YearRules()))
    return found


def ways(given_levels: Given) -> tuple[way.DirectionWay, ...]:
    return way.ways(results(given_levels), DIRECTIONS, "ru")


def dots(figure: dict[str, Any]) -> list[tuple[int, float]]:
    """Return where the dots stand, stage after stage."""
    return [
        point
        for trace in figure["data"]
        if trace["mode"] == "markers"
        for point in zip(trace["x"], trace["y"], strict=True)
    ]


YEAR: Given = {
    Stage.START: {"speech": Level.II, DRAWING: Level.I, MUSIC: None},
    Stage.MID: {"speech": Level.I, DRAWING: None, MUSIC: None},
    Stage.FINAL: {"speech": Level.II, DRAWING: Level.III, MUSIC: None},
}


def test_plotly_accepts_the_figure() -> None:
    go.Figure(way.figure(ways(YEAR)))


def test_an_area_without_a_level_all_year_and_a_stage_without_one_are_left_out() -> None:
    drawn = way.figure(ways(YEAR))
    assert [area.name for direction in ways(YEAR) for area in direction.areas] == ["Развитие речи", "Рисование"]
    assert len(dots(drawn)) == 5


def test_without_any_level_there_is_nothing_to_draw() -> None:
    assert ways({Stage.START: {"speech": None}}) == ()
    assert ways({}) == ()


def test_a_step_down_is_drawn_apart_from_the_others() -> None:
    lines = [trace for trace in way.figure(ways(YEAR))["data"] if trace["mode"] == "lines"]
    steps = {trace["line"].get("dash"): trace["x"] for trace in lines}
    assert steps == {None: [1, 2, None, 1, 3, None], "dot": [2, 1, None]}


def test_a_level_that_stays_is_no_step_down() -> None:
    lines = way.figure(ways({stage: {"speech": Level.II} for stage in STAGES}))["data"][:2]
    assert [trace["x"] for trace in lines] == [[2, 2, None, 2, 2, None], []]


def test_the_first_level_is_compared_with_the_last_and_an_area_with_one_level_with_nothing() -> None:
    with using("en"):
        assert way.in_words(ways(YEAR)) == (
            "From the first level to the last, of 2 learning areas: higher 1, the same 1, lower 0."
        )
        assert "nothing to compare" in way.in_words(ways({Stage.START: {"speech": Level.II}}))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ru", "Развитие речи: стартовый II, промежуточный I, итоговый II; Рисование: стартовый I, итоговый III"),
        ("en", "Развитие речи: start II, mid I, final II; Рисование: start I, final III"),
    ],
)
def test_who_cannot_see_the_figure_hears_every_level_of_it(language: str, said: str) -> None:
    with using("ru" if language == "ru" else "en"):
        assert way.to_listen(ways(YEAR)) == said


def test_a_name_with_signs_of_markup_stays_a_name() -> None:
    area = AreaView("speech", 2, "Речь <b>&", "Сөйлеу", "communicative")
    strange = (DirectionView("communicative", "<i>К", "К", (area,)),)
    layout = way.figure(way.ways(results(YEAR), strange, "ru"))["layout"]
    assert layout["yaxis"]["ticktext"] == ["Речь &lt;b&gt;&amp;"]
    assert layout["annotations"][0]["text"] == "<b>&lt;i&gt;К</b>"


@given(st.fixed_dictionaries({stage: st.sampled_from([None, *Level]) for stage in STAGES}))
def test_each_level_is_a_dot_at_its_level_in_the_order_of_the_stages(by_stage: dict[Stage, Level | None]) -> None:
    found = dots(way.figure(ways({stage: {"speech": level} for stage, level in by_stage.items()})))
    assert [x for x, _y in found] == [by_stage[stage] for stage in STAGES if by_stage[stage] is not None]
    assert sorted(found, key=lambda dot: -dot[1]) == found
