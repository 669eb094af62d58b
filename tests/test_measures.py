"""The draft of a cell: measures of the criteria at I and II, spread over the areas of the direction, three at most."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.core.scale import Level
from monitoring.criteria import catalogue_file
from monitoring.record.models import AtHighest
from monitoring.results import measures
from monitoring.results.measures import Seen


def seen(area_key: str, number: int, level: Level) -> Seen:
    return Seen(area_key, number, level, f"{area_key} {number}")


seen_lists = st.lists(
    st.builds(
        seen, st.sampled_from(["drawing", "modelling", "applique", "music"]), st.integers(1, 7), st.sampled_from(Level)
    ),
    max_size=20,
    unique_by=lambda one: (one.area_key, one.number),
)


def draft(*of: Seen, at_highest: AtHighest = AtHighest.DEVELOP, language: str = "ru") -> tuple[str, ...]:
    return measures.draft(of, at_highest, language)


def test_without_a_level_there_is_no_draft() -> None:
    assert draft() == ()


def test_criteria_at_one_come_before_those_at_two_each_in_its_order() -> None:
    found = draft(
        seen("music", 1, Level.II), seen("music", 4, Level.I), seen("music", 2, Level.I), seen("music", 3, Level.III)
    )
    assert found == ("music 2", "music 4", "music 1")


def test_of_one_level_what_no_earlier_stage_has_drafted_comes_first() -> None:
    of = [seen("music", number, Level.II) for number in range(1, 6)]
    of.append(seen("music", 6, Level.I))
    first = measures.draft(of, AtHighest.DEVELOP, "ru")
    assert first == ("music 6", "music 1", "music 2")
    assert measures.draft(of, AtHighest.DEVELOP, "ru", before=first) == ("music 6", "music 3", "music 4")


def test_developing_measures_change_from_stage_to_stage_where_there_are_more() -> None:
    of = [seen(area, 1, Level.III) for area in ("drawing", "modelling", "applique", "construction", "music")]
    first = measures.draft(of, AtHighest.DEVELOP, "ru")
    second = measures.draft(of, AtHighest.DEVELOP, "ru", before=first)
    assert len(set(first) | set(second)) == 5


def test_measures_are_spread_over_the_areas_the_one_with_most_at_one_first() -> None:
    found = draft(
        seen("drawing", 1, Level.II),
        *(seen("modelling", number, Level.I) for number in (1, 2, 3)),
        *(seen("music", number, Level.II) for number in (1, 2)),
    )
    assert found == ("modelling 1", "music 1", "drawing 1")


def test_of_areas_alike_the_first_one_comes_first() -> None:
    found = draft(seen("drawing", 1, Level.I), seen("music", 1, Level.I))
    assert found == ("drawing 1", "music 1")


def test_what_is_left_of_three_is_taken_from_the_areas_in_turn() -> None:
    found = draft(seen("drawing", 1, Level.I), seen("drawing", 2, Level.I), seen("music", 1, Level.II))
    assert found == ("drawing 1", "music 1", "drawing 2")


def test_a_measure_of_two_criteria_is_written_once() -> None:
    same = [Seen("music", number, Level.I, "Учить петь") for number in (1, 2)]
    assert draft(*same) == ("Учить петь",)


@given(seen_lists)
def test_a_draft_is_at_most_three_measures_of_criteria_at_one_and_two(of: list[Seen]) -> None:
    needed = {one.measure for one in of if one.level < Level.III}
    found = draft(*of)
    assert len(set(found)) == len(found) <= measures.A_CELL
    if needed:
        assert set(found) <= needed
        assert len(found) == min(measures.A_CELL, len(needed))


@given(seen_lists)
def test_every_area_that_needs_it_has_a_measure_before_any_has_two(of: list[Seen]) -> None:
    areas = {one.area_key for one in of if one.level < Level.III}
    found = draft(*of)
    if areas:
        assert len({one.split()[0] for one in found}) == min(len(areas), measures.A_CELL)


@pytest.mark.parametrize(
    ("at_highest", "lines"), [(AtHighest.DASH, ("—",)), (AtHighest.EMPTY, ())], ids=lambda value: str(value)
)
def test_a_child_at_three_throughout_has_what_the_rules_say(at_highest: AtHighest, lines: tuple[str, ...]) -> None:
    assert draft(seen("music", 1, Level.III), at_highest=at_highest) == lines


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_a_child_at_three_throughout_has_developing_measures_of_the_first_three_areas(language: str) -> None:
    areas = ["drawing", "modelling", "applique", "music"]
    found = draft(*(seen(area, 1, Level.III) for area in areas), language=language)
    assert found == tuple(measures.developing(area, language) for area in areas[:3])


def test_an_area_that_the_program_does_not_know_has_no_developing_measure() -> None:
    assert draft(seen("chess", 1, Level.III), seen("music", 1, Level.III)) == (measures.developing("music", "ru"),)
    assert measures.developing("chess", "ru") is None


def test_every_area_of_the_catalogue_has_a_developing_measure_in_both_languages() -> None:
    for area in catalogue_file.shipped().areas:
        texts = {measures.developing(area.key, language) for language in ("ru", "kk")}
        assert len(texts) == 2
        assert all(texts)
