"""The figures of the summary: bars of a hundred percent and the heat map, drawn from the tables beside them."""

from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import pandas as pd
import plotly.graph_objects as go
import pytest

from monitoring.core.language import using
from monitoring.core.scale import Level, whole_percents
from monitoring.figures import levels
from monitoring.figures.palette import INK, LEVEL_COLOURS, NO_LEVEL, ON_LEVEL
from monitoring.results.summary import COUNTS

READABLE = 4.5  # contrast of text with its ground


def row(listed: int, *of_levels: int) -> list[int]:
    return [listed, sum(of_levels), *of_levels, *whole_percents(of_levels)]


def counts(*rows: list[int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COUNTS)


def of_groups(cells: dict[tuple[UUID, str], list[int]]) -> pd.DataFrame:
    rows = [[group, key, *numbers] for (group, key), numbers in cells.items()]
    return pd.DataFrame(rows, columns=["group_id", "key", *COUNTS])


def words(figure: dict[str, Any]) -> list[list[str]]:
    """Return what stands on each bar, left to right."""
    of_bars = zip(*(part["text"] for part in figure["data"]), strict=True)
    return [[plain(text) for text in of_bar if text] for of_bar in of_bars]


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_plotly_takes_the_figures_as_they_are() -> None:
    group = uuid4()
    go.Figure(**levels.stacked_bars(["Музыка", "Лепка"], counts(row(3, 1, 2, 0), row(3, 0, 0, 0))))
    cells = of_groups({(group, "music"): row(3, 1, 1, 1)})
    go.Figure(**levels.heat_map(cells, {group: "Балапан"}, {"music": "Музыка", "modelling": "Лепка"}))


def test_the_parts_of_a_bar_are_the_percents_of_the_table_and_fill_it() -> None:
    figure = levels.stacked_bars(["Музыка"], counts(row(8, 1, 3, 3)))
    assert [part["x"] for part in figure["data"]] == [[14], [43], [43], [0]]


def test_a_part_names_its_children_and_where_there_is_room_the_percent() -> None:
    with using("ru"):
        assert words(levels.stacked_bars(["Музыка"], counts(row(24, 3, 15, 6)))) == [["3", "15 (63 %)", "6 (25 %)"]]
    with using("kk"):
        assert words(levels.stacked_bars(["Музыка"], counts(row(24, 0, 18, 6)))) == [["18 (75%)", "6 (25%)"]]


def test_a_bar_of_nobody_says_so() -> None:
    with using("ru"):
        assert words(levels.stacked_bars(["Музыка", "Лепка"], counts(row(3, 0, 0, 0), row(3, 0, 0, 3)))) == [
            ["не оценено"],
            ["3 (100 %)"],
        ]


def test_bars_go_downwards_in_the_order_given_even_under_equal_names() -> None:
    figure = levels.stacked_bars(["Музыка", "Музыка", "Лепка"], counts(*[row(1, 1, 0, 0)] * 3))
    places = figure["data"][0]["y"]
    assert places == sorted(set(places), reverse=True)
    assert figure["layout"]["yaxis"]["tickvals"] == places
    lowest, highest = figure["layout"]["yaxis"]["range"]
    assert all(lowest < place < highest for place in places)


def test_a_long_name_gets_lines_and_room_for_them() -> None:
    long = "Развитие творческих навыков, исследовательской деятельности"
    short, high = (levels.stacked_bars([name], counts(row(1, 1, 0, 0))) for name in ("Музыка", long))
    assert high["layout"]["yaxis"]["ticktext"][0].count("<br>") >= 2
    assert high["layout"]["height"] > short["layout"]["height"]


def test_a_name_is_never_markup() -> None:
    group = uuid4()
    named = "<b>Музыка</b>"
    bars = levels.stacked_bars([named], counts(row(1, 1, 0, 0)))
    cells = of_groups({(group, "music"): row(1, 1, 0, 0)})
    heat = levels.heat_map(cells, {group: named}, {"music": named})
    for axis in (bars["layout"]["yaxis"], heat["layout"]["yaxis"], heat["layout"]["xaxis"]):
        assert axis["ticktext"] == ["&lt;b&gt;Музыка&lt;/b&gt;"]


def test_the_map_keeps_the_order_of_the_list_whatever_the_results() -> None:
    worse, better = UUID(int=2), UUID(int=1)
    cells = of_groups({(better, "music"): row(2, 0, 0, 2), (worse, "music"): row(2, 2, 0, 0)})
    figure = levels.heat_map(cells, {worse: "Балапан", better: "Айгөлек"}, {"music": "Музыка"})
    assert figure["layout"]["yaxis"]["ticktext"] == ["Балапан", "Айгөлек"]
    assert figure["layout"]["yaxis"]["autorange"] == "reversed"
    assert figure["data"][0]["z"] == [[0], [100]]


def test_a_cell_says_what_part_is_at_two_and_three_of_how_many() -> None:
    group = uuid4()
    cells = of_groups({(group, "music"): row(4, 1, 1, 1), (group, "modelling"): row(4, 0, 0, 0)})
    areas = {"music": "Музыка", "modelling": "Лепка", "drawing": "Рисование"}
    with using("ru"):
        figure = levels.heat_map(cells, {group: "Балапан"}, areas)
    assert figure["data"][0]["z"] == [[67, None, None]]
    texts = [plain(note["text"]) for note in figure["layout"]["annotations"]]
    assert texts == ["<b>67 %</b><br>2 из 3", "—", "—"]


def test_levels_are_told_apart_in_grey_and_their_words_are_read() -> None:
    greys = [luminance(LEVEL_COLOURS[level]) for level in Level]
    assert greys == sorted(greys, reverse=True)
    assert min(one - other for one, other in pairwise(greys)) > 0.2
    for level in Level:
        assert contrast(LEVEL_COLOURS[level], ON_LEVEL[level]) >= READABLE
    assert contrast(NO_LEVEL, INK) >= READABLE


@pytest.mark.parametrize("shade", [colour for _at, colour in levels.SHADES])
def test_the_numbers_are_read_on_every_shade_of_the_map(shade: str) -> None:
    assert contrast(shade, INK) >= READABLE
