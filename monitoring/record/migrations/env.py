"""Where Alembic meets our tables: on the connection that `monitoring.record.upgrade` hands over, or on our own."""

from typing import Any, Literal

from alembic import context
from sqlalchemy.engine import Connection
from sqlmodel import AutoString, SQLModel

from monitoring.record import database
from monitoring.record.models import UtcDateTime


def run(connection: Connection) -> None:
    # render_as_batch: SQLite cannot alter a column, so a table is rebuilt. One transaction for all revisions:
    # an upgrade that fails leaves the database as it was.
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=_render_plain,
        transactional_ddl=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def _render_plain(kind: str, item: Any, _autogenerate: Any) -> str | Literal[False]:
    # A revision is history: it must not change its meaning when our own column types do.
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, AutoString):
        return f"sa.String(length={item.length})"
    return False


handed_over: Connection | None = context.config.attributes.get("connection")
if handed_over is not None:
    run(handed_over)
else:
    with database.main_database().engine.connect() as own:
        run(own)
