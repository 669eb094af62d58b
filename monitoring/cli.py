"""`python -m monitoring`: what is done at the machine itself, for whoever looks after the program there.

What the program says follows `--language`; the help is written in Russian, the language that these people share.
Exit codes: 0 done, 1 refused or something found, 2 wrong use, or a name that means none or several.
`python -m monitoring.cli` writes `docs/command-line.md` anew from the help.
"""

import io
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import typer
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlmodel import Session, col, select
from typer.core import TyperGroup

from monitoring import checks, demo, organisation, serving
from monitoring.core.errors import Refusal
from monitoring.core.language import (
    DEFAULT_LANGUAGE,
    Language,
    Message,
    current_language,
    message,
    ngettext,
    school_year,
    short_date,
    using,
)
from monitoring.core.language import gettext as _
from monitoring.core.names import match_key
from monitoring.core.table_file import read_table
from monitoring.criteria import catalogue, catalogue_file
from monitoring.criteria.catalogue_file import CatalogueDraft, CatalogueProblems
from monitoring.lists import child_list, children, roster, years
from monitoring.lists.child_list import ChildList, ListedChild
from monitoring.lists.roster import GroupView
from monitoring.lists.years import YearView
from monitoring.people import accounts
from monitoring.record import clock, database, upgrade
from monitoring.record.access import Console, console
from monitoring.record.database import Database
from monitoring.record.models import Account, Organisation
from monitoring.record.words import ROLES, TEACHING_LANGUAGES

HELP_PAGE: Final = Path(__file__).parent.parent / "docs" / "command-line.md"
HELP_WIDTH: Final = 100
PROGRAM: Final = "python -m monitoring"


class WrongUse(Refusal):
    """What was asked means nothing, or several things; `candidates` are what can be meant."""

    def __init__(self, message: Message, candidates: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.candidates = tuple(candidates)


class _Commands(TyperGroup):
    """The commands; a refusal of any of them is told in words, with its exit code."""

    def main(self, *args: Any, **options: Any) -> Any:
        for stream in (sys.stdout, sys.stderr):
            # Into a file or another program Windows would write a code page that has no Kazakh letters.
            if isinstance(stream, io.TextIOWrapper) and not stream.isatty():
                stream.reconfigure(encoding="utf-8")
        return super().main(*args, **options)

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except WrongUse as refusal:
            _tell(str(refusal), *(f"  {candidate}" for candidate in refusal.candidates))
            raise typer.Exit(2) from refusal
        except CatalogueProblems as refusal:
            _tell(*map(str, refusal.problems), _("Nothing was loaded."))
            raise typer.Exit(1) from refusal
        except Refusal as refusal:
            _tell(str(refusal))
            raise typer.Exit(1) from refusal
        except DatabaseError as error:
            if type(error) not in (DatabaseError, OperationalError):
                raise  # a fault of the program, to be seen whole
            _tell(_("The database cannot be used: {reason}", reason=str(error.orig).strip()))
            raise typer.Exit(1) from error


app = typer.Typer(
    cls=_Commands,
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"max_content_width": HELP_WIDTH},
)

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


@app.callback()
def main(
    context: typer.Context,
    language: Annotated[
        Language,
        typer.Option(
            "--language", envvar="MONITORING_LANGUAGE", help="Язык сообщений: русский, казахский, английский."
        ),
    ] = DEFAULT_LANGUAGE,
) -> None:
    """Мониторинг развития детей дошкольного возраста: команды для того, кто следит за программой.

    Данные лежат в папке пользователя или в MONITORING_HOME; MONITORING_DATABASE_URL указывает на PostgreSQL.
    Код завершения: 0 - сделано; 1 - отказано или что-то найдено, ничего не записано; 2 - команда написана
    неверно или название не определяет одно (тогда перечислено, что есть).
    """
    context.with_resource(using(language))


