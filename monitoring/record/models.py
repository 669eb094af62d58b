"""What is on record: every table, key and constraint, once.

Identity is a random UUID, because records move between installations. Every row carries its organisation, in
the foreign keys too, so that the database itself refuses a reference across organisations. Names of children
live in `child_names` alone and free text in `text_versions` alone: those are the two places to erase from.
"""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID, uuid4

from sqlalchemy import (
    CheckConstraint,
    Dialect,
    Enum,
    ForeignKeyConstraint,
    Index,
    MetaData,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import DateTime, TypeDecorator
from sqlmodel import Field, SQLModel

from monitoring.core.scale import LevelRule, OverallRule, Stage, StartSet

SQLModel.metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class OrganisationKind(StrEnum):
    """The kinds of organisation that the development card names in its header."""

    KINDERGARTEN = "kindergarten"
    MINI_CENTRE = "mini_centre"
    SCHOOL = "school"


class TeachingLanguage(StrEnum):
    """A language of instruction, and so of a group's sheets and cards."""

    RUSSIAN = "ru"
    KAZAKH = "kk"


class InterfaceLanguage(StrEnum):
    RUSSIAN = "ru"
    KAZAKH = "kk"
    ENGLISH = "en"


class Role(StrEnum):
    """What a grant lets an account do; `monitoring.record.access` says what that is."""

    TEACHER = "teacher"
    SPECIALIST = "specialist"
    PSYCHOLOGIST = "psychologist"
    METHODOLOGIST = "methodologist"
    HEAD = "head"
    ADMINISTRATOR = "administrator"


class SheetState(StrEnum):
    """How far a group's sheet of one stage is; an approved one is read-only."""

    OPEN = "open"
    SUBMITTED = "submitted"
    APPROVED = "approved"


class EndReason(StrEnum):
    """Why an enrolment ended before its school year did."""

    TRANSFERRED = "transferred"
    LEFT = "left"


class Entered(StrEnum):
    """How a mark came on record."""

    TYPED = "typed"
    FILLED = "filled"
    PASTED = "pasted"
    IMPORTED = "imported"
    COPIED = "copied"
    ACCEPTED = "accepted"


class Method(StrEnum):
    """The methods of observation that the forms name."""

    OBSERVATION = "observation"
    CONVERSATION = "conversation"
    PLAY = "play"
    WORK = "work"
    OTHER = "other"


class AtHighest(StrEnum):
    """What a cell of the card says of a child who is at III throughout."""

    DEVELOP = "develop"  # developing measures
    DASH = "dash"
    EMPTY = "empty"


class Document(StrEnum):
    """The documents that an organisation may give a template of its own."""

    CARD = "card"


class Act(StrEnum):
    """What was done with a record, for the register of access."""

    OPENED = "opened"
    EXPORTED = "exported"
    CREATED = "created"
    CHANGED = "changed"
    REMOVED = "removed"
    IMPORTED = "imported"
    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC: aware in Python, naive UTC text in SQLite, timestamptz in PostgreSQL.

    Raises ValueError for a datetime without a zone: which moment it means cannot be known.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment on record needs its time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def now() -> datetime:
    """Return the present moment in UTC, as it is kept on record."""
    return datetime.now(UTC)


def one_of(kind: type[StrEnum], name: str) -> Enum:
    """Return a text column type that the database limits to the values of `kind` by a CHECK called `name`."""
    return Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=24,
        values_callable=lambda members: [member.value for member in members],
    )


def within(table: str, *columns: str, to: tuple[str, ...] = ("id",)) -> ForeignKeyConstraint:
    """Return a foreign key of `columns` to `table` that holds inside one organisation only."""
    return ForeignKeyConstraint(
        ["organisation_id", *columns],
        [f"{table}.organisation_id", *(f"{table}.{column}" for column in to)],
    )


def of_an_organisation() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["organisation_id"], ["organisations.id"])


def identity() -> UniqueConstraint:
    """Return the key that references inside an organisation point at."""
    return UniqueConstraint("organisation_id", "id")


def a_level(column: str = "level") -> CheckConstraint:
    return CheckConstraint(f"{column} BETWEEN 1 AND 3", name=column)


def by_someone() -> tuple[ForeignKeyConstraint, CheckConstraint]:
    """Return the rule that a row names one doer: an account, or the console's system user."""
    return (
        within("accounts", "by_account_id"),
        CheckConstraint("(by_account_id IS NULL) <> (by_console IS NULL)", name="one_doer"),
    )


