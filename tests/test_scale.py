"""From marks to a level: what holds for every tally, every rule and every share, and some values by hand."""

from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.core.scale import Level, LevelRule, OverallRule, Tally, level_of, overall_level, whole_percents

MEANS = (LevelRule.MEAN, LevelRule.MEAN_FROM_HALF)
SECOND_BEGINS = {LevelRule.MEAN: Fraction(17, 10), LevelRule.MEAN_FROM_HALF: Fraction(3, 2)}
THIRD_BEGINS = Fraction(5, 2)
ALL_CRITERIA = 84  # of the longest set: age 5

rules = st.sampled_from(LevelRule)
overalls = st.sampled_from(OverallRule)
counts = st.integers(0, 40)


@st.composite
def tallies(draw: st.DrawFn, missing: int = 60) -> Tally:
    at = [draw(counts) for _ in Level]
    return Tally(sum(at) + draw(st.integers(0, missing)), *at)


@st.composite
def raised(draw: st.DrawFn) -> tuple[Tally, Tally, Level]:
    """Return a tally, the same with one mark raised, and the level that the mark was raised to."""
    before = draw(tallies())
    low, high = draw(st.sampled_from([(Level.I, Level.II), (Level.II, Level.III), (Level.I, Level.III)]))
    least = Tally(1, *(1 if level is low else 0 for level in Level))
    most = Tally(1, *(1 if level is high else 0 for level in Level))
    return before + least, before + most, high


def tally_of_sum(assessed: int, total: int) -> Tally:
    """Return a tally of this many marks that make this sum."""
    at_3 = max(0, total - 2 * assessed)
    at_2 = total - assessed - 2 * at_3
    return Tally(assessed, assessed - at_2 - at_3, at_2, at_3)


# --- a level of an area, a direction, the whole ------------------------------------------------------------


@given(tallies(), rules)
def test_there_is_a_level_exactly_where_half_of_the_criteria_were_assessed(tally: Tally, rule: LevelRule) -> None:
    enough = tally.assessed > 0 and Fraction(tally.assessed, tally.criteria) >= Fraction(1, 2)
    assert (level_of(tally, rule) is not None) is enough


@given(tallies(missing=0), rules)
def test_a_level_lies_between_the_lowest_and_the_highest_mark(tally: Tally, rule: LevelRule) -> None:
    present = [level for level, n in zip(Level, (tally.at_1, tally.at_2, tally.at_3), strict=True) if n]
    level = level_of(tally, rule)
    assert level is None if not present else level is not None and min(present) <= level <= max(present)


@given(tallies(), st.integers(0, 20), rules)
def test_what_was_not_assessed_changes_no_level(tally: Tally, fewer: int, rule: LevelRule) -> None:
    assessed = Tally(max(tally.assessed, tally.criteria - fewer), tally.at_1, tally.at_2, tally.at_3)
    if tally.is_enough:
        assert level_of(tally, rule) is level_of(assessed, rule)


@pytest.mark.parametrize("rule", MEANS)
def test_every_mean_there_can_be_has_the_one_level_of_its_band(rule: LevelRule) -> None:
    for assessed in range(1, ALL_CRITERIA + 1):
        for total in range(assessed, 3 * assessed + 1):
            tally = tally_of_sum(assessed, total)
            assert tally.mean == Fraction(total, assessed)
            bands = {
                Level.I: tally.mean < SECOND_BEGINS[rule],
                Level.II: SECOND_BEGINS[rule] <= tally.mean < THIRD_BEGINS,
                Level.III: tally.mean >= THIRD_BEGINS,
            }
            assert [level for level, holds in bands.items() if holds] == [level_of(tally, rule)]


@given(raised(), st.sampled_from(MEANS))
def test_a_raised_mark_never_lowers_a_level_made_of_the_mean(pair: tuple[Tally, Tally, Level], rule: LevelRule) -> None:
    before, after = level_of(pair[0], rule), level_of(pair[1], rule)
    assert (before is None) is (after is None)
    assert before is None or after is None or before <= after


@given(raised())
def test_a_mark_raised_to_the_most_frequent_level_leaves_it(pair: tuple[Tally, Tally, Level]) -> None:
    before, after, to = pair
    if level_of(before, LevelRule.MAJORITY) is to:
        assert level_of(after, LevelRule.MAJORITY) is to