@app.command()
def serve(
    lan: Annotated[
        bool, typer.Option("--lan", help="Открыть программу компьютерам и телефонам локальной сети.")
    ] = False,
    port: Annotated[
        int | None,
        typer.Option(
            "--port", min=1, max=65535, help="Порт. Без него 8501 или следующий свободный.", show_default=False
        ),
    ] = None,
    browser: Annotated[bool, typer.Option("--browser", help="Открыть программу в браузере этого компьютера.")] = False,
) -> None:
    """Запустить программу.

    Работают в ней в браузере, по напечатанному адресу; остановка - Ctrl+C. Без --lan её видит только этот
    компьютер. С --lan печатаются адреса в локальной сети и QR-код первого из них, а пока организация не
    заведена - ещё и код, который спросят при первой настройке с другого компьютера.
    """
    main_database = _ready_database()
    _ready_demo()
    address = serving.EVERY_NETWORK if lan else serving.THIS_MACHINE
    chosen = serving.free_port(address, port)
    if port is None and chosen != serving.USUAL_PORT:
        _say(_("The port {port} is taken, so this one is used: {chosen}.", port=serving.USUAL_PORT, chosen=chosen))
    _say(_("Open in the browser: {address}", address=serving.url(serving.THIS_MACHINE, chosen)))
    if lan:
        _say_lan_addresses(chosen)
        _say_set_up_code(main_database)
    _say(_("To stop the program, press Ctrl+C."))
    sys.stdout.flush()
    if browser:
        serving.open_browser_later(chosen)
    serving.run(address, chosen)
    _say(_("The program is stopped."))


@app.command("demo")
def fill_demo(
    size: Annotated[
        demo.Size, typer.Option("--size", help="Сельская школа с одним классом или детский сад с десятью группами.")
    ] = "kindergarten",
    seed: Annotated[int, typer.Option("--seed", help="Число, от которого зависят имена, даты и отметки.")] = 1,
) -> None:
    """Заполнить пустую базу выдуманными данными.

    Печатает логины и пароли, вопросов не задаёт. school - предшкольный класс из 3 детей и одна учётная запись
    со всеми правами. kindergarten - 10 групп с 2 до 5 лет на двух языках, около 240 детей. В обоих: прошлый
    учебный год с отметками на всех трёх этапах и нынешний, подготовленный, ещё без отметок. База навсегда
    помечается как демонстрационная. В непустую базу не пишет.
    """
    target = _ready_database()
    today = clock.today_in(demo.TIME_ZONE)
    made = demo.fill(target, size, seed=seed, today=today, language=current_language())
    _say(_("The database is filled with invented data. The accounts:"))
    heads = (_("Login"), _("Password"), _("Name"), _("Position"), _("Rights"), _("Groups"))
    rows = [
        (
            one.login,
            one.password,
            one.name,
            one.position,
            ", ".join(str(ROLES[role]) for role in one.roles),
            ", ".join(one.groups) or _("all"),
        )
        for one in made
    ]
    _say_table(heads, rows)
    _say(_("Now start the program: {command}", command=f"{PROGRAM} serve"))


@app.command("groups")
def list_groups(
    format_: Annotated[
        Literal["table", "json"], typer.Option("--format", help="Таблица для чтения или JSON.")
    ] = "table",
    organisation_name: OrganisationOption = None,
    year: Annotated[
        str | None,
        typer.Option("--year", metavar="ГОД|all", help="Учебный год: 2026 или 2026-2027, all - все. Без него текущий."),
    ] = None,
) -> None:
    """Показать группы учебного года с числом детей.

    Дети посчитаны на сегодня, а для другого учебного года - на ближайший к сегодня его день. В JSON у группы
    есть id, name, year (год начала), age (null - разный возраст), language (ru или kk) и children.
    """
    with _ready_database().reading() as session:
        actor = _actor(session, organisation_name)
        of_years = years.years(session, actor) if year == "all" else [_year(session, actor, year)]
        found = [(one.begins, group) for one in of_years for group in roster.groups(session, actor, one.id)]
    rows = [
        _GroupRow(str(one.id), one.name, begins, one.age, one.language.value, one.children) for begins, one in found
    ]
    if format_ == "json":
        _say(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=2))
        return
    heads = (_("Group"), _("School year"), _("Age"), _("Language"), _("Children"), "id")
    _say_table(heads, [_cells(begins, group) for begins, group in found])