class Record(SQLModel):
    """A row with an identity of its own inside an organisation."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    organisation_id: UUID


class Done(SQLModel):
    """Who did it and when: an account, or the system user at the console."""

    at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    by_account_id: UUID | None = None
    by_console: str | None = Field(default=None, max_length=80)


# --- the installation, organisations and school years ---------------------------------------------------


class Installation(SQLModel, table=True):
    """The one row that tells this database from every other; invented data is marked for good."""

    __tablename__: ClassVar[Any] = "installation"
    __table_args__ = (CheckConstraint("number = 1", name="only_one"),)

    number: int = Field(default=1, primary_key=True)
    id: UUID = Field(default_factory=uuid4)
    is_demo: bool = False
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)


class Organisation(SQLModel, table=True):
    __tablename__: ClassVar[Any] = "organisations"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    name: str = Field(max_length=300)
    name_kk: str | None = Field(default=None, max_length=300)
    kind: OrganisationKind = Field(sa_type=one_of(OrganisationKind, "kind"))
    language: TeachingLanguage = Field(sa_type=one_of(TeachingLanguage, "language"))
    timezone: str = Field(default="Asia/Almaty", max_length=60)
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)

    def name_in(self, language: str) -> str:
        """Return the name as it is printed in a language; one name serves both where there is no other."""
        return self.name_kk if language == "kk" and self.name_kk else self.name


class SchoolYear(SQLModel, table=True):
    """A school year of an organisation; `begins` is the calendar year of its September."""

    __tablename__: ClassVar[Any] = "school_years"
    __table_args__ = (
        identity(),
        of_an_organisation(),
        UniqueConstraint("organisation_id", "begins"),
        CheckConstraint("begins BETWEEN 2000 AND 2100", name="begins"),
        CheckConstraint("starts_on < ends_on", name="dates"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    organisation_id: UUID
    begins: int
    starts_on: date
    ends_on: date
    start_set: StartSet = Field(default=StartSet.OWN, sa_type=one_of(StartSet, "start_set"))
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    level_rule: LevelRule = Field(default=LevelRule.MEAN, sa_type=one_of(LevelRule, "level_rule"))
    overall_rule: OverallRule = Field(default=OverallRule.CRITERIA, sa_type=one_of(OverallRule, "overall_rule"))
    at_highest: AtHighest = Field(default=AtHighest.DEVELOP, sa_type=one_of(AtHighest, "at_highest"))


class YearStage(SQLModel, table=True):
    """The window of a stage in a school year, and the control date that decides who is on its list."""

    __tablename__: ClassVar[Any] = "year_stages"
    __table_args__ = (
        within("school_years", "school_year_id"),
        CheckConstraint("opens_on <= control_on AND control_on <= closes_on", name="dates"),
        CheckConstraint("measures_from BETWEEN 1 AND 12 AND measures_until BETWEEN 1 AND 12", name="months"),
    )

    organisation_id: UUID
    school_year_id: UUID = Field(primary_key=True)
    stage: Stage = Field(primary_key=True, sa_type=one_of(Stage, "stage"))
    opens_on: date
    control_on: date
    closes_on: date
    measures_from: int  # the months, 1-12, in which the measures of this stage are taken
    measures_until: int


# --- accounts, grants and sign-in ------------------------------------------------------------------------


class Account(SQLModel, table=True):
    """A person who signs in. `login` is unique in the whole installation, compared by its match key."""

    __tablename__: ClassVar[Any] = "accounts"
    __table_args__ = (identity(), of_an_organisation(), UniqueConstraint("login_key"))

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    organisation_id: UUID
    login: str = Field(max_length=80)
    login_key: str = Field(max_length=160)
    name: str = Field(max_length=200)
    position: str = Field(default="", max_length=200)
    language: InterfaceLanguage = Field(sa_type=one_of(InterfaceLanguage, "language"))
    password_hash: str = Field(max_length=200)
    one_time_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    disabled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)


class Grant(Record, table=True):
    """A role of an account from a day to a day (half-open), for one group or all, one area or all."""

    __tablename__: ClassVar[Any] = "grants"
    __table_args__ = (
        within("accounts", "account_id"),
        within("groups", "group_id"),
        within("areas", "area_key", to=("key",)),
        CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", name="dates"),
        Index(None, "organisation_id", "account_id"),
    )

    account_id: UUID
    role: Role = Field(sa_type=one_of(Role, "role"))
    group_id: UUID | None = None
    area_key: str | None = Field(default=None, max_length=40)
    starts_on: date
    ends_on: date | None = None


class SignIn(SQLModel, table=True):
    """A session of an account. Only the hash of its token is kept, so this table signs nobody in."""

    __tablename__: ClassVar[Any] = "sign_ins"
    __table_args__ = (within("accounts", "account_id"), Index(None, "organisation_id", "account_id"))

    token_hash: str = Field(primary_key=True, max_length=64)
    organisation_id: UUID
    account_id: UUID
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    seen_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SignInDelay(SQLModel, table=True):
    """How many sign-ins have failed in a row for a login or an address, and until when the next one waits."""

    __tablename__: ClassVar[Any] = "sign_in_delays"
    __table_args__ = (CheckConstraint("failures > 0", name="failures"),)

    subject: str = Field(primary_key=True, max_length=80)
    failures: int
    until: datetime = Field(sa_type=UtcDateTime)


# --- the catalogue ---------------------------------------------------------------------------------------


class Direction(SQLModel, table=True):
    """One of the five directions: its names and code letters are data, its key is not."""

    __tablename__: ClassVar[Any] = "directions"
    __table_args__ = (of_an_organisation(), UniqueConstraint("organisation_id", "number"))

    organisation_id: UUID = Field(primary_key=True)
    key: str = Field(primary_key=True, max_length=40)
    number: int
    name_ru: str = Field(max_length=200)
    name_kk: str = Field(max_length=200)
    letter_ru: str = Field(max_length=2)
    letter_kk: str = Field(max_length=2)


class Area(SQLModel, table=True):
    """A learning area. `number` is its place on screens and in reports, `code_order` its place in the codes."""

    __tablename__: ClassVar[Any] = "areas"
    __table_args__ = (of_an_organisation(), within("directions", "direction_key", to=("key",)))

    organisation_id: UUID = Field(primary_key=True)
    key: str = Field(primary_key=True, max_length=40)
    direction_key: str = Field(max_length=40)
    number: int
    code_order: int
    name_ru: str = Field(max_length=200)
    name_kk: str = Field(max_length=200)


class Catalogue(Record, table=True):
    """A set of criteria of an organisation; sets whose codes collide stay in catalogues of their own."""

    __tablename__: ClassVar[Any] = "catalogues"
    __table_args__ = (identity(), of_an_organisation(), UniqueConstraint("organisation_id", "key"))

    key: str = Field(max_length=40)
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)


class Criterion(Record, table=True):
    """A criterion that stays the same through all its wordings; its key never changes.

    One that a later catalogue leaves out is withdrawn: years that began with it keep it, new years do not get it.
    """

    __tablename__: ClassVar[Any] = "criteria"
    __table_args__ = (
        identity(),
        within("catalogues", "catalogue_id"),
        within("areas", "area_key", to=("key",)),
        UniqueConstraint("catalogue_id", "key"),
        CheckConstraint("age BETWEEN 1 AND 5", name="age"),
    )

    catalogue_id: UUID
    key: str = Field(max_length=80)
    age: int
    area_key: str = Field(max_length=40)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class CriterionVersion(Record, table=True):
    """A wording of a criterion: its text, a descriptor a level, its measure, and its place in the area."""

    __tablename__: ClassVar[Any] = "criterion_versions"
    __table_args__ = (
        identity(),
        UniqueConstraint("organisation_id", "criterion_id", "id"),
        within("criteria", "criterion_id"),
        UniqueConstraint("criterion_id", "version"),
        CheckConstraint("version > 0 AND number > 0", name="numbers"),
    )

    criterion_id: UUID
    version: int
    number: int
    text_ru: str = Field(max_length=500)
    text_kk: str = Field(max_length=500)
    level_1_ru: str = Field(max_length=500)
    level_1_kk: str = Field(max_length=500)
    level_2_ru: str = Field(max_length=500)
    level_2_kk: str = Field(max_length=500)
    level_3_ru: str = Field(max_length=500)
    level_3_kk: str = Field(max_length=500)
    measure_ru: str = Field(max_length=500)
    measure_kk: str = Field(max_length=500)
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)


class YearCriterion(SQLModel, table=True):
    """The wording of a criterion that a school year began with, and keeps."""

    __tablename__: ClassVar[Any] = "year_criteria"
    __table_args__ = (
        within("school_years", "school_year_id"),
        within("criterion_versions", "criterion_id", "criterion_version_id", to=("criterion_id", "id")),
        UniqueConstraint("school_year_id", "criterion_id"),
        UniqueConstraint("organisation_id", "school_year_id", "criterion_version_id", name="uq_year_criteria_version"),
    )

    organisation_id: UUID
    school_year_id: UUID = Field(primary_key=True)
    criterion_version_id: UUID = Field(primary_key=True)
    criterion_id: UUID


# --- groups and children ---------------------------------------------------------------------------------


class Group(Record, table=True):
    """A group in one school year; `age` is None where the ages are mixed."""

    __tablename__: ClassVar[Any] = "groups"
    __table_args__ = (
        identity(),
        within("school_years", "school_year_id"),
        within("groups", "predecessor_id"),
        UniqueConstraint("organisation_id", "school_year_id", "id"),
        UniqueConstraint("school_year_id", "name_key"),
        CheckConstraint("age IS NULL OR age BETWEEN 1 AND 5", name="age"),
    )

    school_year_id: UUID
    predecessor_id: UUID | None = None
    name: str = Field(max_length=120)
    name_key: str = Field(max_length=240)
    sort_key: str = Field(max_length=500)
    age: int | None = None
    language: TeachingLanguage = Field(sa_type=one_of(TeachingLanguage, "language"))
    assesses_kazakh: bool = True


class GroupStage(Done, table=True):
    """The state of a group's observation sheet of one stage; the main road locks this row shared."""

    __tablename__: ClassVar[Any] = "group_stages"
    __table_args__ = (within("groups", "group_id"), *by_someone())

    organisation_id: UUID
    group_id: UUID = Field(primary_key=True)
    stage: Stage = Field(primary_key=True, sa_type=one_of(Stage, "stage"))
    state: SheetState = Field(default=SheetState.OPEN, sa_type=one_of(SheetState, "state"))


