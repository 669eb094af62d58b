"""The door: set-up, sign-in, sign-out, change of password, language, and the demonstration.

Plain pages of our own with plain forms: they need no script, work with password managers, and are there before
the first megabyte of the program's screens.
"""

import os
import secrets
from collections import defaultdict
from datetime import date
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlmodel import Session, select
from starlette.responses import HTMLResponse, RedirectResponse, Response

from monitoring import demo, organisation
from monitoring.core import language
from monitoring.core.errors import Refusal
from monitoring.core.language import LANGUAGE_NAMES, is_language, message, using
from monitoring.organisation import FirstAccount
from monitoring.people import accounts, sign_in
from monitoring.record import clock, upgrade
from monitoring.record.access import console
from monitoring.record.database import demo_database
from monitoring.record.models import Installation, InterfaceLanguage, OrganisationKind, Role, TeachingLanguage
from monitoring.ui.asked import Asked
from monitoring.ui.visit import (
    DEMO,
    LANGUAGE_COOKIE,
    PLACE_COOKIE,
    Place,
    Visit,
    demo_exists,
    demo_place,
    is_founded,
    main_place,
)

TEMPLATES = Path(__file__).with_name("templates")
SET_UP_TOKEN = "MONITORING_SET_UP_TOKEN"
YEAR_OF_SECONDS = 365 * 24 * 3600


def show(visit: Visit, asked: Asked) -> Response:
    """Show the set-up of a new installation, or the sign-in page; whoever is signed in goes straight in."""
    if visit.signed_in is not None:
        return RedirectResponse("/door/password" if visit.signed_in.must_change_password else "/", 303)
    if not is_founded(visit.place):
        return _set_up_page(visit, asked)
    return _sign_in_page(visit, asked)


def style(_visit: Visit, _asked: Asked) -> Response:
    return _file("style.css", "text/css")


def icon(_visit: Visit, _asked: Asked) -> Response:
    return _file("icon.svg", "image/svg+xml")


def choose_language(visit: Visit, asked: Asked) -> Response:
    """Remember the reader's language in the browser, and with the account where somebody is signed in.

    The door's next page carries the choice, so that whoever signs in on it keeps the language.
    """
    chosen = asked.text("language")
    path = _local_path(asked.text("back"))
    if path == "/door" and is_language(chosen):
        path = f"/door?language={chosen}"
    back = RedirectResponse(path, 303)
    if is_language(chosen):
        _set_cookie(back, LANGUAGE_COOKIE, chosen, asked, lasting=True)
        if visit.signed_in is not None and _form_is_ours(visit, asked):
            with visit.place.database.writing() as session:
                accounts.set_language(session, visit.person, chosen)
    return back


def set_up(visit: Visit, asked: Asked) -> Response:
    """Found the organisation with its first account and sign that account in."""
    if not _may_set_up(asked):
        return _set_up_page(visit, asked, error=str(message("The code is not the one that the program printed.")))
    try:
        with using(visit.language), visit.place.database.writing() as session:
            _only_the_first(session)
            founded = organisation.found(
                session,
                console(visit.place.installation_id).user,
                name=asked.text("name"),
                kind=OrganisationKind(asked.text("kind")),
                language=TeachingLanguage(asked.text("teaching_language")),
                year_begins=int(asked.text("year_begins")),
                first=FirstAccount(
                    login=asked.text("login"),
                    name=asked.text("person"),
                    password=_same_twice(asked.text("password"), asked.text("password_again")),
                    language=InterfaceLanguage(visit.language),
                    roles=organisation.VILLAGE_ROLES if asked.text("does_all") else (Role.ADMINISTRATOR,),
                ),
            )
    except Refusal as refusal:
        return _set_up_page(visit, asked, error=refusal.message.render(visit.language))
    except ValueError:
        return _set_up_page(visit, asked, error=message("Fill in every field.").render(visit.language))
    token = sign_in.open_session(visit.place.database, founded.account)
    return _signed_in(visit.place, token, asked)


def sign_in_with_password(visit: Visit, asked: Asked) -> Response:
    """Sign in; the answer to a wrong login and to a wrong password is the same."""
    try:
        with using(visit.language):
            token = sign_in.sign_in(
                visit.place.database, asked.text("login"), asked.text("password"), address=asked.address
            )
    except sign_in.Wait as wait:
        return _sign_in_again(visit, asked, wait, status=429)
    except Refusal as refusal:
        return _sign_in_again(visit, asked, refusal, status=401)
    _keep_language(visit.place, token, asked.text("language"))
    return _signed_in(visit.place, token, asked)


def leave(visit: Visit, asked: Asked) -> Response:
    """End the session of this browser."""
    if not _form_is_ours(visit, asked):
        return RedirectResponse("/", 303)
    sign_in.sign_out(visit.place.database, visit.token or "")
    answer = RedirectResponse("/door", 303)
    answer.delete_cookie(visit.place.cookie)
    return answer


def show_password(visit: Visit, _asked: Asked) -> Response:
    return _page(visit, "password.html")


def change_password(visit: Visit, asked: Asked) -> Response:
    """Change the password; the other sessions of the account end and this one gets a new token."""
    if not _form_is_ours(visit, asked):
        return RedirectResponse("/door/password", 303)
    try:
        token = sign_in.change_password(
            visit.place.database,
            visit.token or "",
            asked.text("old"),
            _same_twice(asked.text("password"), asked.text("password_again")),
            address=asked.address,
        )
    except Refusal as refusal:
        return _page(visit, "password.html", status=400, error=refusal.message.render(visit.language))
    return _signed_in(visit.place, token, asked)