@app.command()
def import_children(
    file: Annotated[Path, typer.Argument(metavar="ФАЙЛ", help="Список детей: .xlsx или .csv.", show_default=False)],
    group: Annotated[
        str | None,
        typer.Option("--group", metavar="НАЗВАНИЕ|ID", help="Группа для детей, у которых в файле она не указана."),
    ] = None,
    year: YearOption = None,
    organisation_name: OrganisationOption = None,
    since: Annotated[
        datetime | None,
        typer.Option(
            "--since",
            formats=["%d.%m.%Y", "%Y-%m-%d"],
            metavar="ДД.ММ.ГГГГ",
            help="С какого дня зачислить тех, у кого в файле нет даты. Без него - с 1 сентября этого учебного года.",
            show_default=False,
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Только показать, что будет записано.")] = False,
    good_only: Annotated[bool, typer.Option("--good-only", help="Записать хорошие строки, хотя есть плохие.")] = False,
) -> None:
    """Принять список детей из файла.

    Сначала показывает каждую строку, потом записывает все или ни одной. Если хоть одна строка плохая, ничего не
    записывается и код завершения 1; с --good-only записываются остальные.
    """
    content = _content(file)
    with _ready_database().writing() as session:
        actor = _actor(session, organisation_name)
        of_year = _year(session, actor, year)
        listed = _read_list(session, actor, of_year, content, file.name, group)
        _say_preview(listed)
        if listed.bad and not good_only:
            _tell(_("Nothing was written: there are rows to put right."))
            raise typer.Exit(1)
        if dry_run:
            _say(_("Nothing was written: this was a look only."))
            return
        if not listed.good:
            raise Refusal(message("There is no row that can be entered. Put the list right and try again."))
        day = since.date() if since else years.first_day(of_year.begins)
        done = children.import_children(session, actor, of_year.id, listed.good, starts_on=day)
    _say(ngettext("{n} child was enrolled.", "{n} children were enrolled.", done.children))


@app.command()
def load_catalogue(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="ФАЙЛ...", help="Книга .xlsx, или файлы .toml, или папка с ними и areas.toml.", show_default=False
        ),
    ],
    organisation_name: OrganisationOption = None,
) -> None:
    """Загрузить свой перечень критериев.

    Всё или ничего: если в файлах есть ошибки, все они названы, и не загружено ничего. Учебные годы, в которых
    уже есть отметки, сохраняют прежние формулировки. Критерии, которых в файлах больше нет, для новых лет
    снимаются - только в тех возрастах, которые в файлах есть.
    """
    draft = _read_catalogue(files)
    with _ready_database().writing() as session:
        loaded = catalogue.load(session, _actor(session, organisation_name), draft)
    _say(
        _(
            "The catalogue is loaded. New criteria: {new}, reworded: {reworded}, unchanged: {unchanged}, "
            "withdrawn: {withdrawn}.",
            new=loaded.new,
            reworded=loaded.reworded,
            unchanged=loaded.unchanged,
            withdrawn=loaded.withdrawn,
        )
    )
    if loaded.years:
        _say(_("School years that work with it: {years}.", years=tuple(map(school_year, loaded.years))))
    else:
        _say(_("No school year works with it yet: in each there are marks. The next one will."))


@app.command()
def set_password(
    login: Annotated[str, typer.Argument(metavar="ЛОГИН", help="Логин учётной записи.", show_default=False)],
    one_time: Annotated[
        bool, typer.Option("--one-time", help="Напечатать одноразовый пароль; он действует неделю, до первого входа.")
    ] = False,
    stdin: Annotated[
        bool, typer.Option("--stdin", help="Взять пароль из первой строки стандартного ввода, не спрашивая.")
    ] = False,
) -> None:
    """Задать пароль учётной записи.

    Помогает, когда единственный администратор забыл свой. Пароль спрашивается дважды и на экране не виден. Все
    открытые сеансы этой записи завершаются.
    """
    if one_time and stdin:
        raise WrongUse(message("Choose one of the two: --one-time or --stdin."))
    ready = _ready_database()
    with ready.reading() as session:
        account = _account(session, login)
    actor = console(account.organisation_id)
    if one_time:
        with ready.writing() as session:
            secret = accounts.give_one_time_password(session, actor, account.id)
        _say(_("One-time password for {login}: {password}", login=account.login, password=secret))
        return
    password = sys.stdin.readline().rstrip("\r\n") if stdin else _asked_password()
    with ready.writing() as session:
        accounts.set_password(session, actor, account.id, password)
    _say(_("The password of {login} is set. Its sessions have ended.", login=account.login))


