"""What a child's way through the year asks a second look at: falls, jumps, gaps, and sets that were not the same."""

import re
from uuid import uuid4

import pytest

from monitoring.core.language import Language
from monitoring.core.scale import STAGES, Level, Stage, Tally
from monitoring.criteria.catalogue import AreaView
from monitoring.lists.years import YearRules
from monitoring.record.models import SheetState
from monitoring.results import levels, way
from monitoring.results.levels import Result
from monitoring.results.way import Kind

START, MID, FINAL = STAGES
MUSIC = AreaView("music", 12, "Музыка", "Музыка", "creative")
SPEECH = AreaView("speech", 2, "Развитие речи", "Сөйлеуді дамыту", "communicative")


def at(stage: Stage, *, age: int | None = 5, **tallies: Tally) -> Result:
    """Return a result at a stage from the tallies of its areas."""
    areas = [(key, "creative", tally, None) for key, tally in tallies.items()]
    return Result(uuid4(), uuid4(), stage, SheetState.OPEN, age, *levels.derive(areas, YearRules()))


def music(**of_stages: Level | None) -> dict[Stage, Result]:
    """Return results of music alone: a level at each stage that is named, None: not assessed."""
    found = {}
    for name, level in of_stages.items():
        tally = Tally(4) if level is None else Tally.all_at(level, 4)
        found[Stage(name)] = at(Stage(name), music=tally, speech=Tally.all_at(Level.II, 2))
    return found


def kinds(results: dict[Stage, Result]) -> list[Kind]:
    return [one.kind for one in way.remarks(results, [SPEECH, MUSIC], "ru")]


@pytest.mark.parametrize(
    ("levels_of", "expected"),
    [
        ({"start": Level.I, "mid": Level.II, "final": Level.III}, []),
        ({"start": Level.II, "mid": Level.II, "final": Level.II}, []),
        ({"start": Level.II, "mid": Level.I}, [Kind.FALL]),
        ({"start": Level.III, "mid": Level.I}, [Kind.FALL]),
        ({"start": Level.I, "mid": Level.III}, [Kind.JUMP]),
        ({"start": Level.I, "mid": Level.III, "final": Level.II}, [Kind.JUMP, Kind.FALL]),
        ({"start": Level.III, "mid": None, "final": Level.II}, [Kind.FALL, Kind.GAP]),
        ({"start": Level.II, "mid": None}, [Kind.GAP]),
        ({"mid": Level.II}, []),
        ({}, []),
    ],
)
def test_falls_jumps_and_gaps_are_noticed(levels_of: dict[str, Level | None], expected: list[Kind]) -> None:
    assert kinds(music(**levels_of)) == expected


def test_a_stage_at_which_nothing_was_assessed_yet_is_no_gap() -> None:
    nothing = at(MID, music=Tally(4), speech=Tally(2))
    assert kinds({START: at(START, music=Tally(4, 4), speech=Tally(2, 2)), MID: nothing}) == []


def test_an_area_that_the_set_does_not_have_is_no_gap() -> None:
    assert kinds({START: at(START, speech=Tally(2, 2)), MID: at(MID, music=Tally(4, 4), speech=Tally(2, 2))}) == []


def test_unlike_sets_are_named_first_and_a_stage_without_a_set_is_passed_over() -> None:
    low, high = Tally.all_at(Level.I, 4), Tally.all_at(Level.III, 4)
    results = {START: at(START, age=4, music=high), MID: at(MID, age=None), FINAL: at(FINAL, music=low)}
    first, second = way.remarks(results, [MUSIC], "ru")
    assert (first.kind, first.area_key, second.kind, second.area_key) == (Kind.SETS, None, Kind.FALL, "music")


def test_remarks_stand_in_the_order_of_the_areas() -> None:
    low, high = Tally.all_at(Level.I, 4), Tally.all_at(Level.III, 4)
    results = {START: at(START, music=high, speech=high), MID: at(MID, music=low, speech=low)}
    assert [one.area_key for one in way.remarks(results, [SPEECH, MUSIC], "ru")] == ["speech", "music"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "Развитие речи: промежуточный контроль - уровня нет"),
        ("kk", "Сөйлеуді дамыту: аралық бақылау - деңгей жоқ"),
    ],
)
def test_a_gap_says_how_many_were_assessed_of_how_many(language: Language, text: str) -> None:
    results = {MID: at(MID, speech=Tally(4, 1), music=Tally(4, 0, 4))}
    (remark,) = way.remarks(results, [SPEECH, MUSIC], language)
    said = remark.text.render(language)
    assert said.startswith(text)
    assert set(re.findall(r"\d+", said)) == {"1", "4"}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "Музыка: стартовый контроль - III уровень - «высокий», итоговый контроль - I уровень - «низкий»."),
        ("kk", "Музыка: бастапқы бақылау - III деңгей - «жоғары», қорытынды бақылау - I деңгей - «төмен»."),
    ],
)
def test_a_fall_names_both_levels_and_both_stages(language: Language, text: str) -> None:
    (remark,) = way.remarks(music(start=Level.III, final=Level.I), [MUSIC], language)
    assert remark.text.render(language).startswith(text)
