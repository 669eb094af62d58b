"""The sample of a child list is read by the program itself without a doubt, in every language it is given in."""

from datetime import date

import pytest

from monitoring.core.language import LANGUAGES, Language, using
from monitoring.core.table_file import read_table
from monitoring.lists.child_list import read_list
from monitoring.lists.list_sample import sample_list


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("groups", [("=1+1 «Күншуақ»",), ("Балапан", "Қарлығаш"), ()])
def test_the_sample_is_read_back_without_a_doubt(language: Language, groups: tuple[str, ...]) -> None:
    with using(language):
        tables = read_table(sample_list(2026, groups), "sample.xlsx")
    known = groups or (str(tables[0].rows[1][3]),)
    listed = read_list(tables, year_begins=2026, groups=known, existing=(), today=date(2026, 11, 22))
    assert [(row.group, row.born_on, row.arrived_on, row.doubts) for row in listed.rows] == [
        (known[0], date(2021, 4, 12), date(2026, 9, 1), ()),
        (known[0], date(2021, 11, 3), date(2026, 9, 1), ()),
    ]
    assert all(row.name is not None and row.name.given for row in listed.rows)


def test_the_sample_speaks_the_language_of_the_screen() -> None:
    heads = []
    for language in LANGUAGES:
        with using(language):
            heads.append(read_table(sample_list(2026, ("Балапан",)), "sample.xlsx")[0].rows[0][1])
    assert len(set(heads)) == len(LANGUAGES)
