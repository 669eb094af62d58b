"""The revisions of the database (Alembic); `monitoring.record.upgrade` runs them."""