@given(tallies(), rules)
def test_all_marks_raised_by_one_never_lower_a_level(tally: Tally, rule: LevelRule) -> None:
    after = level_of(Tally(tally.criteria, 0, tally.at_1, tally.at_2 + tally.at_3), rule)
    before = level_of(tally, rule)
    assert before is None or after is None or before <= after
    assert (before is None) is (after is None)


@pytest.mark.parametrize(("before", "after"), [((1, 1, 2), (0, 2, 2)), ((2, 3, 0), (2, 2, 1))])
def test_one_raised_mark_may_lower_the_most_frequent_level(
    before: tuple[int, int, int], after: tuple[int, int, int]
) -> None:
    """What «the most frequent, a tie to the lower» says, as odd as it is: the mean has no such cases."""
    first, second = (level_of(Tally(sum(at), *at), LevelRule.MAJORITY) for at in (before, after))
    assert first is not None
    assert second is not None
    assert second < first


@pytest.mark.parametrize(
    ("at", "mean", "from_half", "majority"),
    [
        ((1, 0, 0), Level.I, Level.I, Level.I),
        ((5, 5, 0), Level.I, Level.II, Level.I),  # 1.5 exactly, and a tie
        ((3, 7, 0), Level.II, Level.II, Level.II),  # 1.7 exactly
        ((31, 69, 0), Level.I, Level.II, Level.II),  # 1.69
        ((0, 5, 5), Level.III, Level.III, Level.II),  # 2.5 exactly, and a tie
        ((0, 51, 49), Level.II, Level.II, Level.II),  # 2.49
        ((2, 2, 2), Level.II, Level.II, Level.I),  # a tie of all three
        ((4, 0, 3), Level.II, Level.II, Level.I),  # 13/7
        ((0, 0, 7), Level.III, Level.III, Level.III),
    ],
)
def test_levels_by_hand(at: tuple[int, int, int], mean: Level, from_half: Level, majority: Level) -> None:
    tally = Tally(sum(at), *at)
    assert [level_of(tally, rule) for rule in LevelRule] == [mean, from_half, majority]


@pytest.mark.parametrize(("criteria", "assessed", "has_level"), [(7, 3, False), (7, 4, True), (6, 3, True)])
def test_half_of_the_criteria_is_enough(criteria: int, assessed: int, has_level: bool) -> None:
    assert (level_of(Tally(criteria, at_2=assessed), LevelRule.MEAN) is not None) is has_level


@pytest.mark.parametrize("rule", LevelRule)
def test_without_criteria_or_marks_there_is_no_level(rule: LevelRule) -> None:
    assert level_of(Tally(), rule) is level_of(Tally(7), rule) is None


@given(st.sampled_from(Level), st.integers(1, 40), rules)
def test_an_area_with_a_level_of_its_own_is_at_it_by_every_rule(level: Level, criteria: int, rule: LevelRule) -> None:
    tally = Tally.all_at(level, criteria)
    assert (tally.criteria, tally.assessed, tally.mean) == (criteria, criteria, Fraction(level))
    assert level_of(tally, rule) is level


@given(st.lists(tallies(), max_size=6).flatmap(lambda all_of: st.tuples(st.just(all_of), st.permutations(all_of))))
def test_tallies_add_up_in_any_order(pair: tuple[list[Tally], list[Tally]]) -> None:
    one, other = (sum(all_of, Tally()) for all_of in pair)
    assert one == other
    assert one.criteria == sum(tally.criteria for tally in pair[0])
    assert one.assessed == sum(tally.assessed for tally in pair[0])


# --- the overall level -------------------------------------------------------------------------------------


@given(
    st.lists(tallies(), max_size=5).flatmap(lambda all_of: st.tuples(st.just(all_of), st.permutations(all_of))),
    rules,
    overalls,
)
def test_the_order_of_directions_does_not_matter(
    pair: tuple[list[Tally], list[Tally]], rule: LevelRule, overall: OverallRule
) -> None:
    one, other = (overall_level(directions, rule, overall) for directions in pair)
    assert one is other


@given(st.lists(tallies(), max_size=5), rules, overalls)
def test_an_overall_level_needs_half_of_all_criteria(
    directions: list[Tally], rule: LevelRule, overall: OverallRule
) -> None:
    if not sum(directions, Tally()).is_enough:
        assert overall_level(directions, rule, overall) is None


