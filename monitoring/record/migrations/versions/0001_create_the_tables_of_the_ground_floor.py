"""Create the tables of the ground floor.

Revision 0001, after nothing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "installation",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number = 1", name=op.f("ck_installation_only_one")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_installation")),
    )
    op.create_table(
        "organisations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("name_kk", sa.String(length=300), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "kindergarten",
                "mini_centre",
                "school",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "language",
            sa.Enum("ru", "kk", name="language", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("timezone", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
    )
    op.create_table(
        "sign_in_delays",
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("failures > 0", name=op.f("ck_sign_in_delays_failures")),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_sign_in_delays")),
    )
    op.create_table(
        "accounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("login", sa.String(length=80), nullable=False),
        sa.Column("login_key", sa.String(length=160), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("position", sa.String(length=200), nullable=False),
        sa.Column(
            "language",
            sa.Enum("ru", "kk", "en", name="language", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("one_time_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_accounts_organisations")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("login_key", name=op.f("uq_accounts_login_key")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_accounts_organisation_id_id")),
    )
    op.create_table(
        "catalogues",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_catalogues_organisations")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogues")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_catalogues_organisation_id_id")),
        sa.UniqueConstraint("organisation_id", "key", name=op.f("uq_catalogues_organisation_id_key")),
    )
    op.create_table(
        "children",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("born_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_children_organisations")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_children")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_children_organisation_id_id")),
    )
    op.create_table(
        "directions",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name_ru", sa.String(length=200), nullable=False),
        sa.Column("name_kk", sa.String(length=200), nullable=False),
        sa.Column("letter_ru", sa.String(length=2), nullable=False),
        sa.Column("letter_kk", sa.String(length=2), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_directions_organisations")),
        sa.PrimaryKeyConstraint("organisation_id", "key", name=op.f("pk_directions")),
        sa.UniqueConstraint("organisation_id", "number", name=op.f("uq_directions_organisation_id_number")),
    )
    op.create_table(
        "rating_counters",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_rating_counters_organisations")
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_rating_counters")),
    )
    op.create_table(
        "school_years",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("begins", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column(
            "start_set",
            sa.Enum("own", "previous", name="start_set", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("begins BETWEEN 2000 AND 2100", name=op.f("ck_school_years_begins")),
        sa.CheckConstraint("starts_on < ends_on", name=op.f("ck_school_years_dates")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_school_years_organisations")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_years")),
        sa.UniqueConstraint("organisation_id", "begins", name=op.f("uq_school_years_organisation_id_begins")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_school_years_organisation_id_id")),
    )
    op.create_table(
        "texts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_texts_organisations")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_texts")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_texts_organisation_id_id")),
    )
    op.create_table(
        "access_records",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_account_id", sa.Uuid(), nullable=True),
        sa.Column("by_console", sa.String(length=80), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "act",
            sa.Enum(
                "opened",
                "exported",
                "created",
                "changed",
                "removed",
                "imported",
                "signed_in",
                "signed_out",
                name="act",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("child_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(by_account_id IS NULL) <> (by_console IS NULL)", name=op.f("ck_access_records_one_doer")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "by_account_id"],
            ["accounts.organisation_id", "accounts.id"],
            name=op.f("fk_access_records_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_access_records_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_records")),
    )
    with op.batch_alter_table("access_records", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_access_records_organisation_id_at"), ["organisation_id", "at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_access_records_organisation_id_child_id"), ["organisation_id", "child_id"], unique=False
        )

    op.create_table(
        "age_sets",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("school_year_id", sa.Uuid(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum("start", "mid", "final", name="stage", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("age", sa.Integer(), nullable=False),
        sa.CheckConstraint("age BETWEEN 1 AND 5", name=op.f("ck_age_sets_age")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "child_id"],
            ["children.organisation_id", "children.id"],
            name=op.f("fk_age_sets_children"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "school_year_id"],
            ["school_years.organisation_id", "school_years.id"],
            name=op.f("fk_age_sets_school_years"),
        ),
        sa.PrimaryKeyConstraint("child_id", "school_year_id", "stage", name=op.f("pk_age_sets")),
    )
    op.create_table(
        "areas",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("direction_key", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code_order", sa.Integer(), nullable=False),
        sa.Column("name_ru", sa.String(length=200), nullable=False),
        sa.Column("name_kk", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "direction_key"],
            ["directions.organisation_id", "directions.key"],
            name=op.f("fk_areas_directions"),
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_areas_organisations")),
        sa.PrimaryKeyConstraint("organisation_id", "key", name=op.f("pk_areas")),
    )
    op.create_table(
        "child_names",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("family", sa.String(length=120), nullable=False),
        sa.Column("given", sa.String(length=120), nullable=False),
        sa.Column("patronymic", sa.String(length=120), nullable=True),
        sa.Column("sort_key", sa.String(length=1500), nullable=False),
        sa.Column("match_key", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "child_id"],
            ["children.organisation_id", "children.id"],
            name=op.f("fk_child_names_children"),
        ),
        sa.PrimaryKeyConstraint("child_id", name=op.f("pk_child_names")),
    )
    with op.batch_alter_table("child_names", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_child_names_organisation_id_match_key"), ["organisation_id", "match_key"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_child_names_organisation_id_sort_key"), ["organisation_id", "sort_key"], unique=False
        )

    op.create_table(
        "conclusions",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_account_id", sa.Uuid(), nullable=True),
        sa.Column("by_console", sa.String(length=80), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("school_year_id", sa.Uuid(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum("start", "mid", "final", name="stage", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("direction_key", sa.String(length=40), nullable=True),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("text_id", sa.Uuid(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("(by_account_id IS NULL) <> (by_console IS NULL)", name=op.f("ck_conclusions_one_doer")),
        sa.CheckConstraint("level BETWEEN 1 AND 3", name=op.f("ck_conclusions_level")),
        sa.CheckConstraint("revision > 0", name=op.f("ck_conclusions_revision")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "by_account_id"],
            ["accounts.organisation_id", "accounts.id"],
            name=op.f("fk_conclusions_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "child_id"],
            ["children.organisation_id", "children.id"],
            name=op.f("fk_conclusions_children"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "direction_key"],
            ["directions.organisation_id", "directions.key"],
            name=op.f("fk_conclusions_directions"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "school_year_id"],
            ["school_years.organisation_id", "school_years.id"],
            name=op.f("fk_conclusions_school_years"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "text_id"], ["texts.organisation_id", "texts.id"], name=op.f("fk_conclusions_texts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conclusions")),
        sa.UniqueConstraint("child_id", "school_year_id", "stage", "direction_key", name="uq_conclusions_direction"),
    )
    with op.batch_alter_table("conclusions", schema=None) as batch_op:
        batch_op.create_index(
            "uq_conclusions_one_overall",
            ["child_id", "school_year_id", "stage"],
            unique=True,
            sqlite_where=sa.text("direction_key IS NULL"),
            postgresql_where=sa.text("direction_key IS NULL"),
        )

    op.create_table(
        "groups",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("school_year_id", sa.Uuid(), nullable=False),
        sa.Column("predecessor_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_key", sa.String(length=240), nullable=False),
        sa.Column("sort_key", sa.String(length=500), nullable=False),
        sa.Column("age", sa.Integer(), nullable=True),
        sa.Column(
            "language",
            sa.Enum("ru", "kk", name="language", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("assesses_kazakh", sa.Boolean(), nullable=False),
        sa.CheckConstraint("age IS NULL OR age BETWEEN 1 AND 5", name=op.f("ck_groups_age")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "predecessor_id"],
            ["groups.organisation_id", "groups.id"],
            name=op.f("fk_groups_groups"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "school_year_id"],
            ["school_years.organisation_id", "school_years.id"],
            name=op.f("fk_groups_school_years"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_groups")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_groups_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id", "school_year_id", "id", name=op.f("uq_groups_organisation_id_school_year_id_id")
        ),
        sa.UniqueConstraint("school_year_id", "name_key", name=op.f("uq_groups_school_year_id_name_key")),
    )
    op.create_table(
        "sign_ins",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "account_id"],
            ["accounts.organisation_id", "accounts.id"],
            name=op.f("fk_sign_ins_accounts"),
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_ins")),
    )
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sign_ins_organisation_id_account_id"), ["organisation_id", "account_id"], unique=False
        )

    op.create_table(
        "text_versions",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_account_id", sa.Uuid(), nullable=True),
        sa.Column("by_console", sa.String(length=80), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("text_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(length=10000), nullable=True),
        sa.Column("redacted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(by_account_id IS NULL) <> (by_console IS NULL)", name=op.f("ck_text_versions_one_doer")),
        sa.CheckConstraint("(content IS NULL) = (redacted_at IS NOT NULL)", name=op.f("ck_text_versions_redacted")),
        sa.CheckConstraint("version > 0", name=op.f("ck_text_versions_version")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "by_account_id"],
            ["accounts.organisation_id", "accounts.id"],
            name=op.f("fk_text_versions_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "text_id"], ["texts.organisation_id", "texts.id"], name=op.f("fk_text_versions_texts")
        ),
        sa.PrimaryKeyConstraint("text_id", "version", name=op.f("pk_text_versions")),
    )
    op.create_table(
        "year_stages",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("school_year_id", sa.Uuid(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum("start", "mid", "final", name="stage", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("control_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.CheckConstraint("opens_on <= control_on AND control_on <= closes_on", name=op.f("ck_year_stages_dates")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "school_year_id"],
            ["school_years.organisation_id", "school_years.id"],
            name=op.f("fk_year_stages_school_years"),
        ),
        sa.PrimaryKeyConstraint("school_year_id", "stage", name=op.f("pk_year_stages")),
    )
    op.create_table(
        "criteria",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("catalogue_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("age", sa.Integer(), nullable=False),
        sa.Column("area_key", sa.String(length=40), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("age BETWEEN 1 AND 5", name=op.f("ck_criteria_age")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "area_key"], ["areas.organisation_id", "areas.key"], name=op.f("fk_criteria_areas")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "catalogue_id"],
            ["catalogues.organisation_id", "catalogues.id"],
            name=op.f("fk_criteria_catalogues"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criteria")),
        sa.UniqueConstraint("catalogue_id", "key", name=op.f("uq_criteria_catalogue_id_key")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_criteria_organisation_id_id")),
    )
    op.create_table(
        "enrolments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("school_year_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column(
            "end_reason",
            sa.Enum("transferred", "left", name="end_reason", native_enum=False, create_constraint=True, length=24),
            nullable=True,
        ),
        sa.CheckConstraint("(ends_on IS NULL) = (end_reason IS NULL)", name=op.f("ck_enrolments_end_has_a_reason")),
        sa.CheckConstraint("ends_on IS NULL OR starts_on < ends_on", name=op.f("ck_enrolments_dates")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "child_id"],
            ["children.organisation_id", "children.id"],
            name=op.f("fk_enrolments_children"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "school_year_id", "group_id"],
            ["groups.organisation_id", "groups.school_year_id", "groups.id"],
            name=op.f("fk_enrolments_groups"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolments")),
    )
    with op.batch_alter_table("enrolments", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_enrolments_organisation_id_group_id"), ["organisation_id", "group_id"], unique=False
        )
        batch_op.create_index(
            "uq_enrolments_one_open",
            ["child_id", "school_year_id"],
            unique=True,
            sqlite_where=sa.text("ends_on IS NULL"),
            postgresql_where=sa.text("ends_on IS NULL"),
        )

    op.create_table(
        "grants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "teacher",
                "specialist",
                "psychologist",
                "methodologist",
                "head",
                "administrator",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("area_key", sa.String(length=40), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", name=op.f("ck_grants_dates")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "account_id"],
            ["accounts.organisation_id", "accounts.id"],
            name=op.f("fk_grants_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "area_key"], ["areas.organisation_id", "areas.key"], name=op.f("fk_grants_areas")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "group_id"], ["groups.organisation_id", "groups.id"], name=op.f("fk_grants_groups")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
    )
    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_grants_organisation_id_account_id"), ["organisation_id", "account_id"], unique=False
        )

    op.create_table(
        "group_stages",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_account_id", sa.Uuid(), nullable=True),
        sa.Column("by_console", sa.String(length=80), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum("start", "mid", "final", name="stage", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "open", "submitted", "approved", name="state", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.CheckConstraint("(by_account_id IS NULL) <> (by_console IS NULL)", name=op.f("ck_group_stages_one_doer")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "by_account_id"],
            ["accounts.organisation_id", "accounts.id"],
            name=op.f("fk_group_stages_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "group_id"],
            ["groups.organisation_id", "groups.id"],
            name=op.f("fk_group_stages_groups"),
        ),
        sa.PrimaryKeyConstraint("group_id", "stage", name=op.f("pk_group_stages")),
    )
    op.create_table(
        "criterion_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("criterion_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text_ru", sa.String(length=500), nullable=False),
        sa.Column("text_kk", sa.String(length=500), nullable=False),
        sa.Column("level_1_ru", sa.String(length=500), nullable=False),
        sa.Column("level_1_kk", sa.String(length=500), nullable=False),
        sa.Column("level_2_ru", sa.String(length=500), nullable=False),
        sa.Column("level_2_kk", sa.String(length=500), nullable=False),
        sa.Column("level_3_ru", sa.String(length=500), nullable=False),
        sa.Column("level_3_kk", sa.String(length=500), nullable=False),
        sa.Column("measure_ru", sa.String(length=500), nullable=False),
        sa.Column("measure_kk", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("version > 0 AND number > 0", name=op.f("ck_criterion_versions_numbers")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "criterion_id"],
            ["criteria.organisation_id", "criteria.id"],
            name=op.f("fk_criterion_versions_criteria"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criterion_versions")),
        sa.UniqueConstraint("criterion_id", "version", name=op.f("uq_criterion_versions_criterion_id_version")),
        sa.UniqueConstraint(
            "organisation_id", "criterion_id", "id", name=op.f("uq_criterion_versions_organisation_id_criterion_id_id")
        ),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_criterion_versions_organisation_id_id")),
    )
    op.create_table(
        "measures",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_account_id", sa.Uuid(), nullable=True),
        sa.Column("by_console", sa.String(length=80), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("school_year_id", sa.Uuid(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum("start", "mid", "final", name="stage", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("direction_key", sa.String(length=40), nullable=False),
        sa.Column("area_key", sa.String(length=40), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("criterion_version_id", sa.Uuid(), nullable=True),
        sa.Column("text_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("(by_account_id IS NULL) <> (by_console IS NULL)", name=op.f("ck_measures_one_doer")),
        sa.CheckConstraint("position > 0 AND revision > 0", name=op.f("ck_measures_numbers")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "area_key"], ["areas.organisation_id", "areas.key"], name=op.f("fk_measures_areas")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "by_account_id"],
            ["accounts.organisation_id", "accounts.id"],
            name=op.f("fk_measures_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "child_id"],
            ["children.organisation_id", "children.id"],
            name=op.f("fk_measures_children"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "criterion_version_id"],
            ["criterion_versions.organisation_id", "criterion_versions.id"],
            name=op.f("fk_measures_criterion_versions"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "direction_key"],
            ["directions.organisation_id", "directions.key"],
            name=op.f("fk_measures_directions"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "school_year_id"],
            ["school_years.organisation_id", "school_years.id"],
            name=op.f("fk_measures_school_years"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "text_id"], ["texts.organisation_id", "texts.id"], name=op.f("fk_measures_texts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measures")),
        sa.UniqueConstraint(
            "child_id", "school_year_id", "stage", "direction_key", "position", name="uq_measures_position"
        ),
    )
    op.create_table(
        "year_criteria",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("school_year_id", sa.Uuid(), nullable=False),
        sa.Column("criterion_version_id", sa.Uuid(), nullable=False),
        sa.Column("criterion_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "criterion_id", "criterion_version_id"],
            ["criterion_versions.organisation_id", "criterion_versions.criterion_id", "criterion_versions.id"],
            name=op.f("fk_year_criteria_criterion_versions"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "school_year_id"],
            ["school_years.organisation_id", "school_years.id"],
            name=op.f("fk_year_criteria_school_years"),
        ),
        sa.PrimaryKeyConstraint("school_year_id", "criterion_version_id", name=op.f("pk_year_criteria")),
        sa.UniqueConstraint(
            "organisation_id", "school_year_id", "criterion_version_id", name="uq_year_criteria_version"
        ),
        sa.UniqueConstraint(
            "school_year_id", "criterion_id", name=op.f("uq_year_criteria_school_year_id_criterion_id")
        ),
    )
    op.create_table(
        "observations",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_account_id", sa.Uuid(), nullable=True),
        sa.Column("by_console", sa.String(length=80), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("school_year_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("observed_on", sa.Date(), nullable=False),
        sa.Column(
            "method",
            sa.Enum(
                "observation",
                "conversation",
                "play",
                "work",
                "other",
                name="method",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("area_key", sa.String(length=40), nullable=False),
        sa.Column("criterion_version_id", sa.Uuid(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("text_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(by_account_id IS NULL) <> (by_console IS NULL)", name=op.f("ck_observations_one_doer")),
        sa.CheckConstraint("level BETWEEN 1 AND 3", name=op.f("ck_observations_level")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "area_key"], ["areas.organisation_id", "areas.key"], name=op.f("fk_observations_areas")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "by_account_id"],
            ["accounts.organisation_id", "accounts.id"],
            name=op.f("fk_observations_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "school_year_id", "criterion_version_id"],
            ["year_criteria.organisation_id", "year_criteria.school_year_id", "year_criteria.criterion_version_id"],
            name=op.f("fk_observations_year_criteria"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "school_year_id", "group_id"],
            ["groups.organisation_id", "groups.school_year_id", "groups.id"],
            name=op.f("fk_observations_groups"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "text_id"], ["texts.organisation_id", "texts.id"], name=op.f("fk_observations_texts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observations")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_observations_organisation_id_id")),
    )
    with op.batch_alter_table("observations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_observations_organisation_id_group_id_observed_on"),
            ["organisation_id", "group_id", "observed_on"],
            unique=False,
        )

    op.create_table(
        "rating_changes",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_account_id", sa.Uuid(), nullable=True),
        sa.Column("by_console", sa.String(length=80), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("school_year_id", sa.Uuid(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum("start", "mid", "final", name="stage", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("criterion_version_id", sa.Uuid(), nullable=False),
        sa.Column("from_level", sa.Integer(), nullable=True),
        sa.Column("to_level", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column(
            "entered",
            sa.Enum(
                "typed",
                "filled",
                "pasted",
                "imported",
                "copied",
                "accepted",
                name="entered",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.CheckConstraint("(by_account_id IS NULL) <> (by_console IS NULL)", name=op.f("ck_rating_changes_one_doer")),
        sa.CheckConstraint("from_level BETWEEN 1 AND 3", name=op.f("ck_rating_changes_from_level")),
        sa.CheckConstraint("revision > 0 AND sequence > 0", name=op.f("ck_rating_changes_numbers")),
        sa.CheckConstraint("to_level BETWEEN 1 AND 3", name=op.f("ck_rating_changes_to_level")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "by_account_id"],
            ["accounts.organisation_id", "accounts.id"],
            name=op.f("fk_rating_changes_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "child_id"],
            ["children.organisation_id", "children.id"],
            name=op.f("fk_rating_changes_children"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "school_year_id", "criterion_version_id"],
            ["year_criteria.organisation_id", "year_criteria.school_year_id", "year_criteria.criterion_version_id"],
            name=op.f("fk_rating_changes_year_criteria"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "sequence", name=op.f("pk_rating_changes")),
        sa.UniqueConstraint("change_id", name=op.f("uq_rating_changes_change_id")),
        sa.UniqueConstraint(
            "child_id", "school_year_id", "stage", "criterion_version_id", "revision", name="uq_rating_changes_revision"
        ),
    )
    op.create_table(
        "ratings",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_account_id", sa.Uuid(), nullable=True),
        sa.Column("by_console", sa.String(length=80), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("school_year_id", sa.Uuid(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum("start", "mid", "final", name="stage", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("criterion_version_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("(by_account_id IS NULL) <> (by_console IS NULL)", name=op.f("ck_ratings_one_doer")),
        sa.CheckConstraint("level BETWEEN 1 AND 3", name=op.f("ck_ratings_level")),
        sa.CheckConstraint("revision > 0", name=op.f("ck_ratings_revision")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "by_account_id"],
            ["accounts.organisation_id", "accounts.id"],
            name=op.f("fk_ratings_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "child_id"],
            ["children.organisation_id", "children.id"],
            name=op.f("fk_ratings_children"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "school_year_id", "criterion_version_id"],
            ["year_criteria.organisation_id", "year_criteria.school_year_id", "year_criteria.criterion_version_id"],
            name=op.f("fk_ratings_year_criteria"),
        ),
        sa.PrimaryKeyConstraint("child_id", "school_year_id", "stage", "criterion_version_id", name=op.f("pk_ratings")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("ratings", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_ratings_organisation_id_school_year_id_stage"),
            ["organisation_id", "school_year_id", "stage"],
            unique=False,
        )

    op.create_table(
        "observation_children",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("observation_id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "child_id"],
            ["children.organisation_id", "children.id"],
            name=op.f("fk_observation_children_children"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "observation_id"],
            ["observations.organisation_id", "observations.id"],
            name=op.f("fk_observation_children_observations"),
        ),
        sa.PrimaryKeyConstraint("observation_id", "child_id", name=op.f("pk_observation_children")),
    )
    with op.batch_alter_table("observation_children", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_observation_children_child_id"), ["child_id"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("go back by restoring the backup that was made before the upgrade")