def enter_demo(visit: Visit, asked: Asked) -> Response:
    """Make the demonstration where it is not there yet, and sign in to it as the one who may do all."""
    if not _may_try_demo(visit, asked):
        return RedirectResponse("/door", 303)
    database = demo_database()
    upgrade.upgrade(database, demo=True)
    if not demo_exists():
        demo.fill_once(database, visit.language)
    token = sign_in.open_session(database, demo.everyones_account(database))
    _keep_language(demo_place(), token, visit.language)  # nobody's own account: it speaks as the door does
    answer = _signed_in(demo_place(), token, asked)
    _set_cookie(answer, PLACE_COOKIE, DEMO, asked, lasting=False)
    return answer


def leave_demo(_visit: Visit, _asked: Asked) -> Response:
    """Go back to the organisation's own data; the demonstration stays as it is."""
    answer = RedirectResponse("/door", 303)
    answer.delete_cookie(PLACE_COOKIE)
    return answer


def refused(visit: Visit, reason: str, *, status: int, address: str) -> Response:
    """Return the page of an address that is not there, or not for this reader, with a way on from it."""
    return _page(visit, "refused.html", status=status, reason=reason, address=address)


def _file(name: str, media_type: str) -> Response:
    return Response((TEMPLATES / name).read_bytes(), media_type=media_type, headers={"Cache-Control": "max-age=3600"})


def _set_up_page(visit: Visit, asked: Asked, error: str | None = None) -> Response:
    today = clock.today_in("Asia/Almaty")
    begins = _school_year_of(today)
    return _page(
        visit,
        "set_up.html",
        status=400 if error else 200,
        error=error,
        fields=defaultdict(str, asked.fields),
        answered=bool(asked.fields),
        needs_code=not asked.is_local,
        years=[(year, language.school_year(year)) for year in (begins - 1, begins, begins + 1)],
        this_year=begins,
        may_try_demo=_may_try_demo(visit, asked),
    )


def _sign_in_page(visit: Visit, asked: Asked, *, status: int = 200, error: str | None = None) -> Response:
    # The cookie alone is nobody's choice here: a colleague may have left it on a shared computer.
    chosen = visit.language if asked.text("language") == visit.language else None
    return _page(
        visit,
        "sign_in.html",
        status=status,
        error=error,
        login=asked.text("login"),
        chosen_language=chosen,
        may_try_demo=_may_try_demo(visit, asked),
    )


def _sign_in_again(visit: Visit, asked: Asked, refusal: Refusal, *, status: int) -> Response:
    return _sign_in_page(visit, asked, status=status, error=refusal.message.render(visit.language))


def _signed_in(place: Place, token: str, asked: Asked) -> Response:
    answer = RedirectResponse("/", 303)
    _set_cookie(answer, place.cookie, token, asked, lasting=False)
    return answer


def _keep_language(place: Place, token: str, chosen: str) -> None:
    """Give the account that has just signed in the language that was chosen at the door."""
    if not is_language(chosen):
        return
    with place.database.writing() as session:
        signed_in = sign_in.resume(session, token)
        if signed_in is not None and signed_in.language.value != chosen:
            accounts.set_language(session, signed_in.person, chosen)


def _set_cookie(answer: Response, name: str, value: str, asked: Asked, *, lasting: bool) -> None:
    answer.set_cookie(
        name,
        value,
        max_age=YEAR_OF_SECONDS if lasting else None,
        httponly=True,
        samesite="lax",
        secure=asked.secure,
    )


def _form_is_ours(visit: Visit, asked: Asked) -> bool:
    return secrets.compare_digest(asked.text("form_token"), visit.form_token)


def _may_set_up(asked: Asked) -> bool:
    token = os.environ.get(SET_UP_TOKEN, "")
    return asked.is_local or (bool(token) and secrets.compare_digest(asked.text("code").strip(), token))


def _may_try_demo(visit: Visit, asked: Asked) -> bool:
    return not visit.place.is_demo and asked.is_local


def _only_the_first(session: Session) -> None:
    session.exec(select(Installation).with_for_update()).one()  # the second of two set-ups at once waits here
    if organisation.any_organisation(session):
        raise Refusal(message("The organisation has just been set up by somebody else. Reload the page and sign in."))


def _same_twice(password: str, again: str) -> str:
    if password != again:
        raise Refusal(message("The two passwords are not the same. Write the new password twice."))
    return password


def _school_year_of(today: date) -> int:
    return today.year if today.month >= 7 else today.year - 1


def _local_path(path: str) -> str:
    """Return a path of this site, the first page for anything else, so that no link leads away."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/"


def _page(visit: Visit, template: str, *, status: int = 200, **values: object) -> Response:
    with using(visit.language):
        page = (
            _templates()
            .get_template(template)
            .render(
                visit=visit,
                in_demo=visit.place.is_demo,
                may_leave_demo=visit.place != main_place(),
                languages=LANGUAGE_NAMES,
                main_is_founded=is_founded(main_place()),
                **{"error": None, "login": "", **values},
            )
        )
    return HTMLResponse(page, status)


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, extensions=["jinja2.ext.i18n"]
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        language.gettext, language.ngettext, newstyle=False, pgettext=language.pgettext
    )
    return environment
