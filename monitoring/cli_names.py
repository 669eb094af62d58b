"""What is said on the command line and back: which organisation, year, group or child a name means, and the answers.

A name may be an id or a part of a name; one that means none or several is refused with what there is.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import Session, col, select

from monitoring import organisation
from monitoring.core.errors import Refusal
from monitoring.core.language import Message, message, school_year
from monitoring.core.names import match_key
from monitoring.lists import roster, years
from monitoring.lists.roster import GroupView
from monitoring.lists.years import YearView
from monitoring.record import database, upgrade
from monitoring.record.access import Console, console
from monitoring.record.database import Database
from monitoring.record.models import Account, Organisation


class WrongUse(Refusal):
    """What was asked means nothing, or several things; `candidates` are what can be meant."""

    def __init__(self, message: Message, candidates: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.candidates = tuple(candidates)


OrganisationOption = Annotated[
    str | None,
    typer.Option(
        "--organisation",
        metavar="НАЗВАНИЕ|ID",
        help="Организация: название, его часть или id. Нужна, если их несколько.",
    ),
]
YearOption = Annotated[
    str | None,
    typer.Option("--year", metavar="ГОД", help="Учебный год: 2026 или 2026-2027. Без него берётся текущий."),
]


def ready_database() -> Database:
    """Return the program's database, brought up to date."""
    ready = database.main_database()
    upgrade.make_ready(ready)
    return ready


def actor_of(session: Session, organisation_name: str | None) -> Console:
    """Return the console as the actor of an organisation, see `organisation_called`."""
    return console(organisation_called(session, organisation_name).id)


def organisation_called(session: Session, name: str | None) -> Organisation:
    """Return the organisation that a name or an id means, without one the only one there is."""
    found = organisation.by_name(session, name)
    if isinstance(found, Organisation):
        return found
    if not organisation.any_organisation(session):
        raise Refusal(message("There is no organisation in this database yet. Start the program and set it up."))
    everyone = session.exec(select(Organisation).order_by(col(Organisation.created_at))).all()
    candidates = [f"{one.name} ({one.id})" for one in found or everyone]
    if name is None:
        raise WrongUse(message("There are several organisations. Choose one with --organisation:"), candidates)
    if found:
        raise WrongUse(message("“{name}” can be several organisations:", name=name), candidates)
    raise WrongUse(message("There is no organisation “{name}”. There are:", name=name), candidates)


def year_called(session: Session, actor: Console, written: str | None) -> YearView:
    """Return the school year that «2026» or «2026-2027» means, without it the current one."""
    if written is None:
        current = years.current_year(session, actor)
        if current is None:
            raise Refusal(message("The organisation has no school year yet."))
        return current
    there = years.years(session, actor)
    begins = re.fullmatch(r"(\d{4})(?:[-–/]\d{2,4})?", written.strip())
    found = next((year for year in there if begins and year.begins == int(begins[1])), None)
    if found is None:
        candidates = [school_year(year.begins) for year in there]
        raise WrongUse(message("There is no school year “{name}”. There are:", name=written), candidates)
    return found


def group_called(session: Session, actor: Console, year: YearView, written: str) -> GroupView:
    """Return the group that a name, a part of it or an id means, if it means one."""
    there = roster.groups(session, actor, year.id)
    key = match_key(written)
    exact = [group for group in there if written == str(group.id) or match_key(group.name) == key]
    found = exact or [group for group in there if key and key in match_key(group.name)]
    if len(found) == 1:
        return found[0]
    candidates = [f"{group.name} ({group.id})" for group in found or there]
    if found:
        raise WrongUse(message("“{name}” can be several groups:", name=written), candidates)
    raise WrongUse(message("There is no group “{name}” in this school year. There are:", name=written), candidates)


def account_called(session: Session, login: str) -> Account:
    """Return the account of a login."""
    found = session.exec(select(Account).where(col(Account.login_key) == match_key(login))).first()
    if found is None:
        logins = session.exec(select(Account.login).order_by(col(Account.login_key))).all()
        raise WrongUse(message("There is no account “{login}”. There are:", login=login), logins)
    return found


def content_of(file: Path) -> bytes:
    """Return what a file holds. Raises WrongUse where it cannot be read."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise WrongUse(
            message("The file {file} cannot be read: it is not there, or not for you.", file=file)
        ) from error


def say(*lines: str) -> None:
    """Answer, a line each."""
    for line in lines:
        typer.echo(line)


def tell(*lines: str) -> None:
    """Say why something was not done, apart from what is done."""
    for line in lines:
        typer.echo(line, err=True)


def say_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Answer with a table in columns of equal width."""
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    for row in (heads, *rows):
        say("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
