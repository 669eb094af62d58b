"""The screens: where each lies, what it is called, and who may open it. The navigation and the gate read this."""

from dataclasses import dataclass
from pathlib import Path

from monitoring.core.language import Message, message, pmessage
from monitoring.record.access import Permission

PAGES = Path(__file__).parents[2] / "pages"


@dataclass(frozen=True)
class Screen:
    """A page of the program; `permission` is what one needs to open it, None: to be signed in."""

    address: str
    file: str
    title: Message
    icon: str
    permission: Permission | None
    in_menu: bool = True

    @property
    def path(self) -> Path:
        return PAGES / self.file


SCREENS: tuple[Screen, ...] = (
    Screen("", "home.py", message("Overview"), ":material/home:", None),
    Screen("groups", "groups.py", message("Groups and children"), ":material/groups:", Permission.READ_GROUP),
    Screen("sheet", "sheet.py", message("Observation sheet"), ":material/grid_on:", Permission.READ_GROUP),
    Screen("notes", "notes.py", message("Journal of observations"), ":material/edit_note:", Permission.READ_GROUP),
    Screen("section", "section.py", message("Assessment section"), ":material/article:", Permission.READ_GROUP),
    Screen("summary", "summary.py", pmessage("screen", "Summary"), ":material/bar_chart:", Permission.READ_GROUP),
    Screen("child", "child.py", message("Child"), ":material/child_care:", Permission.READ_GROUP, in_menu=False),
    Screen("card", "card.py", message("Development card"), ":material/badge:", Permission.READ_GROUP, in_menu=False),
    Screen(
        "import-list",
        "import_list.py",
        message("List from a file"),
        ":material/upload_file:",
        Permission.MANAGE_ROSTER,
    ),
    Screen("years", "years.py", message("School year"), ":material/calendar_month:", Permission.MANAGE_YEARS),
    Screen(
        "accounts",
        "accounts.py",
        message("Accounts and rights"),
        ":material/manage_accounts:",
        Permission.MANAGE_ACCOUNTS,
    ),
    Screen(
        "catalogue",
        "catalogue.py",
        message("Catalogue of criteria"),
        ":material/checklist:",
        None,
    ),
    Screen(
        "organisation",
        "organisation.py",
        message("My organisation"),
        ":material/domain:",
        Permission.MANAGE_YEARS,
    ),
)


def screen_at(address: str) -> Screen:
    """Return the screen of an address. Raises KeyError where there is none."""
    return {screen.address: screen for screen in SCREENS}[address]
