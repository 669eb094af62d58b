"""A visit: which installation a request or a rerun is for, who is signed in, and in which language they read.

Everything behind the door starts here. The demonstration with invented data is an installation of its own: which
of the two a browser is in stands in a cookie, and each has a session cookie of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from sqlmodel import select

from monitoring import organisation
from monitoring.core.errors import NotAllowed
from monitoring.core.language import DEFAULT_LANGUAGE, Language, is_language, message
from monitoring.people import sign_in
from monitoring.people.sign_in import SignedIn
from monitoring.record.access import Permission, Person, may
from monitoring.record.database import Database, demo_database, main_database
from monitoring.record.models import Installation, now

PLACE_COOKIE = "monitoring_place"
LANGUAGE_COOKIE = "monitoring_language"
DEMO = "demo"


@dataclass(frozen=True)
class Place:
    """One of the two installations a process serves: the organisation's own, or the demonstration."""

    database: Database
    installation_id: UUID
    is_demo: bool

    @property
    def cookie(self) -> str:
        """Return the name of the session's cookie; two installations on one host do not disturb each other."""
        return f"monitoring_{self.installation_id.hex[:12]}"


@dataclass(frozen=True)
class Visit:
    """Who asks, where, and in which language."""

    place: Place
    token: str | None
    signed_in: SignedIn | None
    language: Language

    @property
    def person(self) -> Person:
        """Return the actor. Raises NotAllowed where nobody is signed in."""
        if self.signed_in is None:
            raise NotAllowed(message("Your session has ended. Sign in again."))
        return self.signed_in.person

    @property
    def today(self) -> date:
        """Return the organisation's present day. Raises NotAllowed where nobody is signed in."""
        if self.signed_in is None:
            raise NotAllowed(message("Your session has ended. Sign in again."))
        return self.signed_in.today

    @property
    def form_token(self) -> str:
        return sign_in.form_token(self.token or "")

    def may(self, permission: Permission | None) -> bool:
        """Tell whether somebody is signed in with a password of their own and this permission anywhere."""
        if self.signed_in is None or self.signed_in.must_change_password:
            return False
        return permission is None or may(self.signed_in.person, permission)


def visit_of(cookies: Mapping[str, str], accept_language: str = "", *, extends: bool = True) -> Visit:
    """Return the visit that a browser's cookies stand for. Reads the database.

    With `extends` it is a sign of life, from which the session's idle time counts anew.
    """
    place = demo_place() if cookies.get(PLACE_COOKIE) == DEMO and demo_exists() else main_place()
    token = cookies.get(place.cookie)
    with place.database.reading() as session:
        signed_in = sign_in.resume(session, token)
    if extends and token and signed_in is not None and now() - signed_in.seen_at > sign_in.TOUCH_EVERY:
        sign_in.keep_alive(place.database, token)
    return Visit(place, token, signed_in, _language(signed_in, cookies.get(LANGUAGE_COOKIE), accept_language))


def main_place() -> Place:
    return _place(main_database())


def demo_place() -> Place:
    return _place(demo_database())


def demo_exists() -> bool:
    """Tell whether the demonstration has been made, whole."""
    file = demo_database().file
    return file is not None and file.with_name("ready").exists()


def is_founded(place: Place) -> bool:
    """Tell whether an organisation has been set up there."""
    with place.database.reading() as session:
        return organisation.any_organisation(session)


@lru_cache(maxsize=8)
def _place(database: Database) -> Place:
    with database.reading() as session:
        installation = session.exec(select(Installation)).one()
    return Place(database, installation.id, installation.is_demo)


def _language(signed_in: SignedIn | None, chosen: str | None, accept_language: str) -> Language:
    if signed_in is not None:
        return signed_in.language.value
    if is_language(chosen):
        return chosen
    preferred = accept_language.split(",")[0].split("-")[0].strip().casefold()
    return "kk" if preferred == "kk" else DEFAULT_LANGUAGE
