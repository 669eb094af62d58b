"""The shipped catalogue as pages to read and to sign: by learning area, every thread from the youngest age on.

`python -m monitoring.criteria.catalogue_pages` writes `docs/catalogue.md` (the threads in both languages) and the
whole catalogue in Russian and in Kazakh, `docs/catalogue.ru.md` and `docs/catalogue.kk.md`, anew.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from monitoring.core.codes import Place, SheetLanguage, code, running_numbers
from monitoring.core.scale import AGES, Level
from monitoring.criteria.catalogue_file import AreaEntry, Bilingual, CatalogueDraft, CriterionEntry, shipped
from monitoring.criteria.threads import GOES_ON_IN, threads
from monitoring.record.words import AGE_GROUPS, LEVELS

DOCS: Final = Path(__file__).parents[2] / "docs"
THREADS_PAGE: Final = "catalogue.md"
WHOLE_PAGES: Final[Mapping[SheetLanguage, str]] = {"ru": "catalogue.ru.md", "kk": "catalogue.kk.md"}

_LANGUAGES: Final[tuple[SheetLanguage, ...]] = ("ru", "kk")
_TITLE: Final = Bilingual("Каталог критериев", "Критерийлер каталогы")
_MEASURE: Final = Bilingual("Индивидуальная работа", "Жеке жұмыс")
_INTRODUCTION: Final = Bilingual(
    "Критерии всех возрастов по организованной деятельности. Одна нить идёт от младших детей к старшим: видно, чего "
    "ждут сейчас и чего через год. После уровней стоит мера индивидуальной работы.",
    "Барлық жастың критерийлері ұйымдастырылған іс-әрекеттер бойынша берілген. Әр желі кіші жастан үлкен жасқа қарай "
    "жүреді: баладан қазір не күтілетіні және бір жылдан кейін не күтілетіні көрінеді. Деңгейлерден кейін жеке "
    "жұмыс шарасы тұр.",
)


def pages() -> dict[str, str]:
    """Return the pages of the shipped catalogue by file name."""
    draft = shipped()
    whole = {WHOLE_PAGES[language]: _whole_page(draft, language) for language in _LANGUAGES}
    return {THREADS_PAGE: _threads_page(draft), **whole}


def codes_of(draft: CatalogueDraft) -> dict[str, Bilingual]:
    """Return the codes of a draft's criteria in both languages by key: «5-Т.1» and «5-Ш.1» of one and the same."""
    areas = {area.key: area for area in draft.areas}
    letters = {direction.key: direction.letter for direction in draft.directions}
    places = {
        one.key: Place(one.age, areas[one.area].direction, areas[one.area].code_order, one.number, one.key)
        for one in draft.criteria
    }
    numbers = running_numbers(places.values())
    return {
        key: Bilingual(*(code(at.age, letters[at.direction].render(one), numbers[at]) for one in _LANGUAGES))
        for key, at in places.items()
    }


def _threads_page(draft: CatalogueDraft) -> str:
    codes = codes_of(draft)
    lines = [
        "# The catalogue of criteria, thread by thread",
        "",
        "Made from `data/catalogue/` by `python -m monitoring.criteria.catalogue_pages`; a test compares. A thread is",
        "the last part of a key (`4-mathematics-counting`) and goes on from age to age. With the three levels and the",
        f"measures: [in Russian]({WHOLE_PAGES['ru']}), [in Kazakh]({WHOLE_PAGES['kk']}). Who read the texts, what was",
        "changed and what stays doubtful: [catalogue-review.md](catalogue-review.md).",
        "",
        *_counts(draft),
    ]
    for area, of_area in _by_area(draft):
        lines += ["", f"## {area.name.ru} / {area.name.kk}", ""]
        lines += ["| thread | age | code | ru | kk |", "|---|:-:|---|---|---|"]
        for thread, criteria in of_area.items():
            for one in criteria:
                name = f"`{thread.partition('-')[2]}`" if one is criteria[0] else ""
                both = f"{codes[one.key].ru} / {codes[one.key].kk}"
                lines.append(f"| {name} | {one.age} | {both} | {one.text.ru} | {one.text.kk} |")
    return "\n".join(lines) + "\n"


def _counts(draft: CatalogueDraft) -> Iterator[str]:
    counts = Counter((one.area, one.age) for one in draft.criteria)
    totals = Counter(one.age for one in draft.criteria)
    ages = tuple(reversed(AGES))
    yield "| criteria at the age of | " + " | ".join(map(str, ages)) + " |"
    yield "|---|" + "--:|" * len(ages)
    for area in draft.areas:
        numbers = " | ".join(str(counts[area.key, age] or "—") for age in ages)
        yield f"| {area.name.ru} / {area.name.kk} | {numbers} |"
    yield "| всего / барлығы | " + " | ".join(f"**{totals[age]}**" for age in ages) + " |"


def _whole_page(draft: CatalogueDraft, language: SheetLanguage) -> str:
    codes = codes_of(draft)
    lines = [f"# {_TITLE.render(language)}", "", _INTRODUCTION.render(language)]
    for area, of_area in _by_area(draft):
        lines += ["", f"## {area.name.render(language)}"]
        for criteria in of_area.values():
            for one in criteria:
                title = f"{codes[one.key].render(language)} · {one.text.render(language)}"
                lines += ["", f"### {title}", "", AGE_GROUPS[one.age].render(language).capitalize() + ".", ""]
                lines += [
                    f"- **{LEVELS[level].render(language)}**: {text.render(language)}"
                    for level, text in zip(Level, one.levels, strict=True)
                ]
                lines.append(f"- {_MEASURE.render(language)}: {one.measure.render(language)}")
    return "\n".join(lines) + "\n"


def _by_area(draft: CatalogueDraft) -> Iterator[tuple[AreaEntry, dict[str, tuple[CriterionEntry, ...]]]]:
    """The threads of every learning area, with those of an area that leads on to it, in the order of screens."""
    for area in draft.areas:
        if area.key not in GOES_ON_IN:
            yield area, threads(one for one in draft.criteria if GOES_ON_IN.get(one.area, one.area) == area.key)


if __name__ == "__main__":
    for name, page in pages().items():
        (DOCS / name).write_text(page, encoding="utf-8", newline="\n")