class Child(Record, table=True):
    """A child. Its name is in `child_names`, so that it can be erased without touching the marks."""

    __tablename__: ClassVar[Any] = "children"
    __table_args__ = (identity(), of_an_organisation())

    born_on: date
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)


class ChildName(SQLModel, table=True):
    __tablename__: ClassVar[Any] = "child_names"
    __table_args__ = (
        within("children", "child_id"),
        Index(None, "organisation_id", "sort_key"),
        Index(None, "organisation_id", "match_key"),
    )

    child_id: UUID = Field(primary_key=True)
    organisation_id: UUID
    family: str = Field(max_length=120)
    given: str = Field(max_length=120)
    patronymic: str | None = Field(default=None, max_length=120)
    sort_key: str = Field(max_length=1500)
    match_key: str = Field(max_length=500)


class Enrolment(Record, table=True):
    """A child in a group from a day to a day, half-open. Without an end it lasts to the end of its school year."""

    __tablename__: ClassVar[Any] = "enrolments"
    __table_args__ = (
        within("children", "child_id"),
        within("groups", "school_year_id", "group_id", to=("school_year_id", "id")),
        CheckConstraint("ends_on IS NULL OR starts_on < ends_on", name="dates"),
        CheckConstraint("(ends_on IS NULL) = (end_reason IS NULL)", name="end_has_a_reason"),
        Index(
            "uq_enrolments_one_open",
            "child_id",
            "school_year_id",
            unique=True,
            sqlite_where=text("ends_on IS NULL"),
            postgresql_where=text("ends_on IS NULL"),
        ),
        Index(None, "organisation_id", "group_id"),
    )

    child_id: UUID
    school_year_id: UUID
    group_id: UUID
    starts_on: date
    ends_on: date | None = None
    end_reason: EndReason | None = Field(default=None, sa_type=one_of(EndReason, "end_reason"))


