"""`python -m monitoring`: what is done at the machine itself, for whoever looks after the program there.

What the program says follows `--language`; the help is written in Russian, the language that these people share.
Exit codes: 0 done, 1 refused or something found, 2 wrong use, or a name that means none or several.
`python -m monitoring.cli` writes `docs/command-line.md` anew from the help.
"""

import io
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import typer
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlmodel import Session
from typer.core import TyperGroup

from monitoring import checks, cli_exports, demo, organisation, serving
from monitoring.cli_names import (
    OrganisationOption,
    WrongUse,
    YearOption,
    account_called,
    actor_of,
    content_of,
    group_called,
    organisation_called,
    ready_database,
    say,
    say_table,
    tell,
    year_called,
)
from monitoring.core.errors import Refusal
from monitoring.core.language import (
    DEFAULT_LANGUAGE,
    Language,
    current_language,
    message,
    ngettext,
    school_year,
    short_date,
    using,
)
from monitoring.core.language import gettext as _
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
from monitoring.record.words import ROLES, TEACHING_LANGUAGES

HELP_PAGE: Final = Path(__file__).parent.parent / "docs" / "command-line.md"
HELP_WIDTH: Final = 100
PROGRAM: Final = "python -m monitoring"


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
            tell(str(refusal), *(f"  {candidate}" for candidate in refusal.candidates))
            raise typer.Exit(2) from refusal
        except CatalogueProblems as refusal:
            tell(*map(str, refusal.problems), _("Nothing was loaded."))
            raise typer.Exit(1) from refusal
        except Refusal as refusal:
            tell(str(refusal))
            raise typer.Exit(1) from refusal
        except DatabaseError as error:
            if type(error) not in (DatabaseError, OperationalError):
                raise  # a fault of the program, to be seen whole
            tell(_("The database cannot be used: {reason}", reason=str(error.orig).strip()))
            raise typer.Exit(1) from error


