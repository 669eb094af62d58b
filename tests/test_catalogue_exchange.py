from dataclasses import replace

import pytest
from sqlalchemy import text

from monitoring.core.errors import NotAllowed, Refusal
from monitoring.core.language import Language
from monitoring.criteria import catalogue, catalogue_exchange
from monitoring.criteria.catalogue_file import Bilingual, read_xlsx, write_xlsx
from monitoring.record.models import Role
from tests.conftest import YEAR, School
from tests.lists import person

TABLES = ("criteria", "criterion_versions", "year_criteria", "areas", "directions", "access_records")


@pytest.mark.parametrize("language", ["ru", "kk", "en"])
def test_a_year_written_to_a_workbook_and_loaded_again_changes_nothing(school: School, language: Language) -> None:
    with school.database.writing() as session:
        draft = catalogue_exchange.draft_of(session, school.console, school.year_id)
        read = read_xlsx(write_xlsx(draft, language), "catalogue.xlsx")
        loaded = catalogue_exchange.rehearse(session, school.console, read)
    assert len(draft.criteria) > 0
    assert (loaded.new, loaded.reworded, loaded.withdrawn) == (0, 0, 0)
    assert loaded.unchanged == len(draft.criteria)


def test_a_rehearsal_foretells_the_loading_and_writes_nothing(school: School) -> None:
    with school.database.reading() as session:
        draft = catalogue_exchange.draft_of(session, school.console, school.year_id)
    first, second, *rest = draft.criteria
    reworded = replace(first, text=Bilingual("Бегает, не задевая других", "Басқаларға соқтықпай жүгіреді"))
    added = replace(second, key="our-own-1", number=90)
    changed = replace(draft, criteria=(reworded, added, *rest))
    before = _counts(school)
    with school.database.writing() as session:
        foretold = catalogue_exchange.rehearse(session, school.console, changed)
    assert _counts(school) == before
    with school.database.reading() as session:
        assert catalogue_exchange.draft_of(session, school.console, school.year_id) == draft
    assert (foretold.new, foretold.reworded, foretold.withdrawn, foretold.years) == (1, 1, 1, (YEAR,))
    with school.database.writing() as session:
        assert catalogue.load(session, school.console, changed) == foretold


def test_a_rehearsal_refuses_what_the_loading_would(school: School) -> None:
    with school.database.writing() as session:
        draft = catalogue_exchange.draft_of(session, school.console, school.year_id)
        moved = replace(draft.criteria[0], area="music", number=90)
        with pytest.raises(Refusal, match=draft.criteria[0].key):
            catalogue_exchange.rehearse(session, school.console, replace(draft, criteria=(moved, *draft.criteria[1:])))


def test_only_who_may_change_the_catalogue_rehearses_it(school: School) -> None:
    with school.database.writing() as session:
        draft = catalogue_exchange.draft_of(session, school.console, school.year_id)
        with pytest.raises(NotAllowed):
            catalogue_exchange.rehearse(session, person(school, Role.METHODOLOGIST), draft)


def _counts(school: School) -> dict[str, int]:
    with school.database.reading() as session:
        return {
            table: session.connection().execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in TABLES
        }