class AgeSet(SQLModel, table=True):
    """The age whose criteria a child is given at a stage of a school year; no row, no set at that stage."""

    __tablename__: ClassVar[Any] = "age_sets"
    __table_args__ = (
        within("children", "child_id"),
        within("school_years", "school_year_id"),
        CheckConstraint("age BETWEEN 1 AND 5", name="age"),
    )

    organisation_id: UUID
    child_id: UUID = Field(primary_key=True)
    school_year_id: UUID = Field(primary_key=True)
    stage: Stage = Field(primary_key=True, sa_type=one_of(Stage, "stage"))
    age: int


# --- marks -----------------------------------------------------------------------------------------------


class Rating(Done, table=True):
    """The level of a child by a criterion at a stage, as it stands; without a level it is not assessed.

    `revision` grows by one with each change and is what a writer compares before writing.
    """

    __tablename__: ClassVar[Any] = "ratings"
    __table_args__ = (
        within("children", "child_id"),
        within(
            "year_criteria",
            "school_year_id",
            "criterion_version_id",
            to=("school_year_id", "criterion_version_id"),
        ),
        *by_someone(),
        a_level(),
        CheckConstraint("revision > 0", name="revision"),
        Index(None, "organisation_id", "school_year_id", "stage"),
        {"sqlite_with_rowid": False},
    )

    organisation_id: UUID
    child_id: UUID = Field(primary_key=True)
    school_year_id: UUID = Field(primary_key=True)
    stage: Stage = Field(primary_key=True, sa_type=one_of(Stage, "stage"))
    criterion_version_id: UUID = Field(primary_key=True)
    level: int | None = None
    revision: int


