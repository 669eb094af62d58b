"""What a printed observation sheet says, word for word, in Russian or Kazakh.

The form: «Лист наблюдений» / «Бақылау парағы», one a group and stage. Header lines; then № | «ФИО ребенка» / «Баланың
аты-жөні» | for each criterion three columns from best to worst, over them its code, its text and the three descriptors;
a row a child with `1` in one of the three, or in none where it was not assessed; sums, percents, small totals. On paper
each learning area has a table of its own, and in a group of mixed ages each age.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from monitoring.core.language import gettext as _
from monitoring.core.language import known_language, school_year, short_date, using
from monitoring.core.scale import Level, Stage, whole_percents
from monitoring.criteria.catalogue import AreaView, CriterionView
from monitoring.documents.summary_words import age_group, stage_name
from monitoring.lists.roster import ChildView, GroupView
from monitoring.lists.years import YearView
from monitoring.record.words import LEVEL_WORDS

BEST_FIRST: Final = (Level.III, Level.II, Level.I)

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "title": {"ru": "Лист наблюдений", "kk": "Бақылау парағы"},
    "name": {"ru": "ФИО ребенка", "kk": "Баланың аты-жөні"},
    "all": {"ru": "всего", "kk": "барлығы"},
}

Levels = Mapping[tuple[UUID, UUID], Level]
"""Levels given, by child and by version of a criterion."""


@dataclass(frozen=True)
class CriterionHead:
    """What stands over the three columns of a criterion; the descriptors are those of III, II and I in this order."""

    code: str
    text: str
    descriptors: tuple[str, str, str]


@dataclass(frozen=True)
class ChildRow:
    """A child with the level it has by each criterion of the table, None where it was not assessed."""

    number: int
    name: str
    levels: tuple[Level | None, ...]


@dataclass(frozen=True)
class AreaTable:
    """A learning area of an age: `counts` and `percents` are those of III, II and I by each criterion.

    Percents are of the children assessed by the criterion, whole numbers that add up to 100; all 0 where none was.
    """

    area: str
    age: str
    criteria: tuple[CriterionHead, ...]
    children: tuple[ChildRow, ...]
    counts: tuple[tuple[int, int, int], ...]
    percents: tuple[tuple[int, int, int], ...]

    @property
    def totals(self) -> tuple[int, int, int]:
        """How many levels III, II and I stand in the whole table."""
        best, middle, low = (sum(count[place] for count in self.counts) for place in range(3))
        return best, middle, low


@dataclass(frozen=True)
class SheetForm:
    """An observation sheet as it is printed: `header` are (label, value) lines, an empty value is written by hand."""

    language: str
    title: str
    header: tuple[tuple[str, str], ...]
    name_head: str
    all_word: str
    level_words: tuple[str, str, str]
    tables: tuple[AreaTable, ...]


def sheet_form(
    group: GroupView,
    year: YearView,
    stage: Stage,
    children: Sequence[ChildView],
    areas: Iterable[tuple[AreaView, Sequence[CriterionView]]],
    levels: Levels,
    language: str,
) -> SheetForm:
    """Return what a group's sheet of a stage says in print; criteria are those of all ages of its children."""
    ages = sorted({child.age for child in children if child.age is not None}, reverse=True)
    with using(known_language(language)):
        header = (
            (_("School year"), school_year(year.begins)),
            (_("Group"), group.name),
            (_("Age"), age_group(group.age)),
            (_("Stage"), stage_name(stage)),
            (_("Control date"), short_date(year.window(stage).control_on)),
            (_("Teacher"), ""),
        )
        tables = tuple(
            _table(area, age, [one for one in criteria if one.age == age], children, levels, language)
            for area, criteria in areas
            for age in ages
            if any(one.age == age for one in criteria)
        )
        best, middle, low = (str(LEVEL_WORDS[level]) for level in BEST_FIRST)
    return SheetForm(
        language,
        _word("title", language),
        header,
        _word("name", language),
        _word("all", language),
        (best, middle, low),
        tables,
    )


def _table(
    area: AreaView,
    age: int,
    criteria: Sequence[CriterionView],
    children: Sequence[ChildView],
    levels: Levels,
    language: str,
) -> AreaTable:
    own = [child for child in children if child.age == age]
    rows = tuple(
        ChildRow(number, child.name.full, tuple(levels.get((child.id, one.version_id)) for one in criteria))
        for number, child in enumerate(own, start=1)
    )
    counts = tuple(_counts(row.levels[place] for row in rows) for place in range(len(criteria)))
    return AreaTable(
        area.name(language),
        age_group(age),
        tuple(_head(one, language) for one in criteria),
        rows,
        counts,
        tuple(_percents(count) for count in counts),
    )


def _head(criterion: CriterionView, language: str) -> CriterionHead:
    wording = criterion.wording
    if language == "kk":
        descriptors = (wording.level_3_kk, wording.level_2_kk, wording.level_1_kk)
        return CriterionHead(criterion.code_kk, wording.text_kk, descriptors)
    descriptors = (wording.level_3_ru, wording.level_2_ru, wording.level_1_ru)
    return CriterionHead(criterion.code_ru, wording.text_ru, descriptors)


def _counts(levels: Iterable[Level | None]) -> tuple[int, int, int]:
    given = list(levels)
    best, middle, low = (given.count(level) for level in BEST_FIRST)
    return best, middle, low


def _percents(counts: tuple[int, int, int]) -> tuple[int, int, int]:
    best, middle, low = whole_percents(counts)
    return best, middle, low


def _word(name: str, language: str) -> str:
    return _WORDS[name][language]
