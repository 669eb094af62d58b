"""An organisation is founded on any day of the year, and its first account can act at once."""

import pytest

from monitoring import organisation
from monitoring.core.errors import Refusal
from monitoring.organisation import FirstAccount
from monitoring.people import accounts
from monitoring.record import clock
from monitoring.record.access import Permission, Person, may
from monitoring.record.database import Database
from monitoring.record.models import OrganisationKind, TeachingLanguage
from tests.conftest import PASSWORD


def found(database: Database, **more: object) -> organisation.Founded:
    usual = {
        "name": "Школа села Ақбұлақ",
        "kind": OrganisationKind.SCHOOL,
        "language": TeachingLanguage.KAZAKH,
        "year_begins": 2026,
        "first": FirstAccount(login="aigul", name="Айгүл Сәрсенова", password=PASSWORD),
    }
    with database.writing() as session:
        return organisation.found(session, "test", **(usual | more))  # type: ignore[arg-type]


@pytest.mark.parametrize("years_ahead", [-1, 0, 1, 5])
def test_the_first_account_can_act_at_once_whatever_year_is_begun_with(database: Database, years_ahead: int) -> None:
    """In July the year that is offered begins in the future: whoever sets it up then must not stand outside."""
    today = clock.today_in("Asia/Almaty")
    founded = found(database, year_begins=today.year + years_ahead)
    with database.reading() as session:
        held = accounts.grants_in_force(session, founded.organisation.id, founded.account.id, today)
    person = Person(founded.organisation.id, founded.account.id, held)
    assert may(person, Permission.MANAGE_ACCOUNTS)
    assert may(person, Permission.MARK)


@pytest.mark.parametrize("name", ["", "   ", "Д" * 301])
def test_a_name_that_will_not_do_is_refused(database: Database, name: str) -> None:
    with pytest.raises(Refusal):
        found(database, name=name)
