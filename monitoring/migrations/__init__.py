"""The revisions of the database (Alembic); `monitoring.upgrade` runs them."""
