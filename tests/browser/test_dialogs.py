"""A dialog shows the record it was opened for, whatever was typed into the one before it."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitor


@pytest.mark.browser
def test_the_dates_of_a_stage_are_its_own_after_another_dialog_was_closed(visitor: Visitor) -> None:
    person = visitor()
    person.open()
    person.set_up()
    person.open("/years")
    person.at_rest()
    person.press("stage_change_start")
    field = "[class*=st-key-stage_control] input"
    expect(person.page.locator(field)).to_have_value("15.09.2026")
    person.page.fill(field, "20.09.2026")
    person.page.keyboard.press("Escape")
    expect(person.page.locator(field)).to_have_count(0)
    person.press("stage_change_mid")
    expect(person.page.locator(field)).to_have_value("20.01.2027")


@pytest.mark.browser
def test_cancel_closes_a_dialog_and_writes_nothing_and_enter_does_its_act(visitor: Visitor) -> None:
    person = visitor()
    person.open()
    if person.page.locator("[name=name]").count():
        person.set_up()
    else:
        person.sign_in()
        person.at_rest()
    person.open("/groups")
    person.at_rest()
    person.press("add_group")
    person.fill("group_name", "Балапан")
    person.press("group_save_cancel")
    expect(person.page.locator("[role=dialog]")).to_have_count(0)
    person.press("add_group")
    expect(person.page.locator(".st-key-group_name input")).to_have_value("")
    person.fill("group_name", "Күншуақ")
    person.page.keyboard.press("Enter")
    expect(person.page.locator("[role=dialog]")).to_have_count(0)
    expect(person.page.locator("h1")).to_have_text("Күншуақ")
    person.open("/groups")
    person.at_rest()
    expect(person.page.get_by_role("link", name="Балапан")).to_have_count(0)