class RatingChange(Done, table=True):
    """One change of a rating, for good: the history only grows. Levels and ids, no names.

    `sequence` counts through the organisation in the order of commits, so «as of» is a comparison.
    """

    __tablename__: ClassVar[Any] = "rating_changes"
    __table_args__ = (
        within("children", "child_id"),
        within(
            "year_criteria",
            "school_year_id",
            "criterion_version_id",
            to=("school_year_id", "criterion_version_id"),
        ),
        *by_someone(),
        UniqueConstraint("change_id"),
        UniqueConstraint(
            "child_id",
            "school_year_id",
            "stage",
            "criterion_version_id",
            "revision",
            name="uq_rating_changes_revision",
        ),
        a_level("from_level"),
        a_level("to_level"),
        CheckConstraint("revision > 0 AND sequence > 0", name="numbers"),
    )

    organisation_id: UUID = Field(primary_key=True)
    sequence: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    change_id: UUID
    child_id: UUID
    school_year_id: UUID
    stage: Stage = Field(sa_type=one_of(Stage, "stage"))
    criterion_version_id: UUID
    from_level: int | None = None
    to_level: int | None = None
    revision: int
    entered: Entered = Field(sa_type=one_of(Entered, "entered"))


class RatingCounter(SQLModel, table=True):
    """The last `sequence` given in an organisation; locking it puts the changes into the order of commits."""

    __tablename__: ClassVar[Any] = "rating_counters"
    __table_args__ = (of_an_organisation(),)

    organisation_id: UUID = Field(primary_key=True)
    last: int = 0


class AreaLevel(Done, table=True):
    """A level given to a learning area directly, without criteria: of old years often only totals survive.

    Without a level it was taken back.
    """

    __tablename__: ClassVar[Any] = "area_levels"
    __table_args__ = (
        within("children", "child_id"),
        within("school_years", "school_year_id"),
        within("areas", "area_key", to=("key",)),
        *by_someone(),
        a_level(),
        CheckConstraint("revision > 0", name="revision"),
    )

    organisation_id: UUID
    child_id: UUID = Field(primary_key=True)
    school_year_id: UUID = Field(primary_key=True)
    stage: Stage = Field(primary_key=True, sa_type=one_of(Stage, "stage"))
    area_key: str = Field(primary_key=True, max_length=40)
    level: int | None = None
    revision: int = 1


# --- free text, observations and the card ----------------------------------------------------------------


class Text(Record, table=True):
    """A free text; what it says is its newest version."""

    __tablename__: ClassVar[Any] = "texts"
    __table_args__ = (identity(), of_an_organisation())


