"""From the first start to a class of three children, as a village teacher does it, in both languages and sizes."""

from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import ViewportSize, expect
from sqlmodel import col, select

from monitoring.record.models import Child, ChildName, Enrolment, Group
from tests.browser.conftest import DESK, PHONE, Person, Visitor
from tests.running import Program, running

CHILDREN = (
    ("Әлімбаев Ғабит Ұланұлы", "04.03.2021"),
    ("Қайратова Ұлбосын", "17.11.2021"),
    ("Ёлкина Дарья Сергеевна", "30.06.2021"),
)


@pytest.fixture
def new_program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with running(tmp_path_factory.mktemp("new")) as started:
        yield started


def add_the_class(person: Person) -> None:
    page = person.page
    person.open("/groups")
    person.at_rest()
    person.press("add_group")
    person.fill("group_name", "Балапан")
    person.press("group_save")
    page.wait_for_selector(".st-key-add_children")
    person.press("add_children")
    for name, born in CHILDREN:
        field = page.locator(".st-key-new_child_name input")
        expect(field).to_have_value("")
        field.fill(name)
        page.locator(".st-key-new_child_born input").fill(born)
        person.press("new_child_add")
        page.get_by_role("link", name=name.split()[0]).wait_for()


@pytest.mark.browser
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("language", ["ru", "kk"])
def test_from_the_first_start_to_a_class_of_three(
    new_program: Program, visitor: Visitor, language: str, size: ViewportSize
) -> None:
    person = visitor(language, size, at=new_program)
    person.open()
    person.choose_language()
    person.set_up()
    assert person.page.evaluate("document.documentElement.lang") == language
    add_the_class(person)
    with new_program.database.reading() as session:
        on_record = session.exec(
            select(ChildName.family, col(Child.born_on), Group.name)
            .join(Child, col(Child.id) == col(ChildName.child_id))
            .join(Enrolment, col(Enrolment.child_id) == col(Child.id))
            .join(Group, col(Group.id) == col(Enrolment.group_id))
            .order_by(col(ChildName.sort_key))
        ).all()
    # Ә after А, Е before Қ: the order of the Kazakh alphabet.
    assert [tuple(row) for row in on_record] == [
        ("Әлімбаев", date(2021, 3, 4), "Балапан"),
        ("Ёлкина", date(2021, 6, 30), "Балапан"),
        ("Қайратова", date(2021, 11, 17), "Балапан"),
    ]
    page_width = person.page.evaluate("document.documentElement.scrollWidth")
    assert page_width <= size["width"]