@app.command()
def migrate() -> None:
    """Привести базу к этой версии программы.

    База SQLite перед этим копируется в папку backups рядом с ней. База SQLite обновляется и сама при запуске;
    база на сервере PostgreSQL - только этой командой.
    """
    _say_upgrade(_("The database"), upgrade.upgrade(database.main_database()))
    if _demo_file().exists():
        _say_upgrade(_("The demonstration"), upgrade.upgrade(database.demo_database(), demo=True))


@app.command("check")
def check_record(organisation_name: OrganisationOption = None) -> None:
    """Проверить записанное, ничего не меняя.

    Файл базы и ссылки в нём, историю отметок против самих отметок, списки и этапы. Код завершения 1, если
    найдена ошибка. Замечания, которые ошибкой быть не обязаны, на него не влияют.
    """
    with _ready_database().reading() as session:
        chosen = None if organisation_name is None else _organisation(session, organisation_name).id
        findings = checks.check(session, chosen)
    for finding in findings:
        _say(_("Worth a look: {finding}", finding=finding) if finding.is_remark else str(finding))
    faults = sum(not finding.is_remark for finding in findings)
    if faults:
        _tell(ngettext("{n} fault was found.", "{n} faults were found.", faults))
        raise typer.Exit(1)
    _say(_("The record is sound."))


def help_page() -> str:
    """Return `docs/command-line.md`: the help of the program and of every command."""
    group: Any = typer.main.get_command(app)
    with group.make_context(PROGRAM, [], resilient_parsing=True, terminal_width=HELP_WIDTH) as context:
        parts = [("", context.get_help())]
        for name, command in group.commands.items():
            with command.make_context(name, [], parent=context, resilient_parsing=True) as of_command:
                parts.append((f"## {name}\n\n", of_command.get_help()))
    lines = [
        "# Командная строка",
        "",
        "Сделано из справки программы командой `python -m monitoring.cli`; тест сравнивает.",
        "",
    ]
    return "\n".join(lines) + "".join(f"\n{head}```text\n{_trimmed(text)}\n```\n" for head, text in parts)


# --- what the commands find ------------------------------------------------------------------------------


@dataclass(frozen=True)
class _GroupRow:
    """A group as `groups --format json` gives it; other programs rely on these names."""

    id: str
    name: str
    year: int
    age: int | None
    language: str
    children: int


def _ready_database() -> Database:
    ready = database.main_database()
    upgrade.make_ready(ready)
    return ready


def _ready_demo() -> None:
    """Bring the demonstration of «try it» up to date, where there is one."""
    if _demo_file().exists():
        upgrade.upgrade(database.demo_database(), demo=True)


def _demo_file() -> Path:
    return database.home() / "demo" / database.FILE_NAME


def _actor(session: Session, organisation_name: str | None) -> Console:
    return console(_organisation(session, organisation_name).id)


def _organisation(session: Session, name: str | None) -> Organisation:
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


def _year(session: Session, actor: Console, written: str | None) -> YearView:
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


def _group(session: Session, actor: Console, year: YearView, written: str) -> GroupView:
    """The group that a name, a part of it or an id means, if it means one."""
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


def _account(session: Session, login: str) -> Account:
    found = session.exec(select(Account).where(col(Account.login_key) == match_key(login))).first()
    if found is None:
        logins = session.exec(select(Account.login).order_by(col(Account.login_key))).all()
        raise WrongUse(message("There is no account “{login}”. There are:", login=login), logins)
    return found


def _asked_password() -> str:
    asked: str = typer.prompt(_("New password"), hide_input=True, confirmation_prompt=_("Once more"))
    return asked


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise WrongUse(
            message("The file {file} cannot be read: it is not there, or not for you.", file=file)
        ) from error