class TextVersion(Done, table=True):
    """What a text said from a moment on. A redacted version keeps its place and loses its content."""

    __tablename__: ClassVar[Any] = "text_versions"
    __table_args__ = (
        within("texts", "text_id"),
        *by_someone(),
        CheckConstraint("(content IS NULL) = (redacted_at IS NOT NULL)", name="redacted"),
        CheckConstraint("version > 0", name="version"),
    )

    organisation_id: UUID
    text_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    content: str | None = Field(default=None, max_length=10_000)
    redacted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Observation(Record, Done, table=True):
    """What a teacher saw on a day: of one child or several, in an area, perhaps by a criterion and a level."""

    __tablename__: ClassVar[Any] = "observations"
    __table_args__ = (
        identity(),
        within("groups", "school_year_id", "group_id", to=("school_year_id", "id")),
        within("areas", "area_key", to=("key",)),
        within(
            "year_criteria",
            "school_year_id",
            "criterion_version_id",
            to=("school_year_id", "criterion_version_id"),
        ),
        within("texts", "text_id"),
        *by_someone(),
        a_level(),
        Index(None, "organisation_id", "group_id", "observed_on"),
    )

    school_year_id: UUID
    group_id: UUID
    observed_on: date
    method: Method = Field(sa_type=one_of(Method, "method"))
    area_key: str = Field(max_length=40)
    criterion_version_id: UUID | None = None
    level: int | None = None
    text_id: UUID | None = None


class ObservationChild(SQLModel, table=True):
    __tablename__: ClassVar[Any] = "observation_children"
    __table_args__ = (within("observations", "observation_id"), within("children", "child_id"))

    organisation_id: UUID
    observation_id: UUID = Field(primary_key=True)
    child_id: UUID = Field(primary_key=True, index=True)


class Measures(Record, Done, table=True):
    """The developmental and corrective measures of a child after a stage in a direction: a cell of the card, a line
    a measure. Without a row the cell is still the draft made from the marks."""

    __tablename__: ClassVar[Any] = "measures"
    __table_args__ = (
        within("children", "child_id"),
        within("school_years", "school_year_id"),
        within("directions", "direction_key", to=("key",)),
        within("texts", "text_id"),
        *by_someone(),
        UniqueConstraint("child_id", "school_year_id", "stage", "direction_key", name="uq_measures_cell"),
        CheckConstraint("revision > 0", name="revision"),
    )

    child_id: UUID
    school_year_id: UUID
    stage: Stage = Field(sa_type=one_of(Stage, "stage"))
    direction_key: str = Field(max_length=40)
    text_id: UUID
    revision: int = 1


class Conclusion(Record, Done, table=True):
    """A teacher's own conclusion on a direction, or overall where there is none; it overrules the computed level."""

    __tablename__: ClassVar[Any] = "conclusions"
    __table_args__ = (
        within("children", "child_id"),
        within("school_years", "school_year_id"),
        within("directions", "direction_key", to=("key",)),
        within("texts", "text_id"),
        *by_someone(),
        a_level(),
        CheckConstraint("revision > 0", name="revision"),
        UniqueConstraint("child_id", "school_year_id", "stage", "direction_key", name="uq_conclusions_direction"),
        Index(
            "uq_conclusions_one_overall",
            "child_id",
            "school_year_id",
            "stage",
            unique=True,
            sqlite_where=text("direction_key IS NULL"),
            postgresql_where=text("direction_key IS NULL"),
        ),
    )

    child_id: UUID
    school_year_id: UUID
    stage: Stage = Field(sa_type=one_of(Stage, "stage"))
    direction_key: str | None = Field(default=None, max_length=40)
    level: int | None = None
    text_id: UUID | None = None
    revision: int = 1


class Template(Record, Done, table=True):
    """An organisation's own template of a document, a DOCX file, in place of the one that ships."""

    __tablename__: ClassVar[Any] = "templates"
    __table_args__ = (
        of_an_organisation(),
        *by_someone(),
        UniqueConstraint("organisation_id", "document", name="uq_templates_document"),
    )

    document: Document = Field(sa_type=one_of(Document, "document"))
    file_name: str = Field(max_length=200)
    content: bytes


# --- the register of access ------------------------------------------------------------------------------


class AccessRecord(Record, Done, table=True):
    """Who opened, exported or changed what (Law 94-V). Ids only, and no keys: it outlives what it is about."""

    __tablename__: ClassVar[Any] = "access_records"
    __table_args__ = (
        of_an_organisation(),
        *by_someone(),
        Index(None, "organisation_id", "at"),
        Index(None, "organisation_id", "child_id"),
    )

    act: Act = Field(sa_type=one_of(Act, "act"))
    subject: str = Field(max_length=40)
    subject_id: UUID | None = None
    child_id: UUID | None = None
