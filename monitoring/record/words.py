"""The words of the domain for what the program keeps as keys: levels, stages, ages, roles and the rest.

For every screen and document, as messages that wait for their reader; the wording is that of the official forms.
`python -m monitoring.record.words` writes `docs/roles.md` anew.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from monitoring.core.language import Message, message, pmessage
from monitoring.core.scale import Level, LevelRule, OverallRule, Stage
from monitoring.record.access import PERMISSIONS, Permission
from monitoring.record.models import AtHighest, Method, OrganisationKind, Role, SheetState, TeachingLanguage

ROLES_PAGE: Final = Path(__file__).parents[2] / "docs" / "roles.md"

# «высокий / жоғары»; never without the numeral beside it (`level.name`), see LEVELS.
LEVEL_WORDS: Final[Mapping[Level, Message]] = {
    Level.I: pmessage("level", "low"),
    Level.II: pmessage("level", "middle"),
    Level.III: pmessage("level", "high"),
}

# As the card prints them: «III уровень - «высокий»» / «III деңгей - «жоғары»».
LEVELS: Final[Mapping[Level, Message]] = {
    Level.I: pmessage("level", "level I - “low”"),
    Level.II: pmessage("level", "level II - “middle”"),
    Level.III: pmessage("level", "level III - “high”"),
}

STAGE_WORDS: Final[Mapping[Stage, Message]] = {
    Stage.START: pmessage("stage", "start"),
    Stage.MID: pmessage("stage", "mid"),
    Stage.FINAL: pmessage("stage", "final"),
}

# «стартовый контроль / бастапқы бақылау»
STAGES: Final[Mapping[Stage, Message]] = {
    Stage.START: pmessage("stage", "start control"),
    Stage.MID: pmessage("stage", "mid control"),
    Stage.FINAL: pmessage("stage", "final control"),
}

# As every report prints the rule that it used: «Уровни: ...; ...»
LEVEL_RULES: Final[Mapping[LevelRule, Message]] = {
    LevelRule.MEAN: message("the mean of the criteria: I below 1.7; II from 1.7 to below 2.5; III from 2.5"),
    LevelRule.MEAN_FROM_HALF: message("the mean of the criteria: I below 1.5; II from 1.5 to below 2.5; III from 2.5"),
    LevelRule.MAJORITY: message("the most frequent level of the criteria, of equal ones the lower"),
}

OVERALL_RULES: Final[Mapping[OverallRule, Message]] = {
    OverallRule.CRITERIA: message("overall by all criteria alike"),
    OverallRule.DIRECTIONS: message("overall by the five directions alike"),
}

AT_HIGHEST: Final[Mapping[AtHighest, Message]] = {
    AtHighest.DEVELOP: message("developing measures"),
    AtHighest.DASH: message("a dash"),
    AtHighest.EMPTY: message("nothing: the cell stays empty"),
}

SHEET_STATES: Final[Mapping[SheetState, Message]] = {
    SheetState.OPEN: pmessage("sheet", "being filled in"),
    SheetState.SUBMITTED: pmessage("sheet", "submitted"),
    SheetState.APPROVED: pmessage("sheet", "approved"),
}

AGE_GROUPS: Final[Mapping[int, Message]] = {
    1: pmessage("age", "early age group"),
    2: pmessage("age", "junior group"),
    3: pmessage("age", "middle group"),
    4: pmessage("age", "senior group"),
    5: pmessage("age", "preschool group, preschool class"),
}

KINDS: Final[Mapping[OrganisationKind, Message]] = {
    OrganisationKind.KINDERGARTEN: message("Kindergarten"),
    OrganisationKind.MINI_CENTRE: message("Mini-centre"),
    OrganisationKind.SCHOOL: message("School with preschool classes"),
}

TEACHING_LANGUAGES: Final[Mapping[TeachingLanguage, Message]] = {
    TeachingLanguage.RUSSIAN: message("Russian"),
    TeachingLanguage.KAZAKH: message("Kazakh"),
}

METHODS: Final[Mapping[Method, Message]] = {
    Method.OBSERVATION: pmessage("method", "observation"),
    Method.CONVERSATION: pmessage("method", "conversation"),
    Method.PLAY: pmessage("method", "play situation"),
    Method.WORK: pmessage("method", "analysis of drawings and handiwork"),
    Method.OTHER: pmessage("method", "other"),
}

ROLES: Final[Mapping[Role, Message]] = {
    Role.TEACHER: pmessage("role", "Teacher"),
    Role.SPECIALIST: pmessage("role", "Specialist"),
    Role.PSYCHOLOGIST: pmessage("role", "Psychologist"),
    Role.METHODOLOGIST: pmessage("role", "Methodologist"),
    Role.HEAD: pmessage("role", "Head"),
    Role.ADMINISTRATOR: pmessage("role", "Administrator"),
}

# Each goes on after the name of a role: «Воспитатель: видит детей с их уровнями, ставит уровни».
PERMISSION_WORDS: Final[Mapping[Permission, Message]] = {
    Permission.READ_GROUP: pmessage("what a role does", "sees the children with their levels"),
    Permission.MARK: pmessage("what a role does", "records levels"),
    Permission.WRITE_CARD: pmessage("what a role does", "writes development cards"),
    Permission.APPROVE: pmessage("what a role does", "approves stages"),
    Permission.MANAGE_ROSTER: pmessage("what a role does", "keeps the lists of children"),
    Permission.MANAGE_ACCOUNTS: pmessage("what a role does", "gives people accounts"),
    Permission.MANAGE_CATALOGUE: pmessage("what a role does", "changes the catalogue of criteria"),
    Permission.MANAGE_YEARS: pmessage("what a role does", "opens school years"),
    Permission.READ_ACCESS_RECORDS: pmessage("what a role does", "sees the register of access"),
}


def may_do(role: Role) -> Message:
    """Return what a role may do as a list in words, straight from the table of permissions."""
    return pmessage("what a role does", "{acts}", acts=tuple(PERMISSION_WORDS[one] for one in _permissions(role)))


def roles_page() -> str:
    """Return `docs/roles.md`: every role with its names and what it may do."""
    lines = [
        "# Roles and what they may do",
        "",
        "Made from `monitoring/record/access.py` and `monitoring/record/words.py` by the command",
        "`python -m monitoring.record.words`; a test compares. An account may hold several roles, each for all groups",
        "or for some, and a specialist's for all learning areas or for some. What an account may do is what its roles",
        "allow together.",
        "",
        "| role | ru | kk | may |",
        "|---|---|---|---|",
        *(_roles_line(role) for role in Role),
        "",
        "| what | " + " | ".join(ROLES[role].render("en").lower() for role in Role) + " |",
        "|---|" + ":-:|" * len(Role),
        *(_permission_line(permission) for permission in Permission),
    ]
    return "\n".join(lines) + "\n"


def _roles_line(role: Role) -> str:
    names = " | ".join(ROLES[role].render(language).lower() for language in ("en", "ru", "kk"))
    return f"| {names} | {may_do(role).render('en')} |"


def _permission_line(permission: Permission) -> str:
    ticks = " | ".join("✓" if permission in PERMISSIONS[role] else " " for role in Role)
    return f"| {PERMISSION_WORDS[permission].render('en')} | {ticks} |"


def _permissions(role: Role) -> list[Permission]:
    """The permissions of a role in the order of the enumeration, since a set has none."""
    return [permission for permission in Permission if permission in PERMISSIONS[role]]


if __name__ == "__main__":
    ROLES_PAGE.parent.mkdir(exist_ok=True)
    ROLES_PAGE.write_text(roles_page(), encoding="utf-8", newline="\n")
