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
