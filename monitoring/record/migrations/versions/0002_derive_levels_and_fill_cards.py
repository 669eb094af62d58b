"""Derive levels and fill cards: the rules of a school year, levels of areas, cells of the card, templates.

Revision 0002, after 0001. No release had written a measure before: its table is made anew, a row a cell.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

RULES = {
    "level_rule": ("mean", "mean_from_half", "majority"),
    "overall_rule": ("criteria", "directions"),
    "at_highest": ("develop", "dash", "empty"),
}
MONTHS = {"start": (10, 12), "mid": (2, 4), "final": (6, 7)}


def one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=24)


def within(table: str, column: str, of: str, to: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organisation_id", column], [f"{of}.organisation_id", f"{of}.{to}"], name=op.f(f"fk_{table}_{of}")
    )


def one_doer(table: str) -> sa.CheckConstraint:
    return sa.CheckConstraint("(by_account_id IS NULL) <> (by_console IS NULL)", name=op.f(f"ck_{table}_one_doer"))


def done() -> list[sa.Column[object]]:
    return [
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_account_id", sa.Uuid(), nullable=True),
        sa.Column("by_console", sa.String(length=80), nullable=True),
    ]


def of_a_child() -> list[sa.Column[object]]:
    return [
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("school_year_id", sa.Uuid(), nullable=False),
        sa.Column("stage", one_of("stage", "start", "mid", "final"), nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        "templates",
        *done(),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("document", one_of("document", "card"), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        one_doer("templates"),
        within("templates", "by_account_id", "accounts"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_templates_organisations")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_templates")),
        sa.UniqueConstraint("organisation_id", "document", name="uq_templates_document"),
    )
    op.create_table(
        "area_levels",
        *done(),
        *of_a_child(),
        sa.Column("area_key", sa.String(length=40), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        one_doer("area_levels"),
        sa.CheckConstraint("level BETWEEN 1 AND 3", name=op.f("ck_area_levels_level")),
        sa.CheckConstraint("revision > 0", name=op.f("ck_area_levels_revision")),
        within("area_levels", "by_account_id", "accounts"),
        within("area_levels", "child_id", "children"),
        within("area_levels", "school_year_id", "school_years"),
        within("area_levels", "area_key", "areas", "key"),
        sa.PrimaryKeyConstraint("child_id", "school_year_id", "stage", "area_key", name=op.f("pk_area_levels")),
    )
    op.drop_table("measures")
    op.create_table(
        "measures",
        *done(),
        sa.Column("id", sa.Uuid(), nullable=False),
        *of_a_child(),
        sa.Column("direction_key", sa.String(length=40), nullable=False),
        sa.Column("text_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        one_doer("measures"),
        sa.CheckConstraint("revision > 0", name=op.f("ck_measures_revision")),
        within("measures", "by_account_id", "accounts"),
        within("measures", "child_id", "children"),
        within("measures", "school_year_id", "school_years"),
        within("measures", "direction_key", "directions", "key"),
        within("measures", "text_id", "texts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measures")),
        sa.UniqueConstraint("child_id", "school_year_id", "stage", "direction_key", name="uq_measures_cell"),
    )
    _give_years_their_rules()
    _give_stages_their_months()


def _give_years_their_rules() -> None:
    with op.batch_alter_table("school_years") as table:
        for name, values in RULES.items():
            table.add_column(sa.Column(name, one_of(name, *values), nullable=False, server_default=values[0]))
    with op.batch_alter_table("school_years") as table:
        for name in RULES:
            table.alter_column(name, existing_type=sa.String(length=24), server_default=None)


def _give_stages_their_months() -> None:
    with op.batch_alter_table("year_stages") as table:
        table.add_column(sa.Column("measures_from", sa.Integer(), nullable=True))
        table.add_column(sa.Column("measures_until", sa.Integer(), nullable=True))
    stages = sa.table("year_stages", *map(sa.column, ("stage", "measures_from", "measures_until")))
    for stage, (first, last) in MONTHS.items():
        op.execute(stages.update().where(stages.c.stage == stage).values(measures_from=first, measures_until=last))
    with op.batch_alter_table("year_stages") as table:
        table.alter_column("measures_from", existing_type=sa.Integer(), nullable=False)
        table.alter_column("measures_until", existing_type=sa.Integer(), nullable=False)
        table.create_check_constraint(
            op.f("ck_year_stages_months"), "measures_from BETWEEN 1 AND 12 AND measures_until BETWEEN 1 AND 12"
        )


def downgrade() -> None:
    raise NotImplementedError("go back by restoring the backup that was made before the upgrade")
