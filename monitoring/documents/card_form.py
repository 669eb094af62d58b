"""What a printed card says, word for word, in Russian or Kazakh: one text for the DOCX, the PDF and the screen.

The form: «Индивидуальная карта развития ребенка на 20__-20__ учебный год» / «20__-20__ оқу жылына арналған баланың жеке
даму картасы», header, one table of five directions, three columns of measures and the conclusions. Heads as printed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from monitoring.core.language import gettext as _
from monitoring.core.language import known_language, month_name, short_date, using
from monitoring.core.scale import STAGES, Level, Stage
from monitoring.lists.years import YearRules
from monitoring.record.words import LEVEL_RULES, OVERALL_RULES
from monitoring.results.card import Card, Concluded

LAST_AGE: Final = 5  # after its final stage the measures are advice to the family for the summer

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "title": {
        "ru": "Индивидуальная карта развития ребенка на {begins}-{ends} учебный год",
        "kk": "{begins}-{ends} оқу жылына арналған баланың жеке даму картасы",
    },
    "name": {"ru": "ФИО ребенка", "kk": "Баланың Т.А.Ә."},
    "born_on": {"ru": "Дата рождения ребенка", "kk": "Баланың туған жылы, күні"},
    "organisation": {
        "ru": "Организация образования (детский сад/мини-центр/предшкольный класс)",
        "kk": "Білім беру ұйымы (балабақша/шағын орталық/мектепалды сынып)",
    },
    "group": {"ru": "Группа/класс", "kk": "Топ/сынып"},
    "competences": {"ru": "Компетенции", "kk": "Құзыреттіліктер"},
    "measures": {
        "ru": "Развивающие, корректирующие мероприятия по результатам {stage} контроля ({months})",
        "kk": "{stage} бақылау нәтижелері бойынша дамыту, түзету іс-шаралары ({months})",
    },
    "summer": {"ru": "Рекомендации родителям на летний период", "kk": "Жазғы кезеңге ата-анаға ұсыныстар"},
    "conclusions": {
        "ru": "Выводы (уровень развития ребенка соответствует: III уровень - «высокий»; II уровень - «средний»; "
        "I уровень - «низкий»)",
        "kk": "Қорытынды (баланың даму деңгейі сәйкес келеді: III деңгей - «жоғары»; II деңгей - «орташа»; "
        "I деңгей - «төмен»)",
    },
}
_MEASURES_AFTER: Final[Mapping[Stage, Mapping[str, str]]] = {
    Stage.START: {"ru": "стартового", "kk": "Бастапқы"},
    Stage.MID: {"ru": "промежуточного", "kk": "Аралық"},
    Stage.FINAL: {"ru": "итогового", "kk": "Қорытынды"},
}
_CONTROLS: Final[Mapping[Stage, Mapping[str, str]]] = {
    Stage.START: {"ru": "стартовый контроль", "kk": "бастапқы бақылау"},
    Stage.MID: {"ru": "промежуточный контроль", "kk": "аралық бақылау"},
    Stage.FINAL: {"ru": "итоговый контроль", "kk": "қорытынды бақылау"},
}
_LEVELS: Final[Mapping[Level, Mapping[str, str]]] = {
    Level.I: {"ru": "I уровень - «низкий»", "kk": "I деңгей - «төмен»"},
    Level.II: {"ru": "II уровень - «средний»", "kk": "II деңгей - «орташа»"},
    Level.III: {"ru": "III уровень - «высокий»", "kk": "III деңгей - «жоғары»"},
}


@dataclass(frozen=True)
class FormRow:
    """A direction with its measures after each of the three stages, a line each, and its conclusion, a line each."""

    direction: str
    measures: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
    conclusion: tuple[str, ...]


@dataclass(frozen=True)
class CardForm:
    """A card as it is printed: `header` are (label, value) lines, `heads` the five heads of the table, `notes` what
    stands under it (the rule that the levels follow, sets of criteria that differ)."""

    language: str
    title: str
    header: tuple[tuple[str, str], ...]
    heads: tuple[str, str, str, str, str]
    rows: tuple[FormRow, ...]
    notes: tuple[str, ...]


def card_form(card: Card) -> CardForm:
    """Return what a card says in print, in the language of the card."""
    language = card.language
    return CardForm(
        language,
        _word("title", language).format(begins=card.year.begins, ends=card.year.begins + 1),
        (
            (_word("name", language), card.name.full),
            (_word("born_on", language), _day(card.born_on, language)),
            (_word("organisation", language), card.organisation),
            (_word("group", language), card.place.name),
        ),
        _heads(card),
        tuple(_row(card, direction.key, direction.name(language)) for direction in card.directions),
        _notes(card),
    )


def measures_head(stage: Stage, rules: YearRules, age: int, language: str) -> str:
    """Return the head over the measures of a stage, with the months of the school year's rules."""
    head = _word("measures", language).format(
        stage=_MEASURES_AFTER[stage][language], months=_months(rules.months[stage], language)
    )
    if stage is Stage.FINAL and age == LAST_AGE:
        head = f"{head}. {_word('summer', language)}"
    return head


def conclusion_lines(concluded: Concluded, language: str) -> tuple[str, ...]:
    """Return a conclusion as the form prints it: the level, named by its stage until the final, and the words."""
    if concluded.level is None:
        return (concluded.text,) if concluded.text else ()
    level = _LEVELS[concluded.level][language]
    if concluded.stage is not Stage.FINAL:
        level = f"{level} ({_CONTROLS[concluded.stage][language]})"
    return (level, concluded.text) if concluded.text else (level,)


def numbered(measures: Sequence[str]) -> tuple[str, ...]:
    """Return the measures of a cell with a number each, so that one sees where one ends; as they are where a person
    has numbered them already, or where there is only one."""
    if len(measures) < 2 or any(one[:1].isdigit() or one[:1] in "-–—•" for one in measures):
        return tuple(measures)
    return tuple(f"{number}. {one}" for number, one in enumerate(measures, start=1))


def rule_in_words(rules: YearRules, language: str) -> str:
    """Return the rule by which criteria make a level, as every report that uses it prints it."""
    with using(known_language(language)):
        return _(
            "Levels: {rule}; {overall}; criteria not assessed are left out, with fewer than half assessed there is "
            "no level.",
            rule=LEVEL_RULES[rules.level],
            overall=OVERALL_RULES[rules.overall],
        )


def _heads(card: Card) -> tuple[str, str, str, str, str]:
    start, mid, final = (measures_head(stage, card.year.rules, card.age, card.language) for stage in STAGES)
    return _word("competences", card.language), start, mid, final, _word("conclusions", card.language)


def _row(card: Card, direction_key: str, name: str) -> FormRow:
    start, mid, final = (numbered(card.cells[stage, direction_key].lines) for stage in STAGES)
    at = card.concluded_at
    concluded = () if at is None else conclusion_lines(card.conclusions[at, direction_key], card.language)
    return FormRow(name, (start, mid, final), concluded)


def _notes(card: Card) -> tuple[str, ...]:
    with using(known_language(card.language)):
        sets = tuple(str(remark.text) for remark in card.remarks if remark.area_key is None)
    return (rule_in_words(card.year.rules, card.language), *sets)


def _months(months: tuple[int, int], language: str) -> str:
    with using(known_language(language)):
        first, last = (month_name(month) for month in months)
    return first if first == last else f"{first}-{last}"


def _day(day: date, language: str) -> str:
    with using(known_language(language)):
        return short_date(day)


def _word(name: str, language: str) -> str:
    return _WORDS[name][language]