app = typer.Typer(
    cls=_Commands,
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"max_content_width": HELP_WIDTH},
)


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
    main_database = ready_database()
    _ready_demo()
    address = serving.EVERY_NETWORK if lan else serving.THIS_MACHINE
    chosen = serving.free_port(address, port)
    if port is None and chosen != serving.USUAL_PORT:
        say(_("The port {port} is taken, so this one is used: {chosen}.", port=serving.USUAL_PORT, chosen=chosen))
    say(_("Open in the browser: {address}", address=serving.url(serving.THIS_MACHINE, chosen)))
    if lan:
        _say_lan_addresses(chosen)
        _say_set_up_code(main_database)
    say(_("To stop the program, press Ctrl+C."))
    sys.stdout.flush()
    if browser:
        serving.open_browser_later(chosen)
    serving.run(address, chosen)
    say(_("The program is stopped."))


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
    учебный год с отметками на всех трёх этапах и нынешний с отметками тех этапов, что уже прошли (в новых
    группах остаётся что доделать). База навсегда помечается как демонстрационная. В непустую базу не пишет.
    """
    target = ready_database()
    today = clock.today_in(demo.TIME_ZONE)
    made = demo.fill(target, size, seed=seed, today=today, language=current_language())
    say(_("The database is filled with invented data. The accounts:"))
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
    say_table(heads, rows)
    say(_("Now start the program: {command}", command=f"{PROGRAM} serve"))


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
    with ready_database().reading() as session:
        actor = actor_of(session, organisation_name)
        of_years = years.years(session, actor) if year == "all" else [year_called(session, actor, year)]
        found = [(one.begins, group) for one in of_years for group in roster.groups(session, actor, one.id)]
    rows = [
        _GroupRow(str(one.id), one.name, begins, one.age, one.language.value, one.children) for begins, one in found
    ]
    if format_ == "json":
        say(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=2))
        return
    heads = (_("Group"), _("School year"), _("Age"), _("Language"), _("Children"), "id")
    say_table(heads, [_cells(begins, group) for begins, group in found])


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
    content = content_of(file)
    with ready_database().writing() as session:
        actor = actor_of(session, organisation_name)
        of_year = year_called(session, actor, year)
        listed = _read_list(session, actor, of_year, content, file.name, group)
        _say_preview(listed)
        if listed.bad and not good_only:
            tell(_("Nothing was written: there are rows to put right."))
            raise typer.Exit(1)
        if dry_run:
            say(_("Nothing was written: this was a look only."))
            return
        if not listed.good:
            raise Refusal(message("There is no row that can be entered. Put the list right and try again."))
        day = since.date() if since else years.first_day(of_year.begins)
        done = children.import_children(session, actor, of_year.id, listed.good, starts_on=day)
    say(ngettext("{n} child was enrolled.", "{n} children were enrolled.", done.children))


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
    with ready_database().writing() as session:
        loaded = catalogue.load(session, actor_of(session, organisation_name), draft)
    say(
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
        say(_("School years that work with it: {years}.", years=tuple(map(school_year, loaded.years))))
    else:
        say(_("No school year works with it yet: in each there are marks. The next one will."))


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
    ready = ready_database()
    with ready.reading() as session:
        account = account_called(session, login)
    actor = console(account.organisation_id)
    if one_time:
        with ready.writing() as session:
            secret = accounts.give_one_time_password(session, actor, account.id)
        say(_("One-time password for {login}: {password}", login=account.login, password=secret))
        return
    password = sys.stdin.readline().rstrip("\r\n") if stdin else _asked_password()
    with ready.writing() as session:
        accounts.set_password(session, actor, account.id, password)
    say(_("The password of {login} is set. Its sessions have ended.", login=account.login))


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
    with ready_database().reading() as session:
        chosen = None if organisation_name is None else organisation_called(session, organisation_name).id
        findings = checks.check(session, chosen)
    for finding in findings:
        say(_("Worth a look: {finding}", finding=finding) if finding.is_remark else str(finding))
    faults = sum(not finding.is_remark for finding in findings)
    if faults:
        tell(ngettext("{n} fault was found.", "{n} faults were found.", faults))
        raise typer.Exit(1)
    say(_("The record is sound."))


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


app.add_typer(cli_exports.app)


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


def _ready_demo() -> None:
    """Bring the demonstration of «try it» up to date, where there is one."""
    if _demo_file().exists():
        upgrade.upgrade(database.demo_database(), demo=True)


def _demo_file() -> Path:
    return database.home() / "demo" / database.FILE_NAME


def _asked_password() -> str:
    asked: str = typer.prompt(_("New password"), hide_input=True, confirmation_prompt=_("Once more"))
    return asked


def _read_list(
    session: Session, actor: Console, year: YearView, content: bytes, filename: str, group: str | None
) -> ChildList:
    default = None if group is None else group_called(session, actor, year, group).name
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
        return catalogue_file.read_upload(content_of(first), first.name)
    if any(file.suffix.lower() != ".toml" for file in files) or len({file.name for file in files}) < len(files):
        raise WrongUse(message("Give one workbook, one folder, or several .toml files of different names."))
    texts = {file.name: _text(file) for file in files}
    return catalogue_file.read_toml(texts, *catalogue_file.shipped_areas())


def _text(file: Path) -> str:
    try:
        return content_of(file).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refusal(message("{file} is not a text in UTF-8. Save it anew in UTF-8.", file=file.name)) from error


# --- what they say ---------------------------------------------------------------------------------------


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
        say(_row_in_words(row))
    say(_("Good rows: {good}, to put right: {bad}.", good=len(listed.good), bad=len(listed.bad)))


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
        say(_("{what}: nothing to do, it is at revision {revision}.", what=what, revision=done.after))
    elif done.before is None:
        say(_("{what}: created at revision {revision}.", what=what, revision=done.after))
    else:
        say(_("{what}: from revision {before} to {after}.", what=what, before=done.before, after=done.after))
    if done.backup is not None:
        say(_("The copy of before: {file}", file=done.backup))


def _say_lan_addresses(port: int) -> None:
    addresses = [serving.url(address, port) for address in serving.lan_addresses()]
    if not addresses:
        tell(_("This machine has no address in a local network: connect it to one."))
        return
    say(_("From other machines of the local network:"), *(f"  {address}" for address in addresses))
    serving.draw_qr(addresses[0], sys.stdout)


def _say_set_up_code(ready: Database) -> None:
    with ready.reading() as session:
        if organisation.any_organisation(session):
            return
    say(
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