@given(st.lists(tallies(missing=0), min_size=1, max_size=5), rules, overalls)
def test_an_overall_level_lies_between_the_lowest_and_the_highest_mark(
    directions: list[Tally], rule: LevelRule, overall: OverallRule
) -> None:
    whole = sum(directions, Tally())
    present = [level for level, n in zip(Level, (whole.at_1, whole.at_2, whole.at_3), strict=True) if n]
    level = overall_level(directions, rule, overall)
    assert level is None if not present else level is not None and min(present) <= level <= max(present)


@given(st.lists(tallies(), max_size=4), raised(), st.sampled_from(MEANS), overalls)
def test_a_raised_mark_never_lowers_an_overall_level_made_of_means(
    others: list[Tally], pair: tuple[Tally, Tally, Level], rule: LevelRule, overall: OverallRule
) -> None:
    before, after = (overall_level([*others, one], rule, overall) for one in pair[:2])
    assert (before is None) is (after is None)
    assert before is None or after is None or before <= after


@given(tallies(), rules, overalls)
def test_the_overall_level_of_a_single_direction_is_its_own(
    tally: Tally, rule: LevelRule, overall: OverallRule
) -> None:
    assert overall_level([tally, Tally(), Tally()], rule, overall) is level_of(tally, rule)


def test_a_long_direction_outweighs_four_short_ones_by_criteria_and_not_by_directions() -> None:
    creative, others = Tally.all_at(Level.I, 35), [Tally.all_at(Level.III, 7)] * 4
    both = [overall_level([creative, *others], LevelRule.MEAN, overall) for overall in OverallRule]
    assert both == [Level.II, Level.III]  # 119/63 and 13/5
    both = [overall_level([creative, *others], LevelRule.MAJORITY, overall) for overall in OverallRule]
    assert both == [Level.I, Level.III]


def test_directions_are_averaged_by_their_means_and_not_by_their_rounded_levels() -> None:
    directions = [Tally(10, 3, 7, 0), Tally(10, 0, 6, 4)]  # II by 1.7 and II by 2.4
    assert overall_level(directions, LevelRule.MEAN, OverallRule.DIRECTIONS) is Level.II
    directions = [Tally(10, 0, 5, 5), Tally(10, 4, 6, 0), Tally(10, 4, 6, 0)]  # III, I, I by 2.5, 1.6, 1.6: 1.9
    assert overall_level(directions, LevelRule.MEAN, OverallRule.DIRECTIONS) is Level.II


def test_half_of_the_directions_must_have_a_level() -> None:
    short, long = Tally(2), Tally.all_at(Level.III, 20)
    with_two = [long, long, short, short]
    with_one = [long, short, short]
    levels = [overall_level(one, LevelRule.MEAN, OverallRule.DIRECTIONS) for one in (with_two, with_one)]
    assert levels == [Level.III, None]
    assert overall_level(with_one, LevelRule.MEAN, OverallRule.CRITERIA) is Level.III


# --- percents ----------------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 2_000), min_size=1, max_size=5))
def test_percents_add_up_to_a_hundred_and_each_is_within_one_of_its_share(shares: Sequence[int]) -> None:
    percents = whole_percents(shares)
    if not sum(shares):
        assert set(percents) == {0}
        return
    assert sum(percents) == 100
    assert all(
        abs(percent - Fraction(100 * count, sum(shares))) < 1 for percent, count in zip(percents, shares, strict=True)
    )


@given(st.lists(st.integers(0, 2_000), min_size=2, max_size=5))
def test_more_children_never_get_the_smaller_percent_and_nobody_none(shares: Sequence[int]) -> None:
    of_count = sorted(zip(shares, whole_percents(shares), strict=True))
    assert [percent for _, percent in of_count] == sorted(percent for _, percent in of_count)
    assert all(percent == 0 for count, percent in of_count if count == 0)


@pytest.mark.parametrize(
    ("shares", "percents"),
    [
        ((1, 2), (33, 67)),
        ((1, 1, 1), (34, 33, 33)),
        ((1, 2, 4), (14, 29, 57)),
        ((1, 1, 4), (17, 16, 67)),  # three remainders alike: the larger count first, then the earlier
        ((3, 0, 0), (100, 0, 0)),
        ((0, 0, 0), (0, 0, 0)),
        ((1, 7), (12, 88)),  # 12.5 and 87.5: the larger is rounded up
    ],
)
def test_percents_by_hand(shares: tuple[int, ...], percents: tuple[int, ...]) -> None:
    assert whole_percents(shares) == percents