def _read_list(
    session: Session, actor: Console, year: YearView, content: bytes, filename: str, group: str | None
) -> ChildList:
    default = None if group is None else _group(session, actor, year, group).name
    return child_list.read_list(
        read_table(content, filename),
        year_begins=year.begins,
        groups=[one.name for one in roster.groups(session, actor, year.id)],
        existing=roster.names_on_list(session, actor, year.id),
        group=default,
        today=clock.today(session, actor.organisation_id),
    )


def _read_catalogue(files: Sequence[Path]) -> CatalogueDraft:
    first, *others = files
    if first.is_dir() and not others:
        return catalogue_file.read_folder(first)
    if not others:
        return catalogue_file.read_upload(_content(first), first.name)
    if any(file.suffix.lower() != ".toml" for file in files) or len({file.name for file in files}) < len(files):
        raise WrongUse(message("Give one workbook, one folder, or several .toml files of different names."))
    texts = {file.name: _text(file) for file in files}
    return catalogue_file.read_toml(texts, *catalogue_file.shipped_areas())


def _text(file: Path) -> str:
    try:
        return _content(file).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refusal(message("{file} is not a text in UTF-8. Save it anew in UTF-8.", file=file.name)) from error


# --- what they say ---------------------------------------------------------------------------------------


def _say(*lines: str) -> None:
    for line in lines:
        typer.echo(line)


def _tell(*lines: str) -> None:
    """Say why something was not done, apart from what is done."""
    for line in lines:
        typer.echo(line, err=True)


def _say_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    for row in (heads, *rows):
        _say("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _cells(begins: int, group: GroupView) -> tuple[str, ...]:
    return (
        group.name,
        school_year(begins),
        _("mixed") if group.age is None else str(group.age),
        str(TEACHING_LANGUAGES[group.language]),
        str(group.children),
        str(group.id),
    )


def _say_preview(listed: ChildList) -> None:
    for row in listed.rows:
        _say(_row_in_words(row))
    _say(_("Good rows: {good}, to put right: {bad}.", good=len(listed.good), bad=len(listed.bad)))


def _row_in_words(row: ListedChild) -> str:
    mark = "-" if row.blocked else "+"
    parts = [
        row.name.full if row.name else _("no name"),
        short_date(row.born_on) if row.born_on else _("no date of birth"),
        row.group or _("no group"),
    ]
    doubts = "".join(f"\n      {doubt.message}" for doubt in row.doubts)
    return f"{mark} {_place(row)}: {', '.join(parts)}{doubts}"


def _place(row: ListedChild) -> str:
    return _("sheet “{sheet}”, row {row}", sheet=row.sheet, row=row.row)


def _say_upgrade(what: str, done: upgrade.Upgrade) -> None:
    if done.before == done.after:
        _say(_("{what}: nothing to do, it is at revision {revision}.", what=what, revision=done.after))
    elif done.before is None:
        _say(_("{what}: created at revision {revision}.", what=what, revision=done.after))
    else:
        _say(_("{what}: from revision {before} to {after}.", what=what, before=done.before, after=done.after))
    if done.backup is not None:
        _say(_("The copy of before: {file}", file=done.backup))


def _say_lan_addresses(port: int) -> None:
    addresses = [serving.url(address, port) for address in serving.lan_addresses()]
    if not addresses:
        _tell(_("This machine has no address in a local network: connect it to one."))
        return
    _say(_("From other machines of the local network:"), *(f"  {address}" for address in addresses))
    serving.draw_qr(addresses[0], sys.stdout)


def _say_set_up_code(ready: Database) -> None:
    with ready.reading() as session:
        if organisation.any_organisation(session):
            return
    _say(
        _(
            "Code for the first set-up from another machine: {code}\nIt is asked there only, and only once.",
            code=serving.set_up_code(),
        )
    )


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


if __name__ == "__main__":
    HELP_PAGE.parent.mkdir(exist_ok=True)
    HELP_PAGE.write_text(help_page(), encoding="utf-8", newline="\n")
